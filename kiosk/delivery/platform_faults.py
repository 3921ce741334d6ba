"""What a platform's refusal means for an application: try again, all wait, or it cannot go as it is.

The one place where status codes and problem documents (RFC 9457) become faults.  Codes:

``platform.busy``             429, 503, 408, 425: come back later, after Retry-After where it is given
``platform.error``            another 5xx
``platform.conflict``         409: the key has been used for something else; permanent
``platform.gone``             410: nobody takes this any more; permanent
``platform.refused_request``  another 4xx: the platform will not take it as it is; permanent

Those three only where the platform itself says so, in a problem document: a page with the same status comes
from something in between, which decides about no application.

``platform.not_authorised``   401, 403 without a problem code, or a problem ``terminal-...``: this terminal or
                              its token is not let in
``platform.wrong_address``    404 or 405 without a problem code: the platform is not where it should be
``platform.strange_status``   a status that no answer to this request should have, or a 4xx without a problem
                              document
"""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from enum import IntEnum
from typing import Final

from devices.contract import Fault
from kiosk.delivery.application import parse_json
from kiosk.delivery.exchange import Reply
from values import dataclass

MAX_RETRY_AFTER_SECONDS: Final = 3600.0
_CODE: Final = re.compile(r"^[a-z0-9][a-z0-9._-]{0,63}$")
_NO_CODES: Final = ("", "about:blank", "not-found", "method-not-allowed", "not_found", "blank")

_OF_THE_TERMINAL: Final = "terminal-"  # problems of who calls, whatever it brings
_NOT_BEGUN: Final = (425, 429)  # sent back before anything was done with it

# Faults that say nothing of the one application: whoever is next in line meets the same.
_OF_THE_LINE: Final = frozenset(
    {
        "platform.unreachable",
        "platform.tls",
        "platform.redirected",
        "platform.busy",
        "platform.not_authorised",
        "platform.wrong_address",
        "platform.not_configured",
    }
)


class Reach(IntEnum):
    """How far an application has come, for certain.  Of several attempts the highest counts.

    ``NOWHERE``: nothing of it has left this terminal.  ``TURNED_AWAY``: it was sent, and whoever answered did
    not take it.  ``PERHAPS``: the platform may have it; only an answer to the same key can tell.
    """

    NOWHERE = 0
    TURNED_AWAY = 1
    PERHAPS = 2


# Faults after which it is certain that nobody has it, and which part of the way it went.
_REACHES: Final = {
    "platform.not_configured": Reach.NOWHERE,
    "platform.unreachable": Reach.NOWHERE,
    "platform.not_authorised": Reach.TURNED_AWAY,
    "platform.wrong_address": Reach.TURNED_AWAY,
    "platform.conflict": Reach.TURNED_AWAY,
    "platform.gone": Reach.TURNED_AWAY,
    "platform.refused_request": Reach.TURNED_AWAY,
}


def reach_of(fault: Fault) -> Reach:
    """How far the attempt went that ended in ``fault``."""
    if fault.code.startswith(("store.", "vault.", "outbox.")):
        return Reach.NOWHERE
    if isinstance(fault, PlatformFault):
        if fault.code == "platform.busy" and fault.status in _NOT_BEGUN:
            return Reach.TURNED_AWAY
        if fault.code == "platform.strange_status" and 400 <= fault.status < 500:
            return Reach.TURNED_AWAY
    return _REACHES.get(fault.code, Reach.PERHAPS)


@dataclass(frozen=True)
class PlatformFault(Fault):
    """``retry_after_seconds``: when the platform wants to be asked again, if it has said so."""

    retry_after_seconds: float | None = None
    status: int = 0


def is_of_the_line(fault: Fault) -> bool:
    """Whether nothing else can be delivered now either."""
    return fault.code in _OF_THE_LINE or fault.code.startswith(("store.", "vault."))


def retry_after_of(fault: Fault) -> float | None:
    return fault.retry_after_seconds if isinstance(fault, PlatformFault) else None


def fault_of_reply(reply: Reply) -> PlatformFault:
    """The fault that a status other than 2xx stands for."""
    status, wait = reply.status, _retry_after(reply)
    problem = problem_code(reply)
    own = bool(problem) or _is_problem_document(reply)

    def fault(code: str, permanent: bool = False) -> PlatformFault:
        return PlatformFault(code, f"{status} {problem}".strip(), permanent, wait, status)

    if status in (408, 425, 429, 503) or (status == 409 and wait is not None):
        return fault("platform.busy")
    if status >= 500:
        return fault("platform.error")
    if status == 401 or (status in (403, 407) and not problem) or problem.startswith(_OF_THE_TERMINAL):
        return fault("platform.not_authorised")
    if status in (404, 405) and not problem:
        return fault("platform.wrong_address")
    if not own or not 400 <= status < 500:
        return fault("platform.strange_status")
    if status == 409:
        return fault("platform.conflict", permanent=True)
    if status == 410:
        return fault("platform.gone", permanent=True)
    return fault("platform.refused_request", permanent=True)


def _is_problem_document(reply: Reply) -> bool:
    """Also one that says nothing beyond its status (RFC 9457: all members may be left out)."""
    return reply.media_type == "application/problem+json" and isinstance(parse_json(reply.content), dict)


def problem_code(reply: Reply) -> str:
    """The code of a problem document: its ``code``, or the end of its ``type``; empty when there is none."""
    if not reply.media_type.endswith("json"):
        return ""
    given = parse_json(reply.content)
    if not isinstance(given, dict):
        return ""
    for name in ("code", "type"):
        value = given.get(name)
        if isinstance(value, str):
            short = re.split(r"[/:#]", value.strip().lower())[-1]
            if _CODE.match(short) and short not in _NO_CODES:
                return short
    return ""


def _retry_after(reply: Reply) -> float | None:
    """Seconds, from a number or a date; a date counts from the platform's own clock where it shows one."""
    given = reply.headers.get("retry-after", "").strip()
    if not given:
        return None
    if given.isascii() and given.isdigit():
        return min(float(given[:9]), MAX_RETRY_AFTER_SECONDS)
    try:
        until = parsedate_to_datetime(given).timestamp()
    except (ValueError, OverflowError):
        return None
    try:
        now = parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        now = time.time()
    return min(max(0.0, until - now), MAX_RETRY_AFTER_SECONDS)
