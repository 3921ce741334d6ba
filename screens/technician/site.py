"""What the terminal file says that the technician's pages show.  Without Kivy: made before the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from kiosk.settings import NearbySettings
from values import dataclass


@dataclass(frozen=True)
class Site:
    """Where else to go, and where the machine's parts are."""

    nearby: Sequence[NearbySettings] = ()
    layout: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict)
