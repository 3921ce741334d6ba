"""Who is here, and how far the terminal is in finding out."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from values import dataclass

if TYPE_CHECKING:
    from devices.contract import IdentityDocument


class IdentifyPhase(StrEnum):
    WAITING = "waiting"
    READING = "reading"  # a card is being read: do not move it
    VERIFYING = "verifying"  # the platform is asked
    FAILED = "failed"  # ``fault`` says why; the readers are waiting again
    DONE = "done"


@dataclass(frozen=True)
class Identify:
    phase: IdentifyPhase = IdentifyPhase.WAITING
    fault: str | None = None
    since: float = 0.0  # monotonic seconds at which the page began to wait


@dataclass(frozen=True, repr=False)
class Person:
    """Who is here.  Wiped at the end of the visit."""

    document: IdentityDocument
    token: str = ""
    licences: frozenset[str] = frozenset()
    phone: str = ""
    code: str = ""  # the opaque code, when the identity came from a scanner
    offline: bool = False  # the platform was away: it will verify later
