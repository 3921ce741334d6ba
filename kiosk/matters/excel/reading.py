"""A workbook as a matter, or everything that is wrong with it, by cell and in plain words."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import ValidationError

from kiosk.matters.excel.cells import CellError, Number, Text, YesNo, as_text
from kiosk.matters.excel.layout import (
    BASES,
    BASICS,
    BASIS_SHEET,
    FREE_SHEETS,
    GROUP_COLUMNS,
    GUIDE,
    MATERIALS,
    QUESTION_SHEET,
    TABLES,
    Column,
    Form,
    Table,
)
from kiosk.matters.excel.opening import refusal
from kiosk.matters.excel.taken import Mistake, Path_, Taken
from kiosk.matters.form_model import GROUP_TAG, QUESTION_TAG
from kiosk.matters.lint.wording import ELEMENTS, told
from kiosk.matters.models import Matter
from kiosk.matters.wellformed import flaws

MAX_ROWS: Final = 2000
MAX_COLUMNS: Final = 60
MAX_MISTAKES: Final = 100
TOO_LARGE: Final = "excel.sheet_too_large"
_NEEDED: Final = ("办事指南", "基本信息", "依据", "所需材料")


def import_matter(path: Path) -> tuple[Matter, dict[str, Any]] | list[Mistake]:
    """The matter in the workbook, with the values as a file has them; or everything that is wrong."""
    refused = refusal(path)
    if refused is not None:
        return [Mistake(path.name, refused.code, refused.zh, refused.en)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are not read
            book = load_workbook(path, data_only=False, keep_links=False, rich_text=False)
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        ParseError,
    ):
        zh = "文件损坏或者不是.xlsx：请用Excel或WPS打开后另存为.xlsx"
        return [Mistake(path.name, "excel.damaged", zh, "damaged, or no .xlsx: open it and save it again")]
    taken = Taken()
    _take(book, taken)
    if taken.mistakes:
        return taken.mistakes[:MAX_MISTAKES]
    return _checked(taken)


def _take(book: Workbook, taken: Taken) -> None:
    sheets = {sheet.title.strip(): sheet for sheet in book.worksheets}
    for name in _NEEDED:
        if name not in sheets:
            zh, en = (
                f"缺少“{name}”表：请使用导出的模板",
                f"the sheet “{name}” is missing: use the exported template",
            )
            taken.mistakes.append(Mistake(name, "excel.sheet_missing", zh, en))
    if taken.mistakes:
        return
    for sheet in sheets.values():
        _refuse_formulas(sheet, taken)
    if any(mistake.code == TOO_LARGE for mistake in taken.mistakes):
        return  # a million rows would be looked through for what is not told anyway
    for form in (BASICS, GUIDE):
        _take_form(sheets[form.name], form, taken)
    for table in TABLES:
        taken.cells[table.path] = f"{table.name}!A1"
        if table.name in sheets:
            _take_table(sheets[table.name], table, taken)
    for path in BASES.values():
        taken.cells.setdefault(path, f"{BASIS_SHEET.name}!A1")
    taken.cells[("form",)] = f"{QUESTION_SHEET.name}!A1"
    if QUESTION_SHEET.name in sheets:
        _take_questions(sheets[QUESTION_SHEET.name], taken)
    for name, path in FREE_SHEETS.items():
        if name in sheets:
            _take_free(sheets[name], path, taken)
    _take_bases(sheets[BASIS_SHEET.name], taken)


def _refuse_formulas(sheet: Worksheet, taken: Taken) -> None:
    if sheet.max_row > MAX_ROWS or sheet.max_column > MAX_COLUMNS:
        zh = f"“{sheet.title}”表太大：最多{MAX_ROWS}行、{MAX_COLUMNS}列，请删去多余的行和列"
        en = f"more than {MAX_ROWS} rows or {MAX_COLUMNS} columns: delete what is not needed"
        taken.mistakes.append(Mistake(sheet.title, TOO_LARGE, zh, en))
        return
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                zh, en = (
                    "这里是公式：请改成文字或者数字",
                    "this is a formula: write the text or the number itself",
                )
                taken.mistakes.append(Mistake(_name(cell), "excel.formula", zh, en))
            elif cell.data_type == "e":
                zh, en = (
                    f"这里是错误值{cell.value}：请重新填写",
                    f"this is the error {cell.value}: write the value",
                )
                taken.mistakes.append(Mistake(_name(cell), "excel.error_value", zh, en))


def _name(cell: Cell) -> str:
    return f"{cell.parent.title}!{cell.coordinate}"


def _text(cell: Cell, taken: Taken) -> str:
    try:
        return as_text(cell.value)
    except CellError as error:
        taken.mistakes.append(Mistake(_name(cell), "excel.value", error.zh, error.en))
        return ""


def _value(cell: Cell, text: str, kind: Text, taken: Taken) -> Any:
    try:
        return kind.from_cell(text)
    except CellError as error:
        taken.mistakes.append(Mistake(_name(cell), "excel.value", error.zh, error.en))
        return None


def _headers(sheet: Worksheet, wanted: Sequence[str], needed: int, taken: Taken) -> dict[str, int]:
    """The columns by their headers; the first ``needed`` have to be there."""
    found: dict[str, int] = {}
    for cell in sheet[1] if sheet.max_row >= 1 else ():
        header = _text(cell, taken)
        if header in wanted and header not in found:
            found[header] = cell.column
        elif header:
            near = "、".join(wanted)
            zh = f"没有“{header[:20]}”这一列（或者重复了）：这张表的列是{near}"
            taken.mistakes.append(Mistake(_name(cell), "excel.header", zh, f"the columns are {near}"))
    for header in wanted[:needed]:
        if header not in found:
            zh, en = (
                f"缺少“{header}”列：请使用导出的模板",
                f"the column “{header}” is missing: use the template",
            )
            taken.mistakes.append(Mistake(f"{sheet.title}!A1", "excel.header", zh, en))
    return found


def _take_form(sheet: Worksheet, form: Form, taken: Taken) -> None:
    columns = _headers(sheet, ("项目", "内容", "English", "填写说明"), 2, taken)
    if "项目" not in columns or "内容" not in columns:
        return
    lines = {line.label: line for line in form.lines}
    seen: dict[str, str] = {}
    for number in range(2, sheet.max_row + 1):
        label_cell, cell = sheet.cell(number, columns["项目"]), sheet.cell(number, columns["内容"])
        label, text = _text(label_cell, taken), _text(cell, taken)
        if not label and not text:
            continue
        line = lines.get(label)
        if line is None or label in seen:
            zh = f"没有“{label[:20]}”这个项目（或者重复了）：请核对名称"
            en = "there is no such item, or it stands here twice: correct the name"
            taken.mistakes.append(Mistake(_name(label_cell), "excel.item", zh, en))
            continue
        seen[label] = cell.coordinate
        if not line.path:
            if text:
                zh, en = f"这一项不填在这里：{line.hint}", "this is not filled in here but on its own sheet"
                taken.mistakes.append(Mistake(_name(cell), "excel.elsewhere", zh, en))
            continue
        if line.bilingual:
            english = sheet.cell(number, columns["English"]) if "English" in columns else None
            for key, each in (("zh", cell), ("en", english)):
                if each is not None and (said := _text(each, taken)):
                    taken.put((*line.path, key), said, _name(each))
            taken.cells.setdefault(line.path, _name(cell))
        elif text:
            taken.put(line.path, _value(cell, text, line.kind, taken), _name(cell))
        else:
            taken.cells[line.path] = _name(cell)


def _entries(
    sheet: Worksheet, columns: Mapping[str, int], taken: Taken
) -> Iterator[tuple[dict[str, Cell], dict[str, str]]]:
    """Each row that is not empty: its cells and texts by header."""
    for number in range(2, sheet.max_row + 1):
        cells = {header: sheet.cell(number, column) for header, column in columns.items()}
        texts = {header: _text(cell, taken) for header, cell in cells.items()}
        if any(texts.values()):
            yield cells, texts


def _take_table(sheet: Worksheet, table: Table, taken: Taken) -> None:
    columns = _headers(sheet, [column.label for column in table.columns], 1, taken)
    entries: list[Any] = []
    for cells, texts in _entries(sheet, columns, taken):
        if not entries:
            taken.put(table.path, entries, f"{sheet.title}!A1")
        entries.append({})
        _take_row((*table.path, len(entries) - 1), table.columns, cells, texts, taken)


def _take_row(
    path: Path_, columns: Sequence[Column], cells: Mapping[str, Cell], texts: Mapping[str, str], taken: Taken
) -> None:
    first = next(iter(cells.values()))
    taken.cells[path] = _name(first)
    for column in columns:
        cell = cells.get(column.label)
        if cell is None:
            continue
        where = (*path, *column.path)
        if texts[column.label]:
            taken.put(where, _value(cell, texts[column.label], column.kind, taken), _name(cell))
        else:
            taken.cells[where] = _name(cell)


def _take_questions(sheet: Worksheet, taken: Taken) -> None:
    columns = _headers(sheet, [column.label for column in QUESTION_SHEET.columns], 3, taken)
    form: list[Any] = []
    groups: dict[str, int] = {}
    of_group = [Column(each.label, GROUP_COLUMNS[each.label], each.kind)
                for each in QUESTION_SHEET.columns if each.label in GROUP_COLUMNS]  # fmt: skip
    for cells, texts in _entries(sheet, columns, taken):
        if not form:
            taken.put(("form",), form, f"{sheet.title}!A1")
        group = texts.get("分组", "")
        if texts.get("类型") in ("一组问题", "group"):
            groups[texts.get("键", "")] = len(form)
            form.append({"questions": []})
            _take_row(("form", len(form) - 1), of_group, cells, texts, taken)
            continue
        if group and group not in groups:
            zh = f"前面没有“{group[:20]}”这一组：请先写一行类型为“一组问题”的，键是{group[:20]}"
            en = "there is no such group above: write a row of the kind 一组问题 with this key first"
            taken.mistakes.append(Mistake(_name(cells["分组"]), "excel.group", zh, en))
            continue
        path: Path_ = ("form", len(form))
        if group:
            questions = form[groups[group]]["questions"]
            path = ("form", groups[group], "questions", len(questions))
            questions.append({})
        else:
            form.append({})
        _take_row(path, QUESTION_SHEET.columns[1:], cells, texts, taken)


def _take_free(sheet: Worksheet, path: tuple[str, ...], taken: Taken) -> None:
    columns = _headers(sheet, ("键", "内容"), 2, taken)
    if len(columns) < 2:
        return
    for cells, texts in _entries(sheet, columns, taken):
        key, text, cell = texts["键"], texts["内容"], cells["内容"]
        where = (*path, *key.split("."))
        if not key or not all(where):
            zh, en = "没有键：请写键名，例如card.name", "there is no key: write one, such as card.name"
            taken.mistakes.append(Mistake(_name(cells["键"]), "excel.key", zh, en))
            continue
        value: Any = text
        if path == ("rehearsal",) and key == "rating":
            value = None if text == "不填" else _value(cell, text, Number(), taken)
        elif key.startswith("is_"):
            value = None if text == "不填" else _value(cell, text, YesNo(), taken)
        elif key.endswith("_num"):
            value = _value(cell, text, Number(), taken)
        elif path == ("exchange",) and text == "不填":
            value = None
        try:
            taken.put(where, value, _name(cell))
        except (TypeError, AttributeError):
            zh, en = "这个键和前面的键矛盾：请核对", "this key contradicts one before it: correct it"
            taken.mistakes.append(Mistake(_name(cells["键"]), "excel.key", zh, en))


def _take_bases(sheet: Worksheet, taken: Taken) -> None:
    columns = _headers(sheet, [column.label for column in BASIS_SHEET.columns], 2, taken)
    guide = taken.plain.setdefault("guide", {})
    materials = guide.get("materials", [])
    by_code = {each.get("code"): number for number, each in enumerate(materials)}
    for number, material in enumerate(materials):
        material.setdefault("basis", [])
        taken.cells.setdefault(
            ("guide", "materials", number, "basis"), taken.place(("guide", "materials", number), "")
        )
    guide.setdefault("materials", [])
    lists: dict[Path_, list[Any]] = {}
    for cells, texts in _entries(sheet, columns, taken):
        use = texts.get("用于", "")
        known: Path_ | None = BASES.get(use)
        if known is None and use in by_code:
            known = ("guide", "materials", by_code[use], "basis")
        if known is None:
            zh = f"不知道“{use[:20]}”是什么的依据：请填“{'、'.join(BASES)}”或者材料的编号"
            en = "for what is this? write one of the words above or the code of a material"
            taken.mistakes.append(Mistake(_name(next(iter(cells.values()))), "excel.basis", zh, en))
            continue
        if known not in lists:
            lists[known] = []
            try:
                taken.put(known, lists[known], _name(cells["用于"]))
            except TypeError:  # the limit that it belongs to has been complained of
                continue
        lists[known].append({})
        _take_row((*known, len(lists[known]) - 1), BASIS_SHEET.columns[1:], cells, texts, taken)


def _checked(taken: Taken) -> tuple[Matter, dict[str, Any]] | list[Mistake]:
    plain = taken.plain
    plain.setdefault("bring", [])
    try:
        matter = Matter.model_validate(plain)
    except ValidationError as error:
        return [
            _mistake(taken, dict(one))
            for one in error.errors(include_url=False, include_input=False)[:MAX_MISTAKES]
        ]
    found = [
        Mistake(
            taken.place(flaw.path, MATERIALS.name),
            flaw.code,
            told(flaw.code, str(flaw.path[-1]), flaw.message),
            flaw.message,
        )
        for flaw in flaws(matter)
    ]
    return found or (matter, _ordered(plain))


def _mistake(taken: Taken, error: Mapping[str, Any]) -> Mistake:
    path: Path_ = tuple(part for part in error["loc"] if part not in (QUESTION_TAG, GROUP_TAG))
    name = str(path[-1]) if path else ""
    code = {"missing": "matter.missing", "extra_forbidden": "matter.unknown_key"}.get(
        error["type"], "matter.value"
    )
    if error["type"] in ("string_pattern_mismatch",):
        code = "matter.malformed"
    elif error["type"] in ("string_too_short", "too_short"):
        code = "matter.empty"
    element = ELEMENTS.get(name) if path[:1] == ("guide",) and len(path) == 2 else None
    shown = element[1] if element else name
    message = f"“{name}”: {error['msg']}"
    return Mistake(taken.place(path, GUIDE.name), code, told(code, shown, message), message)


def _ordered(plain: dict[str, Any]) -> dict[str, Any]:
    """In the order of the model, the guide's elements in that of Article 7."""
    return _in_order(plain, list(Matter.model_fields)) | {
        "guide": _in_order(plain["guide"], list(ELEMENTS)),
        **({"form": plain["form"]} if "form" in plain else {}),
        "rehearsal": plain["rehearsal"],
    }


def _in_order(values: dict[str, Any], order: Sequence[str]) -> dict[str, Any]:
    known = [key for key in order if key in values]
    return {key: values[key] for key in [*known, *(key for key in values if key not in known)]}
