"""Reasons, calendar, texts and pictures by forms, the same way as matters: to the bundle that is signed."""

from __future__ import annotations

import io
from html import unescape

from PIL import Image

from kiosk.bundles.archive import Bundle
from kiosk.server.console import packaging, part_forms
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
    assert bad.status_code == 422 and "没有看懂：后天 放假" in bad.text  # and the good lines are kept
    kept = editor.get(f"{at}/calendar").text
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
    for words in ("一窗办完", "放假安排", "2027-02-05 春节", "请带上", "图片“样子.png”", "样本图片"):
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
