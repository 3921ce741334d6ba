"""Finds catch-all words (模糊性兜底性条款, Article 8) and leaves innocent uses alone.

其他 and 有关 are catch-alls only where they stand for something that nobody can know: 其他材料, 有关证明,
身份证等材料.  They are innocent in the name of a law (《…有关问题的通知》), of a kind of body (其他组织,
其他行政权力), where a closed class is meant (其他统筹地区, 其他共有人), in a negation that leaves nothing
open (不需要其他材料), in a statement (与工作有关的伤害), before a closed count (等三种材料), where a list in
brackets says all, and inside other words (残疾等级, 关系转移, 相关系数).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

TEXTS_KEPT: Final = 1 << 15  # in thousands of matters most sentences come again and again


@dataclass(frozen=True)
class Vague:
    """``word`` is what stands in the text; ``zh`` and ``en`` say how to mend it."""

    start: int
    word: str
    zh: str
    en: str


# Nouns behind which anything may hide.
_PAPERS: Final = (
    "材料|资料|证明|证件|证书|证照|证据|文件|文书|凭证|凭据|票据|单据|单证|手续|表格|表单|附件|佐证|批文|合同|协议|"
    "书面|依据|清单|信件|照片|图纸|档案|说明|物品|要件"
)
_OPEN: Final = (
    f"{_PAPERS}|条件|情形|情况|要求|规定|事项|原因|因素|内容|信息|费用|部门|机关|机构|人员|程序|方面|科室|处室|方式|途径|渠道|"
    "政策|法律|法规|制度|标准|待遇|资格|活动|工作|数据|记录|义务|责任"
)
# What 其他 may stand before because the class is closed or defined by law.
_CLOSED: Final = (
    "组织|经济组织|社会组织|法人|行政权力|经营主体|市场主体|企业|团体|"
    "参保地|统筹地区|统筹区|地区|地方|地级市|省|市|州|盟|县|区|乡|城市|城镇|国家|户籍|户口|银行|网点|窗口|终端|自助|服务大厅|大厅|站点|"
    "人(?!员)|经办|工作人员|成员|家庭成员|家人|子女|亲属|近亲属|直系|共有|权利人|继承人|股东|合伙人|监护人|当事人|申请人|参保人|缴存人|承租人|"
    "用人单位|单位|住房|房屋|房产|不动产|社会保险|养老|医疗保险|险种|保险|账户|帐户|职业|用途|时间|时段|日期|日子|月份|年度|年份|"
    "语言|民族|颜色|字体|页|处|应收|应付|业务收入|货币资金|权益|综合收益|所得|收入|税|产权|用地|车辆|车型|号码|手机"
)
_GAP: Final = r"[^，。；：、！？,;:!?\n（()）“”]"  # inside one member of a clause
_STRONG: Final = (
    "(?:无需|无须|毋需|毋须|不需要?|不用|不必|不再|免于|免交|免提交|免收|不得|不应|不要求|不收取?|别无|没有|"
    "除此之外)"
)
_WEAK: Final = (
    "(?:不得|不能|不可|不会|不予|不提供|不提交|没有|并无|均无|无(?=其[他它]|有关|相关|$)|"
    "未(?!成年|婚|来|央)|不存在|不属于|不享受|不改变|不影响|不涉及|不限制|不变更)"
)
_DEMAND: Final = re.compile(r"的.{0,4}(?:提[供交]|出具|携带|补充|需|应|须|凭)")  # 没有居住证的提供……
_LIST: Final = re.compile(r"（(?!如|例如|比如|包括但|包括|含)[^（）]{2,80}）|\((?!如|例如|包括)[^()]{2,80}\)")
_INNER_OPEN: Final = re.compile(r"[等其][他它]?(?:材料|证明)?$|等$|等等|其他|其它|之一以上")

_TITLE: Final = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_NOTICE: Final = re.compile(
    r"关于[^，。；、“”]{2,70}?(?:的|》)(?:通知|意见|办法|规定|决定|批复|公告|函|细则|方案|复函|通告|解释)"
)
_NAMED: Final = re.compile(
    r"[“「『][^“”」』]{1,30}[”」』](?=(?:一?栏|页面?|窗口|选项|菜单|按钮|模块|专区|专栏|服务))"
)

_OTHER: Final = re.compile(r"其[他它]|(?<![人差特级个分区鉴识辨告])别的|另外的")
_CONCERNED: Final = re.compile(r"有关(?![系联闭停键掉节注]|于)|相关(?!系数|性|度|联|系|分析)")
_AND_SO_ON: Final = re.compile(
    r"(?<![一二三四五六七八九十甲乙丙丁特优高中初低对相均几头何不])(?<![^以]上)(?<![^合]同)(?<![^水]平)(?<!^[上同平])等(?![级待候于额同值比效次外号分价距高温我一到您你他她]|身(?!份))等?"
)
_ORDINAL: Final = re.compile(
    r"(?<![第共])[一二三四五六七八九十]等(?=" + f"(?:有效|相关|有关)?(?:{_PAPERS})" + ")"
)
_VERSIONS: Final = r"(?:的)?(?:原件|复印件|扫描件|影印件|电子件|副本)"  # 身份证、户口簿等原件及复印件
_ISSUING: Final = "(?:部门|单位|机构|机关)(?:出具|开具|盖章|签字|提供|认可|批准)"
_COUNT: Final = re.compile(
    r"[\d一二三四五六七八九十两几]+\s*(?:个|种|项|类|份|件|张|本|大|款|方|地|省|市|区|县|人|家|部门|级)?"
)
_PAPER: Final = "(?:材料|资料|证明|证件|文件|手续|凭证|票据)"
_QUALIFIED: Final = "(?:的|其他|有效|证明|书面|身份|合法)*"
_COUNTER: Final = (
    "(?:审批|受理|办理|登记|经办|主管|行政|有权)?(?:机关|机构|部门|窗口|工作人员|单位)(?:认为|要求|规定|指定)"
)
_LAW: Final = "(?:法律|法规|规章|行政法规|国家|省|市|本市|我市|政策)[、和及]?[^，。；]{0,12}?规定的?"
_RULERS: Final = "(?:国家|国务院|省|市|县|区|本地|当地|地方|上级|政府|部门|行业|现行|法律|法规|规章)的?$"
_FURTHER: Final = tuple(
    (re.compile(pattern), zh, en)
    for pattern, zh, en in (
        (
            f"(?:所?(?:必要|必需|必须|需要?)的|必要)(?={_QUALIFIED}(?:{_PAPER}|条件))",
            "写明要哪几样",
            "say which",
        ),
        (f"相应的?(?={_QUALIFIED}{_PAPER})", "写明是哪一样", "say which"),
        (
            f"(?:各种|各类|各项|若干|一些|某些|类似|同类|一切|任何|之类的?)(?={_QUALIFIED}{_PAPER})",
            "写明是哪几样",
            "say which",
        ),
        (
            "包括但不限于|不限于以[下上]|诸如此类|之类(?=[，。；、]|$)",
            "把清单写完整",
            "complete the list",
        ),
        (
            f"(?<!不)(?:能够|能|可以|可|足以)(?:充分)?证明[^，。；、（）]{{1,20}}的(?={_QUALIFIED}{_PAPER})",
            "写明交哪一种",
            "name the paper",
        ),
        (
            f"{_COUNTER}(?:需要|应当|必须|有必要)?(?:提供|提交|出具|补充)?的?(?={_QUALIFIED}{_PAPER})",
            "写明要哪几样，不能由窗口临时决定",
            "say which; it may not be left to the counter",
        ),
        (
            f"{_LAW}(?:应当|需要?)?(?:提交|提供)?的?"
            "(?=(?:证明)?(?:材料|资料|证件|文件|条件|情形|手续)(?:$|[，。；、）]))",
            "写明是哪部规定的哪一条，具体是什么",
            "name the rule and what it asks for",
        ),
        (
            "视(?:具体)?情况(?=[^，。；]{0,8}(?:提供|提交|补充|而定|确定))|酌情(?=提供|提交|补充)|"
            "(?:根据|按)(?:实际|具体)?(?:情况|需要)(?=提供|提交|补充|另行)",
            "写明什么情况交什么",
            "say which case needs which",
        ),
        (
            "(?:材料|要件|条件|要求|手续|清单)以[^，。；]{1,14}为准",
            "写明要哪几样，不能由窗口临时决定",
            "say which; it may not be left to the counter",
        ),
        (
            "按照?(?:审批|受理|办理|经办|登记|主管)?(?:窗口|工作人员|部门|机关|机构)的?要求(?=补充|提供|提交|补交)",
            "写明要哪几样，不能由窗口临时决定",
            "say which; it may not be left to the counter",
        ),
        (
            "视情(?!况)(?=[^，。；]{0,8}(?:提供|提交|补充|而定|确定))",
            "写明什么情况交什么",
            "say which case needs which",
        ),
        (
            f"(?:申请人|当事人|本人|用人单位)认为(?:有必要|需要|必要|应当)?(?:提供|提交|补充)?的(?={_QUALIFIED}{_PAPER})",
            "写明可以交哪几样",
            "say which may be handed in",
        ),
        (
            f"(?:配套|辅助|佐证)性?的?(?={_QUALIFIED}{_PAPER})",
            "写明是哪一样",
            "say which",
        ),
        (
            f"(?:按|按照|依照|根据)(?:要求|规定|有关要求)?(?:应当|需要?|须)?(?:提供|提交|准备|携带)的(?={_QUALIFIED}{_PAPER})|"
            f"(?:^|(?<=[，。；、]))(?:符合)?(?:国家|省|市|法定)?(?:规定|要求)的(?={_QUALIFIED}{_PAPER})",
            "写明是哪部规定的哪一条，具体是什么",
            "name the rule and what it asks for",
        ),
        (
            r"(?:^|(?<=[，。；、：:的人供交带示]))有效(?:的)?证(?:件|明)(?!名称|号码|类型|种类|所|书)",
            "写明是哪一种证件",
            "say which document",
        ),
        (
            r"(?<=[^，。；：、…\.])(?:…+|\.{3,}|。{3,})(?=$|[）)])",
            "把清单写完整，去掉省略号",
            "complete the list and delete the dots",
        ),
        (
            "必要时(?=[^，。；]{0,6}(?:提供|提交|补充|出具|携带|补交))",
            "写明什么情况下要交",
            "say in which case",
        ),
    )
)

_TRADITIONAL: Final = str.maketrans(  # what these rules look for, as it is typed elsewhere
    "關證資應類書據憑單個項種為還須須條規單與", "关证资应类书据凭单个项种为还须须条规单与"
)
_WINDOW: Final = 128  # wider than any rule looks

_ENGLISH: Final = re.compile(
    r"\b(?:(?:other|relevant|related|necessary|appropriate|corresponding|any other)(?:\s+\w+){0,2}?\s+"
    r"(?:documents?|materials?|papers?|proofs?|certificates?|evidence|information)|etc\b\.?|and so on|"
    r"and the like|including but not limited to)",
    re.IGNORECASE,
)


@lru_cache(maxsize=TEXTS_KEPT)
def vague_words(text: str) -> tuple[Vague, ...]:
    """Every catch-all in ``text``, in its order."""
    bare, places = _bare(text)
    masked = _masked(bare.translate(_TRADITIONAL))
    found = sorted(_chinese(masked), key=lambda hit: (hit[0], -hit[1]))
    hits, end = [], -1
    for start, stop, zh, en in found:
        if start < end:
            continue
        end = stop
        first, last = places[start], places[stop - 1]
        hits.append(Vague(first, text[first : last + 1], zh, en))
    return tuple(hits)


def vague_english(text: str) -> tuple[Vague, ...]:
    return tuple(
        Vague(hit.start(), hit.group(), "英文也要写出具体名称", "name it, or leave it out")
        for hit in _ENGLISH.finditer(text)
        if not re.search(
            r"\b(?:no|not|without|nor|never)\b[^.,;]{0,30}$", _before(text, hit.start()), re.IGNORECASE
        )
    )


_NAMELESS: Final = re.compile(
    "(?:根据|依据|按照|参照|执行)?(?:(?:国家|国务院|省|市|县|区|全国|本省|本市|我省|我市|本地|地方|上级|部门|行业|当地|现行|相关|有关|其他|"
    "规范性|行政|政策性|主管|的|和|及|与|或|、|以及|等)|法律|法规|规章|政策|文件|规定|要求|制度|办法|条例|通知|标准|"
    "依据|精神|惯例)+"
)


def nameless(title: str) -> bool:
    """Whether a basis names no law at all: 有关法律法规, 国家相关规定, 上级文件."""
    bare, _ = _bare(title)
    return _NAMELESS.fullmatch(bare.strip("《》“”。，；（）()")) is not None


def _bare(text: str) -> tuple[str, list[int]]:
    """Without blanks and invisible characters between Chinese, which would hide a word; with the places."""
    kept = [
        (place, character)
        for place, character in enumerate(text)
        if not (character.isspace() or character in "\u200b\u200c\u200d\u2060\ufeff\u00ad")
    ]
    return "".join(character for _, character in kept), [place for place, _ in kept]


def _masked(text: str) -> str:
    """Names of laws and of windows blanked out, at the same length."""
    for pattern in (_TITLE, _NOTICE, _NAMED):
        text = pattern.sub(lambda hit: "〇" * len(hit.group()), text)
    return text


def _chinese(text: str) -> Iterator[tuple[int, int, str, str]]:
    yield from _other(text)
    yield from _concerned(text)
    yield from _and_so_on(text)
    for pattern, zh, en in _FURTHER:
        for hit in pattern.finditer(text):
            if not _denied(text, hit.start()) and not _listed(text, hit.end()):
                yield hit.start(), hit.end() + _head(text, hit.end()), zh, en


def _other(text: str) -> Iterator[tuple[int, int, str, str]]:
    zh, en = "写出具体名称；没有别的就删去", "name it; if there is nothing else, delete this"
    for hit in _OTHER.finditer(text):
        rest = _after(text, hit.end())
        if _denied(text, hit.start()) or _listed(text, hit.end()):
            continue
        if re.match(rf"(?:的|任何|有关|相关|一|两|各)?(?:{_CLOSED})", rest) and not re.match(
            r"(?:有关|相关)(?:部门|单位)", rest
        ):
            continue
        bare = re.match(r"的?(?=$|[，。；：、！？,;:!?（(）)〇])", rest)
        open_ = re.match(rf"{_GAP}{{0,24}}?(?:{_OPEN})+", rest)
        if bare or open_:
            stop = hit.end() + (open_.end() if open_ else bare.end() if bare else 0)
            yield hit.start(), stop, zh, en


def _concerned(text: str) -> Iterator[tuple[int, int, str, str]]:
    zh, en = "写出具体名称", "name it"
    for hit in _CONCERNED.finditer(text):
        before, rest = _before(text, hit.start()), _after(text, hit.end())
        if _denied(text, hit.start()) or re.search(r"[无互不所密直]$|息息$|密切$|直接$", before):
            continue
        statement = (
            re.search(r"[与和跟同对][^，。；：、]{1,16}$", before) is not None
            and re.search(_RULERS, before) is None  # 和国家有关规定
        )
        if statement and not re.match(rf"的?(?:\S{{0,6}}?)(?:{_PAPERS})", rest):
            continue  # 与工作有关的伤害; ……与申请事项有关
        if re.match(r"$|[，。；、）]", rest) and statement:
            continue
        open_ = re.match(rf"的?{_GAP}{{0,16}}?(?:{_OPEN}|单位)+", rest)
        if open_ and not _listed(text, hit.end()):
            yield hit.start(), hit.end() + open_.end(), zh, en


def _and_so_on(text: str) -> Iterator[tuple[int, int, str, str]]:
    zh, en = "把清单写完整，去掉“等”", "complete the list and delete 等"
    for hit in _AND_SO_ON.finditer(text):
        before, rest = _before(text, hit.start()), _after(text, hit.end())
        if not before or (before[-1] in "，。；：、（(“《〇" and before[-1] != "〇"):
            continue
        if re.search(r"(?:请|在此|静|稍|排队|久|坐|站)$", before) or _counted(rest):
            continue
        if re.search(rf"{_STRONG}[^，。；：,;:]{{0,40}}$", before) or _listed(text, hit.end()):
            continue
        open_ = re.match(
            rf"(?:有效|有关|相关|其他|合法|书面|能够|可以|能|可|的)*{_GAP}{{0,12}}?"
            rf"(?:{_PAPERS}|条件|情形|情况|要求|原因|信息|内容)+",
            rest,
        )
        open_ = open_ or re.match(rf"{_GAP}{{0,6}}?{_ISSUING}", rest) or re.match(_VERSIONS, rest)
        end = re.match(r"(?=$|[，。；！？,;!?）)])", rest)
        if open_ or end:
            yield hit.start(), hit.end() + (open_.end() if open_ else 0), zh, en
    for hit in _ORDINAL.finditer(text):
        head = _head(text, hit.end())
        yield hit.start() + 1, hit.end() + head, zh, en


def _counted(rest: str) -> bool:
    """等三种材料, 等5项: the list is closed by its number."""
    return _COUNT.match(rest) is not None


def _before(text: str, start: int) -> str:
    """What the rules look back at: a window, so that a long text takes no longer than its length."""
    return text[max(0, start - _WINDOW) : start]


def _after(text: str, end: int) -> str:
    return text[end : end + _WINDOW]


def _denied(text: str, start: int) -> bool:
    """A negation before: nothing is left open by what is not wanted at all."""
    before = _before(text, start)
    found = re.search(rf"{_STRONG}([^，。；：,;:!?]{{0,24}})$", before) or re.search(
        rf"{_WEAK}({_GAP}{{0,10}})$", before
    )
    return found is not None and not _DEMAND.search(found.group(1))


def _listed(text: str, end: int) -> bool:
    """A list in brackets behind says all that is meant, and leaves nothing open itself."""
    found = re.match(rf"{_GAP}{{0,16}}", _after(text, end))
    rest = _after(text, end + (found.end() if found else 0))
    inside = _LIST.match(rest)
    if inside is None:
        return False
    words = inside.group()[1:-1]
    return bool(re.search("[、或和]", words)) and not _INNER_OPEN.search(words)


def _head(text: str, end: int) -> int:
    """How long the noun behind ``end`` is, so that the finding shows a whole phrase."""
    found = re.match(rf"{_GAP}{{0,8}}?(?:{_PAPERS}|条件|情形)+", _after(text, end))
    return found.end() if found else 0
