"""What pages say is true: of papers, numbers, telephones, and of what an impatient finger sets off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.visit import events as ev
from kiosk.visit.state import Browse, Page, Visit
from screens.app import CitizenWindow
from screens.kit.panels import MODE, SPELLED
from screens.robot import Robot
from tests.screens.citizen.putting import put
from tests.screens.pages import PAGES
from tests.screens.samples import CATALOGUE, PERSON, PROJECT_NO, QUERY


@pytest.fixture
def robot(window: CitizenWindow) -> Robot:
    return Robot(window)


def said(robot: Robot) -> str:
    """All that stands on the page, on every leaf of it."""
    found = [node.name for node in robot.nodes()]
    while (node := robot.find("page-next")) is not None and not node.state.get("disabled"):
        robot.press("page-next")
        found += [node.name for node in robot.nodes()]
    return "\n".join(found)


@pytest.mark.parametrize(
    "name", ["done-not-printed", "done-not-printed-thrice", "done-print-unknown", "done-printing"]
)
def test_a_paper_that_is_not_out_cannot_be_used(window: CitizenWindow, robot: Robot, name: str) -> None:
    put(window, name)
    text = said(robot)
    assert "直接使用" not in text and "电话补打" not in text
    if name != "done-printing":
        assert "窗口补打（窗口在法定工作日9:00至17:00，其中12:00至13:00由综合窗口办理）" in text
    assert ("请按“再打印一次”" in text or "先按“再打印一次”" in text) == (
        name in ("done-not-printed", "done-print-unknown")
    )


@pytest.mark.parametrize(
    ("name", "recovers"), [("identify-silent", True), ("identify-silent-lasting", False)]
)
def test_only_a_passing_fault_of_the_readers_is_said_to_mend_itself(
    window: CitizenWindow, robot: Robot, name: str, recovers: bool
) -> None:
    put(window, name)
    text = said(robot)
    assert ("正在自动恢复" in text) == recovers
    assert ("请到大厅窗口办理" in text) != recovers
    assert "还没有提交任何内容" in text


@pytest.mark.parametrize("name", ["done-certificate", "done-filing", "done-query-unprinted"])
def test_what_is_done_has_no_last_day_and_the_rating_stands_beside_it(
    window: CitizenWindow, robot: Robot, name: str
) -> None:
    visit = PAGES[name]
    assert visit.submission is not None and visit.submission.answer is not None
    assert visit.submission.answer.promised_by
    put(window, name)
    assert robot.find("rate:5") is not None
    assert "前办好" not in said(robot)


def test_with_something_owed_the_time_runs_from_the_last_of_it(window: CitizenWindow, robot: Robot) -> None:
    put(window, "done-owing")
    text = said(robot)
    assert "材料补齐后3个工作日内办好" in text and "12月1日前办好" not in text


def offline(name: str, **more: Any) -> Visit:
    return replace(PAGES[name], person=replace(PERSON, offline=True), **more)


def test_without_the_platform_nothing_promises_a_paper_now(window: CitizenWindow, robot: Robot) -> None:
    put(window, offline("check-certificate"))
    assert "现在打不出证明" in said(robot)
    assert robot.get("submit").name == "确认并保存申请"
    put(window, offline("check-query"))
    assert "现在查不到结果" in said(robot)
    put(window, "done-queued")
    text = said(robot)
    assert "证明要等平台办好" in text and "送达后可扫码查进度" in text and "不用再来" not in text
    put(window, replace(PAGES["done-queued"], matter=QUERY))
    assert "结果要等平台查好" in said(robot)
    put(window, "done-set-aside")
    assert robot.find(role="image") is None


def test_one_impatient_tap_is_one_try(window: CitizenWindow, robot: Robot) -> None:
    """The press draws the page anew, with the same button again: the second tap still does nothing."""
    sent = put(window, "done-not-printed")
    window.ctx.double_tap_seconds = 60.0
    key = "print-again:document:doc-1"
    place = robot.get(key).centre
    robot.touch(*place)
    window.show_again()
    robot.touch(*place)
    assert len([each for each in sent if isinstance(each, ev.PrintAgain)]) == 1
    assert not robot.get(key).widget.listening


def test_leaving_an_unprinted_certificate_says_so(window: CitizenWindow, robot: Robot) -> None:
    put(window, "leave-unprinted")
    assert robot.get(role="dialog").name == "证明还没有打印出来，要离开吗？"
    assert "到大厅窗口补打" in said(robot)


FAILSAFES = [name for name, visit in PAGES.items() if visit.page is Page.FAILSAFE]


@pytest.mark.parametrize("name", FAILSAFES)
def test_the_failsafe_page_tells_number_and_telephone_as_the_others_do(
    window: CitizenWindow, robot: Robot, name: str
) -> None:
    submission = PAGES[name].submission
    put(window, name)
    text = said(robot)
    assert "受理编号" not in text
    if submission is not None and submission.project_no:
        assert "办件编号" in text and "1141 0400 0058" in text and PROJECT_NO not in text
    assert "12345" not in text.replace("0375-12345", "")


def test_one_number_has_one_name_and_one_telephone_is_told(window: CitizenWindow, robot: Robot) -> None:
    for name, visit in PAGES.items():
        if visit.page in (Page.DONE, Page.NOTICE, Page.HOME):
            put(window, name)
            text = said(robot)
            assert "受理编号" not in text, name
            assert "12345" not in text.replace("0375-12345", ""), name


def test_the_slip_is_called_what_stands_on_it(window: CitizenWindow, robot: Robot) -> None:
    from kiosk.delivery.papers.slip import title

    for name in ("done-queued", "done-refused", "done-supplement", "done-set-aside", "done-certificate"):
        submission = PAGES[name].submission
        assert submission is not None
        put(window, name)
        assert title(submission.state.value) in said(robot), name  # type: ignore[arg-type]


# --- what was typed ---------------------------------------------------------------------------------------

MASKED = ("姓名", "证件号码")


def values(window: CitizenWindow, robot: Robot) -> dict[str, str]:
    """Headings and rows in reading order, over all leaves of the page."""
    controller: Any = window.controller
    found: dict[str, str] = {}
    while True:
        found |= {node.name: node.value or "" for node in robot.nodes() if node.name not in found}
        on = robot.find("page-next")
        if on is None or on.state.get("disabled"):
            return found
        controller.state = replace(controller.state, check_page=controller.state.check_page + 1)
        window.redraw()


def test_what_is_to_be_checked_stands_in_full_and_under_whose_words_it_is(
    window: CitizenWindow, robot: Robot
) -> None:
    put(window, "check-prefilled")
    rows = values(window, robot)
    assert rows["手机号码"] == "139 3750 0026" and rows["现住址"] == PERSON.document.address
    assert rows["补贴银行卡号"] == "尾号 0018" and rows["每周工作小时数"] == "48小时"
    assert not any("*" in value or "隐藏" in value for name, value in rows.items() if name not in MASKED)
    names = list(rows)
    card, platform, own = (names.index(each) for each in ("来自身份证", "来自平台", "您填写的"))
    assert card < names.index("现住址") < platform < names.index("手机号码") < own < names.index("从事的工作")


def test_who_goes_first_by_the_card_is_not_said_to_have_filled_that_in(
    window: CitizenWindow, robot: Robot
) -> None:
    put(window, replace(PAGES["check-prefilled"], priority="elderly"))
    rows = values(window, robot)
    names = list(rows)
    assert rows["优先办理"] == "老年人"
    assert names.index("优先办理") < names.index("来自身份证")


def test_pinyin_that_was_not_picked_is_no_answer(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-text")
    window.ctx.draft |= {MODE: "pinyin", SPELLED: "zzz"}
    window.ctx.rebuild()
    robot.press("continue")
    assert not [each for each in sent if isinstance(each, ev.GiveAnswer)]
    assert "还有拼音没选成汉字" in robot.get("answer").state["error"]
    window.ctx.draft[SPELLED] = ""
    robot.set_value("answer", "摆摊")
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["摆摊"]


def test_a_box_of_a_date_is_touched_to_put_it_right(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-date")
    robot.type_digits("20250901")
    robot.touch(*robot.get("month").centre)
    robot.settle()
    month: Any = robot.get("month").widget
    assert month.border[0] == "primary" and month.caret
    robot.type_digits("8")
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["2025-08-01"]
    for _ in range(3):
        robot.press("delete")
    assert robot.get("month").value == "0" and robot.get("day").value == ""


def test_the_boxes_of_a_wrong_date_look_wrong(window: CitizenWindow, robot: Robot) -> None:
    put(window, "form-date-error")
    boxes: list[Any] = [robot.get(key).widget for key in ("year", "month", "day")]
    assert {box.border[0] for box in boxes} == {"danger"}


# --- the card ---------------------------------------------------------------------------------------------


def test_who_has_waited_is_asked_to_lift_the_card_and_not_told_that_it_is_awaited(
    window: CitizenWindow, robot: Robot
) -> None:
    put(window, "identify-waiting-long")
    text = said(robot)
    assert "请拿起来，再放一次" in text and "正在等您的证件" not in text
    assert "会有人来" not in text and "0375-12345" in text


@pytest.mark.parametrize(
    ("fault", "heading", "look"),
    [
        ("card.expired", "这张证件不能用", "danger"),
        ("samv.no_answer", "这个读卡器现在用不了", "danger"),
        ("serial.port_lost", "这个读卡器现在用不了", "danger"),
        ("platform.timeout", "平台暂时联系不上", "danger"),
        ("code.payment", "这个码不能用", "danger"),
        ("card.left_behind", "请先拿走这张卡", "warning"),
        ("card.lifted_early", "请再试一次", "warning"),
        ("samv.read_failed", "请再试一次", "danger"),
    ],
)
def test_each_kind_of_fault_has_its_own_heading(
    window: CitizenWindow, robot: Robot, fault: str, heading: str, look: str
) -> None:
    put(window, f"identify-failed-{fault}")
    assert robot.get(role="heading").name == heading
    banner: Any = robot.get(role="alert").widget
    assert banner.kind == look
    drawn = [node.name for node in robot.nodes() if node.role == "image"]
    cards = [name for name in drawn if "手机" not in name]
    taken = ["拿起来" in name or "拔出来" in name for name in cards]
    assert set(taken) <= {fault == "card.left_behind"}


def test_a_card_that_is_gone_is_not_asked_for(window: CitizenWindow, robot: Robot) -> None:
    put(window, "identify-read-social-card")
    assert "请取走社保卡" in said(robot)
    put(window, "identify-taken")
    assert "社保卡已经拿走" in said(robot) and "请取走" not in said(robot)


@pytest.mark.parametrize(("name", "word"), [("take-card", "身份证"), ("take-social-card", "社保卡")])
def test_over_home_the_card_is_asked_about(window: CitizenWindow, robot: Robot, name: str, word: str) -> None:
    sent = put(window, name)
    assert robot.get(role="dialog").name == "证件拿走了吗？" and word in said(robot)
    robot.press("close")
    assert sent == [ev.Stay()]


# --- guide, list and declaration --------------------------------------------------------------------------


def test_an_application_is_not_called_a_declaration(window: CitizenWindow, robot: Robot) -> None:
    put(window, "form-application")
    text = said(robot)
    assert robot.get("declare-yes").name == "确认申请" and "申请书 · " in text
    assert "承诺" not in text and "如上所填" not in text
    put(window, "form-declaration")
    assert robot.get("declare-yes").name == "我承诺" and "告知承诺" in said(robot)


def test_the_guide_tells_what_this_machine_takes_and_says_a_name_once(
    window: CitizenWindow, robot: Robot
) -> None:
    put(window, "guide-certificate")
    assert "在这里，身份证、社保卡、电子码都可以" in said(robot)
    named_once = next(matter for matter in CATALOGUE if matter.name.zh == matter.plain_name.zh)
    put(window, replace(PAGES["guide"], matter=named_once))
    assert f"{named_once.name.zh} · " not in said(robot)


@pytest.mark.parametrize(
    ("name", "what"), [("guide-not-printed", "可以扫码带走"), ("notice-not-printed", "请拍照或抄下来")]
)
def test_a_paper_that_failed_says_what_else_can_be_done(
    window: CitizenWindow, robot: Robot, name: str, what: str
) -> None:
    put(window, name)
    assert what in said(robot)


def test_the_list_does_not_hide_that_more_has_to_be_brought(window: CitizenWindow, robot: Robot) -> None:
    for matter in CATALOGUE:
        if len(matter.bring) > 1:
            visit = replace(PAGES["matters"], browse=Browse(found=(matter.task_code,)))
            put(window, visit)
            assert f"{matter.bring[0].zh}等" in (robot.get(f"matter:{matter.task_code}").hint or "")
            return


@pytest.mark.parametrize(("name", "told"), [("\ue863\U000323af林", True), ("\U00020bb7\U00031350喆", False)])
def test_a_box_in_a_name_is_explained(window: CitizenWindow, robot: Robot, name: str, told: bool) -> None:
    person = replace(PERSON, document=replace(PERSON.document, name=name))
    for page in ("identify-read", "check"):
        put(window, replace(PAGES[page], person=person))
        text = "\n".join(node.name for node in robot.nodes())
        assert ("方框里是字的编码" in text) == told, page
