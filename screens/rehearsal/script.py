"""The answers file of a rehearsal, and whose card is laid in the virtual hall."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from kiosk.matters import forms
from kiosk.matters.models import Matter
from kiosk.visit.world import SHANGHAI

Kind = Literal["resident", "hong_kong_macao", "taiwan", "permanent_2017", "permanent_2023"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Strict):
    """Whose document is presented; what is left out comes from the matter's own rehearsal card."""

    source: Literal["samv", "social_security", "scanner"] = "samv"
    kind: Kind = "resident"
    name: str | None = None
    number: str | None = None
    sex: str | None = None
    ethnicity: str | None = None
    birth: str | None = None
    address: str | None = None
    name_other: str = ""
    pass_number: str = ""
    nationality: str = ""
    code: str = "REHEARSAL-0123456789"


def _as_typed(value: object) -> object:
    """``hours = 48`` and ``insured = true`` mean what a finger would enter."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else value


class Answers(Strict):
    """``answers`` by question key replace the matter's own; ``rating`` 1 to 5, 0 for none."""

    answers: dict[str, Annotated[str, BeforeValidator(_as_typed)]] = {}
    rating: Annotated[int, Field(ge=0, le=5)] | None = None
    reasons: tuple[str, ...] = ()
    identity: Person = Person()


def load_answers(path: Path | None, matter: Matter) -> Answers | str:
    """The matter's own sample answers with those of the file over them, or what is wrong with the file."""
    given = _read(path) if path else {}
    if isinstance(given, str):
        return given
    known = matter.answer_keys()
    if path and "answers" not in given and set(given) & known:
        given = {"answers": given}  # a bare table of answers says what it means
    try:
        loaded = Answers.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            return f"{path}: {where}: no such key; there are: answers, rating, reasons, identity"
        return f"{path}: {where}: {first['msg']}"
    unknown = sorted(set(loaded.answers) - known)
    if unknown:
        return f"{path}: {unknown[0]} is no question of this matter; there are: {', '.join(sorted(known))}"
    if wrong := _wrong_answer(matter, loaded.answers):
        return f"{path}: answers.{wrong}"
    rating = matter.rehearsal.rating if loaded.rating is None else loaded.rating
    merged = {**matter.rehearsal.answers, **loaded.answers}
    return loaded.model_copy(update={"answers": merged, "rating": rating})


def _wrong_answer(matter: Matter, answers: Mapping[str, str]) -> str | None:
    """The first answer that its question would refuse, with what would be right."""
    today = datetime.now(SHANGHAI).date()
    for question in matter.questions():
        # A question of a group is asked once for each: its keys end in the question's own.
        for key, raw in answers.items():
            if key != question.key and not re.fullmatch(rf"[a-z0-9_]+_\d_{question.key}", key):
                continue
            answer = forms.normalise(question, raw)
            wrong = forms.check_answer(question, answer, today) if answer else None
            if wrong is not None:
                return f"{key}: {wrong.code}: {wrong.en}"
    return None


def _read(path: Path) -> dict[str, Any] | str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return f"{path}: cannot be read as UTF-8 text ({type(error).__name__})"
    try:
        given = json.loads(text) if text.lstrip().startswith(("{", "[{", '["')) else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        return f"{path}: neither JSON nor TOML: {error}"
    return given if isinstance(given, dict) else f"{path}: give a table, e.g. [answers]"
