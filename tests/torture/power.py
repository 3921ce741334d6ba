"""Power cuts and ends around every write: ``python -m tests.torture.power``.

``cuts``: a store on a layer that knows what was synced; at random writes an image is made of what a cut would
leave there, opened, and held against what had been told by then.
``ends``: the process ends before and after each commit.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

from kiosk.delivery.outbox import Outbox
from kiosk.delivery.store import Store, open_store
from tests.parts.life import judge, live, told_in
from tests.parts.memory import memory_folder
from tests.parts.power_cut import Disk

CUT_SHARE: Final = 0.2  # of the writes and syncs
VISITS: Final = 6
_numbers = itertools.count()


def cuts(folder: Path, count: int, seed: str) -> Iterator[str]:
    """What is wrong in ``count`` images of power cuts."""
    random = Random(seed)
    while count > 0:
        place = folder / f"life{next(_numbers)}"
        images = _life_with_cuts(place, random, count)
        for image, told in images:
            for wrong in judge(image, told):
                yield f"seed {seed}, {image.relative_to(folder)}: {wrong}"
        count -= len(images)


def _life_with_cuts(place: Path, random: Random, most: int) -> list[tuple[Path, list[tuple[str, str]]]]:
    """Images, each with what had been told by then."""
    place.mkdir()
    disk = Disk(f"power-cut-{os.getpid()}-{place.name}")
    told: list[tuple[str, str]] = []
    images: list[tuple[Path, list[tuple[str, str]]]] = []

    def cut() -> None:
        if random.random() < CUT_SHARE and len(images) < most:
            image = place / f"image{len(images)}"
            disk.image(random, image)
            images.append((image, list(told)))

    disk.when_touched = cut
    store = open_store(place / "terminal.sqlite", vfs=disk.name)
    assert isinstance(store, Store), store
    outbox = Outbox.open(store, place / "device.key")
    assert isinstance(outbox, Outbox), outbox
    live(store, outbox, lambda what, of: told.append((what, of)), VISITS)
    disk.when_touched = lambda: None
    store.close()
    disk.unregister()
    for image, _ in images:  # the key does not go through SQLite; it was synced before the first row
        shutil.copy(place / "device.key", image / "device.key")
    return images


def ends(folder: Path) -> Iterator[str]:
    """What is wrong after an end before and after each commit of a life."""
    for number in itertools.count(1):
        reached = False
        for when in ("before", "after"):
            place = folder / f"{when}{number}"
            place.mkdir()
            told, ended = _end_at(place, number, when)
            reached = reached or ended
            for wrong in judge(place, told):
                yield f"{when} commit {number}: {wrong}"
        if not reached:
            return


def _end_at(place: Path, number: int, when: str) -> tuple[list[tuple[str, str]], bool]:
    """What a life told until it ended at its ``number``-th commit; false when it had fewer."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _live_until(place, number, when, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return told_in(told), True
    assert os.WEXITSTATUS(status) == 0, told
    return told_in(told), False


def _live_until(place: Path, number: int, when: str, pipe: int) -> None:
    """In the child: never returns."""
    code = 1
    try:
        commits = itertools.count(1)

        def end(*_: object) -> Any:
            if next(commits) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return 0  # go on

        store = open_store(place / "terminal.sqlite")
        assert isinstance(store, Store)
        # Hooks are SQLite's own: before the commit is written, and when it is in the log and nobody knows.
        connection = store._connection
        if when == "before":
            connection.set_commit_hook(end)
        else:
            connection.set_wal_hook(end)
        outbox = Outbox.open(store, place / "device.key")
        assert isinstance(outbox, Outbox)
        live(store, outbox, lambda what, of: _write(pipe, f"{what} {of}\n"), VISITS)
        store.close()
        code = 0
    finally:
        os._exit(code)


def _write(pipe: int, text: str) -> None:
    os.write(pipe, text.encode())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.power", description=__doc__)
    parser.add_argument("--count", type=int, default=3000, help="power cuts")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--folder", type=Path, help="where the stores are made; they stay there")
    given = parser.parse_args()
    with memory_folder() as memory:
        folder = given.folder or memory
        found = [*ends(folder), *cuts(folder, given.count, given.seed)]
    print(f"{given.count} power cuts, an end before and after each commit: {len(found)} wrong")
    for each in found:
        print(each, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
