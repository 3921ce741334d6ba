"""What a fault code means for service, from the same catalogue that the terminals speak from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Final

from kiosk.server.settings import CONFIG_FOLDER

FILE: Final = CONFIG_FOLDER / "faults.toml"


def for_administrators(code: str) -> str:
    """Its own sentence, else that of its room; nothing for what is no code of the catalogue."""
    known = _catalogue()
    room = code.partition(".")[0]
    entry = known.get(code) or (known.get(f"{room}.*") if "." in code else None)
    return str(entry["administrator"]) if entry else ""


def for_technicians(code: str) -> str:
    known = _catalogue()
    entry = known.get(code)
    return str(entry["technician"]) if entry else ""


@cache
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    with FILE.open("rb") as file:
        return tomllib.load(file)
