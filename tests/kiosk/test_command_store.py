"""``kiosk outbox`` and ``kiosk audit`` on real stores: a damaged one is never passed over."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kiosk.audit.chain import AuditTrail
from kiosk.cli import app
from kiosk.delivery.outbox import Kept, Outbox
from kiosk.delivery.storage_check import check_storage
from kiosk.delivery.store import Store, open_store
from tests.kiosk.delivery.fake_platform import FakePlatform, fake_platform
from tests.kiosk.delivery.samples import draft

PAGE = 4096


def kiosk(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture
def terminal(tmp_path: Path) -> Path:
    file = tmp_path / "terminal.toml"
    file.write_text("", encoding="utf-8")
    return file


def store_of(terminal: Path) -> Path:
    return terminal.parent / "state" / "terminal.sqlite"


def key_of(terminal: Path) -> Path:
    return terminal.parent / "state" / "device.key"


def fill(terminal: Path, count: int = 3) -> None:
    path = store_of(terminal)
    store = open_store(path)
    assert isinstance(store, Store)
    outbox = Outbox.open(store, key_of(terminal))
    assert isinstance(outbox, Outbox)
    for number in range(count):
        assert isinstance(outbox.keep(draft(str(number))), Kept)
        AuditTrail(store).append("visit.begin", visit=str(number), page="home")
    store.close()


def damage(terminal: Path) -> None:
    """As the report has it: bytes from offset 4096."""
    with store_of(terminal).open("r+b") as file:
        file.seek(PAGE)
        file.write(os.urandom(PAGE))


def use(terminal: Path, platform: FakePlatform) -> None:
    terminal.write_text(f'[platform]\nurl = "{platform.url}"\n', encoding="utf-8")


def test_a_damaged_store_is_told_by_every_command(terminal: Path) -> None:
    fill(terminal)
    damage(terminal)
    with fake_platform() as platform:
        use(terminal, platform)
        for _ in range(2):  # and goes on being told
            drained = kiosk("outbox", "drain", "--terminal", terminal, "--json")
            assert drained.exit_code == 1
            assert json.loads(drained.stdout)["fault"] == "store.moved_aside"
            assert "terminal.sqlite.damaged-" in drained.stderr
    listed = kiosk("outbox", "list", "--terminal", terminal, "--json")
    assert listed.exit_code == 1
    assert isinstance(json.loads(listed.stdout), list)
    assert "terminal.sqlite.damaged-" in listed.stderr
    verified = kiosk("audit", "verify", "--terminal", terminal, "--json")
    assert verified.exit_code == 1
    found = json.loads(verified.stdout)
    assert (found["intact"], len(found["moved_aside"])) == (True, 1)
    assert found["seq"] > 0  # the chain says that the store was moved aside
    state = check_storage(store_of(terminal), key_of(terminal))
    assert state.fault is not None
    assert state.fault.code == "store.moved_aside"
    (damaged,) = store_of(terminal).parent.glob("*.damaged-*Z")
    damaged.rename(terminal.parent / "looked-at.sqlite")
    assert kiosk("outbox", "list", "--terminal", terminal).exit_code == 0
    assert check_storage(store_of(terminal), key_of(terminal)).fault is None


def test_what_waited_in_a_damaged_store_is_sent(terminal: Path) -> None:
    fill(terminal, 40)
    path = store_of(terminal)
    content = path.read_bytes()
    path.write_bytes(bytes(PAGE) + content[PAGE:])
    with fake_platform() as platform:
        use(terminal, platform)
        drained = kiosk("outbox", "drain", "--terminal", terminal, "--json")
        assert json.loads(drained.stdout)["sent"] == 40
        assert len(platform.cases) == 40


def changed(terminal: Path, what: str) -> str | None:
    path, key = store_of(terminal), key_of(terminal)
    match what:
        case "key removed":
            key.unlink()
        case "another key":
            key.write_bytes(bytes(32))
        case "open key":
            key.chmod(0o644)
        case "damaged":
            damage(terminal)
        case "cut":
            path.write_bytes(path.read_bytes()[: PAGE * 3])
        case "folder":
            path.unlink()
            path.mkdir()
        case "foreign":
            path.write_bytes(b"a letter to somebody " * 400)
    fault = check_storage(path, key).fault
    return fault.code if fault else None


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("nothing", None),
        ("key removed", "vault.key_missing"),
        ("another key", "vault.wrong_key"),
        ("open key", "vault.key_permissions"),
        ("damaged", "store.damaged"),
        ("cut", "store.damaged"),
        ("folder", "store.folder"),
        ("foreign", "store.damaged"),
    ],
)
def test_a_storage_that_cannot_serve_is_not_ready(terminal: Path, what: str, code: str | None) -> None:
    fill(terminal)
    assert changed(terminal, what) == code
    names = {each.name for each in store_of(terminal).parent.iterdir()}
    assert not [name for name in names if "damaged" in name]  # looks only
    assert ("device.key" in names) == (what != "key removed")


def test_a_terminal_that_has_never_started_is_ready_and_empty(terminal: Path) -> None:
    assert check_storage(store_of(terminal), key_of(terminal)).fault is None
    assert not store_of(terminal).parent.exists()
    assert kiosk("outbox", "list", "--terminal", terminal, "--json").stdout.strip() == "[]"
    store_of(terminal).parent.mkdir()
    store_of(terminal).write_bytes(b"")  # begun, and the power went
    listed = kiosk("outbox", "list", "--terminal", terminal, "--json")
    assert (listed.exit_code, listed.stdout.strip()) == (0, "[]")


def test_little_room_is_told(terminal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(terminal)
    monkeypatch.setattr("kiosk.delivery.storage_check.LEAST_FREE_BYTES", 1 << 60)
    fault = check_storage(store_of(terminal), key_of(terminal)).fault
    assert fault is not None
    assert fault.code == "store.full"


@pytest.mark.parametrize("live", [False, True], ids=["alone", "with a log"])
def test_a_disk_that_cannot_be_written_to_can_be_listed(
    terminal: Path, monkeypatch: pytest.MonkeyPatch, live: bool
) -> None:
    fill(terminal)
    path = store_of(terminal)
    store = open_store(path) if live else None
    if isinstance(store, Store):  # one more, which is in the log only
        outbox = Outbox.open(store, key_of(terminal))
        assert isinstance(outbox, Outbox)
        outbox.keep(draft("9"))
    asked = os.access

    def read_only(given: Any, mode: int) -> bool:
        return asked(given, mode) and not (mode & os.W_OK and Path(given) == path.parent)

    monkeypatch.setattr(os, "access", read_only)
    before = sorted(each.name for each in path.parent.iterdir())
    listed = kiosk("outbox", "list", "--terminal", terminal, "--json")
    assert (listed.exit_code, len(json.loads(listed.stdout))) == (0, 4 if live else 3)
    assert sorted(each.name for each in path.parent.iterdir()) == before
    if isinstance(store, Store):
        store.close()


def test_a_fault_is_told_with_what_can_be_done(terminal: Path) -> None:
    store_of(terminal).mkdir(parents=True)
    for command in (("outbox", "list"), ("outbox", "drain"), ("audit", "verify")):
        told = kiosk(*command, "--terminal", terminal)
        assert told.exit_code == 1
        assert "store.folder" in told.stderr
        assert "存储" in told.stderr or "文件夹" in told.stderr


def test_brackets_in_a_help_text_stay(terminal: Path) -> None:
    assert "[answers], rating" in kiosk("rehearse", "--help").stdout.replace("\n", " ").replace("  ", " ")


@pytest.mark.parametrize("command", [("matters", "list"), ("serve", "--port", "0")])
def test_a_folder_that_is_none_or_has_no_matters(tmp_path: Path, command: tuple[str, ...]) -> None:
    gone = kiosk(*command, "--matters", tmp_path / "gone")
    assert (gone.exit_code, "is no folder" in gone.stderr) == (2, True)
    empty = kiosk(*command, "--matters", tmp_path)
    assert empty.exit_code != 0
    assert "no good matter file" in empty.stderr


def test_a_head_that_was_told_shows_a_chain_made_anew(terminal: Path) -> None:
    fill(terminal)
    told = kiosk("audit", "verify", "--terminal", terminal)
    head = told.stdout.split()[-1]
    assert kiosk("audit", "verify", "--terminal", terminal, "--head", head).exit_code == 0
    store_of(terminal).unlink()
    assert kiosk("audit", "verify", "--terminal", terminal, "--head", head).exit_code == 1
    fill(terminal, 4)
    anew = kiosk("audit", "verify", "--terminal", terminal, "--head", head)
    assert (anew.exit_code, "changed" in anew.stdout) == (1, True)
    assert kiosk("audit", "verify", "--terminal", terminal, "--head", "nonsense").exit_code == 2
