"""Calls that are written together: one that cannot be, and a database that is away."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from kiosk.server.fleet import gatherer as gatherers
from kiosk.server.fleet.api import Heartbeat
from kiosk.server.fleet.beats import Call, Taken, take
from kiosk.server.fleet.gatherer import Gatherer
from kiosk.server.fleet.proof import Shown
from tests.kiosk.server.fleet.conftest import Hall

IDS = ("A-1", "A-2", "A-3", "A-4")


def call(terminal: str) -> Call:
    return Call(terminal, Shown(), Heartbeat(ready=True))


def give(gatherer: Gatherer, *ids: str) -> list[Any]:
    """All at once, before the thread has begun: they come together."""

    async def all_of_them() -> list[Any]:
        given = [asyncio.ensure_future(gatherer.give(call(each))) for each in ids]
        await asyncio.sleep(0)
        gatherer.start()
        return await asyncio.gather(*given, return_exceptions=True)

    answers = asyncio.run(all_of_them())
    gatherer.stop()
    return answers


def test_one_that_cannot_be_written_takes_no_other_with_it(hall: Hall, monkeypatch: Any) -> None:
    sizes: list[int] = []

    def taking(fleet: Any, calls: list[Call]) -> list[Taken]:
        sizes.append(len(calls))
        if any(each.terminal_id == "A-3" for each in calls):
            raise ValueError("this one")
        return take(fleet, calls)

    monkeypatch.setattr(gatherers, "take", taking)
    answers = give(Gatherer(hall.fleet), *IDS)
    assert [isinstance(each, Taken) for each in answers] == [True, True, False, True]
    assert sizes == [4, 1, 1, 1, 1]


def test_a_database_that_is_away_is_asked_once(hall: Hall, monkeypatch: Any) -> None:
    asked: list[int] = []

    def away(fleet: Any, calls: list[Call]) -> list[Taken]:
        asked.append(len(calls))
        raise OperationalError("x", None, Exception("no connection"))

    monkeypatch.setattr(gatherers, "take", away)
    answers = give(Gatherer(hall.fleet), *IDS)
    assert all(isinstance(each, OperationalError) for each in answers) and asked == [4]


def test_more_than_can_wait_are_sent_away(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gatherers, "MOST_WAITING", 2)
    answers = give(Gatherer(hall.fleet), *IDS)
    assert [each.refused for each in answers] == ["", "", "busy", "busy"]
