"""Which character is meant, said so that it can be told from others of the same sound: 张，弓长张."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from kiosk.typing.local import phrases

_FILES: Final = ("words.txt", "characters.txt")
"""What people say who spell over the telephone comes before any other word."""


def describe(character: str) -> str:
    """``弓长张``, ``光明的光``; empty where nothing tells it from others."""
    if usual := _usual().get(character):
        return usual
    word = _word(character)
    return f"{word}的{character}" if word else ""


@cache
def _usual() -> Mapping[str, str]:
    texts = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _FILES)
    lines = (line.split() for text in texts for line in text.splitlines())
    return {fields[0]: fields[1] for fields in lines if len(fields) == 2 and fields[0] != "#"}


@cache
def _word(character: str) -> str:
    """A word of two characters that it stands in, the other as usual as can be; else a place."""
    words, usual = _words()
    found = [word for word in words if character in word and word != character * 2]
    if found:
        return max(found, key=lambda word: usual[word.replace(character, "", 1)])
    local = [phrase.text for phrase in phrases() if character in phrase.text]
    return min(local, key=len, default="")


@cache
def _words() -> tuple[tuple[str, ...], Counter[str]]:
    from pypinyin.phrases_dict import phrases_dict

    usual = Counter(sign for word in phrases_dict for sign in word)
    return tuple(word for word in phrases_dict if len(word) == 2), usual
