"""The outbox: durable commits, ten thousand that wait, and a start with them.

Peers: bare durable inserts of the same bytes through the same driver; the same applications posted to the
same platform without a store; a start with an empty queue.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import apsw
import requests

from devices.contract import Deadline, Fault
from kiosk.delivery.application import Draft
from kiosk.delivery.courier import DRAIN_SENDERS, Courier
from kiosk.delivery.outbox import Kept, Outbox
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_store
from kiosk.delivery.store_file import connect, make_durable
from kiosk.matters.load import load_folder
from kiosk.matters.models import Matter
from kiosk.matters.numbers import citizen_check_character
from kiosk.settings import DEFAULT_MATTERS_FOLDER, PlatformSettings
from tests.bench.figures import Figure
from tests.kiosk.delivery.samples import draft

QUEUE: Final = 10_000
BATCH: Final = 100  # commits in one run
RUNS: Final = 30
DRAINS: Final = 1_000  # posted without a store, for the platform's own pace, before and after
STARTS: Final = 5
MATTER: Final = "灵活就业登记"  # no paper is drawn for it: the platform is as fast as it can be
DRAIN_SECONDS: Final = 1800.0


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-delivery-") as name:
        folder = Path(name)
        yield commits(folder / "commits")
        queue = folder / "queue"
        fill(queue, QUEUE)
        yield starts(folder / "empty", queue)
        yield drain(folder, queue)


# --- commits ------------------------------------------------------------------------------------------


def commits(folder: Path) -> Figure:
    """Milliseconds for one application; bare: its sealed bytes into one table, one commit each."""
    outbox = opened(folder)
    bare = connect(folder / "bare.sqlite", apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, None)
    make_durable(bare)
    bare.execute("CREATE TABLE bare (seq INTEGER PRIMARY KEY, row BLOB NOT NULL)")
    row = stored_bytes(outbox)
    ours, peer = [], []
    for _ in range(RUNS):
        drafts = [draft(str(number)) for number in range(BATCH)]
        ours.append(milliseconds(outbox.keep, drafts))
        peer.append(milliseconds(lambda _: insert(bare, row), drafts))
    outbox.store.close()
    bare.close()
    return Figure(
        "an application kept, durable", "ms", tuple(ours), tuple(peer), "a bare durable insert", 1.11
    )


def stored_bytes(outbox: Outbox) -> bytes:
    """As many bytes as one application is in the store."""
    outbox.keep(draft())
    rows = outbox.store.read(
        "SELECT length(key) + length(serial) + length(task_code) + length(created) * 2 + length(holder)"
        " + length(data_key) + length(body) FROM applications"
    )
    assert not isinstance(rows, Fault)
    return os.urandom(rows[0][0])


def insert(bare: apsw.Connection, row: bytes) -> None:
    bare.execute("BEGIN IMMEDIATE")
    bare.execute("INSERT INTO bare (row) VALUES (?)", (row,))
    bare.execute("COMMIT")


def milliseconds(work: Callable[[Draft], object], drafts: list[Draft]) -> float:
    began = time.perf_counter()
    for each in drafts:
        work(each)
    return (time.perf_counter() - began) / len(drafts) * 1000


# --- a long queue -------------------------------------------------------------------------------------


def fill(folder: Path, count: int) -> None:
    """Applications of as many persons, whose visits are over."""
    outbox = opened(folder)
    outbox.store.read("PRAGMA synchronous=OFF")
    for number in range(count):
        assert isinstance(outbox.keep(filing(number)), Kept)
    outbox.store.write(
        lambda connection: connection.execute("UPDATE applications SET visit_over = 1").fetchall()
    )
    outbox.store.close()


def filing(number: int) -> Draft:
    """Of another person each: one person's applications go one after the other."""
    matter = _matter()
    card = matter.rehearsal.card
    born = f"1985{1 + number // 900 % 12:02}01"
    first = f"410402{born}{number % 900 + 1:03}"
    applicant = {
        "name": card.name,
        "number": first + citizen_check_character(first),
        "kind": "resident",
        "source": "samv",
        "birth": born,
        "sex": card.sex,
        "ethnicity": card.ethnicity,
        "address": card.address,
    }
    return draft(
        key=str(uuid.uuid4()),
        serial=f"B{number:09}",
        task_code=matter.task_code,
        task_version=matter.task_version,
        applicant=applicant,
        answers=dict(matter.rehearsal.answers),
        materials=tuple((each.code, "provided") for each in matter.guide.materials),
    )


@cache
def _matter() -> Matter:
    matter = load_folder(DEFAULT_MATTERS_FOLDER).get(MATTER)
    assert matter is not None
    return matter


def starts(empty: Path, queue: Path) -> Figure:
    """Milliseconds from a new process to a terminal that could serve, all of its rooms loaded."""
    opened(empty).store.close()
    times: dict[Path, list[float]] = {queue: [], empty: []}
    for _ in range(STARTS):
        for folder, taken in times.items():
            command = [sys.executable, "-m", "tests.bench.delivery", str(folder)]
            began = time.perf_counter()
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            taken.append((time.perf_counter() - began) * 1000)
    ours, peer = tuple(times[queue]), tuple(times[empty])
    return Figure(f"start with {QUEUE} in the queue", "ms", ours, peer, "with an empty one", 1.1)


def drain(folder: Path, queue: Path) -> Figure:
    """Milliseconds for one application; the platform alone: the same, posted without a store."""
    with platform(folder) as url:
        before = posted(url, 0)
        outbox = opened(queue)
        courier = Courier(outbox, PlatformClient(PlatformSettings(url=url, timeout_seconds=30), "BENCH"))
        began = time.perf_counter()
        drained = courier.drain(Deadline(DRAIN_SECONDS))
        taken = (time.perf_counter() - began) / max(drained.sent, 1) * 1000
        outbox.store.close()
        after = posted(url, DRAINS)
    if drained.left or drained.sent < QUEUE:
        raise RuntimeError(f"not everything was delivered: {drained}")
    return Figure(
        f"{QUEUE} queued, drained, each", "ms", (taken,), (before, after), "what the platform takes", 1.11
    )


def posted(url: str, first: int) -> float:
    """Milliseconds for one, by as many senders as a drain has, each with a connection of its own."""
    parcels = [filing(QUEUE + first + number).parcel() for number in range(DRAINS)]

    def send(sender: int) -> None:
        with requests.Session() as session:
            session.trust_env = False
            for parcel in parcels[sender::DRAIN_SENDERS]:
                headers = {"Content-Type": "application/json", "Idempotency-Key": parcel.key}
                answer = session.post(f"{url}/v1/applications", data=parcel.body, headers=headers, timeout=60)
                assert answer.status_code == 201, answer.text

    began = time.perf_counter()
    with ThreadPoolExecutor(DRAIN_SENDERS) as senders:
        list(senders.map(send, range(DRAIN_SENDERS)))
    return (time.perf_counter() - began) / DRAINS * 1000


@contextmanager
def platform(folder: Path) -> Iterator[str]:
    """The embedded one, in a process of its own."""
    command = [sys.executable, "-m", "kiosk.cli", "serve", "--port=0"]
    command.append(f"--database=sqlite:///{folder}/platform.sqlite")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["url"]
        finally:
            server.terminate()


def opened(folder: Path) -> Outbox:
    folder.mkdir(exist_ok=True)
    store = open_store(folder / "terminal.sqlite")
    assert isinstance(store, Store), store
    outbox = Outbox.open(store, folder / "device.key")
    assert isinstance(outbox, Outbox), outbox
    return outbox


def _start(folder: Path) -> None:
    """The terminal as it comes up, and ends."""
    from kiosk.settings import Settings, load_settings
    from kiosk.terminal import Terminal, open_terminal

    file = folder / "terminal.toml"
    file.write_text(
        f'[storage]\npath = "{folder}/terminal.sqlite"\nkey_file = "{folder}/device.key"\n', encoding="utf-8"
    )
    settings = load_settings(file)
    assert isinstance(settings, Settings), settings
    terminal = open_terminal(settings)
    assert isinstance(terminal, Terminal), terminal
    os._exit(0)


if __name__ == "__main__":
    _start(Path(sys.argv[1]))
