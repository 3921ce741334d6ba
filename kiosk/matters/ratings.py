"""The five words of the rating (好差评) and its reason codes, as the province publishes them.

Reasons are versioned, pushed data: nothing here edits or invents one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from kiosk.matters.load import load_model
from kiosk.matters.models import Bilingual, Strict, Words
from kiosk.matters.problem import Problem

REASON_NEEDED_BELOW: Final = 3
"""A satisfaction below this needs a reason code or a text."""

SATISFACTIONS: Final = (5, 4, 3, 2, 1)
PRODUCT_FILE: Final = Path(__file__).resolve().parents[2] / "config" / "rating-reasons.yaml"
_pushed: list[Path] = []  # the file of a bundle, once one is in force


class Reason(Strict):
    code: Annotated[str, Field(pattern=r"^[1-5]\d{2}$")]  # the first digit is the satisfaction
    label: Bilingual


class Level(Strict):
    satisfaction: Annotated[int, Field(ge=1, le=5)]
    word: Bilingual
    reasons: tuple[Reason, ...]


class RatingReasons(Strict):
    version: Words
    publisher: Words
    levels: tuple[Level, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sorted(level.satisfaction for level in self.levels) != sorted(SATISFACTIONS):
            raise ValueError("there must be one level for each satisfaction from 1 to 5")
        codes = [reason.code for level in self.levels for reason in level.reasons]
        if len(set(codes)) != len(codes):
            raise ValueError("a reason code stands here twice")
        for level in self.levels:
            if any(reason.code[0] != str(level.satisfaction) for reason in level.reasons):
                raise ValueError(f"a reason of satisfaction {level.satisfaction} begins with another digit")
        return self

    def level(self, satisfaction: int) -> Level:
        """The level of a satisfaction from 1 to 5 (5 is best); KeyError for any other number."""
        return {level.satisfaction: level for level in self.levels}[satisfaction]

    def label(self, code: str) -> Bilingual | None:
        return next(
            (reason.label for level in self.levels for reason in level.reasons if reason.code == code), None
        )

    def accepts(self, satisfaction: int, codes: tuple[str, ...], text: str = "") -> bool:
        """Whether a rating may be sent: known codes of that level, and a reason where one is needed."""
        if satisfaction not in SATISFACTIONS:
            return False
        own = {reason.code for reason in self.level(satisfaction).reasons}
        if not own.issuperset(codes) or len(set(codes)) != len(codes):
            return False
        return satisfaction >= REASON_NEEDED_BELOW or bool(codes) or bool(text.strip())


def use(path: Path | None) -> None:
    """From now on the province's reasons are those at ``path``; ``None``: those of the product."""
    _pushed[:] = [] if path is None else [path]
    published.cache_clear()


@cache
def published() -> RatingReasons:
    """The province's reasons.  A file that cannot be read is a mistake of the installation."""
    path = _pushed[0] if _pushed else PRODUCT_FILE
    loaded = load_rating_reasons(path)
    if isinstance(loaded, list):
        raise ValueError(f"{path.name}: {loaded[0].message}")
    return loaded


def load_rating_reasons(path: Path) -> RatingReasons | list[Problem]:
    return load_model(path, RatingReasons)
