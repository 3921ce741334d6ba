"""A resident identity card through a PC/SC reader that holds a security module of its own.

How such a reader hands the module's data through differs by vendor and is data in the configuration, the
profile: which commands are sent, what of each answer counts, and what the stream begins with that the
answers make when they are put together.  One public client reads six blocks of at most 256 bytes with
`FF B0 00 00 00` to `FF B0 05 00 00`-like commands: 1284 bytes, `01 00 04 00`, 256 of text, 1024 of photo.
"""

from __future__ import annotations

from typing import Final

from devices.contract import Fault, IdentityDocument
from devices.identity.pcsc import Transmit
from devices.identity.photo import with_photo_as_wanted
from devices.identity.social_security_card import exchange
from devices.identity.text_block import TEXT_BLOCK_BYTES, decode_text_block
from values import dataclass

_PHOTO_BYTES: Final = 1024


@dataclass(frozen=True)
class Profile:
    """``skip_bytes`` of each answer are the reader's own; ``head`` is what the stream begins with.

    Where the reader passes on the text alone, ``with_photo`` is false.
    """

    commands: tuple[bytes, ...]
    head: bytes = bytes.fromhex("01000400")
    skip_bytes: int = 0
    with_photo: bool = True

    @property
    def stream_bytes(self) -> int:
        """The fewest bytes that the answers must make together."""
        return len(self.head) + TEXT_BLOCK_BYTES + (_PHOTO_BYTES if self.with_photo else 0)


def read_document(transmit: Transmit, profile: Profile) -> IdentityDocument | Fault | None:
    """The document that the profile gives; ``None`` when the reader refuses it or gives no such stream."""
    stream = b""
    for command in profile.commands:
        answer = exchange(transmit, command)
        if isinstance(answer, Fault):
            return answer
        if not isinstance(answer, bytes):
            return None
        stream += answer[profile.skip_bytes :]
    if not stream.startswith(profile.head) or len(stream) < profile.stream_bytes:
        return None
    text, photo = stream[len(profile.head) :][:TEXT_BLOCK_BYTES], b""
    if profile.with_photo:
        photo = stream[len(profile.head) + TEXT_BLOCK_BYTES :][:_PHOTO_BYTES]
    document = decode_text_block(text, photo)
    return document if isinstance(document, Fault) else with_photo_as_wanted(document)
