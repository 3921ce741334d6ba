"""The Chinese characters of GB 18030-2022, implementation level 3: what a public service has to show.

``python -m assets.gb18030`` goes through the table and lists what no installed font has; such a character is
drawn as its code point in a box, on screen and on paper, and is never left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from assets import fonts

PARTS: Final = {
    "URO": ((0x4E00, 0x9FEF),),
    "compatibility, unified": (
        (0xFA0E, 0xFA0F),
        (0xFA11, 0xFA11),
        (0xFA13, 0xFA14),
        (0xFA1F, 0xFA1F),
        (0xFA21, 0xFA21),
        (0xFA23, 0xFA24),
        (0xFA27, 0xFA29),
    ),
    "extension A": ((0x3400, 0x4DB5),),
    "extension B": ((0x20000, 0x2A6D6),),
    "extension C": ((0x2A700, 0x2B734),),
    "extension D": ((0x2B740, 0x2B81D),),
    "extension E": ((0x2B820, 0x2CEA1),),
    "extension F": ((0x2CEB0, 0x2EBE0),),
}
"""First and last code points of the standard's 87,887 characters (its clause 3 and annexes)."""
COUNT: Final = 87_887

BEYOND: Final = {
    "URO, later": ((0x9FF0, 0x9FFF),),
    "extension A, later": ((0x4DB6, 0x4DBF),),
    "extension B, later": ((0x2A6D7, 0x2A6DF),),
    "extension C, later": ((0x2B735, 0x2B739),),
    "extension G": ((0x30000, 0x3134A),),
    "extension H": ((0x31350, 0x323AF),),
    "extension I": ((0x2EBF0, 0x2EE5D),),
    "compatibility": (
        *((0xF900, 0xFA0D), (0xFA10, 0xFA10), (0xFA12, 0xFA12), (0xFA15, 0xFA1E), (0xFA20, 0xFA20)),
        *((0xFA22, 0xFA22), (0xFA25, 0xFA26), (0xFA2A, 0xFA6D), (0xFA70, 0xFAD9), (0x2F800, 0x2FA1D)),
    ),
}
"""Chinese characters of Unicode that the standard's table does not have and a card may all the same."""


def characters(part: str | None = None) -> Iterator[str]:
    """All of the table, or of one part of it."""
    for name, spans in PARTS.items():
        if part in (None, name):
            for first, last in spans:
                yield from map(chr, range(first, last + 1))


def without_a_glyph() -> dict[str, list[str]]:
    """By part of the table: the characters that no installed font has."""
    return {part: [each for each in characters(part) if not fonts.covered(each)] for part in PARTS}


def main() -> int:
    missing = without_a_glyph()
    for part, lacking in missing.items():
        total = sum(1 for _ in characters(part))
        print(f"{part}: {total - len(lacking)} of {total} characters have a glyph")
        for character in lacking:
            print(f"  U+{ord(character):04X}")
    count = sum(len(lacking) for lacking in missing.values())
    print(f"{COUNT - count} of {COUNT}; the rest is shown as its code point in a box")
    print("Beyond the table, in Unicode 15.1:")
    for part, spans in BEYOND.items():
        codes = [code for first, last in spans for code in range(first, last + 1)]
        print(f"{part}: {sum(fonts.covered(chr(code)) for code in codes)} of {len(codes)} have a glyph")
    return 0


if __name__ == "__main__":
    sys.exit(main())
