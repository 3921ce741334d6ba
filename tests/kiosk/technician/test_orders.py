"""Orders of the platform, on a whole terminal: obeyed between visits, once, and truly told."""

from __future__ import annotations

from typing import Any

from kiosk.settings import Settings
from kiosk.technician import commands
from kiosk.technician.desk import TechnicianDesk
from kiosk.technician.orders import BACK, OUT
from kiosk.terminal import Terminal
from kiosk.visit.events import GoHome, ShowMatters
from kiosk.visit.state import Page
from tests.kiosk.technician.conftest import come_in, events_of, opened
from tests.kiosk.technician.test_desk import leave


def order(number: int, kind: str, **more: Any) -> dict[str, Any]:
    given = {"id": number, "kind": kind, "by": "李主任", "reason": "搬迁", "asked_at": "2026-11-26T03:00:00Z"}
    return given | more


def ends(desk: TechnicianDesk) -> list[tuple[int, str]]:
    return [(each["id"], each["outcome"]) for each in desk.orders.told()["commands"]]


def test_out_of_service_and_back_between_visits(
    terminal: Terminal, desk: TechnicianDesk, settings: Settings
) -> None:
    terminal.controller.send(ShowMatters())
    woken: list[bool] = []
    desk.woken = lambda: woken.append(True)
    desk.orders.take([])
    assert not woken
    desk.orders.take([order(1, OUT)])
    assert woken  # the window looks at once
    desk.poll()
    assert not desk.closed and desk.orders.told() == {"service": "open", "commands": []}
    terminal.controller.send(GoHome())
    desk.poll()
    state = desk.state
    assert (state.out_of_service, state.closed_by, state.closed_reason) == (True, "李主任", "搬迁")
    assert desk.closed and ends(desk) == [(1, "done")]
    assert desk.orders.told()["service"] == "closed_by_platform"
    terminal.controller.send(ShowMatters())
    assert terminal.controller.state.page is Page.HOME
    desk.orders.heard(desk.orders.told()["commands"])
    terminal.close()
    again = opened(settings)
    assert again.desk.state.closed_by_platform and again.desk.closed
    again.desk.orders.take([order(2, BACK)])
    again.desk.poll()
    assert not again.desk.closed and again.desk.orders.told()["service"] == "open"
    again.close()
    told = [event for event in events_of(settings) if event.startswith("service.")]
    assert told == ["service.closed", "service.opened"]


def test_the_same_order_is_obeyed_once_also_after_a_restart(
    terminal: Terminal, desk: TechnicianDesk, settings: Settings
) -> None:
    desk.orders.take([order(1, OUT), order(1, OUT)])
    desk.poll()
    come_in(desk)
    desk.send(commands.AskService())
    desk.send(commands.SetService(False))  # whoever stands there knows better
    leave(desk)
    desk.orders.heard(desk.orders.told()["commands"])
    terminal.close()
    again = opened(settings)
    again.desk.orders.take([order(1, OUT)])
    again.desk.poll()
    assert not again.desk.closed and ends(again.desk) == [(1, "done")]
    again.desk.orders.take([order(1, OUT, asked_at="2026-12-01T00:00:00Z")])  # another one, of a new database
    again.desk.poll()
    assert again.desk.closed
    again.close()


def test_while_a_technician_is_in_the_room_it_does_not_open(terminal: Terminal, desk: TechnicianDesk) -> None:
    desk.orders.take([order(1, OUT)])
    desk.poll()
    come_in(desk)
    desk.orders.take([order(2, BACK)])
    desk.poll()
    assert desk.state.out_of_service and ends(desk) == [(1, "done")]
    leave(desk)
    desk.poll()
    assert not desk.closed and ends(desk) == [(1, "done"), (2, "done")]


def test_what_a_technician_has_closed_stays_told_as_his(terminal: Terminal, desk: TechnicianDesk) -> None:
    come_in(desk)
    desk.send(commands.AskService())
    desk.send(commands.SetService(True))
    leave(desk)
    desk.orders.take([order(1, OUT)])
    desk.poll()
    assert desk.orders.told()["service"] == "closed_here" and not desk.state.closed_by_platform
    assert ends(desk) == [(1, "done")]


def test_orders_that_are_none_are_refused_or_passed_over(terminal: Terminal, desk: TechnicianDesk) -> None:
    for given in (None, "out", [None, 1, {}, {"id": "1", "kind": OUT}, {"id": True, "kind": OUT}]):
        desk.orders.take(given)
    desk.orders.take([order(7, "self_destruct"), order(8, OUT, by="x\ny\ud800" * 100, reason=5)])
    desk.poll()
    assert ends(desk) == [(7, "refused"), (8, "done")]
    assert "\n" not in desk.state.closed_by and desk.state.closed_reason == ""
