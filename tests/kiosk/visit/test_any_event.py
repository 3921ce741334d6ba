"""Whatever comes, in whatever order: nothing leads astray, and what nobody has asked for is refused."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.contract import (
    CardLifted,
    CodeScanned,
    Fault,
    IdentityFailed,
    IdentityRead,
    IdentityReading,
    PrintEnd,
    PrintOutcome,
    Supply,
    SupplyChanged,
)
from kiosk.matters.load import load_folder
from kiosk.visit import events as ev
from kiosk.visit.state import (
    Page,
    PaperKind,
    Visit,
)
from tests.kiosk.visit.walk import CARD, SIGNED, Walk, answer

CATALOGUE = load_folder(Path(__file__).parents[3] / "config" / "matters")
TOUCHES: list[ev.Event] = [
    ev.Wake(),
    ev.GoHome(),
    ev.ShowMatters(),
    ev.SearchMatters("社保"),
    ev.TurnPage(1),
    ev.TurnPage(-1),
    *(ev.ChooseMatter(matter.task_code) for matter in CATALOGUE),
    ev.ExpandGuide(True),
    ev.PrintGuide(),
    ev.Start(),
    ev.Continue(),
    ev.Back(),
    ev.GiveAnswer("phone", "13800138000"),
    ev.GiveAnswer("nobody", "?"),
    ev.Declare("X", True),
    ev.AcceptOwing(),
    ev.PrintNotice(),
    ev.KeepForm(),
    ev.Resume(),
    ev.StartAnew(),
    ev.EditAnswer("phone"),
    ev.Sign(SIGNED, 3000),
    ev.SignByButton(),
    ev.SignAgain(),
    ev.Submit(),
    ev.PrintResult(),
    ev.SkipPrint(),
    ev.PrintAgain(PaperKind.SLIP),
    ev.Rate(1),
    ev.Rate(5),
    ev.SkipRating(),
    ev.AnotherMatter(),
    ev.AskLeave(),
    ev.Leave(),
    ev.Stay(),
    ev.OpenHelp(),
    ev.CallStaff(),
    ev.OpenAppointment(),
    ev.MakeAppointment("2026-11-25", "morning"),
    ev.PrintOwed(),
    ev.LeaveOwed(),
    ev.OpenTools(),
    ev.SetMode(elder=True),
    ev.AnyTouch(),
    ev.Tick(),
    IdentityReading("reader"),
    IdentityRead("reader", CARD),
    IdentityFailed("reader", Fault("samv.read_failed")),
    CardLifted("reader"),
    CodeScanned("scanner", "123456789012345678901"),
    SupplyChanged("printer", Supply("mm", 80_000, 7_000, 8_000)),
]


def _worker_events(visit: Visit) -> list[ev.Event]:
    """What workers may post now: the answers to whatever this visit has asked for."""
    number = visit.number
    events: list[ev.Event] = [
        ev.HelpSettled(number, True),
        ev.RatingSettled(number, False),
        ev.AppointmentSettled(number, "YY-1"),
        ev.FormKept(number),
        ev.FormNotKept(number, "store.full"),
    ]
    if visit.person is not None:
        events += [ev.Verified(number, visit.person), ev.NotVerified(number, "platform.unreachable")]
    if visit.submission is not None:
        key = visit.submission.key
        events += [
            ev.Kept(number, key),
            ev.Answered(number, key, answer("accepted")),
            ev.NotAnswered(number, key, "platform.timeout"),
            ev.PaperSettled(number, PaperKind.SLIP, PrintOutcome(PrintEnd.COMPLETED)),
        ]
    return events


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_order_of_touches_and_device_events_reaches_the_failsafe(data: st.DataObject) -> None:
    walk = Walk(CATALOGUE)
    for _ in range(data.draw(st.integers(1, 40))):
        walk.now += data.draw(st.sampled_from([0.0, 0.3, 30.0]))
        events = TOUCHES + (_worker_events(walk.visit) if walk.visit.page is Page.DONE else [])
        walk.do(data.draw(st.sampled_from(events)))
        assert walk.visit.page is not Page.FAILSAFE, walk.visit.failsafe
        if walk.visit.page in (Page.FORM, Page.NOTICE, Page.CHECK, Page.SUBMITTING):
            assert walk.visit.person is not None


def test_an_event_that_nothing_has_asked_for_is_refused_loudly() -> None:
    walk = Walk(CATALOGUE)
    walk.do(ev.Kept(1, "key-1"))
    assert walk.at()[0] is Page.FAILSAFE
    assert walk.visit.failsafe == "flow.unexpected_event"


def test_every_event_has_a_class_in_the_flow() -> None:
    """A new event that nobody thought of shows up here, not in front of a citizen."""
    from kiosk.visit import flow

    handled = set(flow.ANYWHERE).union(*(set(table) for table in flow.BY_PAGE.values()))
    handled |= {ev.Crashed, ev.AvailabilityChanged, ev.ReadersChanged, *flow.DEVICE_EVENTS}
    concrete = {
        each
        for each in vars(ev).values()
        if isinstance(each, type) and each.__module__ == ev.__name__ and each is not ev.Touch
    }
    assert concrete <= handled
