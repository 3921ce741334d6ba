"""Driver ``samv``: a resident identity card reader with a SAM_V module on a serial port.

While armed it looks for a card, selects and reads it.  A module answers "no card" once it has read a
card, until that card is lifted and laid again.  So "no card" after a read tells nothing about the card,
and the driver then says that it does not know.  Where a module goes on answering "found", the driver
knows that the card still lies there: it watches for the lift, and refuses to read such a card for the
next arming (``card.left_behind``).  A module that was without power in between finds such a card again as
if it had just been laid; the driver knows it by a keyed digest of what was on it, and refuses it, too.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from devices.contract import (
    Capability,
    CardLifted,
    CardState,
    Check,
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
from devices.identity import photo, samv_check
from devices.identity.arming import CardReader, Session
from devices.identity.samv_commands import (
    BAUD_RATES,
    CARD_WORDS,
    FIND,
    MODULE_FAULTS,
    NUMBER,
    RESET,
    STATUS,
    SW_CARD_FOUND,
    SW_DONE,
    SW_NO_CARD,
    Command,
    fault_of,
    module_fault,
    module_number,
    set_baud,
)
from devices.identity.samv_frame import Reply
from devices.identity.samv_link import CALLED_OFF, SamvLink
from devices.identity.samv_reading import SamvReading, is_device_fault
from devices.identity.validity import expiry_fault, today
from devices.serial_port import PortFinder, SerialPort, open_port

_STEP_SECONDS: Final = 0.4
_FIND_PAUSE_SECONDS: Final = 0.006
_LYING_PAUSE_SECONDS: Final = 0.1
_HEARTBEAT_SECONDS: Final = 2.0
_AGAIN_SECONDS: Final = 0.6  # for the first rate, when the module did not answer before
_PRESENTATION_SECONDS: Final = 10.0
_RETRY_SECONDS: Final = 1.0
_UNFIT_WITH_CARD_SECONDS: Final = 10.0  # a card that an unfit module could not read lies there: no new try
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
    sets_baud: bool = False  # a module found at another rate is told to go to ``baud``


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
        self._reading = SamvReading(options.appended_address)
        self._digest_key = secrets.token_bytes(32)
        self._delivered: tuple[Session, bytes] | None = None  # the last document, until its card was lifted
        self._reopened = False  # since then
        self._unfit: Fault | None = None  # the module's own fault, until it answers "find" again
        self._unfit_until = 0.0  # for a fault that only reading shows

    # --- the supervisor's three verbs ---------------------------------------------------------------

    def open(self) -> Fault | None:
        self.close()
        photo.decoder()  # looked for now, not while a card is read
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
            reply = self._reset(reply)
        if fault_of(STATUS, reply).code in MODULE_FAULTS:
            return self._unusable(fault_of(STATUS, reply))
        if self._options.sets_baud and self._rate != self._options.baud:
            fault = self._go_to_configured_rate()
            if fault is not None:
                return self._unusable(fault)
        number = self._link.exchange(NUMBER, Deadline(NUMBER.seconds))
        if isinstance(number, Reply) and number.sw3 == SW_DONE:
            self._detail = f"{module_number(number.data)}, {self._rate} baud"
        else:
            self._detail = f"module number not told, {self._rate} baud"
        fault = self._unfit_for_cards()
        if fault is not None:
            return self._unusable(fault)
        self._misses = 0
        self._next_heartbeat = time.monotonic() + _HEARTBEAT_SECONDS
        self._reopened = True
        self._reading.start_anew()
        self._say(None)
        return None

    def step(self) -> Fault | None:
        session = self._session
        fault = self._rest() if session is None else self._look(session)
        if fault is not None and fault.code in MODULE_FAULTS:
            self._unfit = fault
        return None if fault is None else self._unusable(fault)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = self._link = None

    def self_test(self, deadline: Deadline) -> list[Check]:
        assert self._line is not None and self._link is not None
        return samv_check.checks(self._link, f"{self._line.path}, {self._rate} baud", deadline)

    def _reset(self, unfit: Reply) -> Reply:
        """What an unfit module says after a reset; some only woke up badly."""
        assert self._link is not None
        self._link.exchange(RESET, Deadline(RESET.seconds))
        again = self._link.exchange(STATUS, Deadline(STATUS.seconds))
        return unfit if isinstance(again, Fault) else again

    def _unfit_for_cards(self) -> Fault | None:
        """What keeps a module that answers well for itself from dealing with any card.

        It is asked with "find", which changes nothing: a card that lies there is found again when somebody
        looks for it, and one that was read is still answered with "no card".
        """
        reply = self._ask(FIND, Deadline(FIND.seconds))
        fault = module_fault(reply)
        if fault is not None and self._unfit is None:
            self._ask(RESET, Deadline(RESET.seconds))  # some only woke up badly
            reply = self._ask(FIND, Deadline(FIND.seconds))
            fault = module_fault(reply)
        if isinstance(reply, Fault):
            fault = reply if reply.code.startswith("serial.") else self._unfit
        elif fault is None and self._unfit is not None:
            lies = reply.sw3 == SW_CARD_FOUND and time.monotonic() < self._unfit_until
            fault = self._unfit if lies or reply.sw3 not in (SW_CARD_FOUND, SW_NO_CARD) else None
        self._unfit = fault if fault is not None and fault.code in MODULE_FAULTS else None
        return fault

    def _go_to_configured_rate(self) -> Fault | None:
        """Where the module does not go along, it stays at the rate at which it was found."""
        assert self._link is not None
        command = set_baud(self._options.baud)
        reply = self._link.exchange(command, Deadline(command.seconds))
        if isinstance(reply, Fault) or reply.sw3 != SW_DONE:
            return None
        found = self._link.find_rate((self._options.baud, self._rate))
        if isinstance(found, Fault):
            return found
        self._rate = self._link.rate
        return None

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
                return module_fault(reply)
            return self._missed(reply)
        if time.monotonic() < self._next_heartbeat:
            return None
        self._next_heartbeat = time.monotonic() + _HEARTBEAT_SECONDS
        reply = self._ask(STATUS, Deadline(STATUS.seconds))
        if isinstance(reply, Fault):
            self._next_heartbeat = 0.0
            return self._missed(reply)
        self._misses = 0
        return module_fault(reply, STATUS)

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
                self._say(None if self._reading.sent else CardState.ABSENT)
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
            self._lying = self._delivered = None
            self._reading.sent = False
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
        self._reading.sent = False
        if earlier is None and not self._tell(session, IdentityReading(self.name)):
            return None
        assert self._link is not None
        self._say(CardState.PRESENT)
        outcome = self._reading.read_card(self._link, Deadline(_PRESENTATION_SECONDS, session.called_off))
        if outcome is CALLED_OFF:
            return None
        if isinstance(outcome, IdentityDocument):
            outcome = expiry_fault(outcome, today()) or outcome
        if isinstance(outcome, IdentityDocument) and self._was_left_behind(session, outcome):
            self._reopened = False  # laid once more, it is meant
            self._say(CardState.LEFT_BEHIND)
            self._tell(session, IdentityFailed(self.name, Fault("card.left_behind", permanent=True)))
            return self._note_whether_it_lies(session, None)
        if isinstance(outcome, IdentityDocument):
            if not self._tell(session, IdentityRead(self.name, outcome)):
                return None
            self._delivered, self._reopened = (session, self._digest(outcome)), False
            return self._note_whether_it_lies(session, None)
        if earlier is None or earlier.code != outcome.code:
            self._tell(session, IdentityFailed(self.name, outcome))
        if is_device_fault(outcome):
            self._unfit_until = time.monotonic() + _UNFIT_WITH_CARD_SECONDS
            return outcome
        self._say(CardState.UNREADABLE if outcome.permanent else CardState.PRESENT)
        return self._note_whether_it_lies(session, outcome)

    def _was_left_behind(self, session: Session, document: IdentityDocument) -> bool:
        """The module lost its memory since the last document, and here is that card again, for another."""
        if self._delivered is None or not self._reopened:
            return False
        earlier, digest = self._delivered
        return earlier is not session and secrets.compare_digest(digest, self._digest(document))

    def _digest(self, document: IdentityDocument) -> bytes:
        known = f"{document.number}\0{document.name}\0{document.valid_until}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(known, key=self._digest_key, digest_size=16).digest()

    def _note_whether_it_lies(self, session: Session, fault: Fault | None) -> Fault | None:
        """Ask once more after a presentation: only a module that says "found" shows a later lift."""
        reply = self._ask(FIND, Deadline(FIND.seconds))
        if isinstance(reply, Fault):
            return reply if is_device_fault(reply) else None
        if reply.sw3 == SW_CARD_FOUND:
            passing = fault is not None and not fault.permanent
            self._lying = _Lying(session, fault, time.monotonic() + _RETRY_SECONDS if passing else math.inf)
        elif reply.sw3 == SW_NO_CARD and self._reading.sent:
            self._say(None)
        elif reply.sw3 == SW_NO_CARD:
            self._say(CardState.ABSENT)
            self._emit(CardLifted(self.name))
        return module_fault(reply)

    # --- small parts --------------------------------------------------------------------------------

    def _ask(self, command: Command, deadline: Deadline) -> Reply | Fault:
        assert self._link is not None
        return self._link.exchange(command, deadline)

    def _missed(self, fault: Fault) -> Fault | None:
        """One more command without a useful answer; the fault once that is no longer chance."""
        self._misses += 1
        return fault if is_device_fault(fault) or self._misses >= _MISSES else None

    def _say(self, card: CardState | None) -> None:
        self.publish(Status(DeviceState.ONLINE, card=card, detail=self._detail))

    def _unusable(self, fault: Fault) -> Fault:
        state = _STATES.get(fault.code, DeviceState.OFFLINE)
        self.publish(Status(state, fault, detail=self._detail))
        return fault
