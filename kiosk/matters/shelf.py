"""Matters that are in memory, whole: of a folder that was read just now, and of tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from kiosk.matters.offer import Offered, Pair

if TYPE_CHECKING:
    from kiosk.matters.catalogue import Alike
    from kiosk.matters.models import Bilingual, Matter
    from kiosk.matters.search import Index

Label = TypeVar("Label")


class MemoryShelf:
    def __init__(self, matters: Iterable[Matter]) -> None:
        self._matters = tuple(matters)
        self.codes: Sequence[str] = tuple(matter.task_code for matter in self._matters)
        self.base_codes: Sequence[str] = tuple(matter.catalog_code for matter in self._matters)

    @cached_property
    def themes(self) -> Mapping[str, Sequence[int]]:
        return places_of(matter.themes for matter in self._matters)

    @cached_property
    def departments(self) -> Mapping[Pair, Sequence[int]]:
        return departments_of(matter.department for matter in self._matters)

    @cached_property
    def alike(self) -> Sequence[Alike]:
        return alike_of(self._matters)

    @cached_property
    def version(self) -> str:
        return version_of((matter.task_code, sum_of(matter)) for matter in self._matters)

    def offer(self, place: int) -> Offered:
        return self._matters[place]

    def whole(self, place: int) -> Matter | None:
        return self._matters[place]

    def index(self) -> Index:
        from kiosk.matters.search import Index, entry

        return Index.of([entry(matter) for matter in self._matters])


def sum_of(matter: Matter) -> bytes:
    """Differs when anything of the matter does."""
    return hashlib.sha256(matter.model_dump_json().encode()).digest()


def version_of(sums: Iterable[tuple[str, bytes]]) -> str:
    """A short sum over all matters, given their codes and sums, whatever their order."""
    return hashlib.sha256(b"".join(each for _, each in sorted(sums))).hexdigest()[:12]


def places_of(labels: Iterable[Iterable[Label]]) -> dict[Label, list[int]]:
    """Where each label stands, in the order of first use."""
    found: dict[Label, list[int]] = {}
    for place, own in enumerate(labels):
        for label in dict.fromkeys(own):
            found.setdefault(label, []).append(place)
    return found


def departments_of(names: Iterable[Bilingual | Pair]) -> dict[Pair, list[int]]:
    """One for each Chinese name, however it is translated."""
    first: dict[str, Pair] = {}
    pairs = (first.setdefault(name.zh, Pair(name.zh, name.en)) for name in names)
    return places_of((pair,) for pair in pairs)


def alike_of(offers: Iterable[Offered]) -> tuple[Alike, ...]:
    """Parts of ``offers`` that are the same in all that availability looks at."""
    parts: dict[object, tuple[Offered, list[str]]] = {}
    for offer in offers:
        same = (offer.needs, offer.hours, offer.begins, offer.ends)
        parts.setdefault(same, (offer, []))[1].append(offer.task_code)
    return tuple((offer, tuple(codes)) for offer, codes in parts.values())
