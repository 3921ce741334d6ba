"""A whole terminal without a window, and somebody who makes one visit after the other at it, until it ends.

What a page would tell is told through a pipe as soon as the flow has it: what was written there before the
process was ended, a citizen has read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any, Final

from devices.contract import Fault
from kiosk.matters.models import Matter
from kiosk.settings import Settings, load_settings
from kiosk.terminal import Terminal, open_terminal
from kiosk.visit import events as ev
from kiosk.visit.state import CaseState, IdentifyPhase, Overlay, Page, PaperState, RatingState, Visit

LOOK_SECONDS: Final = 0.002
CANNOT_OPEN: Final = 3
CASES: Final = frozenset(CaseState) - {CaseState.NOT_SENT}


def told_by(visit: Visit) -> dict[str, Any] | None:
    """What a page says of the application now; ``None`` while there is nothing to be said."""
    case = visit.submission
    if case is None or (case.state not in CASES and visit.page is not Page.FAILSAFE):
        return None
    return {
        "page": visit.page.value,
        "state": case.told,
        "key": case.key,
        "serial": case.serial,
        "project_no": case.project_no,
        "printed": [paper.kind.value for paper in case.papers if paper.state is PaperState.PRINTED],
        "fault": visit.failsafe or case.fault,
    }


def visit_for_ever(terminal_file: str, task_codes: tuple[str, ...], seed: str, pipe: Connection) -> None:
    """The process's whole life: it ends from outside."""
    errors = os.open(Path(terminal_file).with_name("terminal.err"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(errors, 2)
    settings = load_settings(Path(terminal_file))
    assert isinstance(settings, Settings), settings
    terminal = open_terminal(settings)
    if isinstance(terminal, Fault):
        pipe.send({"cannot_open": terminal.code, "cause": terminal.cause})
        os._exit(CANNOT_OPEN)
    pipe.send({"open": True})
    random = Random(seed)
    while True:
        matter = terminal.catalogue.by_code(random.choice(task_codes))
        assert matter is not None
        one_visit(terminal, matter, pipe.send)
        pipe.send({"visit_over": True})


def one_visit(terminal: Terminal, matter: Matter, tell: Callable[[dict[str, Any]], None]) -> None:
    """From home to home."""
    controller = terminal.controller
    last: dict[str, Any] | None = None
    begun = False
    while True:
        controller.poll()
        visit = controller.state
        told = told_by(visit)
        if told is not None and told != last:
            last = told
            tell(told)
        if begun and visit.page is Page.HOME:
            return
        event = _next_touch(visit, matter)
        if event is None:
            time.sleep(LOOK_SECONDS)
            continue
        begun = begun or isinstance(event, ev.ChooseMatter)
        controller.send(event)


def _next_touch(visit: Visit, matter: Matter) -> ev.Event | None:
    """What somebody would touch now; ``None`` where there is only waiting."""
    if visit.overlay is not Overlay.NONE:
        return {Overlay.ASLEEP: ev.Wake(), Overlay.LEAVE: ev.Leave()}.get(visit.overlay, ev.Stay())
    match visit.page:
        case Page.HOME | Page.MATTERS:
            return ev.ChooseMatter(matter.task_code)
        case Page.GUIDE:
            return ev.Start()
        case Page.IDENTIFY:
            return ev.Continue() if visit.identify.phase is IdentifyPhase.DONE else None
        case Page.OWED:
            return ev.PrintOwed()
        case Page.RESUME:
            return ev.Resume()
        case Page.FORM:
            step = visit.form.steps[visit.form.index]
            if step.declaration:
                return ev.Declare(step.key, True)
            return ev.GiveAnswer(step.key, matter.rehearsal.answers.get(step.key, ""))
        case Page.NOTICE:
            return ev.AcceptOwing()
        case Page.SIGN:
            return ev.SignByButton()
        case Page.CHECK:
            return ev.Submit()
        case Page.RESULT:
            return ev.PrintResult()
        case Page.DONE:
            return _at_the_end(visit)
        case Page.FAILSAFE | Page.INELIGIBLE:
            return ev.Leave()
        case _:
            return None


def _at_the_end(visit: Visit) -> ev.Event | None:
    papers = visit.submission.papers if visit.submission else ()
    if any(paper.state in (PaperState.WAITING, PaperState.PRINTING) for paper in papers):
        return None
    if visit.rating.state is RatingState.OPEN:
        return ev.Rate(5)
    return None if visit.rating.state is RatingState.SENDING else ev.Leave()
