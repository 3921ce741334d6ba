"""How a terminal shows that it is itself: a secret of its own, of which the platform keeps only the hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

HEADER: Final = "Terminal-Credential"
_BYTES: Final = 32


def new_credential() -> str:
    """Random enough that a plain hash of it is as good as a slow one."""
    return secrets.token_urlsafe(_BYTES)


def hashed(credential: str) -> str:
    return hashlib.sha256(credential.encode()).hexdigest()


def matches(credential: str, kept_sha256: str) -> bool:
    return bool(kept_sha256) and hmac.compare_digest(hashed(credential), kept_sha256)
