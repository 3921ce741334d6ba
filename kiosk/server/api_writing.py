"""Bodies of what a terminal asks for a text that is written with a telephone."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from kiosk.server.api_fields import WHOLE, TerminalId, Wire
from kiosk.server.writing_places import MOST_CHARACTERS, PlaceState

_KEY = r"^[A-Za-z0-9_-]{43}$"
_EXAMPLE: JsonValue = {
    "terminal_id": "PDS-HALL-01",
    "public_key": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",
    "most_characters": 80,
}


class WritingPlaceRequest(Wire):
    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [_EXAMPLE]})

    terminal_id: TerminalId
    public_key: Annotated[
        str,
        Field(
            pattern=_KEY,
            description="X25519, base64url without padding, made for this one place: the text is sealed with "
            'it by HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM, info "kiosk writing place")',
        ),
    ]
    most_characters: Annotated[int, Field(ge=1, le=MOST_CHARACTERS, strict=True), WHOLE]


class WritingPlaceOpened(Wire):
    place_id: Annotated[str, Field(description="the terminal's own; the telephone never gets it")]
    url: Annotated[str, Field(description="for the QR code: random, and nothing of anybody")]
    seconds: Annotated[int, Field(description="until it is gone")]


class WritingPlaceOut(Wire):
    """``sealed`` only while ``written``: encapsulated key and ciphertext, base64."""

    state: PlaceState
    sealed: str = ""
