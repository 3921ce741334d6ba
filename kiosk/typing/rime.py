"""Pinyin by librime, leaving no trace.

The schema is compiled at set-up (``build``) and only read here.  Its user dictionary is switched off, so
nothing is ever learned; whatever librime might write goes to a folder of this process alone, which is
removed at its end.  A composition lives in a session, and every reset destroys it.

librime is one for the whole process and is not called from two threads at a time.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from devices.contract import Fault
from kiosk.typing.built import BUILT, SCHEMA, damaged
from kiosk.typing.librime import Librime
from kiosk.typing.local import MOST_CANDIDATES, best

MOST_LETTERS: Final = 60
"""What is converted at once; a longer spelling is left over for the next choice."""
_Answer = tuple[tuple[str, int], tuple[Sequence[str], Sequence[int]]]
"""What was asked, and what was found, with its order."""
_PROBE: Final = ("zhongguo", "中国")


class RimeEngine:
    """One composition at a time.  :meth:`keys` goes on with it or begins it anew; :attr:`rest` is what a
    choice left over."""

    def __init__(self, library: Librime) -> None:
        self._library = library
        self._session = 0
        self._found: Sequence[str] = ()
        self._order: Sequence[int] = ()
        self._typed = ""  # what the candidates are for
        self._entered = ""  # in the session already: a letter more goes on from there
        self._ahead: _Answer | None = None
        self._beyond = ""
        self.rest = ""

    def keys(self, letters: str, most: int = MOST_CANDIDATES) -> list[str]:
        """Candidates, best first, for the letters a to z (ü is v); nothing for anything else.

        ``most``: at least as many, where there are; what nobody looks at is not looked for.
        """
        letters = letters.lower()
        ahead, self._ahead = self._ahead, None
        if ahead is None or ahead[0] != (letters, most):
            ahead = self._ask(letters, most)
        if ahead is None:
            self.reset()
            return []
        self._typed, self._beyond, self.rest = letters[:MOST_LETTERS], letters[MOST_LETTERS:], ""
        self._found, self._order = ahead[1]
        return [self._found[place] for place in self._order]

    def expect(self, letters: str, most: int = MOST_CANDIDATES) -> list[str]:
        """What :meth:`keys` will say, if it is asked next; until then nothing has been typed."""
        self._ahead = self._ask(letters.lower(), most)
        if self._ahead is None:
            return []
        found, order = self._ahead[1]
        return [found[place] for place in order]

    def _ask(self, letters: str, most: int) -> _Answer | None:
        if not (letters.isascii() and letters.isalpha()) or not self._enter(letters[:MOST_LETTERS]):
            return None
        with closing(self._library.candidates(self._session)) as candidates:
            return (letters, most), best(letters, candidates, most)

    def _enter(self, letters: str) -> bool:
        """From what is in the session already, if that is possible."""
        if self._session and self._entered.startswith(letters):
            self._library.take_back(self._session, len(self._entered) - len(letters))
        else:
            if not self._session or not letters.startswith(self._entered):
                self._close()
                self._session = self._library.open_session(SCHEMA)
            if not self._session:
                return False
            self._library.type(self._session, letters.removeprefix(self._entered))
        self._entered = letters
        return True

    def choose(self, index: int) -> str:
        """The candidate at ``index`` of the last :meth:`keys`; empty when there is none."""
        if not 0 <= index < len(self._order) or not self._enter(self._typed):
            return ""
        place = self._order[index]
        text = self._found[place]
        rest = self._library.select(self._session, place) + self._beyond
        self.reset()
        self.rest = rest
        return text

    def reset(self) -> None:
        """Forget everything that was typed and chosen."""
        self._close()
        self._found = self._order = ()
        self._typed = self._beyond = self.rest = ""
        self._ahead = None

    def _close(self) -> None:
        if self._session:
            self._library.close_session(self._session)
        self._session = 0
        self._entered = ""


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
