"""The platform's place for a text that is written with a telephone, as a terminal uses it.

Fault codes: those of ``exchange`` and ``platform_faults``, ``platform.answer_unreadable``, and
``phone.place_gone``: the platform has no such place any more.
"""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from devices.contract import Fault
from kiosk.delivery.application import line_of, parse_json
from kiosk.delivery.exchange import Exchange, Reply
from kiosk.delivery.platform_faults import fault_of_reply
from values import dataclass

PATH: Final = "/v1/writing-places"
GONE: Final = "phone.place_gone"
STATES: Final = ("open", "read", "written", "taken", "closed")


@dataclass(frozen=True, repr=False)
class OpenedPlace:
    id: str
    url: str
    seconds: float


@dataclass(frozen=True, repr=False)
class PlaceNow:
    """``sealed`` is base64, and there only while ``written``."""

    state: str
    sealed: str


class WritingPlaceClient:
    """Every call gives a value or a fault, and none raises.  Any thread."""

    def __init__(self, exchange: Exchange, terminal_id: str) -> None:
        self._exchange = exchange
        self._terminal_id = terminal_id

    def open(self, public_key: str, most: int) -> OpenedPlace | Fault:
        body = {"terminal_id": self._terminal_id, "public_key": public_key, "most_characters": most}
        given = _object(
            self._exchange(
                "POST", PATH, json.dumps(body).encode("ascii"), {"Content-Type": "application/json"}
            )
        )
        if isinstance(given, Fault):
            return given
        place, url, seconds = line_of(given.get("place_id")), line_of(given.get("url")), given.get("seconds")
        lasting = isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and seconds > 0
        if not place or not url or not lasting:
            return Fault("platform.answer_unreadable", "writing place")
        return OpenedPlace(place, url, float(seconds or 0))

    def look(self, place: str, known: str, seconds: int) -> PlaceNow | Fault:
        """Waits up to ``seconds`` until its state is another than ``known``."""
        query = f"?known={known}&seconds={seconds}"
        given = _object(self._exchange("GET", f"{PATH}/{quote(place, safe='')}{query}"))
        if isinstance(given, Fault):
            return given
        state, sealed = given.get("state"), given.get("sealed", "")
        if state not in STATES or not isinstance(sealed, str):
            return Fault("platform.answer_unreadable", "writing place")
        return PlaceNow(state, sealed)

    def close(self, place: str) -> Fault | None:
        reply = self._exchange("DELETE", f"{PATH}/{quote(place, safe='')}")
        if isinstance(reply, Fault):
            return reply
        return None if 200 <= reply.status < 300 else fault_of_reply(reply)


def _object(reply: Reply | Fault) -> dict[str, Any] | Fault:
    if isinstance(reply, Fault):
        return reply
    if reply.status in (404, 410) and b"writing-place-unknown" in reply.content:
        return Fault(GONE, str(reply.status), permanent=True)
    if not 200 <= reply.status < 300:
        return fault_of_reply(reply)
    given = parse_json(reply.content)
    if isinstance(given, Fault):
        return given
    return given if isinstance(given, dict) else Fault("platform.answer_unreadable", "no object")
