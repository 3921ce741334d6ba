"""What every route of the platform works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from kiosk.matters.base import BaseCatalogue
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.ratings import RatingReasons
from kiosk.server.fleet.context import Fleet
from kiosk.server.fleet.service import FleetService
from kiosk.server.publication import Publication
from kiosk.server.recordings import Recordings
from kiosk.server.rehearsal import Rehearsal
from kiosk.server.settings import PlatformSettings

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Platform:
    settings: PlatformSettings
    engine: Engine
    catalogue: Catalogue
    base: BaseCatalogue
    reasons: RatingReasons
    rehearsal: Rehearsal
    fleet: Fleet
    fleet_service: FleetService
    published: Publication
    recordings: Recordings


def today() -> date:
    return datetime.now(UTC).astimezone(SHANGHAI).date()
