"""Reasons, calendar, texts and pictures by forms, the same way as matters: to the bundle that is signed."""

from __future__ import annotations

import io
from html import unescape

import pytest
from PIL import Image

from kiosk.bundles.archive import Bundle
from kiosk.server.console import packaging, pages_parts, part_forms
from kiosk.server.console.room import Room
from tests.kiosk.server.console.conftest import FILE, TASK_CODE, Hall
from tests.kiosk.server.console.test_making import fields, revision


def png(width: int = 40, height: int = 30) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(data, "PNG")
    return data.getvalue()


def test_everything_beside_matters_is_approved_as_one_with_them(desk: Hall) -> None:
    editor, approver = desk.as_("王编辑"), desk.as_("李审批")
    at = editor.post("/changes", title="都改一点").url.split("/console", 1)[1].split("?")[0]

    reasons = editor.get(f"{at}/reasons")
    wrong = {**fields(reasons.text), "l5.0.0": "999", "act": "save"}
    assert "编码是三位数字" in editor.post(f"{at}/reasons", **wrong).text
    page = editor.get(f"{at}/reasons").text
    good = {**fields(page), "l5.0.0": "510", "l5.0.1": "一窗办完", "act": "save"}
    assert "已保存" in editor.post(f"{at}/reasons", **good).text

    page = editor.get(f"{at}/calendar").text
    many = "2027-02-05 至 2027-02-11 放假 春节\n2027-01-31 调休上班 春节\n后天 放假"
    bad = editor.post(
        f"{at}/calendar", **{**fields(page), "y0.year": "2027", "y0.complete": "是", "y0.many": many}
    )
    assert bad.status_code == 422 and "没有填进去：后天 放假" in bad.text  # and the good lines are kept
    kept = editor.get(f"{at}/calendar").text
    assert 'class="notice warn">2027年写着全年都已填好，却没有清明节' in kept
    assert kept.count('value="春节"') == 8 and 'class="d make_up_workday" title="春节">31<' in kept

    found = editor.get(f"{at}/texts?q=要带什么").text
    assert "guide.bring" in found
    given = {**fields(found), "zh.guide.bring": "请带上", "en.guide.bring": ""}
    half = editor.post(f"{at}/texts", **given)
    assert "中英文都要有" in half.text
    again = {**fields(editor.get(f"{at}/texts").text), "en.guide.bring": "Please bring"}
    assert "已改" in editor.post(f"{at}/texts", **again).text

    sent = {"picture": ("样子.png", png())}
    assert (
        "还没有事项用它" in editor.raw_post(f"{at}/pictures", {"form_token": editor.token}, files=sent).text
    )
    other = desk.as_("钱编辑")
    other.get(at)
    sent = {"picture": ("样子.png", png(7, 7))}
    assert "没有覆盖" in other.raw_post(f"{at}/pictures", {"form_token": other.token}, files=sent).text
    for data, words in ((b"no picture", "打不开"), (png(5000, 10), "4096"), (b"x" * 1_100_000, "1 MB")):
        refused = editor.raw_post(
            f"{at}/pictures",
            {"form_token": editor.token, "name": "b.png"},
            files={"picture": ("b.png", data)},
        )
        assert refused.status_code == 422 and words in refused.text
    assert editor.get(f"{at}/pictures/样子.png").content == png()

    number = at.rpartition("/")[2]
    editor.post(f"/matters/{TASK_CODE}/edit", change=number)
    section = f"{at}/files/{FILE}/sections/pictures"
    shown = editor.get(section).text
    row = {
        name: value for name, value in fields(shown).items() if name.endswith(".there") or name == "revision"
    }
    table = next(name.partition(".")[0] for name in row if name.endswith(".there"))
    row |= {f"{table}.0.was": "", f"{table}.0.0": "别的.png", f"{table}.0.1": "result"}
    row |= {f"{table}.0.2": "证明的样子", f"{table}.0.3": "The certificate"}
    assert "还没有：请上传" in editor.post(section, **{**row, "act": "save"}).text
    row |= {"revision": revision(editor.get(section).text), f"{table}.0.was": "0", f"{table}.0.0": "样子.png"}
    assert "还没有：请上传" not in editor.post(section, **{**row, "act": "save"}).text

    told = unescape(editor.get(at).text)
    for words in ("一窗办完", "放假安排", "2027-02-05 春节（放假）", "请带上", "图片“样子.png”", "样本图片"):
        assert words in told, words
    assert "请带上" in editor.get(f"{at}/parts").text
    editor.post(f"{at}/submit", revision=revision(editor.get(at).text))
    digest = approver.get(at).text.split('name="digest" value="')[1][:64]
    assert "已批准" in approver.post(f"{at}/approve", digest=digest).text
    assert editor.post(f"{at}/pictures", remove="样子.png").status_code == 409

    platform = desk.platform.application.state.platform
    made = packaging.build(Room(platform, platform.settings.console_files, False, None, None), 1, 1, None)  # type: ignore[arg-type]
    assert isinstance(made, Bundle), made
    assert made.files["pictures/样子.png"] == png()
    assert "2027-02-11" in made.files["calendar.yaml"].decode()
    assert "一窗办完" in made.files["rating-reasons.yaml"].decode()
    assert part_forms.sentences(made.files["texts/en.toml"].decode()) == {"guide.bring": "Please bring"}


def test_lines_of_a_notice() -> None:
    days, unread = part_forms.days_of(
        "2026年10月1日至2026年10月3日 放假 国庆节；2026-10-10 上班\n2026-13-01 放假"
    )
    assert [day["day"] for day in days] == ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-10"]
    assert days[3] == {"day": "2026-10-10", "kind": "make_up_workday"} and unread == ["2026-13-01 放假"]


NOTICE = (
    "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"
    "二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。"
)


def test_a_notice_is_taken_as_it_was_published_and_not_into_another_year() -> None:
    days, unread = part_forms.days_of(NOTICE, 2026)
    assert not unread and len(days) == 15
    assert days[3] == {"day": "2026-01-04", "kind": "make_up_workday", "name": "元旦"}
    assert [day["day"] for day in days if day["name"] == "春节"][8:] == [
        "2026-02-23",
        "2026-02-14",
        "2026-02-28",
    ]
    for line, year in ((NOTICE, 2027), (NOTICE.replace("共9天", "共8天"), 2026), ("元旦：1月1日放假", None)):
        assert part_forms.days_of(line, year)[1], line
    crossing = "元旦：2022年12月31日至2023年1月2日放假调休，共3天。"
    assert [day["day"] for day in part_forms.days_of(crossing, 2023)[0]][::2] == ["2022-12-31", "2023-01-02"]


@pytest.mark.parametrize(
    ("given", "name"), [("样 本.PNG", "样 本.png"), ("IMG_1.JPEG", "img_1.jpg"), ("无房样本", "无房样本.png")]
)
def test_pictures_are_called_as_people_call_them(given: str, name: str) -> None:
    assert pages_parts._picture_name(given, png()) == name
