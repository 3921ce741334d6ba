"""Hours as they are written down: from, until, on which of the four kinds of day (Article 22)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kiosk.matters.strict import Strict

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


class DayKind(StrEnum):
    WORKDAY = "workday"
    MAKE_UP_WORKDAY = "make_up_workday"  # a weekend by name, a workday by law
    WEEKEND = "weekend"
    PUBLIC_HOLIDAY = "public_holiday"


class Slot(Strict):
    """``from`` to ``until``, ``HH:MM`` in the terminal's own time, on the kinds of day named."""

    days: Annotated[tuple[DayKind, ...], Field(min_length=1)]
    from_: Annotated[Clock, Field(alias="from")]
    until: Clock

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.from_ >= self.until:
            raise PydanticCustomError("hours", "from is not before until; over midnight write two slots")
        return self
