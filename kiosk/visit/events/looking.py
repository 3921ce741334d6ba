"""Touches of who looks for a matter and reads its guide, and of who goes on or back."""

from __future__ import annotations

from kiosk.visit.events.touch import Touch
from values import dataclass


@dataclass(frozen=True)
class Wake(Touch):
    """The first touch on the sleeping screen."""


@dataclass(frozen=True)
class GoHome(Touch):
    pass


@dataclass(frozen=True)
class ShowMatters(Touch):
    theme: str | None = None
    department: str | None = None


@dataclass(frozen=True)
class SearchMatters(Touch):
    text: str


@dataclass(frozen=True)
class TurnPage(Touch):
    """Forward (1) or back (-1) on a page that has pages: matters, guide, check, result."""

    by: int


@dataclass(frozen=True)
class ChooseMatter(Touch):
    task_code: str


@dataclass(frozen=True)
class ExpandGuide(Touch):
    expanded: bool


@dataclass(frozen=True)
class PrintGuide(Touch):
    pass


@dataclass(frozen=True)
class Start(Touch):
    """开始办理."""


@dataclass(frozen=True)
class Continue(Touch):
    """继续, on a page that asks nothing: identity read."""


@dataclass(frozen=True)
class Back(Touch):
    pass
