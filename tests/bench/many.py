"""Ten thousand matters against the product's own: start, memory, a search at every keystroke, a page turned.

The matters are the product's own with other codes and names (``tests/parts/many_matters.py``).  Their first
compilation is done before; how long it took is told, too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Final

from kiosk.matters.base import BaseCatalogue, load_base_catalogue
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.lint.run import lint
from kiosk.matters.lint.subject import Listing, Surroundings
from kiosk.matters.opening import BASE_FILE, compiled_beside, open_catalogue
from kiosk.settings import DEFAULT_MATTERS_FOLDER
from kiosk.virtual_hall import VirtualHall
from tests.bench.display import Display, virtual_display
from tests.bench.figures import Figure
from tests.bench.startup import Sample, sample, terminal
from tests.parts.many_matters import write_many

COUNT: Final = 10_000
RUNS: Final = 5
FRAME_MS: Final = 16.0
MS: Final = 1000.0
TYPED: Final = (
    *(
        "社保缴费证明",
        "无房证明",
        "新华区老年优待证",
        "老年正",
        "灵活就夜登记",
        "外地看病",
        "量子计算机",
        "市医疗保障局",
    ),
    *("shebaojiaofeizhengming", "wufangzhengming", "laonianzhegn", "gongjijn", "zhengzhoushi", "qqqqqqqq"),
    *("sbjfzm", "gjj", "zzswfzm", "housng fund", "certificate of no property", "我想打印社保证明"),
)


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        write_many(folder, COUNT)
        own = open_catalogue(DEFAULT_MATTERS_FOLDER, folder / "own")[0]
        began = time.monotonic()
        many = open_catalogue(folder / "matters", folder / "many")[0]
        yield Figure(f"{COUNT} matters compiled, once", "s", (time.monotonic() - began,))
        yield _opening(folder)
        yield _searching(many, own)
        yield _typing(folder)
        yield _linting(folder)
        yield from _starts(folder)


def _opening(folder: Path) -> Figure:
    def spent(matters: Path, file: Path) -> float:
        began = time.process_time()
        catalogue, counted = open_catalogue(matters, file)
        catalogue.offers(catalogue.first(6))
        if counted.compiled:
            raise RuntimeError("something was compiled again")
        return (time.process_time() - began) * MS

    runs = range(RUNS)
    ours = tuple(spent(folder / "matters", folder / "many") for _ in runs)
    few = tuple(spent(DEFAULT_MATTERS_FOLDER, folder / "own") for _ in runs)
    return Figure("catalogue opened, processor time", "ms", ours, few, f"{len(open_names())} matters")


def open_names() -> Sequence[Path]:
    return sorted(DEFAULT_MATTERS_FOLDER.glob("*.yaml"))


def _searching(many: Catalogue, own: Catalogue) -> Figure:
    """The slowest in a hundred of all keystrokes of what people type."""
    many.prepare_search()
    spent = []
    for _ in range(RUNS):
        for typed in TYPED:
            for end in range(1, len(typed) + 1):
                began = time.process_time()
                many.search(typed[:end])
                spent.append((time.process_time() - began) * MS)
    slowest = quantiles(spent, n=100)[98]
    return Figure("a search at a keystroke, 99th percentile", "ms", (slowest,), (FRAME_MS,), "one frame", 1.0)


def _typing(folder: Path) -> Figure:
    """The same with the real page of the real window: flow, search, and the rows that have room."""
    command = [sys.executable, "-m", "tests.bench.many_typing", str(folder / "matters"), str(folder / "many")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)
    spent = json.loads(ended.stdout.splitlines()[-1])
    slowest = quantiles(spent, n=100)[98]
    return Figure("a keystroke on the page, 99th percentile", "ms", (slowest,), (FRAME_MS,), "one frame", 1.0)


def _linting(folder: Path) -> Figure:
    """All of them linted, on every processor; beside it the product's own, as often."""
    listing = Surroundings(Listing.of(_base(folder)))

    def spent(matters: Path) -> float:
        began = time.monotonic()
        files = lint(matters, listing).files
        return (time.monotonic() - began) * MS / files

    ours, few = spent(folder / "matters"), spent(DEFAULT_MATTERS_FOLDER)
    return Figure("lint, wall time a file", "ms", (ours,), (few,), "the product's own, one process")


def _base(folder: Path) -> BaseCatalogue:
    loaded = load_base_catalogue(folder / BASE_FILE)
    assert isinstance(loaded, BaseCatalogue), loaded
    return loaded


def _starts(folder: Path) -> Iterator[Figure]:
    """The whole terminal, in turn with many and with few."""
    ours: list[Sample] = []
    few: list[Sample] = []
    with virtual_display() as display, VirtualHall(folder / "hall") as hall:
        own = hall.terminal_file
        many = own.with_name("many.toml")
        text = own.read_text(encoding="utf-8")
        store = folder / "store" / "terminal.sqlite"
        store.parent.mkdir()
        many.write_text(_with(text, folder / "matters", store), encoding="utf-8")
        (folder / "many").rename(compiled_beside(store))
        for run in range(RUNS + 1):
            pair = _start(many, display), _start(own, display)
            if run:
                ours.append(pair[0])
                few.append(pair[1])
    for index, (title, unit, aim) in enumerate(
        (("start to first interactive home", "s", 1.1), ("memory on the home page (PSS)", "MiB", 1.25))
    ):
        yield Figure(
            f"{COUNT} matters: {title}"[:43],
            unit,
            tuple(each[index] for each in ours),
            tuple(each[index] for each in few),
            "the product's own",
            aim,
        )


def _start(file: Path, display: Display) -> Sample:
    return sample(terminal(file), display)


def _with(text: str, matters: Path, store: Path) -> str:
    lines = [
        f'path = "{store}"' if line.startswith("path = ") else line
        for line in text.splitlines()
        if not line.startswith("folder = ") or "matters" not in line
    ]
    return "\n".join([*lines, "[matters]", f'folder = "{matters}"', ""])
