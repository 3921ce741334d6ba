"""The search finds what is there, in every form and place, and nothing where a process has cleaned up."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from devices.contract import IdentityDocument
from kiosk.privacy import allocator, search
from kiosk.privacy import proof as proofs
from kiosk.privacy.needles import Needle, Needles
from kiosk.privacy.own_folder import own_temporary_folder
from kiosk.privacy.proof import Disposition, Places, PrivacyProof, Verdict, look
from kiosk.visit.state import Form, Person, Visit

NAME, NUMBER, PHONE = "欧阳筠筱", "410402195608170029", "13937512868"
SEARCHED = (NAME, NUMBER, PHONE)
PERSON = Person(IdentityDocument("samv", "resident", NAME, NUMBER, address="曙光街七号院三单元"))


def needles(*texts: str) -> list[Needle]:
    return [Needle.of(text) for text in texts]


@contextmanager
def holder(how: str, environment: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kiosk.privacy.holder", how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write("".join(f"{text}\n" for text in SEARCHED).encode() + b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"ready\n"
        yield process.pid
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@contextmanager
def small_process(*files: int) -> Iterator[int]:
    """One that holds nothing but ``files``: this one is large, and to read it takes long."""
    with subprocess.Popen(["sleep", "3600"], pass_fds=files) as process:
        try:
            yield process.pid
        finally:
            process.kill()


@pytest.fixture
def stopped() -> threading.Event:
    return threading.Event()


@pytest.mark.parametrize("text", SEARCHED)
def test_what_a_process_still_holds_is_found(text: str, stopped: threading.Event) -> None:
    with holder("keep", dict(allocator.ENVIRONMENT)) as pid:
        verdict = look(needles(text), Places(pid=pid), time.time(), stopped)
    assert verdict.disposition is Disposition.FOUND
    assert verdict.places["memory"] >= 1


def test_what_was_freed_is_gone_where_it_is_overwritten_and_only_there(stopped: threading.Event) -> None:
    """The same program twice: this is why the command begins again with another environment."""
    found = {}
    for name, environment in (("plain", {}), ("overwritten", dict(allocator.ENVIRONMENT))):
        with holder("drop", environment) as pid:
            found[name] = look(needles(*SEARCHED), Places(pid=pid), time.time(), stopped).disposition
    assert found == {"plain": Disposition.FOUND, "overwritten": Disposition.CLEAN}


def test_the_command_begins_again_once_in_the_same_process_with_its_arguments() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, sys; from kiosk.privacy import allocator\n"
            "sys.argv = ['kiosk', '-x', '三']\n"
            "print(os.getpid(), flush=True); allocator.begin_again('tests.kiosk.privacy.told')",
        ],
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name not in allocator.ENVIRONMENT},
    ).stdout.split("\n")
    assert told[1:3] == [f"{told[0]} True", "['-x', '三']"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [(encoding, text) for encoding in ("utf-8", "utf-16-le", "utf-32-le", "gb18030") for text in SEARCHED],
)
def test_every_form_is_looked_for(encoding: str, text: str) -> None:
    assert text.encode(encoding) in search.forms(text)


def test_numbers_are_looked_for_as_they_are_shown_and_names_as_they_are_sent() -> None:
    assert b"410402 19560817 0029" in search.forms(NUMBER)
    assert b"%E6%AC%A7%E9%98%B3%E7%AD%A0%E7%AD%B1" in search.forms(NAME)
    assert b"\\u6b27\\u9633\\u7b60\\u7b71" in search.forms(NAME)


def test_files_that_were_written_meanwhile_are_searched(tmp_path: Path, stopped: threading.Event) -> None:
    log, store = tmp_path / "log", tmp_path / "terminal.sqlite"
    log.mkdir()
    (log / "kiosk.log").write_bytes(b"x" * search.PIECE + NUMBER.encode())  # across two pieces
    store.write_bytes(NAME.encode("utf-16-le"))
    old = tmp_path / "log" / "old.log"
    old.write_text(PHONE, encoding="utf-8")
    os.utime(old, (1, 1))
    with small_process() as pid:
        places = Places((("store", str(store)),), (("log", str(log)),), pid=pid)
        found = [look(needles(each), places, time.time() - 60, stopped).places for each in SEARCHED]
    assert found == [{"store": 1}, {"log": 1}, {}]  # name, number, telephone


def test_a_file_without_a_name_is_searched(stopped: threading.Event) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(PHONE.encode())
        file.flush()
        with small_process(file.fileno()) as pid:
            assert look(needles(PHONE), Places(pid=pid), time.time(), stopped).places["temporary"] == 1


def test_a_word_of_the_product_says_nothing(tmp_path: Path, stopped: threading.Event) -> None:
    (tmp_path / "matter.yaml").write_text("name: 高兴\n", encoding="utf-8")
    places = Places(public=(str(tmp_path),))
    verdict = look(needles("高兴"), places, time.time(), stopped)
    assert (verdict.disposition, verdict.public, verdict.sought) == (Disposition.CLEAN, 1, 1)


# --- what is collected -----------------------------------------------------------------------------------


def test_whatever_leaves_the_visit_is_collected_once() -> None:
    collected = Needles()
    here = Visit(number=1, person=PERSON)
    collected.notice(Visit(number=1), here)
    assert len(collected) == 0  # it is still here
    typed = Visit(number=1, person=PERSON, form=Form(raw=PHONE))
    collected.notice(typed, here)
    assert len(collected) == 1
    collected.notice(here, Visit(number=2))
    collected.notice(here, Visit(number=2))
    found = [search.unmasked(each.pad, each.masked) for each in collected.take()]
    assert found == [PHONE, NAME, NUMBER, "曙光街七号院三单元"]
    assert len(collected) == 0


# --- when it runs ----------------------------------------------------------------------------------------


class Desk:
    """What the proof writes and asks for; the search answers what the test says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Disposition) -> None:
        self.written: list[tuple[str, dict[str, str]]] = []
        self.restarts: list[str] = []
        self.meanwhile: Callable[[], None] = lambda: None
        left = list(answers)

        def answer(*_: Any) -> Verdict:
            self.meanwhile()
            disposition = left.pop(0)
            return Verdict(disposition, {"memory": 1} if disposition is Disposition.FOUND else {}, 3)

        monkeypatch.setattr(proofs, "look", answer)
        monkeypatch.setattr(proofs, "SETTLE_SECONDS", 0.0)
        monkeypatch.setattr(proofs, "AGAIN_SECONDS", 0.0)
        self.proof = PrivacyProof(self.write, Places(), self.restarts.append)

    def write(self, event: str, **keys: str) -> None:
        self.written.append((event, keys))

    def visit(self, number: int = 1) -> None:
        self.proof.noticed(Visit(number=number, person=PERSON), Visit(number=number + 1))

    def prove(self) -> None:
        self.proof.tick()
        end = time.monotonic() + 120
        while self.proof.busy and time.monotonic() < end:
            time.sleep(0.002)

    @property
    def dispositions(self) -> list[str]:
        return [keys["disposition"] for event, keys in self.written if event == "privacy.end"]


def test_a_visit_without_anybody_is_not_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(monkeypatch)
    desk.proof.noticed(Visit(number=1), Visit(number=2))
    desk.prove()
    assert desk.written == []


def test_clean_is_written_down_and_nothing_else_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(monkeypatch, Disposition.CLEAN)
    desk.visit()
    desk.prove()
    assert desk.written == [
        ("privacy.begin", {"visit": "1"}),
        ("privacy.end", {"visit": "1", "disposition": "clean", "count": "3"}),
    ]
    assert desk.restarts == []


def test_found_twice_asks_for_a_restart_and_once_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    once = Desk(monkeypatch, Disposition.FOUND, Disposition.CLEAN)
    once.visit()
    once.prove()
    assert (once.dispositions, once.restarts) == (["clean"], [])
    twice = Desk(monkeypatch, Disposition.FOUND, Disposition.FOUND)
    twice.visit()
    twice.prove()
    assert (twice.dispositions, twice.restarts) == (["found"], ["privacy"])
    assert twice.written[-1][1]["name"] == "memory"


def test_what_could_not_be_searched_is_not_taken_for_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(monkeypatch, Disposition.NOT_SEARCHED)
    desk.visit()
    desk.prove()
    assert (desk.dispositions, desk.restarts) == (["not_searched"], ["privacy"])


def test_while_somebody_is_here_it_is_put_off_to_the_end_of_that_visit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk(monkeypatch, Disposition.FOUND, Disposition.FOUND, Disposition.CLEAN)
    desk.visit()
    here = Visit(number=2, person=PERSON)
    desk.meanwhile = lambda: desk.proof.noticed(Visit(number=2), here)
    desk.prove()
    assert (desk.dispositions, desk.restarts) == (["again"], [])
    desk.proof.tick()  # nothing is searched while they are here
    desk.meanwhile = lambda: None
    desk.proof.noticed(here, Visit(number=3))
    desk.prove()
    assert (desk.dispositions, desk.restarts) == (["again", "clean"], [])


def test_a_search_that_cannot_run_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: threading.Event
) -> None:
    monkeypatch.setattr(proofs, "_SEARCH", tmp_path / "gone.py")
    verdict = look(needles(NAME), Places(), time.time(), stopped)
    assert (verdict.disposition, verdict.fault) == (Disposition.NOT_SEARCHED, "privacy.not_searched")


def test_temporary_files_lie_in_a_folder_of_their_own_and_go_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = str(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", shared)
    with own_temporary_folder() as folder:
        handle, name = tempfile.mkstemp()
        os.close(handle)
        assert Path(name).parent == folder
        assert folder.parent == Path(shared)
    assert not folder.exists()
    assert tempfile.gettempdir() == shared
    left = Path(shared) / "kiosk-own-999999999-x"
    left.mkdir()
    with own_temporary_folder():
        assert not left.exists()
