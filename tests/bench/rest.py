"""Nobody is here: what the terminal takes of a processor, beside Chromium showing an equal page.

The terminal runs whole, with its devices, and falls asleep meanwhile, as it does in a hall.  Chromium looks
after no readers, printers and ports, so the part of the devices is told apart, by thread.  Both are measured
at the same time, over whole minutes: once a minute the clock in the header goes on, and the picture with it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.privacy.allocator import ENVIRONMENT
from kiosk.virtual_hall import VirtualHall
from tests.bench.display import virtual_display
from tests.bench.figures import Figure, tree_of
from tests.bench.startup import site
from tests.bench.touch import running

REST_SECONDS: Final = 60.0
RESTS: Final = 3
SETTLE_SECONDS: Final = 75.0
"""Asleep, and past all that a start does behind its first page."""
DEVICES: Final = ("device ", "headphones")
SCREEN: Final = ("MainThread", "llvmpipe")

# The system is told of no thread's name; this writes them down.
_NAMED: Final = """
import sys, threading
from pathlib import Path
run = threading.Thread.run
def named(thread):
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        file.write(f"{threading.get_native_id()} {thread.name}\\n")
    run(thread)
threading.Thread.run = named
from kiosk.command import begin, serve_hall
begin(["run"])
serve_hall(Path(sys.argv[2]))
"""


def measure() -> Iterator[Figure]:
    shares: dict[str, list[float]] = {"screen": [], "devices": [], "others": [], "peer": []}
    with (
        tempfile.TemporaryDirectory(prefix="bench-rest-") as name,
        virtual_display() as one,
        virtual_display() as other,
        VirtualHall(Path(name) / "hall") as hall,
        site(Path(name)) as (peer, is_ready),
    ):
        names = Path(name) / "names"
        text = hall.terminal_file.read_text(encoding="utf-8")
        hall.terminal_file.write_text(text.replace("fullscreen = false", "fullscreen = true"), "utf-8")
        mine = [sys.executable, "-c", _NAMED, str(names), str(hall.terminal_file)]
        common = {**os.environ, **ENVIRONMENT, "SDL_VIDEODRIVER": "x11"}
        with (
            running(mine, {**common, "DISPLAY": one.name}) as ours,
            running(peer, {**common, "DISPLAY": other.name}) as theirs,
        ):
            if not is_ready(theirs):
                raise RuntimeError("Chromium did not show its page")
            time.sleep(SETTLE_SECONDS)
            for _ in range(RESTS):
                before, peer_before, began = used(ours.pid), used(theirs.pid), time.monotonic()
                time.sleep(REST_SECONDS)
                took = time.monotonic() - began
                parts = by_part(used(ours.pid), before, ours.pid, names)
                for part in ("screen", "devices", "others"):
                    shares[part].append(parts[part] / 1e7 / took)
                shares["peer"].append((used(theirs.pid).total() - peer_before.total()) / 1e7 / took)
    chromium = "Chromium, an equal page"
    peers = tuple(shares["peer"])
    whole = tuple(map(sum, zip(*(shares[part] for part in ("screen", "devices", "others")), strict=True)))
    yield Figure("asleep: the screen, % of a processor", "%", tuple(shares["screen"]), peers, chromium, 1.0)
    yield Figure("asleep: five devices and a jack", "%", tuple(shares["devices"]))
    yield Figure("asleep: platform, store and the rest", "%", tuple(shares["others"]))
    yield Figure("asleep: everything", "%", whole, peers, chromium)


def used(pid: int) -> Counter[str]:
    """Nanoseconds on a processor, by thread."""
    spent: Counter[str] = Counter()
    for each in tree_of(pid):
        for thread in Path(f"/proc/{each}/task").glob("*"):
            with suppress(OSError):
                spent[thread.name] = int((thread / "schedstat").read_text().split()[0])
    return spent


def by_part(after: Counter[str], before: Counter[str], pid: int, names: Path) -> Counter[str]:
    known = dict(line.split(" ", 1) for line in names.read_text(encoding="utf-8").splitlines())
    known[str(pid)] = "MainThread"
    parts: Counter[str] = Counter()
    for thread, spent in after.items():
        name = known.get(thread) or _told(pid, thread)
        part = "devices" if name.startswith(DEVICES) else "screen" if name.startswith(SCREEN) else "others"
        parts[part] += spent - before[thread]
    return parts


def _told(pid: int, thread: str) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/task/{thread}/comm").read_text().strip()
    return ""
