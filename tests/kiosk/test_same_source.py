"""The same source, against the product's own platform over loopback HTTP."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from devices.contract import Fault
from kiosk.audit.chain import AuditTrail
from kiosk.cli import app
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_store
from kiosk.matters.load import load_folder
from kiosk.matters.opening import open_catalogue
from kiosk.same_source import (
    Marks,
    SameSource,
    marks_file,
    marks_of,
    read_marks,
    verify,
    write_marks,
)
from kiosk.settings import DEFAULT_MATTERS_FOLDER, PlatformSettings, Settings, load_settings
from kiosk.terminal import Terminal, open_terminal

SERVE = """
import sys
from pathlib import Path
from kiosk.server.run import serve
sys.exit(serve(0, sys.argv[1], Path(sys.argv[2]), rehearsal=True))
"""
FILES = sorted(DEFAULT_MATTERS_FOLDER.glob("*.yaml"))[:6]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A platform that publishes five of the six matters."""
    folder = tmp_path_factory.mktemp("published")
    for file in FILES[:5]:
        shutil.copy(file, folder)
    command = [sys.executable, "-c", SERVE, f"sqlite:///{folder}/platform.sqlite", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())["url"]
        server.terminate()


@pytest.fixture
def platform(url: str) -> Iterator[PlatformClient]:
    requests.put(f"{url}/rehearsal", json={}, timeout=60).raise_for_status()
    yield PlatformClient(PlatformSettings(url=url, timeout_seconds=60), "PDS-1")
    requests.put(f"{url}/rehearsal", json={}, timeout=60).raise_for_status()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six matters: one drifted, one with a base code that is not listed, one that is not published."""
    here = tmp_path / "matters"
    here.mkdir()
    for file in FILES:
        shutil.copy(file, here)
    drifted, delisted = here / FILES[0].name, here / FILES[1].name
    wider = drifted.read_text("utf-8").replace("scope: 平顶山市全市通办", "scope: 全省通办")
    drifted.write_text(wider, "utf-8")
    text = delisted.read_text("utf-8")
    code = load_folder(here).matters[1].catalog_code
    delisted.write_text(text.replace(f'catalog_code: "{code}"', 'catalog_code: "410799999000"'), "utf-8")
    return here


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "terminal.sqlite")
    assert not isinstance(opened, Fault)
    yield opened
    opened.close()


def events(store: Store) -> list[tuple[str, dict[str, str]]]:
    rows = store.read("SELECT event, keys FROM audit ORDER BY seq")
    assert not isinstance(rows, Fault)
    return [(str(event), json.loads(str(keys))) for event, keys in rows]


def source(store: Store, platform: PlatformClient, folder: Path, told: list[Marks]) -> SameSource:
    file = marks_file(folder.parent / "terminal.sqlite")
    catalogue = load_folder(folder)
    return SameSource(catalogue, platform, AuditTrail(store), file, 24.0, "withdraw", told.append)


def test_each_matter_gets_its_verdict(platform: PlatformClient, folder: Path) -> None:
    verdicts = list(verify(load_folder(folder), platform))
    assert [verdict.state for verdict in verdicts] == [
        "drifted",
        "not_listed",
        "same",
        "same",
        "same",
        "unpublished",
    ]
    (drift,) = verdicts[0].drifts
    assert (drift.zh, drift.here, drift.there) == ("通办范围", ("全省通办",), ("平顶山市全市通办",))


def test_what_drifted_is_marked_withdrawn_written_down_and_forgiven(
    platform: PlatformClient, folder: Path, store: Store
) -> None:
    told: list[Marks] = []
    watch = source(store, platform, folder, told)
    assert watch.check()
    codes = [matter.task_code for matter in load_folder(folder)]
    (marks,) = told
    assert dict(marks.drifted) == {codes[0]: ("guide.scope",), codes[5]: ("guide",)}
    assert marks.delisted == {codes[1]}
    assert dict(marks.withdrawn("mark")) == {codes[1]: "not_in_catalogue"}
    assert dict(marks.withdrawn("withdraw")) == {
        codes[0]: "drifted",
        codes[1]: "not_in_catalogue",
        codes[5]: "drifted",
    }
    first = events(store)
    assert first[0] == ("matters.verified", {"count": "6", "disposition": "drifted"})
    assert {name for name, _ in first} == {"matters.verified", "matters.drifted", "matters.delisted"}

    # A restart knows it; nothing new is written down twice; what is mended is taken back.
    shutil.copy(FILES[0], folder)
    again = source(store, platform, folder, told)
    assert again.marks == marks
    assert again.check()
    assert codes[0] not in again.marks.drifted
    later = events(store)[len(first) :]
    assert later[0][0] == "matters.verified"
    assert later[1:] == [("matters.same_again", {"task_code": codes[0]})]


def test_a_platform_that_fails_changes_nothing(
    platform: PlatformClient, folder: Path, store: Store, url: str
) -> None:
    told: list[Marks] = []
    watch = source(store, platform, folder, told)
    assert watch.check()
    known = watch.marks
    requests.put(f"{url}/rehearsal", json={"mode": "not_json"}, timeout=60).raise_for_status()
    assert not watch.check()
    assert watch.marks == known and len(told) == 1
    nowhere = PlatformClient(PlatformSettings(url="http://127.0.0.1:9", timeout_seconds=60), "PDS-1")
    assert {verdict.state for verdict in verify(load_folder(folder), nowhere)} == {"unchecked"}


def test_called_off_it_ends_at_once(platform: PlatformClient, folder: Path) -> None:
    off = threading.Event()
    off.set()
    assert list(verify(load_folder(folder), platform, off)) == []


def test_marks_are_kept_and_damaged_ones_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "marks.json"
    marks = Marks("2026-11-24T00:00:00+00:00", {"A" * 31: ("guide.fee",)}, frozenset({"B" * 31}))
    write_marks(file, marks)
    assert read_marks(file) == marks
    for junk in ("", "[]", "{", '{"drifted": 3}', '{"checked": 1, "drifted": {"a": 1}, "delisted": []}'):
        file.write_text(junk, encoding="utf-8")
        assert read_marks(file) == Marks()
    assert read_marks(tmp_path / "none") == Marks()
    # A matter that is no longer offered is forgotten.
    assert marks_of([], marks, "now") == Marks("now")


def test_the_command_says_what_drifted(url: str, folder: Path) -> None:
    arguments = ["matters", "verify", str(folder), "--platform", url, "--json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 1, done.stderr
    rows = json.loads(done.stdout)
    assert [row["state"] for row in rows].count("same") == 3
    assert rows[0]["drifts"][0]["element"] == "通办范围"


def test_lint_takes_the_base_catalogue_from_a_platform(url: str, folder: Path) -> None:
    done = CliRunner().invoke(app, ["matters", "lint", str(folder), "--platform", url, "--json"])
    assert done.exit_code == 2
    report = json.loads(done.stdout)
    found = {(finding["code"], Path(finding["file"]).name) for finding in report["findings"]}
    assert ("article5.not_listed", FILES[1].name) in found
    assert report["files"] == 6 and report["errors"] >= 1
    nowhere = CliRunner().invoke(app, ["matters", "lint", str(folder), "--platform", "http://127.0.0.1:9"])
    assert nowhere.exit_code == 2 and "platform.unreachable" in nowhere.stderr


def test_compare_says_what_differs_between_two_folders(folder: Path) -> None:
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    file = other / FILES[2].name
    file.write_text(file.read_text("utf-8").replace("audience: 自然人", "audience: 企业法人"), "utf-8")
    equal = CliRunner().invoke(app, ["matters", "compare", str(folder), str(folder)])
    assert equal.exit_code == 0
    done = CliRunner().invoke(app, ["matters", "compare", str(folder), str(other), "--json"])
    assert done.exit_code == 1
    rows = [row for row in json.loads(done.stdout) if not row["equal"]]
    assert [row["differences"][0]["element"] for row in rows] == ["服务对象"]
    mixed = CliRunner().invoke(app, ["matters", "compare", str(folder), str(file)])
    assert mixed.exit_code == 2


def test_a_terminal_starts_with_what_it_knew(tmp_path: Path) -> None:
    """Without a network: what was withdrawn stays withdrawn, what was marked stays marked."""
    codes = [matter.task_code for matter in load_folder(DEFAULT_MATTERS_FOLDER)]
    file = tmp_path / "terminal.toml"
    file.write_text(
        '[platform]\nurl = "http://127.0.0.1:9"\n[storage]\npath = "t.sqlite"\nkey_file = "t.key"\n'
        '[matters]\ndrift = "withdraw"\nverify_hours = 1.5\n',
        encoding="utf-8",
    )
    settings = load_settings(file)
    assert isinstance(settings, Settings)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    known = Marks(now, {codes[0]: ("guide.fee",)}, frozenset({codes[1]}))
    write_marks(marks_file(settings.storage.path), known)
    terminal = open_terminal(settings)
    assert isinstance(terminal, Terminal)
    try:
        terminal.controller.poll()
        unavailable = terminal.controller.state.unavailable
        assert (unavailable[codes[0]], unavailable[codes[1]]) == ("drifted", "not_in_catalogue")
        assert set(terminal.catalogue.marks) == {codes[0]}
    finally:
        terminal.close()


def listing(
    store: Store, platform: PlatformClient, folder: Path, changed: Callable[[Marks], None], base: bool
) -> SameSource:
    (folder.parent / "base-catalogue.yaml").write_text(
        (DEFAULT_MATTERS_FOLDER.parent / "base-catalogue.yaml").read_text("utf-8"), "utf-8"
    )
    known = open_catalogue(folder, folder.parent / "compiled")[0].base if base else None
    file = marks_file(folder.parent / "terminal.sqlite")
    return SameSource(load_folder(folder), platform, AuditTrail(store), file, 0.0, "mark", changed, known)


def test_the_base_catalogue_is_asked_for_as_soon_as_the_terminal_is_there(
    platform: PlatformClient, folder: Path, store: Store
) -> None:
    """Article 5, also where guides are never compared (``verify_hours = 0``)."""
    told: list[Marks] = []
    heard = threading.Event()

    def changed(marks: Marks) -> None:
        told.append(marks)
        if marks.listed:
            heard.set()

    watch = listing(store, platform, folder, changed, base=False)
    watch.start()
    assert heard.wait(120)
    watch.stop()
    code = load_folder(folder).matters[1].task_code
    assert dict(told[-1].withdrawn("mark")) == {code: "not_in_catalogue"}
    assert read_marks(marks_file(folder.parent / "terminal.sqlite")).delisted == {code}
    assert [event for event, _ in events(store)] == ["matters.delisted"]


def test_without_a_platform_the_file_beside_the_matters_is_what_is_known(folder: Path, store: Store) -> None:
    told: list[Marks] = []
    away = PlatformClient(PlatformSettings(url="http://127.0.0.1:9", timeout_seconds=60), "PDS-1")
    watch = listing(store, away, folder, told.append, base=True)
    code = load_folder(folder).matters[1].task_code
    assert watch.marks.delisted == {code}
    assert not watch.look_at_list()
    assert watch.marks.delisted == {code}
    (folder.parent / "base-catalogue.yaml").unlink()
    assert (
        open_catalogue(folder, folder.parent / "compiled")[0].base is None
    )  # a folder without one: nothing is known, and nothing is withdrawn
