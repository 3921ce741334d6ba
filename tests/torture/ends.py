"""Ends of the whole terminal at random instants: ``python -m tests.torture.ends --count 1000``.

A terminal on stand-ins at the wire makes one visit after the other, its platform now and then slow, silent,
cut off or away; it is ended from outside by SIGKILL and started again, as often as is asked for.  Printers,
platform and cards live on, as they do in a hall.  Then everything is delivered, and judged:

* whatever a page or a slip called submitted is on this disk and at the platform, once;
* whatever was called accepted is, under the number that was told;
* the platform has nothing that the terminal does not know of;
* the store was never found damaged, and the chain of events is whole.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any, Final

from devices.contract import Deadline, Fault
from devices.virtual.identity_card import IdentityCard
from kiosk.audit.chain import verify
from kiosk.delivery.outbox import entries
from kiosk.delivery.store import Store, open_reading
from kiosk.delivery.store_file import moved_aside
from kiosk.delivery_line import open_delivery
from kiosk.matters.load import load_folder
from kiosk.settings import DEFAULT_MATTERS_FOLDER, Settings, load_settings
from kiosk.virtual_hall import VirtualHall
from tests.torture.visitor import visit_for_ever

MATTERS: Final = ("社保缴费证明", "参保缴费凭证")
PLATFORM_MODES: Final[tuple[dict[str, Any], ...]] = (
    {},
    {},
    {"mode": "lose_answer", "times": 3, "path_prefix": "/v1/applications"},
    {"mode": "cut", "times": 2, "path_prefix": "/v1/applications"},
    {"mode": "error_500", "times": 2, "path_prefix": "/v1/applications"},
    {"latency_ms": 300},
    {"down": True, "times": 20},
)
LONGEST_LIFE_SECONDS: Final = 3.0  # after the terminal is open: about two visits
EARLY_SHARE: Final = 0.15  # of the ends come while it starts
EARLY_SECONDS: Final = 0.6
OPEN_SECONDS: Final = 60.0
DRAIN_SECONDS: Final = 300.0


@dataclass
class Told:
    """What citizens have read, by key: the last word about each application."""

    last: dict[str, dict[str, Any]] = field(default_factory=dict)
    ends: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    troubles: list[str] = field(default_factory=list)

    def hear(self, message: dict[str, Any]) -> None:
        if "cannot_open" in message:
            self.troubles.append(f"the terminal did not open: {message['cannot_open']} {message['cause']}")
        elif "visit_over" in message:
            self.visits += 1
        elif "key" in message:
            before = self.last.get(message["key"], {})
            if before.get("project_no") and before["project_no"] != message["project_no"]:
                self.troubles.append(f"{message['serial']}: one application, two case numbers")
            self.last[message["key"]] = message


class Ends:
    """``with Ends(folder, seed) as ends: ends.end_one()`` as often as wanted, then :meth:`judge`."""

    def __init__(self, folder: Path, seed: str) -> None:
        self.random = Random(seed)
        self.told = Told()
        self.hall = VirtualHall(folder)
        self._folder = folder
        self._number = 0
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.torture.visitor", "kiosk.backstage", "requests"])
        catalogue = load_folder(DEFAULT_MATTERS_FOLDER)
        self._matters = [matter for name in MATTERS if (matter := catalogue.get(name)) is not None]

    def __enter__(self) -> Ends:
        self.hall.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self.hall.__exit__(*exception)

    def end_one(self) -> None:
        """One life of the terminal, and its end."""
        self._number += 1
        self.hall.command_platform(**self.random.choice(PLATFORM_MODES))
        self._lay_card()
        ours, theirs = self._context.Pipe(duplex=False)
        codes = tuple(matter.task_code for matter in self._matters)
        process = self._context.Process(
            target=visit_for_ever,
            args=(str(self.hall.terminal_file), codes, str(self.random.random()), theirs),
            daemon=True,
        )
        process.start()
        theirs.close()
        if self.random.random() < EARLY_SHARE:
            self._listen(ours, time.monotonic() + self.random.uniform(0, EARLY_SECONDS))
        else:
            self._listen(ours, time.monotonic() + OPEN_SECONDS, until="open")
            self._listen(ours, time.monotonic() + self.random.uniform(0, LONGEST_LIFE_SECONDS))
        process.kill()
        process.join()
        self._listen(ours, time.monotonic() + 1.0)  # what it had still said
        ours.close()
        if process.exitcode != -9:
            self.told.troubles.append(f"life {self._number} ended by itself: {process.exitcode}")

    def judge(self) -> list[str]:
        """Deliver what waits, and say everything that is not as it should be."""
        self.hall.command_platform()
        settings = load_settings(self.hall.terminal_file)
        assert isinstance(settings, Settings)
        delivery = open_delivery(settings)
        if isinstance(delivery, Fault):
            return [*self.told.troubles, f"the store cannot be opened: {delivery.code}"]
        with delivery as courier:
            drained = courier.drain(Deadline(DRAIN_SECONDS))
        found = list(self.told.troubles)
        if drained.left:
            found.append(f"{drained.left} applications cannot be delivered: {drained.fault}")
        path = settings.storage.path
        found += [f"a store was found damaged: {each.name}" for each in moved_aside(path)]
        store = open_reading(path)
        assert isinstance(store, Store), store
        listed = entries(store)
        broken = verify(store)
        store.close()
        assert not isinstance(listed, Fault)
        if broken is not None:
            found.append(f"the chain does not hold: {broken}")
        return found + self._compare({entry.key: entry for entry in listed})

    def _compare(self, kept: dict[str, Any]) -> list[str]:
        with closing(sqlite3.connect(self.hall.folder / "platform.sqlite")) as platform:
            rows = platform.execute("SELECT idempotency_key, serial, project_no, state FROM applications")
            cases = rows.fetchall()
        by_key = {key: (serial, number, state) for key, serial, number, state in cases}
        found = [f"case {number} belongs to no application" for key, _, number, _ in cases if key not in kept]
        for serial, times in Counter(serial for _, serial, _, _ in cases).items():
            if times > 1:
                found.append(f"{serial} is there {times} times")
        for key, entry in kept.items():
            at_platform = by_key.get(key)
            if at_platform is None:
                found.append(f"{key} is {entry.state} here and not at the platform")
            elif (entry.project_no, entry.state) != at_platform[1:]:
                found.append(f"{key} is {entry.state} {entry.project_no} here, there {at_platform[1:]}")
        for key, told in self.told.last.items():
            if key not in kept:
                if told["state"] != "not_sent":
                    found.append(f"{told['serial']} was told as {told['state']} and is lost")
                continue
            serial, number, state = by_key.get(key, ("", "", ""))
            if told["project_no"] and (told["project_no"], told["state"]) != (number, state):
                found.append(f"{told['serial']} was told as {told['state']} {told['project_no']}: {state}")
            if told["serial"] != serial:
                found.append(f"{told['serial']} was told, {serial} is there")
            self.told.ends[told["state"]] += 1
        return found + self._papers({serial for _, serial, _, _ in cases})

    def _papers(self, serials: set[str]) -> list[str]:
        """Every slip that came out names an application that is there."""
        slips = sorted((self.hall.folder / "receipts").glob("*.pdf"))
        return [f"{slip.name} names no application" for slip in slips if not serials & words_of(slip)]

    def _lay_card(self) -> None:
        own = self.random.choice(self._matters).rehearsal.card
        card = IdentityCard(own.name, own.number, "resident", own.sex, own.ethnicity, own.birth)
        self.hall.lift()
        self.hall.present(card)

    def _listen(self, pipe: Connection, end: float, until: str = "") -> None:
        while (left := end - time.monotonic()) > 0:
            try:
                if not pipe.poll(left):
                    return
                message = pipe.recv()
            except (EOFError, OSError):
                return  # it has ended
            self.told.hear(message)
            if until in message:
                return


def words_of(pdf: Path) -> set[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    joined = "".join(sign if sign.isalnum() else " " for sign in text)
    return {*joined.split(), *_pairs(joined.split())}


def _pairs(words: list[str]) -> set[str]:
    """A serial is printed in two groups, so that it can be read aloud."""
    return {first + second for first, second in pairwise(words)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.ends", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how often the terminal is ended")
    parser.add_argument("--seed", default="1")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-ends-") as folder, Ends(Path(folder), given.seed) as ends:
        for number in range(given.count):
            ends.end_one()
            if (number + 1) % 50 == 0:
                print(f"{number + 1} ends, {ends.told.visits} whole visits", flush=True)
        found = ends.judge()
        ended = ", ".join(f"{state} {times}" for state, times in ends.told.ends.most_common())
        print(f"{given.count} ends, {len(ends.told.last)} applications told of: {ended}")
    for each in found:
        print(each, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
