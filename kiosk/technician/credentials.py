"""How a technician proves who is there: a PIN behind a slow hash, or a card behind a keyed one.

``terminal.toml`` holds only hashes.  A PIN has few digits, so its hash is salted and slow (scrypt, RFC 7914),
and the keypad's own lock-out (``lockout``) is what makes guessing hopeless.  A card's number has little to
guess, too, so its hash is keyed with a key derived from the device key, which is in another file: the numbers
of the staff cannot be found out from the configuration.

Fault codes: ``technician.pin_format``, ``technician.card_number``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import itertools
import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from devices.contract import Fault
from kiosk.matters.numbers import check_citizen_number

if TYPE_CHECKING:
    from kiosk.settings_sections import TechnicianSettings

PIN_LEAST: Final = 6
PIN_MOST: Final = 12
_PIN: Final = re.compile(rf"[0-9]{{{PIN_LEAST},{PIN_MOST}}}")
_COST, _BLOCK, _PARALLEL = 2**15, 8, 1  # 32 MiB and about a tenth of a second on a small terminal
_MOST_COST: Final = 2**18
_MOST_BLOCK: Final = 32
_BYTES: Final = 32
_SALT_BYTES: Final = 16
_PIN_KIND: Final = "scrypt"
_CARD_KIND: Final = "hmac-sha256"


def pin_fault(pin: str) -> Fault | None:
    """Why ``pin`` may not be one.  What anybody tries first is refused."""
    if not _PIN.fullmatch(pin):
        return Fault("technician.pin_format", f"{PIN_LEAST} to {PIN_MOST} digits")
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        return Fault("technician.pin_format", "one digit repeated, or digits in a row")
    return None


def hash_pin(pin: str) -> str:
    """``scrypt$N$r$p$salt$hash``."""
    salt = os.urandom(_SALT_BYTES)
    made = _scrypt(pin, salt, _COST, _BLOCK, _PARALLEL)
    return "$".join((_PIN_KIND, str(_COST), str(_BLOCK), str(_PARALLEL), _text(salt), _text(made)))


def is_pin_hash(text: str) -> bool:
    return _parts_of_pin(text) is not None


def pin_matches(pin: str, kept: str) -> bool:
    """Takes as long as the hash is slow; false for what is no hash."""
    parts = _parts_of_pin(kept)
    if parts is None:
        return False
    cost, block, parallel, salt, expected = parts
    return hmac.compare_digest(_scrypt(pin, salt, cost, block, parallel), expected)


def card_fault(number: str) -> Fault | None:
    """Why ``number`` cannot stand on a resident or social security card."""
    if check_citizen_number(number.strip().upper()) is not None:
        return Fault("technician.card_number", "not the number of an identity card")
    return None


def hash_card(number: str, key: bytes) -> str:
    """``hmac-sha256$salt$hash`` of the number on a resident or social security card."""
    salt = os.urandom(_SALT_BYTES)
    return "$".join((_CARD_KIND, _text(salt), _text(_keyed(number, salt, key))))


def is_card_hash(text: str) -> bool:
    return _parts_of_card(text) is not None


def card_matches(number: str, kept: str, key: bytes) -> bool:
    parts = _parts_of_card(kept)
    if parts is None or not number:
        return False
    salt, expected = parts
    return hmac.compare_digest(_keyed(number, salt, key), expected)


def who_has_pin(pin: str, technicians: Iterable[TechnicianSettings]) -> str | None:
    """The name of whoever's PIN this is.  All are asked, so that time tells nothing."""
    found = [each.name for each in technicians if each.pin and pin_matches(pin, each.pin)]
    return found[0] if found else None


def who_has_card(number: str, technicians: Iterable[TechnicianSettings], key: bytes) -> str | None:
    found = [each.name for each in technicians if each.card and card_matches(number, each.card, key)]
    return found[0] if found else None


def _scrypt(pin: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    most = 2 * 128 * cost * block * parallel  # of memory; OpenSSL's own limit is for smaller costs
    return hashlib.scrypt(pin.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=most, dklen=_BYTES)


def _keyed(number: str, salt: bytes, key: bytes) -> bytes:
    return hmac.new(key, salt + number.strip().upper().encode(), hashlib.sha256).digest()


def _parts_of_pin(text: str) -> tuple[int, int, int, bytes, bytes] | None:
    match text.split("$"):
        case [kind, cost, block, parallel, salt, made] if kind == _PIN_KIND:
            pass
        case _:
            return None
    if not all(each.isascii() and each.isdigit() and len(each) < 8 for each in (cost, block, parallel)):
        return None
    figures = int(cost), int(block), int(parallel)
    power_of_two = figures[0] > 1 and figures[0] & (figures[0] - 1) == 0
    if not power_of_two or figures[0] > _MOST_COST or not 1 <= figures[1] <= _MOST_BLOCK:
        return None
    plain_salt, plain_made = _bytes(salt), _bytes(made)
    if figures[2] != _PARALLEL or len(plain_salt) < 8 or len(plain_made) != _BYTES:
        return None
    return (*figures, plain_salt, plain_made)


def _parts_of_card(text: str) -> tuple[bytes, bytes] | None:
    match text.split("$"):
        case [kind, salt, made] if kind == _CARD_KIND:
            plain_salt, plain_made = _bytes(salt), _bytes(made)
        case _:
            return None
    return (plain_salt, plain_made) if plain_salt and len(plain_made) == _BYTES else None


def _text(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
