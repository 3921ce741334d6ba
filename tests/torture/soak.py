"""Thousands of visits in one process: memory, files, threads and descriptors stay as they are.

``python -m tests.torture.soak --visits 2000``: a robot makes one visit after the other through the real
screens, each by somebody else with a card of their own, with devices and platform in another process.  No
page is pictured and nothing waits longer than it must.  The proof that nothing of a person is left costs as
much as several visits, so it runs only every so often, for all who came since, and its verdict is waited for.
What is judged is the slope over the second half, when everything that is loaded once has been.

A line for each sample tells memory in parts: what the process holds of the machine (``pss_mib``), what of the
heap is in use (``heap_mib``) and free (``free_mib``), what else is mapped, and how many objects Python keeps.
``--trace`` adds, at the end, where the memory of Python that was taken since half time was asked for.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import apsw

from devices.contract import Fault
from kiosk.matters.models import Matter
from kiosk.privacy.allocator import begin_again, give_back, overwrite_what_is_freed
from kiosk.privacy.proof import Disposition
from kiosk.settings import Settings, load_settings
from kiosk.terminal import Terminal, open_terminal
from tests.torture.hall import Elsewhere, hall_elsewhere

MATTERS: Final = ("社保缴费证明", "外地看病备案", "社保卡信息查询")
VISIT_SECONDS: Final = 180.0
GUARD_SECONDS: Final = 0.02
"""Between two touches: the citizens' 0.6 s would be most of a visit's time, and nothing of its memory."""
PROOF_SECONDS: Final = 300.0
PROOF_EACH: Final = 100
SAMPLE_EACH: Final = 25
MOST_MIB_PER_HUNDRED: Final = 4.0
"""Two thousand visits are a month of a busy terminal, which begins anew each night."""


@dataclass(frozen=True)
class Sample:
    """After so many visits.  ``files``: in the folder of temporary files; ``store_kib``: with its log."""

    visits: int
    pss_mib: float
    heap_mib: float
    free_mib: float
    mapped_mib: float
    objects: int
    sqlite_kib: int
    caches: int
    threads: int
    descriptors: int
    files: int
    store_kib: int


def sample(visits: int, store: Path) -> Sample:
    tasks = len(os.listdir("/proc/self/task"))
    temporary = sum(len(names) for _, _, names in os.walk(tempfile.gettempdir()))
    kib = sum(each.stat().st_size for each in store.parent.glob(f"{store.name}*")) // 1024
    from kivy.cache import Cache

    gc.collect()
    give_back()
    heap = heap_now()
    return Sample(
        visits=visits,
        pss_mib=pss_mib(),
        heap_mib=round(heap.uordblks / 2**20, 2),
        free_mib=round(heap.fordblks / 2**20, 2),
        mapped_mib=round(heap.hblkhd / 2**20, 2),
        objects=len(gc.get_objects()) + gc.get_freeze_count(),
        sqlite_kib=apsw.memory_used() // 1024,
        caches=sum(map(len, Cache._objects.values())),
        threads=tasks,
        descriptors=len(os.listdir("/proc/self/fd")),
        files=temporary,
        store_kib=kib,
    )


def pss_mib() -> float:
    """What this process has of the machine, shared pages by their share."""
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return round(int(line.split()[1]) / 1024, 2)
    raise AssertionError("the system does not tell")


class Heap(ctypes.Structure):
    """``struct mallinfo2`` of the C library."""

    uordblks: int
    fordblks: int
    hblkhd: int
    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks"),
            *("uordblks", "fordblks", "keepcost"),
        )
    )


def heap_now() -> Heap:
    tell = ctypes.CDLL(None).mallinfo2
    tell.restype = Heap
    found: Heap = tell()
    return found


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
    def __init__(self, terminal: Terminal, hall: Elsewhere, settings: Settings) -> None:
        from screens.main import display_of, window_for
        from screens.robot import Robot

        class BlindRobot(Robot):
            def picture(self, path: Path) -> None:
                self.frame()

        self._terminal = terminal
        self._hall = hall
        window = window_for(terminal, display_of(settings), headless=True)
        window.ctx.double_tap_seconds = GUARD_SECONDS
        self._robot = BlindRobot(window)
        overwrite_what_is_freed()
        found = [terminal.catalogue.get(name) for name in MATTERS]
        self._matters = [each for each in found if each is not None]
        self._prove = terminal.proof.tick
        terminal.proof.tick = lambda: None  # type: ignore[method-assign]  # until it is asked for

    def visit(self, number: int, out: Path) -> str:
        """One visit; why it did not end as it should, or nothing."""
        from screens.rehearsal.walker import Script, Walker

        matter: Matter = self._matters[number % len(self._matters)]
        script = Script(matter.rehearsal.answers, 5, (), self._hall.lay)
        course = Walker(self._robot, matter, script, out, VISIT_SECONDS).run()
        self._hall.lift()
        last = course.last.submission if course.last else None
        if course.gave_up or not course.wiped or last is None:
            return f"visit {number} ({matter.plain_name.zh}): {course.gave_up or 'not wiped'}"
        return ""

    def traced(self) -> tracemalloc.Snapshot:
        gc.collect()
        return tracemalloc.take_snapshot()

    def prove(self) -> str:
        """Wait for the proof of all who came since the last one."""
        end = time.monotonic() + PROOF_SECONDS
        while self._terminal.proof.busy and time.monotonic() < end:
            self._prove()
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
    parser.add_argument("--each", type=int, default=SAMPLE_EACH, help="measure so often")
    parser.add_argument("--prove", type=int, default=PROOF_EACH, help="wait for the proof so often")
    parser.add_argument("--trace", action="store_true", help="tell who asked for Python's memory")
    given = parser.parse_args()
    problems: list[str] = []
    samples: list[Sample] = []
    before: list[tracemalloc.Snapshot] = []
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as name,
        hall_elsewhere(Path(name) / "hall", given.seed) as hall,
    ):
        settings = load_settings(hall.terminal_file)
        assert isinstance(settings, Settings), settings
        terminal = open_terminal(settings)
        assert not isinstance(terminal, Fault), terminal
        try:
            soak = Soak(terminal, hall, settings)
            for number in range(1, given.visits + 1):
                if problem := soak.visit(number, Path(name) / "out"):
                    problems.append(problem)
                if number % given.prove == 0 and (problem := soak.prove()):
                    problems.append(f"after visit {number}: {problem}")
                if given.trace and number == given.visits // 2:
                    tracemalloc.start(12)
                if given.trace and number == given.visits // 2 + given.visits // 8:
                    before.append(soak.traced())
                if number % given.each == 0:
                    samples.append(sample(number, settings.storage.path))
                    print(json.dumps(asdict(samples[-1])), flush=True)
            if given.trace:
                tell_growth(before[0], soak.traced())
        finally:
            terminal.close()
    return _judge(samples, problems)


def tell_growth(before: tracemalloc.Snapshot, after: tracemalloc.Snapshot) -> None:
    for each in after.compare_to(before, "traceback")[:20]:
        print(f"{each.size_diff:+d} bytes, {each.count_diff:+d} blocks")
        print("\n".join(each.traceback.format(8)), flush=True)


def _judge(samples: Sequence[Sample], problems: list[str]) -> int:
    slope = slope_per_hundred(samples, "pss_mib")
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
