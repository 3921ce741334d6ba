"""The digest of a record, by SHA-256 or by SM3 (GB/T 32905), as the terminal is set.

A record ``audit.digest`` names the algorithm of itself and of all that follow, so that a chain tells by
itself how it is to be read; until the first of them it is SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

SHA256: Final = "sha256"
SM3: Final = "sm3"
ALGORITHMS: Final = (SHA256, SM3)
SWITCH: Final = "audit.digest"
FIRST_LINK: Final = hashlib.sha256(b"kiosk audit chain 1").digest()
"""What the first record is bound to: a constant that nobody has chosen freely."""


def digest_of(before: bytes, seq: int, at: str, event: str, keys: str, algorithm: str = SHA256) -> bytes:
    """``keys`` is their canonical JSON."""
    record = json.dumps([seq, at, event, keys], ensure_ascii=False, separators=(",", ":"))
    content = before + record.encode("utf-8", "surrogatepass")
    if algorithm == SM3:
        from cryptography.hazmat.primitives import hashes

        digest = hashes.Hash(hashes.SM3())
        digest.update(content)
        return digest.finalize()
    return hashlib.sha256(content).digest()


def algorithm_of(event: str, keys: str, current: str) -> str:
    """By what a record with this event is bound, where ``current`` bound the one before."""
    if event != SWITCH:
        return current
    try:
        named = json.loads(keys).get("name")
    except (ValueError, AttributeError, RecursionError):
        return current
    return named if named in ALGORITHMS else current
