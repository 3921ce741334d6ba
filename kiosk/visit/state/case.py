"""What became of the application, as far as it may be told, and how the citizen rates it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from values import dataclass

if TYPE_CHECKING:
    from kiosk.delivery.application import Answer
    from kiosk.visit.state.papers import Paper


class StepName(StrEnum):
    KEEP = "keep"  # on disk, synced
    SEND = "send"
    DECIDE = "decide"
    FETCH = "fetch"  # the result paper
    PRINT = "print"


class StepState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # did not happen now; ``fault`` of the submission says why


class CaseState(StrEnum):
    """What became of the application; ``queued`` means on this disk and not yet answered."""

    NOT_SENT = "not_sent"
    QUEUED = "queued"
    ACCEPTED = "accepted"
    RECEIVED = "received"
    REFUSED = "refused"
    SUPPLEMENT = "supplement"
    SET_ASIDE = "set_aside"  # the platform will not take it as it is


@dataclass(frozen=True, repr=False)
class Submission:
    key: str
    serial: str  # the short number on the slip, known before any answer
    state: CaseState = CaseState.NOT_SENT
    steps: tuple[tuple[StepName, StepState], ...] = ()
    began: float = 0.0  # monotonic seconds
    began_utc: str = ""  # ISO 8601
    answer: Answer | None = None
    fault: str | None = None
    reached: bool = False  # not answered, and nobody can say that nothing has reached the platform
    papers: tuple[Paper, ...] = ()
    of: str = ""  # the case for which materials are handed in later; empty for an application

    @property
    def told(self) -> str:
        """The state as it may be told: ``set_aside`` only where the platform certainly has nothing."""
        doubtful = self.state is CaseState.SET_ASIDE and self.fault == "delivery.unconfirmed"
        return "unconfirmed" if doubtful else self.state.value

    @property
    def project_no(self) -> str | None:
        return self.answer.project_no if self.answer else None

    @property
    def number(self) -> str:
        """What to quote: the case's number where there is one, else the slip's."""
        return self.project_no or self.of or self.serial


class RatingState(StrEnum):
    OPEN = "open"
    REASONS = "reasons"  # below 3: asks for a reason
    SENDING = "sending"
    SENT = "sent"
    KEPT = "kept"  # the platform is away; not sent, and the page says so
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Rating:
    state: RatingState = RatingState.OPEN
    satisfaction: int = 0
    reasons: tuple[str, ...] = ()
