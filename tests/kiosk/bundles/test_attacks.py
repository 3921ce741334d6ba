"""What a thief, an old repository or a bad server can do to a terminal that follows: nothing."""

from __future__ import annotations

import shutil
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from kiosk.bundles import roles
from kiosk.bundles.archive import Bundle
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.publishing import publish, resume
from kiosk.bundles.repository import OnlineKeys
from kiosk.bundles.roles import Assignment
from kiosk.bundles.state import read_state
from tests.kiosk.bundles.conftest import MATTER, copy_of
from tests.kiosk.bundles.office import Office, change, good
from tests.kiosk.bundles.station import PATIENT, SMALL_WAITS, Station, endless, served


@pytest.fixture
def office(two: tuple[Office, Bundle], tmp_path: Path) -> Office:
    return copy_of(two[0], tmp_path / "office")


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
