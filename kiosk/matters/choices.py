"""Choices from lists that many matters share: regions, banks, ethnicities, relations.

The lists are data (``config/choices/*.yaml``): an adopter puts in the regions and banks of the place.
A list may have levels, as regions have: an entry is then ``within`` another one, and only what has nothing
within it is an answer.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from kiosk.matters.form_model import Option, Question
from kiosk.matters.strict import Bilingual

FOLDER: Final = Path(__file__).resolve().parents[2] / "config" / "choices"
_pushed: list[Path] = []  # the folder of a bundle, once one with lists is in force
MAX_QUERY: Final = 40
MOST_FOUND: Final = 60


class Listed(Option):
    """One line of a list."""

    within: str = ""  # the value of the entry of the level above; empty: of the first level


class Choices:
    """One list, in its order."""

    def __init__(self, entries: tuple[Listed, ...]) -> None:
        self.entries = entries
        self._by_value = {entry.value: entry for entry in entries}
        self._within: dict[str, list[Listed]] = {}
        for entry in entries:
            if entry.within and entry.within not in self._by_value:
                raise ValueError(f"{entry.value} lies within {entry.within}, which is not on the list")
            self._within.setdefault(entry.within, []).append(entry)
        self.answers = tuple(entry for entry in entries if entry.value not in self._within)
        self.values = frozenset(entry.value for entry in self.answers)
        self.has_levels = len(self._within) > 1
        self._said: dict[str, set[str]] = {}  # made when somebody asks

    def inside(self, value: str) -> tuple[Listed, ...]:
        """The entries of the next level below ``value``; those of the first one for an empty value."""
        return tuple(self._within.get(value, ()))

    def path(self, value: str) -> tuple[Listed, ...]:
        """The entries on the way to ``value``, itself the last; nothing for a value that is not there."""
        found: list[Listed] = []
        entry = self._by_value.get(value)
        while entry is not None and entry not in found:
            found.insert(0, entry)
            entry = self._by_value.get(entry.within)
        return tuple(found)

    def named(self, said: str) -> tuple[str, ...]:
        """The answers that are called ``said``."""
        if not self._said:
            self._said.update(_all_said(self))
        found = self._said.get(said, set()) | self._said.get(said.casefold(), set())
        return tuple(value for value in found if self._is_called(value, said))

    def _is_called(self, value: str, said: str) -> bool:
        """Only English may be written in any case."""
        labels = (self._by_value[value].label, self.name(value))
        return said == value or any(
            said == label.zh or said.casefold() == label.en.casefold() for label in labels if label
        )

    def name(self, value: str) -> Bilingual | None:
        """The whole name of an answer: 河南省平顶山市新华区."""
        path = self.path(value)
        if not path:
            return None
        return Bilingual(
            zh="".join(entry.label.zh for entry in path),
            en=", ".join(entry.label.en for entry in reversed(path)),
        )


class Spelled:
    """The ways in which a name can be typed."""

    def __init__(self, zh: str, en: str) -> None:
        from pypinyin import Style, lazy_pinyin, pinyin

        # A character of several readings (朝阳: chao, zhao) is found by each of them.
        every = pinyin(zh, style=Style.NORMAL, heteronym=True)
        self.initials = [frozenset(reading[0] for reading in readings if reading) for readings in every]
        self.whole = ("".join(lazy_pinyin(zh)), _letters(en), zh)

    def rank(self, query: str) -> tuple[int, int] | None:
        """The lower the better; ``None`` when it is not found so.  An equal name goes first, then a start."""
        if len(query) <= len(self.initials) and all(
            letter in readings for letter, readings in zip(query, self.initials, strict=False)
        ):
            return (0 if len(query) == len(self.initials) else 1, 0)
        starts = [whole for whole in self.whole if whole.startswith(query)]
        if starts:
            return (0 if query in starts else 1, 1)
        return (2, 0) if any(query in whole for whole in self.whole) else None


def use(folder: Path | None) -> None:
    """From now on take lists from ``folder``, and from the product where it has none; between visits only."""
    _pushed[:] = [] if folder is None else [folder]
    listed.cache_clear()


def prepare() -> None:
    """Spell every entry of every list, which takes most of a second the first time."""
    for name in sorted({path.stem for folder in (*_pushed, FOLDER) for path in folder.glob("*.yaml")}):
        for entry in listed(name).entries:
            _spelled(entry.label.zh, entry.label.en)


@cache
def _spelled(zh: str, en: str) -> Spelled:
    return Spelled(zh, en)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold().replace("ü", "v") if character.isalnum())


def options(question: Question) -> tuple[Option, ...]:
    """What can be chosen: the question's own options, or those of its list."""
    return listed(question.catalogue).answers if question.catalogue else question.options


def label_of(question: Question, value: str) -> Bilingual | None:
    """How the answer ``value`` is called, with the levels above it; ``None`` for what is no answer."""
    if question.catalogue:
        choices = listed(question.catalogue)
        return choices.name(value) if value in choices.values else None
    return next((option.label for option in question.options if option.value == value), None)


def way_to(question: Question, value: str) -> tuple[str, ...]:
    """The values that are touched one after the other until ``value`` is chosen."""
    if not question.catalogue:
        return (value,)
    return tuple(entry.value for entry in listed(question.catalogue).path(value))


def find(question: Question, typed: str, most: int = MOST_FOUND) -> tuple[Option, ...]:
    """Options by the letters of their pinyin, the initials or in full, by English or by characters.

    Of a list with levels all of them: who types pds means 平顶山市, and then says which part of it.
    """
    query = _letters(typed[:MAX_QUERY])
    if not query:
        return ()
    every: tuple[Option, ...] = listed(question.catalogue).entries if question.catalogue else question.options
    ranked = [
        (rank, place, option)
        for place, option in enumerate(every)
        if (rank := _spelled(option.label.zh, option.label.en).rank(query)) is not None
    ]
    return tuple(option for _, _, option in sorted(ranked, key=lambda each: each[:2]))[:most]


def value_of(question: Question, said: str) -> str:
    """The value that ``said`` names: a value, a label, or a whole name; ``said`` itself where none does.

    A label that two entries share (鼓楼区) names neither.
    """
    if question.catalogue:
        named = listed(question.catalogue).named(said)
    else:
        named = tuple(
            option.value
            for option in question.options
            if said in (option.value, option.label.zh) or said.casefold() == option.label.en.casefold()
        )
    return named[0] if len(named) == 1 else said


def _all_said(choices: Choices) -> dict[str, set[str]]:
    """Answers by everything that they can be called: value, label and whole name, in both languages."""
    said: dict[str, set[str]] = {}
    for entry in choices.answers:
        names = [entry.value]
        for label in (entry.label, choices.name(entry.value)):
            names += [label.zh, label.en.casefold()] if label is not None else []
        for name in names:
            said.setdefault(name, set()).add(entry.value)
    return said


@cache
def listed(name: str) -> Choices:
    """The list ``name``.  It ships with the product, or was checked when pushed: a bad one is a bug."""
    import yaml  # a start has no time for it

    folder = next((each for each in _pushed if (each / f"{name}.yaml").is_file()), FOLDER)
    with (folder / f"{name}.yaml").open(encoding="utf-8") as file:
        entries = yaml.load(file, Loader=yaml.CSafeLoader)
    return Choices(tuple(Listed.model_validate(entry) for entry in entries))
