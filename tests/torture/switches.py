"""A whole visit by two switches: ``python -m tests.torture.switches [--english] [--complain] [matter ...]``.

One switch moves the focus on, the other presses what has it; nothing else is touched.  Whoever sits there
sees the ring around the focus, and knows by it what would be pressed.  A signature is given the other way.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

from kiosk.visit.state import Page
from screens.rehearsal.walker import Course, Script, Walker, ended_as_it_should
from screens.robot import Robot, RobotFault
from tests.torture.staged import staged

NEXT, SELECT = "tab", "f2"
STEPS_AT_MOST: Final = 120
VISIT_SECONDS: Final = 1200.0
MATTERS: Final = ("社保缴费证明", "无房证明", "灵活就业登记", "社会保障卡挂失", "高龄津贴")


class SwitchRobot(Robot):
    """Presses by the two switches what a finger would touch."""

    presses = 0

    def press(self, key: str | None = None, *, role: str | None = None, name: str | None = None) -> None:
        assert key is not None, "a switch goes by the ring"
        if self.find(key) is None:
            self._turn_to(key)
        self._select(key)

    def _touch_key(self, key: str) -> None:
        self._select(key)

    def _select(self, key: str) -> None:
        for _ in range(STEPS_AT_MOST):
            focus = self._window.assist.focus
            if focus.shown and focus.node is not None and focus.node.key == key:
                break
            self._switch(NEXT)
        else:
            raise RobotFault(f"the focus never comes to {key}")
        self._listening(self.get(key))
        self._switch(SELECT)
        self.settle()

    def _switch(self, name: str) -> None:
        self.presses += 1
        self.key(name)

    def draw(self, key: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        raise RobotFault("two switches draw nothing")

    def set_value(self, key: str, text: str) -> None:
        """Each character by its pinyin on the panel, digits as they are.  Months are filled in beforehand."""
        if not any(node.key.startswith("mode:") for node in self.nodes()):
            return
        from screens.rehearsal.spelling import spelling_of

        for character in text:
            if character.isdigit():
                self._type_in("symbols", character)
            elif character.isascii():
                self._type_in("letters", character.lower())
            else:
                self._in("pinyin")
                for letter in spelling_of(character):
                    self._letter(letter)
                self._candidate(character)

    def _type_in(self, way: str, sign: str) -> None:
        if self.find(f"key:{sign}") is None:
            self._in(way)
        self._letter(sign)

    def _in(self, way: str) -> None:
        if self.find(f"mode:{way}") is not None:
            self._select(f"mode:{way}")

    def _letter(self, letter: str) -> None:
        for _ in range(STEPS_AT_MOST):
            if self.find(f"key:{letter}") is not None or self.find("more-keys") is None:
                break
            self._select("more-keys")
        self._select(f"key:{letter}")

    def _candidate(self, character: str) -> None:
        for _ in range(STEPS_AT_MOST):
            offered = (node for node in self.nodes() if node.key.startswith("candidate:"))
            found = next((node.key for node in offered if node.name == character), None)
            if found is not None:
                self._select(found)
                return
            self._select("more-candidates" if self.find("more-candidates") else "next-candidates")
        raise RobotFault(f"{character} is not among what can be chosen")


class SwitchWalker(Walker):
    """``complain``: a complaint by a reason comes before the end."""

    complain = False

    def _sign(self) -> bool:
        return self._press("sign-by-button" if self._robot.has("sign-by-button") else "sign-other")

    def _finish(self, visit: Any) -> bool:
        if self.complain and self._rated:
            self.complain = False
            self._press("help")
            self._press("ask:complaint")
            self._press(next(each.key for each in self._robot.nodes() if each.key.startswith("reason:")))
            for key in ("continue", "ask", "close"):
                self._press(key)
            return True
        return super()._finish(visit)


def visit(name: str, language: str, complain: bool, out: Path) -> tuple[Course, int, int]:
    """How it went, how often a switch was pressed, and how many complaints were told to the platform."""
    from kiosk.visit import events as ev
    from screens.assist import assist

    vars(assist)["HOLD_SECONDS"] = math.inf  # a busy machine holds no key down
    with staged(name, out) as stage:
        asked: list[Any] = []
        send = stage.terminal.controller.send

        def noting(event: Any) -> None:
            asked.extend([event] if isinstance(event, ev.Ask) else [])
            send(event)

        stage.terminal.controller.send = noting  # type: ignore[method-assign]
        robot = SwitchRobot(stage.window)
        script = Script(stage.answers, 4, (), stage.lay)
        walker = SwitchWalker(robot, stage.matter, script, out, VISIT_SECONDS)
        walker.complain = complain
        _in_language(robot, language)
        course = walker.run()
    return course, robot.presses, len(asked)


def _in_language(robot: SwitchRobot, language: str) -> None:
    if robot.state.page is Page.HOME and robot.state.mode.language != language:
        for key in ("tool:more", f"language:{language}", "close"):
            robot.press(key)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.switches", description=__doc__)
    parser.add_argument("matters", nargs="*", default=MATTERS)
    parser.add_argument("--english", action="store_true")
    parser.add_argument("--complain", action="store_true")
    given = parser.parse_args()
    failed = 0
    context = multiprocessing.get_context("spawn")  # Kivy has one window in a process
    for name in given.matters:
        began = time.monotonic()
        language = "en" if given.english else "zh"
        with (
            tempfile.TemporaryDirectory(prefix="switches-") as folder,
            ProcessPoolExecutor(1, mp_context=context) as pool,
        ):
            made = pool.submit(visit, name, language, given.complain, Path(folder)).result()
        course, presses, complaints = made
        good = ended_as_it_should(course) and complaints == int(given.complain)
        failed += not good
        seconds = time.monotonic() - began
        said = (
            "as it should be" if good else f"not as it should be: {course.gave_up}, {complaints} complaints"
        )
        print(f"{name} {language}: {presses} presses, {seconds:.0f} s, {said}", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
