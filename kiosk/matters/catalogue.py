"""The matters that this terminal offers, and how to get at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kiosk.matters.document import Problem
from kiosk.matters.models import Bilingual, Matter, Need

if TYPE_CHECKING:
    from kiosk.matters.search import Index

SEARCH_LIMIT = 60


@dataclass(frozen=True)
class Row:
    """One line of a listing, in the words of ``kiosk matters list --json``."""

    task_code: str
    name: str
    department: str
    shape: str
    needs: tuple[str, ...]


class Catalogue:
    """Immutable, :meth:`become` and the marks aside.  ``matters`` are in the order in which they are offered;
    ``problems`` are those of files that could not be taken.

    ``marks`` are the matters whose guide has drifted from the published one (Articles 9 and 12), with the
    elements that differ: always replaced whole, so that any thread may read them.
    """

    def __init__(self, matters: Iterable[Matter] = (), problems: Iterable[Problem] = ()) -> None:
        self.matters = tuple(matters)
        self.problems = tuple(problems)
        self.marks: Mapping[str, tuple[str, ...]] = {}
        self._by_code = {matter.task_code: matter for matter in self.matters}

    def __len__(self) -> int:
        return len(self.matters)

    def __iter__(self) -> Iterator[Matter]:
        return iter(self.matters)

    def __repr__(self) -> str:
        return f"Catalogue({len(self.matters)} matters, {len(self.problems)} problems)"

    def become(self, other: Catalogue) -> None:
        """Hold the matters of ``other`` from now on; between visits, when another bundle is taken.

        Everybody who has this catalogue has the new one then, in one step: any thread may read meanwhile.
        """
        self.__dict__ = dict(other.__dict__)

    def mark(self, marks: Mapping[str, tuple[str, ...]]) -> None:
        """Replace the marks: task codes with the elements that have drifted."""
        self.marks = dict(marks)

    def by_code(self, task_code: str) -> Matter | None:
        return self._by_code.get(task_code)

    def named(self, name: str) -> tuple[Matter, ...]:
        """Every matter with exactly this official or plain name, Chinese or English.

        Several bodies may offer a matter of the same name.
        """
        return tuple(self._by_name.get(_folded(name), ()))

    def get(self, code_or_name: str) -> Matter | None:
        """The matter with this task code, or the only one with this name; otherwise None.

        A name is the official or the plain one, or failing that a part of the official one or an everyday
        word: people say 参保缴费凭证 for 社会保险参保缴费凭证打印.
        """
        found = self._by_code.get(code_or_name.strip())
        if found is not None:
            return found
        named = self.named(code_or_name) or self._commonly_called(code_or_name)
        return named[0] if len(named) == 1 else None

    def listing(self, theme: str | None = None, department: str | None = None) -> tuple[Matter, ...]:
        """The matters of a theme, of a department (its Chinese or English name), of both, or all."""
        return tuple(
            matter
            for matter in self.matters
            if (theme is None or theme in matter.themes)
            and (department is None or department in (matter.department.zh, matter.department.en))
        )

    def rows(self) -> tuple[Row, ...]:
        return tuple(
            Row(
                task_code=matter.task_code,
                name=matter.name.zh,
                department=matter.department.zh,
                shape=matter.shape.value,
                needs=tuple(need.value for need in matter.needs),
            )
            for matter in self.matters
        )

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """Every theme of a matter, each once, in the order of first use."""
        return tuple(dict.fromkeys(theme for matter in self.matters for theme in matter.themes))

    @cached_property
    def departments(self) -> tuple[Bilingual, ...]:
        return tuple({matter.department.zh: matter.department for matter in self.matters}.values())

    @cached_property
    def needs(self) -> frozenset[Need]:
        """What a terminal must have to offer all of these matters."""
        return frozenset(need for matter in self.matters for need in matter.needs)

    def search(self, text: str, limit: int = SEARCH_LIMIT) -> tuple[Matter, ...]:
        """Matters that ``text`` may mean, best first: characters, pinyin, initials, everyday words, slips.

        The index is made by the first search (see :meth:`prepare_search`).
        """
        return tuple(self.matters[place] for place in self._index.search(text, limit))

    def prepare_search(self) -> None:
        """Make the index now, e.g. on a worker after the first page is on the screen."""
        _ = self._index

    def _commonly_called(self, name: str) -> tuple[Matter, ...]:
        wanted = _folded(name)
        if not wanted:
            return ()
        return tuple(
            matter
            for matter in self.matters
            if wanted in _folded(matter.name.zh)
            or wanted in _folded(matter.name.en)
            or any(wanted == _folded(word) for word in matter.words)
        )

    @cached_property
    def _by_name(self) -> dict[str, list[Matter]]:
        names: dict[str, list[Matter]] = {}
        for matter in self.matters:
            for name in {_folded(text) for text in _names(matter)}:
                names.setdefault(name, []).append(matter)
        return names

    @cached_property
    def _index(self) -> Index:
        from kiosk.matters.search import Index

        return Index(self.matters)


def _names(matter: Matter) -> tuple[str, ...]:
    return (matter.name.zh, matter.plain_name.zh, matter.name.en, matter.plain_name.en)


def _folded(name: str) -> str:
    return name.strip().casefold()
