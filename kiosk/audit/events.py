"""Every event that may be written down, declared once, with the keys it may carry.

A key has one kind everywhere, and a kind admits only what can hold no personal data: codes, words,
counts, random identifiers.  What is not declared here is refused (``kiosk.audit.chain``) or left out
(``kiosk.log``).

An event that ends in ``.begin`` has a partner that ends in ``.end`` and carries a ``disposition``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from values import dataclass

_WORD: Final = r"[a-z][a-z0-9_]{0,39}"
_CODE: Final = rf"{_WORD}(\.{_WORD}){{0,3}}"

KEY_PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "visit": r"\d{1,12}",  # counted by the terminal
        "page": _WORD,
        "task_code": r"[0-9A-Z]{31}",
        "key": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",  # random idempotency key
        "disposition": _WORD,
        "state": _WORD,
        "paper": _WORD,
        "device": r"(?!.*\d{8})[^\x00-\x1f\x7f\ud800-\udfff]{1,64}",  # a name from terminal.toml
        "fault": rf"({_CODE})?",
        "version": r"[0-9A-Za-z.+-]{1,40}",
        "name": _CODE,
        "count": r"\d{1,12}",
        "lost": r"\d{1,12}",
        "head": r"\d{1,12}:[0-9a-f]{64}",  # the number and digest of a record
        "by": r"(?!.*\d{8})[^\x00-\x1f\x7f\ud800-\udfff]{1,32}",  # a technician's name from terminal.toml
    }.items()
}


@dataclass(frozen=True)
class Event:
    """``meaning`` is for the generated documentation; ``keys`` may all be left out."""

    code: str
    meaning: str
    keys: frozenset[str]


def _event(code: str, meaning: str, *keys: str) -> Event:
    return Event(code, meaning, frozenset(keys))


EVENTS: Final[Mapping[str, Event]] = {
    event.code: event
    for event in (
        _event("terminal.begin", "The terminal's software has started.", "version"),
        _event("terminal.end", "The terminal's software has ended in order.", "disposition"),
        _event("store.moved_aside", "The store was damaged; it was moved aside and a new one begun."),
        _event(
            "store.rescued",
            "A damaged store was looked through for ``name``; ``count``: taken over, ``lost``: not whole.",
            "name",
            "count",
            "lost",
        ),
        _event("store.other_key", "A damaged store was written with another device key; nothing was taken."),
        _event(
            "store.chain_before",
            "The chain of a damaged store: its last ``head``, ``count`` records whole, ``lost`` not.",
            "head",
            "count",
            "lost",
        ),
        _event("matter.chosen", "Somebody has chosen a matter.", "visit", "task_code"),
        _event("matter.started", "Somebody has begun to do a matter.", "visit", "task_code"),
        _event("visit.begin", "Somebody has begun to use the terminal.", "visit", "page"),
        _event("visit.again", "The same person goes on to one more matter.", "visit", "page"),
        _event("visit.end", "The visit is over and wiped.", "visit", "disposition", "page"),
        _event("visit.failsafe", "The visit ended on the failsafe page.", "visit", "fault", "page"),
        _event("identity.begin", "Readers and scanners wait for a document.", "visit"),
        _event(
            "identity.end", "A document was verified, refused or not usable.", "visit", "disposition", "fault"
        ),
        _event("application.begin", "An application was confirmed.", "visit", "key", "task_code"),
        _event("application.end", "What became of it in the visit.", "visit", "key", "disposition", "fault"),
        _event("privacy.begin", "A visit is over: its texts are looked for in memory and files.", "visit"),
        _event(
            "privacy.end",
            "What came of it; ``name``: the place where something was, ``count``: of how many texts.",
            "visit",
            "disposition",
            "name",
            "count",
            "fault",
        ),
        _event("terminal.restart", "The software begins anew, nobody being here; ``name``: why.", "name"),
        _event(
            "application.late",
            "The platform has answered after the page had told the end.",
            "visit",
            "key",
            "disposition",
            "fault",
        ),
        _event("recording.begin", "Somebody has agreed to be recorded, and speaks a complaint.", "visit"),
        _event(
            "recording.end",
            "It is over: recorded, unheard, failed or called_off; the sound is in memory alone.",
            "visit",
            "disposition",
            "fault",
        ),
        _event("recording.dropped", "What was recorded was not wanted, and overwritten.", "visit"),
        _event("form.kept", "A form was kept for another day, sealed.", "task_code"),
        _event("form.dropped", "A kept form was used or not wanted, and destroyed.", "task_code"),
        _event("delivery.sent", "The platform has answered an application.", "key", "state"),
        _event("delivery.set_aside", "An application cannot be delivered as it is.", "key", "fault"),
        _event("delivery.retried", "What was set aside is sent once more, by an administrator.", "key"),
        _event("outbox.taken_up", "Applications of another terminal were taken up: how many.", "count"),
        _event("print.again", "Papers that were owed are printed for the same person.", "visit", "key"),
        _event("print.begin", "A paper was given to a printer.", "visit", "paper", "device"),
        _event(
            "print.end",
            "The print job has reached its terminal state.",
            "visit",
            "paper",
            "device",
            "disposition",
            "fault",
        ),
        _event("bundle.activated", "Another bundle of matters is shown; ``count`` is its sequence.", "count"),
        _event("bundle.went_back", "A bundle did not work; the one before is shown again.", "fault"),
        _event("bundle.unusable", "A bundle on the disk was damaged and is not shown.", "fault"),
        _event("bundle.trouble", "New bundles are kept away; what is active stays.", "fault"),
        _event("bundle.in_order", "Bundles are followed again."),
        _event("matters.edited", "Matter files edited here are shown; ``count`` matters in all.", "count"),
        _event("matters.edit_refused", "Matter files edited here are wrong; nothing changed.", "fault"),
        _event(
            "matters.verified",
            "Matters were compared with the published guides.",
            "count",
            "disposition",
        ),
        _event(
            "matters.drifted",
            "A guide differs from the published one; ``count`` elements.",
            "task_code",
            "disposition",
            "count",
        ),
        _event("matters.delisted", "The base catalogue no longer has a matter.", "task_code", "disposition"),
        _event("matters.same_again", "A matter is what the platform publishes again.", "task_code"),
        _event("technician.begin", "A technician has opened the technician's pages.", "by"),
        _event("technician.end", "The technician's pages are closed again.", "by", "disposition"),
        _event("technician.refused", "Somebody was not let in to the technician's pages.", "fault"),
        _event("technician.self_test", "A device was tested.", "device", "by", "disposition", "fault"),
        _event(
            "technician.read_test", "A reader was tried with a card.", "device", "by", "disposition", "fault"
        ),
        _event(
            "technician.voice_test",
            "Somebody has spoken into a microphone to try it; nothing of it was kept.",
            "device",
            "by",
            "disposition",
            "fault",
        ),
        _event("technician.test_print", "A test page was looked for.", "device", "by", "disposition"),
        _event("technician.test", "Screen, sound or keypad was judged.", "name", "by", "disposition"),
        _event("technician.restart", "A device was restarted by hand.", "device", "by"),
        _event("technician.refilled", "New paper was put in.", "device", "by"),
        _event("technician.calibration", "The touch calibration was set or reset.", "by", "disposition"),
        _event("technician.report", "A readiness report was written.", "by", "disposition", "fault"),
        _event("technician.log", "The masked log was exported.", "by", "disposition", "fault"),
        _event("service.closed", "The terminal was taken out of service.", "by"),
        _event("service.opened", "The terminal was put back into service.", "by"),
        _event("audit.digest", "By what this record and all after it are bound: sha256 or sm3.", "name"),
        _event("audit.rotated", "Records up to number ``count`` were moved into a file.", "count"),
        _event("audit.contradicted", "What the platform was told of this chain does not fit it.", "fault"),
        _event("audit.refused", "Something undeclared was to be written; ``name`` is its event.", "name"),
    )
}


def refusal(event: str, keys: Mapping[str, str]) -> str | None:
    """Why ``event`` with ``keys`` may not be written; ``None`` when it may.  Names no value."""
    declared = EVENTS.get(event)
    if declared is None:
        return "event"
    for name, value in keys.items():
        if name not in declared.keys:
            return f"key {name}"
        if not isinstance(value, str) or not KEY_PATTERNS[name].fullmatch(value):
            return f"value of {name}"
    return None


def documentation() -> str:
    """``docs/audit.md``: everything that is ever written down, and by what a key is limited."""
    lines = [
        "# What is written down",
        "",
        "Written from `kiosk/audit/events.py` (`kiosk audit events > docs/audit.md`); change it there. "
        "由代码生成，请在代码里修改。",
        "",
        "An event that ends in `.begin` has a partner that ends in `.end` and says with `disposition` how it",
        "ended. Nothing else is ever written into the chain; no key can hold a name or number of a person.",
        "",
        "| event | meaning | keys |",
        "| --- | --- | --- |",
    ]
    for event in EVENTS.values():
        keys = ", ".join(f"`{key}`" for key in sorted(event.keys))
        lines.append(f"| `{event.code}` | {event.meaning.replace('``', '`')} | {keys} |")
    lines += ["", "| key | pattern |", "| --- | --- |"]
    for key, pattern in KEY_PATTERNS.items():
        lines.append(f"| `{key}` | `{pattern.pattern.replace('|', chr(92) + '|')}` |")
    return "\n".join(lines) + "\n"
