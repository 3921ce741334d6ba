"""Out to Excel and back, mistakes by cell, and workbooks that are attacks."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from kiosk.cli import app
from kiosk.matters.excel.cells import Limit
from kiosk.matters.excel.layout import (
    BASES,
    BASICS,
    BASIS_SHEET,
    FREE_SHEETS,
    GROUP_COLUMNS,
    QUESTION_SHEET,
    TABLES,
)
from kiosk.matters.excel.layout import GUIDE as GUIDE_SHEET
from kiosk.matters.excel.opening import refusal
from kiosk.matters.excel.reading import import_matter
from kiosk.matters.excel.yaml_text import yaml_text
from kiosk.matters.guide import elements
from kiosk.matters.load import load_matter
from kiosk.matters.models import (
    Basis,
    Condition,
    CrossCheck,
    Fee,
    FeeItem,
    Group,
    Guide,
    JointPart,
    Material,
    Matter,
    Place,
    ProcessStep,
    Question,
    ResultPaper,
)
from tests.kiosk.matters.examples import CONFIG, MATTERS
from tests.kiosk.matters.excel.books import FLEXIBLE, changed, everything, exported


@pytest.mark.parametrize("matter", [*MATTERS.matters[::5], everything()], ids=lambda each: each.plain_name.en)
def test_out_and_in_again_is_the_same(tmp_path: Path, matter: Matter) -> None:
    found = import_matter(exported(tmp_path, matter))
    assert not isinstance(found, list), [str(each) for each in found]
    assert found[0] == matter
    file = tmp_path / "matter.yaml"
    file.write_text(yaml_text(found[1]), encoding="utf-8")
    assert load_matter(file) == matter


def test_the_template_has_the_26_elements_and_no_formula(tmp_path: Path) -> None:
    book = load_workbook(exported(tmp_path, everything()))
    labels = [row[0].value for row in book["办事指南"].iter_rows(min_row=2)]
    titles = [element.zh for element in elements(FLEXIBLE)]
    assert [label for label in labels if label in titles] == titles
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "+", "-", "@"))


def test_every_value_of_a_matter_has_its_cell() -> None:
    """A new field of the model that the template forgets would be lost on the way."""
    lines = {line.path for form in (BASICS, GUIDE_SHEET) for line in form.lines}
    tables = {table.path: {column.path[0] for column in table.columns} for table in (*TABLES, QUESTION_SHEET)}
    bases = set(BASES.values())

    def has(path: tuple[str, ...]) -> bool:
        everything = {*lines, *tables, *bases, *FREE_SHEETS.values()}
        return any(known[: len(path)] == path for known in everything)

    assert [name for name in Matter.model_fields if not has((name,))] == []
    assert [name for name in Guide.model_fields if not has(("guide", name))] == []
    assert [name for name in Fee.model_fields if not has(("guide", "fee", name))] == []
    for path, model in (
        (("guide", "materials"), Material),
        (("guide", "procedure"), ProcessStep),
        (("guide", "places"), Place),
        (("guide", "results"), ResultPaper),
        (("guide", "fee", "items"), FeeItem),
        (("eligibility",), Condition),
        (("checks",), CrossCheck),
        (("parts",), JointPart),
        (("form",), Question),
    ):
        names = {field.alias or name for name, field in model.model_fields.items()}
        assert names - tables[path] <= ({"basis"} if model is Material else set()), model.__name__
    assert set(Group.model_fields) == {"questions", *(path[0] for path in GROUP_COLUMNS.values())}
    assert set(Basis.model_fields) == {column.path[0] for column in BASIS_SHEET.columns[1:]}


MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"办事指南__B4": "=1+1"}, "办事指南!B4", "excel.formula"),
    ({"基本信息__B2": 1.2410400005803454e30}, "基本信息!B2", "excel.value"),
    ({"基本信息__B2": "12410400"}, "基本信息!B2", "matter.malformed"),
    ({"办事指南__B10": "尽快"}, "办事指南!B10", "excel.value"),
    ({"办事指南__B14": "二十元"}, "办事指南!B14", "excel.value"),
    ({"办事指南__B17": "看材料表"}, "办事指南!B17", "excel.elsewhere"),
    ({"办事指南__B23": None}, "办事指南!B23", "matter.missing"),
    ({"办事指南__A23": "通办地点"}, "办事指南!A23", "excel.item"),
    ({"办事指南__A1": "内容项"}, "办事指南!A1", "excel.header"),
    ({"基本信息__B11": "证明"}, "基本信息!B11", "excel.value"),
    ({"基本信息__B12": "八"}, "基本信息!B12", "excel.value"),
    ({"所需材料__D2": "快递"}, "所需材料!D2", "excel.value"),
    ({"所需材料__C2": None}, "所需材料!C2", "matter.missing"),
    ({"所需材料__F2": -1}, "所需材料!F2", "matter.value"),
    ({"所需材料__P2": "{ question: }}"}, "所需材料!P2", "excel.value"),
    ({"所需材料__P2": "{ question: nothing, is: [x] }"}, "所需材料!P2", "matter.unknown_question"),
    ({"所需材料__A3": "ID_CARD"}, "依据!A8", "excel.basis"),
    ({"依据__A2": "材料X"}, "依据!A2", "excel.basis"),
    ({"依据__B2": None}, "依据!B2", "matter.missing"),
    ({"表单__C2": "文本框"}, "表单!C2", "excel.value"),
    ({"表单__A3": "child"}, "表单!A3", "excel.group"),
    ({"表单__M2": "a=甲"}, "表单!M2", "excel.value"),
    ({"演练__A2": ".."}, "演练!A2", "excel.key"),
    ({"校验__E1": "备注"}, "校验!E1", "excel.header"),
    ({"办事指南__ZZ1": "x"}, "办事指南", "excel.sheet_too_large"),
    ({"依据__A3000": "x"}, "依据", "excel.sheet_too_large"),
]


@pytest.mark.parametrize(("cells", "place", "code"), MISTAKES)
def test_mistakes_are_told_by_cell(tmp_path: Path, cells: dict[str, Any], place: str, code: str) -> None:
    found = changed(tmp_path, **cells)
    assert isinstance(found, list)
    assert (place, code) in [(each.cell, each.code) for each in found], [str(each) for each in found]
    assert all(each.zh and each.en and "Field required" not in each.en for each in found)


def test_of_a_sheet_that_is_too_large_nothing_else_is_looked_at(tmp_path: Path) -> None:
    """A stray cell in Excel's last row: a million rows would be looked through for half a minute."""
    found = changed(tmp_path, 办事指南__B7=None, 办事指南__A1048576="x")
    assert isinstance(found, list)
    assert [(each.cell, each.code) for each in found] == [("办事指南", "excel.sheet_too_large")]


def test_what_people_type_is_understood(tmp_path: Path) -> None:
    found = changed(
        tmp_path,
        办事指南__B9="20日（不含公示）",
        办事指南__B10="3个工作日内",
        办事指南__B14="免费",
        基本信息__B12="8分钟",
        基本信息__B13="否",
        所需材料__D2="card",
        所需材料__F2=2,
    )
    assert isinstance(found, Matter), [str(each) for each in found]
    guide = found.guide
    assert (guide.legal_limit.amount, guide.legal_limit.unit, guide.legal_limit.note) == (
        20,
        "calendar_day",
        "不含公示",
    )
    assert guide.promised_limit.amount == 3 and guide.materials[0].copies == 2


@pytest.mark.parametrize(
    ("typed", "amount", "unit"),
    [
        ("十五个工作日", 15, "workday"),
        ("15 个 工作日", 15, "workday"),
        ("二十日内", 20, "calendar_day"),
        ("两个月", 2, "month"),
        ("1年", 12, "month"),
    ],
)
def test_limits_in_words(typed: str, amount: int, unit: str) -> None:
    assert Limit().from_cell(typed) == {"amount": amount, "unit": unit}


def repacked(file: Path, **parts: bytes | None) -> Path:
    """The workbook with parts added or replaced; the names have __ for / ."""
    new = file.with_name("new.xlsx")
    wanted = {name.replace("__", "/").replace("_dot_", "."): data for name, data in parts.items()}
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in old.infolist():
            if part.filename not in wanted:
                archive.writestr(part.filename, old.read(part))
        for name, data in wanted.items():
            if data is not None:
                archive.writestr(name, data)
    return new


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'

ATTACKS: dict[str, tuple[dict[str, bytes | None], str]] = {
    "macro": ({"xl__vbaProject_dot_bin": b"x"}, "excel.macro"),
    "control": ({"xl__activeX__activeX1_dot_xml": b"<x/>"}, "excel.macro"),
    "embedded": ({"xl__embeddings__oleObject1_dot_bin": b"x"}, "excel.macro"),
    "link": ({"xl__externalLinks__externalLink1_dot_xml": b"<x/>"}, "excel.linked"),
    "bomb": ({"xl__media__image1_dot_png": b"\0" * 80_000_000}, "excel.bomb"),
    "packed bomb": ({"xl__worksheets__sheet99_dot_xml": b" " * 20_000_000}, "excel.bomb"),
    "entities": ({"xl__sharedStrings_dot_xml": ENTITIES}, "excel.declaration"),
    "entities in utf-16": ({"xl__styles_dot_xml": ENTITIES.decode().encode("utf-16")}, "excel.declaration"),
    "no workbook": ({"xl__workbook_dot_xml": None}, "excel.damaged"),
    "no sheet": ({"xl__worksheets__sheet1_dot_xml": None}, "excel.sheet_missing"),
    "broken xml": ({"xl__worksheets__sheet1_dot_xml": b"<worksheet><row>"}, "excel.damaged"),
    "broken styles": ({"xl__styles_dot_xml": b"<x/>"}, "excel.damaged"),
    "deep xml": ({"xl__worksheets__sheet1_dot_xml": b"<a>" * 200_000}, "excel.damaged"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_refused(tmp_path: Path, name: str) -> None:
    parts, code = ATTACKS[name]
    found = import_matter(repacked(exported(tmp_path), **parts))
    assert isinstance(found, list)
    assert found[0].code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "excel.damaged"),
        (b"PK\x03\x04", "excel.damaged"),
        (b"just text", "excel.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "excel.old_or_locked"),
        (b"x" * 11_000_000, "excel.too_large"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, data: bytes, code: str) -> None:
    file = tmp_path / "matter.xlsx"
    file.write_bytes(data)
    refused = refusal(file)
    assert refused is not None and refused.code == code
    assert refusal(tmp_path / "none.xlsx") is not None and refusal(tmp_path) is not None


def test_a_cut_file_at_any_place_is_told(tmp_path: Path) -> None:
    data = exported(tmp_path).read_bytes()
    file = tmp_path / "cut.xlsx"
    for share in (0.1, 0.5, 0.9, 0.99):
        file.write_bytes(data[: int(len(data) * share)])
        assert isinstance(import_matter(file), list)


def kiosk(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["matters", *map(str, arguments)])


def test_the_commands_lose_nothing(tmp_path: Path) -> None:
    shutil.copy(CONFIG / "matters" / "06-flexible-employment.yaml", tmp_path / "m.yaml")
    book = tmp_path / "m.xlsx"
    assert kiosk("export-excel", tmp_path / "m.yaml", book).exit_code == 0
    again = kiosk("import-excel", book, "--out", tmp_path)
    assert again.exit_code == 2 and "already there" in again.stderr
    assert kiosk("import-excel", book, "--out", tmp_path / "in").exit_code == 0
    assert load_matter(tmp_path / "in" / "m.yaml") == FLEXIBLE
    workbook = load_workbook(book)
    workbook["办事指南"]["B7"] = "=A1"
    workbook.save(book)
    told = kiosk("import-excel", book, "--out", tmp_path / "other", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["mistakes"][0]["cell"] == "办事指南!B7"
    assert not (tmp_path / "other").exists()
