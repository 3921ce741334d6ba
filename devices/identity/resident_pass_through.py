"""A resident identity card through a PC/SC reader that holds a security module of its own.

How such a reader hands the module's data through differs by vendor and is data in the configuration: the
commands whose answers, joined, are `01 00 04 00`, 256 bytes of text and 1024 of photo (one public client
reads them with `FF B0 00 00 00` to `FF B0 00 05 00`-like commands, six blocks of at most 256 bytes).
"""

from __future__ import annotations

from typing import Final

from devices.contract import Fault, IdentityDocument
from devices.identity.pcsc import Transmit
from devices.identity.social_security_card import exchange
from devices.identity.text_block import TEXT_BLOCK_BYTES, decode_text_block

_HEAD: Final = bytes.fromhex("01000400")
_PHOTO_BYTES: Final = 1024


def read_document(transmit: Transmit, commands: tuple[bytes, ...]) -> IdentityDocument | Fault | None:
    """The document that ``commands`` give; ``None`` when the reader refuses them or gives no such stream."""
    stream = b""
    for command in commands:
        answer = exchange(transmit, command)
        if isinstance(answer, Fault):
            return answer
        if not isinstance(answer, bytes):
            return None
        stream += answer
    if stream[: len(_HEAD)] != _HEAD or len(stream) < len(_HEAD) + TEXT_BLOCK_BYTES + _PHOTO_BYTES:
        return None
    content = stream[len(_HEAD) :]
    photo = content[TEXT_BLOCK_BYTES : TEXT_BLOCK_BYTES + _PHOTO_BYTES]
    return decode_text_block(content[:TEXT_BLOCK_BYTES], photo)
