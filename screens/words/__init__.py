"""The sentences of the screens: one TOML file for each language, the same keys and placeholders in all.

Keys are dotted (``form.continue``); placeholders are those of ``str.format``: ``{number}``.  A further
language is a further file: ``de.toml`` makes ``de`` a choice under 更多, by the name that it gives itself in
``tools.own``.  What it does not say yet, or what no font here can show, is said in the language that it is
``tools.like``: English, or Chinese for a variety of Chinese (``zh-Hant``).  The matters' own words, dates and
money are said in that one, too.  ``python -m screens.words de`` lists what a file lacks.
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
LIKE: Final = "tools.like"
OWN: Final = "tools.own"


class LanguageFileError(ValueError):
    """A file that cannot be read; the text says why."""


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
    """All that can be chosen, the complete ones first: those whose file can be read and whose own name can
    be shown."""
    others = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem not in LANGUAGES)
    return (*LANGUAGES, *filter(_offered, others))


def _offered(language: str) -> bool:
    try:
        own = read(language).get(OWN, "")
    except LanguageFileError:
        return False
    return bool(own.strip()) and _shown(own)


def base_of(language: str) -> str:
    """Which of the complete languages speaks where this one cannot; a complete one itself."""
    if language in LANGUAGES:
        return language
    return _base(language, read(language))


def _base(language: str, own: Mapping[str, str]) -> str:
    like = own.get(LIKE, "")
    if like in LANGUAGES:
        return like
    return "zh" if language.startswith("zh") else "en"


def usable(text: str, model: str) -> bool:
    """Whether ``text`` can stand for ``model``: with the same places, and fonts that can show it."""
    if not text.strip():
        return False
    try:
        return places(text) == places(model) and _shown(text)
    except ValueError:
        return False


def _shown(text: str) -> bool:
    from assets import fonts  # not for the product's own languages, whose fonts are its own

    return all(map(fonts.covered, text.split("\n")))


def places(template: str) -> set[tuple[str, str | None]]:
    """Placeholders with how they are written.  Raises ``ValueError`` for a brace that is alone."""
    found = set()
    for _, name, spec, conversion in string.Formatter().parse(template):
        if conversion is not None:
            raise ValueError("!")
        if name is not None:
            found.add((name, spec))
    return found


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@cache
def _load(language: str) -> Catalogue:
    own = read(language)
    if language in LANGUAGES:
        return Catalogue(language, own)
    model = read(_base(language, own))
    texts = {key: text if usable(text := own.get(key, ""), said) else said for key, said in model.items()}
    return Catalogue(language, texts)


@cache
def read(language: str) -> dict[str, str]:
    """What a file says.  Raises :class:`LanguageFileError`."""
    try:
        return flatten(tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError as reason:
        raise LanguageFileError(f"is not UTF-8 (byte {reason.start}): save it as UTF-8") from reason
    except (tomllib.TOMLDecodeError, TypeError) as reason:
        raise LanguageFileError(f"cannot be read: {reason}") from reason


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
