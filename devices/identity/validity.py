"""What makes a number or a date on a card valid: GB 11643 check character, calendar dates, expiry."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from devices.contract import Fault, IdentityDocument

LONG_TERM: Final = "长期"
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")  # without summer time since 1991

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS: Final = "10X98765432"


def is_digits(text: str) -> bool:
    """ASCII digits only: ``str.isdigit`` alone also accepts full-width and superscript ones."""
    return text.isascii() and text.isdigit()


def is_date(text: str) -> bool:
    """True for a day of the calendar written ``YYYYMMDD``."""
    if len(text) != 8 or not is_digits(text):
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def has_valid_check(number: str) -> bool:
    """GB 11643: 17 digits and the check character that they ask for (MOD 11-2).  No region is judged."""
    if len(number) != 18 or not is_digits(number[:17]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECK_CHARACTERS[total % 11] == number[17]


def is_citizen_number(number: str) -> bool:
    """A valid check character and a birth date that exists.  The region code is never judged."""
    return has_valid_check(number) and is_date(number[6:14])


def today() -> str:
    """Today's date where the terminals stand, ``YYYYMMDD``."""
    return datetime.now(UTC).astimezone(SHANGHAI).strftime("%Y%m%d")


def expiry_fault(document: IdentityDocument, on_day: str) -> Fault | None:
    """``card.expired`` when the card's own last day lies before ``on_day`` (``YYYYMMDD``).

    A card without a date, and one that is valid for good, never expires here.
    """
    last_day = document.valid_until
    if is_date(last_day) and last_day < on_day:
        return Fault("card.expired", f"valid until {last_day}", permanent=True)
    return None
