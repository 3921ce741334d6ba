"""A matter made in the console from nothing, from a copy and from Excel; drafts that nothing can lose."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import update

from kiosk.server.console import boxes, rewriting, sections
from kiosk.server.console.tables import sessions
from kiosk.server.database import as_text, writing
from kiosk.server.settings import CONFIG_FOLDER
from tests.kiosk.server.console.conftest import FILE, PASSWORD, TASK_CODE, Hall

MATTERS = sorted((CONFIG_FOLDER / "matters").glob("*.yaml"))


def typed(panels: tuple[boxes.Panel, ...]) -> dict[str, str]:
    """What a browser sends of a page on which nothing was touched."""
    given: dict[str, str] = {}
    for panel in panels:
        given |= {box.name: box.value for box in panel.boxes}
        if panel.rows is not None:
            given[f"{panel.rows.name}.there"] = "1"
            for row in (*panel.rows.rows, panel.rows.spare):
                given[f"{panel.rows.name}.{row.number}.was"] = row.was
                given |= {box.name: box.value for box in row.boxes}
    return given


@pytest.mark.parametrize("path", MATTERS, ids=lambda path: path.stem[:2])
def test_a_section_that_is_saved_untouched_changes_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plain = rewriting.plain_of(text)
    assert plain is not None
    for section in sections.SECTIONS:
        assert sections.taken(section, plain, typed(sections.panels(section, plain))) == plain
    changed = boxes.copied(plain)
    changed["minutes"] = 59
    changed["guide"]["hours"] = "每天0:00至24:00"
    changed["guide"]["places"].append({"name": "新的大厅", "address": "示范路2号"})
    new = rewriting.rewritten(text, changed)
    assert rewriting.plain_of(new) == changed
    lines = set(text.splitlines())
    assert (
        len([line for line in new.splitlines() if line not in lines]) < 12 + len(plain["guide"]["places"]) * 6
    )


def revision(page: str) -> str:
    return page.split('name="revision" value="')[1].split('"')[0]


def fields(page: str) -> dict[str, str]:
    """What the form of a page holds, by the names of its inputs."""
    found = {}
    for name, value in re.findall(r'<input(?! type="checkbox")[^>]* name="([^"]+)" value="([^"]*)"', page):
        found[name] = unescape(value)
    for name, value in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        found[name] = unescape(value)
    for name, inner in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        found[name] = unescape(chosen[1]) if chosen else ""
    return {name: value for name, value in found.items() if name != "form_token"}


def test_a_new_matter_grows_section_by_section_whatever_is_wrong_with_it(desk: Hall) -> None:
    editor = desk.as_("王编辑")
    assert editor.post("/matters/new", way="blank", plain_name="").status_code == 422
    page = editor.post("/matters/new", way="blank", plain_name="居住证明")
    assert "已建立新事项" in page.text and "01-" not in page.url
    place = page.url.split("/console", 1)[1].split("?")[0]
    assert re.search(r"/changes/\d+/files/\d+-ju-zhu-zheng-ming\.yaml/sections/names$", place)
    at = place.rpartition("/")[0]
    assert "处要改" in page.text and "缺少" in page.text
    given = {**fields(page.text), "f.minutes": "", "f.department.zh": "市公安局", "f.icon": "home"}
    saved = editor.post(place, **{**given, "act": "next"})
    assert saved.url.split("?")[0].endswith("/sections/terminal")
    given = {**fields(saved.text), "f.minutes": "很久", "t0.0.0": "身份证", "t0.0.1": "Identity card"}
    saved = editor.post(f"{at}/terminal", **{**given, "act": "save"})
    assert (
        'value="很久"' in saved.text and "不是整数" in saved.text
    )  # kept as it was typed, and said beside it
    again = editor.get(f"{at}/names").text
    assert 'value="市公安局"' in again
    change = at.split("/files/")[0]
    assert "不能提交" in editor.post(f"{change}/submit", revision=revision(editor.get(change).text)).text
    assert "全部内容" in editor.get(at.rpartition("/sections")[0]).text
    assert desk.as_("李审批").post(place, **given).status_code == 403


def test_a_copy_becomes_a_good_matter_that_is_submitted(desk: Hall) -> None:
    editor = desk.as_("王编辑")
    page = editor.post("/matters/new", way="copy", code=TASK_CODE, plain_name="有房证明")
    at = page.url.split("/console", 1)[1].split("?")[0].rpartition("/")[0]
    code = TASK_CODE[:19] + "410715022000"
    new = {
        "f.task_code": code,
        "f.catalog_code": "410715021000",
        "f.name.zh": "不动产登记信息查询（有房证明）",
        "f.name.en": "Real estate register query (certificate of property)",
        "f.plain_name.en": "Property certificate",
    }
    editor.post(f"{at}/names", **{**fields(page.text), **new, "act": "save"})
    text = unescape(editor.get(at.replace("/sections", "/yaml")).text)
    assert f'item_code: "{code}"' in text and "item_name: 不动产登记信息查询（有房证明）" in text
    guide = editor.get(f"{at}/guide").text
    assert "查询目的" in guide  # everything else came with it


def test_excel_goes_out_and_comes_back(desk: Hall, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    editor = desk.as_("王编辑")
    book = tmp_path / "matter.xlsx"
    book.write_bytes(editor.get(f"/matters/{TASK_CODE}/matter.xlsx").content)
    opened = load_workbook(book)
    sheet = opened["基本信息"]
    row = next(cells for cells in sheet.iter_rows() if cells[0].value == "终端用时（分钟）")
    row[1].value = "8"
    opened.save(book)
    files = {"workbook": ("改好的.xlsx", book.read_bytes())}
    editor.get("/matters/new")
    came = editor.raw_post("/matters/new", {"form_token": editor.token, "way": "excel"}, files=files)
    assert "已读入" in came.text and FILE in came.url
    told = editor.get(came.url.split("/console", 1)[1].split("/files/")[0]).text
    assert "预计用时（分钟）由“3”改为“8”" in told and told.count("<li>“无房证明") + told.count("由“") <= 3
    row[1].value = "=1+1"
    opened.save(book)
    files = {"workbook": ("改好的.xlsx", book.read_bytes())}
    wrong = editor.raw_post("/matters/new", {"form_token": editor.token, "way": "excel"}, files=files)
    assert wrong.status_code == 422 and "基本信息!B" in wrong.text and "公式" in wrong.text
    assert editor.get("/matters/template.xlsx").content[:2] == b"PK"
    number = came.url.split("/changes/")[1].split("/")[0]  # somebody's draft is not written over
    other = desk.as_("钱编辑")
    files = {"workbook": ("原来的.xlsx", other.get(f"/matters/{TASK_CODE}/matter.xlsx").content)}
    other.get("/matters/new")
    into = {"form_token": other.token, "way": "excel", "change": number}
    assert "没有覆盖" in other.raw_post("/matters/new", into, files=files).text
    assert "没有覆盖" in other.post(f"/matters/{TASK_CODE}/off", change=number).text
    assert "由“3”改为“8”" in other.get(f"/changes/{number}").text


def test_what_was_typed_outlives_the_session_and_comes_back_to_its_author_only(desk: Hall) -> None:
    editor = desk.as_("王编辑")
    page = editor.post("/matters/new", way="blank", plain_name="居住证明")
    place = page.url.split("/console", 1)[1].split("?")[0]
    given = {**fields(page.text), "f.department.zh": "写了一半的部门"}
    assert editor.post(place, **{**given, "act": "draft"}).status_code == 204
    shown = editor.get(place).text
    assert "还没有保存" in shown and 'value="写了一半的部门"' in shown
    assert place in unescape(editor.get("/").text)
    assert "写了一半" not in desk.as_("钱编辑").get(place).text
    assert "写了一半" not in editor.post(place, form_token=editor.token, act="undo").text
    old = as_text(datetime.now(UTC) - timedelta(hours=2))
    with writing(desk.engine) as connection:
        connection.execute(update(sessions).where(sessions.c.user == "王编辑").values(seen_at=old))
    ended = editor.post(place, **{**given, "f.department.zh": "会话结束后的部门", "act": "save"})
    assert "/console/login" in ended.url
    stolen = editor.session.post(
        f"{editor.url}/console{place}", data={**given, "form_token": "0" * 64, "act": "save"}, timeout=20
    )
    assert stolen.status_code == 403
    editor.login("王编辑", PASSWORD)
    back = editor.get(place).text
    assert "还没有保存" in back and 'value="会话结束后的部门"' in back
    saved = editor.post(place, **{**fields(back), "act": "save"})
    assert "已保存" in saved.text and 'value="会话结束后的部门"' in saved.text
    assert "还没有保存的内容" not in editor.get(place).text


def test_drafts_of_the_common_form_and_of_the_text(desk: Hall) -> None:
    editor = desk.as_("王编辑")
    page = editor.post(f"/matters/{TASK_CODE}/edit", title="试改")
    place = page.url.split("/console", 1)[1].split("?")[0]
    for at, given, sign in (
        (place, {"f.minutes": "17"}, 'value="17"'),
        (f"{place}/yaml", {"text": "task_version: 写了一半"}, "写了一半"),
    ):
        assert editor.post(at, revision="1", act="draft", **given).status_code == 204
        shown = editor.get(at).text
        assert sign in shown and "还没有保存的内容" in shown
        assert sign not in editor.post(at, act="undo").text
    assert editor.post(place, revision="1", act="draft", **{"f.minutes": "17"}).status_code == 204
    editor.post(f"{place}/sections/names", revision="1", act="save", **{"f.icon": "home"})
    shown = editor.get(place).text
    assert "请对照着抄过来" in shown and 'value="17"' not in shown  # typed over an older state
    editor.post(place, revision="2", **{"f.minutes": "17"})
    assert "没有保存的内容" not in editor.get(place).text


def test_a_matter_is_withdrawn_from_its_page(desk: Hall) -> None:
    editor = desk.as_("王编辑")
    page = editor.post(f"/matters/{TASK_CODE}/off", title="", change="")
    assert "终端上不再提供" in page.text and "下架" in page.text
