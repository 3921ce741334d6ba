"""What every page works with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from kiosk.matters.calendar import Calendar
from kiosk.server.context import Platform

if TYPE_CHECKING:
    from kiosk.server.console.pictures import Pictures


@dataclass(frozen=True)
class Room:
    """``folder`` keeps pictures and packages; ``demo``: the accounts of a demonstration may come in."""

    platform: Platform
    folder: Path
    demo: bool
    pictures: Pictures
    calendar: Calendar

    @property
    def engine(self) -> Engine:
        return self.platform.engine
