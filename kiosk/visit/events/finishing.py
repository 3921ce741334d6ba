"""Touches of who submits, takes papers, rates and leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.visit.events.touch import Touch
from values import dataclass

if TYPE_CHECKING:
    from kiosk.visit.state import PaperKind


@dataclass(frozen=True)
class Submit(Touch):
    pass


@dataclass(frozen=True)
class PrintResult(Touch):
    """打印 on the result page of a query."""


@dataclass(frozen=True)
class SkipPrint(Touch):
    """不打印."""


@dataclass(frozen=True)
class PrintAgain(Touch):
    kind: PaperKind
    document_id: str = ""


@dataclass(frozen=True)
class ReadPaper(Touch):
    """听一听纸上写的; ``title`` as the page calls it."""

    kind: PaperKind
    title: str
    document_id: str = ""


@dataclass(frozen=True)
class Rate(Touch):
    satisfaction: int  # 1..5
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class SkipRating(Touch):
    pass


@dataclass(frozen=True)
class AnotherMatter(Touch):
    """再办一件: the same person, home."""


@dataclass(frozen=True)
class AskLeave(Touch):
    """退出, before it is confirmed."""


@dataclass(frozen=True)
class Leave(Touch):
    """离开: wipe and go home."""


@dataclass(frozen=True)
class Stay(Touch):
    """继续办理, on the idle warning or the leave question; also closes help and tools."""
