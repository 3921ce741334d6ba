"""``kiosk rehearse`` and ``kiosk demo --headless``: a whole visit by a robot, with pictures and a summary."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from devices.contract import Fault
from devices.virtual.identity_card import IdentityCard
from devices.virtual.runner import ScriptRunner
from devices.virtual.script import Script as DevicesScript
from devices.virtual.script import load_script
from kiosk.log import log
from kiosk.matters.load import load_folder
from kiosk.matters.models import Matter
from kiosk.settings import DEFAULT_MATTERS_FOLDER, Settings, load_settings
from kiosk.speech.transcript import Transcript
from kiosk.terminal import Terminal, open_terminal, say_why
from kiosk.virtual_hall import VirtualHall
from screens.rehearsal.folder import LOG, Folder, open_folder
from screens.rehearsal.script import Answers, Person, load_answers
from screens.rehearsal.summary import nothing_happened, summary_of

if TYPE_CHECKING:
    from screens.app import CitizenWindow
    from screens.rehearsal.walker import Course

ENDED_WELL: Final = 0
ENDED_BADLY: Final = 1
WRONG_USE: Final = 2
READY_SECONDS: Final = 5.0


def rehearse(
    matter_name: str,
    out: Path,
    say: Callable[[str], None],
    settings: Settings | None = None,
    answers_file: Path | None = None,
    timeout_seconds: float = 120.0,
    script_file: Path | None = None,
    matters_folder: Path | None = None,
    blind: bool = False,
    language: str = "zh",
) -> int:
    """Make the visit; without ``settings`` in a virtual hall of its own.  Returns the exit code.

    ``blind``: by the keys of a keypad and the spoken words alone; ``heard.txt`` has both.  ``language``: the
    one that a blind visitor has it speak, by keys.

    ``script_file``: what befalls the hall's devices meanwhile; ``texts.json`` says what stood on each page.
    ``matters_folder``: what the hall offers instead of the product's own matters.
    """
    devices_script = load_script(script_file) if script_file else None
    if isinstance(devices_script, list):
        for problem in devices_script:
            say(f"kiosk: {script_file}: {problem}")
        return WRONG_USE
    if blind and (settings is not None or script_file is not None):
        say("kiosk: --blind needs the virtual hall to itself; leave --terminal and --script out")
        return WRONG_USE
    if devices_script is not None and settings is not None:
        say("kiosk: --script needs the virtual hall; leave --terminal out")
        return WRONG_USE
    if matters_folder is not None and settings is not None:
        say("kiosk: --matters is for the virtual hall; a terminal's own folder stands in its file")
        return WRONG_USE
    kept = open_folder(out, say)
    if kept is None:
        return WRONG_USE
    folder = settings.matters.folder if settings else matters_folder or DEFAULT_MATTERS_FOLDER
    matter = load_folder(folder).get(matter_name)
    if matter is None:
        say(f"kiosk: there is no single matter called {matter_name!r}; kiosk matters list shows them all")
        return WRONG_USE
    answers = load_answers(answers_file, matter)
    if isinstance(answers, str):
        say(f"kiosk: {answers}")
        return WRONG_USE
    say(f"kiosk: a visit for {matter.name.zh} begins; its pictures and papers go into {out}")
    with ExitStack() as stack:
        stack.enter_context(log.written_to(out / LOG))
        hall = None
        if settings is None:
            temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-hall-"))
            hall = stack.enter_context(VirtualHall(Path(temporary), matters=matters_folder))
            loaded = load_settings(hall.terminal_file)
            assert isinstance(loaded, Settings), loaded
            settings = loaded
        ear = Transcript() if blind else None
        walk = (settings, hall, matter, answers, kept, timeout_seconds, say, devices_script, ear, language)
        return _rehearse(*walk)


def _rehearse(
    settings: Settings,
    hall: VirtualHall | None,
    matter: Matter,
    answers: Answers,
    kept: Folder,
    timeout_seconds: float,
    say: Callable[[str], None],
    devices_script: DevicesScript | None,
    ear: Transcript | None,
    language: str,
) -> int:
    began = time.monotonic()
    end = began + timeout_seconds
    out = kept.path
    terminal = open_terminal(settings, kept.keep_paper, ear)
    if isinstance(terminal, Fault):
        kept.keep_summary(nothing_happened(matter, terminal, time.monotonic() - began))
        return say_why(terminal, say)
    try:
        wait_for_devices(terminal)
        from screens.main import display_of, window_for
        from screens.rehearsal.walker import Script, Walker, ended_as_it_should
        from screens.robot import Robot

        window = window_for(terminal, display_of(settings), headless=True)
        lays_itself = hall is not None and not (devices_script and devices_script.presents)
        present = (lambda: present_in(hall, matter, answers.identity)) if hall and lays_itself else None
        script = Script(answers.answers, answers.rating, answers.reasons, present)
        left = end - time.monotonic()
        walker = Walker(Robot(window), matter, script, out, left, patient=devices_script is not None)
        if hall is not None and ear is not None:
            course = _blind(window, terminal, hall, ear, matter, answers, out, left, language)
        elif hall is not None and devices_script is not None:
            stage = hall.stage(card_of(matter, answers.identity))
            with ScriptRunner(devices_script, stage, lambda: terminal.controller.state.page.value) as runner:
                course = walker.run()
            tell_of_script(runner, course, kept, say)
        else:
            course = walker.run()
        good = ended_as_it_should(course)
        broken = [status.fault.code for status in terminal.devices.statuses().values() if status.fault]
    finally:
        terminal.close()
    summary = summary_of(matter, course, kept, time.monotonic() - began, broken)
    kept.keep_summary(summary)
    if course.lost_pictures:
        say(f"kiosk: {course.lost_pictures} pictures could not be written to {out}")
    _tell(summary, out, course.gave_up, say)
    whole = kept.complete and not course.lost_pictures
    return ENDED_WELL if good and whole else ENDED_BADLY


def _blind(
    window: CitizenWindow,
    terminal: Terminal,
    hall: VirtualHall,
    ear: Transcript,
    matter: Matter,
    answers: Answers,
    out: Path,
    seconds: float,
    language: str,
) -> Course:
    """Headphones in, and then by keys and ears."""
    from screens.rehearsal.blind import BlindWalker, keep
    from screens.robot import Robot

    speaker = terminal.speaker
    assert speaker is not None
    speaker.patient = False
    walker = BlindWalker(
        Robot(window),
        ear,
        lambda: speaker.busy,
        matter,
        answers.answers,
        lambda: present_in(hall, matter, answers.identity),
        hall.lift,
        seconds,
        language,
    )
    hall.plug_headphones(True)
    course = walker.run()
    keep(out / "heard.txt", walker)
    return course


def card_of(matter: Matter, person: Person) -> IdentityCard:
    """A card of the resident family for the person of a rehearsal."""
    own = matter.rehearsal.card
    return IdentityCard(
        person.name or own.name,
        person.number or own.number,
        person.kind,
        person.sex or own.sex,
        person.ethnicity or own.ethnicity,
        person.birth or own.birth,
        address=person.address or own.address,
        # A permanent residence card has four digits or nothing there.
        authority="" if person.kind.startswith("permanent") else "平顶山市公安局",
        name_other=person.name_other,
        pass_number=person.pass_number,
        nationality=person.nationality,
    )


def tell_of_script(runner: ScriptRunner, course: Course, kept: Folder, say: Callable[[str], None]) -> None:
    """What the script did and could not do, and what stood on each page: ``texts.json``."""
    for done in runner.failures:
        say(f"script, line {done.step.line}: {done.step}: {done.failure}")
    for step in runner.pending:
        say(f"script, line {step.line}: {step}: never came to it")
    told = {
        "pages": [
            {"name": name, "texts": list(texts)}
            for (name, _), texts in zip(course.pages, course.texts, strict=True)
        ],
        "script": [
            {"seconds": round(done.seconds, 3), "step": str(done.step), "failure": done.failure}
            for done in runner.done
        ],
        "gave_up": course.gave_up,
    }
    kept.keep_texts(told)


def present_in(hall: VirtualHall, matter: Matter, person: Person) -> Fault | None:
    """Lay the card, put the card in, or hold the code before the scanner."""
    from devices.virtual.social_security_card import Holder

    own = matter.rehearsal.card
    name, number = person.name or own.name, person.number or own.number
    sex, ethnicity = person.sex or own.sex, person.ethnicity or own.ethnicity
    birth = person.birth or own.birth
    match person.source:
        case "samv":
            hall.present(card_of(matter, person))
        case "social_security":
            return hall.insert_social_card(Holder(name, number, sex, ethnicity, birth=birth))
        case "scanner":
            hall.scan(person.code)
    return None


def wait_for_devices(terminal: Terminal) -> None:
    """Let slow drivers come up first, as they are long before a citizen does."""
    from devices.contract import DeviceState

    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        states = [status.state for status in terminal.devices.statuses().values()]
        if all(state in (DeviceState.ONLINE, DeviceState.BUSY) for state in states):
            return
        time.sleep(0.05)


def _tell(summary: dict[str, Any], out: Path, gave_up: str, say: Callable[[str], None]) -> None:
    say(f"the visit ended {summary['state']}; case number {summary['project_no'] or 'none yet'}")
    if gave_up:
        say(f"the robot could not go on: {gave_up}")
    if summary["faults"]:
        say(f"faults on the way: {', '.join(summary['faults'])}")
    say(f"{len(summary['pages'])} pictures, the papers, summary.json and terminal.log are in {out.resolve()}")
