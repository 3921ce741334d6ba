"""A terminal follows its group: takes what is right between visits, and keeps what it has otherwise."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from kiosk.bundles import repository, roles
from kiosk.bundles.archive import Bundle
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.publishing import publish, resume
from kiosk.bundles.repository import OnlineKeys
from kiosk.bundles.roles import Assignment
from kiosk.bundles.state import read_state
from kiosk.server.fleet.api import BundleReport
from tests.kiosk.bundles.conftest import copy_of
from tests.kiosk.bundles.office import Office, change, good
from tests.kiosk.bundles.station import PATIENT, SMALL_WAITS, Station, endless, served

MATTER = "matters/02-no-property-certificate.yaml"


@pytest.fixture(scope="module")
def two(
    begun: Office, small: Path, first: Bundle, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Office, Bundle]:
    """Two approved bundles; the first is assigned.  Signing takes a while: once for all."""
    made = copy_of(begun, tmp_path_factory.mktemp("two") / "office")
    made.publish(first)
    made.assign("ring-0", first.name)
    folder = Path(shutil.copytree(small, made.folder / "config"))
    change(folder, MATTER, "minutes: 3", "minutes: 4")
    bundle = made.build(folder)
    made.publish(bundle)
    return made, bundle


@pytest.fixture
def office(two: tuple[Office, Bundle], tmp_path: Path) -> Office:
    return copy_of(two[0], tmp_path / "office")


@pytest.fixture
def second(two: tuple[Office, Bundle]) -> Bundle:
    return two[1]


@pytest.fixture
def station(office: Office, second: Bundle, tmp_path: Path) -> Station:
    """It shows the first bundle."""
    made = Station(tmp_path / "terminal", office.repository, office.root_bytes)
    assert made.look().fault is None
    assert made.look().trial is False
    assert made.sequence == 1
    return made


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


# --- attacks --------------------------------------------------------------------------------------------


def test_an_old_repository_replayed_is_refused(
    office: Office, station: Station, second: Bundle, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(office.repository, tmp_path / "old"))
    office.assign("ring-0", second.name)
    station.look()
    shutil.rmtree(office.repository)
    shutil.copytree(old, office.repository)
    assert station.code() == "bundle.rolled_back"
    assert station.sequence == 2


def test_it_is_refused_also_by_a_terminal_whose_folder_was_put_back(
    office: Office, station: Station, second: Bundle, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(office.repository, tmp_path / "old"))
    old_metadata = Path(shutil.copytree(station.folder / "metadata", tmp_path / "metadata"))
    office.assign("ring-0", second.name)
    station.look()
    for fresh, put_back in ((office.repository, old), (station.folder / "metadata", old_metadata)):
        shutil.rmtree(fresh)
        shutil.copytree(put_back, fresh)
    assert station.code() == "bundle.rolled_back"
    assert station.sequence == 2


def test_a_repository_from_a_backup_is_followed_again_after_it_was_resumed(
    office: Office, station: Station, second: Bundle, tmp_path: Path
) -> None:
    backup = Path(shutil.copytree(office.repository, tmp_path / "backup"))
    for _ in range(3):
        office.assign("ring-0", second.name)
        station.look()
    shutil.rmtree(office.repository)
    shutil.copytree(backup, office.repository)
    assert station.code() == "bundle.rolled_back"
    good(resume(office.repository, office.online, station.follower.standing.trusted))
    assert station.code() == ""
    assert station.sequence == 1


def _forge(office: Office, role: str, signed: object, signer: CryptoSigner) -> None:
    made: Metadata = Metadata(signed)  # type: ignore[type-arg]
    made.sign(signer)
    name = "timestamp.json" if role == "timestamp" else f"{signed.version}.{role}.json"  # type: ignore[attr-defined]
    (office.repository / "metadata" / name).write_bytes(made.to_bytes())


def test_a_thief_with_every_online_key_can_only_choose_among_approved_bundles(
    office: Office, station: Station, second: Bundle, folder: Path
) -> None:
    """He makes a bundle of his own and lists it wherever his keys let him."""
    change(folder, MATTER, "minutes: 3", "minutes: 9")
    evil = office.build(folder)
    for role in ("director", "matters", "targets"):
        _assigned_by_thief(office, evil, role)
        assert station.code() in ("bundle.not_approved", "bundle.untrusted", "bundle.rolled_back")
        assert station.sequence == 1


def _assigned_by_thief(office: Office, evil: Bundle, role: str) -> None:
    """``role``: whose list his bundle is put on, signed with the director's key, which is all he has."""
    online, now = office.online, roles.utc_now()
    folder = office.repository
    state = good(read_state(folder))
    assignment = Assignment(
        group="ring-0",
        number=99,
        bundle=evil.name,
        sequence=evil.manifest.sequence,
        assigned_at=now.isoformat(),
    )
    name, data = "assign/ring-0.json", assignment.to_bytes()
    target = TargetFile.from_data(evil.name, evil.data, ["sha256"])
    target.unrecognized_fields["custom"] = {"sequence": evil.manifest.sequence}
    listed = {name: TargetFile.from_data(name, data, ["sha256"]), evil.name: target}
    for path, content in ((name, data), (evil.name, evil.data)):
        file = folder / "targets" / TargetFile.from_data(path, content).get_prefixed_paths()[0]
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    director = Targets(state.version("director") + 1, None, now + timedelta(days=9), listed)
    made: dict[str, Metadata] = {"director": Metadata(director)}  # type: ignore[type-arg]
    if role != "director":
        delegations = state.get(role).delegations
        signed = Targets(
            state.version(role) + 1,
            None,
            now + timedelta(days=9),
            {**state.get(role).targets, **listed},
            delegations,
        )
        made[role] = Metadata(signed)
    for own in made.values():
        own.sign(online.director)
    after = state.with_(**made)
    meta = {
        f"{each}.json": MetaFile.from_data(after.version(each), after.signed[each].to_bytes(), ["sha256"])
        for each in ("targets", "matters", "director")
    }
    snapshot = Metadata(Snapshot(state.version("snapshot") + 1, None, now + timedelta(days=9), meta))
    snapshot.sign(online.snapshot)
    told = MetaFile.from_data(snapshot.signed.version, snapshot.to_bytes(), ["sha256"])
    timestamp = Metadata(Timestamp(state.version("timestamp") + 1, None, now + timedelta(days=9), told))
    timestamp.sign(online.timestamp)
    for each, metadata in made.items():
        (folder / "metadata" / f"{metadata.signed.version}.{each}.json").write_bytes(metadata.to_bytes())
    (folder / "metadata" / f"{snapshot.signed.version}.snapshot.json").write_bytes(snapshot.to_bytes())
    (folder / "metadata" / "timestamp.json").write_bytes(timestamp.to_bytes())


def test_a_stolen_timestamp_key_with_an_old_snapshot_is_refused(
    office: Office, station: Station, second: Bundle
) -> None:
    before = good(read_state(office.repository))
    office.assign("ring-0", second.name)
    station.look()
    now = good(read_state(office.repository))
    old = MetaFile.from_data(before.version("snapshot"), before.signed["snapshot"].to_bytes(), ["sha256"])
    signed = Timestamp(now.version("timestamp") + 1, None, roles.utc_now() + timedelta(days=7), old)
    signer = office.online.timestamp
    assert isinstance(signer, CryptoSigner)
    _forge(office, "timestamp", signed, signer)
    assert station.code() == "bundle.rolled_back"
    assert station.sequence == 2


def test_one_signature_of_two_on_the_list_of_approved_bundles_is_refused(
    office: Office, station: Station, folder: Path
) -> None:
    """The server itself is the thief: it publishes what only the editor has signed."""
    change(folder, MATTER, "minutes: 3", "minutes: 9")
    proposal = office.propose(office.build(folder))
    office.sign(proposal, office.editor)
    assert isinstance(publish(office.repository, [proposal], office.online), BundleFault)
    state = good(read_state(office.repository))
    from kiosk.bundles.proposal import read_proposal

    half = good(read_proposal(proposal)).signed["matters"]
    after = state.with_(matters=half)
    meta = {
        f"{each}.json": MetaFile.from_data(after.version(each), after.signed[each].to_bytes(), ["sha256"])
        for each in ("targets", "matters", "director")
    }
    online: OnlineKeys = office.online
    snapshot = Metadata(
        Snapshot(state.version("snapshot") + 1, None, roles.utc_now() + timedelta(days=9), meta)
    )
    snapshot.sign(online.snapshot)
    told = MetaFile.from_data(snapshot.signed.version, snapshot.to_bytes(), ["sha256"])
    timestamp = Metadata(
        Timestamp(state.version("timestamp") + 1, None, roles.utc_now() + timedelta(days=9), told)
    )
    timestamp.sign(online.timestamp)
    metadata = office.repository / "metadata"
    (metadata / f"{half.signed.version}.matters.json").write_bytes(half.to_bytes())
    (metadata / f"{snapshot.signed.version}.snapshot.json").write_bytes(snapshot.to_bytes())
    (metadata / "timestamp.json").write_bytes(timestamp.to_bytes())
    assert station.code() == "bundle.untrusted"
    assert station.sequence == 1


def test_below_the_floor_nothing_is_taken_even_by_a_new_terminal(
    office: Office, station: Station, second: Bundle, folder: Path, tmp_path: Path
) -> None:
    change(folder, MATTER, "minutes: 3", "minutes: 5")
    office.publish(office.build(folder), floor=3)
    new = Station(tmp_path / "new", office.repository, office.root_bytes)
    assert new.code() in ("bundle.below_floor", "bundle.not_approved")
    assert new.sequence is None


@pytest.mark.parametrize("how", ["flipped", "cut", "longer", "empty", "gone"])
def test_what_is_tampered_with_is_thrown_away(
    office: Office, station: Station, second: Bundle, how: str
) -> None:
    office.assign("ring-0", second.name)
    (path,) = (office.repository / "targets/bundles").glob(f"{second.digest}.*")
    whole = path.read_bytes()
    damaged = {
        "flipped": whole[:-5] + b"x" + whole[-4:],
        "cut": whole[: len(whole) // 2],
        "longer": whole + b"\0" * 100_000,
        "empty": b"",
        "gone": None,
    }[how]
    path.unlink() if damaged is None else path.write_bytes(damaged)
    assert station.code() in ("bundle.tampered", "bundle.unreachable")
    assert station.sequence == 1
    path.write_bytes(whole)
    assert station.code() == ""
    assert station.sequence == 2


@pytest.mark.parametrize("kind", ["huge", "drip", "redirect", "page", "reset"])
@pytest.mark.parametrize("what", ["timestamp.json", ".bundle"])
def test_endless_huge_and_foreign_answers_end_soon_and_take_nothing(
    office: Office, station: Station, second: Bundle, kind: str, what: str
) -> None:
    office.assign("ring-0", second.name)

    def trouble(handler: SimpleHTTPRequestHandler) -> bool:
        if not handler.path.endswith(what):
            return False
        if kind == "huge":
            endless(handler)
        elif kind == "drip":
            endless(handler, seconds=4.0, pause=0.05)
        elif kind == "redirect":
            handler.send_response(302)
            handler.send_header("Location", handler.path)
            handler.end_headers()
        elif kind == "page":
            handler.send_response(200)
            handler.end_headers()
            handler.wfile.write("<html>请先登录网络</html>".encode())
        else:
            handler.connection.close()
        return True

    with served(office.repository, trouble) as url:
        station.place, station.access = url, SMALL_WAITS
        station.restart()
        assert station.code() in ("bundle.tampered", "bundle.unreachable", "bundle.untrusted")
        assert station.sequence == 1
    with served(office.repository) as url:
        station.place, station.access = url, PATIENT
        station.restart()
        assert station.code() == ""
        assert station.sequence == 2


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
