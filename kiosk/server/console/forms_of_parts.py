"""Which file of a change has which form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from kiosk.matters.lint.calendar_days import check_calendar
from kiosk.server.console import list_forms, part_forms
from kiosk.server.console.boxes import Panel
from kiosk.server.console.list_forms import LIST_NAME
from kiosk.server.console.pictures import PRODUCT
from kiosk.server.console.sources import BASE, CALENDAR, CHOICES, HALL_HOURS, REASONS

LISTS: Final[Mapping[str, str]] = {
    "banks": "银行",
    "ethnicities": "民族",
    "regions": "行政区划",
    "relations": "与申请人的关系",
}
"""What the product's own lists are called."""


@dataclass(frozen=True)
class Form:
    """``text`` makes the file from what was typed, with the lines that could not be read; ``doubts``: what
    may be wrong all the same."""

    key: str
    file: str
    title: str
    hint: str
    panels: Callable[[str], tuple[Panel, ...]]
    text: Callable[[str, Mapping[str, str]], tuple[str, list[str]]]
    wrong: Callable[[str], list[tuple[str, str]]]
    doubts: Callable[[str], Iterable[str]] = lambda _text: ()


def _whole(text: Callable[[str, Mapping[str, str]], str]) -> Callable[..., tuple[str, list[str]]]:
    return lambda before, given: (text(before, given), [])


FORMS: Final = {
    "reasons": Form(
        "reasons",
        REASONS,
        "好差评评价标签",
        "标签由省级平台统一发布，本地不增减。省里更新后，照着新的一份改。",
        part_forms.reasons_panels,
        _whole(part_forms.reasons_text),
        partial(part_forms.wrong, part_forms.MODELS["reasons"]),
    ),
    "calendar": Form(
        "calendar",
        CALENDAR,
        "放假安排",
        "国务院办公厅公布下一年的放假通知后填在这里，终端据此判断工作日、推算办结日期。",
        part_forms.calendar_panels,
        part_forms.calendar_text,
        partial(part_forms.wrong, part_forms.MODELS["calendar"]),
        lambda text: [each.zh for each in check_calendar(CALENDAR, text)],
    ),
    "hall-hours": Form(
        "hall-hours",
        HALL_HOURS,
        "大厅人员时间",
        "终端全天不打烊；这里写什么时候有人，终端据此告诉群众去哪里找人、约什么时间（第二十二条）。",
        list_forms.hall_panels,
        _whole(list_forms.hall_text),
        partial(list_forms.wrong, "hall-hours"),
    ),
    "base-catalogue": Form(
        "base-catalogue",
        BASE,
        "基本目录",
        "由省级统一发布，本地不增减：不在目录中的事项不得提供（第五条）。省里更新后，把新的一份整块粘贴进来。",
        list_forms.base_panels,
        _whole(list_forms.base_text),
        partial(list_forms.wrong, "base-catalogue"),
    ),
}


def form_of(key: str) -> Form | None:
    """The form at the end of an address: one of :data:`FORMS`, or ``choices/`` and the name of a list."""
    name = key.removeprefix(CHOICES)
    if not key.startswith(CHOICES) or not LIST_NAME.fullmatch(name):
        return FORMS.get(key)
    return Form(
        key,
        f"{key}.yaml",
        f"选项列表：{list_label(name)}",
        "表单里“选项目录”写这个列表名的问题都用它。已经有人选过的值不要改，只改名称；停用的删去。",
        list_forms.choices_panels,
        _whole(list_forms.choices_text),
        partial(list_forms.wrong, key),
    )


def product_text(file: str) -> str:
    """What a terminal has as long as nothing else is pushed to it; empty: nothing that one begins from."""
    if file != HALL_HOURS and not file.startswith(CHOICES):
        return ""
    path = PRODUCT / "config" / file
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def product_lists() -> dict[str, str]:
    files = sorted((PRODUCT / "config" / CHOICES).glob("*.yaml"))
    return {f"{CHOICES}{path.name}": path.read_text(encoding="utf-8") for path in files}


def list_label(name: str) -> str:
    return f"{LISTS[name]}（{name}）" if name in LISTS else name
