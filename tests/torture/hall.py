"""A virtual hall in a process of its own, so that what is measured is the terminal's alone.

``python -m tests.torture.hall FOLDER SEED``: its first line names the terminal file; then each line on
standard input is ``lay``, the card of somebody new, or ``lift``.  Who that is stays in there: a name that the
measured process had to pass on would be found in it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from random import Random

from devices.virtual.identity_card import IdentityCard
from kiosk.virtual_hall import VirtualHall
from tests.torture.people import somebody

SIZE = (540, 960, 51.0)


class Elsewhere:
    def __init__(self, process: subprocess.Popen[str], terminal_file: Path) -> None:
        self._process = process
        self.terminal_file = terminal_file

    def lay(self) -> None:
        """Somebody new comes and lays a card."""
        self._say("lay")

    def lift(self) -> None:
        self._say("lift")

    def _say(self, order: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()


@contextmanager
def hall_elsewhere(folder: Path, seed: str) -> Iterator[Elsewhere]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.hall", str(folder), seed],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield Elsewhere(process, Path(process.stdout.readline().strip()))
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def main(folder: Path, seed: str) -> None:
    random = Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    with VirtualHall(folder, *SIZE) as hall:
        print(hall.terminal_file, flush=True)
        for line in sys.stdin:
            hall.lift()
            if line.strip() == "lay":
                hall.present(IdentityCard(**asdict(somebody(random)), authority="平顶山市公安局"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
