"""What the keys of a keypad press on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.visit.state import Overlay, Page
from screens.kit.tree import Node, find

if TYPE_CHECKING:
    from kiosk.visit.state import Visit

HOLD_SECONDS: Final = 2.0
"""A switch held so long starts or ends scanning."""
CONFIRMING: Final = (Page.CHECK, Page.SIGN, Page.NOTICE, Page.RESUME, Page.HAND_IN, Page.DONE)
BACKWARD: Final = ("page-previous", "back")
FORWARD: Final = ("page-next", "continue", "show-results")
CANCEL: Final = ("stay", "close", "wake", "cancel", "back", "exit")
"""Cancel presses the first of these that is there: the harmless one of a dialog, else the way back."""
SAFE: Final = "stay"


def confirms(state: Visit, nodes: list[Node]) -> bool:
    """Whether something is confirmed here, so that left and right only move the focus."""
    declaring = state.page is Page.FORM and find(nodes, key="declare-yes") is not None
    return state.overlay is not Overlay.NONE or state.page in CONFIRMING or declaring
