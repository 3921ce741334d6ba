"""The real librime on the real tables: what people here type, and that none of it is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import Fault
from kiosk.typing import librime, rime
from kiosk.typing.built import BUILT, STAMP, damaged
from kiosk.typing.local import first, phrases
from kiosk.typing.rime import MOST_LETTERS, RimeEngine, open_rime

LEAST_CANDIDATES = 30
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def engine() -> RimeEngine:
    engine = open_rime()
    assert isinstance(engine, RimeEngine), engine
    return engine


@pytest.mark.parametrize(
    ("letters", "characters"),
    [
        ("pingdingshan", "平顶山"),
        ("pds", "平顶山"),
        ("weidongqu", "卫东区"),
        ("xinhuaqu", "新华区"),
        ("zhanhequ", "湛河区"),
        ("shilongqu", "石龙区"),
        ("baofengxian", "宝丰县"),
        ("yexian", "叶县"),
        ("lushanxian", "鲁山县"),
        ("jiaxian", "郏县"),
        ("wugangshi", "舞钢市"),
        ("ruzhoushi", "汝州市"),
        ("pingdingshanshiweidongqujianshelu", "平顶山市卫东区建设路"),
        ("wangyueche", "网约车"),
        ("songwaimai", "送外卖"),
        ("linghuojiuye", "灵活就业"),
        ("nvren", "女人"),
        ("lvse", "绿色"),
        ("PINGDINGSHAN", "平顶山"),
    ],
)
def test_what_people_here_type_comes_first(engine: RimeEngine, letters: str, characters: str) -> None:
    assert engine.keys(letters)[0] == characters


@pytest.mark.parametrize(
    ("letters", "wanted"),
    [
        ("zidao", "知道"),
        ("liulai", "牛奶"),
        ("sangban", "上班"),
        ("yinghang", "银行"),
        ("mingzhengju", "民政局"),
        ("huapiao", "发票"),
        ("hulan", "湖南"),
        ("cheng", "陈"),
        ("luse", "绿色"),
        ("nu", "女"),
        ("sebaoka", "社保卡"),
        ("wangxiuying", "王秀英"),
        ("ouyangxuemei", "欧阳雪梅"),
        ("chendefu", "陈德福"),
        ("yao", "垚"),
        ("yan", "龑"),
        ("jie", "㛃"),
        ("zhe", "喆"),
    ],
)
def test_names_and_what_only_sounds_alike_are_on_the_first_page(
    engine: RimeEngine, letters: str, wanted: str
) -> None:
    """As many as a bar has room for; and choosing takes all of the letters."""
    found = engine.keys(letters, 8)
    assert wanted in found[:8]
    assert engine.choose(found.index(wanted)) == wanted
    assert engine.rest == ""


def test_who_spells_rightly_is_not_disturbed(engine: RimeEngine) -> None:
    for letters, best in (("zhidao", "知道"), ("cheng", "程成"), ("shi", "市室"), ("nanjinglu", "南京路")):
        assert "".join(engine.keys(letters)).startswith(best)


def test_every_local_phrase_is_near_the_front(engine: RimeEngine) -> None:
    late = {phrase.text for phrase in phrases() if phrase.text not in engine.keys(phrase.spelling)[:2]}
    assert not late


@pytest.mark.parametrize(
    ("syllable", "character"),
    [("wang", "王"), ("li", "李"), ("lu", "路"), ("qu", "区"), ("shi", "市"), ("zhang", "张"), ("lv", "吕")],
)
def test_of_single_characters_addresses_and_surnames_come_first(
    engine: RimeEngine, syllable: str, character: str
) -> None:
    assert engine.keys(syllable)[0] == character


def test_all_of_what_comes_first_is_there(engine: RimeEngine) -> None:
    for syllable, characters in first().items():
        assert "".join(engine.keys(syllable)[: len(characters)]) == characters


def test_a_syllable_has_many_candidates_and_everyday_ones_before_rare_ones(engine: RimeEngine) -> None:
    found = engine.keys("zhan")
    assert len(found) >= LEAST_CANDIDATES
    assert found.index("粘") < found.index("𢧐")  # a variant that nobody writes
    assert len(set(found)) == len(found)


@given(st.text("abdeghinopqsuwx", min_size=1, max_size=9), st.integers(0, 9), st.integers(1, 40))
def test_letters_taken_back_and_fewer_candidates_change_none(
    engine: RimeEngine, letters: str, left: int, most: int
) -> None:
    """A bar asks for as many as it shows, the sheet for all; a letter may have been typed in vain."""
    engine.reset()
    engine.keys(letters, most)
    short = letters[: max(1, left)]
    few = engine.keys(short, most)
    assert engine.expect(letters + "n", most) == engine.expect(letters + "n", most)  # a finger was there
    chosen = engine.choose(len(few) - 1) if few else ""
    engine.reset()
    everything = engine.keys(short)
    assert few == everything[: len(few)]
    assert len(few) >= min(most, len(everything))
    assert chosen == (few[-1] if few else "")
    engine.reset()


def test_what_was_expected_is_what_is_found(engine: RimeEngine) -> None:
    """A letter under a finger is asked for ahead; it may be another one in the end, or none."""
    engine.reset()
    plain = [engine.keys("shi", 12), engine.keys("shan", 12)]
    engine.reset()
    assert engine.expect("shi", 12) == plain[0]
    assert engine.choose(0) == ""  # nothing has been typed
    assert engine.keys("shi", 12) == plain[0]
    engine.expect("shin", 12)
    assert engine.keys("shan", 12) == plain[1]
    engine.expect("shang", 12)
    assert engine.choose(1) == plain[1][1]
    assert engine.rest == ""
    assert engine.expect("王", 12) == []
    engine.reset()


def test_candidates_are_simplified(engine: RimeEngine) -> None:
    assert engine.keys("guojia")[0] == "国家"
    assert engine.keys("linghuojiuyerenyuan")[0] == "灵活就业人员"


def test_a_long_phrase_may_be_chosen_in_parts(engine: RimeEngine) -> None:
    written = ""
    for part in ("平顶山", "市", "卫东区"):
        found = engine.keys(engine.rest or "pingdingshanshiweidongqu")
        written += engine.choose(found.index(part))
    assert written == "平顶山市卫东区"
    assert engine.rest == ""


def test_a_choice_without_candidates_is_nothing(engine: RimeEngine) -> None:
    engine.reset()
    assert engine.choose(0) == ""
    found = engine.keys("ping")
    assert engine.choose(len(found)) == ""
    assert engine.choose(-1) == ""
    assert engine.choose(0) == found[0]
    assert engine.choose(0) == ""


def test_a_spelling_longer_than_is_converted_at_once_loses_nothing(engine: RimeEngine) -> None:
    letters = "pingdingshan" * 10
    written = ""
    rest = letters
    while rest:
        engine.keys(rest)
        written += engine.choose(0)
        assert len(engine.rest) < len(rest)
        rest = engine.rest
    assert written == "平顶山" * 10
    assert len(letters) > MOST_LETTERS


@pytest.mark.parametrize("odd", ["", " ", "1", "ping ding", "平顶山", "a1", "é", "\x00", "'", "ａ"])
def test_what_is_not_letters_has_no_candidates(engine: RimeEngine, odd: str) -> None:
    assert engine.keys(odd) == []
    assert engine.choose(0) == ""


@given(letters=st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=24), pick=st.integers(0, 239))
def test_any_letters_and_any_choice_leave_an_end_of_the_letters(letters: str, pick: int) -> None:
    engine = open_rime()
    assert isinstance(engine, RimeEngine)
    found = engine.keys(letters)
    if not found:
        return
    text = engine.choose(pick % len(found))
    assert text == found[pick % len(found)]
    assert letters.endswith(engine.rest)
    assert len(engine.rest) < len(letters)
    assert engine.choose(0) == ""


@pytest.mark.parametrize("letters", ["pingdingshan", "zhangwei", "xian", "nvshi"])
def test_letter_by_letter_and_back_is_as_all_at_once(engine: RimeEngine, letters: str) -> None:
    starts = [letters[:end] for end in range(1, len(letters) + 1)]
    by_letter = [engine.keys(start) for start in (*starts, *reversed(starts))]
    at_once = []
    for start in starts:
        engine.reset()
        at_once.append(engine.keys(start))
    assert by_letter == at_once + at_once[::-1]


def test_reset_forgets(engine: RimeEngine) -> None:
    engine.keys("zhangsan")
    engine.reset()
    assert engine.choose(0) == ""
    assert engine.rest == ""


SECRET = "zhuxianzhen"
TYPIST = f"""
import json, os, sys, tempfile
from pathlib import Path
from kiosk.typing.rime import open_rime

engine = open_rime()
before = engine.keys("{SECRET}")
rare = len(before) - 1
for _ in range(40):
    engine.keys("{SECRET}")
    chosen = engine.choose(rare)
    engine.keys("woxingouyang" + "{SECRET}")
    engine.choose(0)
engine.keys("{SECRET}")
during = [str(file) for file in Path(tempfile.gettempdir()).rglob("*") if file.is_file()]
after = engine.keys("{SECRET}")
engine.reset()
print(json.dumps({{"same": before == after, "chosen": chosen, "during": during}}))
"""


def test_nothing_that_was_typed_is_learned_or_kept(tmp_path: Path) -> None:
    """A process of its own, with folders of its own, of which every file is read afterwards."""
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    stamps = {file: file.stat().st_mtime_ns for file in BUILT.iterdir()}
    done = subprocess.run(
        [sys.executable, "-c", TYPIST],
        cwd=REPOSITORY,
        env={"HOME": str(home), "TMPDIR": str(temporary), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["same"], "the order of candidates has changed: something was learned"
    assert not told["during"], "files were written while typing"
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]
    assert done.stderr == ""
    assert {file: file.stat().st_mtime_ns for file in BUILT.iterdir()} == stamps
    for file in BUILT.glob("*.json"):
        text = file.read_text(encoding="utf-8")
        assert SECRET not in text
        assert told["chosen"] not in text


def test_two_processes_do_not_know_of_each_other(tmp_path: Path) -> None:
    """What one terminal's process typed is not offered by the next one."""
    orders = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", TYPIST.replace("print(", "print(json.dumps(before)); print(", 1)],
            cwd=REPOSITORY,
            env={"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=600,
            check=True,
        )
        orders.append(json.loads(done.stdout.splitlines()[0]))
    assert orders[0] == orders[1]


# --- what keeps librime from serving -----------------------------------------------------------------


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if librime had not been set up in this process; it must not get as far as being so again."""
    monkeypatch.setattr(rime, "_process", None)


def _code(outcome: RimeEngine | Fault) -> str:
    assert isinstance(outcome, Fault)
    assert outcome.permanent
    return outcome.code


def test_without_set_up_there_are_no_tables(tmp_path: Path, fresh: None) -> None:
    assert _code(open_rime(tmp_path)) == "typing.not_built"


@pytest.mark.parametrize("stamp", ["", "[]", "{", "null", '{"files": []}', '{"files": {}}'])
def test_an_unreadable_stamp_is_none(tmp_path: Path, stamp: str, fresh: None) -> None:
    (tmp_path / STAMP).write_text(stamp)
    assert _code(open_rime(tmp_path)) == "typing.not_built"


def test_damaged_tables_are_never_mapped(tmp_path: Path, fresh: None) -> None:
    for file in BUILT.glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert _code(open_rime(tmp_path)) == "typing.tables_damaged"
    for file in BUILT.glob("[!.]*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert damaged(tmp_path) is None
    with (tmp_path / "kiosk_pinyin.table.bin").open("r+b") as table:
        table.seek(100_000)
        table.write(b"\xff")
    assert _code(open_rime(tmp_path)) == "typing.tables_damaged"


def test_without_the_library(monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    monkeypatch.setattr(librime, "LIBRARY", "librime-that-nobody-installed.so.1")
    assert _code(open_rime()) == "typing.library_missing"


def test_a_library_of_another_kind(monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    monkeypatch.setattr(librime, "LIBRARY", "libc.so.6")
    assert _code(open_rime()) == "typing.library_missing"
