"""What the members of bodies may hold: the types that all of the interface's models share."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

# Rust, Python and ECMA 262 read these patterns alike.
LINE = r"^[^\x00-\x1f\x7f]*$"
NOT_BLANK = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
TASK_CODE = r"^[0-9A-Z]{31}$"
KEY = r"^[\x21-\x7e]{8,128}$"

TaskCode = Annotated[str, Field(pattern=TASK_CODE, description="实施编码, 31 characters")]
ProjectNo = Annotated[
    str, Field(pattern=r"^[0-9A-Z]{43,50}$", description="办件编号: task code, day, number")
]
TerminalId = Annotated[str, Field(min_length=1, max_length=64, pattern=LINE)]
Serial = Annotated[str, Field(min_length=4, max_length=40, pattern=r"^[0-9A-Za-z-]+$")]
Short = Annotated[str, Field(max_length=40, pattern=LINE)]
Name = Annotated[str, Field(max_length=200, pattern=LINE)]
Number = Annotated[str, Field(max_length=40, pattern=r"^[0-9A-Za-z ()-]*$")]
Address = Annotated[str, Field(max_length=300, pattern=LINE)]
Code = Annotated[str, Field(max_length=4096, pattern=LINES)]
Phone = Annotated[str, Field(max_length=32, pattern=r"^[0-9+ -]*$")]
Source = Literal["samv", "social_security", "scanner"]
Kind = Literal[
    "resident",
    "hong_kong_macao",
    "taiwan",
    "permanent_2017",
    "permanent_2023",
    "social_security",
    "code",
]
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
CaseStateName = Literal["accepted", "received", "refused", "supplement"]
GivenStatus = Literal["provided", "shared", "declared", "owed"]


def _rfc3339(value: object) -> object:
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise PydanticCustomError("moment", "a time as RFC 3339 has it")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_rfc3339)]
"""A time with its zone, as text only: pydantic alone would take numbers, too."""


def day_text(value: object) -> object:
    """For a ``date``: only its text form, not a moment nor a number."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("day", "a day as YYYY-MM-DD")
    return value


def _whole(value: object) -> object:
    """JSON knows one kind of number: 2.0 is 2.  A text or a truth value is no number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)


class Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


class Words(Wire):
    zh: str
    en: str
