"""Somebody who touches everything twice: ``python -m tests.torture.twice [--delay S ...] [matter ...]``.

Whole visits on the real screens.  Each touch comes again at the same place but for five millimetres, so many
seconds after the first.  Judged is what the second touch did: nothing may be sent, given, chosen, turned or
switched by it.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Any, Final

from kiosk.visit import events as ev
from screens.rehearsal.walker import Script, Walker, ended_as_it_should
from screens.robot import Robot
from tests.torture.staged import staged

DELAYS: Final = (0.05, 0.2, 0.5, 0.8, 1.1)
JITTER_MM: Final = 5.0
MM_PER_INCH: Final = 25.4
VISIT_SECONDS: Final = 200.0
MATTERS: Final = (
    "社保缴费证明",
    "灵活就业登记",
    "无房证明",
    "失业登记",
    "老年人优待证",
    "婚姻登记预约",
    "个体工商户",
)
QUIET: Final = (ev.AnyTouch, ev.TextShown, ev.ReadAloud)


class TwiceRobot(Robot):
    """``findings`` has what a second touch did."""

    def __init__(self, window: Any, delay: float, random: Random) -> None:
        super().__init__(window)
        self._delay = delay
        self._random = random
        self._touching = False
        self._by_touch: list[str] = []
        self.findings: list[str] = []
        self.seconds = 0
        controller, send = window.controller, window.controller.send

        def noting(event: Any) -> None:
            if self._touching and isinstance(event, ev.Touch) and not isinstance(event, QUIET):
                self._by_touch.append(type(event).__name__)
            send(event)

        controller.send = noting

    def touch(self, x: float, y: float) -> None:
        began = time.monotonic()
        super().touch(x, y)
        while time.monotonic() - began < self._delay:
            self.frame()
            time.sleep(0.002)
        across, up = self._beside(x, y)
        before, where = self._looks(), self._where()
        self._by_touch.clear()
        self._touching = True
        super().touch(across, up)
        self._touching = False
        self.seconds += 1
        changed = [
            f"{key}: {old!r} -> {new!r}" for key, (old, new) in _changed(before, self._looks()).items()
        ]
        if self._by_touch or changed:
            under = self._under(across, up)
            did = ", ".join([*self._by_touch, *changed])
            self.findings.append(f"{where}: the second touch, on {under}: {did}")

    def _beside(self, x: float, y: float) -> tuple[float, float]:
        way = self._random.uniform(0, 2 * math.pi)
        far = JITTER_MM / MM_PER_INCH * self._window.display.ppi * self._random.random()
        return x + far * math.cos(way), y + far * math.sin(way)

    def _where(self) -> str:
        return f"{self.state.page.value}/{self.state.overlay.value}"

    def _under(self, x: float, y: float) -> str:
        def inside(node: Any) -> bool:
            left, low, width, height = node.bounds
            return bool(left <= x < left + width and low <= y < low + height)

        return ", ".join(node.key for node in self.nodes() if node.touchable and inside(node)) or "nothing"

    def _looks(self) -> dict[str, Any]:
        """What a touch may change without telling anybody: what is typed, the leaf, the way of typing."""
        page = self._window.stage.page
        found = {key: str(value) for key, value in self._window.ctx.draft.items() if "stroke" not in key}
        return {**found, "leaf": getattr(page, "leaf", 0)}


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    keys = {*before, *after}
    return {key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)}


def visit(name: str, delay: float, seed: int, out: Path) -> list[str]:
    """Everything that went wrong in one visit."""
    with staged(name, out) as stage:
        robot = TwiceRobot(stage.window, delay, Random(seed))
        script = Script(stage.answers, 2, ("207",), stage.lay)
        course = Walker(robot, stage.matter, script, out, VISIT_SECONDS).run()
    lost = [] if ended_as_it_should(course) else [f"the visit did not end as it should: {course.gave_up}"]
    return [*robot.findings, *lost, f"({robot.seconds} second touches)"]


def _apart(name: str, delay: float, seed: int) -> list[str]:
    """In a process of its own: Kivy has one window in each."""
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="twice-") as folder,
        ProcessPoolExecutor(1, mp_context=context) as pool,
    ):
        return pool.submit(visit, name, delay, seed, Path(folder)).result()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.twice", description=__doc__)
    parser.add_argument("matters", nargs="*", default=MATTERS)
    parser.add_argument("--delay", type=float, action="append")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = 0
    for name in given.matters or MATTERS:
        for delay in given.delay or DELAYS:
            *findings, count = _apart(name, delay, given.seed)
            found += len(findings)
            print(f"{name} {delay} s {count}:", *findings or ["nothing"], sep="\n    ", flush=True)
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
