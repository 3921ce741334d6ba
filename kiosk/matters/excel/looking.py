"""What a sheet has that is no plain cell, and what would get lost if it were read as one.

Formulas, links, errors of Excel, merged and hidden cells, text that is struck out: each is told with its cell
and how to mend it, and nothing is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kiosk.matters.excel.taken import Mistake

MAX_ROWS: Final = 2000
MAX_COLUMNS: Final = 60
TOO_LARGE: Final = "excel.sheet_too_large"


def place_of(cell: Cell | MergedCell) -> str:
    return f"{cell.parent.title}!{cell.coordinate}"


def end_of(sheet: Worksheet) -> tuple[int, int]:
    """The last row and column that say something: cells that are only coloured do not count."""
    rows = columns = 0
    for (row, column), cell in sheet._cells.items():
        if cell.value not in (None, ""):
            rows, columns = max(rows, row), max(columns, column)
    return rows, columns


def looked_at(sheet: Worksheet, head: int | None) -> Iterator[Mistake]:
    """Everything of the sheet that keeps it from being read.  ``head``: the row of its headers; ``None`` for
    a sheet that is not of the template, in which only what could do harm is told."""
    rows, columns = end_of(sheet)
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        zh = f"“{sheet.title}”表太大：最多{MAX_ROWS}行、{MAX_COLUMNS}列，请删去多余的行和列"
        en = f"more than {MAX_ROWS} rows or {MAX_COLUMNS} columns: delete what is not needed"
        yield Mistake(sheet.title, TOO_LARGE, zh, en)
        return
    for (row, column), cell in sorted(sheet._cells.items()):
        if row <= rows and column <= columns:
            yield from _cell(cell)
    if head is not None and rows:
        yield from _merged(sheet, head)
        yield from _hidden(sheet)


def _cell(cell: Cell | MergedCell) -> Iterator[Mistake]:
    if getattr(cell, "hyperlink", None) is not None:
        zh = "这里有超链接，导入时会丢失：请右键“取消超链接”，只留文字；网址要保留的，请把网址写成文字"
        en = "this cell has a link, which would get lost: remove the hyperlink, and write the address as text"
        yield Mistake(place_of(cell), "excel.hyperlink", zh, en)
    if cell.data_type == "f":
        zh, en = "这里是公式：请改成文字或者数字", "this is a formula: write the text or the number itself"
        yield Mistake(place_of(cell), "excel.formula", zh, en)
    elif cell.data_type == "e":
        zh = f"这里是错误值{cell.value}：请重新填写"
        yield Mistake(
            place_of(cell), "excel.error_value", zh, f"this is the error {cell.value}: write the value"
        )
    elif cell.value not in (None, "") and _struck_out(cell):
        zh = "这里有带删除线的文字：不要的请删掉，要的请取消删除线"
        en = "some of this is struck out: delete it, or take the line away"
        yield Mistake(place_of(cell), "excel.struck_out", zh, en)


def _struck_out(cell: Cell | MergedCell) -> bool:
    if isinstance(cell.value, CellRichText):
        return any(
            isinstance(part, TextBlock) and part.font is not None and bool(part.font.strike)
            for part in cell.value
        )
    return bool(cell.font is not None and cell.font.strike)


def _merged(sheet: Worksheet, head: int) -> Iterator[Mistake]:
    """Of merged cells only the first is read; a title over the table is none of them."""
    read = {column for (row, column), cell in sheet._cells.items() if row == head and cell.value}
    for area in sheet.merged_cells.ranges:
        rows = area.max_row - max(area.min_row, head) + 1
        columns = len(read & set(range(area.min_col, area.max_col + 1)))
        if area.max_row >= head and rows * columns > 1:
            zh = "这里是合并的单元格，只有第一格会被读到：请取消合并，每一格分别填写"
            en = "these cells are merged, and only the first would be read: unmerge them and fill in each"
            yield Mistake(f"{sheet.title}!{area.coord}", "excel.merged", zh, en)


def _hidden(sheet: Worksheet) -> Iterator[Mistake]:
    """What nobody sees is not taken in, and not left out in silence either."""
    en = "this is hidden, and nobody has seen what it says: show it and check it, or delete it"
    if sheet.sheet_state != "visible":
        zh = "这张表是隐藏的，没有人看过里面写的：请取消隐藏，核对后再导入，不要的请删掉"
        yield Mistake(sheet.title, "excel.hidden", zh, en)
        return
    full = [(row, column) for (row, column), cell in sheet._cells.items() if cell.value not in (None, "")]
    for row in sorted({row for row, _ in full}):
        if row in sheet.row_dimensions and sheet.row_dimensions[row].hidden:
            zh = f"第{row}行是隐藏的（也可能是筛选造成的）：请取消隐藏和筛选，核对后再导入，不要的请删掉"
            yield Mistake(f"{sheet.title}!{row}:{row}", "excel.hidden", zh, en)
    hidden = [each for each in sheet.column_dimensions.values() if each.hidden]
    for column in sorted({column for _, column in full}):
        letter = get_column_letter(column)
        if any((each.min or 0) <= column <= (each.max or 0) or each.index == letter for each in hidden):
            zh = f"{letter}列是隐藏的：请取消隐藏，核对后再导入，不要的请删掉"
            yield Mistake(f"{sheet.title}!{letter}:{letter}", "excel.hidden", zh, en)
