"""Who is at the terminal: what the platform accepts as proof, and the tokens that it gives for it.

Tokens are random, kept only as SHA-256 and valid for a quarter of an hour.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, delete, insert, select

from kiosk.matters.numbers import check_citizen_number
from kiosk.matters.periods import parse_card_date
from kiosk.server.api_models import ApplicantIn, CardVerification, CodeVerification
from kiosk.server.database import as_text, now_text, tokens, writing
from kiosk.server.persons import Holder, resolve

TOKEN_SECONDS: Final = 15 * 60
_TOKEN_BYTES: Final = 32
# Permanent residence card of 2017: three letters of the nationality, twelve digits.
_PERMANENT_2017: Final = re.compile(r"[A-Z]{3}[0-9]{12}")


@dataclass(frozen=True)
class Refused:
    """Why an identity is not accepted: a code of ``kiosk.server.problems``."""

    code: str


_MISMATCH: Final = Refused("identity-mismatch")


def holder_of(given: CardVerification | CodeVerification | ApplicantIn, today: date) -> Holder | Refused:
    """The person of a card as it was read, or of a code.  Dates and texts of a card are taken as read."""
    if isinstance(given, CodeVerification):
        return _holder_of_code(given.code)
    name, number = given.name or "", plain_number(given.number or "")
    if given.source == "scanner" and given.code:
        # A name and a number that come with a code are what this platform told the terminal before.
        known = _holder_of_code(given.code)
        return known if isinstance(known, Refused) or number in ("", known.number) else _MISMATCH
    if not name.strip() or not number:
        return Refused("identity-incomplete")
    if not number_verifies(number, given.kind or "", today):
        return Refused("identity-number-invalid")
    if isinstance(given, CardVerification) and _expired(given.valid_until or "", today):
        return Refused("identity-expired")
    return Holder(
        name=name,
        number=number,
        kind=given.kind or "resident",
        birth=given.birth or "",
        sex=given.sex or "",
        ethnicity=given.ethnicity or "",
        address=given.address or "",
    )


def plain_number(number: str) -> str:
    """A number as it is stored and compared: capitals, no spaces around it."""
    return number.strip().upper()


def number_verifies(number: str, kind: str, today: date) -> bool:
    """A foreigner's social security number is that of the permanent residence card."""
    if kind in ("permanent_2017", "social_security") and _PERMANENT_2017.fullmatch(number):
        return True
    return check_citizen_number(number, today) is None


def give_token(engine: Engine, holder: Holder, terminal_id: str) -> tuple[str, datetime]:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=TOKEN_SECONDS)
    with writing(engine) as connection:
        connection.execute(delete(tokens).where(tokens.c.expires_at < now_text()))
        connection.execute(
            insert(tokens).values(
                token_sha256=_digest(token),
                number=holder.number,
                terminal_id=terminal_id,
                expires_at=as_text(expires),
            )
        )
    return token, expires


def number_of_token(engine: Engine, authorization: str | None) -> str | None:
    """The number whose holder this ``Authorization`` header stands for; ``None`` without a valid token."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    wanted = select(tokens.c.number).where(
        tokens.c.token_sha256 == _digest(token.strip()), tokens.c.expires_at >= now_text()
    )
    with engine.connect() as connection:
        number = connection.execute(wanted).scalar_one_or_none()
    return None if number is None else str(number)


def _holder_of_code(code: str) -> Holder | Refused:
    found = resolve(code)
    if isinstance(found, Holder):
        return found
    return Refused("identity-unknown" if found == "unknown" else "identity-code-expired")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _expired(valid_until: str, today: date) -> bool:
    last = parse_card_date(valid_until)
    return last is not None and last < today
