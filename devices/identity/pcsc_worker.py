"""Conversations with a card on a thread of their own, because a card may never answer.

``SCardTransmit`` cannot be interrupted.  A conversation that takes too long, or that nobody waits for any
more, is left to its thread, which ends when the card answers or is pulled; the next conversation gets a
new thread with a new context.  Whatever is told about a conversation is told on that thread, too: a
change of threads costs as much as an APDU.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from devices.contract import Deadline, Fault, IdentityDocument
from devices.identity import pcsc
from values import dataclass

Outcome = IdentityDocument | Fault

_WAIT_SLICE_SECONDS: Final = 0.05
_CALLED_OFF: Final = Fault("pcsc.called_off")


@dataclass(frozen=True)
class Conversation:
    """``begin`` before the card is connected to (false: do not), ``speak`` to it, ``report`` what came.

    ``report`` is called once, or not at all when the conversation was called off.
    """

    begin: Callable[[], bool]
    speak: Callable[[pcsc.Transmit], Outcome]
    report: Callable[[Outcome], None]


class _Job:
    def __init__(self, reader: str, conversation: Conversation) -> None:
        self.reader = reader
        self.conversation = conversation
        self.done = threading.Event()
        self.bug: BaseException | None = None
        self._lock = threading.Lock()
        self._settled = False

    @property
    def abandoned(self) -> bool:
        return self._settled

    def settle(self, outcome: Outcome) -> None:
        """Report ``outcome`` unless the job has ended otherwise."""
        with self._lock:
            if self._settled:
                return
            self._settled = True
            if outcome is not _CALLED_OFF:
                self.conversation.report(outcome)


class CardWorker:
    """Runs one conversation at a time."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] | None = None

    def talk(self, reader: str, conversation: Conversation, deadline: Deadline) -> None:
        """Hold ``conversation`` with the card in ``reader``; returns when it has been reported or called off.

        Reports, besides what ``speak`` returns: the faults of :func:`pcsc.connect`, ``pcsc.no_service``,
        and ``pcsc.card_unresponsive`` after the deadline.  Raises what ``conversation`` raises.
        """
        if self._jobs is None:
            self._jobs = queue.SimpleQueue()
            threading.Thread(target=_serve, args=(self._jobs,), name="card-talk", daemon=True).start()
        job = _Job(reader, conversation)
        self._jobs.put(job)
        while not job.done.wait(min(_WAIT_SLICE_SECONDS, deadline.remaining_seconds)):
            if deadline.over:
                self.close()
                silence = Fault("pcsc.card_unresponsive", "no answer in time", permanent=True)
                job.settle(_CALLED_OFF if deadline.was_cancelled else silence)
                return
        if job.bug is not None:
            raise job.bug

    def close(self) -> None:
        """Let the thread end when it has nothing more to do."""
        if self._jobs is not None:
            self._jobs.put(None)
            self._jobs = None


def _serve(jobs: queue.SimpleQueue[_Job | None]) -> None:
    context: Any = None
    while (job := jobs.get()) is not None:
        try:
            context = _hold(context, job)
        except BaseException as bug:  # noqa: BLE001 - raised again on the thread that waits for this one
            job.bug = bug
        finally:
            job.done.set()
    _release(context)


def _hold(context: Any, job: _Job) -> Any:
    """Hold the conversation; the context to use for the next one, or ``None``."""
    if not job.conversation.begin():
        return context
    if context is None:
        context = pcsc.establish()
    card = _connect(context, job.reader)
    if isinstance(card, Fault) and card.code == "pcsc.service_lost":
        # The context may be from before a restart of pcscd: once more with a new one.
        _release(context)
        context = pcsc.establish()
        card = _connect(context, job.reader)
    if isinstance(card, Fault):
        job.settle(card)
    else:
        _speak(card, job)
    return None if isinstance(context, Fault) else context


def _connect(context: Any, reader: str) -> pcsc.CardConnection | Fault:
    return context if isinstance(context, Fault) else pcsc.connect(context, reader)


def _speak(card: pcsc.CardConnection, job: _Job) -> None:
    def transmit(apdu: bytes) -> bytes | Fault:
        return _CALLED_OFF if job.abandoned else card.transmit(apdu)

    try:
        job.settle(job.conversation.speak(transmit))
    finally:
        card.close()


def _release(context: Any) -> None:
    if context is not None and not isinstance(context, Fault):
        with suppress(SystemError):  # pyscard's own complaint about a context that died with pcscd
            pcsc.release(context)
