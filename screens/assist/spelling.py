"""Letters by the digits of a keypad, as on an old telephone: 2 is a, twice b, three times c.

For who hears the pages: where letters are typed, digits spell them.  Digits themselves are typed where the
panel shows digits and signs.
"""

from __future__ import annotations

from typing import Final

from screens.kit.panels import TextPanel
from screens.kit.semantics import Role
from screens.kit.tree import Node, find

LETTERS: Final = {
    "2": "abc", "3": "def", "4": "ghi", "5": "jkl", "6": "mno", "7": "pqrs", "8": "tuv", "9": "wxyz",
}  # fmt: skip
AGAIN_SECONDS: Final = 1.2
"""The same digit within this time means the next of its letters; after a pause, another letter."""
SPELLING: Final = ("pinyin", "letters")
SHEETS: Final = ("more-candidates", "next-candidates", "less-candidates")
"""Keys that bring other characters to choose from."""


class Speller:
    def __init__(self) -> None:
        self._digit = ""
        self._count = 0
        self._at = float("-inf")

    def press(self, nodes: list[Node], digit: str, now: float) -> str:
        """The letter that is spelled; empty where this digit spells nothing here."""
        panel = _panel(nodes)
        if panel is None or digit not in LETTERS:
            return ""
        letter, instead = self.letter(digit, now)
        panel.spell(letter, instead)
        return letter

    def letter(self, digit: str, now: float) -> tuple[str, bool]:
        """The letter that is meant, and whether it takes the place of the one before."""
        again = digit == self._digit and now - self._at < AGAIN_SECONDS
        self._count = self._count + 1 if again else 0
        self._digit, self._at = digit, now
        letters = LETTERS[digit]
        return letters[self._count % len(letters)], again

    def end(self) -> None:
        """Another key: the next press is a letter of its own."""
        self._digit = ""


def passed(nodes: list[Node], node: Node) -> bool:
    """Keys of letters, which the digits spell: who hears the page goes past them."""
    _, is_key, sign = node.key.partition("key:")
    return bool(is_key) and len(sign) == 1 and sign.isascii() and sign.isalnum() and _panel(nodes) is not None


def follows(pressed: Node, nodes: list[Node], listening: bool) -> Node | None:
    """Where one goes on after a key of the panel: what was chosen stands in the field, and the next begins
    there; other characters are heard from the first."""
    if pressed.key in SHEETS:
        return next((node for node in nodes if node.key.startswith("candidate:")), None)
    if pressed.key.startswith("candidate:") or (listening and pressed.key.startswith("mode:")):
        return find(nodes, role=Role.TEXTFIELD)
    return None


def typing(pressed: Node) -> bool:
    """A key on the screen that changes what stands in the field."""
    kind, colon, _ = pressed.key.partition(":")
    return pressed.key in ("delete", "clear") or (bool(colon) and kind in ("digit", "key"))


def active(nodes: list[Node]) -> Node | None:
    """The field that is being filled; of a date, one of three."""
    fields = [node for node in nodes if node.role is Role.TEXTFIELD]
    return next((node for node in fields if getattr(node.widget, "caret", True)), next(iter(fields), None))


def _panel(nodes: list[Node]) -> TextPanel | None:
    """Where letters are typed now."""
    node = find(nodes, key="mode:symbols")
    widget: object = node.widget if node is not None else None
    while widget is not None and not isinstance(widget, TextPanel):
        above = getattr(widget, "parent", None)
        widget = None if above is widget else above
    return widget if isinstance(widget, TextPanel) and widget.mode in SPELLING else None
