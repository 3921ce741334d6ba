"""Ends of the platform while a long queue is delivered to it: ``python -m tests.torture.platform_ends``.

The embedded platform is ended by SIGKILL at random instants and started again at the same address, while a
terminal's courier delivers in the background.  In the end every application is there once, and the terminal
knows the very answer that the platform keeps.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Final

from devices.contract import Deadline, Fault
from kiosk.delivery import pauses
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Outbox, entries
from kiosk.delivery.platform import PlatformClient
from kiosk.server.run import listen
from kiosk.settings import PlatformSettings
from tests.bench.delivery import filing, opened

QUEUE_FOR_EACH: Final = 25  # applications for each end
LIVES_SECONDS: Final = (0.1, 1.5)
DRAIN_SECONDS: Final = 600.0


@contextmanager
def serving(folder: Path, port: int) -> Iterator[str]:
    """Until the block ends, and then it is killed."""
    command = [sys.executable, "-m", "kiosk.cli", "serve", f"--port={port}"]
    command.append(f"--database=sqlite:///{folder}/platform.sqlite")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            yield str(json.loads(server.stdout.readline())["url"])
        finally:
            server.kill()


def end_often(folder: Path, count: int, seed: str) -> Iterable[str]:
    """What is wrong after ``count`` ends."""
    random = Random(seed)
    with listen(0) as free:
        port = int(free.getsockname()[1])
    outbox = opened(folder / "terminal")
    for number in range(count * QUEUE_FOR_EACH):
        outbox.keep(filing(number))
    settings = PlatformSettings(url=f"http://127.0.0.1:{port}", timeout_seconds=5)
    courier = Courier(outbox, PlatformClient(settings, "T"))
    courier.start()
    for _ in range(count):
        with serving(folder, port):
            time.sleep(random.uniform(*LIVES_SECONDS))
    courier.stop()
    with serving(folder, port):
        drained = Courier(outbox, PlatformClient(settings, "T")).drain(Deadline(DRAIN_SECONDS))
    if drained.left or drained.set_aside:
        yield f"not everything was delivered: {drained}"
    yield from _compare(outbox, folder / "platform.sqlite")
    outbox.store.close()


def _compare(outbox: Outbox, database: Path) -> Iterable[str]:
    listed = entries(outbox.store)
    assert not isinstance(listed, Fault)
    with closing(sqlite3.connect(database)) as platform:
        rows = platform.execute("SELECT idempotency_key, project_no, state FROM applications").fetchall()
    for number, times in Counter(number for _, number, _ in rows).items():
        if times > 1:
            yield f"case {number} is there {times} times"
    there = {key: (number, state) for key, number, state in rows}
    for entry in listed:
        if there.get(entry.key) != (entry.project_no, entry.state):
            yield f"{entry.key}: {entry.state} {entry.project_no} here, there {there.get(entry.key)}"
    if len(there) != len(listed):
        yield f"{len(listed)} were kept, {len(there)} are there"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.platform_ends", description=__doc__)
    parser.add_argument("--count", type=int, default=40, help="how often the platform is ended")
    parser.add_argument("--seed", default="1")
    given = parser.parse_args()
    pauses.LONGEST_PAUSE_SECONDS = 0.2  # type: ignore[misc]
    with tempfile.TemporaryDirectory(prefix="kiosk-platform-") as folder:
        found = list(end_often(Path(folder), given.count, given.seed))
    print(f"{given.count} ends of the platform: {len(found)} wrong")
    for each in found:
        print(each, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
