"""What a cell may hold: each kind turns a value of a matter's file into a cell, and a cell into a value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from openpyxl.cell.rich_text import CellRichText

from kiosk.matters.characters import half_width
from kiosk.matters.document import Node, parse_document
from kiosk.matters.numbers import number_of

MAX_CELL: Final = 32_000  # characters; Excel holds 32767
_TRIGGERS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_EXACT_DIGITS: Final = 15  # more do not survive as a number in Excel
_NOUGHTS: Final = re.compile("0{2,}")
_BLANKS: Final = (
    " \t\n\r\x0b\x0c\xa0\u3000\u200b\u200c\u200d\u2060\ufeff"  # also those that come from web pages
)
_YES: Final = frozenset({"是", "有", "对", "yes", "y", "true", "1", "√", "✓"})
_NO: Final = frozenset({"否", "无", "没有", "no", "n", "false", "0", "×", "✗"})


class CellError(ValueError):
    """What is wrong with a cell, and what to write instead."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def guarded(text: str) -> str:
    """Never begins like a formula, in whatever program it is opened later: an apostrophe goes before it."""
    quoted = text.startswith("'") and text[1:2] in (*_TRIGGERS, "'")
    return f"'{text}" if text.startswith(_TRIGGERS) or quoted else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:2] in (*_TRIGGERS, "'") else text


def text_in(raw: object, shown_as: str = "General") -> str:
    """What a person sees in the cell, as text.  ``shown_as``: Excel's number format.

    Raises :class:`CellError` for numbers that Excel has already shortened, and where what is seen and what
    is meant are not the same.
    """
    match raw:
        case None:
            return ""
        case bool():
            return "是" if raw else "否"
        case datetime():
            if raw.time() != time():
                raise CellError(
                    "这是日期加时间的格式：请把单元格设为文本格式，重新填写",
                    "this is a date with a time: set the cell to text and type it again",
                )
            return raw.date().isoformat()
        case date():
            return raw.isoformat()
        case time():
            return f"{raw.hour:02}:{raw.minute:02}"
        case timedelta() if timedelta() <= raw <= timedelta(days=1):
            return f"{raw // timedelta(hours=1):02}:{raw // timedelta(minutes=1) % 60:02}"
        case int() | float():
            return _number_in(raw, shown_as)
        case str() | CellRichText():
            plain = str(raw).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
            return unguarded(plain.strip(_BLANKS))
        case _:
            raise CellError("这个单元格不是文字：请改成文字", "this cell is no text: write text")


def _number_in(raw: float, shown_as: str) -> str:
    if abs(raw) >= 10**_EXACT_DIGITS:
        raise CellError(
            "这是数字格式，长编码的后几位已经丢失：请把单元格设为文本格式，重新填写",
            "this is a number and its last digits are lost: set the cell to text and type it again",
        )
    if "%" in shown_as:
        raise CellError(
            "这是百分比格式：请把单元格设为文本格式，写出要说的数",
            "this is shown as a percentage: set the cell to text and write what is meant",
        )
    if raw != int(raw):
        return str(raw)
    noughts = _NOUGHTS.fullmatch(shown_as)  # 0375 is kept as 375 and shown with its nought
    return f"{int(raw):0{len(noughts[0]) if noughts and raw >= 0 else 1}}"


@dataclass(frozen=True)
class Text:
    """Also the base of all others: ``to_cell`` gives what is written, ``from_cell`` what is read."""

    def to_cell(self, value: Any) -> str:
        return str(value)

    def from_cell(self, text: str) -> Any:
        return text


@dataclass(frozen=True)
class Code(Text):
    """Digits and capitals, however they were typed: full width, in groups, small."""

    def from_cell(self, text: str) -> Any:
        return re.sub(r"\s+", "", half_width(text)).upper()


@dataclass(frozen=True)
class Number(Text):
    def from_cell(self, text: str) -> Any:
        digits = re.sub(r"(?:分钟|个工作日|份|天|日|岁|个|字|月)$", "", half_width(text).strip())
        if not re.fullmatch(r"-?\d{1,9}", digits):
            raise CellError(f"“{text[:20]}”不是整数：请填整数，例如3", "write a whole number, such as 3")
        return int(digits)


@dataclass(frozen=True)
class Yuan(Text):
    """Fen in the file, yuan in the cell."""

    def to_cell(self, value: Any) -> str:
        yuan, fen = divmod(int(value), 100)
        return f"{yuan}.{fen:02}" if fen else str(yuan)

    def from_cell(self, text: str) -> Any:
        amount = half_width(text).strip().lstrip("¥￥").removesuffix("元").replace(",", "").strip()
        if amount in ("免费", "不收费"):
            return 0
        if not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", amount):
            zh = f"“{text[:20]}”不是金额：请填数字，单位元，例如20或者20.50；不收费填0"
            raise CellError(zh, "write an amount in yuan, such as 20 or 20.50; 0 if it is free")
        yuan, _, fen = amount.partition(".")
        return int(yuan) * 100 + int(f"{fen:0<2}" if fen else 0)


@dataclass(frozen=True)
class YesNo(Text):
    def to_cell(self, value: Any) -> str:
        return "是" if value else "否"

    def from_cell(self, text: str) -> Any:
        if text.lower() in _YES:
            return True
        if text.lower() in _NO:
            return False
        raise CellError(f"“{text[:20]}”：请填“是”或者“否”", "write 是 (yes) or 否 (no)")


@dataclass(frozen=True)
class Choice(Text):
    """Values of the file by the words of the cell."""

    words: tuple[tuple[str, str], ...]  # value, word

    def to_cell(self, value: Any) -> str:
        return dict(self.words).get(str(value), str(value))

    def from_cell(self, text: str) -> Any:
        by_word = {word: value for value, word in self.words} | {value: value for value, _ in self.words}
        if text not in by_word:
            offered = "、".join(word for _, word in self.words)
            raise CellError(f"“{text[:20]}”不在可选范围：请从“{offered}”中选一个", f"choose one of {offered}")
        return by_word[text]


@dataclass(frozen=True)
class Lines(Text):
    """A list of texts, one a line; a single line may be divided by 、."""

    divided: bool = False

    def to_cell(self, value: Any) -> str:
        return "\n".join(str(each).replace("\\", "\\\\").replace("\n", "\\n") for each in value)

    def from_cell(self, text: str) -> Any:
        if self.divided and "\n" not in text:
            return [part.strip() for part in re.split("[、，,;；]", text) if part.strip()]
        lines = [
            re.sub(r"\\(.)", lambda hit: "\n" if hit[1] == "n" else hit[1], line) for line in text.split("\n")
        ]
        return [line.strip() for line in lines if line.strip()]


@dataclass(frozen=True)
class Structure(Text):
    """Something for those who know it: a rule, a computed value, written in one line as in a file."""

    def to_cell(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def from_cell(self, text: str) -> Any:
        node = parse_document(text, "cell")
        if not isinstance(node, Node) or not isinstance(node.value, dict | list):
            zh = "条件写法不对：请写成一行，例如{ question: work, is: [own] }"
            raise CellError(zh, "write it as in a file, such as { question: work, is: [own] }")
        return node.plain()


@dataclass(frozen=True)
class Options(Text):
    """value=中文|English, one a line."""

    def to_cell(self, value: Any) -> str:
        return "\n".join(f"{each['value']}={each['label']['zh']}|{each['label']['en']}" for each in value)

    def from_cell(self, text: str) -> Any:
        found = []
        for line in filter(None, map(str.strip, text.split("\n"))):
            value, equals, label = line.partition("=")
            zh, bar, en = label.rpartition("|")
            if not equals or not bar or not zh.strip() or not en.strip():
                raise CellError(
                    f"选项“{line[:20]}”的写法不对：每行一个，写成 own=自己做|My own",
                    "write one option a line, as own=自己做|My own",
                )
            found.append({"value": value.strip(), "label": {"zh": zh.strip(), "en": en.strip()}})
        return found


_DIGITS: Final = {0xFF10 + digit: str(digit) for digit in range(10)}
UNITS: Final[Sequence[tuple[str, str]]] = (
    ("workday", "个工作日"),
    ("month", "个月"),
    ("hour", "小时"),
    ("minute", "分钟"),
    ("calendar_day", "天"),
)
_UNIT_OF: Final[Mapping[str, str]] = {word: unit for unit, word in UNITS} | {
    "工作日": "workday",
    "月": "month",
    "个小时": "hour",
    "日": "calendar_day",
    "自然日": "calendar_day",
    "个自然日": "calendar_day",
    "日历天": "calendar_day",
}
_MONTHS_A_YEAR: Final = 12
_LIMIT: Final = re.compile(
    r"(\d{1,4}|[一二两三四五六七八九十百]{1,6})\s*(\D{1,6}?)(?:内|以内)?\s*(?:[（(](.*)[)）])?", re.DOTALL
)
_AT_ONCE: Final = re.compile(
    r"(?:即办|即时|即时办结|当场办结|当场|即办件|立等可取)"
    r"(?:（当场办结）)?(?:[（(](.*)[)）])?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Limit(Text):
    """即办, 5个工作日, 30天（…）."""

    def to_cell(self, value: Any) -> str:
        note = f"（{value['note']}）" if value.get("note") else ""
        if value["unit"] == "immediate":
            return f"即办{note}"
        return f"{value['amount']}{dict(UNITS)[value['unit']]}{note}"

    def from_cell(self, text: str) -> Any:
        text = text.translate(_DIGITS)
        at_once, counted = _AT_ONCE.fullmatch(text), _LIMIT.fullmatch(text)
        if at_once:
            return _limit(0, "immediate", at_once[1])
        unit = _UNIT_OF.get(re.sub(r"\s", "", counted[2])) if counted else None
        if counted is not None and counted[2].strip() == "年":
            return _limit(_MONTHS_A_YEAR * number_of(counted[1]), "month", counted[3])
        if counted is None or unit is None:
            raise CellError(
                f"“{text[:20]}”不是时限：请写“即办”或者“5个工作日”“30天”“20分钟”，说明写在括号里",
                "write 即办 (at once), 5个工作日 (working days), 30天 (days), 20分钟 (minutes)",
            )
        return _limit(number_of(counted[1]), unit, counted[3])


def _limit(amount: int, unit: str, note: str | None) -> dict[str, Any]:
    return {"amount": amount, "unit": unit} | ({"note": note} if note else {})
