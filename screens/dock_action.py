"""One thing that the demonstration's hands can do.  Without Kivy: imported before the window is set up."""

from __future__ import annotations

from collections.abc import Callable

from values import dataclass


@dataclass(frozen=True)
class DockAction:
    """``label`` in both languages (``放上身份证 · Lay ID card``); ``call`` runs on a worker thread."""

    key: str
    label: str
    call: Callable[[], object]
