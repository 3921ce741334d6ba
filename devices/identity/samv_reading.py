"""Selecting and reading the one card that a SAM_V module has found, a few times where that can help."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from devices.contract import Deadline, Fault, IdentityDocument
from devices.identity.photo import with_photo_as_wanted
from devices.identity.samv_commands import (
    ADDRESS,
    FIND,
    MODULE_FAULTS,
    READ,
    READ_WITH_FINGERPRINT,
    SELECT,
    SW_CARD_FOUND,
    SW_COMMAND_UNKNOWN,
    SW_DONE,
    Command,
    fault_of,
    split_card_data,
)
from devices.identity.samv_frame import Reply
from devices.identity.samv_link import CALLED_OFF, SamvLink
from devices.identity.text_block import decode_appended_address, decode_text_block

_ATTEMPTS: Final = 3


def is_device_fault(fault: Fault) -> bool:
    """Line or module, not card."""
    return fault.code.startswith("serial.") or fault.code in MODULE_FAULTS


class SamvReading:
    """``sent``: a read was asked for since the card was found; "no card" then no longer proves a lift."""

    def __init__(self, appended_address: bool) -> None:
        self.sent = False
        self._appended_address = appended_address
        self._command = READ

    def start_anew(self) -> None:
        """Another module may be there now."""
        self._command = READ

    def read_card(self, link: SamvLink, deadline: Deadline) -> IdentityDocument | Fault:
        """Select and read, a few times where that can help.  The first round follows a successful find."""
        fault = Fault("samv.card_removed")
        for attempt in range(_ATTEMPTS):
            found = True
            if attempt > 0:
                failure = _failure(FIND, link.exchange(FIND, deadline), SW_CARD_FOUND)
                found = failure is None
                if failure is not None and failure.code != "samv.no_card":
                    fault = failure
                elif failure is not None and not self.sent:
                    return Fault("samv.card_removed", fault.cause)
                if _ends_attempts(fault):
                    return fault
            failure = _failure(SELECT, link.exchange(SELECT, deadline), SW_DONE)
            if failure is not None and not found:
                # Read once and not found again: select was worth a try; what happened before is told.
                return failure if _ends_attempts(failure) else fault
            if failure is None:
                outcome = self._read_text(link, deadline)
                if isinstance(outcome, IdentityDocument):
                    return self._with_newest_address(link, outcome, deadline)
                failure = outcome
            fault = failure
            if _ends_attempts(fault):
                return fault
        return fault

    def _read_text(self, link: SamvLink, deadline: Deadline) -> IdentityDocument | Fault:
        """Read the selected card; a damaged or unusable answer is asked for again."""
        fault: Fault | None = None
        for _ in range(_ATTEMPTS):
            self.sent = True
            command = self._command
            reply = link.exchange(command, deadline)
            if isinstance(reply, Fault):
                fault = reply
                if _ends_attempts(fault):
                    break
                continue
            if reply.sw3 == SW_COMMAND_UNKNOWN and command is READ:
                self._command = READ_WITH_FINGERPRINT
                continue
            if reply.sw3 != SW_DONE:
                # A module may refuse to read twice: then the first finding is the one worth telling.
                return fault if fault is not None and fault.permanent else fault_of(command, reply)
            parts = split_card_data(reply, with_fingerprint=command is READ_WITH_FINGERPRINT)
            outcome = parts if isinstance(parts, Fault) else decode_text_block(*parts)
            if isinstance(outcome, IdentityDocument):
                return with_photo_as_wanted(outcome)
            fault = outcome
        return fault or Fault("samv.read_failed")

    def _with_newest_address(
        self, link: SamvLink, document: IdentityDocument, deadline: Deadline
    ) -> IdentityDocument:
        if not self._appended_address or document.kind.startswith("permanent"):
            return document
        reply = link.exchange(ADDRESS, deadline)
        if isinstance(reply, Fault) or reply.sw3 != SW_DONE:
            return document
        address = decode_appended_address(reply.data)
        return document if isinstance(address, Fault) or not address else replace(document, address=address)


def _failure(command: Command, reply: Reply | Fault, success: int) -> Fault | None:
    if isinstance(reply, Fault):
        return reply
    return None if reply.sw3 == success else fault_of(command, reply)


def _ends_attempts(fault: Fault) -> bool:
    return fault is CALLED_OFF or fault.permanent or is_device_fault(fault)
