"""The catalogue of faults holds every code of the product, and says it in plain words."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audit.events import EVENTS
from kiosk.faults import ANY_CODE, ANY_OF_ROOM, CATALOGUE_FILE, catalogue, sentences, technician_words
from kiosk.matters.models import Prefill
from screens.words import Catalogue as Words
from tests.kiosk.fault_codes import Found, read_source, read_sources

ROOT: Final = CATALOGUE_FILE.parent.parent
SERVER: Final = ROOT / "kiosk" / "server"
SOURCES: Final = ("devices", "kiosk", "screens")
WITH_OWN_WORDS: Final = ("answer", "number")  # bad answers carry their sentences themselves
PRINT_WORDS_FOR_OTHERS: Final = ("platform", "other", "on_request")  # words for whole groups, of no code

LATIN: Final = re.compile(r"[A-Za-z]")
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
CODE_IN_TEXT: Final = re.compile(r"[a-z_]+\.[a-z_*]+|\w+_\w+|\d{3}")
JARGON_ZH: Final = re.compile(
    "串口|端口|接口|驱动|模块|队列|协议|证书|幂等|网关|服务器|缓存|代码|数据库|日志|进程"
)
JARGON_EN: Final = re.compile(
    r"\b(sam|sam_v|pc/?sc|pcscd|apdu|ipp|cups|https?|tls|ssl|json|pdf|dns|usb|url|sqlite|yaml|api|token|server|"
    r"driver|serial port|queue|spooler|module|protocol|interface|timeout|outbox|vault|log|database)\b",
    re.IGNORECASE,
)
LONGEST_FOR_CITIZENS: Final = 60  # characters: read standing, by old eyes


def files_of(*folders: str) -> Iterator[Path]:
    """Without the server: what it tells is in its problems, and the console has words for its events."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if SERVER not in file.parents:
                yield file


@cache
def found_in_sources() -> Found:
    return read_sources(files_of(*SOURCES))


@cache
def all_codes() -> frozenset[str]:
    words = {key for language in ("zh", "en") for key in Words.of(language).texts}
    of_screens = read_sources(files_of("screens")).literals
    elsewhere = read_sources(files_of("devices", "kiosk")).literals
    keys_of_words = (words & of_screens) - elsewhere
    return frozenset(found_in_sources().codes(not_codes={*EVENTS, *Prefill, *keys_of_words}))


@cache
def rooms_of_matter_files() -> frozenset[str]:
    # What the linter and the import find carries its own words and never reaches a terminal's log.
    files = (file for file in files_of("kiosk/matters") if file.parent.name not in ("lint", "excel"))
    literals = read_sources(files).literals - set(Prefill)
    return frozenset(room_of(literal) for literal in literals).difference(WITH_OWN_WORDS)


def room_of(code: str) -> str:
    return code.partition(".")[0]


def own_entries() -> list[str]:
    return sorted(code for code in catalogue() if not code.endswith(ANY_CODE))


# --- whole ---------------------------------------------------------------------------------------


def test_every_code_of_the_sources_has_its_own_sentences() -> None:
    assert sorted(all_codes() - set(catalogue())) == []


def test_every_code_in_the_sources_can_be_read() -> None:
    assert found_in_sources().unreadable == []


def test_nothing_in_the_catalogue_is_unused() -> None:
    rooms = {room_of(code) for code in all_codes()} | rooms_of_matter_files()
    used = all_codes() | {f"{room}{ANY_OF_ROOM}" for room in rooms} | {ANY_CODE}
    assert sorted(set(catalogue()) - used) == []


def test_problems_of_matter_files_have_the_sentences_of_their_room() -> None:
    assert rooms_of_matter_files()
    assert sorted(room for room in rooms_of_matter_files() if f"{room}{ANY_OF_ROOM}" not in catalogue()) == []


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("Fault('samv.no_answer', 'cause')", {"samv.no_answer"}),
        ("Fault('a.one' if x else 'a.two')", {"a.one", "a.two"}),
        ("exchange.PlatformFault('a.one', retry=2)", {"a.one"}),
        ("TABLE = {1: ('a.one', True)}\nFault('a.two')", {"a.one", "a.two"}),
        ("STATES = {'a.one': 1}\nFault(code)\nFault('a.two')", {"a.one", "a.two"}),
        ("ev.NotKept(1, key, 'desk.crashed')", {"desk.crashed"}),
        ("replace(paper, fault='a.one')\nFault('a.two')", {"a.one", "a.two"}),
        ("def f(self, fault_prefix='a.port'): Fault(f'{fault_prefix}_lost')", {"a.port_lost"}),
        ("super().__init__(1, 'b.line')\nFault(f'{self.p}_lost')", {"b.line_lost"}),
        ("log.info('a.seen')\nFault('a.one')", {"a.one"}),
        ("open('a.json')\nFault('a.one')", {"a.one"}),
        ("words('home.title')\nFault('a.one')", {"a.one"}),
    ],
)
def test_codes_are_found_in_every_form_in_which_they_stand(source: str, codes: set[str]) -> None:
    found = Found()
    read_source(source, "sample", found)
    assert found.codes() == codes


@pytest.mark.parametrize("code", ["f'samv.{word}'", "'samv.' + word", "f'{room}.{word}'"])
def test_a_code_that_is_put_together_in_another_way_is_told(code: str) -> None:
    found = Found()
    read_source(f"Fault({code})", "sample", found)
    assert found.unreadable == ["sample:1"]


# --- looked up -------------------------------------------------------------------------------------


def test_a_code_gets_its_own_sentences_then_those_of_its_room_then_those_of_all() -> None:
    known = catalogue()
    assert sentences("samv.no_answer") == known["samv.no_answer"]
    assert sentences("samv.of_the_year_2040") == known["samv.*"] != known["samv.no_answer"]
    assert sentences("warp.core_breach") == known[ANY_CODE] != known["samv.*"]
    assert technician_words("samv.no_answer") == known["samv.no_answer"].technician


@given(st.text(max_size=40))
def test_every_text_gets_sentences(code: str) -> None:
    assert sentences(code) in catalogue().values()
    assert technician_words(code)


def test_the_catalogue_is_not_read_before_it_is_asked_for() -> None:
    """Nothing of it is needed for the first home page."""
    program = (
        "import sys; reads = []\n"
        "sys.addaudithook(lambda name, given: reads.append(str(given[0])) if name == 'open' else None)\n"
        "import kiosk.faults\n"
        "before = [name for name in reads if name.endswith('faults.toml')]\n"
        "kiosk.faults.sentences('samv.no_answer'); kiosk.faults.sentences('pcsc.no_reader')\n"
        "after = [name for name in reads if name.endswith('faults.toml')]\n"
        "print(len(before), len(after))\n"
    )
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.split() == ["0", "1"]


# --- said in plain words -----------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_sentence_is_there_in_its_language(code: str) -> None:
    for name, text in asdict(catalogue()[code]).items():
        assert text == text.strip() != "", name
        assert text.endswith("." if name.endswith("_en") else "。"), name
        assert bool(CHINESE.search(text)) is not name.endswith("_en"), name


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_citizens_are_told_what_to_do_in_words_that_everybody_knows(code: str) -> None:
    entry = catalogue()[code]
    assert not LATIN.search(entry.citizen.replace("A4", "")), entry.citizen
    assert not CODE_IN_TEXT.search(entry.citizen + entry.citizen_en)
    assert not JARGON_ZH.search(entry.citizen), entry.citizen
    assert not JARGON_EN.search(entry.citizen_en), entry.citizen_en
    assert "请" in entry.citizen or "不用" in entry.citizen, "it says what is wrong, but not what to do"
    assert len(entry.citizen) <= LONGEST_FOR_CITIZENS


def test_no_two_codes_tell_the_technician_the_same() -> None:
    told: dict[str, str] = {}
    for code in own_entries():
        same = told.setdefault(catalogue()[code].technician, code)
        assert same == code, f"{code} and {same} say the same"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_and_catalogue_tell_the_citizen_the_same(language: str) -> None:
    texts = Words.of(language).texts
    field = "citizen" if language == "zh" else "citizen_en"
    on_pages = {key.removeprefix("fault."): text for key, text in texts.items() if key.count(".") == 2}
    on_pages = {code: text for code, text in on_pages.items() if f"fault.{code}" in texts}
    assert on_pages
    assert {code: getattr(catalogue()[code], field) for code in on_pages} == on_pages
    for key, text in texts.items():
        group, _, reason = key.partition(".")
        if group == "print_fault" and reason not in PRINT_WORDS_FOR_OTHERS:
            code = next(code for code in (f"printer.{reason}", f"paper.{reason}") if code in catalogue())
            said = getattr(catalogue()[code], field)
            assert said.lower().startswith(text.lower()), key


def test_what_is_quoted_stands_on_the_screen() -> None:
    for language, field, quoted in (("zh", "citizen", "“([^”]+)”"), ("en", "citizen_en", '"([^"]+)"')):
        shown = " ".join(
            text
            for key, text in Words.of(language).texts.items()
            if not key.startswith(("fault.", "print_fault."))
        )
        for code, entry in catalogue().items():
            for words in re.findall(quoted, getattr(entry, field)):
                assert words in shown, f"{code}: {words}"
