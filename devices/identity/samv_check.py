"""The self-test of a SAM_V module: what can be asked of it without a card.

``answer`` (whether anything comes back), ``status`` (command 11 FF; 60 is a failed self-test of the module,
66 a module that is not authorised), ``reset`` (only for a module that is unfit: whether that helps),
``number`` (command 12 FF) and ``find`` (command 20 01: some unfit modules answer well until they are to deal
with a card; that none lies there, or one that is refused, is a good answer).
"""

from __future__ import annotations

from devices.contract import Check, Deadline, Fault
from devices.identity.samv_commands import (
    FIND,
    MODULE_FAULTS,
    NUMBER,
    RESET,
    STATUS,
    SW_DONE,
    Command,
    fault_of,
    module_fault,
    module_number,
)
from devices.identity.samv_frame import Reply
from devices.identity.samv_link import SamvLink


def checks(link: SamvLink, line: str, deadline: Deadline) -> list[Check]:
    """``line``: the port and its rate, for the technician."""
    made = [Check("line", True, line)]
    status = _ask(link, STATUS, deadline)
    if isinstance(status, Fault):
        return [*made, Check("answer", False, status.cause, status)]
    made.append(Check("answer", True, f"{len(status.data) + 11} bytes, checksum right"))
    made.append(_status(status))
    if made[-1].fault is not None and made[-1].fault.code in MODULE_FAULTS:
        made.append(_reset(link, deadline))
    number = _ask(link, NUMBER, deadline)
    if isinstance(number, Fault):
        return [*made, Check("number", False, number.cause, number)]
    told = module_number(number.data) if number.sw3 == SW_DONE else f"not told: {number.status}"
    return [*made, Check("number", True, told), _find(link, deadline)]


def _status(status: Reply) -> Check:
    if status.sw3 == SW_DONE:
        return Check("status", True, status.status)
    fault = fault_of(STATUS, status)
    # A module that does not know the question is alive all the same.
    return Check("status", fault.code not in MODULE_FAULTS, status.status, fault)


def _reset(link: SamvLink, deadline: Deadline) -> Check:
    _ask(link, RESET, deadline)
    status = _ask(link, STATUS, deadline)
    if isinstance(status, Fault):
        return Check("reset", False, status.cause, status)
    return Check("reset", status.sw3 == SW_DONE, status.status, _status(status).fault)


def _find(link: SamvLink, deadline: Deadline) -> Check:
    reply = _ask(link, FIND, deadline)
    if isinstance(reply, Fault):
        return Check("find", False, reply.cause, reply)
    fault = module_fault(reply)
    return Check("find", fault is None, reply.status, fault)


def _ask(link: SamvLink, command: Command, deadline: Deadline) -> Reply | Fault:
    """Once more where the line damaged something."""
    reply = link.exchange(command, deadline)
    return reply if isinstance(reply, Reply) else link.exchange(command, deadline)
