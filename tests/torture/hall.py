"""A virtual hall in a process of its own, so that what is measured is the terminal's alone.

``python -m tests.torture.hall FOLDER``: its first line names the terminal file; then it takes one JSON a line
on standard input, a card to lay or ``{}`` to lift it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from devices.virtual.identity_card import IdentityCard
from kiosk.virtual_hall import VirtualHall
from tests.torture.people import Somebody

SIZE = (540, 960, 51.0)


class Elsewhere:
    def __init__(self, process: subprocess.Popen[str], terminal_file: Path) -> None:
        self._process = process
        self.terminal_file = terminal_file

    def lay(self, who: Somebody) -> None:
        self._say({**asdict(who), "authority": "平顶山市公安局"})

    def lift(self) -> None:
        self._say({})

    def _say(self, order: Mapping[str, str]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()


@contextmanager
def hall_elsewhere(folder: Path) -> Iterator[Elsewhere]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.hall", str(folder)],
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


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with VirtualHall(folder, *SIZE) as hall:
        print(hall.terminal_file, flush=True)
        for line in sys.stdin:
            card = json.loads(line)
            if card:
                hall.present(IdentityCard(**card))
            else:
                hall.lift()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
