"""What a finger on a page sends: real touches through the window, events out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.visit import events as ev
from kiosk.visit.state import CaseState, Overlay, Page, PaperKind, PaperState
from screens.app import CitizenWindow
from screens.citizen.check import REVEALED, REVEALED_SECONDS
from screens.citizen.identify import stage
from screens.citizen.leave import consequence
from screens.citizen.wording import grouped as grouped_number
from screens.finger import Hand
from screens.kit.semantics import Role
from screens.robot import Robot, RobotFault
from screens.stage import LYING_SECONDS
from tests.screens.citizen.putting import put
from tests.screens.pages import PAGES
from tests.screens.samples import CERTIFICATE


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
