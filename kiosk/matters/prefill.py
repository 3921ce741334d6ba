"""What a card says, in the text forms of answers."""

from __future__ import annotations

from typing import Final

from kiosk.matters.kinds import FieldKind, Prefill
from kiosk.matters.models import Question
from kiosk.matters.periods import parse_card_date

_SEXES: Final = {"1": ("male", "男"), "2": ("female", "女")}  # GB/T 2261.1

# GB/T 3304, 01 to 56.
_ETHNICITY_NAMES: Final = """
    汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳
    佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米
    塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
"""


def candidates(question: Question, known: str) -> tuple[str, ...]:
    """The answers that ``known`` may be for this question, best first; the caller checks them."""
    match question.prefill:
        case Prefill.CARD_BIRTH:
            born = parse_card_date(known)
            return (born.isoformat() if born else known,)
        case Prefill.CARD_SEX:
            word, name = _SEXES.get(known, (known, known))
            return (name,) if question.kind is FieldKind.TEXT else (word, known, name)
        case Prefill.CARD_ETHNICITY:
            name = _ethnicity(known)
            return (name,) if question.kind is FieldKind.TEXT else (known, name, name.removesuffix("族"))
        case _:
            return (known,)


def _ethnicity(code: str) -> str:
    names = _ETHNICITY_NAMES.split()
    if not (code.isascii() and code.isdigit()) or not 1 <= int(code) <= len(names):
        return ""
    return f"{names[int(code) - 1]}族"
