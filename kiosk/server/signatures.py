"""What the applicant signed with, kept with the case."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from sqlalchemy import Connection, insert

from kiosk.server.api_models import SignatureIn
from kiosk.server.database import signatures
from kiosk.server.problems import FieldError, ProblemError

_PNG: Final = b"\x89PNG\r\n\x1a\n"


def picture_of(signature: SignatureIn | None) -> bytes:
    """The picture, empty for who pressed a button.  422 where a drawn one has no picture to look at."""
    if signature is None or signature.kind == "button":
        return b""
    try:
        picture = base64.b64decode(signature.picture_png, validate=True)
    except binascii.Error:
        picture = b""
    if not picture.startswith(_PNG) or not signature.strokes:
        told = FieldError(
            "signature",
            "signature.unreadable",
            "手写签名要有笔画和PNG图片",
            "a drawn signature has strokes and a PNG picture",
        )
        raise ProblemError("signature-invalid", [told])
    return picture


def keep(connection: Connection, project_no: str, signature: SignatureIn | None, picture: bytes) -> None:
    if signature is not None:
        kind = "button, helped" if signature.helped else signature.kind
        kept = {"project_no": project_no, "kind": kind, "strokes": signature.strokes}
        connection.execute(insert(signatures).values(picture=picture, **kept))
