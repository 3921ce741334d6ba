"""The engine that a text panel gets: opened when a panel first needs it, never at the terminal's start."""

from __future__ import annotations

import re
import sys
import threading
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from devices.contract import Fault
from kiosk.typing.local import MOST_CANDIDATES

if TYPE_CHECKING:
    from kiosk.typing.handwriting import Handwriting


_CODE: Final = re.compile("u([0-9a-f]{4,6})")


class Engine(Protocol):
    rest: str

    def keys(self, letters: str, most: int = MOST_CANDIDATES) -> list[str]: ...

    def expect(self, letters: str, most: int = MOST_CANDIDATES) -> list[str]: ...

    def choose(self, index: int) -> str: ...

    def reset(self) -> None: ...


Opened = tuple[Engine, Fault | None]


class Pinyin:
    """Opens on a worker; until it is open it has no candidates and nothing is lost.

    All methods are for one thread, the screens'; only ``done`` of :meth:`prepare` is called from another.
    """

    def __init__(
        self,
        opener: Callable[[], Opened] | None = None,
        *,
        noticed: Callable[[Fault], None] | None = None,
        crashed: Callable[[str, BaseException], None] | None = None,
    ) -> None:
        """``noticed`` hears why only single characters can be typed; ``crashed`` hears of a bug."""
        self._open = opener or open_best
        self._noticed = noticed
        self._crashed = crashed
        self._engine: Engine | None = None
        self._fault: Fault | None = None
        self._waiting: list[Callable[[], None]] = []
        self._worker: threading.Thread | None = None
        self._lock = threading.Lock()
        self._hand: Handwriting | None = None
        self._hand_tried = False
        self._coded = ""

    def prepare(self, done: Callable[[], None]) -> bool:
        """True when it is open already; else it opens, and ``done`` is called once when it has."""
        with self._lock:
            if self._engine is not None:
                return True
            self._waiting.append(done)
            if self._worker is None:
                self._worker = threading.Thread(target=self._open_now, name="typing", daemon=True)
                self._worker.start()
        return False

    @property
    def fault(self) -> Fault | None:
        """Why only single characters can be typed; ``None`` when phrases can be, or it is not open yet."""
        return self._fault

    @property
    def rest(self) -> str:
        """The letters that the last choice left over."""
        return self._engine.rest if self._engine is not None else ""

    def keys(self, letters: str, most: int = MOST_CANDIDATES) -> list[str]:
        """Best first; ``most``: at least as many, where there are, and the same ones with whatever number."""
        self._coded = coded(letters)
        if self._coded:
            return [self._coded]
        return self._engine.keys(letters, most) if self._engine is not None else []

    def expect(self, letters: str, most: int = MOST_CANDIDATES) -> list[str]:
        """What :meth:`keys` would say; worked out while a finger is down; nothing is typed by it."""
        return self._engine.expect(letters, most) if self._engine is not None else []

    def choose(self, index: int) -> str:
        if self._coded and index == 0:
            chosen = self._coded
            self.reset()
            return chosen
        return self._engine.choose(index) if self._engine is not None else ""

    def reset(self) -> None:
        """Forget everything that was typed and chosen."""
        self._coded = ""
        if self._engine is not None:
            self._engine.reset()

    # --- by hand ------------------------------------------------------------------------------------

    @property
    def can_write(self) -> bool:
        """Opened when first asked; a few milliseconds."""
        if not self._hand_tried:
            self._hand_tried = True
            from kiosk.typing.handwriting import open_handwriting

            opened = open_handwriting()
            if isinstance(opened, Fault):
                if self._noticed is not None:
                    self._noticed(opened)
            else:
                self._hand = opened
        return self._hand is not None

    def read(self, strokes: Sequence[Sequence[tuple[float, float]]]) -> list[str]:
        """What the strokes of one character may mean, best first.  Nothing of it is kept."""
        return self._hand.read(strokes) if self.can_write and self._hand is not None else []

    def by_strokes(self, signs: str) -> list[str]:
        """What has these strokes (一丨丿丶乛) in this order, or begins with them, best first."""
        from kiosk.typing import strokes

        return strokes.find(signs)

    def _open_now(self) -> None:
        try:
            engine, fault = self._open()
        except Exception as crash:  # noqa: BLE001 - letters and digits can still be typed
            if self._crashed is not None:
                self._crashed("typing.crashed", crash)
            return
        if fault is not None and self._noticed is not None:
            self._noticed(fault)
        with self._lock:
            self._fault = fault
            self._engine = engine
            waiting, self._waiting = self._waiting, []
        for done in waiting:
            done()


def coded(letters: str) -> str:
    """𠅤 for ``u20164``: what neither has a sound that is known here nor strokes; else nothing."""
    found = _CODE.fullmatch(letters.lower())
    code = int(found[1], 16) if found else 0
    return chr(code) if code <= sys.maxunicode and unicodedata.category(chr(code)) == "Lo" else ""


def open_best() -> Opened:
    """librime, or single characters together with the fault that keeps librime from serving."""
    from kiosk.typing.rime import open_rime

    engine = open_rime()
    if not isinstance(engine, Fault):
        return engine, None
    from kiosk.typing.single import SingleCharacters

    return SingleCharacters(), engine
