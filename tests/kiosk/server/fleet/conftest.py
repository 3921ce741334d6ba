"""A fleet on either database, with a clock that the test moves and a director that remembers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kiosk.server.database import metadata, open_database
from kiosk.server.fleet import registry
from kiosk.server.fleet.context import BundleInfo, DirectorError, Fleet
from tests.kiosk.server.postgres import Cluster


@dataclass
class Clock:
    moment: datetime = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def on(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class RememberingDirector:
    """What a repository would have published, group by group."""

    approved: list[BundleInfo] = field(default_factory=lambda: [BundleInfo("new", 2), BundleInfo("old", 1)])
    lowest: int = 0
    given: dict[str, str] = field(default_factory=dict)
    broken: bool = False

    def bundles(self) -> Sequence[BundleInfo]:
        return self.approved

    def floor(self) -> int:
        return self.lowest

    def assigned(self) -> Mapping[str, str]:
        return self.given

    def versions(self) -> Mapping[str, int]:
        return {"timestamp": 5}

    def renew(self) -> bool:
        if self.broken:
            raise DirectorError("the key is gone")
        return False

    def assign(self, bundles: Mapping[str, str]) -> None:
        if self.broken:
            raise DirectorError("the repository's disk is full")
        self.given |= bundles


@dataclass
class Hall:
    fleet: Fleet
    clock: Clock
    director: RememberingDirector

    def add(self, group: str, *ids: str) -> None:
        for terminal_id in ids:
            registry.register(self.fleet, terminal_id, "wang", hall="市民中心", group=group)


@pytest.fixture(scope="session")
def kept_database(postgres: Cluster) -> Iterator[Engine]:
    """One for all tests: to make its tables takes longer than most of them."""
    url = postgres.new_database()
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def hall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hall]:
    clock, director = Clock(), RememberingDirector()
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path}/platform.sqlite")
        fast = engine.raw_connection()
        fast.cursor().execute("PRAGMA synchronous=OFF")  # what is written here is thrown away
        fast.close()
    else:
        engine = request.getfixturevalue("kept_database")
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    yield Hall(Fleet(engine, director, clock=clock), clock, director)
    if request.param == "sqlite":
        engine.dispose()
