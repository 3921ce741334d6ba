"""A running terminal takes what an office publishes: after the visit, tried out first, and back again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.bundles.office import Office as Folder
from kiosk.bundles.office import demonstration_office
from kiosk.cli import app
from kiosk.configuration.places import Places
from kiosk.configuration.trial import Machine, trial, try_out
from kiosk.settings import Settings, load_settings
from kiosk.terminal import Terminal, open_terminal
from kiosk.visit import events as ev
from tests.kiosk.bundles.office import change, small_folder

PATIENCE_SECONDS = 180.0
CODE = "124104000058A3384Q3410715021000"
MATTER = "matters/02-no-property-certificate.yaml"
LICENCE = "114104000058A708843410709062000"
LICENCE_FILE = "matters/24-driving-licence-renewal.yaml"
PHRASE = "only for this test"


@pytest.fixture(autouse=True)
def _the_products_own_again() -> Iterator[None]:
    """What is read once for a process is the product's again after each test."""
    yield
    Places().use()


@pytest.fixture
def office(tmp_path: Path) -> Folder:
    """Two matters, published and assigned to ``demo`` as they are."""
    made = Folder(tmp_path / "office")
    product = small_folder(tmp_path / "product", Path(MATTER).name, Path(LICENCE_FILE).name)
    assert demonstration_office(made, product, "demo", PHRASE) is None
    return made


def _settings(folder: Path, office: Folder, more: str = "") -> Settings:
    shutil.copy(office.root, folder / "root.json")
    file = folder / "terminal.toml"
    file.write_text(
        f"""
[terminal]
id = "T-1"
[storage]
path = "{folder}/terminal.sqlite"
key_file = "{folder}/device.key"
[bundles]
folder = "{office.repository}"
root = "{folder}/root.json"
group = "demo"
poll_seconds = 1
prove_seconds = 1
[[devices]]
name = "slips"
driver = "file_printer"
folder = "{folder}/slips"
role = "receipt"
[[devices]]
name = "pages"
driver = "file_printer"
folder = "{folder}/pages"
role = "document"
[[devices]]
name = "codes"
driver = "serial_scanner"
port = "{folder}/no-scanner"
protocol = "plain"
{more}""",
        encoding="utf-8",
    )
    loaded = load_settings(file)
    assert isinstance(loaded, Settings), loaded
    return loaded


@pytest.fixture
def terminal(tmp_path: Path, office: Folder) -> Iterator[Terminal]:
    opened = open_terminal(_settings(tmp_path, office))
    assert isinstance(opened, Terminal), opened
    yield opened
    opened.close()


def _until(terminal: Terminal, wanted: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not wanted():
        assert time.monotonic() < end, "it has not come to this"
        terminal.controller.poll()
        time.sleep(0.02)


def _fee(terminal: Terminal) -> int:
    matter = terminal.catalogue.by_code(LICENCE)
    assert matter is not None
    return matter.guide.fee.amount_fen


def _sequence(terminal: Terminal) -> int:
    assert terminal.configuration is not None
    return terminal.configuration.standing.sequence


def _command(office: Folder, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["bundle", *arguments, "--office", str(office.folder)])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_newcomers_first_push_in_five_commands(terminal: Terminal, office: Folder) -> None:
    _until(terminal, lambda: _sequence(terminal) == 1)
    change(office.config, LICENCE_FILE, "amount_fen: 1000", "amount_fen: 800")
    change(office.config, LICENCE_FILE, "10元", "8元")
    assert _fee(terminal) == 1000
    phrase = ("--pass-phrase-file", str(office.folder / "pass-phrase.txt"), "--yes")
    told = _command(office, "build")
    assert "“机动车驾驶证期满换证”：收费标准由“10元" in told, told
    _command(office, "sign", "--as", "editor", *phrase)
    _command(office, "sign", "--as", "approver", *phrase)
    # Somebody is being served: what he sees stays as it was.
    terminal.controller.send(ev.ChooseMatter(LICENCE))
    _command(office, "publish", "--assign", "demo")
    configuration = terminal.configuration
    assert configuration is not None and configuration.follower is not None
    follower = configuration.follower
    _until(terminal, lambda: follower.waiting)
    assert _fee(terminal) == 1000
    terminal.controller.send(ev.GoHome())
    _until(terminal, lambda: _fee(terminal) == 800)
    _until(terminal, lambda: not configuration.standing.trial)
    _command(office, "rollback", "demo")
    _until(terminal, lambda: _fee(terminal) == 1000)


def test_a_restart_shows_what_was_active_and_status_tells_it(tmp_path: Path, office: Folder) -> None:
    settings = _settings(tmp_path, office)
    opened = open_terminal(settings)
    assert isinstance(opened, Terminal)
    _until(opened, lambda: _sequence(opened) == 1)
    opened.close()
    office.repository.rename(office.folder / "away")
    again = open_terminal(settings)
    assert isinstance(again, Terminal)
    try:
        assert len(again.catalogue) == 2  # the office's two matters, not the product's
        configuration = again.configuration
        assert configuration is not None
        _until(again, lambda: configuration.standing.fault is not None)
        done = CliRunner().invoke(app, ["bundle", "status", "--terminal", str(settings.file), "--json"])
        assert done.exit_code == 1
        assert '"sequence": 1' in done.output and "bundle.unreachable" in done.output
    finally:
        again.close()


# --- the trial --------------------------------------------------------------------------------------------

HERE = Machine("T-1", "终端", "大厅", "12345", "", ("scanner",), ("receipt", "document"))


def test_a_good_bundle_passes_its_trial(tmp_path: Path) -> None:
    assert try_out(small_folder(tmp_path / "bundle"), HERE) is None


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (MATTER, "purpose: public_rental", "purpose: something_else"),
        (MATTER, "task_code:", "task_kode:"),
        ("rating-reasons.yaml", "satisfaction: 5", "satisfaction: 4"),
        ("choices/relations.yaml", "- { value: self", "- { walue: self"),
    ],
)
def test_what_no_form_or_page_takes_fails_it(tmp_path: Path, name: str, old: str, new: str) -> None:
    folder = small_folder(tmp_path / "bundle", "02-no-property-certificate.yaml", "62-newborn-together.yaml")
    change(folder, name, old, new)
    fault = trial(folder, HERE)
    assert fault is not None and fault.code == "bundle.test_failed", fault


def test_a_terminal_without_the_device_refuses_what_would_take_a_matter_from_it(tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "bundle")
    small = Machine("T-2", "终端", "大厅", "12345", "", ("scanner",), ("receipt",), offered=(CODE,))
    fault = trial(folder, small)
    assert fault is not None and fault.code == "bundle.test_needs"


def test_a_trial_that_never_ends_is_ended(tmp_path: Path) -> None:
    fault = try_out(small_folder(tmp_path / "bundle"), HERE, seconds=0.05)
    assert fault is not None and fault.code == "bundle.test_failed"
