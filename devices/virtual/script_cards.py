"""The cards of a script: built while it is read, so one that cannot be is told before anything starts."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from devices.contract import Fault
from devices.identity.codes import SEXES
from devices.identity.text_block import decode_text_block
from devices.identity.validity import LONG_TERM, is_date, is_digits
from devices.virtual.identity_card import IdentityCard

KINDS: Final = ("resident", "hong_kong_macao", "taiwan", "permanent_2017", "permanent_2023")
KEYS: Final = frozenset(
    {
        *("name", "number", "kind", "sex", "ethnicity", "birth", "address", "authority"),
        *("valid_from", "valid_until", "name_other", "nationality", "pass_number", "appended_address"),
    }
)
# In the place of the card of the stage, which is a resident's and right.
_WHOLE: Final[Mapping[str, Any]] = {"name": "某人", "number": "11010519491231002X", "birth": "19491231"}
_NUMBERS: Final = {
    "resident": "18 characters with a day of birth and a right check character",
    "hong_kong_macao": "18 characters that begin with 81 or 82, with a right check character",
    "taiwan": "18 characters that begin with 83, with a right check character",
    "permanent_2017": "15 letters and digits",
    "permanent_2023": "18 characters that begin with 9, with a right check character",
}

Wrong = tuple[str, str]
"""What is wrong, and what would be right."""


def wrong_card(values: Mapping[str, str]) -> Wrong | None:
    """Why no card can be made of ``values``, the keys of :data:`KEYS` that a script gives."""
    for key, value in values.items():
        if (wrong := _wrong_value(key, value) or _too_long(key, value, values)) is not None:
            return wrong
    kind = values.get("kind", "resident")
    number = f"give it number=..., {_NUMBERS[kind]}"
    if kind != "resident" and "number" not in values:
        return f"a card of kind {kind} has another number than the rehearsal's own card", number
    try:
        document = decode_text_block(IdentityCard(**{**_WHOLE, **values}).text_block())
    except ValueError:
        return f"number={values.get('number', '')!r} is too long for a card of kind {kind}", number
    if not isinstance(document, Fault):
        of_kind = document.kind == kind
        return None if of_kind else (f"its number is that of a card of kind {document.kind}", number)
    if document.code in ("card.number_invalid", "card.layout_unknown"):
        return f"number={values.get('number', '')!r} is no number of a card of kind {kind}", number
    return f"no reader could read it ({document.cause})", "give each key a value that stands on such a card"


def _wrong_value(key: str, value: str) -> Wrong | None:
    wrong = f"{key}={value!r}"
    match key:
        case "kind" if value not in KINDS:
            return f"{wrong} is not known", nearest(value, KINDS)
        case "sex" if value not in SEXES:
            return f"{wrong} is no code of a sex", f"write one of {', '.join(SEXES)}"
        case "ethnicity" if not (len(value) == 2 and is_digits(value)):
            return f"{wrong} is no code of an ethnicity", "write two digits, as 01"
        case "birth" | "valid_from" if not is_date(value):
            return f"{wrong} is no date", f"write eight digits, as {key}=20200101"
        case "valid_until" if value != LONG_TERM and not is_date(value):
            return f"{wrong} is no date", f"write eight digits, as {key}=20300101, or {LONG_TERM}"
        case _:
            return None


def _too_long(key: str, value: str, values: Mapping[str, str]) -> Wrong | None:
    """``key`` alone, on a card of its kind: whether its field holds it."""
    if key in ("kind", "number"):
        return None
    kind = values.get("kind", "resident")
    number = "" if kind == "permanent_2017" else _WHOLE["number"]
    card = IdentityCard(**{**_WHOLE, "number": number, "kind": kind, key: value})
    try:
        card.text_block()
        card.address_block()
    except ValueError as error:
        return f"{key}={value!r} is too long ({error})", "shorten it"
    return None


def nearest(given: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(given, names, n=1)
    return f"perhaps {near[0]!r} was meant" if near else f"there are: {', '.join(names)}"
