"""What people and programs put into workbooks: links, merged and hidden cells, other names, other orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill

from kiosk.matters.excel.cells import CellError, text_in
from kiosk.matters.excel.reading import import_matter
from kiosk.matters.excel.taken import Mistake
from kiosk.matters.models import Matter
from tests.kiosk.matters.excel.books import exported

Change = Callable[[Workbook], object]


def imported(folder: Path, change: Change) -> list[Mistake] | Matter:
    file = exported(folder)
    book = load_workbook(file)
    change(book)
    book.save(file)
    found = import_matter(file)
    return found if isinstance(found, list) else found.matter


def _link(book: Workbook) -> None:
    book["办事指南"]["B6"].hyperlink = "https://example.org"
    book["咨询方式"]["B2"].hyperlink = "#基本信息!A1"


def _hide(book: Workbook) -> None:
    book["所需材料"].row_dimensions[2].hidden = True
    book["依据"].column_dimensions["C"].hidden = True
    book["办理地点"].sheet_state = "veryHidden"


def _strike(book: Workbook) -> None:
    book["办事指南"]["B8"].font = Font(strike=True)
    struck = TextBlock(InlineFont(strike=True), "身份证")
    book["要带什么"]["A2"] = CellRichText("带上", struck)


def _merge(book: Workbook) -> None:
    book["依据"].merge_cells("A2:A3")
    book["办事指南"].merge_cells("B7:C7")


TOLD = {
    ("办事指南!B6", "excel.hyperlink"),
    ("咨询方式!B2", "excel.hyperlink"),
    ("依据!A2:A3", "excel.merged"),
    ("办事指南!B7:C7", "excel.merged"),
    ("所需材料!2:2", "excel.hidden"),
    ("依据!C:C", "excel.hidden"),
    ("办理地点", "excel.hidden"),
    ("办事指南!B8", "excel.struck_out"),
    ("要带什么!A2", "excel.struck_out"),
}


def test_what_would_be_lost_is_told_by_its_cell(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        for each in (_link, _merge, _hide, _strike):
            each(book)

    found = imported(tmp_path, change)
    assert isinstance(found, list)
    assert {(each.cell, each.code) for each in found} >= TOLD
    assert all("请" in each.zh for each in found)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Of cells, and of what they make together: nobody mends a workbook in three rounds."""

    def change(book: Workbook) -> None:
        book["办事指南"]["B10"] = "尽快"
        book["办事指南"]["B23"] = None
        book["基本信息"]["B2"] = "12"

    found = imported(tmp_path, change)
    assert isinstance(found, list)
    assert {each.cell for each in found} == {"办事指南!B10", "办事指南!B23", "基本信息!B2"}


def _another_office(book: Workbook) -> None:
    """A title on top, the columns the other way round, other names, numbers, stars and blanks."""
    guide, materials = book["办事指南"], book["所需材料"]
    rows = [[cell.value for cell in row] for row in guide.iter_rows(min_row=2)]
    other = {
        "受理条件": "3、 *申请条件：",
        "服务对象": "办理对象",
        "法定办结时限": "法定时限（工作日）",
        "结果名称": "审批结果名称　",
        "办理时间": "办 公 时 间",
        "实施主体": "（五）实施机构",
    }
    guide.delete_rows(1, guide.max_row)
    guide.append(["办事指南（2026年版）"])
    guide.merge_cells("A1:C1")
    guide.append(["填写内容 ", None, "要素名称", "备注"])
    for label, content, _, hint in rows:
        guide.append(["２０" if label == "法定办结时限" else content, None, other.get(label, label), hint])
    guide["A400"].fill = PatternFill("solid", fgColor="FFFF00")  # coloured, and empty
    materials["B1"], materials["F1"] = "申请材料名称", "*材料份数"
    materials["F2"] = " １份　"
    book["基本信息"]["B2"] = "".join(chr(ord(sign) + 0xFEE0) for sign in book["基本信息"]["B2"].value)
    book["所需材料"].title = "申请材料"
    book.create_sheet("草稿")["A1"] = "不要了"


def test_a_workbook_of_another_office_is_understood(tmp_path: Path) -> None:
    before = import_matter(exported(tmp_path))
    assert not isinstance(before, list)
    found = imported(tmp_path, _another_office)
    assert isinstance(found, Matter), [str(each) for each in found]
    guide = found.guide.model_copy(update={"legal_limit": before.matter.guide.legal_limit})
    assert found.task_code == before.matter.task_code
    assert guide == before.matter.guide
    assert (found.guide.legal_limit.amount, found.guide.legal_limit.unit) == (20, "workday")
    again = import_matter(tmp_path / "matter.xlsx")
    assert not isinstance(again, list) and again.left_out == ("草稿",)


@pytest.mark.parametrize(
    ("raw", "shown_as", "text"),
    [
        (375, "0000", "0375"),
        (375, "General", "375"),
        (45000, "0.00", "45000"),
        (20.5, "General", "20.5"),
        (time(8, 30), "h:mm", "08:30"),
        (timedelta(days=1), "[h]:mm", "24:00"),
        (datetime(2026, 3, 1), "yyyy-mm-dd", "2026-03-01"),
        (datetime(2026, 3, 1, 8), "yyyy-mm-dd h:mm", None),
        (0.2, "0%", None),
        (1e20, "General", None),
        ("\u200b身份证\u3000\xa0", "@", "身份证"),
    ],
)
def test_a_cell_is_read_as_it_is_seen(raw: object, shown_as: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(CellError, match="cell"):
            text_in(raw, shown_as)
    else:
        assert text_in(raw, shown_as) == text
