"""Other digests, rotation and export keep the chain verifiable; the platform keeps its heads."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.contract import Fault
from devices.device_set import DeviceSet
from kiosk.audit import archive
from kiosk.audit.archive import Stretch
from kiosk.audit.chain import AuditTrail, Break, Head, verify
from kiosk.audit.digests import FIRST_LINK, digest_of
from kiosk.audit.events import EVENTS, documentation
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_store
from kiosk.heartbeat import Heartbeat
from kiosk.settings import PlatformSettings
from tests.kiosk.server.conftest import Client, running

ROOT = Path(__file__).parents[3]
COUNT = 40


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(opened, Store)
    yield opened
    opened.close()


def write(store: Store, count: int = COUNT, first: int = 0) -> AuditTrail:
    audit = AuditTrail(store)
    for number in range(first, first + count):
        assert isinstance(audit.append("visit.end", visit=str(number), disposition="left"), Head)
    return audit


def change(store: Store, *statements: str) -> None:
    for statement in statements:
        done = store.write(lambda connection, sql=statement: connection.execute(sql).fetchall())  # type: ignore[misc]
        assert not isinstance(done, Fault), done


def head(store: Store) -> Head:
    found = AuditTrail(store).head()
    assert isinstance(found, Head)
    return found


def kiosk(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# --- digests ---------------------------------------------------------------------------------------------


def test_sm3_is_the_standards() -> None:
    """GB/T 32905 A.1: the digest of ``abc``; ours covers a record by the same function."""
    from cryptography.hazmat.primitives import hashes

    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    of_record = hashes.Hash(hashes.SM3())
    of_record.update(FIRST_LINK + b'[1,"t","visit.end","{}"]')
    assert digest_of(FIRST_LINK, 1, "t", "visit.end", "{}", "sm3") == of_record.finalize()
    plain = hashlib.sha256(FIRST_LINK + b'[1,"t","visit.end","{}"]').digest()
    assert digest_of(FIRST_LINK, 1, "t", "visit.end", "{}") == plain


def test_a_chain_may_change_its_digest_and_says_so_itself(store: Store) -> None:
    write(store, 3)
    assert isinstance(AuditTrail(store).use("sm3"), Head)
    assert AuditTrail(store).use("sm3") is None
    write(store, 3, first=3)
    assert isinstance(AuditTrail(store).use("sha256"), Head)
    write(store, 2, first=6)
    assert verify(store) is None
    change(store, "UPDATE audit SET keys = replace(keys, '5', '7') WHERE seq = 7")
    assert verify(store) == Break(7, "changed")


@pytest.mark.parametrize("seq", range(1, 8))
def test_no_record_of_a_chain_by_sm3_may_change(store: Store, seq: int) -> None:
    AuditTrail(store).use("sm3")
    write(store, 6)
    assert verify(store) is None
    change(store, f"UPDATE audit SET at = '2026' WHERE seq = {seq}")
    assert verify(store) == Break(seq, "changed")


# --- rotation and export ---------------------------------------------------------------------------------


@pytest.fixture
def rotated(store: Store, tmp_path: Path) -> Path:
    AuditTrail(store).use("sm3")
    write(store)
    done = archive.rotate(store, tmp_path / "audit", keep=20)
    assert isinstance(done, Stretch)
    assert done.records == 31
    write(store, 20, first=COUNT)
    assert isinstance(archive.rotate(store, tmp_path / "audit", keep=20), Stretch)
    return tmp_path / "audit"


def test_rotation_keeps_the_chain_whole(store: Store, rotated: Path) -> None:
    assert verify(store) is None
    assert store.read("SELECT count(*) FROM audit") == [(11,)]
    files = archive.archived_files(rotated)
    assert [each.name for each in files] == [
        "audit-000000000001-000000000031.jsonl",
        "audit-000000000032-000000000052.jsonl",
    ]
    found = archive.verify_files(files)
    assert isinstance(found, tuple)
    assert [each.records for each in found] == [31, 21]
    assert archive.rotate(store, rotated, keep=20) is None


def test_a_beginning_that_was_put_further_on_is_named(store: Store, rotated: Path) -> None:
    row: Any = store.read("SELECT seq, digest FROM audit ORDER BY seq LIMIT 1")
    value = f"{row[0][0]}:{bytes(row[0][1]).hex()}:sm3".encode().hex()
    change(
        store,
        "DELETE FROM audit WHERE seq = (SELECT min(seq) FROM audit)",
        f"UPDATE counters SET value = x'{value}' WHERE name = 'audit_anchor'",
    )
    assert verify(store) == Break(1, "removed")


def test_what_is_changed_removed_or_reordered_in_a_file_is_named(store: Store, rotated: Path) -> None:
    file = archive.archived_files(rotated)[0]
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    cases = {
        Break(5, "changed"): [
            *lines[:5],
            lines[5].replace('"left', '"lost').replace("left", "lost"),
            *lines[6:],
        ],
        Break(7, "removed"): [*lines[:7], *lines[8:]],
        Break(9, "removed"): [*lines[:9], lines[10], lines[9], *lines[11:]],
    }
    for expected, changed in cases.items():
        file.write_text("".join(changed), encoding="utf-8")
        assert archive.verify_archive(file) == expected
    renumbered = [json.loads(line) for line in lines]
    renumbered[9]["seq"], renumbered[10]["seq"] = 10, 9
    renumbered[9], renumbered[10] = renumbered[10], renumbered[9]
    file.write_text("".join(json.dumps(each) + "\n" for each in renumbered), encoding="utf-8")
    assert archive.verify_archive(file) == Break(9, "reordered")


@pytest.mark.parametrize(
    "content", ["", "x", "{}", '{"chain": 1, "after": 0, "digest": "00", "algorithm": "sm3"}', "[" * 5000]
)
def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "audit-1-2.jsonl"
    file.write_text(content, encoding="utf-8")
    found = archive.verify_archive(file)
    assert isinstance(found, Fault)
    assert found.code == "audit.archive_unreadable"


def test_a_rotation_that_was_cut_off_is_done_again(store: Store, tmp_path: Path) -> None:
    write(store)
    folder = tmp_path / "audit"
    assert isinstance(archive.rotate(store, folder, keep=20), Stretch)
    written = archive.archived_files(folder)[0].read_bytes()
    # The file is there and the transaction was not: as after a power cut between the two.
    other = open_store(tmp_path / "other.sqlite")
    assert isinstance(other, Store)
    write(other)
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / archive.archived_files(folder)[0].name).write_bytes(written[:100])
    assert isinstance(archive.rotate(other, tmp_path / "again", keep=20), Stretch)
    assert isinstance(archive.verify_files(archive.archived_files(tmp_path / "again")), tuple)
    other.close()


def terminal(tmp_path: Path, url: str = "") -> Path:
    file = tmp_path / "terminal.toml"
    platform = f'[platform]\nurl = "{url}"\n' if url else ""
    file.write_text(
        f'[terminal]\nid = "PDS-1"\n{platform}[storage]\npath = "terminal.sqlite"\nkey_file = "device.key"\n',
        encoding="utf-8",
    )
    return file


def test_the_command_verifies_store_archive_and_export(store: Store, rotated: Path, tmp_path: Path) -> None:
    file = terminal(tmp_path)
    told = kiosk("audit", "verify", "--terminal", file, "--json")
    found = json.loads(told.stdout)
    assert (told.returncode, found["intact"], found["archived"], found["after"]) == (0, True, 52, 0)
    out = tmp_path / "export.jsonl"
    assert kiosk("audit", "export", "--terminal", file, "--out", out).returncode == 0
    again = kiosk("audit", "export", "--terminal", file, "--out", out)
    assert (again.returncode, "audit.archive_failed" in again.stderr) == (1, True)
    first, second = archive.archived_files(rotated)
    told = kiosk("audit", "verify", "--file", first, "--file", second, "--file", out)
    assert told.returncode == 0, told.stdout
    assert str(head(store)) in told.stdout
    missing = kiosk("audit", "verify", "--file", first, "--file", out)
    assert (missing.returncode, missing.stdout.strip()) == (1, "record 32 is missing")
    second.unlink()
    assert kiosk("audit", "verify", "--terminal", file).stdout.strip() == "record 32 is missing"


# --- the platform's side ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(tmp_path_factory.mktemp("platform")) as client:
        yield client


def test_the_platform_keeps_the_heads_and_names_a_chain_made_anew(
    platform: Client, store: Store, tmp_path: Path
) -> None:
    write(store, 9)
    devices = DeviceSet.build([], lambda _event: None)
    assert isinstance(devices, DeviceSet)
    client = PlatformClient(PlatformSettings(url=platform.url, timeout_seconds=60), "PDS-1")
    beat = Heartbeat(client, devices, store, AuditTrail(store), 60.0)
    beat.beat()
    first = head(store)
    file = terminal(tmp_path, platform.url)
    assert client.audit_heads() == (str(first),)
    assert kiosk("audit", "verify", "--terminal", file, "--against", "platform").returncode == 0
    # Somebody who may write to the store cuts the chain and lets it go on, mark and all.
    change(store, "DELETE FROM audit WHERE seq > 6", "DELETE FROM counters WHERE name = 'audit_head'")
    write(store, 1)
    assert verify(store) is None
    beat.beat()
    assert client.audit_heads() == (str(first), str(head(store)))
    told = kiosk("audit", "verify", "--terminal", file, "--against", "platform")
    assert (told.returncode, told.stdout.strip()) == (1, "record 8 is missing")
    write(store, 5)
    told = kiosk("audit", "verify", "--terminal", file, "--against", "platform")
    assert (told.returncode, told.stdout.strip()) == (1, "record 9 was changed")


# --- what may be written ---------------------------------------------------------------------------------


def test_the_documentation_is_what_the_code_says() -> None:
    """``kiosk audit events > docs/audit.md``"""
    assert (ROOT / "docs" / "audit.md").read_text(encoding="utf-8") == documentation()
    assert set(EVENTS) <= set(documentation().replace("`", " ").split())
