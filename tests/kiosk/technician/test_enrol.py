from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kiosk.delivery.vault import Vault, open_vault
from kiosk.settings import Settings, load_settings
from kiosk.technician.credentials import who_has_card, who_has_pin
from kiosk.technician.enrol import Refused, add

NUMBER = "410402195503080019"
FILE = '# our hall\n[terminal]\nid = "PDS-01" # on the sticker\n'
ROOT = Path(__file__).parents[3]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    path = tmp_path / "terminal.toml"
    path.write_text(FILE, encoding="utf-8")
    path.chmod(0o640)
    return path


def settings_of(file: Path) -> Settings:
    loaded = load_settings(file)
    assert isinstance(loaded, Settings), [str(each) for each in loaded]
    return loaded


def test_an_entry_is_added_and_the_rest_stays_as_it_was(file: Path) -> None:
    assert add(settings_of(file), '王"师傅\\', "271828", "") is None
    text = file.read_text(encoding="utf-8")
    assert text.startswith(FILE)
    assert "271828" not in text
    assert file.stat().st_mode & 0o777 == 0o640
    loaded = settings_of(file)
    assert who_has_pin("271828", loaded.technicians) == '王"师傅\\'
    assert add(loaded, "李", "314159", "") is None
    assert [each.name for each in settings_of(file).technicians] == ['王"师傅\\', "李"]


def test_a_card_needs_the_device_key_which_the_terminal_makes(file: Path) -> None:
    refused = add(settings_of(file), "王", "", NUMBER)
    assert isinstance(refused, Refused) and "start the terminal once" in refused.reason
    key_file = settings_of(file).storage.key_file
    vault = open_vault(key_file, create=True)
    assert isinstance(vault, Vault)
    assert add(settings_of(file), "王", "", NUMBER) is None
    assert NUMBER not in file.read_text(encoding="utf-8")
    technicians = settings_of(file).technicians
    assert who_has_card(NUMBER, technicians, vault.card_key()) == "王"
    again = add(settings_of(file), "李", "", NUMBER)
    assert isinstance(again, Refused)


@pytest.mark.parametrize(
    ("name", "pin", "card"),
    [
        ("王", "123456", ""),
        ("王", "12345", ""),
        ("王", "", ""),
        ("王", "", "410402195503080014"),
        ("", "271828", ""),
    ],
)
def test_what_will_not_do_writes_nothing(file: Path, name: str, pin: str, card: str) -> None:
    assert isinstance(add(settings_of(file), name, pin, card), Refused)
    assert file.read_text(encoding="utf-8") == FILE
    assert sorted(path.name for path in file.parent.iterdir()) == ["terminal.toml"]


def test_two_people_have_two_pins_and_two_names(file: Path) -> None:
    assert add(settings_of(file), "王", "271828", "") is None
    assert isinstance(add(settings_of(file), "李", "271828", ""), Refused)
    assert isinstance(add(settings_of(file), "王", "314159", ""), Refused)


def test_a_file_that_would_not_be_right_any_more_is_left_alone(file: Path) -> None:
    inline = 'technicians = [{ name = "甲", card = "x" }]\n' + FILE
    file.write_text(inline, encoding="utf-8")
    assert isinstance(add(settings_of(file), "王", "271828", ""), Refused)
    assert file.read_text(encoding="utf-8") == inline


def test_from_the_command_line(file: Path) -> None:
    def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kiosk.cli", "technician", *arguments, "--terminal", str(file)]
        return subprocess.run(command, input=given, capture_output=True, text=True, cwd=ROOT, check=False)

    added = run("add", "王师傅", given="271828\n")
    assert (added.returncode, added.stdout) == (0, "")
    assert tomllib.loads(file.read_text(encoding="utf-8"))["technicians"][0]["name"] == "王师傅"
    refused = run("add", "李", given="111111\n")
    assert refused.returncode == 2 and "technician.pin_format" in refused.stderr
    listed = run("list", "--json")
    assert json.loads(listed.stdout) == [{"name": "王师傅", "pin": True, "card": False}]
