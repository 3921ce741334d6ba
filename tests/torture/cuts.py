"""A line that breaks after any byte, in either direction: ``python -m tests.torture.cuts``.

An application is sent to the embedded platform over a line that breaks after so many bytes, and then over a
good one.  Whatever the first attempt came to, the platform has the application once, the terminal knows its
answer, and nobody was told anything else.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from devices.contract import Deadline
from kiosk.delivery import courier as couriers
from kiosk.delivery.application import Answer, Draft
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Outbox, counts
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_store
from kiosk.matters.load import load_folder
from kiosk.matters.models import Matter
from kiosk.settings import DEFAULT_MATTERS_FOLDER, PlatformSettings
from tests.kiosk.delivery.samples import draft
from tests.kiosk.server.conftest import running
from tests.parts.line import Line

MATTER = "社保缴费证明"


@dataclass
class Bench:
    """A store and a platform with a line between them."""

    outbox: Outbox
    line: Line
    database: Path

    def try_cut(self, up: int | None = None, down: int | None = None) -> str | None:
        """Deliver one application over a line that breaks there once; what is wrong then."""
        made = application()
        self.outbox.keep(made)
        client = PlatformClient(PlatformSettings(url=f"http://127.0.0.1:{self.line.port}"), "PDS-HALL-01")
        self.line.cut_up, self.line.cut_down = up, down
        answer = Courier(self.outbox, client).deliver(made.key, Deadline(120))
        self.line.cut_up = self.line.cut_down = None
        where = f"cut after {up} bytes up" if up is not None else f"cut after {down} bytes down"
        if not isinstance(answer, Answer):
            return f"{where}: {answer}"
        with closing(sqlite3.connect(self.database)) as platform:
            found = platform.execute(
                "SELECT project_no, state FROM applications WHERE serial = ?", (made.serial,)
            ).fetchall()
        if found != [(answer.project_no, answer.state)]:
            return f"{where}: told {answer.project_no} {answer.state}, the platform has {found}"
        return None

    def lengths(self) -> tuple[int, int]:
        """Bytes of a whole request and of a whole answer."""
        assert self.try_cut() is None
        return self.line.sent_up, self.line.sent_down


def application() -> Draft:
    matter = _matter()
    card = matter.rehearsal.card
    applicant = {
        "name": card.name,
        "number": card.number,
        "kind": "resident",
        "source": "samv",
        "birth": card.birth,
        "sex": card.sex,
        "ethnicity": card.ethnicity,
        "address": card.address,
    }
    return draft(
        serial=uuid.uuid4().hex[:10].upper(),
        task_code=matter.task_code,
        task_version=matter.task_version,
        applicant=applicant,
        answers=dict(matter.rehearsal.answers),
        materials=(),
    )


@cache
def _matter() -> Matter:
    matter = load_folder(DEFAULT_MATTERS_FOLDER).get(MATTER)
    assert matter is not None
    return matter


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    store = open_store(folder / "terminal.sqlite")
    assert isinstance(store, Store), store
    outbox = Outbox.open(store, folder / "device.key")
    assert isinstance(outbox, Outbox), outbox
    pauses = couriers.VISIT_PAUSES_SECONDS
    couriers.VISIT_PAUSES_SECONDS = (0.0, 0.01, 0.02, 0.05)  # type: ignore[misc]
    try:
        with (
            running(folder, matters_folder=DEFAULT_MATTERS_FOLDER) as platform,
            Line(urlsplit(platform.url).port or 0) as line,
        ):
            yield Bench(outbox, line, platform.database)
    finally:
        couriers.VISIT_PAUSES_SECONDS = pauses  # type: ignore[misc]
        store.close()


def cuts(bench: Bench, every: int = 1) -> Iterable[str]:
    """What is wrong, cutting after each ``every``-th byte of request and answer."""
    up, down = bench.lengths()
    for place in range(0, up + 1, every):
        if found := bench.try_cut(up=place):
            yield found
    for place in range(0, down + 1, every):
        if found := bench.try_cut(down=place):
            yield found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.cuts", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="every byte, or every so many")
    every = parser.parse_args().every
    with tempfile.TemporaryDirectory(prefix="kiosk-cuts-") as folder, bench(Path(folder)) as made:
        found = list(cuts(made, every))
        print(f"cut after every {every}. byte: {counts(made.outbox.store)}")
    for each in found:
        print(each, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
