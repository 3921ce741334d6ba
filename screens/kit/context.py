"""What every widget gets first: how to draw, what to say, what is true, and where touches go."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from screens.kit.cutting import Cut
from screens.theme import DOUBLE_TAP_SECONDS, Metrics, Theme
from screens.words import Catalogue as Words
from screens.words import base_of, filled, placeholders

if TYPE_CHECKING:
    from kiosk.matters.catalogue import Catalogue
    from kiosk.recorder import Meter
    from kiosk.visit.controller import TerminalInfo
    from kiosk.visit.events import Event
    from kiosk.visit.state import Visit

SHANGHAI = ZoneInfo("Asia/Shanghai")


class InBoth(Protocol):
    """A text in both languages (``kiosk.matters.models.Bilingual``)."""

    @property
    def zh(self) -> str: ...

    @property
    def en(self) -> str: ...


class PinyinEngine(Protocol):
    """Turns letters into candidates (``kiosk.typing.pinyin.Pinyin``); nothing of it outlasts the visit."""

    @property
    def fault(self) -> object | None:
        """Not ``None`` when only single characters can be typed."""

    @property
    def rest(self) -> str:
        """The letters that the last choice left over."""

    def prepare(self, done: Callable[[], None]) -> bool:
        """True when it is ready; else ``done`` is called from another thread when it is."""

    def keys(self, letters: str, most: int = ...) -> list[str]:
        """Best first; ``most``: at least as many, where there are."""
        ...

    def expect(self, letters: str, most: int = ...) -> list[str]:
        """What ``keys`` would say; nothing is typed by it."""
        ...

    def choose(self, index: int) -> str: ...

    def reset(self) -> None: ...

    @property
    def can_write(self) -> bool:
        """Whether characters can be written with a finger."""

    def read(self, strokes: Sequence[Sequence[tuple[float, float]]]) -> list[str]:
        """What was written, best first."""
        ...

    def by_strokes(self, signs: str) -> list[str]:
        """What has these strokes in this order, or begins with them, best first."""


class Ctx:
    """One per window; its fields change with the state, its identity does not.

    ``draft`` is the page's own scratch (what is typed and not yet sent); it outlives a redraw of the same
    page - a larger type size must lose nothing - and is emptied when the page or the visit changes.
    ``rebuild`` builds the page again with the same state, after the page's own draft has changed.
    """

    def __init__(
        self,
        theme: Theme,
        metrics: Metrics,
        state: Visit,
        send: Callable[[Event], None],
        catalogue: Catalogue,
        terminal: TerminalInfo,
        *,
        ime: PinyinEngine | None = None,
        motion: bool = True,
        now: Callable[[], datetime] | None = None,
        double_tap_seconds: float = DOUBLE_TAP_SECONDS,
    ) -> None:
        self.theme = theme
        self.metrics = metrics
        self.state = state
        self.send = send
        self.catalogue = catalogue
        self.terminal = terminal
        self.ime = ime
        self.motion = motion
        self.double_tap_seconds = double_tap_seconds
        self.draft: dict[str, Any] = {}
        self.pressed_at: dict[str, float] = {}  # by a widget's key, on the monotonic clock
        # This visitor touches everything twice: a key means once what comes within a second.
        self.steady = False
        self.unhurried = False  # perhaps: nothing is turned or switched twice within it
        self.cut = Cut.LINES  # what may be cut while a page is put on leaves
        self._now = now
        self.rebuild: Callable[[], None] = _no_window
        self.clicked: Callable[[], None] = _nothing  # what a press sounds like
        self.meter: Callable[[], Meter] | None = None  # how loud it is; None: nothing is recorded here
        self.machine: Mapping[str, Any] = {}  # where the parts are on its front, as the terminal's file says
        self.listen: Callable[[str], None] | None = None  # says a text aloud; None where there is no voice

    @property
    def language(self) -> str:
        """The complete language in which matters, dates and money are said: for one of its own that of the
        visit, else what that is like."""
        return base_of(self.state.mode.language)

    @property
    def tongue(self) -> str:
        """The visit's language: that of the sentences."""
        return self.state.mode.language

    def words(self, key: str, **args: object) -> str:
        """The sentence of ``key`` in the visit's language.  A missing key or argument is a bug."""
        pushed = self.terminal.texts.get(self.tongue, {}).get(key)
        # A sentence that was pushed for another version of this page, with other places, is not used.
        if pushed is not None and placeholders(pushed) <= set(args):
            return filled(pushed, args) if args else pushed
        return Words.of(self.tongue).text(key, **args)

    def both(self, text: InBoth) -> str:
        return text.zh if self.language == "zh" else text.en

    def now(self) -> datetime:
        """The wall clock in Asia/Shanghai."""
        return self._now() if self._now is not None else datetime.now(SHANGHAI)

    def monotonic(self) -> float:
        return time.monotonic()

    def px(self, units: float) -> int:
        return self.metrics.px(units)


def _nothing() -> None:
    """A terminal without sounds."""


def _no_window() -> None:
    """``rebuild`` before a window has taken the context: there is nothing to build again."""
