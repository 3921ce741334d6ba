"""What a telephone sends: the fields of a form as they came over the wire.  What is no text is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 40


class NotText(Exception):  # noqa: N818 - it ends a request with a page, it is no error of ours
    """The bytes are no UTF-8, or no form."""


def fields_of(body: bytes, content_type: str) -> Mapping[str, str]:
    """The fields of a form; of one that comes several times the values, parted by commas.

    Raises :class:`NotText`.
    """
    if content_type.partition(";")[0].strip().lower() not in ("", FORM):
        raise NotText(content_type)
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:  # UnicodeDecodeError, too
        raise NotText("not UTF-8") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]},{value}" if name in found else value
    return found
