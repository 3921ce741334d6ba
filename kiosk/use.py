"""Which matters are begun here at which hours, counted without saying by whom, and what home shows for it.

One number stands for a matter, an hour of the day and a kind of day (a workday by law or not).  It grows by
one with each time that somebody begins the matter, and loses half of itself within :data:`HALF_LIFE_DAYS`.
No visit, person or day can be told from it.

Home shows first what the configuration names, then what is begun most at this hour, then the rest in the
order of the files.  A matter that stays keeps its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from typing import Any, Final, Literal

import apsw

from devices.contract import Fault
from kiosk.delivery.store import Store
from kiosk.matters.calendar import Calendar
from values import dataclass

HALF_LIFE_DAYS: Final = 14.0
LEAST: Final = 2.0  # a score below this is chance, and changes nothing
NEAR: Final = (1.0, 0.5)  # what counts at this hour, and at the one before and after
OTHER_KIND: Final = 0.25  # what counts of the other kind of day
MOST_NUMBERS: Final = 20_000
FORGOTTEN: Final = 0.02
_MARK: Final = "use"
_HOURS: Final = 24

Kind = Literal["workday", "free_day"]
Reason = Literal["configured", "used", "order"]
Slot = tuple[str, str, int]
"""Task code, kind of day, hour."""


@dataclass(frozen=True)
class Now:
    """The hour that home is chosen for."""

    day: date
    kind: Kind
    hour: int

    @classmethod
    def of(cls, moment: datetime, calendar: Calendar) -> Now:
        """``moment`` in the terminal's zone."""
        by_law = calendar.is_workday_by_law(moment.date())
        return cls(moment.date(), "workday" if by_law else "free_day", moment.hour)


@dataclass(frozen=True)
class Use:
    """``numbers`` are those of ``day``, when they were last reduced."""

    day: date | None = None
    numbers: Mapping[Slot, float] = field(default_factory=dict)

    def begun(self, task_code: str, now: Now) -> Use:
        """One more."""
        aged = self.on(now.day)
        numbers = dict(aged.numbers)
        slot = (task_code, now.kind, now.hour)
        numbers[slot] = numbers.get(slot, 0.0) + 1.0
        return Use(aged.day, numbers)

    def on(self, day: date) -> Use:
        """What is left of it on ``day``.  A clock that has been put back takes nothing away."""
        if self.day is None:
            return Use(day, self.numbers)
        if day <= self.day:
            return self
        left = 0.5 ** ((day - self.day).days / HALF_LIFE_DAYS)
        kept = {slot: number * left for slot, number in self.numbers.items() if number * left > FORGOTTEN}
        return Use(day, kept)

    def scores(self, now: Now) -> dict[str, float]:
        """How much each matter is begun at this hour; those that are not are left out."""
        found: dict[str, float] = {}
        for (code, kind, hour), number in self.on(now.day).numbers.items():
            apart = min((hour - now.hour) % _HOURS, (now.hour - hour) % _HOURS)
            if apart < len(NEAR):
                weight = NEAR[apart] * (1.0 if kind == now.kind else OTHER_KIND)
                found[code] = found.get(code, 0.0) + number * weight
        return found

    def to_bytes(self) -> bytes:
        most = sorted(self.numbers.items(), key=lambda item: -item[1])[:MOST_NUMBERS]
        told = {"day": self.day.isoformat() if self.day else "", "numbers": [[*slot, n] for slot, n in most]}
        return json.dumps(told, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Use:
        """Nothing of what is not as it was written."""
        try:
            told: Any = json.loads(data)
            day = date.fromisoformat(told["day"])
            numbers = {
                (str(code), str(kind), int(hour) % _HOURS): float(number)
                for code, kind, hour, number in told["numbers"]
            }
        except (ValueError, KeyError, TypeError, RecursionError):
            return cls()
        return cls(day, {slot: number for slot, number in numbers.items() if 0 < number < 1e9})


@dataclass(frozen=True)
class Tile:
    """A matter that home shows, and why."""

    task_code: str
    reason: Reason
    score: float = 0.0


def tiles(codes: Sequence[str], configured: Iterable[str], use: Use, now: Now, most: int) -> tuple[Tile, ...]:
    """The best ``most`` of ``codes`` (in the order of their files) for this hour."""
    known = set(codes)
    found = {code: Tile(code, "configured") for code in configured if code in known}
    scores = use.scores(now)
    place = {code: number for number, code in enumerate(codes)}
    used = (code for code, score in scores.items() if score >= LEAST and code in known and code not in found)
    for code in sorted(used, key=lambda code: (-scores[code], place[code])):
        found[code] = Tile(code, "used", scores[code])
    for code in codes:
        if len(found) >= most:
            break
        found.setdefault(code, Tile(code, "order"))
    return tuple(found.values())[:most]


def in_place(wanted: Sequence[Tile], before: Sequence[str]) -> tuple[str, ...]:
    """The codes of ``wanted``; what home showed ``before`` and still shows stands where it stood.

    What is configured stands first, in its own order, whatever was before.
    """
    fixed = [tile.task_code for tile in wanted if tile.reason == "configured"]
    free = [tile.task_code for tile in wanted if tile.reason != "configured"]
    places: list[str | None] = [None] * len(wanted)
    places[: len(fixed)] = fixed
    for place, code in enumerate(before[: len(wanted)]):
        if code in free and places[place] is None:
            places[place] = code
            free.remove(code)
    return tuple(code if code is not None else free.pop(0) for code in places)


def read(store: Store) -> Use | Fault:
    """What has been counted so far."""
    rows = store.read("SELECT value FROM counters WHERE name = ?", (_MARK,))
    if isinstance(rows, Fault):
        return rows
    return Use.from_bytes(bytes(rows[0][0])) if rows else Use()


def write(store: Store, use: Use) -> Fault | None:
    data = use.to_bytes()

    def work(connection: apsw.Connection) -> None:
        connection.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (_MARK, data))

    return store.write(work)
