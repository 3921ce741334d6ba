"""What the flow may know beside state and event: times and the terminal's make, given from outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.visit.effects import Effect
from kiosk.visit.state import Mode, Visit
from values import dataclass

if TYPE_CHECKING:
    from kiosk.matters.catalogue import Catalogue

SHANGHAI = ZoneInfo("Asia/Shanghai")

Step = tuple[Visit, tuple[Effect, ...]]


@dataclass(frozen=True)
class World:
    """``now`` is on the monotonic clock (seconds), ``utc`` on the wall clock."""

    now: float
    utc: datetime
    catalogue: Catalogue
    printers: frozenset[str]  # roles that this terminal has: receipt, document
    home_mode: Mode
    new_key: Callable[[], str]
    new_serial: Callable[[], str]

    @property
    def today(self) -> date:
        return self.utc.astimezone(SHANGHAI).date()

    @property
    def applied_at(self) -> str:
        return self.utc.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
