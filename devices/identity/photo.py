"""The photo of an identity card: through a plug-in, or not at all.

A module gives 1024 bytes in a format (WLT) that only closed libraries decode.  Whoever has the right to use
one makes it a plug-in: an entry point of the group ``kiosk.photo`` that takes the 1024 bytes and returns a
picture (PNG, JPEG or BMP).  Without a plug-in the drivers throw the bytes away as soon as they are read.
Nobody here ever writes a photo anywhere.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import metadata
from typing import Final

from devices.contract import IdentityDocument

GROUP: Final = "kiosk.photo"
WLT_BYTES: Final = 1024

Decoder = Callable[[bytes], bytes]

log = logging.getLogger(__name__)


@cache
def decoder() -> Decoder | None:
    """The plug-in; ``None`` without one, or when it cannot be loaded (which is logged)."""
    for point in sorted(metadata.entry_points(group=GROUP), key=lambda point: point.name):
        try:
            loaded: Decoder = point.load()
        except Exception as error:  # noqa: BLE001 - somebody else's code; the terminal serves without photos
            log.error("photo.plug_in_not_loaded name=%s cause=%s", point.name, type(error).__name__)
        else:
            return loaded
    return None


def with_photo_as_wanted(document: IdentityDocument) -> IdentityDocument:
    """The document as it leaves a driver: without the raw photo where nobody could decode it."""
    if not document.photo or decoder() is not None:
        return document
    return replace(document, photo=b"")


def picture_of(document: IdentityDocument) -> bytes | None:
    """The decoded photo; ``None`` where there is none, so that a placeholder is shown."""
    decode = decoder()
    if decode is None or len(document.photo) != WLT_BYTES:
        return None
    try:
        return decode(document.photo)
    except Exception as error:  # noqa: BLE001 - as above; the text of the exception may hold the photo
        log.error("photo.not_decoded cause=%s", type(error).__name__)
        return None
