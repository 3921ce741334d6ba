"""Shows a page for the tests of touches."""

from __future__ import annotations

from typing import Any

from kiosk.visit.state import Visit
from screens.app import CitizenWindow
from tests.screens.pages import PAGES


def put(window: CitizenWindow, visit: Visit | str) -> list[Any]:
    """Show a state; gives the list into which the page's events go."""
    controller: Any = window.controller
    controller.state = PAGES[visit] if isinstance(visit, str) else visit
    controller.sent.clear()
    window.ctx.draft.clear()
    window.show_again()
    sent: list[Any] = controller.sent
    return sent
