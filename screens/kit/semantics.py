"""What a widget is to an ear, a keypad and a test: role, name, value, state."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screens.kit.block import Block


class Role(StrEnum):
    NONE = ""  # of no meaning by itself: its children are looked at
    SCREEN = "screen"
    HEADING = "heading"
    TEXT = "text"
    BUTTON = "button"
    LINK = "link"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    RADIOGROUP = "radiogroup"
    TEXTFIELD = "textfield"
    DIGITS = "digits"
    LIST = "list"
    LISTITEM = "listitem"
    IMAGE = "image"
    ALERT = "alert"
    STATUS = "status"
    PROGRESS = "progress"
    DIALOG = "dialog"
    SIGNATURE = "signature"
    TIMER = "timer"


TOUCHABLE = frozenset({Role.BUTTON, Role.LINK, Role.CHECKBOX, Role.RADIO})
"""Roles that do something when pressed, so that they need a size, a gap and a place in reach."""


class Semantic:
    """Mixed into every widget that means something.

    ``key`` is stable over languages and themes (``matter:<task_code>``, ``continue``); rehearsals and tests
    find widgets by it.  ``state`` holds ``disabled`` with ``reason``, ``checked``, ``selected``,
    ``expanded``, ``busy``, ``invalid`` with ``error``, ``required``, ``position`` (i, n): what applies.
    """

    role: Role = Role.NONE
    name: str = ""
    value: str = ""
    hint: str = ""
    key: str = ""
    live: str = "off"  # off | polite | assertive
    private: bool = False  # what it and its children say is a person's: for headphones only
    order: int = 0  # before its elders when negative, after its siblings when positive
    action: Callable[[], None] | None = None

    @property
    def state(self) -> dict[str, Any]:
        """Made on first use: most widgets have none."""
        found: dict[str, Any] = self.__dict__.setdefault("_state", {})
        return found

    def semantics(
        self,
        role: Role | str,
        name: str = "",
        *,
        value: str = "",
        hint: str = "",
        key: str = "",
        live: str = "off",
    ) -> None:
        self.role = Role(role)
        self.name = name
        self.value = value
        self.hint = hint
        self.key = key
        self.live = live


def private(*blocks: Block) -> list[Block]:
    """The same blocks, marked: what they say is a person's, and is never spoken through the loudspeaker."""
    for block in blocks:
        block.private = True
    return list(blocks)
