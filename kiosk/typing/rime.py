"""Pinyin by librime, leaving no trace.

The schema is compiled at set-up (``build``) and only read here.  Its user dictionary is switched off, so
nothing is ever learned; whatever librime might write goes to a folder of this process alone, which is
removed at its end.  A composition lives in a session, and every reset destroys it.

librime is one for the whole process and is not called from two threads at a time.
"""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Final

from devices.contract import Fault
from kiosk.typing import names
from kiosk.typing.built import ALIKE, BUILT, SCHEMA, damaged
from kiosk.typing.librime import Librime
from kiosk.typing.local import MOST_CANDIDATES, best, everyday, first
from values import dataclass

MOST_LETTERS: Final = 60
"""What is converted at once; a longer spelling is left over for the next choice."""
ALIKE_MOST: Final = 3
"""Of what only sounds alike: more would be in the way of who spells rightly."""
ALIKE_LOOKED_AT: Final = 40
BEFORE_NAMES: Final = (1, 5)
BEFORE_ALIKE: Final = (2, 5)
"""Of what is spelled rightly and everyday: so many words, so many single characters."""
NAMES_BEFORE_ALIKE: Final = 2
MOST_BEFORE: Final = 12
"""So that these stand at the same places, however few are asked for."""
_SPELLED_OUT: Final = re.compile(
    "(?:(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    "(?:[iu]?a(?:i|o|ng?)?|[iuv]?e(?:i|r|ng?)?|i?ong|u?o|ou|i(?:u|ng?)?|u(?:i|n)?|v))+"
)
_PROBE: Final = ("zhongguo", "中国")


@dataclass(frozen=True, repr=False)
class _Found:
    """A candidate, whose it is, and its place there; ``None``: a name of our own, for all of the letters."""

    text: str
    spelling: _Spelling | None = None
    place: int = 0


@dataclass(frozen=True, repr=False)
class _Answer:
    letters: str
    most: int
    found: Sequence[_Found]


class _Spelling:
    """The letters in a session of one schema."""

    def __init__(self, library: Librime, schema: str) -> None:
        self._library = library
        self._schema = schema
        self._session = 0
        self._entered = ""  # in the session already: a letter more goes on from there

    def enter(self, letters: str) -> bool:
        """From what is in the session already, if that is possible."""
        if self._session and self._entered.startswith(letters):
            self._library.take_back(self._session, len(self._entered) - len(letters))
        else:
            if not self._session or not letters.startswith(self._entered):
                self.close()
                self._session = self._library.open_session(self._schema)
            if not self._session:
                return False
            self._library.type(self._session, letters.removeprefix(self._entered))
        self._entered = letters
        return True

    def candidates(self) -> Generator[str, None, None]:
        return self._library.candidates(self._session)

    def select(self, place: int) -> str:
        return self._library.select(self._session, place)

    def close(self) -> None:
        if self._session:
            self._library.close_session(self._session)
        self._session = 0
        self._entered = ""


class RimeEngine:
    """One composition at a time.  :meth:`keys` goes on with it or begins it anew; :attr:`rest` is what a
    choice left over."""

    def __init__(self, library: Librime) -> None:
        self._right = _Spelling(library, SCHEMA)
        self._alike = _Spelling(library, ALIKE)
        self._found: Sequence[_Found] = ()
        self._typed = ""  # what the candidates are for
        self._ahead: _Answer | None = None
        self._beyond = ""
        self.rest = ""

    def keys(self, letters: str, most: int = MOST_CANDIDATES) -> list[str]:
        """Candidates, best first, for the letters a to z (ü is v); nothing for anything else.

        ``most``: at least as many, where there are; what nobody looks at is not looked for.
        """
        letters = letters.lower()
        ahead, self._ahead = self._ahead, None
        if ahead is None or (ahead.letters, ahead.most) != (letters, most):
            ahead = self._ask(letters, most)
        if ahead is None:
            self.reset()
            return []
        self._typed, self._beyond, self.rest = letters[:MOST_LETTERS], letters[MOST_LETTERS:], ""
        self._found = ahead.found
        return [each.text for each in ahead.found]

    def expect(self, letters: str, most: int = MOST_CANDIDATES) -> list[str]:
        """What :meth:`keys` will say, if it is asked next; until then nothing has been typed."""
        self._ahead = self._ask(letters.lower(), most)
        return [each.text for each in self._ahead.found] if self._ahead is not None else []

    def _ask(self, letters: str, most: int) -> _Answer | None:
        entered = letters[:MOST_LETTERS]
        if not (letters.isascii() and letters.isalpha()) or not self._right.enter(entered):
            return None
        with closing(self._right.candidates()) as candidates:
            near = list(islice(candidates, ALIKE_LOOKED_AT))
            taken, order = best(letters, chain(near, candidates), max(most, MOST_BEFORE))
        right = [_Found(taken[place], self._right, place) for place in order]
        return _Answer(letters, most, _mixed(entered, right, self._sounding_alike(entered, near)))

    def _sounding_alike(self, letters: str, known: Sequence[str]) -> list[_Found]:
        """What all of the letters would mean to who does not tell some sounds apart."""
        entered = self._alike.enter(letters)  # always: a letter more is quicker than all of them
        if not entered or not _SPELLED_OUT.fullmatch(letters):
            return []
        with closing(self._alike.candidates()) as candidates:
            near = list(islice(candidates, ALIKE_LOOKED_AT))
        found = [
            _Found(text, self._alike, place)
            for place, text in enumerate(near)
            if len(text) == len(near[0]) and text not in known and everyday(text)
        ]
        return found[:ALIKE_MOST]

    def choose(self, index: int) -> str:
        """The candidate at ``index`` of the last :meth:`keys`; empty when there is none."""
        if not 0 <= index < len(self._found):
            return ""
        chosen = self._found[index]
        rest = self._beyond
        if chosen.spelling is not None:
            if not chosen.spelling.enter(self._typed):
                return ""
            rest = chosen.spelling.select(chosen.place) + rest
        self.reset()
        self.rest = rest
        return chosen.text

    def reset(self) -> None:
        """Forget everything that was typed and chosen."""
        self._right.close()
        self._alike.close()
        self._found = ()
        self._typed = self._beyond = self.rest = ""
        self._ahead = None


def _names(letters: str) -> list[_Found]:
    return [_Found(text) for text in (*names.whole_names(letters), *names.characters(letters))]


def _mixed(letters: str, right: Sequence[_Found], alike: Sequence[_Found]) -> list[_Found]:
    """What is spelled rightly and everyday first, then some of each kind, each text once."""
    named = _names(letters)
    single = bool(right) and len(right[0].text) == 1
    usual = len(first().get(letters, ""))
    before, behind = max(BEFORE_NAMES[single], usual), max(BEFORE_ALIKE[single], usual)
    order = (
        *right[:before],
        *named[:NAMES_BEFORE_ALIKE],
        *right[before:behind],
        *alike[: 1 if named else None],
        *named[NAMES_BEFORE_ALIKE:],
        *alike[1 if named else len(alike) :],
        *right[behind:],
    )
    found: dict[str, _Found] = {}
    for each in order:
        found.setdefault(each.text, each)
    return list(found.values())


class _Process:
    """What librime has one of in a process."""

    def __init__(self, library: Librime, folder: Path) -> None:
        self.library = library
        self.folder = folder
        self._private = tempfile.TemporaryDirectory(prefix="kiosk-typing-")
        library.initialize(folder, Path(self._private.name))


_process: _Process | None = None
_lock: Final = threading.Lock()


def open_rime(folder: Path = BUILT) -> RimeEngine | Fault:
    """An engine on the tables in ``folder``, which is the same at every call in a process.  Tens of
    milliseconds, more on a cold disk.

    Faults: ``typing.not_built`` (set-up has not made the tables), ``typing.tables_damaged`` (they are not
    as set-up left them), ``typing.library_missing``, ``typing.library_failed`` (it does not turn letters
    into simplified characters).
    """
    global _process  # noqa: PLW0603 - librime's own state is global
    with _lock:
        if _process is None:
            fault = damaged(folder)
            if fault is not None:
                return fault
            try:
                library = Librime()
            except OSError as missing:
                return Fault("typing.library_missing", str(missing), permanent=True)
            _process = _Process(library, folder)
        assert _process.folder == folder, "librime is set up once in a process"
        engine = RimeEngine(_process.library)
        letters, characters = _PROBE
        if characters not in engine.keys(letters)[:1]:
            engine.reset()
            return Fault("typing.library_failed", permanent=True)
        engine.reset()
        return engine
