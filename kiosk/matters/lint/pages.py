"""Pages that fit: texts short enough for the screens, in the largest type on the smallest panel.

Widths are counted in ems (a Chinese character is one), so that no window is needed.  The limits are what
elder mode on a 10.1" tablet shows: a heading has eleven ems a line and three lines, body text thirteen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from kiosk.matters.lint.findings import ARTICLE_22, Finding, Severity
from kiosk.matters.lint.subject import Path_, Subject, Surroundings

_NARROW: Final = 0.55  # of an em: a Latin letter of Noto Sans SC, on average
_CAPITAL: Final = 0.66

# Place in the file, ems for Chinese, ems for English, what it is, in both languages.
LIMITS: Final[tuple[tuple[str, float, float, str, str], ...]] = (
    ("plain_name.*", 9.0, 16.0, "首页磁贴上的名称", "the name on a tile"),
    ("name.*", 36.0, 50.0, "事项名称", "the name"),
    ("department.*", 18.0, 26.0, "部门名称", "the department's name"),
    ("bring.*.*", 60.0, 84.0, "一条“要带的东西”", "one thing to bring"),
    ("eligibility.*.zh", 60.0, 84.0, "一条“能不能办”", "one line of who may apply"),
    ("eligibility.*.en", 60.0, 84.0, "一条“能不能办”", "one line of who may apply"),
    ("eligibility.*.ask.*", 34.0, 44.0, "一个问题", "a question"),
    ("eligibility.*.otherwise.*", 90.0, 120.0, "不符合时的提示", "what those not eligible are told"),
    ("steps.*.*", 48.0, 66.0, "一个步骤", "one step"),
    ("next.*", 120.0, 160.0, "办完之后的说明", "what comes after"),
    ("form.*.question.*", 34.0, 44.0, "一个问题", "a question"),
    ("form.*.questions.*.question.*", 30.0, 40.0, "一个问题", "a question"),
    ("form.*.label.*", 14.0, 18.0, "核对页上的名称", "a label of the check page"),
    ("form.*.questions.*.label.*", 12.0, 16.0, "核对页上的名称", "a label of the check page"),
    ("form.*.hint.*", 72.0, 90.0, "一条提示", "a hint"),
    ("form.*.questions.*.hint.*", 72.0, 90.0, "一条提示", "a hint"),
    ("form.*.options.*.label.*", 22.0, 30.0, "一个选项", "an option"),
    ("form.*.questions.*.options.*.label.*", 22.0, 30.0, "一个选项", "an option"),
    ("form.*.more.*", 34.0, 44.0, "一个问题", "a question"),
    ("checks.*.message.*", 60.0, 84.0, "出错时的提示", "what is said of a mistake"),
    ("guide.materials.*.name.*", 60.0, 80.0, "一项材料的名称", "the name of a material"),
    ("guide.materials.*.declaration.*", 200.0, 260.0, "承诺书的内容", "the text to declare"),
    ("guide.materials.*.owing.how.*", 90.0, 130.0, "补交办法", "how to hand it in later"),
    ("guide.*", 900.0, 900.0, "一项要素", "an element of the guide"),
)
MOST_OPTIONS: Final = 12
_ICON: Final = ("icon",)


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    yield from _icon(subject)
    for path, text in subject.texts():
        limit = _limit(path)
        if limit is None:
            continue
        most = limit[2] if path[-1] == "en" else limit[1]
        wide = ems(text)
        if wide > most:
            share = round(100 * (1 - most / wide))
            yield subject.finding(
                path,
                "pages.too_long",
                Severity.WARNING,
                ARTICLE_22,
                f"{limit[3]}太长，大字版的屏幕上放不下：最多约{most:.0f}个汉字宽，请缩短约{share}%",
                f"{limit[4]} is too long for the screen in large type: shorten it by about {share} %",
            )
    for path, entry in subject.items("form"):
        options = [*subject.items(*path, "options")]
        if len(options) > MOST_OPTIONS:
            yield subject.finding(
                (*path, "options"),
                "pages.too_many_options",
                Severity.INFO,
                ARTICLE_22,
                f"有{len(options)}个选项，要翻好几页：请归并，或者改用catalogue",
                f"{len(options)} options take several pages: merge some, or use a catalogue",
            )
        del entry


def _icon(subject: Subject) -> Iterator[Finding]:
    """Only where the fonts are made: an editor's desk may have none."""
    from assets import icons
    from assets.fonts import FontsNotBuiltError

    name = subject.text(*_ICON)
    try:
        if name is None or icons.known(name):
            return
        near = icons.UnknownIconError(name).suggestions
    except FontsNotBuiltError:
        return
    zh = f"，相近的有{'、'.join(near)}" if near else ""
    en = f"; near it: {', '.join(near)}" if near else ""
    yield subject.finding(
        _ICON,
        "pages.unknown_icon",
        Severity.ERROR,
        ARTICLE_22,
        f"没有叫“{name[:40]}”的图标：请从Material Design Icons里选一个{zh}",
        f"no icon is called “{name[:40]}”: choose one of Material Design Icons{en}",
    )


@lru_cache(maxsize=4096)
def _limit(path: Path_) -> tuple[str, float, float, str, str] | None:
    if "basis" in path or "legal_basis" in path:
        return None
    dotted = ".".join("0" if isinstance(step, int) else step for step in path)
    parts = dotted.count(".")
    return next(
        (
            limit
            for limit in LIMITS
            if fnmatchcase(dotted, limit[0]) and (limit[0].count(".") == parts or limit[0] == "guide.*")
        ),
        None,
    )


@lru_cache(maxsize=1 << 15)  # most texts of many matters come again
def ems(text: str) -> float:
    """The width of ``text`` in ems."""
    return sum(
        1.0
        if unicodedata.east_asian_width(sign) in "WF"
        else _CAPITAL
        if sign.isupper()
        else 0.0
        if unicodedata.combining(sign)
        else _NARROW
        for sign in text
    )
