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
_PROBE: Final = ("zhongguo", "中国")


class RimeEngine:
    """One composition at a time.  :meth:`keys` goes on with it or begins it anew; :attr:`rest` is what a
    choice left over."""

    def __init__(self, library: Librime) -> None:
        self._library = library
        self._session = 0
        self._found: Sequence[str] = ()
        self._order: Sequence[int] = ()
        self._typed = ""  # in the session already: a letter more goes on from there
        self._beyond = ""
        self.rest = ""

    def keys(self, letters: str, most: int = MOST_CANDIDATES) -> list[str]:
        """Candidates, best first, for the letters a to z (ü is v); nothing for anything else.

        ``most``: at least as many, where there are; what nobody looks at is not looked for.
        """
        letters = letters.lower()
        if not (letters.isascii() and letters.isalpha()):
            self.reset()
            return []
        taken = letters[:MOST_LETTERS]
        if not self._go_on(taken):
            return []
        self._typed, self._beyond, self.rest = taken, letters[MOST_LETTERS:], ""
        with closing(self._library.candidates(self._session)) as candidates:
            self._found, self._order = best(letters, candidates, most)
        return [self._found[place] for place in self._order]

    def _go_on(self, letters: str) -> bool:
        """From what is in the session already, if that is possible."""
        if self._session and self._typed.startswith(letters):
            self._library.take_back(self._session, len(self._typed) - len(letters))
            return True
        if not self._session or not letters.startswith(self._typed):
            self.reset()
            self._session = self._library.open_session(SCHEMA)
        if self._session:
            self._library.type(self._session, letters.removeprefix(self._typed))
        return bool(self._session)

    def choose(self, index: int) -> str:
        """The candidate at ``index`` of the last :meth:`keys`; empty when there is none."""
        if not self._session or not 0 <= index < len(self._order):
            return ""
        place = self._order[index]
        text = self._found[place]
        rest = self._library.select(self._session, place) + self._beyond
        self.reset()
        self.rest = rest
        return text

    def reset(self) -> None:
        """Forget everything that was typed and chosen."""
        if self._session:
            self._library.close_session(self._session)
        self._session = 0
        self._found = self._order = ()
        self._typed = self._beyond = self.rest = ""


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
