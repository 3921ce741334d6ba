"""Sections that the workbook lays out in a way of its own: bases, questions, exchange, rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kiosk.matters.excel.cells import Number, Text, YesNo
from kiosk.matters.excel.layout import BASES, BASIS_SHEET, GROUP_COLUMNS, QUESTION_SHEET, Column
from kiosk.matters.models import Exchange
from kiosk.server.console import boxes
from kiosk.server.console.boxes import Line, Panel, Place

_EXCHANGE: Final = {
    "task_handle_item": "业务办理项",
    "project_type": "办件类型（1 即办件，2 承诺件）",
    "handle_type": "办理形式代码",
    "server_type": "服务对象代码",
    "user_topic_type": "主题分类代码",
    "task_state": "事项状态代码",
    "promise_type": "承诺时限类型代码",
    "promise_explain": "承诺时限说明",
    "anticipate_day": "法定期限（天）",
    "link_way": "咨询方式",
    "supervise_way": "监督方式",
    "result_type": "结果类型代码",
    "is_fee": "是否收费（空着：按指南的收费）",
    "limit_scene_num": "到现场次数",
    "is_service_terminals": "进自助终端",
    "is_schedule": "可以预约",
    "is_express": "可以快递",
    "is_pay_online": "可以网上支付",
    "plan_effective_date": "计划生效日期（年-月-日）",
    "plan_cancel_date": "计划取消日期（年-月-日，这天起不再提供）",
}
_CARD: Final = (
    ("name", "虚构的姓名"),
    ("number", "虚构的证件号码"),
    ("sex", "性别（1 男，2 女）"),
    ("ethnicity", "民族代码"),
    ("birth", "出生日期（8位数字）"),
    ("address", "住址"),
)


def name_of(path: Place) -> str:
    return "f." + ".".join(map(str, path))


def columns_of(columns: Sequence[Column]) -> tuple[Line, ...]:
    return tuple(Line(each.label, each.path, each.kind, long=each.wide) for each in columns)


@dataclass(frozen=True)
class Special:
    shown: Callable[[Mapping[str, Any]], list[Panel]]
    take: Callable[[dict[str, Any], Mapping[str, Any], Mapping[str, str]], None]


def _bases(plain: Mapping[str, Any]) -> list[tuple[str, Place, dict[str, Any]]]:
    """Every basis with what it is for."""
    found: list[tuple[str, Place, dict[str, Any]]] = []
    for use, path in (*BASES.items(), *_material_bases(plain)):
        listed = boxes.at(plain, path)
        for number, each in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(each, dict):
                found.append((use, (*path, number), each))
    return found


def _material_bases(plain: Mapping[str, Any]) -> list[tuple[str, Place]]:
    materials = boxes.at(plain, ("guide", "materials"))
    return [
        (str(each.get("code") or f"材料{number + 1}"), ("guide", "materials", number, "basis"))
        for number, each in enumerate(materials if isinstance(materials, list) else ())
        if isinstance(each, dict)
    ]


def _basis_lines(plain: Mapping[str, Any]) -> tuple[Line, ...]:
    named = {path[2]: boxes.at(plain, (*path[:3], "name", "zh")) for _, path in _material_bases(plain)}
    uses = [(use, use) for use in BASES]
    uses += [(use, f"材料：{named[path[2]] or use}") for use, path in _material_bases(plain)]
    return (Line("用于", ("use",), options=tuple(uses)), *columns_of(BASIS_SHEET.columns[1:]))


def _show_bases(plain: Mapping[str, Any]) -> list[Panel]:
    entries = [{"use": use, **each} for use, _, each in _bases(plain)]
    shown = boxes.rows("b", ("guide", "basis"), "依据", _basis_lines(plain), entries)
    return [Panel("依据", rows=shown)]


def is_basis(path: str) -> bool:
    """Whether what stands there is edited on the page of all bases."""
    parts = path.split(".")
    return "basis" in parts or parts[:2] == ["guide", "legal_basis"]


def basis_row(path: str, plain: Mapping[str, Any]) -> str:
    """A finding about a basis stands beside its row on the page of all of them."""
    for number, (_, place, _) in enumerate(_bases(plain)):
        dotted = ".".join(map(str, place))
        if path == dotted or path.startswith(f"{dotted}."):
            return f"guide.basis.{number}{path.removeprefix(dotted)}"
    return "guide.basis" if is_basis(path) else path


def _take_bases(after: dict[str, Any], plain: Mapping[str, Any], given: Mapping[str, str]) -> None:
    if "b.there" not in given:
        return
    before = [{"use": use, **each} for use, _, each in _bases(plain)]
    entries = boxes.entries_of("b", _basis_lines(plain), before, given)
    places = {**BASES, **dict(_material_bases(plain))}
    lists: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        use = str(entry.pop("use", "设定依据"))
        lists.setdefault(use if use in places else "设定依据", []).append(entry)
    for use, path in places.items():
        holder = boxes.at(after, path[:-1])
        if use in lists and not isinstance(holder, dict):
            boxes.place(after, path[:-1], {})
            holder = boxes.at(after, path[:-1])
        if isinstance(holder, dict):
            if use in lists or (path[-1] == "basis" and "materials" in path):
                holder[path[-1]] = lists.get(use, [])
            else:
                holder.pop(path[-1], None)


def _flat(form: Any) -> list[tuple[str, Place, dict[str, Any]]]:
    """Questions one after the other, each with the group that it belongs to."""
    found: list[tuple[str, Place, dict[str, Any]]] = []
    for number, entry in enumerate(form if isinstance(form, list) else ()):
        if not isinstance(entry, dict):
            continue
        if "group" not in entry:
            found.append(("", ("form", number), entry))
            continue
        found.append(("", ("form", number), _group_row(entry)))
        inner = entry.get("questions")
        for place, question in enumerate(inner if isinstance(inner, list) else ()):
            if isinstance(question, dict):
                found.append((str(entry["group"]), ("form", number, "questions", place), question))
    return found


def _group_row(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A group in the columns of a question, as on the sheet."""
    row: dict[str, Any] = {"kind": "group"}
    for column in QUESTION_SHEET.columns:
        if column.label in GROUP_COLUMNS:
            value = boxes.at(entry, GROUP_COLUMNS[column.label])
            if value is not None:
                boxes.place(row, column.path, value)
    return row


def _question_lines(groups: Sequence[str]) -> tuple[Line, ...]:
    offered = tuple((each, each) for each in groups)
    first = Line("属于哪一组", ("of",), options=offered, hint="不属于任何组就空着")
    return (first, *columns_of(QUESTION_SHEET.columns[1:]))


def _groups(form: Any) -> list[str]:
    return (
        [str(each["group"]) for each in form if isinstance(each, dict) and "group" in each]
        if isinstance(form, list)
        else []
    )


def _show_questions(plain: Mapping[str, Any]) -> list[Panel]:
    form = plain.get("form")
    flat = _flat(form)
    entries = [{"of": group, **entry} if group else entry for group, _, entry in flat]
    shown = boxes.rows("q", ("form",), "问题", _question_lines(_groups(form)), entries)
    rows = tuple(_moved(row, place) for row, (_, place, _) in zip(shown.rows, flat, strict=True))
    hint = "一组问题（如每个孩子都要问的）：先加一行类型为“一组问题”的，再让别的问题属于它。"
    return [Panel("问题", rows=boxes.Rows("q", ("form",), "问题", hint, rows, shown.spare))]


def _moved(row: boxes.Row, place: Place) -> boxes.Row:
    """Where the row stands in the file."""
    depth = len(row.path)
    moved = tuple(replace(each, path=(*place, *each.path[depth:])) for each in row.boxes)
    return replace(row, path=place, boxes=moved)


def _take_questions(after: dict[str, Any], plain: Mapping[str, Any], given: Mapping[str, str]) -> None:
    if "q.there" not in given:
        return
    form = plain.get("form")
    before = [{"of": group, **entry} if group else entry for group, _, entry in _flat(form)]
    made: list[dict[str, Any]] = []
    of_group: dict[str, dict[str, Any]] = {}
    for entry in boxes.entries_of("q", _question_lines(_groups(form)), before, given):
        group = str(entry.pop("of", ""))
        if entry.get("kind") == "group":
            found = _group_entry(entry)
            of_group[str(found.get("group", ""))] = found
            made.append(found)
        elif group and group in of_group:
            of_group[group]["questions"].append(entry)
        else:
            made.append(entry)
    if made or "form" in after:
        after["form"] = made


def _group_entry(row: Mapping[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for column in QUESTION_SHEET.columns:
        if column.label in GROUP_COLUMNS:
            value = boxes.at(row, column.path)
            if value is not None:
                boxes.place(entry, GROUP_COLUMNS[column.label], value)
    return {**entry, "questions": []}


def _exchange_lines() -> tuple[Line, ...]:
    made = []
    for key, field in Exchange.model_fields.items():
        kind: Text = YesNo() if "bool" in str(field.annotation) else Text()
        made.append(
            Line(_EXCHANGE.get(key, key), ("exchange", key), Number() if key.endswith("_num") else kind)
        )
    return tuple(made)


def _rehearsal_lines(plain: Mapping[str, Any]) -> tuple[Line, ...]:
    lines = [Line(label, ("rehearsal", "card", key)) for key, label in _CARD]
    lines += [
        Line(f"回答：{label}", ("rehearsal", "answers", key), hint=key)
        for key, label in _answers(plain).items()
    ]
    return (*lines, Line("评价（1 到 5，5 最好）", ("rehearsal", "rating"), Number()))


def _answers(plain: Mapping[str, Any]) -> dict[str, str]:
    """Every answer that the rehearsal may need, by its key."""
    given = boxes.at(plain, ("rehearsal", "answers"))
    found = {
        str(entry["key"]): str(boxes.at(entry, ("label", "zh")) or entry["key"])
        for group, _, entry in _flat(plain.get("form"))
        if not group and "key" in entry and entry.get("kind") != "group" and "compute" not in entry
    }
    for key in given if isinstance(given, dict) else ():
        found.setdefault(str(key), str(key))
    return found


def _show_lines(
    title: str, make: Callable[[Mapping[str, Any]], tuple[Line, ...]]
) -> Callable[[Any], list[Panel]]:
    def shown(plain: Mapping[str, Any]) -> list[Panel]:
        lines = make(plain)
        return [
            Panel(
                title,
                tuple(boxes.box(each, name_of(each.path), boxes.at(plain, each.path)) for each in lines),
            )
        ]

    return shown


def _take_lines(make: Callable[[Mapping[str, Any]], tuple[Line, ...]]) -> Callable[..., None]:
    def take(after: dict[str, Any], plain: Mapping[str, Any], given: Mapping[str, str]) -> None:
        for line in make(plain):
            if name_of(line.path) in given:
                boxes.put(after, line, given[name_of(line.path)])

    return take


SPECIAL: Final = {
    "basis": Special(_show_bases, _take_bases),
    "questions": Special(_show_questions, _take_questions),
    "exchange": Special(
        _show_lines("数据交换", lambda plain: _exchange_lines()), _take_lines(lambda plain: _exchange_lines())
    ),
    "rehearsal": Special(_show_lines("演练", _rehearsal_lines), _take_lines(_rehearsal_lines)),
}
