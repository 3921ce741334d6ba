"""The same source (Articles 9 and 12), and nothing beyond the base catalogue (Article 5), on a schedule.

Every so often a terminal asks its platform for the base catalogue and for each guide.  A matter whose guide
has drifted is marked, or by policy withdrawn; one that the base catalogue no longer lists is withdrawn
whatever the policy, because it may not be offered at all.  What was found is kept beside the store, so that
a restart without a network changes nothing.  A platform that cannot be asked, or that answers with an empty
catalogue, changes nothing either.

The base catalogue alone is asked for as soon as the terminal has started, and again every quarter of an hour.
Until a platform has told it for the first time, the file beside the matters is what is known of it.
"""

from __future__ import annotations

import json
import math
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from devices.contract import Fault
from kiosk.log import log
from values import dataclass

if TYPE_CHECKING:
    from kiosk.audit.chain import AuditTrail
    from kiosk.delivery.platform import PlatformClient
    from kiosk.matters.catalogue import Catalogue
    from kiosk.matters.lint.article9 import Drift
    from kiosk.matters.models import Matter

State = Literal["same", "drifted", "unpublished", "not_listed", "unchecked"]
Policy = Literal["mark", "withdraw"]

START_SECONDS: Final = 90.0  # after a start, when the last check is due
AGAIN_SECONDS: Final = 900.0  # when the platform could not be asked
LIST_FIRST_SECONDS: Final = 0.2  # the base catalogue
LIST_AGAIN_SECONDS: Final = 30.0  # when it could not be had
LIST_SECONDS: Final = 900.0
STOP_SECONDS: Final = 3.0
MOST_FAULTS: Final = 2  # one after another: the platform is not to be reached
MAX_STATE_BYTES: Final = 8_000_000
CHANGED: Final = ("drifted", "unpublished", "not_listed")


@dataclass(frozen=True)
class Verdict:
    """What became of one matter.  ``fault`` is why it was not checked."""

    task_code: str
    state: State
    drifts: tuple[Drift, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class Marks:
    """``drifted``: task codes with the elements that differ; ``delisted``: not in the base catalogue."""

    checked: str = ""  # UTC, of the last check that went through
    drifted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    delisted: frozenset[str] = frozenset()
    listed: bool = False  # a platform has told its base catalogue, also before the first whole check

    def withdrawn(self, policy: Policy) -> tuple[tuple[str, str], ...]:
        """Matters that are not offered: task code and the reason's code."""
        gone = [(code, "not_in_catalogue") for code in sorted(self.delisted)]
        if policy == "withdraw":
            gone += [(code, "drifted") for code in sorted(self.drifted) if code not in self.delisted]
        return tuple(gone)


def verify(
    matters: Iterable[Matter], platform: PlatformClient, cancelled: threading.Event | None = None
) -> Iterator[Verdict]:
    """A verdict for each matter, as they come in.  Ends early when it is called off."""
    from kiosk.matters.lint.article9 import drifts

    listed = platform.base_items()
    if not isinstance(listed, Fault) and not listed:
        listed = Fault("platform.answer_unreadable", "the base catalogue is empty")
    faults = 1 if isinstance(listed, Fault) else 0
    for matter in matters:
        if cancelled is not None and cancelled.is_set():
            return
        if not isinstance(listed, Fault) and matter.catalog_code not in listed:
            yield Verdict(matter.task_code, "not_listed")
            continue
        if faults >= MOST_FAULTS:
            yield Verdict(matter.task_code, "unchecked", fault="platform.unreachable")
            continue
        guide = platform.guide(matter.task_code)
        if isinstance(guide, Fault):
            unknown = guide.code == "platform.guide_unknown"
            faults = 0 if unknown else faults + 1
            yield Verdict(matter.task_code, "unpublished" if unknown else "unchecked", fault=guide.code)
            continue
        faults = 0
        found = drifts(matter, guide)
        # Whether it is listed could not be seen: the guide alone does not say "same".
        fault = listed.code if isinstance(listed, Fault) else ""
        state: State = "drifted" if found else "unchecked" if fault else "same"
        yield Verdict(matter.task_code, state, found, fault)


def marks_of(verdicts: Iterable[Verdict], before: Marks, checked: str) -> Marks:
    """What is known after a check: of a matter that was not checked, what was known before."""
    drifted, delisted = dict(before.drifted), set(before.delisted)
    known = set()
    for verdict in verdicts:
        code = verdict.task_code
        known.add(code)
        if verdict.state == "unchecked":
            continue
        drifted.pop(code, None)
        delisted.discard(code)
        if verdict.state == "not_listed":
            delisted.add(code)
        elif verdict.state == "unpublished":
            drifted[code] = ("guide",)
        elif verdict.state == "drifted":
            drifted[code] = tuple(each.path for each in verdict.drifts)
    return Marks(
        checked,
        {code: elements for code, elements in drifted.items() if code in known},
        frozenset(delisted & known),
        before.listed,
    )


class SameSource:
    """Checks on a schedule, on a thread of its own; ``changed`` is called with what is known."""

    def __init__(
        self,
        matters: Catalogue,
        platform: PlatformClient,
        audit: AuditTrail,
        file: Path,
        hours: float,
        policy: Policy,
        changed: Callable[[Marks], None],
        base: frozenset[str] | None = None,
    ) -> None:
        """``base``: the base codes that are known without a platform."""
        self._matters = matters
        self._platform = platform
        self._audit = audit
        self._file = file
        self._every = timedelta(hours=hours)
        self._policy = policy
        self._changed = changed
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="same-source", daemon=True)
        self.marks = read_marks(file)
        if base is not None and not (self.marks.checked or self.marks.listed):
            self.marks = replace(self.marks, delisted=self._outside(base))

    def start(self) -> None:
        """Tell what is known from before, look at the list now, and check when it is due.  Once."""
        if self._thread.ident is not None or self._cancelled.is_set():
            return
        self._changed(self.marks)
        self._thread.start()

    def stop(self) -> None:
        """A request under way is waited for, shortly; nothing comes of it any more."""
        self._cancelled.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def look_at_list(self) -> bool:
        """Ask for the base catalogue alone; whether it was told."""
        listed = self._platform.base_items()
        if isinstance(listed, Fault) or not listed or self._cancelled.is_set():
            return False
        before = self.marks
        self.marks = replace(before, listed=True, delisted=self._outside(listed))
        if self.marks != before:
            self._write_changes(before)
            write_marks(self._file, self.marks)
            self._changed(self.marks)
        return True

    def _outside(self, listed: Iterable[str]) -> frozenset[str]:
        return self._matters.outside(frozenset(listed))

    def check(self) -> bool:
        """One check, now; whether the platform could be asked."""
        verdicts = list(verify(self._matters, self._platform, self._cancelled))
        if self._cancelled.is_set():
            return False
        asked = sum(verdict.state != "unchecked" for verdict in verdicts)
        if not asked and verdicts:
            log.info("matters.not_verified", fault=verdicts[0].fault)
            return False
        before = self.marks
        self.marks = marks_of(verdicts, before, datetime.now(UTC).isoformat(timespec="seconds"))
        self._write_down(before, asked)
        write_marks(self._file, self.marks)
        self._changed(self.marks)
        return asked == len(verdicts)

    def _write_down(self, before: Marks, asked: int) -> None:
        """Into the chain: that it was checked, and what has changed since."""
        after = self.marks
        changed = {*after.drifted, *after.delisted}
        found = "drifted" if changed else "same"
        self._audit.append("matters.verified", count=str(asked), disposition=found)
        self._write_changes(before)

    def _write_changes(self, before: Marks) -> None:
        after = self.marks
        changed = {*after.drifted, *after.delisted}
        for code, elements in sorted(after.drifted.items()):
            if before.drifted.get(code) != elements:
                done = "withdrawn" if self._policy == "withdraw" else "marked"
                self._audit.append(
                    "matters.drifted", task_code=code, disposition=done, count=str(len(elements))
                )
        for code in sorted(after.delisted - before.delisted):
            self._audit.append("matters.delisted", task_code=code, disposition="withdrawn")
        for code in sorted({*before.drifted, *before.delisted} - changed):
            self._audit.append("matters.same_again", task_code=code)

    def _run(self) -> None:
        now = time.monotonic()
        next_list = now + LIST_FIRST_SECONDS
        never = self._every <= timedelta(0)
        next_check = math.inf if never else now + max(START_SECONDS, self._until_due())
        while not self._cancelled.wait(max(0.0, min(next_list, next_check) - time.monotonic())):
            now = time.monotonic()
            try:
                if now >= next_list:
                    next_list = now + LIST_AGAIN_SECONDS  # also after a crash
                    if self.look_at_list():
                        next_list = now + LIST_SECONDS
                if now >= next_check:
                    every = self._every.total_seconds()
                    next_check = now + min(AGAIN_SECONDS, every)
                    if self.check():
                        next_check = now + every
            except Exception as crash:  # noqa: BLE001 - a bug here must not end the checks for ever
                log.crash("matters.verify_crashed", crash)

    def _until_due(self) -> float:
        try:
            last = datetime.fromisoformat(self.marks.checked)
        except ValueError:
            return 0.0
        since = datetime.now(UTC) - last if last.tzinfo else timedelta.max
        return (self._every - since).total_seconds() if timedelta(0) <= since <= self._every else 0.0


def marks_file(store: Path) -> Path:
    """Beside the store of a terminal."""
    return store.with_name(f"{store.stem}.same-source.json")


def read_marks(file: Path) -> Marks:
    """What the last check found; nothing when there is no such file or nobody can read it."""
    try:
        if file.stat().st_size > MAX_STATE_BYTES:
            return Marks()
        given: Any = json.loads(file.read_text(encoding="utf-8"))
        drifted = {str(code): tuple(map(str, elements)) for code, elements in given["drifted"].items()}
        delisted = frozenset(map(str, given["delisted"]))
        listed = given.get("listed") is True
        return Marks(str(given["checked"]), drifted, delisted, listed)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Marks()


def write_marks(file: Path, marks: Marks) -> None:
    """Whole or not at all; what cannot be written is found again by the next check."""
    told = {
        "checked": marks.checked,
        "drifted": marks.drifted,
        "delisted": sorted(marks.delisted),
        "listed": marks.listed,
    }
    new = file.with_name(f"{file.name}.new")
    try:
        with new.open("w", encoding="utf-8") as stream:
            json.dump(told, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(file)
    except OSError as error:
        log.info("matters.marks_not_kept", error=type(error).__name__)
