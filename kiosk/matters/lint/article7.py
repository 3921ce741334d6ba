"""Article 7: each of the 26 elements is there, says something, and agrees with the rest of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kiosk.matters.lint.findings import ARTICLE_7, Finding, Severity
from kiosk.matters.lint.placeholders import IN_FULL, NAMED, bare_word, placeholder
from kiosk.matters.lint.subject import Path_, Subject, Surroundings
from kiosk.matters.lint.vague import nameless
from kiosk.matters.lint.wording import ELEMENTS

_TYPE_WORDS: Final = """
    行政许可 行政处罚 行政强制 行政征收 行政给付 行政检查 行政确认 行政奖励 行政裁决 其他行政权力 公共服务
"""
ITEM_TYPES: Final = frozenset(_TYPE_WORDS.split())
_AUDIENCE_WORDS: Final = """
    自然人 个人 公民 企业法人 事业法人 社会组织法人 非法人企业 行政机关 其他组织 法人 个体工商户 企业
"""
_AUDIENCES: Final = tuple(_AUDIENCE_WORDS.split())
_BARE_YES: Final = frozenset({"是", "有", "可以", "支持", "可", "能", "提供", "支持办理", "可以办理"})
_BARE_NO: Final = frozenset(
    {"否", "不", "不是", "不可", "不可以", "不能", "不支持", "不提供", "不适用", "不涉及", "不需要"}
)
_HOW: Final = {
    "owing_rule": (
        "哪项材料可以后补、几天内、交到哪里",
        "which material may come later, until when and where",
    ),
    "appointment": (
        "怎么预约，例如电话、网址或者窗口",
        "how, such as by which telephone, address or counter",
    ),
    "online_payment": ("在哪里付、怎么付", "where and how"),
    "express": ("怎么寄、运费由谁付", "how it is sent and who pays for it"),
}
_PHONE: Final = re.compile(
    r"(?:\(?0\d{2,3}\)?[- ]?)?\d{7,8}(?:[-转]\d{1,6})?|1[3-9]\d{9}|[19]\d{2,5}|[48]00[- ]?\d{3,4}[- ]?\d{3,4}"
)
_CLOCK: Final = re.compile(r"\d|[一二三四五六七八九十两]+[点时]|全天|昼夜")
_TIME: Final = re.compile(r"(?<![\d:：])(\d{1,2})[:：](\d{2})(?![\d:：])")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9-]+\.[A-Za-z]{2,}|[\u4e00-\u9fff]{2,}")
_QUOTED: Final = frozenset({"text", "reference", "article", "note"})  # may be short, or the words of a law
_ENUMERATED: Final = frozenset({"unit", "source", "form", "kind", "amount", "code", "licence", "delivery"})


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    yield from _elements(subject)
    yield from _agreement(subject)
    yield from _kinds(subject)


def _elements(subject: Subject) -> Iterator[Finding]:
    for key, (number, zh, en) in ELEMENTS.items():
        for path, text in subject.texts("guide", key):
            name = next((str(step) for step in reversed(path) if isinstance(step, str)), key)
            if name in _ENUMERATED:
                continue
            said = placeholder(text)
            if said is None and name in NAMED:
                said = bare_word(text)
            if key == "legal_basis" and name == "title" and nameless(text):
                said = text.strip()
            if said is None or (name in _QUOTED and not text.strip()):
                continue
            full, full_en = IN_FULL.get(name, ("", ""))
            how = f"：没有就写全，例如“{full}”" if full else "：请写出实际内容"
            how_en = f"if there is none, say so in full, such as {full_en}" if full else "write what it is"
            yield subject.finding(
                path,
                "article7.placeholder",
                Severity.ERROR,
                ARTICLE_7,
                f"第{number}项要素“{zh}”只有“{said[:20]}”，没有内容{how}",
                f"element {number}, “{en}”, holds only “{said[:20]}”: {how_en}",
                word=said.split("\n")[0],
            )
    for key in ("name", "plain_name", "department", "next", "bring", "eligibility", "steps"):
        for path, text in subject.texts(key):
            if path[-1] in ("zh", "en") and (said := placeholder(text)) is not None:
                yield subject.finding(
                    path,
                    "article7.placeholder",
                    Severity.ERROR,
                    ARTICLE_7,
                    f"“{said[:20]}”没有内容：请写出群众要知道的话",
                    f"“{said[:20]}” says nothing: write what a citizen needs to know",
                    word=said,
                )


def _agreement(subject: Subject) -> Iterator[Finding]:
    pairs: tuple[tuple[Path_, Path_, str, str], ...] = (
        (("guide", "item_name"), ("name", "zh"), "事项名称", "name"),
        (("guide", "item_code"), ("task_code",), "事项编码", "code"),
    )
    for path, other, zh, en in pairs:
        one, two = subject.text(*path), subject.text(*other)
        if one is not None and two is not None and one != two:
            there = ".".join(map(str, other))
            yield subject.finding(
                path,
                "article7.disagrees",
                Severity.ERROR,
                ARTICLE_7,
                f"指南的{zh}与{there}（{two}）不一致：请改成一致",
                f"the guide's {en} differs from {there} ({two}): make them equal",
            )


def _kinds(subject: Subject) -> Iterator[Finding]:
    kind = subject.text("guide", "item_type")
    if kind is not None and kind not in ITEM_TYPES:
        yield subject.finding(
            ("guide", "item_type"),
            "article7.type",
            Severity.WARNING,
            ARTICLE_7,
            f"“{kind[:20]}”不是事项类型：请从“{'、'.join(sorted(ITEM_TYPES))}”中选一个",
            "this is no type of matter; the types are those of the national catalogue, such as 公共服务",
        )
    audience = subject.text("guide", "audience")
    if audience is not None and not any(word in audience for word in _AUDIENCES):
        yield subject.finding(
            ("guide", "audience"),
            "article7.audience",
            Severity.INFO,
            ARTICLE_7,
            f"服务对象“{audience[:20]}”没有说明是自然人还是法人：请写明",
            "say whether natural persons (自然人) or legal persons are served",
        )
    for key, (how, how_en) in _HOW.items():
        said = subject.text("guide", key)
        if said is not None and said.strip("。 ") in _BARE_YES:
            number, zh, en = ELEMENTS[key]
            yield subject.finding(
                ("guide", key),
                "article7.bare_yes",
                Severity.WARNING,
                ARTICLE_7,
                f"第{number}项要素“{zh}”只写了“{said}”：请写明{how}",
                f"element {number}, “{en}”, only says yes: say {how_en}",
            )
        elif said is not None and said.strip("。 ") in _BARE_NO:
            number, zh, en = ELEMENTS[key]
            full, full_en = IN_FULL[key]
            yield subject.finding(
                ("guide", key),
                "article7.bare_no",
                Severity.WARNING,
                ARTICLE_7,
                f"第{number}项要素“{zh}”只写了“{said}”，群众看不明白：请写全，例如“{full}”",
                f"element {number}, “{en}”, only says no: say it in full, such as {full_en}",
            )
    hours = subject.text("guide", "hours")
    if hours is not None and placeholder(hours) is None and not _CLOCK.search(hours):
        yield subject.finding(
            ("guide", "hours"),
            "article7.hours",
            Severity.WARNING,
            ARTICLE_7,
            f"办理时间“{hours[:20]}”没有写几点到几点：请写明，例如“法定工作日9:00至12:00、13:00至17:00”",
            "the hours do not say from when until when: write the times of day",
        )
    for hit in _TIME.finditer(hours or ""):
        hour, minute = int(hit.group(1)), int(hit.group(2))
        if minute > 59 or (hour, minute) > (24, 0):
            yield subject.finding(
                ("guide", "hours"),
                "article7.hours",
                Severity.WARNING,
                ARTICLE_7,
                f"没有“{hit.group()}”这个时间：请改正，一天到24:00为止",
                f"there is no such time as {hit.group()}: a day ends at 24:00",
                word=hit.group(),
            )
    for name in ("consultation", "supervision"):
        for path, entry in subject.items("guide", name):
            value, way = subject.text(*path, "value"), subject.text(*path, "kind")
            if way == "phone" and value is not None and not _PHONE.fullmatch(value.strip()):
                yield subject.finding(
                    (*path, "value"),
                    "article7.phone",
                    Severity.WARNING,
                    ARTICLE_7,
                    f"“{value[:24]}”不是电话号码：一个号码写一条，只写号码，例如0375-1234567",
                    f"“{value[:24]}” is no telephone number: one number an entry, digits only",
                )
            elif way == "web" and value is not None and not _ADDRESS.search(value):
                yield subject.finding(
                    (*path, "value"),
                    "article7.web",
                    Severity.WARNING,
                    ARTICLE_7,
                    f"“{value[:24]}”不是网址：请写网站名称和完整的网址",
                    f"“{value[:24]}” is no address: write the site's name and its whole address",
                )
            del entry
