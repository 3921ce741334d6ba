"""``kiosk diagnose`` without a living terminal: ready only when somebody could be served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.delivery.outbox import Outbox
from kiosk.delivery.store import Store, open_store
from kiosk.diagnosis import diagnose
from kiosk.settings import Settings, load_settings
from kiosk.technician.books import Books
from tests.kiosk.delivery.samples import draft


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A terminal with a printer and three applications on its disk."""
    (tmp_path / "tray").mkdir()
    (tmp_path / "terminal.toml").write_text(
        '[[devices]]\nname = "p"\ndriver = "file_printer"\nfolder = "tray"\nrole = "document"\n',
        encoding="utf-8",
    )
    loaded = load_settings(tmp_path / "terminal.toml")
    assert isinstance(loaded, Settings)
    store = open_store(loaded.storage.path)
    assert isinstance(store, Store)
    outbox = Outbox.open(store, loaded.storage.key_file)
    assert isinstance(outbox, Outbox)
    for number in range(3):
        outbox.keep(draft(str(number)))
    store.close()
    return loaded


def told(settings: Settings, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = diagnose(settings, None, True, lambda _text: None, self_test=False)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, found


def test_a_terminal_in_order_is_ready(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = told(settings, capsys)
    assert (code, found["ready"]) == (0, True)
    storage = found["storage"]
    assert (storage["state"], storage["fault"], storage["queued"]) == ("ready", None, 3)
    assert found["matters"]["count"] > 0


@pytest.mark.parametrize(
    ("what", "fault"),
    [("key", "vault.key_missing"), ("page", "store.damaged"), ("aside", "store.moved_aside")],
)
def test_a_storage_that_wants_a_hand_is_not_ready(
    settings: Settings, capsys: pytest.CaptureFixture[str], what: str, fault: str
) -> None:
    path = settings.storage.path
    if what == "key":
        settings.storage.key_file.unlink()
    elif what == "page":
        content = path.read_bytes()
        path.write_bytes(content[:4096] + bytes(range(256)) * 16 + content[8192:])
    else:
        path.with_name(f"{path.name}.damaged-20261101T000000Z").write_bytes(b"")
    before = path.read_bytes()
    code, found = told(settings, capsys)
    assert (code, found["ready"], found["storage"]["fault"]) == (1, False, fault)
    assert path.read_bytes() == before  # looks only; the terminal itself moves it aside


def test_without_a_good_matter_nobody_can_be_served(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "none").mkdir()
    file = settings.file
    file.write_text(file.read_text("utf-8") + '[matters]\nfolder = "none"\n', encoding="utf-8")
    empty = load_settings(file)
    assert isinstance(empty, Settings)
    code, found = told(empty, capsys)
    assert (code, found["ready"], found["matters"]["count"]) == (1, False, 0)


def test_paper_that_was_counted_before_is_told_without_a_living_terminal(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file = settings.file
    file.write_text(file.read_text("utf-8") + "tray_sheets = 250\n", encoding="utf-8")
    counting = load_settings(file)
    assert isinstance(counting, Settings)
    store = open_store(counting.storage.path)
    assert isinstance(store, Store)
    Books(store).keep_supply("p", 31)
    store.close()
    _, found = told(counting, capsys)
    supply = found["devices"][0]["supply"]
    assert (supply["left"], supply["capacity"]) == (31, 250)
    diagnose(counting, None, False, lambda _text: None, self_test=False)
    assert "31 / 250 sheets left" in capsys.readouterr().out
