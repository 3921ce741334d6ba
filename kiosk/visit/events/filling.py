"""Touches of who fills in, hands in, signs, or goes on with what an earlier visit left."""

from __future__ import annotations

from kiosk.visit.events.touch import Touch
from values import dataclass


@dataclass(frozen=True, repr=False)
class GiveAnswer(Touch):
    """继续 on a question, with what was typed or chosen."""

    key: str
    raw: str


@dataclass(frozen=True)
class EditAnswer(Touch):
    """修改 on the check page."""

    key: str


@dataclass(frozen=True)
class Declare(Touch):
    code: str
    agreed: bool


@dataclass(frozen=True)
class AcceptOwing(Touch):
    """先办理, 材料后补."""


@dataclass(frozen=True)
class PrintNotice(Touch):
    pass


@dataclass(frozen=True)
class KeepForm(Touch):
    """保存, 下次接着办."""


@dataclass(frozen=True)
class Resume(Touch):
    """继续上次的办理."""


@dataclass(frozen=True)
class StartAnew(Touch):
    """重新填写: what was kept is destroyed."""


@dataclass(frozen=True)
class PrintOwed(Touch):
    """补打凭条: the papers of an earlier visit that did not come out."""


@dataclass(frozen=True)
class LeaveOwed(Touch):
    """先不打: they stay owed."""


@dataclass(frozen=True, repr=False)
class Sign(Touch):
    """What the finger drew: strokes of points from the box's upper left corner, its height being 1000."""

    strokes: tuple[tuple[tuple[float, float], ...], ...]
    width: int


@dataclass(frozen=True)
class SignByButton(Touch):
    """不方便手写: confirmed by a button instead; ``helped``: somebody else pressed it."""

    helped: bool = False


@dataclass(frozen=True)
class SignAgain(Touch):
    """修改 beside the signature on the check page."""
