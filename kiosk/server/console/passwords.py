"""Passwords: Argon2id, and what is no password.

The length is what counts (NIST SP 800-63B): nobody is made to mix signs, and what everybody tries first is
refused.  Two are computed at a time: each takes 64 MiB, and a flood of wrong ones must not take them all.
"""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST: Final = 10
LONGEST: Final = 128
_AT_A_TIME: Final = threading.BoundedSemaphore(2)
_HASHER: Final = PasswordHasher()
_TRIED_FIRST: Final = (
    "password",
    "passw0rd",
    "qwerty",
    "asdfgh",
    "admin",
    "1qaz2wsx",
    "letmein",
    "woaini",
    "a123456",
)


def unfit(password: str, name: str) -> str | None:
    """Why this is no password for ``name``, in Chinese and English."""
    folded = password.casefold()
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 个字符 (a password has at least {SHORTEST} characters)"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 个字符 (a password has at most {LONGEST} characters)"
    if len(set(folded)) < 5 or _runs(folded):
        return "密码过于规律，请换一个 (the password is too regular: choose another)"
    if (name and name.casefold() in folded) or any(word in folded for word in _TRIED_FIRST):
        return "密码含有账号名或常见词，请换一个 (it holds the name or a word that everybody tries)"
    return None


def hashed(password: str) -> str:
    with _AT_A_TIME:
        return _HASHER.hash(password)


def matches(stored: str, password: str) -> bool:
    """``stored`` empty: nobody's; takes as long, so that the time does not tell who is there."""
    if len(password) > LONGEST:
        return False
    with _AT_A_TIME:
        try:
            return _HASHER.verify(stored or _nobodys(), password) and bool(stored)
        except (Argon2Error, InvalidHashError):
            return False


def outdated(stored: str) -> bool:
    """Made with other costs than today's: hash it again while the password is at hand."""
    return _HASHER.check_needs_rehash(stored)


_nobody: list[str] = []


def _nobodys() -> str:
    if not _nobody:
        _nobody.append(_HASHER.hash("nobody's"))
    return _nobody[0]


def _runs(text: str) -> bool:
    """1234567890, abcdefghij: every sign follows the one before."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(steps - {-9, 9}) == 1
