"""Icons by name: characters of the Material Design Icons font.

Names are those of the icon set (``card-account-details``).  An icon always stands beside words.
"""

from __future__ import annotations

import functools
import json

from assets.fonts import FOLDER, FontsNotBuiltError

FONT = FOLDER / "MaterialDesignIcons.ttf"
NAMES = FOLDER / "icons.json"


class UnknownIconError(KeyError):
    """No icon has this name.  ``suggestions`` are names that look like it."""

    def __init__(self, name: str) -> None:
        import difflib

        super().__init__(name)
        self.name = name
        self.suggestions = difflib.get_close_matches(name, _characters(), 3)

    def __str__(self) -> str:
        near = f"; near it: {', '.join(self.suggestions)}" if self.suggestions else ""
        return f"no icon is called {self.name!r}{near}"


@functools.cache
def _characters() -> dict[str, str]:
    try:
        names: dict[str, str] = json.loads(NAMES.read_bytes())
    except (OSError, ValueError) as reason:
        raise FontsNotBuiltError(f"no usable icon names ({type(reason).__name__})") from reason
    return names


def icon(name: str) -> str:
    """The character of the icon, to be drawn with :data:`FONT`.  Raises :class:`UnknownIconError`."""
    try:
        return _characters()[name]
    except KeyError:
        raise UnknownIconError(name) from None


def known(name: str) -> bool:
    """For the linter: is there an icon of this name?"""
    return name in _characters()


def names() -> tuple[str, ...]:
    """All names, in alphabetical order."""
    return tuple(sorted(_characters()))
