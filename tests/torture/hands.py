"""Hands unlike a robot's: ``python -m tests.torture.hands [--hand NAME ...] [matter ...]``.

Whole visits on the real screens by a hand that leans on the glass, trembles, touches with several fingers at
once, or in front of a panel that reports a finger nobody has.  Judged by what a plain visit tells the
terminal: each has to tell it exactly that, and to end as it should.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Any, Final

from kiosk.visit import events as ev
from screens.rehearsal.walker import Script, Walker, ended_as_it_should
from screens.robot import Robot
from tests.torture.staged import staged

VISIT_SECONDS: Final = 300.0
RESTS_SECONDS: Final = 0.6
TREMBLES: Final = 40
MATTERS: Final = ("社保缴费证明", "无房证明", "灵活就业登记", "婚姻登记预约")
QUIET: Final = (ev.AnyTouch, ev.TextShown, ev.ReadAloud, ev.ShowMatters, ev.TurnPage)
Point = tuple[float, float]


class OtherHand(Robot):
    """``told`` has what its touches told the terminal."""

    def __init__(self, window: Any, random: Random) -> None:
        from screens.finger import Hand

        super().__init__(window)
        self.random = random
        self.other = Hand()
        self.told: list[str] = []
        send = window.controller.send

        def noting(event: Any) -> None:
            if isinstance(event, ev.Touch) and not isinstance(event, QUIET):
                more = f" {event.key}" if isinstance(event, ev.GiveAnswer) else ""
                self.told.append(f"{type(event).__name__}{more}")
            send(event)

        window.controller.send = noting

    def somewhere(self, but: Point) -> Point:
        """On something else that can be touched, or beside everything."""
        keys = [node.centre for node in self.nodes() if node.touchable]
        keys = [(x, y) for x, y in keys if abs(x - but[0]) + abs(y - but[1]) > self._window.display.ppi]
        return self.random.choice([*keys, (2.0, 2.0)])

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.frame()
            time.sleep(0.005)


class Leaning(OtherHand):
    """A palm lies somewhere, also on a button, while the finger presses, and is lifted after it."""

    def touch(self, x: float, y: float) -> None:
        self.other.down(*self.somewhere((x, y)))
        self.wait(RESTS_SECONDS)
        super().touch(x, y)
        self.other.up()
        self.frame()


class Trembling(OtherHand):
    """Never still between down and up, and long."""

    def touch(self, x: float, y: float) -> None:
        self.touches += 1
        self._hand.down(x, y)
        for _ in range(8):
            self._hand.move(x + self.random.uniform(-28, 28), y + self.random.uniform(-28, 28))
            self.wait(0.05)
        self._hand.move(x + self.random.choice((-1, 1)) * TREMBLES, y)
        self._hand.up()
        self.frame()


class ManyFingers(OtherHand):
    """Two at once, the wrong one later; then impatient taps where nothing is."""

    def touch(self, x: float, y: float) -> None:
        self.touches += 1
        self._hand.down(x, y)
        self.other.down(*self.somewhere((x, y)))
        self.frame()
        self.other.up()
        self._hand.up()
        self.frame()
        for _ in range(5):
            self.other.down(2.0, 2.0)
            self.other.up()
        self.frame()


class Stuck(OtherHand):
    """A point in the middle of the glass that is never lifted, and not quite sure where it is."""

    lying = False

    def frame(self) -> None:
        x, y = self._window.display.width / 2, self._window.display.height / 3
        if not self.lying:
            self.lying = True
            self.other.down(x, y)
        for _ in range(16):  # a thousand a second
            self.other.move(x + self.random.uniform(-6, 6), y + self.random.uniform(-6, 6))
        super().frame()


HANDS: Final[dict[str, Callable[[Any, Random], OtherHand]]] = {
    "plain": OtherHand,
    "leaning": Leaning,
    "trembling": Trembling,
    "many": ManyFingers,
    "stuck": Stuck,
}


def visit(name: str, hand: str, out: Path) -> tuple[list[str], str]:
    """What was told, and how the visit failed."""
    with staged(name, out) as stage:
        robot = HANDS[hand](stage.window, Random(hand))
        script = Script(stage.answers, 4, (), stage.lay)
        course = Walker(robot, stage.matter, script, out, VISIT_SECONDS).run()
    lost = "" if ended_as_it_should(course) else f"the visit did not end as it should: {course.gave_up}"
    return robot.told, lost


def _apart(name: str, hand: str) -> tuple[list[str], str]:
    """In a process of its own: Kivy has one window in each."""
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="hands-") as folder,
        ProcessPoolExecutor(1, mp_context=context) as pool,
    ):
        return pool.submit(visit, name, hand, Path(folder)).result()


def _say(name: str, hand: str, wrong: str) -> bool:
    print(f"{name} {hand}: {wrong or 'as it should be'}", flush=True)
    return bool(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.hands", description=__doc__)
    parser.add_argument("matters", nargs="*", default=MATTERS)
    parser.add_argument("--hand", action="append", choices=[each for each in HANDS if each != "plain"])
    given = parser.parse_args()
    failed = 0
    for name in given.matters:
        plain, lost = _apart(name, "plain")
        failed += _say(name, "plain", lost)
        for hand in given.hand or [each for each in HANDS if each != "plain"]:
            told, lost = _apart(name, hand)
            failed += _say(name, hand, lost or ("" if told == plain else f"told {told} instead of {plain}"))
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
