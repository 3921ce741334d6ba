"""The thread that keeps a terminal at the bundle its group is to show.

Poll, verify, fetch, unfold beside, test: all of it while citizens are served, none of it visible.  What
passed waits until the terminal says that nobody is in the middle of anything; then it is activated, and after
a while without trouble it has proved itself.  Whatever goes wrong, what is active stays, and the fault is
told.
"""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from kiosk.bundles.client.fetching import Fetcher
from kiosk.bundles.client.slots import Active, Slots, Staged
from kiosk.bundles.client.updating import (
    Memory,
    Source,
    Verified,
    fetch_bundle,
    look,
    trusted_versions,
)
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.manifest import bundle_name, digest_of_name
from kiosk.bundles.roles import Assignment

Stage = Literal["downloaded", "self_tested", "activated", "soaked", "failed", "rejected"]
FIRST_SECONDS: Final = 1.0
STOP_SECONDS: Final = 5.0
TRIAL_SECONDS: Final = 60.0
"""So long a new bundle is shown without trouble before it has proved itself."""
LONGEST_PAUSE_SECONDS: Final = 900.0
MOST_DETAIL: Final = 200  # characters that the fleet's interface takes
WAKE_SHARE: Final = 0.1  # of a poll's time: a woken fleet does not come all at once
NOT_TAKEN: Final = (
    "bundle.not_approved",
    "bundle.below_floor",
    "bundle.untrusted",
    "bundle.too_large",
    "bundle.malformed",
)
"""Faults of the bundle itself; everything else may be another next time."""


@dataclass(frozen=True)
class Report:
    """One step of one bundle on this terminal, for the fleet's server.  ``id`` makes a repeat the same."""

    id: str
    bundle: str
    told: Stage
    attempt: int
    reason: str
    at: str
    detail: str = ""  # which matter, which device: for who has to put it right

    def to_json(self) -> dict[str, Any]:
        told = {
            "id": self.id,
            "bundle": self.bundle,
            "event": self.told,
            "attempt": self.attempt,
            "reason": self.reason,
            "at": self.at,
        }
        return told | ({"detail": self.detail} if self.detail else {})


@dataclass(frozen=True)
class Standing:
    """How it stands, for technicians and for the fleet's server.

    ``fault`` is what keeps new bundles away at present; ``checked`` when everything was last verified.
    """

    active: str = ""  # the digest
    sequence: int = 0
    since: str = ""
    trial: bool = False
    assigned: int = 0  # the sequence
    waiting: bool = False  # tested; the next visit will see it
    checked: str = ""
    fault: BundleFault | None = None
    trusted: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "digest": self.active or None,
            "sequence": self.sequence or None,
            "since": self.since or None,
            "trial": self.trial,
            "assigned": self.assigned or None,
            "waiting": self.waiting,
            "checked": self.checked or None,
            "fault": self.fault.code if self.fault else None,
            "detail": self.fault.cause if self.fault else "",
            "trusted": dict(self.trusted),
        }

    def to_heartbeat(self) -> dict[str, Any]:
        """In the words of the fleet's interface (``BundleState``)."""
        told: dict[str, Any] = {
            "name": bundle_name(self.active) if self.active else "",
            "self_test": "passed" if self.active else "",
            "stale": self.fault.code if self.fault else "",
            "trusted": dict(self.trusted),
            "since": self.since,
            "waiting": self.assigned if self.waiting else 0,
            "checked": self.checked,
        }
        return told | ({"sequence": self.sequence} if self.sequence else {})


class Follower:
    """``test`` is told the folder of a bundle and says what does not work with it on this terminal.

    ``ready`` hears, on the follower's thread, which folder will wait, so that it can be read while nobody
    waits for it.  The terminal calls :meth:`activate` on its own thread when nobody is in the middle of
    anything; ``waits`` hears, on the follower's thread, that :meth:`activate` has something to do.
    ``changed`` hears every new standing, ``report`` every step.  ``elsewhere`` gives repositories to try
    while the usual one is away.
    """

    def __init__(
        self,
        source: Source,
        group: str,
        slots: Slots,
        memory: Memory,
        test: Callable[[Path], BundleFault | None],
        ready: Callable[[Path], object] = lambda _: None,
        changed: Callable[[Standing], None] = lambda _: None,
        report: Callable[[Report], None] = lambda _: None,
        crashed: Callable[[str, BaseException], None] = lambda _code, _crash: None,
        elsewhere: Callable[[], Iterable[Source]] = tuple,
        waits: Callable[[], None] = lambda: None,
        poll_seconds: float = 60.0,
        trial_seconds: float = TRIAL_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._source = source
        self._group = group
        self._slots = slots
        self._memory = memory
        self._test = test
        self._ready = ready
        self._changed = changed
        self._report = report
        self._crashed = crashed
        self._elsewhere = elsewhere
        self._waits = waits
        self._poll = poll_seconds
        self._trial = trial_seconds
        self._now = now
        self._woken = threading.Event()
        self._stopped = False
        self._lock = threading.RLock()
        self._waiting: tuple[Staged, Assignment] | None = None
        self._proves_at: float | None = None
        self._failures = 0
        self._fetcher = Fetcher(source.access)
        self._thread = threading.Thread(target=self._run, name="bundles", daemon=True)
        held = slots.active()
        self.standing = Standing(
            active=held.digest if held else "",
            sequence=held.sequence if held else 0,
            since=held.since if held else "",
            trial=slots.state.trial,
            trusted=trusted_versions(memory),
            fault=_went_back(slots),
        )
        if slots.state.trial:
            self._proves_at = time.monotonic() + trial_seconds

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is being fetched is ended; what is on the disk is whole."""
        self._stopped = True
        self._fetcher.close()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def wake(self) -> None:
        """Somebody says that there is something new.  Any thread; what is new is verified as ever."""
        self._woken.set()

    def change_group(self, group: str) -> None:
        """Follow another group's assignment from now on.  Any thread."""
        self._group = group
        self._woken.set()

    @property
    def waiting(self) -> bool:
        return self._waiting is not None

    def follow(self, source: Source) -> Standing:
        """Look once at another repository, a stick for example, and go on with the usual one."""
        with self._lock:
            self._cycle(source)
        return self.standing

    def activate(self, take: Callable[[Active], BundleFault | None]) -> bool:
        """Between visits, on the terminal's thread: make the waiting bundle count and have it taken.

        ``take`` puts it on the screens; when that fails, what was active before is taken again.
        """
        if not self._lock.acquire(blocking=False):
            return False  # the follower is at work: nobody waits for it on this thread
        try:
            return self._activate(take)
        finally:
            self._lock.release()

    def _activate(self, take: Callable[[Active], BundleFault | None]) -> bool:
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return False
        staged, assignment = waiting
        active = self._slots.activate(staged)
        if isinstance(active, BundleFault):
            self._fail(assignment, active, "failed")
            return False
        if fault := take(active):
            self._back(assignment, fault, take)
            return False
        self._proves_at = time.monotonic() + self._trial
        self._tell(
            active=active.digest, sequence=active.sequence, since=active.since, trial=True, waiting=False,
            fault=None,
        )  # fmt: skip
        self._step(assignment, "activated")
        return True

    def cycle(self) -> Standing:
        """One whole look, now."""
        with self._lock:
            self._cycle(self._source)
        return self.standing

    # --- on the follower's thread -------------------------------------------------------------------

    def _run(self) -> None:
        pause = FIRST_SECONDS
        while not self._stopped:
            woken = self._woken.wait(self._until(pause * random.uniform(0.8, 1.2)))
            if self._stopped:
                return
            self._woken.clear()
            if woken:
                time.sleep(random.uniform(0.0, min(self._poll * WAKE_SHARE, 5.0)))
            try:
                self._prove()
                self.cycle()
                if self.waiting:
                    self._waits()
                pause = self._poll
                if self.standing.fault is not None and self._failures > 1:
                    pause = min(self._poll * 2 ** min(self._failures - 1, 8), LONGEST_PAUSE_SECONDS)
                    pause = max(pause, self._poll)
            except Exception as crash:  # noqa: BLE001 - a bug here must not end the following for ever
                self._crashed("bundle.crashed", crash)
                pause = max(self._poll, FIRST_SECONDS)

    def _until(self, pause: float) -> float:
        if self._proves_at is None:
            return pause
        return min(pause, max(0.05, self._proves_at - time.monotonic()))

    def _prove(self) -> None:
        with self._lock:
            if self._proves_at is None or time.monotonic() < self._proves_at:
                return
            self._proves_at = None
            if self._slots.confirm() is None:
                self._tell(trial=False)

    def _cycle(self, source: Source) -> None:
        if self._stopped:
            return
        self._fetcher.begin()
        found = look(source, self._group, self._memory, self._fetcher, self._now)
        if isinstance(found, BundleFault) and found.code == "bundle.unreachable":
            for other in self._elsewhere():
                there = look(other, self._group, self._memory, self._fetcher, self._now)
                if not isinstance(there, BundleFault):
                    source, found = other, there
                    break
        if isinstance(found, BundleFault):
            self._failures += 1
            self._tell(fault=found, trusted=trusted_versions(self._memory))
            return
        self._failures = 0
        checked = self._now().isoformat(timespec="seconds")
        assigned = found.assignment.sequence if found.assignment is not None else 0
        fault = self._take(source, found)
        if fault is not None and fault.code not in NOT_TAKEN:
            self._failures += 1
        self._tell(checked=checked, assigned=assigned, trusted=found.versions, fault=fault)

    def _take(self, source: Source, found: Verified) -> BundleFault | None:
        """Bring the assigned bundle as far as it goes without a visit's end."""
        assignment = found.assignment
        if assignment is None:
            return None
        digest = digest_of_name(assignment.bundle) or ""
        held = self._slots.active()
        if held is not None and held.digest == digest:
            self._drop_waiting()
            return None
        if self._waiting is not None and self._waiting[1].bundle == assignment.bundle:
            return None
        known = self._slots.rejection(digest, assignment.number)
        if known is not None:
            given_up = f"bundle {assignment.sequence} was given up at {known.at}"
            return BundleFault(known.code, f"{given_up}: {known.cause}".rstrip(": "))
        if self._slots.state.trial:
            return None  # first the one that is shown has to prove itself: it may be needed to go back from
        self._drop_waiting()
        archive = self._slots.folder / "incoming" / f"{digest}.bundle"
        self._slots.clear_up(keep=archive)
        fault = fetch_bundle(source, assignment, found.floor, archive, self._fetcher, self._memory)
        if fault is not None:
            if fault.code in NOT_TAKEN:
                self._fail(assignment, fault, "rejected")
            return fault
        self._step(assignment, "downloaded")
        staged = self._slots.stage(archive, assignment.number)
        if isinstance(staged, BundleFault):
            if staged.code in NOT_TAKEN:
                self._fail(assignment, staged, "rejected")
            return staged
        self._slots.clear_up()
        if fault := self._test(staged.folder):
            self._fail(assignment, fault, "failed")
            return fault
        self._step(assignment, "self_tested")
        self._ready(staged.folder)
        self._waiting = (staged, assignment)
        self._tell(waiting=True)
        return None

    def _drop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting = None
            self._tell(waiting=False)

    def _fail(self, assignment: Assignment, fault: BundleFault, told: Stage) -> None:
        digest = digest_of_name(assignment.bundle) or ""
        self._slots.reject(digest, assignment.number, fault.code, fault.cause)
        self._step(assignment, told, fault.code, fault.cause)
        self._tell(fault=fault, waiting=False)

    def _back(
        self, assignment: Assignment, fault: BundleFault, take: Callable[[Active], BundleFault | None]
    ) -> None:
        before = self._slots.go_back(fault.code)
        if isinstance(before, Active):
            take(before)
            self._tell(active=before.digest, sequence=before.sequence, since=before.since, trial=False)
        self._step(assignment, "failed", fault.code, fault.cause)
        self._tell(fault=fault, waiting=False)

    def _step(self, assignment: Assignment, told: Stage, reason: str = "", detail: str = "") -> None:
        text = f"{assignment.group} {assignment.number} {assignment.bundle} {told}"
        number = hashlib.sha256(text.encode()).hexdigest()[:32]
        at = self._now().isoformat(timespec="seconds")
        detail = "".join(each if each.isprintable() else " " for each in detail)[:MOST_DETAIL]
        self._report(Report(number, assignment.bundle, told, assignment.number, reason, at, detail))

    def _tell(self, **what: Any) -> None:
        fresh = replace(self.standing, **what)
        if fresh != self.standing:
            self.standing = fresh
            self._changed(fresh)


def _went_back(slots: Slots) -> BundleFault | None:
    code = slots.state.went_back
    return BundleFault(code, "went back to the bundle before") if code else None
