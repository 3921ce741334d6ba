"""Pinyin without librime: local phrases, and single characters by syllable, common ones first.

The readings are those of pypinyin.  Enough to write a name or an address, slowly.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Final

from kiosk.typing.local import MOST_CANDIDATES, everyday, first, phrases

LONGEST_SYLLABLE: Final = 6
_LEVEL_2_FIRST_BYTE: Final = 0xD8  # GB 2312: the 3,755 most used characters stand below
_BEYOND_GB2312: Final = 2


class SingleCharacters:
    """The same face as ``RimeEngine``."""

    def __init__(self) -> None:
        self._characters = _characters_by_syllable()
        self._found: list[tuple[str, int]] = []  # with how many letters each takes
        self._letters = ""
        self.rest = ""

    def keys(self, letters: str, most: int = MOST_CANDIDATES) -> list[str]:
        self.reset()
        letters = letters.lower()
        if not (letters.isascii() and letters.isalpha()):
            return []
        self._letters = letters
        found = dict(self._phrases(letters))
        for text, taken in self._single(letters):
            found.setdefault(text, taken)
        self._found = list(found.items())[:MOST_CANDIDATES]
        return [text for text, _ in self._found[:most]]

    def expect(self, letters: str, most: int = MOST_CANDIDATES) -> list[str]:
        """Nothing: it takes no time to find out when it is asked."""
        return []

    def choose(self, index: int) -> str:
        if not 0 <= index < len(self._found):
            return ""
        text, taken = self._found[index]
        rest = self._letters[taken:]
        self.reset()
        self.rest = rest
        return text

    def reset(self) -> None:
        self._found, self._letters, self.rest = [], "", ""

    def _phrases(self, letters: str) -> list[tuple[str, int]]:
        """Those that are spelt so, longest first, then those with these initials."""
        spelt = [each for each in phrases() if letters.startswith(each.spelling)]
        spelt.sort(key=lambda phrase: -len(phrase.spelling))
        short = [each for each in phrases() if each.initials == letters]
        return [(each.text, len(each.spelling)) for each in spelt] + [
            (each.text, len(letters)) for each in short
        ]

    def _single(self, letters: str) -> list[tuple[str, int]]:
        lengths = range(min(LONGEST_SYLLABLE, len(letters)), 0, -1)
        syllables = [letters[:length] for length in lengths if letters[:length] in self._characters]
        found = [(text, len(syllable)) for syllable in syllables for text in self._characters[syllable]]
        if syllables:
            return found
        begun = sorted(syllable for syllable in self._characters if syllable.startswith(letters))
        characters = [text for syllable in begun for text in self._characters[syllable]]
        return [(text, len(letters)) for text in sorted(characters, key=lambda text: not everyday(text))]


def _characters_by_syllable() -> Mapping[str, list[str]]:
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.pinyin_dict import pinyin_dict

    uses = Counter(
        (character, _plain(marked[0]))
        for phrase, own in phrases_dict.items()
        for character, marked in zip(phrase, own, strict=False)
    )
    readings: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for code_point, marked in pinyin_dict.items():
        character = chr(code_point)
        level = _level(character)
        for syllable in {_plain(reading) for reading in marked.split(",")}:
            readings[syllable].append((level, -uses[character, syllable], character))
    return {syllable: _with_first(syllable, sorted(own)) for syllable, own in readings.items()}


def _with_first(syllable: str, ranked: list[tuple[int, int, str]]) -> list[str]:
    return list(dict.fromkeys(first().get(syllable, "") + "".join(entry[2] for entry in ranked)))


def _level(character: str) -> int:
    try:
        return int(character.encode("gb2312")[0] >= _LEVEL_2_FIRST_BYTE)
    except UnicodeEncodeError:
        return _BEYOND_GB2312


@cache
def _plain(reading: str) -> str:
    """``lǜ`` as it is typed: ``lv``."""
    letters = unicodedata.normalize("NFD", reading.strip()).replace("u\u0308", "v")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
