"""Keys: kept sealed or on a token; granted, replaced and revoked, each kind, while terminals follow."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pkcs11
import pytest
from securesystemslib.signer import SSlibKey

from kiosk.bundles import keys, repository, roles
from kiosk.bundles.archive import Bundle
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.keys import KeyFile, Office
from kiosk.bundles.office import Office as OneFolder
from kiosk.bundles.office import found_office
from kiosk.bundles.proposal import sign_proposal, write_proposal
from kiosk.bundles.publishing import publish
from kiosk.bundles.repository import OnlineKeys
from kiosk.bundles.rights import find_key, keys_of, propose_rights
from kiosk.bundles.state import read_state
from tests.kiosk.bundles.office import PASS_PHRASE, good
from tests.kiosk.bundles.office import Office as Bureau
from tests.kiosk.bundles.station import Station

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "271828"


def _propose(office: Bureau, add: KeyFile | None, remove: KeyFile | None) -> Path:
    state = good(read_state(office.repository))
    old = good(find_key(state, remove.key.keyid))[1] if remove is not None else None
    folder = office.folder / f"rights-{add.name if add else remove.name if remove else ''}"
    assert write_proposal(folder, good(propose_rights(state, roles.utc_now(), add, old))) is None
    return folder


@pytest.fixture
def station(office: Bureau, first: Bundle, tmp_path: Path) -> Station:
    office.publish(first)
    office.assign("ring-0", first.name)
    made = Station(tmp_path / "terminal", office.repository, office.root_bytes)
    made.look()
    assert made.look().fault is None and made.sequence == 1
    return made


def test_a_key_opens_with_its_pass_phrase_only(tmp_path: Path) -> None:
    key = good(keys.create_key(tmp_path, "张三", "editor", PASS_PHRASE))
    private = (tmp_path / "张三.key.pem").read_bytes()
    assert b"ENCRYPTED" in private and (tmp_path / "张三.key.pem").stat().st_mode & 0o077 == 0
    wrong = keys.open_signer(key, lambda _: "something else")
    assert isinstance(wrong, BundleFault) and wrong.code == "signing.pass_phrase"
    assert not isinstance(
        keys.open_signer(good(keys.read_key(tmp_path / "张三.key.pem")), lambda _: PASS_PHRASE), BundleFault
    )
    for name, phrase in (("李四", None), ("李四", "short"), ("../李四", PASS_PHRASE), ("张三", PASS_PHRASE)):
        assert isinstance(keys.create_key(tmp_path, name, "editor", phrase), BundleFault)


def test_an_editor_is_replaced_and_the_old_key_signs_nothing_any_more(
    office: Bureau, station: Station
) -> None:
    new = good(keys.create_key(office.folder / "new", "编辑丙", "editor", PASS_PHRASE))
    folder = _propose(office, new, office.editor)
    office.sign(folder, *office.root)
    assert isinstance(publish(office.repository, [folder], office.online), BundleFault)  # the list lacks them
    office.sign(folder, new, office.approver)
    good(publish(office.repository, [folder], office.online))
    assert station.code() == "" and station.sequence == 1
    state = good(read_state(office.repository))
    assert new.key.keyid in {key.keyid for _, key in keys_of(state)}
    assert office.editor.key.keyid not in {key.keyid for _, key in keys_of(state)}


def test_a_root_holder_is_replaced(office: Bureau, station: Station) -> None:
    new = good(keys.create_key(office.folder / "new", "根三", "root", PASS_PHRASE))
    folder = _propose(office, new, office.root[0])
    office.sign(folder, office.root[1], new)
    # Two of the root before have to agree to its successor, and the new one's own two.
    assert isinstance(publish(office.repository, [folder], office.online), BundleFault)
    office.sign(folder, office.root[0])
    good(publish(office.repository, [folder], office.online))
    assert station.code() == "" and station.follower.standing.trusted["root"] == 2


@pytest.mark.parametrize("kind", keys.ONLINE)
def test_a_stolen_key_of_the_server_is_replaced(office: Bureau, station: Station, kind: Office) -> None:
    new = good(keys.create_key(office.folder / "next", kind, kind, None))
    old = {"director": office.people.director, "snapshot": office.people.snapshot}.get(
        kind, office.people.timestamp
    )
    folder = _propose(office, new, old)
    office.sign(folder, *office.root)
    signer = good(keys.open_signer(new, lambda _: ""))
    fresh = OnlineKeys(**{**vars(office.online), kind: signer})
    good(publish(office.repository, [folder], fresh))
    assert station.code() == "" and station.sequence == 1
    name = good(repository.approved(office.repository))[0].name
    assert isinstance(repository.assign(office.repository, office.online, "ring-0", name), BundleFault)
    good(repository.assign(office.repository, fresh, "ring-0", name))
    assert station.code() == ""


def test_the_last_approver_cannot_be_revoked(office: Bureau, station: Station) -> None:
    folder = _propose(office, None, office.approver2)
    office.sign(folder, *office.root)
    good(publish(office.repository, [folder], office.online))
    state = good(read_state(office.repository))
    last = good(find_key(state, office.approver.key.keyid))[1]
    refused = propose_rights(state, roles.utc_now(), remove=last)
    assert isinstance(refused, BundleFault) and refused.code == "rights.too_few"
    assert station.code() == ""


def test_one_person_is_not_two_offices(office: Bureau, station: Station) -> None:
    """Neither by a second number of the same key, nor by another key of the same name."""
    state = good(read_state(office.repository))
    mine = office.editor.key
    again = SSlibKey("0" * 64, mine.keytype, mine.scheme, mine.keyval, {keys.OFFICE_FIELD: "approver"})
    assert not roles.both_offices([mine, again]) and roles.both_offices([mine, again, office.approver.key])
    second = good(keys.create_key(office.folder / "new", office.editor.name, "approver", PASS_PHRASE))
    for key, code in ((again, "rights.already"), (second.key, "rights.two_offices")):
        refused = propose_rights(
            state, roles.utc_now(), add=KeyFile(second.path, key, second.name, "approver")
        )
        assert isinstance(refused, BundleFault) and refused.code == code
    founded = found_office(OneFolder(office.folder / "one"), ["甲"], ["张"], ["张"], 1, lambda _: PASS_PHRASE)
    assert isinstance(founded, BundleFault) and founded.code == "rights.two_offices"
    assert not (office.folder / "one").exists()


# --- a token ----------------------------------------------------------------------------------------------


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A real PKCS#11 token of SoftHSM, with an ECDSA key under number 2."""
    (tmp_path / "tokens").mkdir()
    config = tmp_path / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tmp_path}/tokens\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    monkeypatch.setenv("PYKCS11LIB", str(SOFTHSM))
    made = ["softhsm2-util", "--init-token", "--free", "--label", "approver", "--pin", PIN, "--so-pin", PIN]
    subprocess.run(made, check=True, capture_output=True)
    library = pkcs11.lib(str(SOFTHSM))
    library.reinitialize()
    with library.get_token(token_label="approver").open(rw=True, user_pin=PIN) as session:
        curve = pkcs11.util.ec.encode_named_curve_parameters("secp256r1")
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: curve}, local=True
        )
        parameters.generate_keypair(store=True, id=b"\x02", label="approver")
    return "approver"


def test_an_approver_signs_with_a_key_on_a_token(
    office: Bureau, station: Station, token: str, tmp_path: Path
) -> None:
    key = good(keys.import_token_key(tmp_path / "public", "审核丙", "approver", token, 2, lambda _: PIN))
    assert key.uri and not (tmp_path / "public/审核丙.key.pem").exists()
    folder = _propose(office, key, office.approver)
    office.sign(folder, *office.root, office.editor)
    signer = good(keys.open_signer(good(keys.read_key(key.path)), lambda _: PIN))
    good(sign_proposal(folder, key, signer))
    good(publish(office.repository, [folder], office.online))
    assert station.code() == "" and station.sequence == 1


def test_a_wrong_pin_or_a_token_that_is_away_signs_nothing(
    office: Bureau, first: Bundle, token: str, tmp_path: Path
) -> None:
    away = keys.import_token_key(tmp_path / "x", "y", "approver", "elsewhere", 2, lambda _: PIN)
    assert isinstance(away, BundleFault) and away.code == "signing.token"
    key = good(keys.import_token_key(tmp_path / "public", "审核丙", "approver", token, 2, lambda _: PIN))
    folder = _propose(office, key, None)
    office.sign(folder, *office.root)
    good(publish(office.repository, [folder], office.online))
    proposal = office.propose(first)
    before = {path: path.read_bytes() for path in proposal.iterdir()}
    refused = sign_proposal(proposal, key, good(keys.open_signer(key, lambda _: "000000")))
    assert isinstance(refused, BundleFault) and refused.code == "signing.failed"
    assert {path: path.read_bytes() for path in proposal.iterdir()} == before
