"""The engine opens when it is needed, on a worker, and says when it is the lesser one."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from devices.contract import Fault
from kiosk.typing import librime, rime, strokes
from kiosk.typing.pinyin import Engine, Opened, Pinyin, open_best
from kiosk.typing.rime import RimeEngine
from kiosk.typing.single import SingleCharacters

PATIENCE_SECONDS = 120.0
REPOSITORY = Path(__file__).parents[3]


def opened(pinyin: Pinyin) -> Pinyin:
    done = threading.Event()
    if not pinyin.prepare(done.set):
        assert done.wait(PATIENCE_SECONDS)
    assert pinyin.prepare(done.set)
    return pinyin


def test_it_opens_and_types() -> None:
    pinyin = opened(Pinyin())
    assert pinyin.fault is None
    assert pinyin.keys("pingdingshan")[0] == "平顶山"
    assert pinyin.choose(0) == "平顶山"
    assert pinyin.rest == ""
    pinyin.keys("wang")
    pinyin.reset()
    assert pinyin.choose(0) == ""


@pytest.mark.parametrize(("letters", "text"), [("u20164", "𠅤"), ("u2ebe0", "𮯠"), ("u738b", "王")])
def test_a_character_is_typed_by_its_code(letters: str, text: str) -> None:
    pinyin = Pinyin()
    assert pinyin.keys(letters) == [text]
    assert pinyin.choose(0) == text
    assert pinyin.choose(0) == ""


@pytest.mark.parametrize("letters", ["u", "u201", "ud840", "ue863", "uffff", "u110000", "u0041", "u0e0001"])
def test_a_code_of_no_character_is_nothing(letters: str) -> None:
    assert Pinyin().keys(letters) == []


def test_what_no_sound_is_known_of_is_found_by_its_strokes(tmp_path: Path) -> None:
    pinyin = Pinyin()
    assert pinyin.by_strokes("一一丨一")[0] == "王"
    assert "𠅤" in pinyin.by_strokes("丶一丨乛一丨一丶乛丶丶")
    assert pinyin.by_strokes("一" * 64) == pinyin.by_strokes("") == pinyin.by_strokes("x") == []
    assert strokes.find("一", tmp_path) == []
    assert strokes.fault(tmp_path) is not None


def test_before_it_is_open_there_are_no_candidates() -> None:
    may_open = threading.Event()
    calls: list[str] = []

    def slowly() -> Opened:
        assert may_open.wait(PATIENCE_SECONDS)
        calls.append("opened")
        return SingleCharacters(), None

    pinyin = Pinyin(slowly)
    first, second = threading.Event(), threading.Event()
    assert pinyin.keys("ping") == []
    assert pinyin.choose(0) == ""
    assert pinyin.rest == ""
    pinyin.reset()
    assert not pinyin.prepare(first.set)
    assert not pinyin.prepare(second.set)
    may_open.set()
    assert first.wait(PATIENCE_SECONDS)
    assert second.wait(PATIENCE_SECONDS)
    assert calls == ["opened"]
    assert pinyin.keys("ping")[0] == "平"


def test_the_lesser_engine_says_why() -> None:
    noticed: list[Fault] = []
    fault = Fault("typing.library_missing", permanent=True)
    pinyin = opened(Pinyin(lambda: (SingleCharacters(), fault), noticed=noticed.append))
    assert pinyin.fault == fault
    assert noticed == [fault]


def test_a_crash_is_reported_and_nothing_else_happens() -> None:
    crashes: list[str] = []
    heard = threading.Event()

    def crash() -> Opened:
        raise ValueError("a bug")

    def hear(code: str, error: BaseException) -> None:
        crashes.append(f"{code} {type(error).__name__}")
        heard.set()

    pinyin = Pinyin(crash, crashed=hear)
    assert not pinyin.prepare(lambda: crashes.append("done"))
    assert heard.wait(PATIENCE_SECONDS)
    assert crashes == ["typing.crashed ValueError"]
    assert pinyin.keys("ping") == []


def test_the_best_engine_is_librime() -> None:
    engine, fault = open_best()
    assert isinstance(engine, RimeEngine)
    assert fault is None


def test_without_librime_single_characters_and_the_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rime, "_process", None)
    monkeypatch.setattr(librime, "LIBRARY", "librime-that-nobody-installed.so.1")
    engine, fault = open_best()
    assert isinstance(engine, SingleCharacters)
    assert fault is not None
    assert fault.code == "typing.library_missing"
    lesser: Engine = engine
    assert lesser.keys("yexian")[0] == "叶县"


def test_making_one_loads_nothing() -> None:
    """Start-up time and memory: the library and the readings come with the first panel."""
    probe = (
        "import sys; from kiosk.typing.pinyin import Pinyin; Pinyin(); "
        "maps = open('/proc/self/maps').read(); "
        "print([name for name in ('ctypes', 'pypinyin') if name in sys.modules], 'librime' in maps)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=REPOSITORY, capture_output=True, text=True, timeout=600, check=True
    )
    assert done.stdout.strip() == "[] False"
