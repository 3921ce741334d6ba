"""A workbook as a matter, or everything that is wrong with it, by cell and in plain words."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kiosk.matters.excel.assembled import MAX_MISTAKES, Imported, checked_matter
from kiosk.matters.excel.cells import CellError, Number, Text, YesNo, text_in
from kiosk.matters.excel.layout import (
    BASES,
    BASICS,
    BASIS_SHEET,
    FREE_SHEETS,
    GROUP_COLUMNS,
    GUIDE,
    QUESTION_SHEET,
    TABLES,
    Column,
    Form,
    Table,
)
from kiosk.matters.excel.looking import TOO_LARGE, end_of, looked_at, place_of
from kiosk.matters.excel.names import ELEMENTS as ELEMENT_NAMES
from kiosk.matters.excel.names import HEADERS, SHEETS, known, unit_of
from kiosk.matters.excel.opening import refusal
from kiosk.matters.excel.taken import Mistake, Path_, Taken

MOST_ABOVE: Final = 10  # rows of a title and explanations above the headers
MOST_ACROSS: Final = 60
_FORM_HEADERS: Final = ("项目", "内容", "English", "填写说明")
_FREE_HEADERS: Final = ("键", "内容")
_WANTED: Final[Mapping[str, Sequence[str]]] = {
    **{form.name: _FORM_HEADERS for form in (BASICS, GUIDE)},
    **{
        table.name: [column.label for column in table.columns]
        for table in (*TABLES, QUESTION_SHEET, BASIS_SHEET)
    },
    **dict.fromkeys(FREE_SHEETS, _FREE_HEADERS),
}
_NEEDED: Final = ("办事指南", "基本信息", "依据", "所需材料")


def import_matter(path: Path) -> Imported | list[Mistake]:
    """The matter in the workbook, with the values as a file has them; or everything that is wrong."""
    refused = refusal(path)
    if refused is not None:
        return [Mistake(path.name, refused.code, refused.zh, refused.en)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are not read
            book = load_workbook(path, data_only=False, keep_links=False, rich_text=True)
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
    if not _take(book, taken):
        return taken.mistakes[:MAX_MISTAKES]
    checked = checked_matter(taken)
    if taken.mistakes:  # all at once; what cannot be read in a cell is not also said to be missing there
        told_of = {mistake.cell for mistake in taken.mistakes}
        more = [each for each in checked if each.cell not in told_of] if isinstance(checked, list) else []
        return [*taken.mistakes, *more][:MAX_MISTAKES]
    return checked


def _take(book: Workbook, taken: Taken) -> bool:
    """Whether the workbook has what is needed to look at its values at all."""
    ours = frozenset((*_NEEDED, *(table.name for table in TABLES), QUESTION_SHEET.name, *FREE_SHEETS))
    sheets: dict[str, Worksheet] = {}
    for sheet in book.worksheets:
        name = known(sheet.title, ours, SHEETS)
        if name is None or name in sheets:
            taken.mistakes += looked_at(sheet, None)
            if any(end_of(sheet)):
                taken.left_out.append(sheet.title)
        else:
            sheets[name] = sheet
    for name in _NEEDED:
        if name not in sheets:
            zh, en = (
                f"缺少“{name}”表：请使用导出的模板（kiosk matters export-excel），把内容填进去",
                f"the sheet “{name}” is missing: use the template (kiosk matters export-excel)",
            )
            taken.mistakes.append(Mistake(name, "excel.sheet_missing", zh, en))
    if any(name not in sheets for name in _NEEDED):
        return False
    for name, sheet in sheets.items():
        taken.mistakes += looked_at(sheet, _head(sheet, _WANTED[name]))
    if any(mistake.code == TOO_LARGE for mistake in taken.mistakes):
        return False  # a million rows would be looked through for what is not told anyway
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
    return True


def _text(cell: Cell | MergedCell, taken: Taken) -> str:
    try:
        return text_in(cell.value, cell.number_format)
    except CellError as error:
        taken.mistakes.append(Mistake(place_of(cell), "excel.value", error.zh, error.en))
        return ""


def _value(cell: Cell, text: str, kind: Text, taken: Taken) -> Any:
    try:
        return kind.from_cell(text)
    except CellError as error:
        taken.mistakes.append(Mistake(place_of(cell), "excel.value", error.zh, error.en))
        return None


def _head(sheet: Worksheet, wanted: Sequence[str]) -> int:
    """The row of the headers: a title, or a line of explanation, may stand above it."""
    rows, columns = end_of(sheet)
    best, most = 1, 0
    for number in range(1, min(rows, MOST_ABOVE) + 1):
        cells = (sheet.cell(number, column).value for column in range(1, min(columns, MOST_ACROSS) + 1))
        hits = {known(str(each), frozenset(wanted), HEADERS) for each in cells if each} - {None}
        if len(hits) > most:
            best, most = number, len(hits)
    return best


def _headers(
    sheet: Worksheet, wanted: Sequence[str], needed: int, taken: Taken
) -> tuple[int, dict[str, int]]:
    """The row of the headers, and the columns by header; the first ``needed`` have to be there."""
    found: dict[str, int] = {}
    row = _head(sheet, wanted)
    exact = {_text(cell, Taken()) for cell in sheet[row]}
    for cell in sheet[row]:
        header = _text(cell, taken)
        if not header:
            continue
        name = header if header in wanted else known(header, frozenset(wanted), HEADERS)
        if name is not None and name not in found and (name == header or name not in exact):
            found[name] = cell.column
        elif header != "序号":
            near = "、".join(wanted)
            zh = f"没有“{header[:20]}”这一列（或者重复了）：这张表的列是{near}；用不上的请删去这一列"
            en = f"the columns are {near}: correct the name, or delete this column"
            taken.mistakes.append(Mistake(place_of(cell), "excel.header", zh, en))
    for header in wanted[:needed]:
        if header not in found:
            zh, en = (
                f"缺少“{header}”列：请使用导出的模板",
                f"the column “{header}” is missing: use the template",
            )
            taken.mistakes.append(Mistake(f"{sheet.title}!A{row}", "excel.header", zh, en))
    return row, found


def _take_form(sheet: Worksheet, form: Form, taken: Taken) -> None:
    head, columns = _headers(sheet, _FORM_HEADERS, 2, taken)
    if "项目" not in columns or "内容" not in columns:
        return
    lines = {line.label: line for line in form.lines}
    seen: dict[str, str] = {}
    for number in range(head + 1, end_of(sheet)[0] + 1):
        label_cell, cell = sheet.cell(number, columns["项目"]), sheet.cell(number, columns["内容"])
        label, text = _text(label_cell, taken), _text(cell, taken)
        if not label and not text:
            continue
        name = label if label in lines else known(label, lines, ELEMENT_NAMES)
        line = lines.get(name or "")
        if line is None or name in seen:
            zh = f"没有“{label[:20]}”这个项目（或者重复了）：请核对名称；这里用不上的请删去这一行"
            en = "there is no such item, or it stands here twice: correct the name, or delete this row"
            taken.mistakes.append(Mistake(place_of(label_cell), "excel.item", zh, en))
            continue
        seen[line.label] = cell.coordinate
        text = f"{text}{unit_of(label)}" if text.isdecimal() and unit_of(label) != "元" else text
        if not line.path:
            if text:
                zh, en = f"这一项不填在这里：{line.hint}", "this is not filled in here but on its own sheet"
                taken.mistakes.append(Mistake(place_of(cell), "excel.elsewhere", zh, en))
            continue
        if line.bilingual:
            english = sheet.cell(number, columns["English"]) if "English" in columns else None
            for key, each in (("zh", cell), ("en", english)):
                if each is not None and (said := _text(each, taken)):
                    taken.put((*line.path, key), said, place_of(each))
            taken.cells.setdefault(line.path, place_of(cell))
        elif text:
            taken.put(line.path, _value(cell, text, line.kind, taken), place_of(cell))
        else:
            taken.cells[line.path] = place_of(cell)


def _entries(
    sheet: Worksheet, head: int, columns: Mapping[str, int], taken: Taken
) -> Iterator[tuple[dict[str, Cell], dict[str, str]]]:
    """Each row that is not empty: its cells and texts by header."""
    for number in range(head + 1, end_of(sheet)[0] + 1):
        cells = {header: sheet.cell(number, column) for header, column in columns.items()}
        texts = {header: _text(cell, taken) for header, cell in cells.items()}
        if any(texts.values()):
            yield cells, texts


def _take_table(sheet: Worksheet, table: Table, taken: Taken) -> None:
    head, columns = _headers(sheet, [column.label for column in table.columns], 1, taken)
    entries: list[Any] = []
    for cells, texts in _entries(sheet, head, columns, taken):
        if not entries:
            taken.put(table.path, entries, f"{sheet.title}!A1")
        entries.append({})
        _take_row((*table.path, len(entries) - 1), table.columns, cells, texts, taken)


def _take_row(
    path: Path_, columns: Sequence[Column], cells: Mapping[str, Cell], texts: Mapping[str, str], taken: Taken
) -> None:
    first = next(iter(cells.values()))
    taken.cells[path] = place_of(first)
    for column in columns:
        cell = cells.get(column.label)
        if cell is None:
            continue
        where = (*path, *column.path)
        if texts[column.label]:
            taken.put(where, _value(cell, texts[column.label], column.kind, taken), place_of(cell))
        else:
            taken.cells[where] = place_of(cell)


def _take_questions(sheet: Worksheet, taken: Taken) -> None:
    head, columns = _headers(sheet, [column.label for column in QUESTION_SHEET.columns], 3, taken)
    form: list[Any] = []
    groups: dict[str, int] = {}
    of_group = [Column(each.label, GROUP_COLUMNS[each.label], each.kind)
                for each in QUESTION_SHEET.columns if each.label in GROUP_COLUMNS]  # fmt: skip
    for cells, texts in _entries(sheet, head, columns, taken):
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
            taken.mistakes.append(Mistake(place_of(cells["分组"]), "excel.group", zh, en))
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
    head, columns = _headers(sheet, _FREE_HEADERS, 2, taken)
    if len(columns) < 2:
        return
    for cells, texts in _entries(sheet, head, columns, taken):
        key, text, cell = texts["键"], texts["内容"], cells["内容"]
        where = (*path, *key.split("."))
        if not key or not all(where):
            zh, en = "没有键：请写键名，例如card.name", "there is no key: write one, such as card.name"
            taken.mistakes.append(Mistake(place_of(cells["键"]), "excel.key", zh, en))
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
            taken.put(where, value, place_of(cell))
        except (TypeError, AttributeError):
            zh, en = "这个键和前面的键矛盾：请核对", "this key contradicts one before it: correct it"
            taken.mistakes.append(Mistake(place_of(cells["键"]), "excel.key", zh, en))


def _take_bases(sheet: Worksheet, taken: Taken) -> None:
    head, columns = _headers(sheet, [column.label for column in BASIS_SHEET.columns], 2, taken)
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
    for cells, texts in _entries(sheet, head, columns, taken):
        use = texts.get("用于", "")
        known: Path_ | None = BASES.get(use)
        if known is None and use in by_code:
            known = ("guide", "materials", by_code[use], "basis")
        if known is None:
            zh = f"不知道“{use[:20]}”是什么的依据：请填“{'、'.join(BASES)}”或者材料的编号"
            en = "for what is this? write one of the words above or the code of a material"
            taken.mistakes.append(Mistake(place_of(next(iter(cells.values()))), "excel.basis", zh, en))
            continue
        if known not in lists:
            lists[known] = []
            try:
                taken.put(known, lists[known], place_of(cells["用于"]))
            except TypeError:  # the limit that it belongs to has been complained of
                continue
        lists[known].append({})
        _take_row((*known, len(lists[known]) - 1), BASIS_SHEET.columns[1:], cells, texts, taken)
