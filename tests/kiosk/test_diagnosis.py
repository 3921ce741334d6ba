"""``kiosk diagnose`` without a living terminal: ready only when somebody could be served."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.virtual.samv_module import SamvModule
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.store import Store, open_store
from kiosk.diagnosis import diagnose
from kiosk.faults import technician_words
from kiosk.settings import Settings, load_settings
from kiosk.technician.books import Books
from tests.kiosk.delivery.fake_platform import fake_platform
from tests.kiosk.delivery.samples import draft

PLATFORM = '[platform]\nurl = "{url}"\n'
READER = '[[devices]]\nname = "r"\ndriver = "samv"\nport = "./samv"\n'
PRINTER = '[[devices]]\nname = "p"\ndriver = "file_printer"\nfolder = "tray"\nrole = "{role}"\n'


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[str]:
    """A reader's module and a tray beside the terminal's file; the platform's address."""
    (tmp_path / "tray").mkdir()
    module = SamvModule(link=tmp_path / "samv")
    module.start()
    with fake_platform() as platform:
        yield platform.url
    module.stop()


def written(folder: Path, *parts: str) -> Settings:
    (folder / "terminal.toml").write_text("\n".join(parts), encoding="utf-8")
    loaded = load_settings(folder / "terminal.toml")
    assert isinstance(loaded, Settings)
    return loaded


@pytest.fixture
def settings(tmp_path: Path, hall: str) -> Settings:
    """A whole terminal with three applications on its disk."""
    loaded = written(tmp_path, PLATFORM.format(url=hall), READER, PRINTER.format(role="document"))
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
    assert (code, found["ready"]) == (0, True), found
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
    text = file.read_text("utf-8").replace('role = "document"\n', 'role = "document"\ntray_sheets = 250\n')
    file.write_text(text, encoding="utf-8")
    counting = load_settings(file)
    assert isinstance(counting, Settings)
    store = open_store(counting.storage.path)
    assert isinstance(store, Store)
    Books(store).keep_supply("p", 31)
    store.close()
    _, found = told(counting, capsys)
    supply = next(row["supply"] for row in found["devices"] if row["name"] == "p")
    assert (supply["left"], supply["capacity"]) == (31, 250)
    diagnose(counting, None, False, lambda _text: None, self_test=False)
    assert "31 / 250 sheets left" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("parts", "missing", "ready"),
    [
        ((), {"reader", "printer", "platform"}, False),
        ((READER, PRINTER.format(role="document")), {"platform"}, False),
        ((PLATFORM, PRINTER.format(role="document")), {"reader"}, False),
        ((PLATFORM, READER), {"printer"}, False),
        ((PLATFORM, READER, PRINTER.format(role="receipt")), {"document printer"}, True),
        ((PLATFORM, READER, PRINTER.format(role="document")), set(), True),
    ],
)
def test_what_was_never_configured_is_missing(
    hall: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    parts: tuple[str, ...],
    missing: set[str],
    ready: bool,
) -> None:
    half = written(tmp_path, *(part.format(url=hall) for part in parts))
    code, found = told(half, capsys)
    assert {lack["part"] for lack in found["missing"]} == missing
    assert (code, found["ready"]) == ((0, True) if ready else (1, False))
    closes = {lack["part"]: lack["closes"] for lack in found["missing"]}
    assert closes.get("reader") in (None, found["matters"]["count"])
    assert 0 < closes.get("document printer", 1) < found["matters"]["count"]


def test_what_is_missing_is_said_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diagnose(written(tmp_path), None, False, lambda _text: None, self_test=False) == 1
    printed = capsys.readouterr().out
    for code in ("devices.no_reader", "devices.no_printer", "platform.not_configured"):
        assert code in printed and technician_words(code) in printed
    assert printed.splitlines()[-1] == "not ready"


def test_asking_for_a_device_where_none_is_configured_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    assert diagnose(written(tmp_path), "p", True, said.append) == 2
    assert "[[devices]]" in said[0]
