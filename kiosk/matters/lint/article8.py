"""Article 8: each material stands on a law or rule, and nothing is left open by catch-all words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kiosk.matters.lint.findings import ARTICLE_7, ARTICLE_8, Finding, Severity
from kiosk.matters.lint.placeholders import placeholder
from kiosk.matters.lint.subject import Path_, Subject, Surroundings
from kiosk.matters.lint.vague import Vague, nameless, vague_english, vague_words

# Where a catch-all decides what a citizen has to bring or to fulfil, and where it is only imprecise.
_DEMANDS: Final = (
    ("guide", "materials"),
    ("guide", "conditions"),
    ("guide", "owing_rule"),
    ("bring",),
    ("eligibility",),
    ("finish",),
)
_SAYINGS: Final = (
    ("guide", "item_name"),
    ("guide", "authority"),
    ("guide", "audience"),
    ("guide", "result_name"),
    ("guide", "result_sample"),
    ("guide", "fee"),
    ("guide", "fee_basis"),
    ("guide", "procedure"),
    ("guide", "handling_forms"),
    ("guide", "review_standard"),
    ("guide", "scope"),
    ("guide", "appointment"),
    ("guide", "online_payment"),
    ("guide", "express"),
    ("guide", "places"),
    ("guide", "hours"),
    ("guide", "legal_limit"),
    ("guide", "promised_limit"),
    ("steps",),
    ("next",),
)
_QUOTATION: Final = frozenset({"basis", "legal_basis"})  # names and words of laws
_PRECISE: Final = re.compile(r"第.{1,9}[条章节款项]|附[件表录]|[一二三四五六七八九十百\d]")
_CODES: Final = frozenset({"code", "source", "form", "licence"})


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    yield from _bases(subject)
    for severity, places in ((Severity.ERROR, _DEMANDS), (Severity.WARNING, _SAYINGS)):
        for place in places:
            for path, text in subject.texts(*place):
                yield from _open(subject, path, text, severity)


def _bases(subject: Subject) -> Iterator[Finding]:
    for path, entry in subject.items("guide", "materials"):
        yield from _origin(subject, path)
        name = subject.text(*path, "name", "zh") or subject.text(*path, "code") or ""
        bases = [*subject.items(*path, "basis")]
        there = isinstance(entry.value, dict) and "basis" in entry.value
        if there and not bases:
            yield subject.finding(
                (*path, "basis"),
                "article8.no_basis",
                Severity.ERROR,
                ARTICLE_8,
                f"材料“{name}”没有依据：请写明法律法规、规章或规范性文件的名称、文号和条款；没有依据的材料请取消",
                f"the material “{name}” has no basis: name the law and its article, or drop it",
            )
        for where, _ in bases:
            title = subject.text(*where, "title")
            if title is not None and (placeholder(title) is not None or nameless(title)):
                yield subject.finding(
                    (*where, "title"),
                    "article8.no_basis",
                    Severity.ERROR,
                    ARTICLE_8,
                    f"材料“{name}”的依据“{title[:20]}”没有内容：请写明文件名称和条款",
                    f"the basis “{title[:20]}” of “{name}” says nothing: name the law and its article",
                )
            elif title is not None and not (
                _PRECISE.search(subject.text(*where, "article") or "") or subject.text(*where, "reference")
            ):
                yield subject.finding(
                    (*where, "title"),
                    "article8.imprecise_basis",
                    Severity.WARNING,
                    ARTICLE_8,
                    f"材料“{name}”的依据没有文号也没有条款：请写明第几条（article）或者文号（reference）",
                    f"the basis of the material “{name}” has neither number nor article: add one of them",
                )


def _origin(subject: Subject, path: Path_) -> Iterator[Finding]:
    """Where a citizen gets what she has to bring: nobody looks for it at five counters."""
    if subject.text(*path, "source") != "applicant":
        return
    if subject.text(*path, "issuer") is not None:
        return  # one that says nothing is found as a placeholder
    name = subject.text(*path, "name", "zh") or subject.text(*path, "code") or ""
    name_en = subject.text(*path, "name", "en") or name
    yield subject.finding(
        path,
        "article7.no_origin",
        Severity.WARNING,
        ARTICLE_7,
        f"材料“{name}”没有写来源渠道（issuer）：请写明由谁出具，例如“公安机关”；自己准备的写“申请人自备”",
        f"it is not said who issues “{name_en}” (issuer): name the body, or write 申请人自备 (the applicant)",
    )


def _open(subject: Subject, path: Path_, text: str, severity: Severity) -> Iterator[Finding]:
    if _QUOTATION & set(map(str, path)) or path[-1] in _CODES:
        return
    english = path[-1] == "en"
    hit: Vague
    for hit in vague_english(text) if english else vague_words(text):
        yield subject.finding(
            path,
            "article8.vague_english" if english else "article8.vague",
            Severity.WARNING if english else severity,
            ARTICLE_8,
            f"“{hit.word}”是模糊性兜底性的说法：{hit.zh}",
            f"“{hit.word}” leaves open what is meant: {hit.en}",
            word=hit.word.split("\n")[0],
        )
