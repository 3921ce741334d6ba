"""Which characters an answer may hold.

Rare characters beyond the BMP and private-use ones of old cards are kept, code point by code point: no
Unicode normalisation, which would replace compatibility ideographs.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_FULL_WIDTH_ALPHANUMERIC: Final = {
    code: half for code, half in _FULL_WIDTH.items() if chr(half).isalnum() or chr(half) == " "
}
# Zero width joiners shape some scripts and names; every other format character hides or reorders text.
_JOINERS: Final = frozenset("\u200c\u200d")
_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def join_pairs(text: str) -> str:
    """Surrogate pairs that came as two code units become the one character that they are."""
    return _PAIR.sub(lambda pair: pair.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)


def half_width(text: str) -> str:
    """Every full-width ASCII character and the ideographic space in its ordinary form."""
    return text.translate(_FULL_WIDTH)


def half_width_alphanumeric(text: str) -> str:
    """Only digits, letters and spaces: Chinese punctuation stays as it is."""
    return text.translate(_FULL_WIDTH_ALPHANUMERIC)


def unusable_character(text: str) -> str | None:
    """The first character that no answer may hold, as ``U+XXXX``, or None.

    Refused: control and format characters, lone surrogates, line and paragraph separators, and the
    noncharacters of Unicode.
    """
    for character in text:
        category = unicodedata.category(character)
        if category in _REFUSED and character not in _JOINERS:
            return f"U+{ord(character):04X}"
        if category == "Cn" and _noncharacter(ord(character)):
            return f"U+{ord(character):04X}"
    return None


def is_han(character: str) -> bool:
    """Whether ``character`` is written Chinese: an ideograph, or a private-use one of an old card."""
    code = ord(character)
    return (
        0x3400 <= code <= 0x4DBF
        or 0x4E00 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFF
        or code in (0x3007, 0x25CB)
        or unicodedata.category(character) == "Co"
    )


def _noncharacter(code: int) -> bool:
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
