"""The sentences of the screens: one TOML file for each language, the same keys and placeholders in all.

Keys are dotted (``form.continue``); placeholders are those of ``str.format``: ``{number}``.  A further
language is a further file: ``ug.toml`` makes ``ug`` a choice under 更多.  What it does not say yet is said in
English, as are the matters' own words; ``python -m screens.words ug`` lists what it lacks.
"""

from __future__ import annotations

import string
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
LANGUAGES: Final = ("zh", "en")
"""Those that are complete: the product does not start without them."""


class Catalogue:
    """All sentences of one language."""

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language = language
        self.texts = texts

    @classmethod
    def of(cls, language: str) -> Catalogue:
        """The catalogue of a language; an unknown language is a bug."""
        return _load(language)

    def text(self, key: str, **args: object) -> str:
        """The sentence with its placeholders filled.  Raises ``KeyError`` for a key or argument that is
        missing, and ``TypeError`` for an argument that the sentence has no place for."""
        template = self.texts[key]
        if not args and "{" not in template:
            return template
        if unknown := set(args) - placeholders(template):
            raise TypeError(f"{key} has no place for {sorted(unknown)}")
        return filled(template, args)


def filled(template: str, args: Mapping[str, object]) -> str:
    """``template`` with its placeholders filled.  A blank parts letters or digits from Chinese characters;
    where a value turns out to be Chinese itself, none stands between."""
    said = ""
    for literal, name, spec, _ in string.Formatter().parse(template):
        said += literal[1:] if literal[:1] == " " and _wide(said[-1:]) and _wide(literal[1:2]) else literal
        if name:
            value = format(args[name], spec or "")
            if said[-1:] == " " and _wide(said[-2:-1]) and _wide(value[:1]):
                said = said[:-1]
            said += value
    return said


def _wide(sign: str) -> bool:
    return bool(sign) and unicodedata.east_asian_width(sign) in ("W", "F")


def languages() -> tuple[str, ...]:
    """All that have a file, the complete ones first."""
    others = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem not in LANGUAGES)
    return (*LANGUAGES, *others)


def lacking(language: str) -> list[str]:
    """What is wrong with a language's file, a line each: keys that are missing, unknown or have other
    placeholders than the English ones."""
    own, english = _read(language), _read("en")
    found = [f"{key}: missing" for key in sorted(set(english) - set(own))]
    found += [f"{key}: no page says this" for key in sorted(set(own) - set(english))]
    for key in sorted(set(own) & set(english)):
        if not own[key].strip():
            found.append(f"{key}: empty")
        elif placeholders(own[key]) != placeholders(english[key]):
            wanted = ", ".join(sorted(placeholders(english[key]))) or "none"
            found.append(f"{key}: other placeholders than {wanted}")
    return found


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@cache
def _load(language: str) -> Catalogue:
    own = _read(language)
    if language in LANGUAGES:
        return Catalogue(language, own)
    english = _read("en")
    sound = {key: own.get(key, "") for key in english}
    texts = {
        key: text if text.strip() and placeholders(text) == placeholders(english[key]) else english[key]
        for key, text in sound.items()
    }
    return Catalogue(language, texts)


def _read(language: str) -> dict[str, str]:
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return flatten(tomllib.load(file))


def flatten(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested tables as dotted keys.  Anything but a text is a mistake in the file."""
    texts: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            texts |= flatten(value, f"{name}.")
        elif isinstance(value, str):
            texts[name] = value
        else:
            raise TypeError(f"{name}: a text is expected, not {type(value).__name__}")
    return texts
