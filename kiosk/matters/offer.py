"""What lists, tiles, search and availability need of a matter: a small part of it, cheap by thousands.

An :class:`Offer` says the same as the :class:`Matter` that it was taken from, under the same names, so that
pages take either.  Whoever opens a matter gets the whole one from the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from kiosk.matters.kinds import Need, Shape
from kiosk.matters.slots import Slot

if TYPE_CHECKING:
    from kiosk.matters.models import Matter


class Pair(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


class FeeRange(NamedTuple):
    """``up_to_fen`` where it depends on the case."""

    amount_fen: int
    up_to_fen: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    task_code: str
    catalog_code: str
    name: Pair
    plain_name: Pair
    department: Pair
    words: tuple[str, ...]
    themes: tuple[str, ...]
    icon: str
    shape: Shape
    minutes: int
    bring: tuple[Pair, ...]
    fee: FeeRange
    needs: tuple[Need, ...]
    hours: tuple[Slot, ...]
    begins: date | None
    ends: date | None

    def in_force(self, day: date) -> bool:
        """Whether it may be offered on ``day``."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day < self.ends)


Offered: TypeAlias = "Matter | Offer"


def plain_offer(matter: Matter) -> tuple[Any, ...]:
    """The offer of a whole matter, in values that can be written down."""
    begins, ends = matter.begins, matter.ends
    return (
        matter.task_code,
        matter.catalog_code,
        *((text.zh, text.en) for text in (matter.name, matter.plain_name, matter.department)),
        matter.words,
        matter.themes,
        matter.icon,
        matter.shape.value,
        matter.minutes,
        tuple((text.zh, text.en) for text in matter.bring),
        (matter.fee.amount_fen, matter.fee.up_to_fen),
        tuple(need.value for need in matter.needs),
        tuple((tuple(day.value for day in slot.days), slot.from_, slot.until) for slot in matter.hours),
        begins.isoformat() if begins else None,
        ends.isoformat() if ends else None,
    )


def offer_of(plain: tuple[Any, ...]) -> Offer:
    """What :func:`plain_offer` wrote down."""
    code, base, name, plain_name, department, words, themes, icon, shape, minutes = plain[:10]
    bring, fee, needs, hours, begins, ends = plain[10:]
    return Offer(
        code,
        base,
        Pair(*name),
        Pair(*plain_name),
        Pair(*department),
        words,
        themes,
        icon,
        Shape(shape),
        minutes,
        tuple(Pair(*text) for text in bring),
        FeeRange(*fee),
        tuple(Need(need) for need in needs),
        tuple(Slot.model_validate({"days": days, "from": begin, "until": end}) for days, begin, end in hours),
        date.fromisoformat(begins) if begins else None,
        date.fromisoformat(ends) if ends else None,
    )
