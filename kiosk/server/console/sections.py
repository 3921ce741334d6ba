"""A matter as a form in sections: everything that its file can hold, in the words of the workbook.

The sections are made from the layout of the Excel template, so that who knows the one knows the other; the 26
elements of Article 7 carry their numbers.  A matter may be as unfinished as it likes: what is there is shown,
what is missing is said beside where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kiosk.matters.excel.layout import BASICS, GUIDE, TABLES, Table
from kiosk.matters.excel.layout import Line as SheetLine
from kiosk.matters.lint.findings import Finding
from kiosk.matters.lint.wording import ELEMENTS
from kiosk.server.console import boxes
from kiosk.server.console.boxes import Line, Panel, Place
from kiosk.server.console.section_parts import SPECIAL, basis_row, columns_of, is_basis, name_of

_TABLES: Final[Mapping[str, Table]] = {table.name: table for table in TABLES}
_NUMBERS: Final = {key: number for key, (number, _, _) in ELEMENTS.items()}
_KNOWN: Final[Mapping[Place, str]] = {
    ("catalog_code",): "base-items",
    ("icon",): "icons",
    ("themes",): "themes",
}
_TABLE_NUMBERS: Final = {
    "所需材料": 14,
    "办理流程": 16,
    "办理地点": 23,
    "咨询方式": 25,
    "监督投诉方式": 26,
}
_HINTS: Final = {
    "要带什么": "群众来办要带的东西，用平常话写；什么都不用带就空着。",
    "能不能办": "一行一个条件。会写条件的人可以填“条件”，终端就能自动判断。",
    "办理步骤": "在终端上会发生什么，按先后写。",
    "终端可办时间": "空着就是任何时候都能办。",
    "所需材料": "只填群众办这件事真正要的材料；每项的依据在“依据”一节填写。",
    "办理结果": "有几种结果时才填。",
    "收费项目": "收费由几项组成时才填，各项之和等于收费金额。",
    "校验": "几个答案之间要满足的规则；一般不用填。",
    "一件事": "多个部门一次办的“一件事”才填。",
    "图片": "办事指南页上给群众看的样本图片。先在变更单的“图片”中上传，再在这里选。",
}


@dataclass(frozen=True)
class Section:
    """``lines`` and ``tables`` that it holds; ``special``: what the workbook lays out in a way of its own."""

    key: str
    title: str
    hint: str = ""
    lines: tuple[SheetLine, ...] = ()
    tables: tuple[str, ...] = ()
    special: str = ""


def _basics(*labels: str) -> tuple[SheetLine, ...]:
    return tuple(line for line in BASICS.lines if line.label in labels)


def _elements(first: int, last: int, but: Sequence[str] = ()) -> tuple[SheetLine, ...]:
    return tuple(
        line
        for line in GUIDE.lines
        if line.path and line.label not in but and first <= _NUMBERS.get(line.path[1], 14) <= last
    )


SECTIONS: Final = (
    Section(
        "names",
        "名称和编码",
        "事项叫什么、归谁管、群众怎么找到它。",
        _basics(
            "实施编码", "基本编码", "版本", "事项名称", "通俗名称", "部门", "搜索用的说法", "主题", "图标"
        ),
    ),
    Section(
        "terminal",
        "在终端上怎么办",
        "群众在终端上看到的话，都用平常话写，中英文都要有。",
        _basics(
            "办理类型",
            "终端用时（分钟）",
            "手写签名",
            "打印结果",
            "办完之后",
            "还要办什么",
            "到哪里办",
            "几天内办（天）",
        ),
        ("要带什么", "能不能办", "办理步骤", "终端可办时间"),
    ),
    Section(
        "guide",
        "办事指南 1–13",
        "第七条的前13项要素；第4项设定依据在“依据”一节填写。",
        _elements(1, 13, ("材料总数",)),
        ("办理结果", "收费项目"),
    ),
    Section(
        "materials",
        "办事指南 14–15：材料",
        "所需材料和容缺受理。",
        tuple(line for line in GUIDE.lines if line.label in ("材料总数", "容缺受理")),
        ("所需材料",),
    ),
    Section(
        "basis",
        "依据（第4、13项和每项材料）",
        "写明法律法规、规章或规范性文件的名称、文号和条款，不能写“其他”“相关”。",
        special="basis",
    ),
    Section(
        "procedure",
        "办事指南 16–26",
        "流程、地点、时间和联系方式。",
        _elements(16, 26),
        ("办理流程", "办理地点", "咨询方式", "监督投诉方式"),
    ),
    Section(
        "questions",
        "填写的问题",
        "终端会一个一个地问。已经知道的（刷卡读到的）用“预填”，就不再问。",
        tables=("校验",),
        special="questions",
    ),
    Section("pictures", "样本图片", "结果和材料的样子。没有就空着。", tables=("图片",)),
    Section(
        "exchange",
        "一件事和数据交换",
        "国家平台数据交换的代码由实施部门确定，不知道的空着。",
        (),
        ("一件事",),
        "exchange",
    ),
    Section(
        "rehearsal",
        "演练",
        "用虚构的人把这个事项走一遍，生成页面图片，终端启用前也靠它自检。不要填真实的人。",
        special="rehearsal",
    ),
)
BY_KEY: Final[Mapping[str, Section]] = {section.key: section for section in SECTIONS}


# --- shown ----------------------------------------------------------------------------------------------


def panels(section: Section, plain: Mapping[str, Any]) -> tuple[Panel, ...]:
    found = []
    if section.lines:
        made = tuple(
            boxes.box(line, name_of(line.path), boxes.at(plain, line.path)) for line in _lines(section)
        )
        found.append(Panel(section.title, made))
    if section.special:
        found += SPECIAL[section.special].shown(plain)
    for name in section.tables:
        table = _TABLES[name]
        entries = boxes.at(plain, table.path)
        listed = entries if isinstance(entries, list) else []
        number = _TABLE_NUMBERS.get(name)
        title = f"{number}. {name}" if number else name
        shown = boxes.rows(
            _table(name), table.path, title, columns_of(table.columns), listed, _HINTS.get(name, "")
        )
        found.append(Panel(title, rows=shown))
    return tuple(found)


def beside(
    section: Section, plain: Mapping[str, Any], findings: Iterable[Finding]
) -> tuple[tuple[Panel, ...], list[str]]:
    """The panels with what the linter says, each beside what it is about."""
    mine = [each for each in findings if section_of(each.path) is section]
    return boxes.marked(panels(section, plain), ((basis_row(each.path, plain), each.zh) for each in mine))


def section_of(path: str) -> Section:
    """Where what stands at ``path`` is edited."""
    if is_basis(path):
        return BY_KEY["basis"]
    best, longest = SECTIONS[0], -1
    for section in SECTIONS:
        for place in _paths(section):
            dotted = ".".join(map(str, place))
            near = path == dotted or path.startswith(f"{dotted}.") or dotted.startswith(f"{path}.")
            if near and path and min(len(dotted), len(path)) > longest:
                best, longest = section, min(len(dotted), len(path))
    return best


def _paths(section: Section) -> Iterable[Place]:
    yield from (line.path for line in section.lines)
    yield from (_TABLES[name].path for name in section.tables)
    yield from {"questions": [("form",)], "exchange": [("exchange",)], "rehearsal": [("rehearsal",)]}.get(
        section.special, []
    )


def _lines(section: Section) -> tuple[Line, ...]:
    return tuple(made for line in section.lines for made in _of_sheet(line))


def _of_sheet(line: SheetLine) -> Iterable[Line]:
    number = _NUMBERS.get(line.path[1]) if line.path[0] == "guide" else None
    label = f"{number}. {line.label}" if number and number != 14 else line.label
    known = _KNOWN.get(line.path, "")
    hint = line.hint.replace("，设为文本格式", "").replace("“依据”表，用于", "“依据”一节，用于")  # of sheets
    if line.bilingual:
        yield Line(label, (*line.path, "zh"), hint=hint, long=line.label == "办完之后")
        yield Line(f"{label}（英文）", (*line.path, "en"), long=line.label == "办完之后")
    else:
        yield Line(label, line.path, line.kind, hint, known)


# --- taken ----------------------------------------------------------------------------------------------


def taken(section: Section, plain: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """``plain`` with what was typed in this section."""
    after: dict[str, Any] = boxes.copied(plain)
    for line in _lines(section):
        name = name_of(line.path)
        if name in given:
            boxes.put(after, line, given[name])
    for name in section.tables:
        table = _TABLES[name]
        if f"{_table(name)}.there" not in given:
            continue
        before = boxes.at(plain, table.path)
        entries = boxes.entries_of(
            _table(name), columns_of(table.columns), before if isinstance(before, list) else [], given
        )
        if entries or table.path in (("bring",), ("guide", "materials")):
            boxes.place(after, table.path, entries)
        else:
            boxes.take_away(after, table.path)
    if section.special:
        SPECIAL[section.special].take(after, plain, given)
    _complete(after)
    return after


def _complete(plain: dict[str, Any]) -> None:
    """What follows from what is there, and lists that may be empty but have to be there."""
    guide = plain.get("guide")
    guide = plain["guide"] = guide if isinstance(guide, dict) else {}
    plain.setdefault("bring", [])
    guide.setdefault("materials", [])
    name, code = boxes.at(plain, ("name", "zh")), plain.get("task_code")
    if isinstance(name, str) and name and not guide.get("item_name"):
        guide["item_name"] = name
    if isinstance(code, str) and code:
        guide["item_code"] = guide.get("item_code") or code
        if len(code) == 31 and not plain.get("catalog_code"):
            plain["catalog_code"] = code[-12:]
    for material in guide["materials"] if isinstance(guide["materials"], list) else ():
        if isinstance(material, dict):
            material.setdefault("basis", [])


def _table(name: str) -> str:
    return f"t{list(_TABLES).index(name)}"
