"""A terminal of two devices on real parts: a SAM_V module on a pseudo-terminal, a printer of PDFs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.contract import Fault
from devices.virtual.samv_module import SamvModule
from kiosk.delivery.store import Store, open_store
from kiosk.settings import Settings, load_settings
from kiosk.technician import commands
from kiosk.technician.books import Books
from kiosk.technician.credentials import hash_pin
from kiosk.technician.desk import TechnicianDesk
from kiosk.technician.state import Phase
from kiosk.terminal import Terminal, open_terminal

PIN = "271828"
NAME = "王师傅"
READER, PRINTER = "身份证阅读器", "A4打印机"
HASHED = hash_pin(PIN)
WAIT_SECONDS = 120.0

TERMINAL = """
[terminal]
id = "PDS-T-01"

[maintenance]
export_folder = "{folder}/export"

[[technicians]]
name = "{name}"
pin = "{pin}"
{card}

[[nearby]]
name = "湛河区政务服务中心"

[[devices]]
name = "{reader}"
driver = "samv"
port = "{folder}/samv"

[[devices]]
name = "{printer}"
driver = "file_printer"
folder = "{folder}/out"
role = "document"
tray_sheets = 250
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(opened, Store), opened
    yield opened
    opened.close()


@pytest.fixture
def books(store: Store) -> Books:
    return Books(store)


@pytest.fixture
def module(tmp_path: Path) -> Iterator[SamvModule]:
    made = SamvModule(link=tmp_path / "samv")
    made.start()
    yield made
    made.stop()


def written(folder: Path, card: str = "") -> Settings:
    (folder / "out").mkdir(exist_ok=True)
    (folder / "export").mkdir(exist_ok=True)
    file = folder / "terminal.toml"
    text = TERMINAL.format(folder=folder, name=NAME, pin=HASHED, reader=READER, printer=PRINTER, card=card)
    file.write_text(text, encoding="utf-8")
    loaded = load_settings(file)
    assert isinstance(loaded, Settings), loaded
    return loaded


def opened(settings: Settings) -> Terminal:
    terminal = open_terminal(settings)
    assert not isinstance(terminal, Fault), terminal
    return terminal


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return written(tmp_path)


@pytest.fixture
def terminal(settings: Settings, module: SamvModule) -> Iterator[Terminal]:
    made = opened(settings)
    yield made
    made.close()


@pytest.fixture
def desk(terminal: Terminal) -> TechnicianDesk:
    """Nobody has come in yet; every device has come to rest."""
    until(terminal.desk, lambda: all(each.status.state == "online" for each in terminal.devices))
    return terminal.desk


@pytest.fixture
def inside(desk: TechnicianDesk) -> TechnicianDesk:
    come_in(desk)
    return desk


def until(desk: TechnicianDesk, wanted: Callable[[], bool]) -> None:
    """Poll as a window does, until it is so."""
    end = time.monotonic() + WAIT_SECONDS
    while not wanted():
        assert time.monotonic() < end, desk.state
        desk.poll()
        time.sleep(0.01)


def give_pin(desk: TechnicianDesk, pin: str) -> None:
    for digit in pin:
        desk.send(commands.Digit(digit))
    desk.send(commands.GivePin())
    until(desk, lambda: not desk.state.entry.checking)


def come_in(desk: TechnicianDesk) -> None:
    desk.send(commands.AskEntry())
    give_pin(desk, PIN)
    assert desk.state.phase is Phase.ACTIVE


def events_of(settings: Settings) -> list[str]:
    """What the chain holds, in order; after the terminal is closed."""
    store = open_store(settings.storage.path)
    assert isinstance(store, Store), store
    rows = store.read("SELECT event FROM audit ORDER BY seq")
    store.close()
    assert not isinstance(rows, Fault)
    return [str(event) for (event,) in rows]
