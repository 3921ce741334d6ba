"""A running terminal takes matter files that are edited on its disk: between visits, all of them or none."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.configuration import edited as module
from kiosk.configuration.edited import EditedFiles
from kiosk.delivery.store import Store, open_store
from kiosk.settings import Settings, load_settings
from kiosk.technician.state import NotTaken
from kiosk.terminal import Terminal, open_terminal
from kiosk.visit import events as ev
from kiosk.visit.state import Overlay, Page, Visit
from tests.kiosk.bundles.office import change, small_folder

PATIENCE_SECONDS = 180.0
LICENCE = "114104000058A708843410709062000"
FILE = "matters/24-driving-licence-renewal.yaml"
OTHER = "matters/02-no-property-certificate.yaml"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = small_folder(tmp_path / "config", Path(FILE).name, Path(OTHER).name)
    file = tmp_path / "terminal.toml"
    file.write_text(
        f"""
[storage]
path = "{tmp_path}/terminal.sqlite"
key_file = "{tmp_path}/device.key"
[matters]
folder = "{config}/matters"
hall_hours = "{config}/hall-hours.yaml"
calendar = "{config}/calendar.yaml"
[[devices]]
name = "codes"
driver = "serial_scanner"
port = "{tmp_path}/no-scanner"
protocol = "plain"
""",
        encoding="utf-8",
    )
    loaded = load_settings(file)
    assert isinstance(loaded, Settings), loaded
    return loaded


@pytest.fixture
def terminal(settings: Settings) -> Iterator[Terminal]:
    opened = open_terminal(settings)
    assert isinstance(opened, Terminal), opened
    yield opened
    opened.close()


@pytest.fixture
def config(settings: Settings) -> Path:
    return settings.matters.folder.parent


def until(terminal: Terminal, wanted: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not wanted():
        assert time.monotonic() < end, "it has not come to this"
        terminal.controller.poll()
        time.sleep(0.01)


def fee(terminal: Terminal) -> int:
    matter = terminal.catalogue.by_code(LICENCE)
    assert matter is not None
    return matter.guide.fee.amount_fen


def cheaper(config: Path, before: int = 1000, after: int = 800) -> None:
    change(config, FILE, f"amount_fen: {before}", f"amount_fen: {after}")


def go_home(terminal: Terminal) -> None:
    """Somebody has been here and goes: that is when the files are looked at."""
    terminal.controller.send(ev.GoHome())
    assert terminal.controller.state.page is Page.HOME


def edited_of(terminal: Terminal) -> EditedFiles:
    """What the terminal itself uses: it is what takes between visits."""
    found = getattr(terminal.controller.between_visits, "__self__", None)
    assert isinstance(found, EditedFiles)
    return found


def looked(terminal: Terminal) -> None:
    """The look that was asked for is over, and what it found is shown."""
    edited = edited_of(terminal)
    until(terminal, lambda: edited._looking is None and edited._waiting is None)


def test_an_edit_is_taken_after_the_visit_and_never_within_it(terminal: Terminal, config: Path) -> None:
    terminal.controller.send(ev.ChooseMatter(LICENCE))
    cheaper(config)
    edited_of(terminal).look()
    until(terminal, lambda: edited_of(terminal)._looking is None)
    assert edited_of(terminal)._waiting is not None and fee(terminal) == 1000
    go_home(terminal)
    until(terminal, lambda: fee(terminal) == 800)
    assert terminal.controller.configured == 1


def test_home_that_falls_asleep_or_wakes_looks(terminal: Terminal, config: Path) -> None:
    cheaper(config)
    terminal.controller.state = _asleep(terminal)
    terminal.controller.send(ev.Wake())
    until(terminal, lambda: fee(terminal) == 800)
    cheaper(config, 800, 700)
    edited_of(terminal).noticed(terminal.controller.state, _asleep(terminal))
    until(terminal, lambda: fee(terminal) == 700)


def _asleep(terminal: Terminal) -> Visit:
    return replace(terminal.controller.state, overlay=Overlay.ASLEEP)


def test_files_that_were_only_touched_or_written_anew_change_nothing(
    terminal: Terminal, config: Path
) -> None:
    file = config / FILE
    os.utime(file, (1, 1))
    (config / OTHER).write_bytes((config / OTHER).read_bytes())
    edited_of(terminal).look()
    looked(terminal)
    assert terminal.controller.configured == 0


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (FILE, "amount_fen: 1000", "amount_fen: -1"),
        (FILE, "task_code:", "task_kode:"),
        (FILE, "amount_fen: 1000", "amount_fen: [1000"),
        ("hall-hours.yaml", 'from: "09:00"', 'from: "9 o\'clock"'),
        ("calendar.yaml", "years: []", "years: 3"),
    ],
)
def test_a_wrong_file_is_refused_loudly_and_everything_stays(
    settings: Settings,
    config: Path,
    name: str,
    old: str,
    new: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    terminal = open_terminal(settings)
    assert isinstance(terminal, Terminal)
    change(config, name, old, new)
    go_home_after_a_visit(terminal)
    until(terminal, lambda: edited_of(terminal).not_taken() is not None)
    found = edited_of(terminal).not_taken()
    assert isinstance(found, NotTaken)
    assert found.fault == module.REFUSED and Path(name).name in found.detail
    assert terminal.controller.configured == 0 and fee(terminal) == 1000 and len(terminal.catalogue) == 2
    assert terminal.desk.bench.not_taken() == found
    change(config, name, new, old)
    cheaper(config)
    go_home_after_a_visit(terminal)
    until(terminal, lambda: fee(terminal) == 800)
    assert edited_of(terminal).not_taken() is None
    terminal.close()
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    (said,) = [line for line in lines if line["event"] == "matters.edit_refused"]
    assert said["level"] == "warning" and said["file"] == Path(name).name and said["line"]
    store = open_store(settings.storage.path)
    assert isinstance(store, Store)
    rows = store.read("SELECT event FROM audit WHERE event LIKE 'matters.edit%' ORDER BY seq")
    store.close()
    assert rows == [("matters.edit_refused",), ("matters.edited",)]


def go_home_after_a_visit(terminal: Terminal) -> None:
    terminal.controller.send(ev.ChooseMatter(LICENCE))
    go_home(terminal)


def test_a_new_file_and_one_that_is_gone(terminal: Terminal, config: Path) -> None:
    away = (config / OTHER).rename(config / "away.yaml")
    go_home_after_a_visit(terminal)
    until(terminal, lambda: len(terminal.catalogue) == 1)
    away.rename(config / OTHER)
    go_home_after_a_visit(terminal)
    until(terminal, lambda: len(terminal.catalogue) == 2)


def test_a_folder_without_any_good_matter_is_refused(terminal: Terminal, config: Path) -> None:
    for name in (FILE, OTHER):
        (config / name).rename(config / Path(name).name)
    go_home_after_a_visit(terminal)
    until(terminal, lambda: edited_of(terminal).not_taken() is not None)
    assert len(terminal.catalogue) == 2


def test_hours_and_texts_are_taken_with_the_matters(terminal: Terminal, config: Path) -> None:
    (config / "texts").mkdir()
    for language, words in (("zh", "请带上"), ("en", "Please bring")):
        (config / "texts" / f"{language}.toml").write_text(f'guide.bring = "{words}"\n', encoding="utf-8")
    go_home_after_a_visit(terminal)
    until(terminal, lambda: terminal.controller.info.texts.get("zh") == {"guide.bring": "请带上"})
    (config / "texts" / "zh.toml").write_text("guide = [", encoding="utf-8")
    go_home_after_a_visit(terminal)
    until(terminal, lambda: edited_of(terminal).not_taken() is not None)
    assert terminal.controller.info.texts["zh"] == {"guide.bring": "请带上"}


def test_at_rest_nothing_is_looked_at(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticks alone start no look: a terminal at rest reads nothing of its disk for this."""
    looks = []
    monkeypatch.setattr(EditedFiles, "look", lambda self: looks.append(1))
    before = terminal.controller.state
    for _ in range(50):
        edited_of(terminal).noticed(before, before)
        terminal.controller.poll()
    assert not looks
