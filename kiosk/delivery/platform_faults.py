"""What a platform's refusal means for an application: try again, all wait, or it cannot go as it is.

The one place where status codes and problem documents (RFC 9457) become faults.  Codes:

``platform.busy``             429, 503, 408, 425: come back later, after Retry-After where it is given
``platform.error``            another 5xx
``platform.conflict``         409: the key has been used for something else; permanent
``platform.gone``             410: nobody takes this any more; permanent
``platform.refused_request``  another 4xx: the platform will not take it as it is; permanent
``platform.not_authorised``   401, or 403 without a problem code: this terminal or its token is not let in
``platform.wrong_address``    404 or 405 without a problem code: the platform is not where it should be
``platform.strange_status``   a status that no answer to this request should have
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from devices.contract import Fault
from kiosk.delivery.application import parse_json
from kiosk.delivery.exchange import Reply

MAX_RETRY_AFTER_SECONDS: Final = 3600.0
_CODE: Final = re.compile(r"^[a-z0-9][a-z0-9._-]{0,63}$")
_NO_CODES: Final = ("", "about:blank", "not-found", "method-not-allowed", "not_found", "blank")

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


@dataclass(frozen=True)
class PlatformFault(Fault):
    """``retry_after_seconds``: when the platform wants to be asked again, if it has said so."""

    retry_after_seconds: float | None = None


def is_of_the_line(fault: Fault) -> bool:
    """Whether nothing else can be delivered now either."""
    return fault.code in _OF_THE_LINE or fault.code.startswith(("store.", "vault."))


def retry_after_of(fault: Fault) -> float | None:
    return fault.retry_after_seconds if isinstance(fault, PlatformFault) else None


def fault_of_reply(reply: Reply) -> PlatformFault:
    """The fault that a status other than 2xx stands for."""
    status, wait = reply.status, _retry_after(reply)
    problem = problem_code(reply)
    cause = f"{status} {problem}".strip()
    if status in (408, 425, 429, 503) or (status == 409 and wait is not None):
        return PlatformFault("platform.busy", cause, retry_after_seconds=wait)
    if status >= 500:
        return PlatformFault("platform.error", cause, retry_after_seconds=wait)
    if status == 401 or (status in (403, 407) and not problem):
        return PlatformFault("platform.not_authorised", cause)
    if status in (404, 405) and not problem:
        return PlatformFault("platform.wrong_address", cause)
    if status == 409:
        return PlatformFault("platform.conflict", cause, permanent=True)
    if status == 410:
        return PlatformFault("platform.gone", cause, permanent=True)
    if 400 <= status < 500:
        return PlatformFault("platform.refused_request", cause, permanent=True)
    return PlatformFault("platform.strange_status", cause)


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
