"""The sentences of the screens: one TOML file for each language, the same keys and placeholders in all.

Keys are dotted (``form.continue``); placeholders are those of ``str.format``: ``{number}``.
"""

from __future__ import annotations

import string
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
LANGUAGES: Final = ("zh", "en")


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
        return template.format(**args)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@cache
def _load(language: str) -> Catalogue:
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return Catalogue(language, flatten(tomllib.load(file)))


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
