"""What every model of this room is built on: frozen, strict about keys, in two languages."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Words = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    """Frozen, and an unknown key is an error: a typing slip never silently loses a rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, defer_build=True)


class Bilingual(Strict):
    """A text that citizens read: simplified Chinese and English."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
