"""The sentences of the technician's pages: the same keys and placeholders in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from screens.words import Catalogue, flatten

FOLDER: Final = Path(__file__).parent


@cache
def words_of(language: str) -> Catalogue:
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return Catalogue(language, flatten(tomllib.load(file)))
