"""The matters that this terminal offers, and how to get at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

from kiosk.matters.offer import Offered, Pair
from values import dataclass

if TYPE_CHECKING:
    from kiosk.matters.kinds import Need
    from kiosk.matters.models import Matter
    from kiosk.matters.problem import Problem
    from kiosk.matters.search import Index

SEARCH_LIMIT: Final = 60


@dataclass(frozen=True)
class Row:
    """One line of a listing, in the words of ``kiosk matters list --json``."""

    task_code: str
    name: str
    department: str
    shape: str
    needs: tuple[str, ...]


Alike = tuple[Offered, tuple[str, ...]]
"""Task codes of matters with the same needs, hours and days in force, and one of these matters."""


class Shelf(Protocol):
    """Where a catalogue's matters stand; a place counts from 0, in the order in which they are offered."""

    @property
    def codes(self) -> Sequence[str]:
        """The task code at each place."""

    @property
    def base_codes(self) -> Sequence[str]:
        """The base code (catalog_code) at each place."""

    @property
    def themes(self) -> Mapping[str, Sequence[int]]:
        """Every theme with its places, in the order of first use."""

    @property
    def departments(self) -> Mapping[Pair, Sequence[int]]:
        """Every department with its places, likewise."""

    @property
    def alike(self) -> Sequence[Alike]: ...

    @property
    def version(self) -> str:
        """Differs when one of the matters does."""

    def offer(self, place: int) -> Offered: ...

    def whole(self, place: int) -> Matter | None:
        """``None`` when what was there can no longer be had."""

    def index(self) -> Index: ...


class Catalogue:
    """Immutable, :meth:`become`, the marks and what stands first aside.  ``problems`` are those of files that
    could not be taken.

    ``marks`` are the matters whose guide has drifted from the published one (Articles 9 and 12), with the
    elements that differ.  They, and what home shows first, are always replaced whole, so that any thread may
    read them.
    """

    def __init__(
        self,
        matters: Iterable[Matter] = (),
        problems: Iterable[Problem] = (),
        base: frozenset[str] | None = None,
        *,
        shelf: Shelf | None = None,
    ) -> None:
        """``base``: the base codes in the file beside the matters, where it has been read.  With a ``shelf``
        its matters count."""
        if shelf is None:
            from kiosk.matters.shelf import MemoryShelf

            shelf = MemoryShelf(matters)
        # One value, so that another thread never sees the places of one shelf and the matters of another.
        self._held = shelf, {code: place for place, code in enumerate(shelf.codes)}
        self.problems = tuple(problems)
        self.base = base
        self.marks: Mapping[str, tuple[str, ...]] = {}
        self._first: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self._shelf.codes)

    def __iter__(self) -> Iterator[Matter]:
        """Whole matters, one after the other: thousands are never in memory together."""
        shelf = self._shelf
        wholes = (shelf.whole(place) for place in range(len(shelf.codes)))
        return (matter for matter in wholes if matter is not None)

    def __repr__(self) -> str:
        return f"Catalogue({len(self)} matters, {len(self.problems)} problems)"

    def become(self, other: Catalogue) -> None:
        """Hold the matters of ``other`` from now on; between visits, when another bundle is taken.

        Everybody who has this catalogue has the new one then, in one step: any thread may read meanwhile.
        """
        self.__dict__ = dict(other.__dict__)

    def mark(self, marks: Mapping[str, tuple[str, ...]]) -> None:
        """Replace the marks: task codes with the elements that have drifted."""
        self.marks = dict(marks)

    @cached_property
    def matters(self) -> tuple[Matter, ...]:
        """All of them, whole: for tests and rehearsals; a terminal asks for what it needs."""
        return tuple(self)

    @property
    def codes(self) -> Sequence[str]:
        """Every task code, in the order in which the matters are offered."""
        return self._shelf.codes

    def put_first(self, codes: Iterable[str]) -> None:
        """What home shows first; the rest follows in its own order."""
        known = self._held[1]
        self._first = tuple(code for code in codes if code in known)

    def first(self, most: int) -> tuple[str, ...]:
        """The task codes that home shows, at most so many."""
        first = self._first[:most]
        rest = (code for code in self.codes[: 2 * most] if code not in first)
        return (*first, *islice(rest, most - len(first)))

    @property
    def version(self) -> str:
        """Which matters these are: differs when one does."""
        return self._shelf.version

    def by_code(self, task_code: str) -> Matter | None:
        """The whole matter."""
        shelf, places = self._held
        place = places.get(task_code)
        return None if place is None else shelf.whole(place)

    def offer(self, task_code: str) -> Offered | None:
        """What a list shows of it."""
        shelf, places = self._held
        place = places.get(task_code)
        return None if place is None else shelf.offer(place)

    def offers(self, codes: Iterable[str]) -> tuple[Offered, ...]:
        """Those of ``codes`` that there are."""
        found = (self.offer(code) for code in codes)
        return tuple(offer for offer in found if offer is not None)

    def named(self, name: str) -> tuple[Matter, ...]:
        """Every matter with exactly this official or plain name, Chinese or English.

        Several bodies may offer a matter of the same name.
        """
        wanted = _folded(name)
        return self._wholes(offer for offer in self.listing() if wanted in map(_folded, _names(offer)))

    def get(self, code_or_name: str) -> Matter | None:
        """The matter with this task code, or the only one with this name; otherwise None.

        A name is the official or the plain one, or failing that a part of the official one or an everyday
        word: people say 参保缴费凭证 for 社会保险参保缴费凭证打印.
        """
        found = self.by_code(code_or_name.strip())
        if found is not None:
            return found
        named = self.named(code_or_name) or self._commonly_called(code_or_name)
        return named[0] if len(named) == 1 else None

    def codes_of(self, theme: str | None = None, department: str | None = None) -> tuple[str, ...]:
        """The task codes of a theme, of a department (its Chinese or English name), of both, or all."""
        shelf = self._shelf
        places: Sequence[int] = range(len(shelf.codes))
        if theme is not None:
            places = shelf.themes.get(theme, ())
        if department is not None:
            theirs = {
                place for names, own in shelf.departments.items() if department in names for place in own
            }
            places = [place for place in places if place in theirs]
        return tuple(shelf.codes[place] for place in places)

    def listing(self, theme: str | None = None, department: str | None = None) -> tuple[Offered, ...]:
        """The matters of :meth:`codes_of`, as lists show them."""
        return self.offers(self.codes_of(theme, department))

    def rows(self) -> tuple[Row, ...]:
        return tuple(
            Row(
                task_code=offer.task_code,
                name=offer.name.zh,
                department=offer.department.zh,
                shape=offer.shape.value,
                needs=tuple(need.value for need in offer.needs),
            )
            for offer in self.listing()
        )

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """Every theme of a matter, each once, in the order of first use."""
        return tuple(self._shelf.themes)

    @cached_property
    def departments(self) -> tuple[Pair, ...]:
        return tuple(self._shelf.departments)

    @property
    def alike(self) -> Sequence[Alike]:
        """The matters in as many parts as differ in when and where they can be done."""
        return self._shelf.alike

    @cached_property
    def needs(self) -> frozenset[Need]:
        """What a terminal must have to offer all of these matters."""
        return frozenset(need for offer, _ in self._shelf.alike for need in offer.needs)

    def outside(self, base: frozenset[str]) -> frozenset[str]:
        """Task codes of those that ``base``, a base catalogue's codes, does not list (Article 5)."""
        shelf = self._shelf
        pairs = zip(shelf.codes, shelf.base_codes, strict=True)
        return frozenset(code for code, base_code in pairs if base_code not in base)

    def search(self, text: str, limit: int = SEARCH_LIMIT) -> tuple[Offered, ...]:
        """Matters that ``text`` may mean, best first: characters, pinyin, initials, everyday words, slips.

        The index is made by the first search (see :meth:`prepare_search`).
        """
        return tuple(self._shelf.offer(place) for place in self._index.search(text, limit))

    def codes_found(self, text: str, limit: int = SEARCH_LIMIT) -> tuple[str, ...]:
        """The task codes of :meth:`search`: what is not shown is not taken out of the shelf."""
        shelf = self._shelf
        return tuple(shelf.codes[place] for place in self._index.search(text, limit))

    def prepare_search(self) -> None:
        """Make the index ready now, e.g. on a worker after the first page is on the screen."""
        self._index.warm()

    def _wholes(self, offers: Iterable[Offered]) -> tuple[Matter, ...]:
        found = (self.by_code(offer.task_code) for offer in offers)
        return tuple(matter for matter in found if matter is not None)

    def _commonly_called(self, name: str) -> tuple[Matter, ...]:
        wanted = _folded(name)
        if not wanted:
            return ()
        return self._wholes(
            offer
            for offer in self.listing()
            if wanted in _folded(offer.name.zh)
            or wanted in _folded(offer.name.en)
            or any(wanted == _folded(word) for word in offer.words)
        )

    @property
    def _shelf(self) -> Shelf:
        return self._held[0]

    @cached_property
    def _index(self) -> Index:
        return self._shelf.index()


def _names(offer: Offered) -> tuple[str, ...]:
    return (offer.name.zh, offer.plain_name.zh, offer.name.en, offer.plain_name.en)


def _folded(name: str) -> str:
    return name.strip().casefold()
