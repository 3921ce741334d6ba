"""Characters by their strokes in the order in which they are written: 一丨丿丶乛, as on a telephone.

For whatever neither pinyin nor the model of handwriting knows: 75,000 characters, from rime's table.  Nothing
is learned and nothing is kept.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from devices.contract import Fault
from kiosk.typing.built import BUILT, STROKES_FILE
from kiosk.typing.local import everyday

SIGNS: Final = "一丨丿丶乛"
LETTERS: Final = "hspnz"
"""What rime calls them, in the same order."""
MOST_CANDIDATES: Final = 240
_LEVEL_2: Final = 0xD8  # first byte in GB 2312: the 3,755 most used characters stand below


def table(dictionary: Path, essay: Path) -> bytes:
    """One character a line with its letters before it, the most used first: what is searched."""
    uses = {}
    for line in essay.read_text(encoding="utf-8").splitlines():
        text, _, count = line.partition("\t")
        if len(text) == 1 and count.isdigit():
            uses[text] = int(count)
    found = []
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        text, _, letters = line.partition("\t")
        if len(text) == 1 and letters and set(letters) <= set(LETTERS):
            found.append((_level(text), -uses.get(text, 0), ord(text), f"{letters}\t{text}\n"))
    return ("\n" + "".join(entry[-1] for entry in sorted(found))).encode()


def find(signs: str, folder: Path = BUILT) -> list[str]:
    """Those of exactly these strokes first, then those that begin with them."""
    letters = signs.translate(str.maketrans(SIGNS, LETTERS)).encode()
    if not letters or isinstance(searched := _opened(folder), Fault):
        return []
    exact = _after(searched, b"\n" + letters + b"\t")
    begun = _after(searched, b"\n" + letters)
    return list(dict.fromkeys([*exact, *begun]))[:MOST_CANDIDATES]


def fault(folder: Path = BUILT) -> Fault | None:
    """``typing.not_built``: set-up has not made the table."""
    opened = _opened(folder)
    return opened if isinstance(opened, Fault) else None


@cache
def _opened(folder: Path) -> bytes | Fault:
    try:
        return (folder / STROKES_FILE).read_bytes()
    except OSError:
        return Fault("typing.not_built", STROKES_FILE, permanent=True)


def _after(searched: bytes, begin: bytes) -> list[str]:
    found: list[str] = []
    place = searched.find(begin)
    while place >= 0 and len(found) < MOST_CANDIDATES:
        end = searched.index(b"\n", place + 1)
        found.append(searched[searched.index(b"\t", place) + 1 : end].decode())
        place = searched.find(begin, end)
    return found


def _level(text: str) -> int:
    if not everyday(text):
        return 2
    return int(text.encode("gb2312")[0] >= _LEVEL_2)
