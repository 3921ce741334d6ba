from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.contract import Fault
from kiosk import use
from kiosk.delivery.store import Store, open_store
from kiosk.home import Home
from kiosk.matters.calendar import Calendar
from kiosk.matters.catalogue import Catalogue
from kiosk.use import Now, Tile, Use, in_place, tiles
from kiosk.visit.state import Overlay, Visit
from tests.kiosk.matters.examples import MATTERS

CODES = tuple(f"{letter}" for letter in "abcdefghij")
THURSDAY = date(2026, 11, 26)
MORNING = Now(THURSDAY, "workday", 9)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "terminal.sqlite")
    assert not isinstance(opened, Fault)
    yield opened
    opened.close()


def counted(*begun: tuple[str, Now]) -> Use:
    known = Use()
    for code, now in begun:
        known = known.begun(code, now)
    return known


def codes(found: tuple[Tile, ...]) -> str:
    return "".join(tile.task_code for tile in found)


def test_without_use_it_is_the_order_of_the_files() -> None:
    found = tiles(CODES, (), Use(), MORNING, 6)
    assert codes(found) == "abcdef"
    assert {tile.reason for tile in found} == {"order"}


def test_configuration_first_then_use_then_order() -> None:
    known = counted(*[("j", MORNING)] * 3, *[("h", MORNING)] * 5)
    found = tiles(CODES, ("c", "gone", "b"), known, MORNING, 6)
    assert codes(found) == "cbhjad"
    assert [tile.reason for tile in found] == ["configured"] * 2 + ["used"] * 2 + ["order"] * 2
    assert found[2].score == pytest.approx(5.0)


def test_once_is_chance() -> None:
    assert codes(tiles(CODES, (), counted(("j", MORNING)), MORNING, 6)) == "abcdef"


@pytest.mark.parametrize(
    ("kind", "hour", "score"),
    [
        ("workday", 9, 8.0),
        ("workday", 10, 4.0),
        ("workday", 8, 4.0),
        ("workday", 11, 0.0),
        ("free_day", 9, 2.0),
        ("free_day", 10, 1.0),
    ],
)
def test_the_hour_and_the_kind_of_day_count(kind: use.Kind, hour: int, score: float) -> None:
    known = counted(*[("j", MORNING)] * 8)
    assert known.scores(Now(THURSDAY, kind, hour)).get("j", 0.0) == pytest.approx(score)


def test_midnight_is_beside_eleven_at_night() -> None:
    known = counted(("j", Now(THURSDAY, "workday", 23)))
    assert known.scores(Now(THURSDAY, "workday", 0)) == {"j": 0.5}


def test_what_is_long_ago_counts_less_and_is_forgotten() -> None:
    known = counted(*[("j", MORNING)] * 8)
    fortnight = Now(THURSDAY + timedelta(days=14), "workday", 9)
    assert known.scores(fortnight)["j"] == pytest.approx(4.0)
    assert known.begun("a", fortnight).scores(fortnight)["j"] == pytest.approx(4.0)
    assert known.on(THURSDAY + timedelta(days=365)).numbers == {}


def test_a_clock_put_back_takes_nothing_away() -> None:
    known = counted(*[("j", MORNING)] * 8)
    before = Now(THURSDAY - timedelta(days=300), "workday", 9)
    set_back = known.begun("j", before)
    assert set_back.scores(before)["j"] == pytest.approx(9.0)
    assert set_back.scores(MORNING)["j"] == pytest.approx(9.0)


def test_what_stays_keeps_its_place() -> None:
    known = counted(*[("j", MORNING)] * 3)
    shown = in_place(tiles(CODES, (), known, MORNING, 6), tuple("abcdef"))
    assert shown == tuple("abcdej")
    evening = Now(THURSDAY, "workday", 20)
    known = counted(*[("j", evening)] * 3, *[("h", evening)] * 9)
    assert in_place(tiles(CODES, (), known, evening, 6), shown) == tuple("abcdhj")
    assert in_place(tiles(CODES, ("i",), known, evening, 6), shown) == tuple("ibchaj")


def test_it_is_kept_in_the_store_without_a_day_or_a_person(store: Store) -> None:
    known = counted(("j", MORNING), ("a", Now(THURSDAY, "free_day", 23)))
    assert use.write(store, known) is None
    assert use.read(store) == known
    assert use.read(store) == Use.from_bytes(known.to_bytes())


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[1]", b'{"day": "x", "numbers": []}', b'{"day": "2026-01-01", "numbers": [1]}', b"\xff"],
)
def test_what_is_damaged_counts_nothing(data: bytes) -> None:
    assert Use.from_bytes(data) == Use()


def test_home_changes_only_while_the_screen_is_asleep(store: Store) -> None:
    catalogue = Catalogue(MATTERS.matters)
    last = catalogue.codes[-1]
    zone = ZoneInfo("Asia/Shanghai")
    named = [catalogue.matters[7].plain_name.zh, "没有这个事项"]
    home = Home(store, catalogue, named, Calendar, zone, lambda: Visit(number=1))
    home.start()
    first = catalogue.first(6)
    assert first[0] == catalogue.codes[7]
    for _ in range(3):
        home.begun(last)
    home.stop()
    assert catalogue.first(6) == first
    kept = use.read(store)
    assert not isinstance(kept, Fault)
    assert sum(kept.numbers.values()) == 3
    asleep = Visit(number=2, overlay=Overlay.ASLEEP)
    again = Home(store, catalogue, [], Calendar, zone, lambda: asleep)
    again.choose()
    assert last in catalogue.first(6)
