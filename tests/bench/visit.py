"""The processor time of a whole visit, from the start of the terminal to the wiped page.

A robot makes the visit on the real screens.  Devices and platform run in another process, so that the time
is the terminal's own: its start, its pages, the card, the outbox, two papers.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Final

from devices.contract import Fault
from devices.virtual.identity_card import IdentityCard
from kiosk.matters.load import load_folder
from kiosk.matters.models import Matter
from kiosk.settings import DEFAULT_MATTERS_FOLDER, Settings, load_settings
from kiosk.terminal import open_terminal
from kiosk.virtual_hall import VirtualHall
from tests.bench.figures import Figure

RUNS: Final = 3
VISIT_SECONDS: Final = 90.0
MATTER: Final = "参保缴费凭证"


def measure() -> Iterator[Figure]:
    samples = [_in_a_process() for _ in range(RUNS)]
    cpu, wall = (tuple(sample[index] for sample in samples) for index in (0, 1))
    yield Figure("processor time of a whole visit", "s", cpu, wall, "its wall time")


def _in_a_process() -> tuple[float, float]:
    """Processor and wall seconds of one visit."""
    card = _matter().rehearsal.card
    with tempfile.TemporaryDirectory(prefix="bench-") as name, VirtualHall(Path(name) / "hall") as hall:
        hall.present(IdentityCard(card.name, card.number, sex=card.sex, birth=card.birth))
        began = time.monotonic()
        told = subprocess.run(
            [sys.executable, "-m", "tests.bench.visit", str(hall.terminal_file), str(Path(name) / "out")],
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=2 * VISIT_SECONDS,
        ).stdout
        return json.loads(told), time.monotonic() - began


def _matter() -> Matter:
    matter = load_folder(DEFAULT_MATTERS_FOLDER).get(MATTER)
    assert matter is not None
    return matter


def main(terminal_file: Path, out: Path) -> None:
    """Make the visit and print the processor seconds of this process."""
    from screens.main import display_of, window_for
    from screens.rehearsal.walker import Script, Walker, ended_as_it_should
    from screens.robot import Robot

    class BlindRobot(Robot):
        """Takes no pictures: they cost more than the visit, and no citizen asks for them."""

        def picture(self, path: Path) -> None:
            self.frame()

    settings = load_settings(terminal_file)
    assert isinstance(settings, Settings), settings
    terminal = open_terminal(settings)
    assert not isinstance(terminal, Fault), terminal
    matter = _matter()
    script = Script(matter.rehearsal.answers, rating=5)
    try:
        window = window_for(terminal, display_of(settings), headless=True)
        course = Walker(BlindRobot(window), matter, script, out, VISIT_SECONDS).run()
    finally:
        terminal.close()
    if not ended_as_it_should(course):
        raise RuntimeError(f"the visit did not end as it should: {course.gave_up}")
    used = getrusage(RUSAGE_SELF)
    print(json.dumps(used.ru_utime + used.ru_stime))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
