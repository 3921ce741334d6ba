"""A matter as a workbook in the usual guide template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kiosk.matters.excel.cells import MAX_CELL, Choice, Text, YesNo, guarded
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
    Path_,
    Table,
)
from kiosk.matters.models import Matter

FORM_HEADERS: Final = ("项目", "内容", "English", "填写说明")
FREE_HEADERS: Final = ("键", "内容")
SPARE_ROWS: Final = 60  # with drop-down lists below what is there
_HEAD: Final = PatternFill("solid", fgColor="E3EDFA")
_LABEL: Final = PatternFill("solid", fgColor="F4F6F9")
_LINE: Final = Side(style="thin", color="6B788A")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED: Final = Alignment(vertical="top", wrap_text=True)


class TooLongError(ValueError):
    """A text does not fit a cell of Excel."""


def export_template(out: Path) -> None:
    """The empty workbook, to be filled in."""
    _export({}, out)


def export_matter(matter: Matter, out: Path) -> None:
    """Write ``matter`` to ``out``.  Raises :class:`TooLongError`, and OSError when it cannot be written."""
    _export(matter.model_dump(mode="json", by_alias=True, exclude_unset=True), out)


def _export(plain: Mapping[str, Any], out: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    _form(book, GUIDE, plain)
    _form(book, BASICS, plain)
    _basis(book, plain)
    for table in TABLES:
        rows = [[_cell(entry, column) for column in table.columns] for entry in at(plain, table.path) or ()]
        _table(book, table, rows)
    _table(book, QUESTION_SHEET, list(_questions(plain.get("form", ()))))
    for name, path in FREE_SHEETS.items():
        sheet = book.create_sheet(name)
        _rows(sheet, FREE_HEADERS, [list(pair) for pair in _flat(at(plain, path) or {}, "")], (30, 60))
    book.save(out)


def at(plain: Any, path: Path_) -> Any:
    """The value at ``path``, None where there is none."""
    for key in path:
        plain = plain.get(key) if isinstance(plain, Mapping) else None
    return plain


def _form(book: Workbook, form: Form, plain: Mapping[str, Any]) -> None:
    sheet = book.create_sheet(form.name)
    rows = []
    for line in form.lines:
        value = at(plain, line.path) if line.path else None
        if line.bilingual:
            both = value or {}
            rows.append([line.label, both.get("zh", ""), both.get("en", ""), line.hint])
        else:
            rows.append([line.label, "" if value is None else line.kind.to_cell(value), "", line.hint])
    _rows(sheet, FORM_HEADERS, rows, (20, 70, 50, 40))
    for number, line in enumerate(form.lines, 2):
        sheet.cell(number, 1).fill = _LABEL
        _drop_down(sheet, line.kind, f"B{number}")


def _table(book: Workbook, table: Table, rows: Sequence[Sequence[str]]) -> None:
    sheet = book.create_sheet(table.name)
    _rows(
        sheet,
        [column.label for column in table.columns],
        rows,
        [44 if column.wide else 18 for column in table.columns],
    )
    for number, column in enumerate(table.columns, 1):
        letter = get_column_letter(number)
        _drop_down(sheet, column.kind, f"{letter}2:{letter}{len(rows) + SPARE_ROWS}")


def _cell(entry: Mapping[str, Any], column: Column) -> str:
    value = at(entry, column.path)
    return "" if value is None or value == [] else column.kind.to_cell(value)


def _basis(book: Workbook, plain: Mapping[str, Any]) -> None:
    rows = []
    uses = [*((use, at(plain, path)) for use, path in BASES.items())]
    uses += [(each["code"], each.get("basis")) for each in at(plain, ("guide", "materials")) or ()]
    for use, bases in uses:
        for basis in bases or ():
            rows.append([use, *(_cell(basis, column) for column in BASIS_SHEET.columns[1:])])
    _table(book, BASIS_SHEET, rows)


def _questions(form: Iterable[Mapping[str, Any]]) -> Iterable[list[str]]:
    for entry in form:
        if "group" not in entry:
            yield _question(entry, "")
            continue
        labels = [column.label for column in QUESTION_SHEET.columns]
        row = dict.fromkeys(labels, "")
        for column in QUESTION_SHEET.columns:
            if column.label in GROUP_COLUMNS:
                row[column.label] = _cell(
                    entry, Column(column.label, GROUP_COLUMNS[column.label], column.kind)
                )
        row["类型"] = "一组问题"
        yield list(row.values())
        for question in entry["questions"]:
            yield _question(question, entry["group"])


def _question(question: Mapping[str, Any], group: str) -> list[str]:
    return [group, *(_cell(question, column) for column in QUESTION_SHEET.columns[1:])]


def _flat(value: Mapping[str, Any], before: str) -> Iterable[tuple[str, str]]:
    for key, inner in value.items():
        if isinstance(inner, Mapping):
            yield from _flat(inner, f"{before}{key}.")
        elif isinstance(inner, bool):
            yield f"{before}{key}", YesNo().to_cell(inner)
        else:
            yield f"{before}{key}", "不填" if inner is None else str(inner)


def _rows(
    sheet: Worksheet, headers: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]
) -> None:
    for column, header in enumerate(headers, 1):
        cell = sheet.cell(1, column, header)
        cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), _HEAD, _BOX, _WRAPPED
        sheet.column_dimensions[get_column_letter(column)].width = widths[column - 1]
    for number, row in enumerate(rows, 2):
        for column, text in enumerate(row, 1):
            _write(sheet.cell(number, column), text)
    sheet.freeze_panes = "B2"


def _write(cell: Cell, text: str) -> None:
    """As text, whatever it looks like: nothing in it is ever worked out."""
    if len(text) > MAX_CELL:
        raise TooLongError(f"{cell.parent.title}!{cell.coordinate}")
    cell.number_format = "@"
    cell.border, cell.alignment, cell.protection = _BOX, _WRAPPED, Protection(locked=False)
    if text:
        cell.value = guarded(text)
        cell.data_type = "s"


def _drop_down(sheet: Worksheet, kind: Text, place: str) -> None:
    words = [word for _, word in kind.words] if isinstance(kind, Choice) else []
    if isinstance(kind, YesNo):
        words = ["是", "否"]
    if words:
        validation = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True)
        validation.error = f"请从“{'、'.join(words)}”中选择"
        sheet.add_data_validation(validation)
        validation.add(place)
