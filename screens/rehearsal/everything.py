"""``kiosk rehearse --all``: every matter of the catalogue, one after the other, and the booklet of them."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from devices.contract import Fault
from kiosk.log import log
from kiosk.matters.load import load_folder
from kiosk.matters.models import Matter
from kiosk.settings import Settings, load_settings
from kiosk.terminal import Terminal, open_terminal, say_why
from kiosk.virtual_hall import VirtualHall
from kiosk.visit.state import PaperKind
from screens.rehearsal import present_in, wait_for_devices
from screens.rehearsal.booklet import Rehearsed, booklet
from screens.rehearsal.folder import LOG, Folder, open_folder
from screens.rehearsal.script import load_answers
from screens.rehearsal.summary import summary_of

BOOKLET: Final = "booklet.pdf"
OVERVIEW: Final = "overview.json"
VISIT_SECONDS: Final = 120.0
ALL_WELL: Final = 0
NOT_ALL_WELL: Final = 1
WRONG_USE: Final = 2
Display = tuple[int, int, float]
PORTRAIT: Final[Display] = (1080, 1920, 102.0)


def rehearse_all(
    out: Path,
    say: Callable[[str], None],
    settings: Settings | None = None,
    visit_seconds: float = VISIT_SECONDS,
    display: Display = PORTRAIT,
    every: int = 1,
    matters: Path | None = None,
) -> int:
    """Make a visit for each matter with the answers of its file, in one terminal; returns the exit code.

    ``out`` gets a folder for each matter, ``overview.json`` (a list of summaries) and ``booklet.pdf``.
    ``display``: width and height in pixels and ppi of the virtual hall's panel.  ``every``: 3 takes each
    third matter only, a sample for a machine that has little time.  ``matters``: a folder that the virtual
    hall offers instead of the product's own.
    """
    if matters is not None and not _usable(matters, settings, say):
        return WRONG_USE
    if open_folder(out, say) is None:
        return WRONG_USE
    with ExitStack() as stack:
        stack.enter_context(log.written_to(out / LOG))
        hall = None
        if settings is None:
            temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-hall-"))
            hall = stack.enter_context(VirtualHall(Path(temporary), *display, matters=matters))
            loaded = load_settings(hall.terminal_file)
            assert isinstance(loaded, Settings), loaded
            settings = loaded
        return _all(settings, hall, out, visit_seconds, say, every)


def _usable(matters: Path, settings: Settings | None, say: Callable[[str], None]) -> bool:
    if settings is not None:
        say("kiosk: --matters is for the virtual hall; a terminal's own folder stands in its file")
        return False
    found = load_folder(matters)
    for problem in found.problems:
        say(f"kiosk: {problem}")
    if not len(found):
        say(f"kiosk: {matters}: there is no good matter file in this folder; give one that has some")
    return len(found) > 0


class _Desk:
    """Where the papers of the visit that is under way go."""

    def __init__(self) -> None:
        self.folder: Folder | None = None

    def keep(self, kind: PaperKind, pdf: bytes) -> None:
        if self.folder is not None:
            self.folder.keep_paper(kind, pdf)


def _all(
    settings: Settings,
    hall: VirtualHall | None,
    out: Path,
    visit_seconds: float,
    say: Callable[[str], None],
    every: int,
) -> int:
    desk = _Desk()
    terminal = open_terminal(settings, desk.keep)
    if isinstance(terminal, Fault):
        return say_why(terminal, say)
    done: list[Rehearsed] = []
    try:
        wait_for_devices(terminal)
        from screens.main import display_of, window_for
        from screens.robot import Robot

        robot = Robot(window_for(terminal, display_of(settings), headless=True))
        matters = terminal.catalogue.matters[::every]
        for number, matter in enumerate(matters, 1):
            kept = open_folder(out / f"{number:02}-{matter.task_code}", say)
            if kept is None:
                return WRONG_USE
            desk.folder = kept
            each = _one(robot, terminal, hall, matter, kept, visit_seconds)
            done.append(each)
            ended = each.summary["state"] if each.good else f"NOT as it should: {each.gave_up}"
            say(f"{number}/{len(matters)} {matter.plain_name.zh}: {ended}")
    finally:
        terminal.close()
    return _written(done, out, settings, say)


def _one(
    robot: Any, terminal: Terminal, hall: VirtualHall | None, matter: Matter, kept: Folder, seconds: float
) -> Rehearsed:
    from screens.rehearsal.walker import Script, Walker, ended_as_it_should

    answers = load_answers(None, matter)
    assert not isinstance(answers, str)  # only a file can be wrong
    began = time.monotonic()
    present = (lambda: present_in(hall, matter, answers.identity)) if hall else None
    script = Script(answers.answers, answers.rating, answers.reasons, present)
    course = Walker(robot, matter, script, kept.path, seconds).run()
    if hall is not None:
        hall.lift()
    if robot.has("close"):  # asked after the card: the next matter begins at home
        robot.press("close")
    broken = [status.fault.code for status in terminal.devices.statuses().values() if status.fault]
    summary = summary_of(matter, course, kept, time.monotonic() - began, broken)
    kept.keep_summary(summary)
    good = ended_as_it_should(course) and kept.complete and not course.lost_pictures
    return Rehearsed(matter, summary, good, course.gave_up)


def _written(done: list[Rehearsed], out: Path, settings: Settings, say: Callable[[str], None]) -> int:
    good = sum(each.good for each in done)
    name = f"{settings.terminal.name}（{settings.terminal.id}）"
    try:
        with tempfile.TemporaryDirectory(prefix="kiosk-booklet-") as pictures:
            made = booklet(done, Path(pictures), name, datetime.now(UTC))
        (out / BOOKLET).write_bytes(made)
        overview = [dict(each.summary) | {"good": each.good, "gave_up": each.gave_up} for each in done]
        text = json.dumps(overview, ensure_ascii=False, indent=2) + "\n"
        (out / OVERVIEW).write_text(text, encoding="utf-8")
    except OSError as error:
        say(f"kiosk: the booklet could not be written to {out}: {error.strerror or type(error).__name__}")
        return NOT_ALL_WELL
    say(f"{good} of {len(done)} matters ended as they should; {BOOKLET} is in {out.resolve()}")
    return ALL_WELL if good == len(done) else NOT_ALL_WELL
