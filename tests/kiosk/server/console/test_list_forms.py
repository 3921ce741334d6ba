"""Hall hours, lists of choices and the base catalogue by forms: to the bundle; what is wrong at its line."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from kiosk.bundles.archive import Bundle
from kiosk.bundles.parts import choices_of
from kiosk.matters.base import BaseCatalogue, load_base_catalogue
from kiosk.matters.hours import HallHours
from kiosk.server.console import list_forms, packaging
from kiosk.server.console.boxes import Panel
from kiosk.server.console.room import Room
from kiosk.server.publication import base_of
from kiosk.server.settings import CONFIG_FOLDER
from tests.kiosk.server.console.conftest import Hall
from tests.kiosk.server.console.test_making import fields, revision

LISTS = sorted((CONFIG_FOLDER / "choices").glob("*.yaml"))


def typed(panels: tuple[Panel, ...]) -> dict[str, str]:
    """What the page would send if nobody touched it."""
    found = {box.name: box.value for panel in panels for box in panel.boxes}
    for panel in panels:
        for row in panel.rows.rows if panel.rows else ():
            assert panel.rows is not None
            found[f"{panel.rows.name}.{row.number}.was"] = row.was
            found |= {box.name: box.value for box in row.boxes}
    return found


def wrong_of(key: str, text: str, given: dict[str, str]) -> str:
    """What the page says beside its boxes after ``given`` was sent."""
    form = {
        "hall-hours": (list_forms.hall_text, list_forms.hall_panels),
        "base-catalogue": (list_forms.base_text, list_forms.base_panels),
    }.get(key, (list_forms.choices_text, list_forms.choices_panels))
    made = form[0](text, given)
    beside = [words for panel in form[1](made) for box in panel.boxes for words in box.wrong]
    beside += [
        words
        for panel in form[1](made)
        if panel.rows
        for row in panel.rows.rows
        for box in row.boxes
        for words in box.wrong
    ]
    return "；".join([*beside, *(words for _, words in list_forms.wrong(key, made))])


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_that_nobody_touched_stays_as_it_was_written(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    given = typed(list_forms.choices_panels(text))
    assert list_forms.choices_text(text, given) == text
    assert list_forms.wrong(f"choices/{path.stem}", text) == []
    given["f.items"] += "\nzz_last | | 最后一个 | The last"
    made = list_forms.choices_text(text, given)
    old, new = choices_of(text.encode()), choices_of(made.encode())
    assert not isinstance(old, str) and not isinstance(new, str), new
    assert new.entries[:-1] == old.entries and new.entries[-1].label.zh == "最后一个"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("a | | 甲 | A\nb | 乙 | B", "第2行有3栏，要有4栏"),
        ("a | | 甲 | A\n | | 乙 | B", "第2行没有填“值”"),
        ("a | | 甲 | A\na | | 乙 | B", "第2行的值“a”和第1行相同"),
        ("a | x | 甲 | A", "第1行的上一级“x”不在表里"),
        ("a | b | 甲 | A\nb | a | 乙 | B", "第1行：“a”不能是自己的上一级"),
        ("A-1 | | 甲 | A", "第1行："),
        ("", "至少要有一个选项"),
    ],
)
def test_what_is_wrong_in_a_list_is_said_with_its_line(lines: str, words: str) -> None:
    text = "- { value: old, label: { zh: 旧, en: Old } }\n"
    assert words in wrong_of("choices/x", text, {"f.items": lines})


def test_a_list_is_pasted_from_excel() -> None:
    made = list_forms.choices_text("", {"f.items": "1\t\t一\tOne\t\n\n2\t1\t二｜\tTwo".replace("｜", "")})
    found = choices_of(made.encode())
    assert not isinstance(found, str), found
    assert [(each.value, each.within) for each in found.entries] == [("1", ""), ("2", "1")]


def test_hall_hours_by_their_chinese_names() -> None:
    text = (CONFIG_FOLDER / "hall-hours.yaml").read_text(encoding="utf-8")
    given = typed(list_forms.hall_panels(text))
    assert given["regular.0.0"] == "工作日、调休上班"
    assert list_forms.hall_text(text, given) == text
    given |= {"on_call.0.was": "", "on_call.0.0": "周末，放假", "on_call.0.1": "9:00", "on_call.0.2": "12:00"}
    assert "时间写成09:00这样" in wrong_of("hall-hours", text, given)
    given["on_call.0.1"] = "09:00"
    made = list_forms.hall_text(text, given)
    assert list_forms.wrong("hall-hours", made) == []
    hours = HallHours.model_validate(list_forms.plain_of(made))
    assert [day.value for day in hours.on_call[0].days] == ["weekend", "public_holiday"]
    for changed, words in (
        ({"on_call.0.0": "星期八"}, "没有“星期八”这种日子"),
        ({"on_call.0.2": "08:00"}, "开始要早于结束"),
        ({"f.flexible_minutes": "999"}, "早晚弹性办"),
    ):
        assert words in wrong_of("hall-hours", text, {**given, **changed})


def test_a_base_catalogue_of_thousands_is_pasted_whole() -> None:
    text = (CONFIG_FOLDER / "base-catalogue.yaml").read_text(encoding="utf-8")
    given = typed(list_forms.base_panels(text))
    assert list_forms.base_text(text, given) == text
    given["f.items"] = "\n".join(f"41{number:010} | 事项{number} | 公共服务 | 部门" for number in range(6000))
    made = list_forms.base_text(text, given)
    base = base_of(made)
    assert base is not None and len(base.items) == 6000 and base.publisher.startswith("河南省")
    assert typed(list_forms.base_panels(made))["f.items"] == given["f.items"]
    given["f.items"] += "\n410000000003 | 又一项 | 公共服务 | 部门\nx | 事项 | 公共服务 | 部门"
    assert "第6002行：基本编码是12位" in wrong_of("base-catalogue", text, given)
    given["f.items"] = given["f.items"].rpartition("\n")[0]
    assert "第6001行的基本编码“410000000003”和第4行相同" in wrong_of("base-catalogue", text, given)


def test_all_three_go_through_approval_into_the_bundle(desk: Hall) -> None:
    editor, approver = desk.as_("王编辑"), desk.as_("李审批")
    at = editor.post("/changes", title="时间、选项、目录").url.split("/console", 1)[1].split("?")[0]

    page = editor.get(f"{at}/hall-hours").text
    assert fields(page)["lunch.0.1"] == "12:00"  # nothing is published: one begins from the product's own
    hours = {"regular.0.was": "0", "regular.0.0": "工作日", "regular.0.1": "17:00", "regular.0.2": "09:00"}
    bad = editor.post(f"{at}/hall-hours", **{**fields(page), **hours})
    assert "开始要早于结束" in bad.text
    hours |= {"regular.0.was": "0", "regular.0.1": "09:00", "regular.0.2": "17:00"}
    again = {**fields(editor.get(f"{at}/hall-hours").text), **hours}
    assert "开始要早于结束" not in editor.post(f"{at}/hall-hours", **again).text

    assert editor.get(f"{at}/choices?new=Schools").status_code == 422
    new = editor.get(f"{at}/choices?new=schools")
    assert new.url.endswith(f"{at}/choices/schools")
    one = {**fields(new.text), "f.items": "no_1 | | 市一中 | No. 1 School"}
    assert "已保存" in editor.post(f"{at}/choices/schools", **one).text
    lists = editor.get(f"{at}/choices").text
    assert "schools" in lists and "银行（banks）" in lists and "民族" in lists
    assert "中国工商银行" in editor.get(f"{at}/choices/banks").text
    assert editor.get(f"{at}/choices/Not-A-Name").status_code == 404

    page = editor.get(f"{at}/base-catalogue").text
    lines = fields(page)["f.items"].split("\n")
    kept = [line for line in lines if "无房证明" not in line]
    fewer = {**fields(page), "f.version": "2027-1", "f.items": "\n".join(kept)}
    told = editor.post(f"{at}/base-catalogue", **fewer).text
    assert "无房证明" in told and "不在这份目录里，不能再提供" in told
    more = {**fields(editor.get(f"{at}/base-catalogue").text)}
    more["f.items"] = "\n".join([*lines, "419999999999 | 新事项 | 公共服务 | 测试部门"])
    assert "不能再提供" not in editor.post(f"{at}/base-catalogue", **more).text

    told = unescape(editor.get(at).text)
    for words in ("大厅人员时间", "选项列表", "基本目录", "新事项"):
        assert words in told, words
    editor.post(f"{at}/submit", revision=revision(editor.get(at).text))
    digest = approver.get(at).text.split('name="digest" value="')[1][:64]
    assert "已批准" in approver.post(f"{at}/approve", digest=digest).text
    platform = desk.platform.application.state.platform
    made = packaging.build(Room(platform, platform.settings.console_files, False, None, None), 1, 1, None)  # type: ignore[arg-type]
    assert isinstance(made, Bundle), made
    assert not isinstance(choices_of(made.files["choices/schools.yaml"]), str)
    hall = HallHours.model_validate(list_forms.plain_of(made.files["hall-hours.yaml"].decode()))
    assert hall.regular[0].until == "17:00"
    base = base_of(made.files["base-catalogue.yaml"].decode())
    assert base is not None and base.item("419999999999") is not None and base.version == "2027-1"


def test_a_matter_is_checked_against_the_catalogue_that_comes_with_it(desk: Hall) -> None:
    """Article 5 is about the catalogue that will be in force, not about the one of the day before."""
    from kiosk.server.console import workspace

    platform = desk.platform.application.state.platform
    room = Room(platform, platform.settings.console_files, False, None, None)  # type: ignore[arg-type]
    texts = workspace.current_now(room)
    before = workspace.checked(room, texts)
    assert not before.errors()
    loaded = load_base_catalogue(CONFIG_FOLDER / "base-catalogue.yaml")
    assert isinstance(loaded, BaseCatalogue)
    shorter = loaded.model_copy(update={"items": loaded.items[10:]}).model_dump(mode="json")
    text = list_forms.base_text("", typed(list_forms.base_panels(str(shorter).replace("'", '"'))))
    found = workspace.checked(room, texts, None, [("base-catalogue.yaml", text)])
    assert any(each.code.startswith("article5") for each in found.errors())


def test_the_platform_tells_a_terminal_the_catalogue_of_its_bundle(
    desk: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (CONFIG_FOLDER / "base-catalogue.yaml").read_text(encoding="utf-8")
    pushed = SimpleNamespace(files={"base-catalogue.yaml": text.replace('"2026-1"', '"2027-1"').encode()})
    published = desk.platform.application.state.platform.published
    monkeypatch.setattr(published, "_bundle", {"": None, "PDS-1": pushed}.get)

    def version(**headers: str) -> str:
        address = f"{desk.platform.url}/v1/catalogue/base"
        return str(requests.get(address, headers=headers, timeout=20).json()["version"])

    assert (version(**{"Terminal-Id": "PDS-1"}), version()) == ("2027-1", "2026-1")
    pushed.files["base-catalogue.yaml"] = b"items: ["  # nobody could read it: the platform's own holds
    assert version(**{"Terminal-Id": "PDS-1"}) == "2026-1"
