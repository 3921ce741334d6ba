"""What a window needs of ``kiosk.visit.controller.Controller``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kiosk.matters.catalogue import Catalogue
    from kiosk.visit.controller import TerminalInfo
    from kiosk.visit.events import Event
    from kiosk.visit.state import Visit


class Controller(Protocol):
    woken: Callable[[], None]
    """The window's: what is to be called, from any thread, when :meth:`poll` has something to take."""

    @property
    def state(self) -> Visit: ...

    @property
    def info(self) -> TerminalInfo: ...

    @property
    def catalogue(self) -> Catalogue: ...

    @property
    def configured(self) -> int: ...

    def send(self, event: Event) -> None: ...

    def poll(self) -> bool: ...

    def due_seconds(self) -> float:
        """How long :meth:`poll` has nothing to do unless ``woken`` is called."""
