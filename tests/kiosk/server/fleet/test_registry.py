"""Who is in the fleet, its alarms and its commands, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from kiosk.bundles import roles
from kiosk.server.database import writing
from kiosk.server.fleet import alarms, commands, registry, standing, timeline
from kiosk.server.fleet.alarms import Trouble
from kiosk.server.fleet.commands import Kind
from kiosk.server.fleet.context import GROUP, upsert
from kiosk.server.fleet.credentials import hashed
from kiosk.server.fleet.standing import Wanted
from kiosk.server.fleet.tables import beats, terminals
from kiosk.server.problems import ProblemError
from tests.kiosk.server.fleet.conftest import Hall


def seen(hall: Hall, terminal_id: str, **values: object) -> None:
    row = {"terminal_id": terminal_id, "last_seen": hall.fleet.now(), "ready": True, **values}
    with writing(hall.fleet.engine) as connection:
        upsert(connection, beats, [row], ("terminal_id",))


def test_a_terminal_is_registered_once_and_its_secret_is_kept_nowhere(hall: Hall) -> None:
    secret = registry.register(hall.fleet, "PDS-1", "wang", hall="市民中心", group="pilot", model="K2")
    with hall.fleet.engine.connect() as connection:
        row = connection.execute(terminals.select()).one()
    assert secret not in str(row) and row.credential_sha256 == hashed(secret)
    with pytest.raises(ProblemError, match="terminal-exists"):
        registry.register(hall.fleet, "PDS-1", "li")
    assert registry.renew_credential(hall.fleet, "PDS-1", "li") != secret
    registry.retire(hall.fleet, "PDS-1", "li")
    assert GROUP.pattern == roles.GROUP.pattern
    with pytest.raises(ProblemError, match="group-invalid"):
        registry.register(hall.fleet, "PDS-2", "wang", group="市民中心")
    with pytest.raises(ProblemError, match="terminal-unknown"):
        registry.move(hall.fleet, "PDS-1", "li", group="all")
    registry.register(hall.fleet, "PDS-1", "wang", group="all")
    kinds = [event.kind for event in timeline.of_terminal(hall.fleet, "PDS-1")]
    assert kinds == [
        "terminal.registered",
        "terminal.retired",
        "terminal.credential",
        "terminal.registered",
    ]


def test_the_fleet_at_a_glance(hall: Hall) -> None:
    hall.add("pilot", "A-1")
    hall.add("all", "B-1", "B-2", "B-3", "B-4")
    seen(hall, "B-4")
    hall.clock.on(1000)
    seen(hall, "A-1", bundle="new", paper="low", queued=2)
    seen(hall, "B-1", ready=False)
    seen(hall, "B-2", service="closed_here")
    found = standing.overview(hall.fleet)
    assert found.total == 5 and found.queued == 2
    assert found.conditions == {
        "ready": 1,
        "not_ready": 1,
        "out_of_service": 1,
        "silent": 1,
        "never_seen": 1,
    }
    assert [(each.name, each.total) for each in found.groups] == [("all", 4), ("pilot", 1)]
    assert found.papers["low"] == 1 and found.bundles["new"] == 1
    for condition, ids in {"ready": ["A-1"], "silent": ["B-4"], "never_seen": ["B-3"]}.items():
        rows = standing.listed(hall.fleet, Wanted(condition=condition))
        assert [row.id for row in rows] == ids and rows[0].condition == condition
    pages = standing.listed(hall.fleet, limit=2)
    pages += standing.listed(hall.fleet, after=(pages[-1].hall, pages[-1].id), limit=10)
    assert [row.id for row in pages] == ["A-1", "B-1", "B-2", "B-3", "B-4"]
    assert [row.id for row in standing.listed(hall.fleet, Wanted(text="a-"))] == ["A-1"]
    assert standing.count(hall.fleet, Wanted(text="%")) == 0
    assert standing.terminal(hall.fleet, "nobody") is None


def test_one_trouble_has_one_alarm_and_one_owner(hall: Hall) -> None:
    hall.add("all", "A-1")
    trouble = Trouble("A-1", "device.fault", "receipt")
    for opened in (1, 0):
        with writing(hall.fleet.engine) as connection:
            assert alarms.raise_alarms(connection, hall.fleet.now(), [(trouble, "printer.jam")]) == opened
    (alarm,) = alarms.open_alarms(hall.fleet)
    assert alarm.state == "open" and alarms.count_open(hall.fleet) == {"device.fault": 1}
    assert alarms.acknowledge(hall.fleet, alarm.id, "li").owner == "li"
    with writing(hall.fleet.engine) as connection:
        assert alarms.settle_alarms(connection, hall.fleet.now(), [trouble]) == 1
    assert not alarms.open_alarms(hall.fleet) and alarms.past_alarms(hall.fleet)[0].owner == "li"
    with pytest.raises(ProblemError, match="alarm-closed"):
        alarms.close(hall.fleet, alarm.id, "li")
    with writing(hall.fleet.engine) as connection:  # it came again: that is another alarm
        alarms.raise_alarms(connection, hall.fleet.now(), [(trouble, "printer.jam")])
    assert alarms.close(hall.fleet, alarms.open_alarms(hall.fleet)[0].id, "wang", "脏纸").note == "脏纸"


def test_a_newer_command_takes_the_older_ones_place(hall: Hall) -> None:
    hall.add("all", "A-1", "A-2")
    first = commands.ask(hall.fleet, "A-1", Kind.OUT_OF_SERVICE, "li", "搬迁")
    second = commands.ask(hall.fleet, "A-1", Kind.BACK_IN_SERVICE, "li")
    assert [each.id for each in commands.waiting(hall.fleet)["A-1"]] == [second.id]
    states = [each.state for each in commands.of_terminal(hall.fleet, "A-1")]
    assert states == ["waiting", "replaced"]
    with writing(hall.fleet.engine) as connection:
        now = hall.fleet.now()
        assert not commands.ended(connection, now, "A-2", second.id, "done", "")  # not its own
        assert commands.ended(connection, now, "A-1", second.id, "done", "")
        assert not commands.ended(connection, now, "A-1", second.id, "done", "")
        assert not commands.ended(connection, now, "A-1", first.id, "done", "")
    with pytest.raises(ProblemError, match="terminal-unknown"):
        commands.ask(hall.fleet, "A-9", Kind.OUT_OF_SERVICE, "li")


def test_what_is_old_is_let_go(hall: Hall) -> None:
    hall.add("all", "A-1")
    assert timeline.prune(hall.fleet) == 0
    hall.clock.on(100 * 86_400)
    hall.add("all", "A-2")
    assert timeline.prune(hall.fleet) == 1
    assert not timeline.of_terminal(hall.fleet, "A-1") and timeline.of_terminal(hall.fleet, "A-2")
