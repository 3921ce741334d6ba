"""Carries a script out on stand-ins, beside whatever runs on them.

    stage = Stage(reader=module, scanner=scanner, folders={"receipts": folder}, card=card)
    with ScriptRunner(script, stage, watching=lambda: page_that_is_shown()) as runner: ...
    runner.done      # each step as it was carried out, with its moment
    runner.failures  # what could not be

A script never ends what it runs beside: a step that cannot be carried out is kept as a failure, and the
next one follows.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Final, Self

from devices.virtual.script import Script, Step
from devices.virtual.stage import Stage
from values import dataclass

_POLL_SECONDS: Final = 0.01
_END_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Done:
    seconds: float  # since the start
    step: Step
    failure: str = ""


class ScriptRunner:
    """``watching`` names the page that is shown; it is asked a hundred times a second, on our thread."""

    def __init__(self, script: Script, stage: Stage, watching: Callable[[], str] | None = None) -> None:
        self.script = script
        self.done: list[Done] = []
        self._stage = stage
        self._watching = watching
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._began = 0.0
        self._thread = threading.Thread(target=self._run, name="device-script", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def failures(self) -> list[Done]:
        return [done for done in self.done if done.failure]

    @property
    def pending(self) -> list[Step]:
        """What has not happened yet; a page that was never shown leaves its steps here."""
        happened = {done.step.line for done in self.done}
        return [step for step in self.script.steps if step.line not in happened]

    def start(self) -> None:
        self._began = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(_END_SECONDS)

    def reached(self, mark: str) -> None:
        """A page of this name is shown; only the first time counts.  Any thread."""
        with self._lock:
            self._seen.setdefault(mark, time.monotonic())

    def wait(self, seconds: float) -> bool:
        """True once everything has happened."""
        self._thread.join(seconds)
        return not self.pending

    def _run(self) -> None:
        times: dict[int, float] = {}  # number of a step -> when it is due
        waiting = dict(enumerate(self.script.steps))
        while waiting and not self._ending.is_set():
            if self._watching is not None:
                self.reached(self._watching())
            with self._lock:
                seen = dict(self._seen)
            for number in waiting:
                if (moment := self._due(number, times, seen)) is not None:
                    times[number] = moment
            now = time.monotonic()
            due = sorted((times[number], number) for number in waiting if times.get(number, math.inf) <= now)
            for _, number in due:
                self._carry_out(waiting.pop(number))
            if not due:
                self._ending.wait(_POLL_SECONDS)

    def _due(self, number: int, times: Mapping[int, float], seen: Mapping[str, float]) -> float | None:
        when = self.script.steps[number].when
        if number in times:
            return times[number]
        if when.kind == "at":
            return self._began + when.seconds
        base = (
            seen.get(when.mark)
            if when.kind == "on"
            else self._began
            if number == 0
            else times.get(number - 1)
        )
        return None if base is None else base + when.seconds

    def _carry_out(self, step: Step) -> None:
        try:
            self._stage.do(step, self.script.cards)
            failure = ""
        except Exception as error:  # noqa: BLE001 - told at the end; the script goes on
            failure = f"{type(error).__name__}: {error}"
        self.done.append(Done(time.monotonic() - self._began, step, failure))
