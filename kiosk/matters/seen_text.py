"""Text as it will be read: what cannot be seen is taken out, for whoever checks a text would not see it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_KEPT_INVISIBLE: Final = frozenset("\u200c\u200d")
"""Join or part the letters of some scripts."""
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def plain(text: str) -> str:
    """As it will be read: no controls, nothing that turns the direction of writing, no stray blanks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    seen = "".join(sign for sign in text if sign == "\n" or not _unseen(sign))
    lines = (line.strip() for line in seen.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    return " ".join(plain(text).split())


def _unseen(sign: str) -> bool:
    kind = unicodedata.category(sign)  # of characters younger than its tables it knows nothing: they stay
    nothing = ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF
    return nothing or kind in ("Cc", "Cs") or (kind == "Cf" and sign not in _KEPT_INVISIBLE)
