"""The fleet over a real repository: signed, assigned by ring, followed by the terminals' own client."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.contract import Fault
from kiosk.bundles import repository
from kiosk.bundles.fault import BundleFault
from kiosk.delivery.platform import PlatformClient
from kiosk.server.fleet import alarms, rollouts, standing, upkeep, worker
from kiosk.server.fleet.context import DirectorError, Fleet
from kiosk.server.fleet.machine import Limits, Phase, Ring
from kiosk.server.fleet.publisher import Publisher
from kiosk.settings import PlatformSettings
from tests.kiosk.bundles.conftest import begun, first, folder, office, small  # noqa: F401 - fixtures
from tests.kiosk.bundles.office import Office, change, good
from tests.kiosk.bundles.station import Station
from tests.kiosk.server.conftest import Client, running
from tests.kiosk.server.fleet.conftest import Hall


@pytest.fixture
def platform(office: Office, begun: Office, tmp_path: Path) -> Iterator[Client]:  # noqa: F811
    at = tmp_path / "platform"
    at.mkdir()
    with running(at, repository=office.repository, online_keys=begun.folder / "online") as client:
        yield client


class Standing:
    """A terminal without screens: it polls over HTTP and tells the server what it did."""

    def __init__(self, folder: Path, platform: Client, office: Office, name: str, group: str) -> None:  # noqa: F811
        self.name = name
        at = folder / name
        at.mkdir()
        self.station = Station(at, f"{platform.url}/repository", office.root_bytes, group)
        self.client = PlatformClient(PlatformSettings(url=platform.url), name)

    def live(self) -> None:
        told = self.station.look().to_heartbeat() | {"group": self.station.group}
        reports = [each.to_json() for each in self.station.reports]
        answer = self.client.heartbeat({"ready": True, "bundle": told, "reports": reports})
        assert not isinstance(answer, Fault), answer


def until(wanted: Callable[[], bool], *terminals: Standing) -> None:
    end = time.monotonic() + 300
    while not wanted():
        assert time.monotonic() < end
        for each in terminals:
            each.live()
        time.sleep(0.2)


def test_a_change_goes_ring_by_ring_and_a_bad_one_stops_in_the_first(
    platform: Client,
    office: Office,  # noqa: F811
    begun: Office,  # noqa: F811
    folder: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    director = Publisher(office.repository, begun.folder / "online")
    fleet = Fleet(platform.engine, director)
    terminals = [
        Standing(tmp_path, platform, office, name, group)
        for name, group in (("P-1", "pilot"), ("H-1", "halls"))
    ]
    one = office.publish(office.build(folder))
    office.assign("pilot", str(one.bundle))  # by hand, at the beginning
    office.assign("halls", str(one.bundle))
    for each in terminals:
        each.live()
    upkeep.adopt(fleet)
    assert not alarms.open_alarms(fleet)
    change(folder, "hall-hours.yaml", "\n", "\n# 第二版\n")
    two = office.publish(office.build(folder))
    plan = (Ring(("pilot",), 1), Ring(("halls",), 1))
    limits = Limits(failed_count=1)

    def begin(bundle: str | None) -> int:
        made = rollouts.draft(fleet, "二", str(bundle), plan, "wang", limits).id
        rollouts.approve(fleet, made, "li")
        return rollouts.start(fleet, made, "li").id

    made = begin(two.bundle)
    until(lambda: rollouts.one(fleet, made).state.phase is Phase.DONE, *terminals)
    assert [each.station.sequence for each in terminals] == [2, 2]
    change(folder, "hall-hours.yaml", "# 第二版", "# 第三版")
    three = office.publish(office.build(folder))
    terminals[0].station.test = lambda _: BundleFault("bundle.test_failed", "")
    bad = begin(three.bundle)
    until(lambda: rollouts.one(fleet, bad).state.phase is Phase.HALTED, *terminals)
    assert [each.station.sequence for each in terminals] == [2, 2]
    assert good(repository.assignments(office.repository))["halls"].bundle == two.bundle
    back = rollouts.roll_back(fleet, bad, "li").id
    until(lambda: rollouts.one(fleet, back).state.phase is Phase.DONE, *terminals)
    assert good(repository.assignments(office.repository))["pilot"].bundle == two.bundle
    assert not [each for each in alarms.open_alarms(fleet) if each.kind.startswith("rollout")]


def test_a_repository_that_cannot_be_used_is_told(tmp_path: Path, office: Office) -> None:  # noqa: F811
    lost = Publisher(office.repository, tmp_path / "nowhere")
    with pytest.raises(DirectorError):
        lost.assign({"pilot": "bundles/none.bundle"})
    with pytest.raises(DirectorError):
        lost.renew()
    nothing = Publisher(tmp_path / "nowhere", tmp_path / "nowhere")
    assert nothing.assigned() == {} or nothing.bundles() == []


def test_the_repository_is_looked_after(hall: Hall) -> None:
    hall.add("pilot", "P-1")
    hall.director.given = {"pilot": "old"}
    assert (upkeep.adopt(hall.fleet), upkeep.adopt(hall.fleet)) == (1, 0)
    assert standing.listed(hall.fleet)[0].bundle_wanted == "old"
    hall.director.broken = True
    assert not upkeep.renew(hall.fleet)
    assert [each.kind for each in alarms.open_alarms(hall.fleet)] == ["repository.unusable"]
    hall.director.broken = False
    upkeep.renew(hall.fleet)
    assert not alarms.open_alarms(hall.fleet)


def test_a_repository_older_than_what_terminals_trust_is_an_alarm(hall: Hall) -> None:
    from kiosk.server.database import writing
    from kiosk.server.fleet.context import upsert
    from kiosk.server.fleet.tables import beats

    hall.add("pilot", "P-1")
    row = {"terminal_id": "P-1", "last_seen": hall.fleet.now(), "trusted": {"timestamp": 9, "root": 1}}
    with writing(hall.fleet.engine) as connection:
        upsert(connection, beats, [row], ("terminal_id",))
    assert upkeep.look_behind(hall.fleet) == {"timestamp": 9}
    (alarm,) = alarms.open_alarms(hall.fleet)
    assert (alarm.kind, alarm.detail) == ("repository.behind", "timestamp 9")


def test_one_of_several_servers_lets_the_time_pass(hall: Hall) -> None:
    assert worker.hold(hall.fleet, "clock", "a", 15)
    assert worker.hold(hall.fleet, "clock", "a", 15)
    assert not worker.hold(hall.fleet, "clock", "b", 15)
    hall.clock.on(16)
    assert worker.hold(hall.fleet, "clock", "b", 15)
    assert not worker.hold(hall.fleet, "clock", "a", 15)


def test_who_is_silent_is_an_alarm_until_it_calls(hall: Hall) -> None:
    from kiosk.server.fleet.api import Heartbeat
    from kiosk.server.fleet.beats import Call, take
    from kiosk.server.fleet.proof import Shown

    call = Call("P-1", Shown(), Heartbeat(ready=True))
    take(hall.fleet, [call])
    hall.clock.on(200)
    assert worker.note_silent(hall.fleet) == 0
    hall.clock.on(200)
    assert (worker.note_silent(hall.fleet), worker.note_silent(hall.fleet)) == (1, 0)
    assert [each.kind for each in alarms.open_alarms(hall.fleet)] == ["terminal.silent"]
    take(hall.fleet, [call])
    assert not alarms.open_alarms(hall.fleet)
