"""A terminal follows its group: takes what is right between visits, and keeps what it has otherwise."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.bundles import repository, roles
from kiosk.bundles.archive import Bundle
from kiosk.bundles.fault import BundleFault
from kiosk.server.fleet.api import BundleReport
from tests.kiosk.bundles.conftest import MATTER, copy_of
from tests.kiosk.bundles.office import Office, good
from tests.kiosk.bundles.station import Station


@pytest.fixture
def office(two: tuple[Office, Bundle], tmp_path: Path) -> Office:
    return copy_of(two[0], tmp_path / "office")


def test_an_empty_repository_is_no_trouble(begun: Office, tmp_path: Path) -> None:
    station = Station(tmp_path / "terminal", begun.repository, begun.root_bytes)
    assert station.code() == ""
    assert station.sequence is None


def test_what_is_assigned_is_shown_and_every_step_is_reported(
    office: Office, station: Station, second: Bundle
) -> None:
    office.assign("ring-0", second.name)
    standing = station.look()
    assert station.sequence == 2
    assert "minutes: 4" in (station.shown.folder / MATTER).read_text(encoding="utf-8")  # type: ignore[union-attr]
    assert [report.told for report in station.reports if report.bundle == second.name] == [
        "downloaded",
        "self_tested",
        "activated",
    ]
    assert standing.to_heartbeat()["name"] == second.name
    assert station.restart() is not None and station.sequence == 2


def test_rolling_back_is_rolling_forward(office: Office, station: Station, second: Bundle) -> None:
    office.assign("ring-0", second.name)
    station.look()
    good(repository.roll_back(office.repository, office.online, "ring-0"))
    station.look()
    assert station.sequence == 1


def test_it_waits_for_the_end_of_a_visit(office: Office, station: Station, second: Bundle) -> None:
    office.assign("ring-0", second.name)
    for _ in range(3):
        assert station.follower.cycle().waiting
    assert station.sequence == 1


def test_a_bundle_that_fails_its_test_here_is_not_shown_and_not_tried_again(
    office: Office, station: Station, second: Bundle
) -> None:
    tried: list[Path] = []

    def test(folder: Path) -> BundleFault | None:
        tried.append(folder)
        return BundleFault("bundle.test_failed", "a form\n\x00" + "x" * 300)

    station.test = test
    office.assign("ring-0", second.name)
    assert station.code() == "bundle.test_failed"
    assert station.code() == "bundle.test_failed"
    assert station.sequence == 1
    assert len(tried) == 1
    assert station.reports[-1].told == "failed" and station.reports[-1].reason == "bundle.test_failed"
    fault = station.follower.standing.fault
    assert fault is not None and "a form" in fault.cause  # what it was stays to be read
    wire = BundleReport.model_validate(station.reports[-1].to_json())
    assert wire.detail.startswith("a form  x")
    station.test = lambda _: None
    office.assign("ring-0", second.name)  # somebody has looked and wants it tried again
    assert station.code() == ""
    assert station.sequence == 2 and not station.slots.state.rejected


def test_a_bundle_that_cannot_be_taken_leaves_the_one_before(
    office: Office, station: Station, second: Bundle
) -> None:
    station.take = lambda active: BundleFault("bundle.not_taken") if active.sequence == 2 else None
    office.assign("ring-0", second.name)
    assert station.code() == "bundle.not_taken"
    assert station.sequence == 1
    station.restart()
    assert station.sequence == 1


def test_a_bundle_with_which_the_terminal_does_not_stay_up_is_left(
    office: Office, station: Station, second: Bundle
) -> None:
    station.prove_seconds = 1_000.0
    station.restart()
    office.assign("ring-0", second.name)
    station.look()
    for _ in range(3):
        station.restart()  # it never comes so far as to prove itself
    assert station.sequence == 1
    assert station.code() == "bundle.trial_failed"
    assert station.sequence == 1


# --- clocks, disks -----------------------------------------------------------------------------------------


def test_a_clock_a_year_back_is_noticed_and_nothing_is_taken(
    office: Office, station: Station, second: Bundle
) -> None:
    station.look()
    office.assign("ring-0", second.name)
    station.now = lambda: datetime.now(UTC) - timedelta(days=365)
    assert station.code() == "bundle.clock"
    assert station.sequence == 1
    station.now = lambda: datetime.now(UTC)
    assert station.code() == ""
    assert station.sequence == 2


def test_a_server_whose_clock_was_a_year_ahead_is_followed_again(
    office: Office, station: Station, second: Bundle
) -> None:
    """Or a thief who has signed with a stolen key: what they said is not remembered as the time."""
    office.assign("ring-0", second.name, now=roles.utc_now() + timedelta(days=365))
    assert [station.code(), station.code()] == ["bundle.clock"] * 2
    assert station.sequence == 1
    good(repository.renew(office.repository, office.online))
    assert station.code() == ""
    assert station.sequence == 2


def test_metadata_that_has_expired_keeps_what_is_active(begun: Office, first: Bundle, tmp_path: Path) -> None:
    office = copy_of(begun, tmp_path / "office")
    past = roles.utc_now() - timedelta(days=20)
    office.publish(first, now=past)
    office.assign("ring-0", first.name, now=past)
    station = Station(tmp_path / "terminal", office.repository, office.root_bytes)
    assert station.code() == "bundle.expired"
    assert station.sequence is None
    good(repository.renew(office.repository, office.online))
    assert station.code() == ""
    assert station.sequence == 1


def test_a_stick_is_a_repository(office: Office, station: Station, second: Bundle, tmp_path: Path) -> None:
    office.assign("ring-0", second.name)
    stick = Path(shutil.copytree(office.repository, tmp_path / "stick"))
    station.place = str(tmp_path / "nowhere")
    station.restart()
    assert station.code() == "bundle.unreachable"
    from kiosk.bundles.client.updating import source_at

    source = source_at(station.folder / "metadata", str(stick), office.root_bytes)
    assert station.follower.follow(source).waiting
    station.follower.activate(station._show)
    assert station.sequence == 2


SCRIPT = """
import sys
from pathlib import Path
from tests.kiosk.bundles.station import Station
folder, place, root = map(Path, sys.argv[1:4])
station = Station(folder, place, root.read_bytes())
station.notes.kept = dict(line.split("\\t", 1) for line in (folder / "notes").read_text().splitlines())
print(station.code() or "none", station.sequence)
"""


@pytest.mark.parametrize(
    ("moved", "told"), [("+0d", "none 2"), ("-366d", "bundle.clock 1"), ("+366d", "bundle.expired 1")]
)
def test_clocks_that_are_really_a_year_away(
    office: Office, station: Station, second: Bundle, tmp_path: Path, moved: str, told: str
) -> None:
    """The whole process under faketime: what the library takes as now is moved, too."""
    office.assign("ring-0", second.name)
    root = tmp_path / "root.json"
    root.write_bytes(office.root_bytes)
    notes = "".join(f"{name}\t{value}\n" for name, value in station.notes.kept.items())
    (station.folder / "notes").write_text(notes)
    command = ["faketime", "-f", moved, sys.executable, "-c", SCRIPT]
    given = [str(station.folder), str(office.repository), str(root)]
    done = subprocess.run([*command, *given], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == told, done.stderr
