"""A terminal that makes one visit with the card on its reader, and proves it: one JSON at the end."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from devices.contract import Fault
from kiosk.privacy.allocator import overwrite_what_is_freed
from kiosk.settings import Settings, load_settings
from kiosk.terminal import open_terminal
from screens.main import display_of, window_for
from screens.rehearsal.walker import Script, Walker
from screens.robot import Robot

VISIT_SECONDS = 600.0
PROOF_SECONDS = 600.0


class BlindRobot(Robot):
    def picture(self, path: Path) -> None:
        self.frame()


def main(terminal_file: Path, matter_name: str, out: Path) -> None:
    settings = load_settings(terminal_file)
    assert isinstance(settings, Settings), settings
    terminal = open_terminal(settings)
    assert not isinstance(terminal, Fault), terminal
    try:
        window = window_for(terminal, display_of(settings), headless=True)
        overwrite_what_is_freed()
        matter = terminal.catalogue.get(matter_name)
        assert matter is not None
        robot = BlindRobot(window)
        course = Walker(robot, matter, Script(matter.rehearsal.answers, rating=5), out, VISIT_SECONDS).run()
        told = {"wiped": course.wiped, "gave_up": course.gave_up}
        del course
        end = time.monotonic() + PROOF_SECONDS
        while terminal.proof.busy and time.monotonic() < end:
            robot.frame()
            time.sleep(0.05)
        verdict = terminal.proof.verdict
        assert verdict is not None
        print(
            json.dumps(
                {
                    **told,
                    "disposition": verdict.disposition.value,
                    "places": dict(verdict.places),
                    "sought": verdict.sought,
                    "public": verdict.public,
                    "mebibytes": verdict.searched_bytes >> 20,
                    "restart": terminal.rest.due(True, 0.0),
                }
            )
        )
    finally:
        terminal.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
