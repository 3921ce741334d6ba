"""Choices from lists that many matters share: regions, banks, ethnicities, relations.

The lists are data (``config/choices/*.yaml``): an adopter puts in the regions and banks of the place.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import yaml

from kiosk.matters.models import Option, Question

FOLDER: Final = Path(__file__).resolve().parents[2] / "config" / "choices"


def options(question: Question) -> tuple[Option, ...]:
    """What can be chosen: the question's own options, or those of its list."""
    return listed(question.catalogue) if question.catalogue else question.options


@cache
def listed(name: str) -> tuple[Option, ...]:
    """The list ``name``, in its order.  It ships with the product: a bad one is a bug."""
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        entries = yaml.load(file, Loader=yaml.CSafeLoader)
    return tuple(Option.model_validate(entry) for entry in entries)
