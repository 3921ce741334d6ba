"""What a finger on a page sends: real touches through the window, events out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.visit import events as ev
from kiosk.visit.state import CaseState, Mode, Overlay, Page, PaperKind, PaperState, Visit
from screens.app import CitizenWindow
from screens.citizen.check import REVEALED, REVEALED_SECONDS
from screens.citizen.form_digits import grouped
from screens.citizen.form_months import moved
from screens.citizen.identify import stage
from screens.citizen.leave import consequence
from screens.citizen.wording import grouped as grouped_number
from screens.finger import Hand
from screens.kit.semantics import Role
from screens.robot import Robot, RobotFault
from screens.stage import LYING_SECONDS
from screens.window_setup import Display
from tests.screens.conftest import SMALL
from tests.screens.pages import PAGES, form_step
from tests.screens.samples import CERTIFICATE


@pytest.fixture
def robot(window: CitizenWindow) -> Robot:
    return Robot(window)


def put(window: CitizenWindow, visit: Visit | str) -> list[Any]:
    """Show a state; gives the list into which the page's events go."""
    controller: Any = window.controller
    controller.state = PAGES[visit] if isinstance(visit, str) else visit
    controller.sent.clear()
    window.ctx.draft.clear()
    window.show_again()
    sent: list[Any] = controller.sent
    return sent


@pytest.mark.parametrize(
    ("page", "key", "event"),
    [
        ("home", f"matter:{CERTIFICATE.task_code}", ev.ChooseMatter(CERTIFICATE.task_code)),
        ("home", "search", ev.SearchMatters("")),
        ("home", "all-matters", ev.ShowMatters()),
        ("home", f"theme:{CERTIFICATE.themes[0]}", ev.ShowMatters(theme=CERTIFICATE.themes[0])),
        ("matters", "back", ev.Back()),
        ("matters", "page-next", ev.TurnPage(1)),
        (
            "matters-last-page",
            "page-previous",
            ev.TurnPage(-99),
        ),  # from 99, past the last, to the first of two
        ("guide", "start", ev.Start()),
        ("guide", "expand-guide", ev.ExpandGuide(True)),
        ("guide", "print-guide", ev.PrintGuide()),
        ("identify-read", "continue", ev.Continue()),
        ("identify-waiting", "back", ev.Back()),
        ("form-declaration", "declare-yes", ev.Declare("EMPLOYMENT_DECLARATION", True)),
        ("form-declaration", "declare-no", ev.Declare("EMPLOYMENT_DECLARATION", False)),
        ("notice-owing", "accept-owing", ev.AcceptOwing()),
        ("notice-owing", "print-notice", ev.PrintNotice()),
        ("check", "edit:work", ev.EditAnswer("work")),
        ("check", "submit", ev.Submit()),
        ("result", "print-result", ev.PrintResult()),
        ("result", "skip-print", ev.SkipPrint()),
        ("done-certificate", "rate:5", ev.Rate(5)),
        ("done-certificate", "another", ev.AnotherMatter()),
        ("done-certificate", "leave", ev.Leave()),
        ("done-not-printed", "print-again:document:doc-1", ev.PrintAgain(PaperKind.DOCUMENT, "doc-1")),
        ("done-rating-reasons", "skip-rating", ev.SkipRating()),
        ("failsafe-nothing", "leave", ev.Leave()),
        ("help-open", "call-staff", ev.CallStaff()),
        ("help-open", "close", ev.Stay()),
        ("tools", "language:en", ev.SetMode(language="en")),
        ("tools", "reach:on", ev.SetMode(reach=True)),
        ("leave-cleared", "leave", ev.Leave()),
        ("idle", "stay", ev.Stay()),
        ("asleep", "wake", ev.Wake()),
    ],
)
def test_a_touch_sends_its_event(
    window: CitizenWindow, robot: Robot, page: str, key: str, event: Any
) -> None:
    sent = put(window, page)
    robot.press(key)
    assert [each for each in sent if type(each) is type(event)] == [event]


@pytest.mark.parametrize(
    ("kind", "keys", "raw"),
    [
        ("phone", "13937500026", "13937500026"),
        ("phone", "139375000261234", "13937500026"),  # no twelfth digit
        ("bank-card", "6228480000000000018", "6228480000000000018"),
        ("digits", "48", "48"),
        ("date", "20250901", "2025-09-01"),
        ("date", "202509", "2025-09"),  # not finished: the check says so
        ("date", "202591", "2025-09-01"),  # no month begins with 9, and the first is meant
        ("date", "2025915", "2025-09-15"),
        ("date", "2025125", "2025-12-05"),
        ("date", "2025153", "2025-15-03"),  # no such month; the check says which part
    ],
)
def test_digits_become_the_answer(
    window: CitizenWindow, robot: Robot, kind: str, keys: str, raw: str
) -> None:
    sent = put(window, f"form-{kind}")
    robot.type_digits(keys)
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == [raw]


def test_letters_and_a_wrong_one_taken_back(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-text")
    for key in ("key:a", "key:b", "key:c", "delete"):
        robot.press(key)
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["ab"]


def test_a_choice_is_chosen_first_and_sent_then(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-choice")
    robot.press("answer:post")
    assert not [each for each in sent if isinstance(each, ev.GiveAnswer)]
    robot.press("answer:counter")
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["counter"]


def test_months_by_shortcut_and_step(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-month-range")  # today is in November 2026
    robot.press("months:last_two_years")
    robot.press("first:month_on")
    robot.press("last:year_back")
    robot.press("continue")
    robot.press("last:year_on")
    robot.press("last:year_on")  # not past this month
    robot.press("continue")
    answers = [each.raw for each in sent if isinstance(each, ev.GiveAnswer)]
    assert answers == ["2025-01/2025-11", "2025-01/2026-11"]


@pytest.mark.parametrize(
    ("display", "elder"),
    [(Display(width=1280, height=800, ppi=149), False), (SMALL, True)],
    ids=["across", "small"],
)
def test_both_months_are_entered_at_once_where_they_stand_on_two_leaves(
    window: CitizenWindow, robot: Robot, display: Display, elder: bool
) -> None:
    window.resize(display)
    sent = put(window, replace(PAGES["form-month-range"], mode=Mode(elder=elder)))
    assert robot.find("page-next") is not None
    robot.set_value("answer", "2025-02/2025-11")
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["2025-02/2025-11"]


def test_the_last_month_takes_the_first_along(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-month-range")
    robot.press("months:last_year")
    for _ in range(2):
        robot.press("last:year_back")
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["2024-11/2024-11"]


def test_what_was_found_wrong_is_still_there_and_said_twice(window: CitizenWindow, robot: Robot) -> None:
    put(window, "form-phone-error")
    field = robot.get("answer")
    assert field.value == "139 3750"
    assert field.state["error"] == "手机号码应当是11位数字，现在是7位，请核对后重新输入。"
    assert robot.get(role="alert").name == field.state["error"]


def test_larger_type_in_the_middle_of_an_answer_loses_nothing(window: CitizenWindow, robot: Robot) -> None:
    put(window, "form-phone")
    robot.type_digits("139")
    controller: Any = window.controller
    controller.state = replace(controller.state, mode=replace(controller.state.mode, elder=True))
    window.redraw()
    assert robot.get("answer").value == "139"


def test_on_a_small_panel_the_keys_come_when_asked_for(window: CitizenWindow, robot: Robot) -> None:
    window.resize(SMALL)
    sent = put(window, replace(form_step(2), mode=Mode(elder=True)))
    assert not robot.has("digit:1")
    robot.press("type")
    robot.type_digits("13937500026")
    robot.press("typed")
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["13937500026"]


@pytest.mark.parametrize("page", ["form-text", "form-phone", "form-date-range"])
def test_on_a_small_panel_a_touch_on_the_box_brings_the_keys(
    window: CitizenWindow, robot: Robot, page: str
) -> None:
    window.resize(SMALL)
    controller: Any = window.controller
    put(window, PAGES[page])
    controller.state = replace(controller.state, mode=replace(controller.state.mode, elder=True))
    window.redraw()
    assert not robot.has("typed")
    robot.touch(*robot.get("answer").centre)
    robot.settle()
    assert robot.has("typed")


def test_a_low_rating_needs_a_reason(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "done-rating-reasons")
    with pytest.raises(RobotFault, match="disabled"):
        robot.press("send-rating")
    robot.press("reason:113")
    robot.press("reason:115")
    robot.press("reason:113")  # taken back
    robot.press("send-rating")
    assert [each for each in sent if isinstance(each, ev.Rate)] == [ev.Rate(1, ("115",))]


def test_no_rating_is_asked_for_that_could_not_be_sent(window: CitizenWindow, robot: Robot) -> None:
    put(window, "done-queued")
    assert not robot.has("rate:5")


@pytest.mark.parametrize("page", ["guide-unavailable", "done-not-printed-thrice", "notice-may-not-be-owed"])
def test_what_cannot_be_done_is_not_offered(window: CitizenWindow, robot: Robot, page: str) -> None:
    put(window, page)
    if page == "guide-unavailable":
        assert robot.get("start").state["disabled"]
    assert not any(node.key.startswith(("print-again", "accept-owing")) for node in robot.nodes())


def test_a_guide_that_has_drifted_says_so(window: CitizenWindow, robot: Robot) -> None:
    controller: Any = window.controller
    put(window, "guide")
    alerts = [node.name for node in robot.nodes() if node.role is Role.ALERT]
    controller.catalogue.mark({controller.state.matter.task_code: ("guide.fee",)})
    try:
        put(window, "guide")
        told = [node.name for node in robot.nodes() if node.role is Role.ALERT]
    finally:
        controller.catalogue.mark({})
    assert len(told) == len(alerts) + 1 and "0375-12345" in told[-1]
    assert not robot.get("start").state.get("disabled")


def test_results_follow_the_letters_without_moving_the_keys(window: CitizenWindow, robot: Robot) -> None:
    put(window, "matters-search")
    before = robot.get("key:s").bounds
    controller: Any = window.controller
    found = tuple(matter.task_code for matter in controller.catalogue.search("gjj"))
    browse = replace(controller.state.browse, text="gjj", found=found)
    controller.state = replace(controller.state, browse=browse)
    window.redraw()
    assert robot.get("answer").value == "gjj"
    assert robot.has(f"matter:{found[0]}")
    assert robot.get("key:s").bounds == before


def test_the_idle_warning_counts_in_place(window: CitizenWindow, robot: Robot) -> None:
    put(window, "idle")
    button = robot.get("stay").widget
    controller: Any = window.controller
    controller.state = replace(controller.state, idle_left=37)
    window.redraw()
    assert robot.get("stay").widget is button
    assert "37" in robot.get(role="timer").name


def test_waiting_for_a_card_shows_how_and_then_offers_help() -> None:
    assert [stage(100.0, now) for now in (100.0, 109.9, 110.0, 129.9, 130.0)] == [0, 0, 1, 1, 2]


def test_the_page_changes_with_time_alone(window: CitizenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    since = window.ctx.monotonic()
    waiting = PAGES["identify-waiting"]
    put(window, replace(waiting, identify=replace(waiting.identify, since=since)))
    page = window.stage.page
    monkeypatch.setattr("screens.citizen.identify.time.monotonic", lambda: since + 31)
    window._second = -1
    window.poll()
    assert window.stage.page is not page


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("leave-nothing", "nothing"),
        ("leave-cleared", "cleared"),
        ("leave-queued", "queued"),
        ("leave-submitted", "submitted"),
        ("leave-refused", "ended"),
    ],
)
def test_leaving_tells_what_it_loses(window: CitizenWindow, name: str, said: str) -> None:
    put(window, name)
    assert consequence(window.ctx) == said


def test_every_end_says_what_is_true(window: CitizenWindow, robot: Robot) -> None:
    headings = set()
    for name, visit in PAGES.items():
        if visit.page is not Page.DONE or visit.overlay is not Overlay.NONE or "rating" in name:
            continue
        put(window, name)
        assert visit.submission is not None
        heading = robot.get(role="heading").name
        lost = any(paper.state is PaperState.NOT_PRINTED for paper in visit.submission.papers)
        assert not (lost and heading == "办好了")
        if visit.submission.state is CaseState.QUEUED:
            assert "受理" not in heading and "提交" not in heading
        headings.add(heading)
    assert len(headings) >= 10


def test_groups_and_months() -> None:
    from datetime import date

    assert grouped("13937500026", (3, 4, 4)) == "139 3750 0026"
    assert grouped("62", (4, 4)) == "62"
    assert moved(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert moved(date(2026, 12, 1), 13) == date(2028, 1, 1)


def test_what_is_masked_is_shown_on_a_press_and_covered_again_by_itself(
    window: CitizenWindow, robot: Robot
) -> None:
    put(window, "check")
    person = window.ctx.state.person
    assert person is not None
    number = grouped_number(person.document.number)

    def values() -> list[str]:
        return [node.value for node in robot.nodes() if node.value]

    assert number not in values()
    robot.press("reveal")
    assert number in values()
    robot.press("reveal")
    assert number not in values()
    robot.press("reveal")
    window._keep_up()
    assert number in values()
    window.ctx.draft[REVEALED] -= REVEALED_SECONDS
    window._keep_up()
    assert number not in values()
    robot.press("reveal")
    put(window, "home")
    put(window, "check")  # who comes back finds it covered
    assert number not in values()


@pytest.mark.parametrize(("reason", "sent_on"), [("printer", True), ("not_in_catalogue", False)])
def test_nobody_is_sent_elsewhere_for_what_has_been_withdrawn_everywhere(
    window: CitizenWindow, robot: Robot, reason: str, sent_on: bool
) -> None:
    put(window, "guide")
    controller: Any = window.controller
    code = controller.state.matter.task_code
    controller.state = replace(controller.state, unavailable={code: reason})
    window.redraw()
    assert robot.get("start").state["disabled"]
    assert any("大厅" in node.name and "号机" in node.name for node in robot.nodes()) is sent_on


def test_a_device_that_comes_takes_no_button_from_under_a_finger(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "home")
    key = f"matter:{CERTIFICATE.task_code}"
    node = next(node for node in robot.nodes() if node.key == key)
    hand = Hand()
    hand.down(*node.widget.to_window(*node.widget.center))
    shown = window.stage.page
    controller: Any = window.controller
    controller.state = replace(controller.state, unavailable={CERTIFICATE.task_code: "no_reader"})
    controller.changed = True
    window.poll()
    assert window.stage.page is shown
    hand.up()
    window.poll()
    assert window.stage.page is not shown
    assert sent == [ev.ChooseMatter(CERTIFICATE.task_code)]


def test_what_lies_on_the_glass_keeps_no_news_away(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(window, "home")
    now = window.ctx.monotonic()
    hand = Hand()
    hand.down(window.stage.width / 2, 3)
    shown = window.stage.page
    controller: Any = window.controller
    controller.state = replace(controller.state, unavailable={CERTIFICATE.task_code: "no_reader"})
    controller.changed = True
    monkeypatch.setattr(window.ctx, "monotonic", lambda: now + 2 * LYING_SECONDS)
    window.poll()
    hand.up()
    assert window.stage.page is not shown
