"""Driver ``samv``: a resident identity card reader with a SAM_V module on a serial port.

While armed it looks for a card, selects and reads it.  A module answers "no card" once it has read a
card, until that card is lifted and laid again.  So "no card" after a read tells nothing about the card,
and the driver then says that it does not know.  Where a module goes on answering "found", the driver
knows that the card still lies there: it watches for the lift, and refuses to read such a card for the
next arming (``card.left_behind``).
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from devices.contract import (
    Capability,
    CardLifted,
    CardState,
    Deadline,
    DeviceState,
    Emit,
    Fault,
    IdentityDocument,
    IdentityFailed,
    IdentityRead,
    IdentityReading,
    Status,
)
from devices.identity.arming import CardReader, Session
from devices.identity.samv_commands import (
    ADDRESS,
    BAUD_RATES,
    CARD_WORDS,
    FIND,
    MODULE_FAULTS,
    NUMBER,
    READ,
    SELECT,
    STATUS,
    SW_CARD_FOUND,
    SW_DONE,
    SW_NO_CARD,
    Command,
    fault_of,
    module_number,
    split_card_data,
)
from devices.identity.samv_frame import Reply
from devices.identity.samv_link import CALLED_OFF, SamvLink
from devices.identity.text_block import decode_appended_address, decode_text_block
from devices.identity.validity import expiry_fault, today
from devices.serial_port import PortFinder, SerialPort, open_port

_STEP_SECONDS: Final = 0.4
_FIND_PAUSE_SECONDS: Final = 0.006
_LYING_PAUSE_SECONDS: Final = 0.1
_HEARTBEAT_SECONDS: Final = 2.0
_AGAIN_SECONDS: Final = 0.6  # for the first rate, when the module did not answer before
_PRESENTATION_SECONDS: Final = 10.0
_RETRY_SECONDS: Final = 1.0
_ATTEMPTS: Final = 3
_MISSES: Final = 3  # unanswered commands in a row until the module counts as gone

_STATES: Final = {
    "serial.port_missing": DeviceState.NO_DEVICE,
    "serial.port_lost": DeviceState.NO_DEVICE,
    "serial.port_busy": DeviceState.BUSY,
    "samv.self_test_failed": DeviceState.HARDWARE_ERROR,
    "samv.not_authorised": DeviceState.HARDWARE_ERROR,
}


class SamvOptions(BaseModel):
    """Keys of ``terminal.toml``.  ``port``: see ``devices.serial_port``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    port: str = Field(min_length=1)
    baud: Literal[115200, 57600, 38400, 19200, 9600] = 115200
    appended_address: bool = False  # ask for the newest address, too; it replaces the printed one


@dataclass
class _Lying:
    """A card that was dealt with and that the module still reports.

    ``session`` is the arming that knows about it; ``retry_at`` the moment of the next silent attempt.
    """

    session: Session
    fault: Fault | None  # why it could not be read; None: its document was delivered
    retry_at: float


class SamvDriver(CardReader):
    """See the module's notes.  One instance per reader; opened and stepped by a supervisor."""

    driver: ClassVar[str] = "samv"
    capabilities = frozenset({Capability.RESIDENT_CARD})

    def __init__(self, name: str, emit: Emit, options: SamvOptions) -> None:
        super().__init__(name, emit)
        self._options = options
        self._finder = PortFinder(options.port)
        self._rate: int = options.baud  # the last one at which the module answered
        self._openings = 0
        self._line: SerialPort | None = None
        self._link: SamvLink | None = None
        self._detail = ""
        self._misses = 0
        self._next_heartbeat = 0.0
        self._lying: _Lying | None = None
        self._refusal: tuple[Session, str] | None = None
        self._read_sent = False  # since the card was found: "no card" no longer proves that it was lifted

    # --- the supervisor's three verbs ---------------------------------------------------------------

    def open(self) -> Fault | None:
        self.close()
        line = open_port(self._finder, self._options.baud)
        if isinstance(line, Fault):
            return self._unusable(line)
        self._line, self._link = line, SamvLink(line)
        rates = self._rates()
        reply = self._link.find_rate(rates, STATUS.seconds if self._openings == 1 else _AGAIN_SECONDS)
        if isinstance(reply, Fault):
            return self._unusable(reply)
        self._rate = self._link.rate
        if fault_of(STATUS, reply).code in MODULE_FAULTS:  # any other answer shows a module that is alive
            return self._unusable(fault_of(STATUS, reply))
        number = self._link.exchange(NUMBER, Deadline(NUMBER.seconds))
        if isinstance(number, Reply) and number.sw3 == SW_DONE:
            self._detail = f"{module_number(number.data)}, {self._rate} baud"
        else:
            self._detail = f"module number not told, {self._rate} baud"
        self._misses = 0
        self._next_heartbeat = time.monotonic() + _HEARTBEAT_SECONDS
        self._say(None)
        return None

    def step(self) -> Fault | None:
        session = self._session
        fault = self._rest() if session is None else self._look(session)
        return None if fault is None else self._unusable(fault)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = self._link = None

    def _rates(self) -> tuple[int, ...]:
        """The rates to try: all at first; later, for a quick return, the likely one and another in turn."""
        others = [rate for rate in BAUD_RATES if rate != self._rate]
        self._openings += 1
        if self._openings == 1:
            return (self._rate, *others)
        return (self._rate, others[self._openings % len(others)])

    # --- at rest ------------------------------------------------------------------------------------

    def _rest(self) -> Fault | None:
        assert self._link is not None
        if self._armed.wait(_STEP_SECONDS):
            return None
        gone = self._link.discard_input()
        if gone is not None:
            return gone
        if self._lying is None:
            self._say(None)  # nobody looks for a card now
        else:
            reply = self._ask(FIND, Deadline(FIND.seconds))
            if isinstance(reply, Reply):
                self._misses = 0
                self._note_lift(reply)
                return None
            return self._missed(reply)
        if time.monotonic() < self._next_heartbeat:
            return None
        self._next_heartbeat = time.monotonic() + _HEARTBEAT_SECONDS
        reply = self._ask(STATUS, Deadline(STATUS.seconds))
        if isinstance(reply, Fault):
            self._next_heartbeat = 0.0
            return self._missed(reply)
        self._misses = 0
        fault = fault_of(STATUS, reply)
        return fault if fault.code in MODULE_FAULTS else None

    # --- armed --------------------------------------------------------------------------------------

    def _look(self, session: Session) -> Fault | None:
        until = time.monotonic() + _STEP_SECONDS
        while not session.over and time.monotonic() < until:
            pause = _FIND_PAUSE_SECONDS
            reply = self._ask(FIND, Deadline(FIND.seconds, session.called_off))
            if isinstance(reply, Reply) and reply.sw3 == SW_CARD_FOUND:
                self._misses = 0
                self._refusal = None
                if self._is_due(session):
                    return self._present(session)
                pause = _LYING_PAUSE_SECONDS
            elif isinstance(reply, Reply) and reply.sw3 == SW_NO_CARD:
                self._misses = 0
                self._refusal = None
                self._note_lift(reply)
                self._say(None if self._read_sent else CardState.ABSENT)
            elif isinstance(reply, Reply) and reply.sw3 in CARD_WORDS:
                self._misses = 0
                self._note_refusal(session, fault_of(FIND, reply))
            elif reply is not CALLED_OFF:
                fault = self._missed(fault_of(FIND, reply) if isinstance(reply, Reply) else reply)
                if fault is not None:
                    return fault
            session.called_off.wait(pause)
        return None

    def _is_due(self, session: Session) -> bool:
        """Whether the card on the reader is to be read now; says so once when it was left behind."""
        lying = self._lying
        if lying is None:
            return True
        if lying.fault is not None:
            return lying.session is not session or time.monotonic() >= lying.retry_at
        if lying.session is not session:
            lying.session = session
            self._say(CardState.LEFT_BEHIND)
            self._tell(session, IdentityFailed(self.name, Fault("card.left_behind", permanent=True)))
        return False

    def _note_lift(self, found: Reply) -> None:
        """A card that the module reported until now is gone: it was lifted."""
        if self._lying is not None and found.sw3 == SW_NO_CARD:
            self._lying = None
            self._read_sent = False
            self._say(CardState.ABSENT)
            self._emit(CardLifted(self.name))

    def _note_refusal(self, session: Session, fault: Fault) -> None:
        """The module sees a card and refuses it at once: told once, until something else happens."""
        if self._refusal != (session, fault.code):
            self._refusal = (session, fault.code)
            self._say(CardState.UNREADABLE)
            self._tell(session, IdentityFailed(self.name, fault))

    def _present(self, session: Session) -> Fault | None:
        """Read the card that was just found and tell how it went.

        A silent repeat for a card that failed in this session tells only what is new.
        """
        earlier = self._lying.fault if self._lying is not None and self._lying.session is session else None
        self._lying = None
        self._read_sent = False
        if earlier is None and not self._tell(session, IdentityReading(self.name)):
            return None
        self._say(CardState.PRESENT)
        outcome = self._read_card(Deadline(_PRESENTATION_SECONDS, session.called_off))
        if outcome is CALLED_OFF:
            return None
        if isinstance(outcome, IdentityDocument):
            outcome = expiry_fault(outcome, today()) or outcome
        if isinstance(outcome, IdentityDocument):
            if not self._tell(session, IdentityRead(self.name, outcome)):
                return None
            return self._note_whether_it_lies(session, None)
        if earlier is None or earlier.code != outcome.code:
            self._tell(session, IdentityFailed(self.name, outcome))
        if _is_device_fault(outcome):
            return outcome
        self._say(CardState.UNREADABLE if outcome.permanent else CardState.PRESENT)
        return self._note_whether_it_lies(session, outcome)

    def _note_whether_it_lies(self, session: Session, fault: Fault | None) -> Fault | None:
        """Ask once more after a presentation: only a module that says "found" shows a later lift."""
        reply = self._ask(FIND, Deadline(FIND.seconds))
        if isinstance(reply, Fault):
            return reply if _is_device_fault(reply) else None
        if reply.sw3 == SW_CARD_FOUND:
            passing = fault is not None and not fault.permanent
            self._lying = _Lying(session, fault, time.monotonic() + _RETRY_SECONDS if passing else math.inf)
        elif reply.sw3 == SW_NO_CARD and self._read_sent:
            self._say(None)
        elif reply.sw3 == SW_NO_CARD:
            self._say(CardState.ABSENT)
            self._emit(CardLifted(self.name))
        return None

    def _read_card(self, deadline: Deadline) -> IdentityDocument | Fault:
        """Select and read, a few times where that can help.  The first round follows a successful find."""
        fault = Fault("samv.card_removed")
        for attempt in range(_ATTEMPTS):
            found = True
            if attempt > 0:
                failure = _failure(FIND, self._ask(FIND, deadline), SW_CARD_FOUND)
                found = failure is None
                if failure is not None and failure.code != "samv.no_card":
                    fault = failure
                elif failure is not None and not self._read_sent:
                    return Fault("samv.card_removed", fault.cause)
                if _ends_attempts(fault):
                    return fault
            failure = _failure(SELECT, self._ask(SELECT, deadline), SW_DONE)
            if failure is not None and not found:
                # Read once and not found again: select was worth a try; what happened before is told.
                return failure if _ends_attempts(failure) else fault
            if failure is None:
                outcome = self._read_text(deadline)
                if isinstance(outcome, IdentityDocument):
                    return self._with_newest_address(outcome, deadline)
                failure = outcome
            fault = failure
            if _ends_attempts(fault):
                return fault
        return fault

    def _read_text(self, deadline: Deadline) -> IdentityDocument | Fault:
        """Read the selected card; a damaged or unusable answer is asked for again."""
        fault: Fault | None = None
        for _ in range(_ATTEMPTS):
            self._read_sent = True
            reply = self._ask(READ, deadline)
            if isinstance(reply, Fault):
                fault = reply
                if _ends_attempts(fault):
                    break
                continue
            if reply.sw3 != SW_DONE:
                # A module may refuse to read twice: then the first finding is the one worth telling.
                return fault if fault is not None and fault.permanent else fault_of(READ, reply)
            parts = split_card_data(reply)
            outcome = parts if isinstance(parts, Fault) else decode_text_block(*parts)
            if isinstance(outcome, IdentityDocument):
                return outcome
            fault = outcome
        return fault or Fault("samv.read_failed")

    def _with_newest_address(self, document: IdentityDocument, deadline: Deadline) -> IdentityDocument:
        if not self._options.appended_address or document.kind.startswith("permanent"):
            return document
        reply = self._ask(ADDRESS, deadline)
        if isinstance(reply, Fault) or reply.sw3 != SW_DONE:
            return document
        address = decode_appended_address(reply.data)
        return document if isinstance(address, Fault) or not address else replace(document, address=address)

    # --- small parts --------------------------------------------------------------------------------

    def _ask(self, command: Command, deadline: Deadline) -> Reply | Fault:
        assert self._link is not None
        return self._link.exchange(command, deadline)

    def _missed(self, fault: Fault) -> Fault | None:
        """One more command without a useful answer; the fault once that is no longer chance."""
        self._misses += 1
        return fault if _is_device_fault(fault) or self._misses >= _MISSES else None

    def _say(self, card: CardState | None) -> None:
        self.publish(Status(DeviceState.ONLINE, card=card, detail=self._detail))

    def _unusable(self, fault: Fault) -> Fault:
        state = _STATES.get(fault.code, DeviceState.OFFLINE)
        self.publish(Status(state, fault, detail=self._detail))
        return fault


def _failure(command: Command, reply: Reply | Fault, success: int) -> Fault | None:
    if isinstance(reply, Fault):
        return reply
    return None if reply.sw3 == success else fault_of(command, reply)


def _is_device_fault(fault: Fault) -> bool:
    return fault.code.startswith("serial.") or fault.code in MODULE_FAULTS


def _ends_attempts(fault: Fault) -> bool:
    return fault is CALLED_OFF or fault.permanent or _is_device_fault(fault)
