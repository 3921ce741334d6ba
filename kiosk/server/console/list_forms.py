"""Hall hours, lists of choices and the base catalogue as forms: from a file to boxes, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from kiosk.matters.base import BaseCatalogue
from kiosk.matters.choices import Listed
from kiosk.matters.document import ONE_CATALOGUE, Node, parse_document
from kiosk.matters.excel.cells import CellError, Lines, Number
from kiosk.matters.excel.yaml_text import yaml_text
from kiosk.matters.hours import HallHours
from kiosk.server.console import boxes
from kiosk.server.console.boxes import Line, Panel
from kiosk.server.console.part_forms import KINDS, said_of
from kiosk.server.console.sources import CHOICES
from kiosk.server.console.tables_typed import Typed, as_lines

LIST_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HALL_HEAD: Final = "# 大厅工作人员的时间，按四种日子填写。自助终端全天不打烊。\n"
_BASE_HEAD: Final = "# 省级政务服务事项基本目录：不在目录中的事项不得在终端上提供（第五条）。\n"
_CHOICES_HEAD: Final = "# 选项列表：排在前面的先显示；within 指上一级。\n"


class Days(Lines):
    """Kinds of day by their Chinese names."""

    def to_cell(self, value: Any) -> str:
        return "、".join(dict(KINDS).get(str(each), str(each)) for each in value)

    def from_cell(self, text: str) -> Any:
        names = [part.strip() for part in re.split(r"[、，,;；\s]+", text) if part.strip()]
        known = {words: kind for kind, words in KINDS} | {kind: kind for kind, _ in KINDS}
        unknown = next((name for name in names if name not in known), None)
        if unknown is not None:
            offered = "、".join(words for _, words in KINDS)
            raise CellError(f"没有“{unknown[:10]}”这种日子：写{offered}", f"{unknown} is no kind of day")
        return [known[name] for name in names]


_SLOT: Final = (
    Line("哪些日子", ("days",), Days(), hint="工作日、调休上班、周末、放假，可写几种"),
    Line("从", ("from",), hint="09:00"),
    Line("到", ("until",), hint="17:00；到半夜写 24:00"),
)
_TIMES: Final = (
    ("regular", "窗口开放时间", "中午不开放就分上午、下午两条"),
    ("lunch", "午间不间断", "综合窗口午间有人的时间"),
    ("by_appointment", "公休日预约", "公休日为急事、特殊情况开的时间，凭预约（第二十三条）；没有就不填"),
    ("on_call", "自助区值班", "窗口下班后，有人到自助区帮忙的时间；没有就不填"),
)
_FLEXIBLE: Final = Line("早晚弹性办（分钟）", ("flexible_minutes",), Number(), "开门前、关门后各多久，凭预约")
_BASE_HEADS: Final = (
    Line("版本", ("version",)),
    Line("发布单位", ("publisher",)),
    Line("发布日期", ("published",), hint="年-月-日"),
)
_ITEMS: Final = Typed(
    columns=(
        ("基本编码", ("catalog_code",), False),
        ("事项名称", ("name",), False),
        ("事项类型", ("item_type",), False),
        ("部门", ("department",), False),
    )
)
_OPTIONS: Final = Typed(
    columns=(
        ("值", ("value",), False),
        ("上一级的值", ("within",), True),
        ("中文", ("label", "zh"), False),
        ("English", ("label", "en"), False),
    )
)


def plain_of(text: str) -> Any:
    """The file as plain values, also a long one; ``None`` when it cannot be read."""
    root = parse_document(text, "part", ONE_CATALOGUE) if text else None
    return root.plain() if isinstance(root, Node) else None


# --- hall hours -------------------------------------------------------------------------------------------


def hall_panels(text: str) -> tuple[Panel, ...]:
    plain = plain_of(text) or {}
    found = []
    for key, title, hint in _TIMES:
        entries = plain.get(key) or []
        found.append(Panel(title, rows=boxes.rows(key, (key,), title, _SLOT, entries, hint)))
    flexible = boxes.box(_FLEXIBLE, "f.flexible_minutes", plain.get("flexible_minutes"))
    return (*found, Panel("早晚弹性办", (flexible,)))


def hall_text(text: str, given: Mapping[str, str]) -> str:
    plain = plain_of(text) or {}
    made: dict[str, Any] = {}
    for key, _, _ in _TIMES:
        made[key] = boxes.entries_of(key, _SLOT, plain.get(key) or [], given)
    if "flexible_minutes" in plain:
        made["flexible_minutes"] = plain["flexible_minutes"]
    boxes.put(made, _FLEXIBLE, given.get("f.flexible_minutes", "").strip())
    return text if made == plain else yaml_text(made, _HALL_HEAD)


# --- the base catalogue -----------------------------------------------------------------------------------


def base_panels(text: str) -> tuple[Panel, ...]:
    plain = plain_of(text) or {}
    heads = tuple(boxes.box(line, f"f.{line.path[0]}", plain.get(str(line.path[0]))) for line in _BASE_HEADS)
    items = Line(f"每行一项：{_ITEMS.heading}", ("items",), _ITEMS, "可以从 Excel 整块粘贴", long=True)
    listed = plain.get("items")
    many = len(listed) if isinstance(listed, list) else 0
    return (
        Panel("来源", heads),
        Panel(f"事项（{many} 项）", (boxes.box(items, "f.items", listed),)),
    )


def base_text(text: str, given: Mapping[str, str]) -> str:
    plain = plain_of(text) or {}
    made = {str(line.path[0]): given.get(f"f.{line.path[0]}", "").strip() for line in _BASE_HEADS}
    items = _typed(_ITEMS, given.get("f.items", ""))
    if {**made, "items": items} == plain:
        return text
    heads = "".join(f"{key}: {json.dumps(words, ensure_ascii=False)}\n" for key, words in made.items())
    if isinstance(items, str):
        return f"{_BASE_HEAD}{heads}items: {json.dumps(items, ensure_ascii=False)}\n"
    listed = f"items:\n{as_lines(items, '  ')}" if items else "items: []\n"
    return f"{_BASE_HEAD}{heads}{listed}"


# --- lists of choices -------------------------------------------------------------------------------------


def choices_panels(text: str) -> tuple[Panel, ...]:
    plain = plain_of(text)
    hint = "可以从 Excel 整块粘贴；没有上一级的，那一栏空着，竖线留着"
    line = Line(f"每行一个选项：{_OPTIONS.heading}", ("items",), _OPTIONS, hint, long=True)
    many = len(plain) if isinstance(plain, list) else 0
    return (Panel(f"选项（{many} 个）", (boxes.box(line, "f.items", plain),)),)


def choices_text(text: str, given: Mapping[str, str]) -> str:
    items = _typed(_OPTIONS, given.get("f.items", ""))
    if items == plain_of(text) or (not items and not text):
        return text
    if isinstance(items, str):
        return f"{_CHOICES_HEAD}{json.dumps(items, ensure_ascii=False)}\n"
    return _CHOICES_HEAD + (as_lines(items) or "[]\n")


def _typed(kind: Typed, text: str) -> Any:
    """The entries, or what was typed where a line is none: it stays in its box, with the reason."""
    try:
        return kind.from_cell(text)
    except CellError:
        return text


# --- what is wrong ----------------------------------------------------------------------------------------

MODELS: Final[Mapping[str, type[BaseModel]]] = {"hall-hours": HallHours, "base-catalogue": BaseCatalogue}


def wrong(key: str, text: str) -> list[tuple[str, str]]:
    """Path with dots and words, for each thing that would not be taken."""
    plain = plain_of(text)
    if plain is None:
        return [("", "文件读不出来，请重新填写")] if text else []
    if key.startswith(CHOICES):
        return list(_wrong_choices(plain))
    if isinstance(plain, dict) and isinstance(plain.get("items"), str):
        return []  # the box itself says which line
    try:
        MODELS[key].model_validate(plain)
    except ValidationError as error:
        return [_in_row(said_of(each)) for each in error.errors(include_url=False, include_input=False)[:50]]
    return list(_twice(plain["items"], "catalog_code", "基本编码")) if key == "base-catalogue" else []


def _in_row(found: tuple[str, str]) -> tuple[str, str]:
    """Of a list in one box: which line."""
    path, words = found
    row = re.match(r"items\.(\d+)\.", path)
    return ("items", f"第{int(row[1]) + 1}行：{words}") if row else found


def _twice(items: Any, key: str, name: str) -> Iterator[tuple[str, str]]:
    seen: dict[str, int] = {}
    for number, entry in enumerate(items, 1):
        value = str(entry.get(key, ""))
        first = seen.setdefault(value, number)
        if first != number:
            yield "items", f"第{number}行的{name}“{value}”和第{first}行相同，请只留一行"


def _wrong_choices(plain: Any) -> Iterator[tuple[str, str]]:
    if isinstance(plain, str):
        return  # the box itself says which line
    if not isinstance(plain, list) or not plain:
        yield "items", "至少要有一个选项"
        return
    for number, entry in enumerate(plain):
        try:
            Listed.model_validate(entry)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_input=False)[:5]:
                path, words = said_of(each)
                yield _in_row((f"items.{number}.{path}", words))
    if not all(isinstance(entry, dict) for entry in plain):
        return
    yield from _twice(plain, "value", "值")
    above = {str(entry.get("value")): str(entry.get("within") or "") for entry in plain}
    for number, entry in enumerate(plain, 1):
        way, here = [str(entry.get("value"))], str(entry.get("within") or "")
        while here and here in above and here not in way:
            way.append(here)
            here = above[here]
        if here and here in way:
            yield "items", f"第{number}行：“{here}”不能是自己的上一级"
        elif here and len(way) == 1:
            yield "items", f"第{number}行的上一级“{here}”不在表里"
