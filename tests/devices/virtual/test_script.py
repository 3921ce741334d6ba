from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import DeviceState, IdentityRead
from devices.identity.samv import SamvDriver, SamvOptions
from devices.printers.file_printer import Condition, read_condition
from devices.virtual.identity_card import IdentityCard, numbered
from devices.virtual.runner import ScriptRunner
from devices.virtual.samv_module import SamvModule
from devices.virtual.scanner import VirtualScanner
from devices.virtual.script import (
    PAGES,
    VERBS,
    Script,
    ScriptProblem,
    Step,
    When,
    load_script,
    parse_script,
    usage,
)
from devices.virtual.social_security_card import Holder
from devices.virtual.stage import Stage
from kiosk.visit.state import Page
from tests.devices.identity.recorder import Recorder
from tests.devices.waiting import wait_until

CARD = IdentityCard("某人", "11010519491231002X")
DOCUMENT = Path(__file__).parents[3] / "devices" / "virtual" / "SCRIPTS.md"


def parsed(text: str) -> Script:
    script = parse_script(text)
    assert isinstance(script, Script), script
    return script


def test_a_script_is_read_line_by_line() -> None:
    script = parsed(
        """
        # a comment
        card guest name="SMITH, JOHN" number=USA110190010101 kind=permanent_2017
        on identify        hang-up          # and one here
        on identify +1.5   plug-in reader
        after 0.2          present guest
        at 3               paper receipts out
        """
    )
    assert script.steps == (
        Step(4, When("on", 0.0, "identify"), "hang-up"),
        Step(5, When("on", 1.5, "identify"), "plug-in", ("reader",)),
        Step(6, When("after", 0.2), "present", ("guest",)),
        Step(7, When("at", 3.0), "paper", ("receipts", "out")),
    )
    assert script.cards["guest"]["name"] == "SMITH, JOHN"
    assert script.presents
    assert not parsed("at 0 lift").presents


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("at noon lift", "'noon' are no seconds"),
        ("at -1 lift", "'-1' are no seconds"),
        ("at nan lift", "'nan' are no seconds"),
        ("soon lift", "'soon lift' is no time"),
        ("on Identify lift", "is no time"),
        ("on identify +x lift", "'+x' are no seconds"),
        ("at 1", "nothing is to happen"),
        ("at 1 hangup", "perhaps 'hang-up' was meant"),
        ("at 1 paper receipts", "write: paper receipts|documents full|low|out|jammed"),
        ("at 1 paper slips out", "'slips' is no printer"),
        ("at 1 paper receipts gone", "'gone' is not known"),
        ("at 1 hang-up printer", "'printer' is no part with a cable"),
        ("at 1 noise 0G", "are no bytes in hexadecimal"),
        ("at 1 split -3", "is no whole number"),
        ("at 1 present gest", "there is no card 'gest'"),
        ("card guest nmae=x", "perhaps 'name' was meant"),
        ("card", "a card needs a name"),
        ("on nowhere hang-up", "there is no page 'nowhere'; there are: cases, check, done"),
        ("on identfy hang-up", "perhaps 'identify' was meant"),
        ("at 1 baud 0", "write: baud 115200|57600|38400|19200|9600"),
        ("at 1 answer read 0000", "are no three bytes"),
        ("at 1 answer read 00000000", "are no three bytes"),
        ("at 1 dance", "write one of: present [CARD]; lift; insert [CARD]"),
        ("card guest name=y", "there are two cards 'guest'"),
        ("card other name=x name=y", "name is given twice"),
        ("card other number=123", "number='123' is no number of a card of kind resident"),
        ("card other number=110105194912310021", "is no number of a card of kind resident"),
        ("card other kind=taiwan", "has another number than"),
        ("card other kind=taiwan number=81000019491231003X", "is no number of a card of kind taiwan"),
        ("card other kind=permanent_2017 number=11010519491231002X", "is too long"),
        ("card other kind=citizen", "kind='citizen' is not known"),
        ("card other valid_from=2020-01-01", "is no date; write eight digits"),
        ("card other valid_until=never", "or 长期"),
        ("card other birth=19900230", "is no date"),
        ("card other sex=F", "is no code of a sex"),
        ("card other ethnicity=汉", "is no code of an ethnicity"),
        ("card other name=一二三四五六七八九十一二三四五六", "a field of 30 bytes cannot hold 32"),
        ("card other appended_address=" + "路" * 36, "a field of 70 bytes cannot hold 72"),
        ("card other name=", "name is empty"),
        ('at 1 scan "open', "a quotation mark is not closed"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_would_be_right(line: str, says: str) -> None:
    problems = parse_script(f"# first\ncard guest name=x\nat 0 lift\n{line}\n")
    assert isinstance(problems, list)
    assert [problem.line for problem in problems] == [4]
    assert says in str(problems[0])


def test_cards_of_every_kind_can_be_named() -> None:
    numbers = {
        "hong_kong_macao": numbered("81000019491231002"),
        "taiwan": numbered("83000019491231002"),
        "permanent_2017": "CAN110049123101",
        "permanent_2023": numbered("91112419491231002"),
    }
    script = parsed("".join(f"card {kind} kind={kind} number={numbers[kind]}\n" for kind in numbers))
    assert set(script.cards) == set(numbers)
    wrong = parse_script("card a number=1\nat 0 present a")
    assert isinstance(wrong, list) and len(wrong) == 1  # told once, where it is written


def test_the_pages_of_a_script_are_those_of_a_visit_and_documented() -> None:
    assert set(PAGES) == {page.value for page in Page}
    text = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"`{page}`" in text for page in PAGES)
    example = next(block for block in text.split("```") if block.startswith("\n# The reader"))
    assert len(parsed(example).steps) == 5


def test_all_mistakes_are_told_at_once() -> None:
    problems = parse_script("at x lift\nat 1 present who\nat 1 fly\n")
    assert isinstance(problems, list)
    assert [problem.line for problem in problems] == [1, 2, 3]


@given(st.text(max_size=200))
def test_any_text_is_a_script_or_has_problems(text: str) -> None:
    read = parse_script(text)
    assert isinstance(read, Script) or all(isinstance(problem, ScriptProblem) for problem in read)


def test_files_that_are_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"at 1 scan \xff")
    for name in ("latin", "missing", "."):
        problems = load_script(tmp_path / name)
        assert isinstance(problems, list)
        assert "line" not in str(problems[0])


def test_every_action_is_documented_and_can_be_carried_out() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, verb in VERBS.items():
        assert f"`{usage(name)}`".replace("|", "\\|") in text
        assert verb.says in text
        assert hasattr(Stage(), f"_{name.replace('-', '_')}")


# --- carried out ---


class Hall:
    def __init__(self, folder: Path) -> None:
        self.inserted: list[Holder] = []
        self.orders: list[dict[str, object]] = []
        self.papers = folder / "receipts"
        self.papers.mkdir()
        self.module = SamvModule(link=folder / "samv")
        self.module.start()
        self.scanner = VirtualScanner("plain", link=folder / "scanner")
        self.scanner.plug_in()
        self.stage = Stage(
            self.module,
            self.scanner,
            {"receipts": self.papers},
            CARD,
            insert=self.inserted.append,
            pull=lambda: None,
            platform=lambda **order: self.orders.append(order),
        )

    def run(self, *lines: str) -> ScriptRunner:
        runner = ScriptRunner(parsed("\n".join(lines)), self.stage)
        with runner:
            assert runner.wait(120), runner.pending
        return runner

    def close(self) -> None:
        self.module.stop()
        self.scanner.close()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(tmp_path)
    yield hall
    hall.close()


def test_a_driver_lives_through_a_timeline(hall: Hall, tmp_path: Path) -> None:
    recorder = Recorder()
    driver = SamvDriver("reader", recorder.emit, SamvOptions(port=str(tmp_path / "samv")))
    recorder.supervise(driver)
    wait_until(lambda: driver.status.state is DeviceState.ONLINE)
    driver.arm()
    runner = hall.run(
        "at 0 hang-up\nafter 0.4 present\nafter 0 split 3\nafter 0 noise 00AAAA\nafter 0 plug-in"
    )
    assert recorder.wait_for(IdentityRead).document.name == CARD.name
    assert runner.failures == []
    recorder.wait_for_status(lambda status: status.state is DeviceState.NO_DEVICE)
    recorder.stop()


def test_printers_platform_and_slot(hall: Hall) -> None:
    hall.run(
        "at 0 paper receipts low\nat 0 door receipts open\nat 0 job receipts 2.5\nat 0 break-off receipts yes"
    )
    assert read_condition(hall.papers) == Condition(
        paper="low", door_open=True, job_seconds=2.5, fails="half_way"
    )
    hall.run(
        "at 0 platform down", "at 0 platform lose_answer", "at 0 platform up", "at 0 insert", "at 0 pull"
    )
    assert hall.orders == [{"down": True}, {"mode": "lose_answer"}, {}]
    assert [holder.name for holder in hall.inserted] == [CARD.name]
    hall.run(
        "at 0 mute\nat 0 answer find 000032\nat 0 baud 9600\nat 0 hang-up\nat 0 hang-up scanner\nat 0 right"
    )
    assert read_condition(hall.papers) == Condition()
    assert not hall.module.habits.mute
    assert hall.module.habits.status_words == {}


def test_steps_on_a_page_wait_for_it_and_then_follow_each_other(hall: Hall) -> None:
    script = parsed("on done lift\nafter 0.05 lift\non resume mute\nat 0 lift\non done +0.1 lift")
    with ScriptRunner(script, hall.stage) as runner:
        wait_until(lambda: runner.done)
        assert [done.step.line for done in runner.done] == [4]
        runner.reached("done")
        runner.reached("done")
        wait_until(lambda: len(runner.done) == 4)
    assert [done.step.line for done in runner.done] == [4, 1, 2, 5]
    assert [step.line for step in runner.pending] == [3]


def test_what_cannot_be_is_told_and_the_script_goes_on(hall: Hall) -> None:
    runner = hall.run(
        "at 0 plug-in", "at 0 paper documents out", "at 0 door documents open", "at 0 paper receipts out"
    )
    assert [done.step.line for done in runner.failures] == [1, 2, 3]
    assert read_condition(hall.papers) == Condition(paper="out")
