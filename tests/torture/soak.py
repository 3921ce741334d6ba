"""Thousands of visits in one process: memory, files, threads and descriptors stay as they are.

``python -m tests.torture.soak --visits 2000``: a robot makes one visit after the other through the real
screens, each by somebody else with a card of their own, with devices and platform in another process.  The
proof that nothing of a person is left runs as it does in service, and its verdict is waited for every so
often.  What is judged is the slope over the second half, when everything that is loaded once has been.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Final

from devices.contract import Fault
from kiosk.matters.models import Matter
from kiosk.privacy.allocator import begin_again, overwrite_what_is_freed
from kiosk.privacy.proof import Disposition
from kiosk.rest import resident_mib_of_this_process
from kiosk.settings import Settings, load_settings
from kiosk.terminal import Terminal, open_terminal
from tests.torture.hall import Elsewhere, hall_elsewhere
from tests.torture.people import somebody

MATTERS: Final = ("社保缴费证明", "外地看病备案", "社保卡信息查询")
VISIT_SECONDS: Final = 180.0
PROOF_SECONDS: Final = 300.0
PROOF_EACH: Final = 25
MOST_MIB_PER_HUNDRED: Final = 4.0
"""Two thousand visits are a month of a busy terminal, which begins anew each night."""


@dataclass(frozen=True)
class Sample:
    """After so many visits.  ``files``: in the folder of temporary files; ``store_kib``: with its log."""

    visits: int
    resident_mib: float
    threads: int
    descriptors: int
    files: int
    store_kib: int


def sample(visits: int, store: Path) -> Sample:
    tasks = len(os.listdir("/proc/self/task"))
    temporary = sum(len(names) for _, _, names in os.walk(tempfile.gettempdir()))
    kib = sum(each.stat().st_size for each in store.parent.glob(f"{store.name}*")) // 1024
    return Sample(
        visits, resident_mib_of_this_process(), tasks, len(os.listdir("/proc/self/fd")), temporary, kib
    )


def slope_per_hundred(samples: Sequence[Sample], name: str) -> float:
    """Least squares over the second half."""
    half = samples[len(samples) // 2 :]
    xs, ys = [each.visits for each in half], [float(getattr(each, name)) for each in half]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    if not spread:
        return 0.0
    return 100 * sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread


class Soak:
    def __init__(self, terminal: Terminal, hall: Elsewhere, settings: Settings, seed: str) -> None:
        from screens.main import display_of, window_for
        from screens.robot import Robot

        class BlindRobot(Robot):
            def picture(self, path: Path) -> None:
                self.frame()

        self._terminal = terminal
        self._hall = hall
        self._random = Random(seed)
        self._robot = BlindRobot(window_for(terminal, display_of(settings), headless=True))
        overwrite_what_is_freed()
        found = [terminal.catalogue.get(name) for name in MATTERS]
        self._matters = [each for each in found if each is not None]

    def visit(self, number: int, out: Path) -> str:
        """One visit; why it did not end as it should, or nothing."""
        from screens.rehearsal.walker import Script, Walker

        matter: Matter = self._matters[number % len(self._matters)]
        who = somebody(self._random)
        script = Script(matter.rehearsal.answers, 5, (), lambda: self._hall.lay(who))
        course = Walker(self._robot, matter, script, out, VISIT_SECONDS).run()
        self._hall.lift()
        last = course.last.submission if course.last else None
        if course.gave_up or not course.wiped or last is None:
            return f"visit {number} ({matter.plain_name.zh}): {course.gave_up or 'not wiped'}"
        return ""

    def prove(self) -> str:
        """Wait for the proof of the last visit."""
        end = time.monotonic() + PROOF_SECONDS
        while self._terminal.proof.busy and time.monotonic() < end:
            self._robot.frame()
            time.sleep(0.05)
        verdict = self._terminal.proof.verdict
        if verdict is None:
            return "no verdict"
        clean = verdict.disposition is Disposition.CLEAN
        return "" if clean else f"{verdict.disposition}: {dict(verdict.places)} {verdict.fault}"


def main() -> int:
    begin_again("tests.torture.soak")
    parser = argparse.ArgumentParser(prog="python -m tests.torture.soak", description=__doc__)
    parser.add_argument("--visits", type=int, default=2000)
    parser.add_argument("--seed", default="soak")
    parser.add_argument(
        "--each", type=int, default=PROOF_EACH, help="measure and wait for the proof so often"
    )
    given = parser.parse_args()
    problems: list[str] = []
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory(prefix="soak-") as name, hall_elsewhere(Path(name) / "hall") as hall:
        settings = load_settings(hall.terminal_file)
        assert isinstance(settings, Settings), settings
        terminal = open_terminal(settings)
        assert not isinstance(terminal, Fault), terminal
        try:
            soak = Soak(terminal, hall, settings, given.seed)
            for number in range(1, given.visits + 1):
                if problem := soak.visit(number, Path(name) / "out"):
                    problems.append(problem)
                if number % given.each == 0:
                    if problem := soak.prove():
                        problems.append(f"after visit {number}: {problem}")
                    samples.append(sample(number, settings.storage.path))
                    print(json.dumps(asdict(samples[-1])), flush=True)
        finally:
            terminal.close()
    return _judge(samples, problems)


def _judge(samples: Sequence[Sample], problems: list[str]) -> int:
    slope = slope_per_hundred(samples, "resident_mib")
    if slope > MOST_MIB_PER_HUNDRED:
        problems.append(f"memory grows by {slope:.1f} MiB in a hundred visits")
    first, last = samples[len(samples) // 2], samples[-1]
    for name in ("threads", "descriptors", "files"):
        if getattr(last, name) > getattr(first, name) + 2:
            problems.append(f"{name}: {getattr(first, name)} at half time, {getattr(last, name)} at the end")
    print(f"{last.visits} visits, {slope:+.2f} MiB in a hundred; {'; '.join(problems) or 'as it should be'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
