"""The states of an application on a terminal, what each one means, and what leads from one to the next.

The one place where that is said: the outbox goes by it, and ``docs/applications.md`` is written from it
(``python -m kiosk.delivery.states > docs/applications.md``).  What each answer of a platform means is told
there by asking ``kiosk.delivery.platform_faults``, never by a second list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from devices.contract import Fault
from kiosk.delivery.exchange import Reply
from kiosk.delivery.platform_faults import Reach, fault_of_reply, is_of_the_line, reach_of
from values import dataclass


class State(StrEnum):
    QUEUED = "queued"
    ACCEPTED = "accepted"
    RECEIVED = "received"
    REFUSED = "refused"
    SUPPLEMENT = "supplement"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Meaning:
    """``to``: what may follow here, and through what; later decisions of the platform change nothing."""

    zh: str
    en: str
    to: Mapping[State, str]


_ANSWERED_ZH: Final = "平台的答复已写入本机并同步。此后的变化由平台告知，本机不再改动。"
STATES: Final[Mapping[State, Meaning]] = {
    State.QUEUED: Meaning(
        "已写入本机并同步落盘；平台还没有给出最终答复。用同一个键、同样的字节一直重发到有答复为止。",
        "On this disk, committed and synced; the platform has not answered finally. The same bytes go again "
        "under the same key until it does.",
        {
            **dict.fromkeys(
                (State.ACCEPTED, State.RECEIVED, State.REFUSED, State.SUPPLEMENT), "the platform's answer"
            ),
            State.SET_ASIDE: "a refusal that no repeat changes, or twenty failures while others got through",
        },
    ),
    State.ACCEPTED: Meaning(f"平台已受理。{_ANSWERED_ZH}", "The platform has accepted it.", {}),
    State.RECEIVED: Meaning(
        f"平台已收件，尚未决定。{_ANSWERED_ZH}", "The platform has it and has not decided.", {}
    ),
    State.REFUSED: Meaning(f"平台不予受理。{_ANSWERED_ZH}", "The platform has refused it.", {}),
    State.SUPPLEMENT: Meaning(
        f"平台要求补正。{_ANSWERED_ZH}", "The platform wants something mended or added.", {}
    ),
    State.SET_ASIDE: Meaning(
        "按现在的样子送不出去，已搁置：不再发送，内容仍封存，请管理员查看；不影响其他申请。",
        "It cannot be delivered as it is. Nothing more is sent, it stays sealed, an administrator has to "
        "look at it; the others go on.",
        {State.QUEUED: "`kiosk outbox retry`, by an administrator"},
    ),
}
ANSWERED: Final = tuple(
    state.value for state in State if state not in (State.QUEUED, State.SET_ASIDE)
)  # finally, by the platform
WAITING: Final = (State.QUEUED.value, State.SET_ASIDE.value)  # for the platform, or for somebody to look

_REACHES: Final = {
    Reach.NOWHERE: "nothing left the terminal",
    Reach.TURNED_AWAY: "not taken, for certain",
    Reach.PERHAPS: "perhaps: nobody can tell",
}
_HEAD: Final = """\
# An application on its way

Written from `kiosk/delivery/states.py`; change it there. 由代码生成，请在代码里修改。

A key is made before the first attempt, and the body is fixed as bytes when the application is kept.
"Submitted" is said only of what is committed and synced on this disk. Of one person nothing is sent beside
or before an earlier application; different persons do not wait for each other. Materials go in the same body,
each with how it is there (provided, shared, declared, owed): there is nothing that could stop half way.

What is handed in later, because it was owed (容缺) or is to be supplemented (补正), is a delivery of its own:
under its own key, with the number of its case in the body, in the same line of the same person behind the
application, and through the same states. Its answer is the case as it then stands. What comes after its last
day, for a case that is closed, from somebody else or with a licence of somebody else is refused for good and
set aside. 补交的材料有自己的键，按同一人的先后顺序发送，状态与申请相同，以平台的答复为准。

## States 状态

| state | meaning | 含义 | next, and through what |
|---|---|---|---|
"""
_ANSWERS: Final = """
## What comes back, and what follows 平台的回答

*Waits*: the line, so that everything waits, or this one alone. *Has it*: whether the platform may have it;
what is refused after an attempt that may have arrived is set aside as `delivery.unconfirmed`, and nobody is
told that it was refused.

| what comes | code | what follows | waits | has it |
|---|---|---|---|---|
"""


def documentation() -> str:
    """``docs/applications.md``."""
    lines = []
    for state, meaning in STATES.items():
        through = dict.fromkeys(meaning.to.values())
        then = "; ".join(f"{_names(meaning, each)}: {each}" for each in through)
        lines.append(f"| `{state.value}` | {meaning.en} | {meaning.zh} | {then or 'final'} |")
    return _HEAD + "\n".join(lines) + "\n" + _ANSWERS + "\n".join(_answer_rows()) + "\n"


def _names(meaning: Meaning, through: str) -> str:
    return ", ".join(f"`{state.value}`" for state, what in meaning.to.items() if what == through)


def _answer_rows() -> list[str]:
    problem = json.dumps({"type": "urn:x:reason", "code": "reason"}).encode()
    shown = (
        ("400, 403, 413, 415 or 422 in a problem document", _reply(422, problem)),
        ("409 in a problem document", _reply(409, problem)),
        ("409 with `Retry-After`", _reply(409, problem, {"retry-after": "1"})),
        ("410 in a problem document", _reply(410, problem)),
        ("a 4xx that is no problem document", _reply(410, b"<html>", {"content-type": "text/html"})),
        ("401, or 403 without a reason", _reply(401, b"")),
        ("404 or 405 without a reason", _reply(404, b"")),
        ("429 (with `Retry-After`)", _reply(429, problem)),
        ("503 or 408 (with `Retry-After`)", _reply(503, problem)),
        ("another 5xx", _reply(500, problem)),
    )
    rows = [_row(what, fault_of_reply(reply)) for what, reply in shown]
    lost = (
        ("nobody answers at the address", "platform.unreachable"),
        ("TLS fails", "platform.tls"),
        ("a redirect", "platform.redirected"),
        ("no answer in time, also beyond the visit", "platform.timeout"),
        ("an answer that breaks off at any byte", "platform.answer_cut"),
        ("an answer that is too large", "platform.answer_too_large"),
        ("an answer that is no JSON", "platform.not_json"),
        ("JSON without case number or state", "platform.answer_unreadable"),
        ("the answer to another application, or one sent twice", "platform.wrong_answer"),
    )
    return rows + [_row(what, Fault(code)) for what, code in lost]


def _reply(status: int, content: bytes, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, {"content-type": "application/problem+json", **(headers or {})}, content)


def _row(what: str, fault: Fault) -> str:
    then = "set aside" if fault.permanent else "sent again"
    waits = "" if fault.permanent else "the line" if is_of_the_line(fault) else "this one"
    return f"| {what} | `{fault.code}` | {then} | {waits} | {_REACHES[reach_of(fault)]} |"


if __name__ == "__main__":
    print(documentation(), end="")
