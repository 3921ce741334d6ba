"""Touches of who asks how a matter stands, and of who hands in what was still wanted."""

from __future__ import annotations

from kiosk.visit.events.touch import Touch
from values import dataclass


@dataclass(frozen=True)
class AskProgress(Touch):
    """查进度、补材料; again after the platform did not answer."""


@dataclass(frozen=True)
class ChooseCase(Touch):
    """补交材料 beside one of the cases."""

    project_no: str


@dataclass(frozen=True)
class ScanFor(Touch):
    """扫电子证照: which material's code comes next."""

    code: str


@dataclass(frozen=True)
class DeclareLater(Touch):
    """我承诺, for a material that may be declared."""

    code: str


@dataclass(frozen=True)
class TakeBack(Touch):
    """撤回 what was going to be handed in."""

    code: str


@dataclass(frozen=True)
class HandIn(Touch):
    """确认补交."""
