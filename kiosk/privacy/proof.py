"""After each visit: is anything of the person still in this process or on this disk?

When the page has been wiped and whoever worked for the visit has come to rest, garbage is collected, and
another process (:mod:`kiosk.privacy.search`) reads all memory of this one, freed or not, and every file that
it has written: store, log, temporary files, what it holds open.  The verdict goes into the audit chain.  What
is found twice asks for a restart before the next citizen: a new process holds nothing of anybody.

What a picture of memory cannot tell by texts is not proven here: pixels in the graphics card, the X server,
the printer's own memory.

Fault codes (in the chain): ``privacy.not_searched`` (the search could not run or did not end),
``privacy.not_overwritten`` (the C library does not overwrite what is freed: see ``kiosk.privacy.allocator``).
"""

from __future__ import annotations

import ctypes
import gc
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from devices.contract import Fault
from kiosk.privacy import allocator
from kiosk.privacy.needles import Needle, Needles
from kiosk.privacy.stack import overwrite_own_stack
from kiosk.visit.state import Visit
from values import dataclass

SETTLE_SECONDS: Final = 1.5
"""Until workers have put down what they held, and the next page is drawn."""
AGAIN_SECONDS: Final = 4.0
"""Before the second look: the first may have met somebody who was just finishing."""
SEARCH_SECONDS: Final = 180.0
NOT_SEARCHED: Final = Fault("privacy.not_searched")
NOT_OVERWRITTEN: Final = Fault("privacy.not_overwritten", "the C library leaves freed memory as it is")
SPOOL: Final = "/var/spool/cups"
"""Where it can be read; a print system's folder mostly cannot."""
_SEARCH: Final = Path(__file__).with_name("search.py")
_PRODUCT: Final = Path(__file__).resolve().parents[2]
_PR_SET_PTRACER: Final = 0x59616D61

Write = Callable[..., object]


class Disposition(StrEnum):
    CLEAN = "clean"
    FOUND = "found"
    NOT_SEARCHED = "not_searched"
    AGAIN = "again"  # found, and somebody is here already: it is looked for after that visit, too


@dataclass(frozen=True)
class Places:
    """Where this terminal writes.  ``files`` and ``folders`` carry the place's name in the verdict."""

    files: tuple[tuple[str, str], ...] = ()
    folders: tuple[tuple[str, str], ...] = ()
    public: tuple[str, ...] = ()
    pid: int = 0  # 0: this process


@dataclass(frozen=True)
class Verdict:
    """``places`` are names of places, ``sought`` how many texts, ``public`` of them told nothing."""

    disposition: Disposition
    places: Mapping[str, int] = field(default_factory=dict)
    sought: int = 0
    public: int = 0
    searched_bytes: int = 0
    seconds: float = 0.0
    fault: str = ""

    def keys(self) -> dict[str, str]:
        """As it stands in the chain."""
        told = {"disposition": self.disposition.value, "count": str(self.sought)}
        if self.places:
            told["name"] = max(self.places, key=lambda place: self.places[place])
        if self.fault:
            told["fault"] = self.fault
        return told


def places_of(store: Path, log_folder: Path, temporary: Path, matters: Iterable[Path] = ()) -> Places:
    files = tuple(("store", f"{store}{end}") for end in ("", "-wal", "-shm", "-journal"))
    folders = (("log", str(log_folder)), ("temporary", str(temporary)), ("spool", SPOOL))
    return Places(files, folders, (*_public(), *map(str, matters)))


def _public() -> tuple[str, ...]:
    """Names are words, too: what stands in the product's own texts and dictionaries says nothing."""
    from importlib.util import find_spec

    own = (str(_PRODUCT / name) for name in ("kiosk", "screens", "devices", "config", "assets", "values"))
    pinyin = find_spec("pypinyin")  # found, not imported: a start has no time for it
    assert pinyin is not None and pinyin.origin is not None
    return (*own, str(Path(pinyin.origin).parent))


def look(needles: Sequence[Needle], places: Places, since: float, stopped: threading.Event) -> Verdict:
    """Search once; waits, at the pace that others leave to it."""
    import os

    began = time.monotonic()
    order = {
        "pid": places.pid or os.getpid(),
        "needles": [[each.pad.hex(), each.masked.hex()] for each in needles if not each.sound],
        "sounds": [[each.pad.hex(), each.masked.hex()] for each in needles if each.sound],
        "files": places.files,
        "folders": places.folders,
        "since": since,
        "public": places.public,
    }
    failed = Verdict(Disposition.NOT_SEARCHED, sought=len(needles), fault=NOT_SEARCHED.code)
    try:
        told = _run(json.dumps(order).encode(), stopped)
    except (OSError, subprocess.SubprocessError):
        return failed
    if told is None:
        return failed
    found = {str(place): int(count) for place, count in told["found"].items()}
    return Verdict(
        Disposition.FOUND if found else Disposition.CLEAN,
        found,
        len(needles),
        int(told["public"]),
        int(told["bytes"]),
        time.monotonic() - began,
        "" if allocator.overwrites() else NOT_OVERWRITTEN.code,
    )


def _run(order: bytes, stopped: threading.Event) -> dict[str, Any] | None:
    command = [sys.executable, "-I", "-S", str(_SEARCH)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        # Where only parents may look into their children, this child may look into its parent.
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, process.pid, 0, 0, 0)
        end = time.monotonic() + SEARCH_SECONDS
        try:
            given: bytes | None = order
            while True:
                try:
                    told, _ = process.communicate(given, timeout=0.5)
                    break
                except subprocess.TimeoutExpired:
                    given = None
                    if stopped.is_set() or time.monotonic() > end:
                        return None
        finally:
            if process.poll() is None:
                process.kill()
    return json.loads(told) if process.returncode == 0 else None


class PrivacyProof:
    """One for a terminal.  ``noticed`` and ``tick`` are called on the window's thread and never wait."""

    def __init__(self, write: Write, places: Places, restart: Callable[[str], None]) -> None:
        """``write`` is the audit trail's ``append``; ``restart`` takes the reason."""
        self._write = write
        self._places = places
        self._restart = restart
        self._needles = Needles()
        self._ended = 0  # number of the visit that was wiped last
        self._due = 0.0  # monotonic seconds; 0: nothing is due
        self._since = time.time()
        self._here = False  # somebody's data are in the visit now
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.verdict: Verdict | None = None  # the last one
        self.proofs = 0

    @property
    def busy(self) -> bool:
        """A proof is due or under way."""
        return bool(self._due) or (self._thread is not None and self._thread.is_alive())

    def noticed(self, before: Visit, after: Visit) -> None:
        """The visit has gone one step."""
        self._needles.notice(before, after)
        self._here = after.person is not None
        if before.number != after.number and after.person is None:
            self._ended = before.number
            if len(self._needles):
                self._due = time.monotonic() + SETTLE_SECONDS

    def tick(self) -> None:
        """About once a second."""
        if not self._due or time.monotonic() < self._due or self._here:
            return
        if self._thread is not None and self._thread.is_alive():
            return
        self._due = 0.0
        gc.collect()
        overwrite_own_stack()
        allocator.give_back()
        needles, since, visit = self._needles.take(), self._since, self._ended
        self._since = time.time() - SETTLE_SECONDS
        self._thread = threading.Thread(
            target=self._prove, args=(needles, since, visit), name="privacy", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(5.0)

    def _prove(self, needles: tuple[Needle, ...], since: float, visit: int) -> None:
        self._write("privacy.begin", visit=str(visit))
        verdict = look(needles, self._places, since, self._stopped)
        if verdict.disposition is Disposition.FOUND and not self._stopped.wait(AGAIN_SECONDS):
            gc.collect()
            verdict = look(needles, self._places, since, self._stopped)
        if verdict.disposition is not Disposition.CLEAN and (self._here or self._stopped.is_set()):
            # Who is here now may be the same person.  It is looked for again when they have left.
            self._needles.put_back(needles)
            self._since = since
            verdict = Verdict(Disposition.AGAIN, verdict.places, verdict.sought, fault=verdict.fault)
        self.verdict = verdict
        self._write("privacy.end", visit=str(visit), **verdict.keys())
        self.proofs += 1
        if verdict.disposition in (Disposition.FOUND, Disposition.NOT_SEARCHED):
            self._restart("privacy")
