"""Carries what is kept to the platform: for the citizen who waits, and in the background afterwards.

Rules that hold whoever sends:

* Of one person nothing is sent beside or before an earlier application; different persons do not wait for
  each other.  So the same application never has two senders.
* Every attempt sends the same bytes with the same key.  Only a final answer, or a refusal that no repeat
  can change, ends the repeats.
* When it is tried again, and when one that always fails is set aside: :mod:`kiosk.delivery.pauses`.
* "The platform has not taken it" is said only when that is certain.  What is refused after an attempt whose
  answer was lost is set aside as ``delivery.unconfirmed``: the platform may have it.

Fault codes: ``platform.not_configured``, ``delivery.not_in_time``, ``delivery.unconfirmed``,
``delivery.crashed``, and those of the platform, the outbox, the store and the vault.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from devices.contract import Deadline, Fault
from kiosk.delivery.application import Answer
from kiosk.delivery.outbox import Outbox, Waiting, counts
from kiosk.delivery.pauses import Pauses
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.platform_faults import Reach, reach_of, retry_after_of
from kiosk.privacy.stack import overwrite_own_stack
from values import dataclass

VISIT_PAUSES_SECONDS: Final = (0.5, 1.0, 2.0, 4.0)  # between attempts while a citizen waits; the last repeats
LOOK_SECONDS: Final = 60.0  # how often the background looks without being called
STOP_SECONDS: Final = 3.0
DRAIN_SENDERS: Final = 4

Report = Callable[[str, str, str], None]
"""What happened (``sent``, ``failed``, ``set_aside``, ``crashed``), the key, and the state or fault code."""


def _no_report(event: str, key: str, detail: str) -> None:
    """For who does not want to know."""


@dataclass(frozen=True)
class Drained:
    """What :meth:`Courier.drain` did.  ``left`` is still queued; ``fault`` is the last one met."""

    sent: int = 0
    set_aside: int = 0
    left: int = 0
    fault: str | None = None


class Courier:
    """One for a terminal.  ``start`` it for deliveries in the background; ``deliver`` works without."""

    def __init__(self, outbox: Outbox, platform: PlatformClient | None, report: Report = _no_report) -> None:
        self._outbox = outbox
        self._platform = platform
        self._report = report
        self._mutex = threading.Condition()  # guards everything below
        self._busy: set[bytes] = set()  # marks of the persons for whom somebody is sending
        self._under_way: set[str] = set()  # keys of what is being sent, or was answered and not written down
        self._pauses = Pauses()
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        outbox.when_kept = self.wake

    def start(self) -> None:
        """Deliver in the background from now on, beginning with what is left from before."""
        if self._platform is not None and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Send nothing new.  An exchange under way is waited for, shortly; it can be repeated any time."""
        self._stopping.set()
        self._bell.set()
        with self._mutex:
            self._mutex.notify_all()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def wake(self) -> None:
        """Something may be deliverable now."""
        self._bell.set()

    # --- for the visit that waits -------------------------------------------------------------------

    def deliver(self, key: str, deadline: Deadline) -> Answer | Fault:
        """Send ``key`` now, after what the same person still has in line, and wait for the answer.

        A permanent fault means that it has been set aside.  Any other leaves it queued, to be delivered
        in the background.
        """
        if self._platform is None:
            return Fault("platform.not_configured")
        last = Fault("delivery.not_in_time")
        attempt = 0
        while not deadline.over and not self._stopping.is_set():
            result = self._deliver_line_to(key, deadline)
            if isinstance(result, Answer) or result.permanent:
                return result
            last = result
            pause = VISIT_PAUSES_SECONDS[min(attempt, len(VISIT_PAUSES_SECONDS) - 1)]
            pause = max(pause, retry_after_of(result) or 0.0)
            if pause >= deadline.remaining_seconds:
                break  # nothing can come of waiting: the citizen is told now
            deadline.wait(pause)
            attempt += 1
        self.wake()
        return last

    def reached(self, key: str) -> bool:
        """Whether anything of ``key``, which is not answered, may have come further than this terminal."""
        with self._mutex:
            if key in self._under_way:
                return True
        return self._outbox.reach(key) is not Reach.NOWHERE

    def _deliver_line_to(self, key: str, deadline: Deadline) -> Answer | Fault:
        """One attempt for everything in line up to ``key``; the outcome of ``key`` itself."""
        while not deadline.over and not self._stopping.is_set():
            line = self._outbox.line_to(key)
            if isinstance(line, Fault):
                return replace(line, permanent=False)
            if not line:  # delivered by the background meanwhile, or set aside
                return self._outbox.outcome(key) or Fault("delivery.not_in_time")
            with self._claimed(line[0], deadline) as claimed:
                if not claimed:
                    continue  # the line has moved, or the deadline is over
                pause = self._pauses.wished(line[0].key)
                if pause is None:
                    result = self._send(line[0], deadline.remaining_seconds)
            if pause is not None:
                if pause.fault is not None and pause.wished_until - time.monotonic() >= (
                    deadline.remaining_seconds
                ):
                    return pause.fault
                deadline.wait(max(0.0, pause.wished_until - time.monotonic()))
                continue
            if line[0].key == key or (isinstance(result, Fault) and not result.permanent):
                return result
        return Fault("delivery.not_in_time")

    # --- in the background --------------------------------------------------------------------------

    def drain(self, deadline: Deadline) -> Drained:
        """Deliver what is queued until nothing more can be sent now, or the deadline is over.

        Where the platform asks for a pause (Retry-After), it is kept to and counts as now.
        """
        if self._platform is None:
            return replace(self._counted(), fault="platform.not_configured")
        with ThreadPoolExecutor(DRAIN_SENDERS, "drain") as senders:
            parts = list(senders.map(self._drain_alone, [deadline] * DRAIN_SENDERS))
        return replace(
            self._counted(),
            sent=sum(part.sent for part in parts),
            set_aside=sum(part.set_aside for part in parts),
            fault=next((part.fault for part in parts if part.fault), None),
        )

    def _drain_alone(self, deadline: Deadline) -> Drained:
        done = Drained()
        while not deadline.over and not self._stopping.is_set():
            result = self._send_next()
            if result is None:
                pause = self._pauses.wished_seconds_of_the_line()
                if not 0 < pause < deadline.remaining_seconds:
                    break
                deadline.wait(pause)  # the platform has said when it takes more
            elif isinstance(result, Answer):
                done = replace(done, sent=done.sent + 1)
            else:
                done = replace(done, set_aside=done.set_aside + int(result.permanent), fault=result.code)
        return done

    def _counted(self) -> Drained:
        count = counts(self._outbox.store)
        return Drained(fault=count.code) if isinstance(count, Fault) else Drained(left=count.get("queued", 0))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._bell.clear()
            looked_at = time.monotonic()
            try:
                while self._send_next() is not None and not self._stopping.is_set():
                    pass
                overwrite_own_stack()  # what was sent was a person's
            except Exception as crash:  # noqa: BLE001 - a bug must not end all deliveries of this terminal
                self._report("crashed", "", type(crash).__name__)
                self._pauses.grow_line(Fault("delivery.crashed"))
            self._bell.wait(min(max(self._pauses.seconds_to_next(looked_at), 0.05), LOOK_SECONDS))

    def _send_next(self) -> Answer | Fault | None:
        """Send the first one that may be sent; ``None`` when there is none now."""
        for waiting in self._sendable():
            with self._claimed(waiting, None) as claimed:
                # Another sender may have met a fault with it since it was looked up.
                if claimed and self._pauses.holds(waiting.key):
                    return self._send(waiting, None)
        return None

    def _sendable(self) -> Iterator[Waiting]:
        """What is not paused, in order; of each person only the oldest."""
        after = 0
        seen: set[bytes] = set()
        while self._pauses.line_holds():
            batch = self._outbox.waiting(after)
            if isinstance(batch, Fault):
                self._pauses.grow_line(batch)
                return
            for waiting in batch:
                if waiting.holder not in seen and self._pauses.holds(waiting.key):
                    yield waiting
                seen.add(waiting.holder)
            if not batch:
                return
            after = batch[-1].seq

    # --- one attempt --------------------------------------------------------------------------------

    @contextmanager
    def _claimed(self, waiting: Waiting, deadline: Deadline | None) -> Iterator[bool]:
        """Be the only sender for this person, if ``waiting``, the first of their line, is then still queued.

        Waits for another sender as long as ``deadline`` allows; without one, not at all.
        """
        with self._mutex:
            while waiting.holder in self._busy:
                if deadline is None or deadline.over or self._stopping.is_set():
                    break
                self._mutex.wait(min(deadline.remaining_seconds, 0.5))
            free = waiting.holder not in self._busy
            if free:
                self._busy.add(waiting.holder)
        if not free:
            yield False
            return
        try:
            # Who was first stays first while nobody else sends for this person: new ones come behind.
            yield self._outbox.is_queued(waiting.key) is True
        finally:
            with self._mutex:
                self._busy.discard(waiting.holder)
                self._mutex.notify_all()
            self._bell.set()  # the same person's next one may have been passed over meanwhile

    def _send(self, waiting: Waiting, within_seconds: float | None) -> Answer | Fault:
        assert self._platform is not None
        key = waiting.key
        parcel = self._outbox.parcel(key)
        if isinstance(parcel, Fault):
            return self._failed(key, parcel)
        with self._mutex:
            self._under_way.add(key)
        result = self._platform.submit(parcel, self._outbox.token(key), within_seconds)
        if isinstance(result, Fault):
            failed = self._failed(key, result)
            with self._mutex:
                self._under_way.discard(key)
            return failed
        fault = self._outbox.acknowledge(key, result)
        self._pauses.passed(key, unwritten=fault)  # not written down: sent once more, with the same answer
        if fault is None:
            with self._mutex:
                self._under_way.discard(key)
        self._report(
            "sent" if fault is None else "failed", key, result.state if fault is None else fault.code
        )
        return result

    def _failed(self, key: str, fault: Fault) -> Fault:
        """Write down what came instead of an answer; the fault is permanent exactly when it is set aside."""
        if fault.code == "platform.not_authorised":
            self._outbox.forget_token(key)  # the next attempt goes as the terminal's own
        if fault.code.startswith("store."):
            self._pauses.pause_line(fault)
            return replace(fault, permanent=False)
        if fault.permanent or self._pauses.is_poison(key, fault):
            return self._set_aside(key, fault)
        self._outbox.mark_attempt(key, fault)
        self._pauses.failed(key, fault)
        self._report("failed", key, fault.code)
        return fault

    def _set_aside(self, key: str, fault: Fault) -> Fault:
        if Reach.PERHAPS in (self._outbox.reach(key), reach_of(fault)):
            self._report("failed", key, fault.code)
            fault = Fault("delivery.unconfirmed", fault.code)
        fault = replace(fault, permanent=True)
        written = self._outbox.set_aside(key, fault)
        if written is not None:
            self._pauses.pause_line(written)
            return replace(written, permanent=False)
        self._pauses.passed(key)
        self._report("set_aside", key, fault.code)
        return fault
