"""The one thread that a visit runs on: takes events in, steps the flow, hands effects out.

Screens call :meth:`Controller.send` and :meth:`Controller.poll` on the window's thread.  Devices and
workers call :meth:`Controller.post` from anywhere; what they post waits in one queue.
"""

from __future__ import annotations

import queue
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.matters.calendar import Calendar
from kiosk.visit import flow
from kiosk.visit.events import Crashed, Event, Tick, Touch
from kiosk.visit.state import Browse, Mode, Visit, nobody_is_here
from kiosk.visit.timing import pause_seconds
from kiosk.visit.world import SHANGHAI, World
from values import dataclass

if TYPE_CHECKING:
    from kiosk.availability import Nearby
    from kiosk.evening import Evening
    from kiosk.matters.catalogue import Catalogue
    from kiosk.matters.hours import HallHours
    from kiosk.visit.effects import Effect

# Read aloud over the telephone and typed by tired people: no letter that looks like a digit.
SERIAL_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SERIAL_CHARACTERS = 10
MINUTE_SECONDS = 60.0
NEVER = float("-inf")


@dataclass(frozen=True)
class TerminalInfo:
    """What pages may say about the terminal itself."""

    id: str
    name: str
    hall: str
    phone: str
    lookup_url: str  # base of the look-up address in QR codes, ends with "/"
    identity_sources: frozenset[str]  # samv, social_security, scanner
    printers: frozenset[str]  # receipt, document
    nearby: tuple[Nearby, ...] = ()  # the nearest first
    recording_days: int = 30  # so long after a spoken complaint was dealt with its recording is kept
    signals: bool = True  # it makes short sounds
    voice: bool = True  # it can read its pages aloud
    hall_hours: HallHours | None = None  # when people are there; None: not known
    calendar: Calendar = field(default_factory=Calendar)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # pushed sentences, by language
    pictures: Path | None = None  # where the samples lie that guides show
    parts: frozenset[str] | None = None  # reader, slot, scanner, slip, document; None: all of them


class Controller:
    def __init__(
        self,
        info: TerminalInfo,
        catalogue: Catalogue,
        home_mode: Mode,
        carry_out: Callable[[Effect, Visit], None],
        report: Callable[[str, BaseException], None],
        evening: Evening | None = None,
    ) -> None:
        """``carry_out`` gets each effect with the state after the step; ``report`` gets what crashed.
        ``evening``: when the light theme gives way to the dark one."""
        self.info = info
        self.catalogue = catalogue
        self._home_mode = home_mode
        self._evening = evening
        self._carry_out = carry_out
        self._report = report
        self._inbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._ticked = NEVER  # at this time of the monotonic clock
        self._minute = NEVER  # when the next one of the wall clock begins, by the monotonic clock
        self.woken: Callable[[], None] = _nothing  # the window's thread is to poll now
        self.closed: Callable[[], bool] = lambda: False  # a technician is here: nobody's touch begins a visit
        self.noticed: Callable[[Visit, Visit], None] = _nothing  # each step, before and after
        self.ticked: Callable[[Visit], None] = _nothing  # about once a second
        self.between_visits: Callable[[], bool] = lambda: False  # takes a new configuration, if one waits
        self.configured = 0  # how often that has happened: the window draws everything anew
        self.state = Visit(number=1, mode=self._mode_now(), last_touch=time.monotonic())

    def post(self, event: Event) -> None:
        """Put an event of a device or worker in line.  Any thread."""
        self._inbox.put(event)
        self.woken()

    def wake(self) -> None:
        """Something has changed that is looked at with each tick.  Any thread."""
        self._ticked = NEVER
        self.woken()

    def send(self, event: Event) -> None:
        """Take one event now.  The window's thread only."""
        if isinstance(event, Touch) and self.closed():
            return
        before = self.state
        try:
            after, effects = flow.step(before, event, self._world())
        except Exception as crash:  # noqa: BLE001 - a bug must reach the failsafe page, not the citizen
            self._report("flow.crashed", crash)
            after, effects = flow.step(before, Crashed("flow.crashed"), self._world())
        self.state = after
        if after is not before:
            self._tell(self.noticed, before, after)
        for effect in effects:
            try:
                self._carry_out(effect, after)
            except Exception as crash:  # noqa: BLE001
                self._report("effect.crashed", crash)
                self._inbox.put(Crashed("effect.crashed"))

    def poll(self) -> bool:
        """Take what is in line, and a tick when it is time for one; true when the state changed."""
        before = self.state
        for _ in range(100):  # never starve the window, however fast a device talks
            try:
                event = self._inbox.get_nowait()
            except queue.Empty:
                break
            self.send(event)
        now = time.monotonic()
        if now >= self._next_tick(now):
            self._ticked, self._minute = now, now + MINUTE_SECONDS - time.time() % MINUTE_SECONDS
            self.send(Tick())
            self._tell(self.ticked, self.state)
            self._look_between_visits()
        return self.state is not before

    def due_seconds(self) -> float:
        """How long :meth:`poll` has nothing to do if nothing is posted."""
        now = time.monotonic()
        return 0.0 if not self._inbox.empty() else max(0.0, self._next_tick(now) - now)

    def _next_tick(self, now: float) -> float:
        """Once a second while somebody is here, who may have come since the last one; seldom at rest, but
        also when the hour strikes."""
        return min(self._minute, self._ticked + pause_seconds(self.state, now))

    def _tell(self, who: Callable[..., None], *visits: Visit) -> None:
        """Whoever looks on must not disturb the visit."""
        try:
            who(*visits)
        except Exception as crash:  # noqa: BLE001
            self._report("onlooker.crashed", crash)

    def configure(self, info: TerminalInfo) -> None:
        """What is shown has changed, and nobody is in the middle of anything: lists begin anew."""
        self.info = info
        self.state = replace(self.state, browse=Browse(), unavailable={})
        self.configured += 1

    def _look_between_visits(self) -> None:
        if not nobody_is_here(self.state) or self.closed():
            return
        try:
            self.between_visits()
        except Exception as crash:  # noqa: BLE001 - what is shown stays
            self._report("bundle.crashed", crash)

    def _mode_now(self) -> Mode:
        """How pages are drawn for somebody who has chosen nothing."""
        home, evening = self._home_mode, self._evening
        if evening is None or home.theme != "light" or not evening.holds(datetime.now(SHANGHAI)):
            return home
        return replace(home, theme="evening")

    def _world(self) -> World:
        return World(
            now=time.monotonic(),
            utc=datetime.now(UTC),
            catalogue=self.catalogue,
            printers=self.info.printers,
            home_mode=self._mode_now(),
            new_key=lambda: str(uuid.uuid4()),
            new_serial=new_serial,
        )


def _nothing(*_visits: Visit) -> None:
    """Nobody looks on."""


def new_serial() -> str:
    """The short number on a slip: 10 characters, about 49 bits, random."""
    return "".join(secrets.choice(SERIAL_ALPHABET) for _ in range(SERIAL_CHARACTERS))
