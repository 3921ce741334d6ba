"""Driver ``social_security``: cards in any PC/SC reader whose name matches a glob.

The reader, the service and the cards come and go; the driver looks again by itself and never asks its
supervisor for a restart.  A card is read once for each arming, also when it was there before.  One whose
document was delivered for an earlier arming was left behind: it is refused until it is lifted.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from devices.background import Background
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
from devices.identity import pcsc_check, photo, resident_pass_through, social_security_card
from devices.identity.arming import CardReader, Session
from devices.identity.pcsc import PcscReaders, Slot, Transmit
from devices.identity.pcsc_worker import CardWorker, Conversation
from devices.identity.validity import expiry_fault, today

_POLL_SECONDS: Final = 0.25
_REST_POLL_SECONDS: Final = 0.4
_NO_READER_PAUSE_SECONDS: Final = 0.25
_CONVERSATION_SECONDS: Final = 6.0
_RETRY_SECONDS: Final = 1.0
_CHECK_SECONDS: Final = 4.0
_SILENT: Final = Fault("pcsc.card_unresponsive", "no answer to a self-test")

_READERS_OWN_CLASS: Final = 0xFF
_PIN_INSTRUCTIONS: Final = frozenset({0x20, 0x21, 0x24, 0x2C})  # ISO 7816-4: VERIFY and its kin

HexCommand = Annotated[str, StringConstraints(pattern=r"^([0-9A-Fa-f]{2} ?){4,}$")]


class SocialSecurityOptions(BaseModel):
    """Keys of ``terminal.toml``.

    ``reader`` is a glob for the name of one slot.  The keys that begin with ``resident_`` are the
    pass-through profile of a reader that holds a security module, see ``resident_pass_through``: the
    commands, in hexadecimal, whose answers, each without its first ``resident_skip`` bytes, put together
    are ``resident_head``, 256 bytes of text and (``resident_photo``) 1024 of photo.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reader: str = Field(default="*", min_length=1)
    resident_commands: Annotated[tuple[HexCommand, ...], Field(max_length=64)] = ()
    resident_head: Annotated[str, StringConstraints(pattern=r"^([0-9A-Fa-f]{2} ?)*$")] = "01 00 04 00"
    resident_skip: Annotated[int, Field(ge=0, le=255)] = 0
    resident_photo: bool = True

    @field_validator("resident_commands")
    @classmethod
    def _tries_no_pin(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for command in given:
            sent = bytes.fromhex(command)
            if sent[0] != _READERS_OWN_CLASS and sent[1] in _PIN_INSTRUCTIONS:
                raise ValueError("a command that tries, changes or unblocks a PIN is never sent; take it out")
        return given

    @property
    def profile(self) -> resident_pass_through.Profile | None:
        if not self.resident_commands:
            return None
        return resident_pass_through.Profile(
            tuple(bytes.fromhex(text) for text in self.resident_commands),
            bytes.fromhex(self.resident_head),
            self.resident_skip,
            self.resident_photo,
        )


@dataclass
class _Card:
    """One card from its insertion on.  ``session``: the arming for which it was dealt with."""

    insertions: int | None  # the service's counter; None when the service was away in between
    session: Session | None = None
    delivered: bool = False
    fault: Fault | None = None
    retry_at: float = -math.inf


class SocialSecurityDriver(CardReader):
    """See the module's notes.  One instance per configured slot; stepped by a supervisor."""

    driver: ClassVar[str] = "social_security"
    capabilities = frozenset({Capability.SOCIAL_SECURITY_CARD})

    def __init__(self, name: str, emit: Emit, options: SocialSecurityOptions) -> None:
        super().__init__(name, emit)
        self._options = options
        self._profile = options.profile
        if self._profile is not None:
            self.capabilities = frozenset({Capability.SOCIAL_SECURITY_CARD, Capability.RESIDENT_CARD})
        self._readers = PcscReaders(options.reader)
        self._worker = CardWorker()
        self._cards: dict[str, _Card] = {}  # reader -> the card in it
        self._check: Background[list[Check]] = Background(f"check {name}")
        self._drivers: dict[str, str] = {}  # reader -> what its driver told in a self-test
        self._detail = ""
        self._closed = threading.Event()

    # --- the supervisor's three verbs ---------------------------------------------------------------

    def open(self) -> Fault | None:
        self._closed.clear()
        if self._profile is not None:
            photo.decoder()  # looked for now, not while a card is read
        self._look(0.0)
        return None

    def step(self) -> Fault | None:
        if not self._look(_POLL_SECONDS if self._armed.is_set() else _REST_POLL_SECONDS):
            self._closed.wait(_NO_READER_PAUSE_SECONDS)
            return None
        session = self._session
        if session is not None and not session.over:
            self._deal(session)
        self._say()
        return None

    def close(self) -> None:
        self._closed.set()
        self._readers.close()
        self._worker.close()

    def self_test(self, deadline: Deadline) -> list[Check]:
        """On a thread of its own: a card that hangs in the reader makes every question wait for it."""
        if not self._check.start(lambda: pcsc_check.checks(self._readers.matches, self._options.reader)):
            return [Check("slot", False, "the last self-test still waits for the reader", _SILENT)]
        made = self._check.wait(Deadline(min(_CHECK_SECONDS, deadline.remaining_seconds)))
        if made is None:
            return [Check("slot", False, "the reader does not answer in time", _SILENT)]
        for check in made:
            if check.name == "driver" and check.passed:
                reader, _, told = check.detail.partition(": ")
                self._drivers[reader] = f", {told}" if told != pcsc_check.TELLS_NOTHING else ""
        return made

    # --- readers and cards --------------------------------------------------------------------------

    def _look(self, wait_seconds: float) -> bool:
        """Learn which cards are there; false, and the status says why, when there is no reader."""
        slots = self._readers.poll(wait_seconds)
        if isinstance(slots, Fault):
            for card in self._cards.values():
                card.insertions = None
            self.publish(Status(DeviceState.NO_DEVICE, slots, detail=self._detail))
            return False
        self._detail = ", ".join(f"{slot.reader}{self._drivers.get(slot.reader, '')}" for slot in slots)
        for slot in slots:
            self._note(slot)
        self._say()
        return True

    def _note(self, slot: Slot) -> None:
        card = self._cards.get(slot.reader)
        if card is not None and card.insertions is None:
            card.insertions = slot.insertions
        if card is not None and not (slot.present and card.insertions == slot.insertions):
            del self._cards[slot.reader]
            self._emit(CardLifted(self.name))
        if slot.present and slot.reader not in self._cards:
            self._cards[slot.reader] = _Card(slot.insertions)

    def _say(self) -> None:
        self.publish(Status(DeviceState.ONLINE, card=self._card_state(), detail=self._detail))

    def _card_state(self) -> CardState:
        cards = self._cards.values()
        if not cards:
            return CardState.ABSENT
        if any(card.fault is not None and card.fault.code == "card.left_behind" for card in cards):
            return CardState.LEFT_BEHIND
        if any(card.fault is not None and card.fault.permanent for card in cards):
            return CardState.UNREADABLE
        return CardState.PRESENT

    # --- armed --------------------------------------------------------------------------------------

    def _deal(self, session: Session) -> None:
        """Read the one card that is there, if its turn has come."""
        if len(self._cards) > 1:
            self._refuse_all(session, Fault("pcsc.two_cards", permanent=True))
            return
        for reader, card in self._cards.items():
            if card.fault is not None and card.fault.code == "pcsc.two_cards":
                card.session = card.fault = None
            if card.session is session and time.monotonic() < card.retry_at:
                return
            if card.delivered:
                self._fail(session, card, Fault("card.left_behind", permanent=True))
            else:
                self._read(session, reader, card)

    def _refuse_all(self, session: Session, fault: Fault) -> None:
        """Two cards are never chosen between; told once, however many there are."""
        if any(card.session is not session or card.fault != fault for card in self._cards.values()):
            for card in self._cards.values():
                card.session, card.fault = session, fault
            self._tell(session, IdentityFailed(self.name, fault))

    def _read(self, session: Session, reader: str, card: _Card) -> None:
        """A silent repeat, after a passing fault in the same session, tells only what is new."""

        def begin() -> bool:
            if card.session is session:
                return True
            card.fault = None
            return self._tell(session, IdentityReading(self.name))

        def report(outcome: IdentityDocument | Fault) -> None:
            if isinstance(outcome, IdentityDocument):
                outcome = expiry_fault(outcome, today()) or outcome
            if isinstance(outcome, Fault):
                self._fail(session, card, outcome)
            elif self._tell(session, IdentityRead(self.name, outcome)):
                card.session, card.delivered, card.fault, card.retry_at = session, True, None, math.inf

        deadline = Deadline(_CONVERSATION_SECONDS, session.called_off)
        self._worker.talk(reader, Conversation(begin, self._speak, report), deadline)

    def _fail(self, session: Session, card: _Card, fault: Fault) -> None:
        told = card.session is session and card.fault is not None and card.fault.code == fault.code
        card.session, card.fault = session, fault
        card.retry_at = math.inf if fault.permanent else time.monotonic() + _RETRY_SECONDS
        if not told:
            self._tell(session, IdentityFailed(self.name, fault))

    def _speak(self, transmit: Transmit) -> IdentityDocument | Fault:
        """What is said to a card; runs on the worker's thread."""
        selected = social_security_card.select_application(transmit)
        if isinstance(selected, Fault):
            return selected
        if selected:
            return social_security_card.read_document(transmit)
        if self._profile is not None:
            document = resident_pass_through.read_document(transmit, self._profile)
            if document is not None:
                return document
        resident = social_security_card.is_resident_card(transmit)
        if isinstance(resident, Fault):
            return resident
        code = "pcsc.resident_card_not_readable" if resident else "pcsc.card_unknown"
        return Fault(code, permanent=True)
