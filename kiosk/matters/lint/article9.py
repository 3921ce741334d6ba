"""Articles 9 and 12: what is offered here is what the platform publishes, element by element.

Compared is what is said: blanks and what was left out because it has its usual value do not count.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from kiosk.matters.guide_model import Guide
from kiosk.matters.lint.wording import ELEMENTS
from kiosk.matters.models import Matter

MOST_SHOWN: Final = 120  # characters of one value
_NOTHING: Final[tuple[object, ...]] = (None, "", [], {}, ())


@dataclass(frozen=True)
class Drift:
    """One element that is not the same; ``here`` and ``there`` are what only one of the two says."""

    path: str
    zh: str
    en: str
    here: tuple[str, ...]
    there: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "element": self.zh,
            "element_en": self.en,
            "here": list(self.here),
            "published": list(self.there),
        }


def drifts(matter: Matter, published: Mapping[str, Any]) -> tuple[Drift, ...]:
    """Where the published guide (``GET /v1/guides/{task_code}``) says something else than ``matter``."""
    return (*_heads(matter, published), *_elements(matter.guide, published.get("guide")))


def _heads(matter: Matter, published: Mapping[str, Any]) -> Iterator[Drift]:
    name = published.get("name")
    told = name.get("zh") if isinstance(name, dict) else name
    for path, zh, en, here, there in (
        ("task_code", "实施编码", "task code", matter.task_code, published.get("task_code")),
        ("catalog_code", "基本编码", "base code", matter.catalog_code, published.get("catalog_code")),
        ("task_version", "版本", "version", matter.task_version, published.get("task_version")),
        ("name", "事项名称", "name", matter.name.zh, told),
    ):
        if there not in _NOTHING and _same_text(here) != _same_text(str(there)):
            yield Drift(path, zh, en, (here,), (_short(there),))


def _elements(own: Guide, published: object) -> Iterator[Drift]:
    here = own.model_dump(mode="json")
    there = _completed(published if isinstance(published, dict) else {})
    for key, (_, zh, en) in ELEMENTS.items():
        mine, theirs = _folded(here[key]), _folded(there.get(key))
        if mine != theirs:
            yield Drift(f"guide.{key}", zh, en, *_only(mine, theirs))


def _completed(published: dict[str, Any]) -> dict[str, Any]:
    """With the usual values that a platform may leave out; as it is if it is no guide of ours."""
    known = {key: value for key, value in published.items() if key in Guide.model_fields}
    try:
        return Guide.model_validate(known).model_dump(mode="json")
    except ValidationError:
        return published


def _folded(value: object) -> Any:
    """For comparison: texts without differences of typing, keys without a value left out."""
    if isinstance(value, str):
        return _same_text(value)
    if isinstance(value, dict):
        folded = {key: _folded(inner) for key, inner in value.items()}
        return {key: inner for key, inner in folded.items() if inner not in _NOTHING}
    if isinstance(value, list):
        return [_folded(inner) for inner in value]
    return value


def _same_text(text: str) -> str:
    return unicodedata.normalize("NFKC", re.sub(r"\s+", "", text))


def _only(here: Any, there: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of two lists the entries that the other has not; of anything else both."""
    mine, theirs = (value if isinstance(value, list) else [value] for value in (here, there))
    only_here = tuple(_short(each) for each in mine if each not in theirs)
    only_there = tuple(_short(each) for each in theirs if each not in mine)
    if not only_here and not only_there:  # the same in another order
        return tuple(map(_short, mine)), tuple(map(_short, theirs))
    return only_here, only_there


def _short(value: object) -> str:
    if value in _NOTHING:
        return "（没有）"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
