"""Who is there: the PIN that is typed or the card that is laid down, tried against the terminal file.

Part of the desk (``kiosk.technician.desk``) and, like it, on the window's thread; trying a PIN takes a while
and runs on a worker.  The digits stay in here: the state only counts them.

Fault codes: ``technician.pin_wrong``, ``technician.locked``, ``technician.card_unknown``,
``technician.nobody_configured``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.technician import commands
from kiosk.technician.state import Entry, Phase, TechnicianState

if TYPE_CHECKING:
    from devices.contract import IdentityRead
    from kiosk.technician.hands import Bench, Change, Hands
    from kiosk.technician.lockout import Lockout

Begin = Callable[[TechnicianState, str], TechnicianState]


class Entering:
    def __init__(self, bench: Bench, hands: Hands, card_key: bytes, lockout: Lockout, begin: Begin) -> None:
        """``begin``: the state after somebody has shown who he is; it gets the name."""
        self._devices = bench.devices
        self._technicians = bench.settings.technicians
        self._hands = hands
        self._card_key = card_key
        self._lockout = lockout
        self._begin = begin
        self._typed = ""

    def ask(self, state: TechnicianState, now: float) -> TechnicianState:
        """The page that asks; readers wait for a card where one is configured."""
        self._typed = ""
        possible = any(each.card for each in self._technicians)
        possible = possible and bool(self._devices.identity_drivers())
        if possible:
            self._devices.arm_all()
        fault = None if self._technicians else "technician.nobody_configured"
        entry = self.lock_shown(Entry(fault=fault, card_possible=possible))
        return replace(state, phase=Phase.ENTER_PENDING, entry=entry, touched_at=now, idle_left=None)

    def forget(self) -> None:
        self._typed = ""

    def lock_shown(self, entry: Entry) -> Entry:
        left = self._lockout.locked_seconds
        fault = "technician.locked" if left else entry.fault
        if not left and fault == "technician.locked":
            fault = None
        return replace(entry, locked_seconds=left, fault=fault)

    def take(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        """A key of the page.  What was wrong with the last try stays on it until the next one is given."""
        entry = state.entry
        if entry.checking or entry.locked_seconds or not self._technicians:
            return state
        match command:
            case commands.Digit(digit) if digit.isascii() and digit.isdigit() and len(digit) == 1:
                from kiosk.technician.credentials import PIN_MOST

                self._typed = (self._typed + digit)[:PIN_MOST]
                return replace(state, entry=replace(entry, digits=len(self._typed)))
            case commands.Erase():
                self._typed = self._typed[:-1]
                return replace(state, entry=replace(entry, digits=len(self._typed)))
            case commands.GivePin() if self._typed:
                return self._try_pin(state)
        return state

    def _try_pin(self, state: TechnicianState) -> TechnicianState:
        pin, self._typed = self._typed, ""
        if not self._lockout.begin_try():
            return replace(state, entry=self.lock_shown(replace(state.entry, digits=0)))
        technicians = self._technicians

        def work() -> Change:
            from kiosk.technician.credentials import who_has_pin

            name = who_has_pin(pin, technicians)
            return lambda later: self._pin_tried(later, name)

        self._hands.do(work, lambda later: self._pin_tried(later, None))
        return replace(state, entry=replace(state.entry, digits=0, checking=True, fault=None))

    def _pin_tried(self, state: TechnicianState, name: str | None) -> TechnicianState:
        if name is not None:
            self._lockout.succeeded()
        if state.phase is not Phase.ENTER_PENDING:
            return state
        if name is not None:
            return self._begin(state, name)
        left = self._lockout.locked_seconds
        self._hands.write_event(
            "technician.refused", fault="technician.locked" if left else "technician.pin_wrong"
        )
        entry = replace(
            state.entry, checking=False, fault="technician.pin_wrong", tries_left=self._lockout.tries_left
        )
        return replace(state, entry=self.lock_shown(entry))

    def card_laid(self, state: TechnicianState, event: IdentityRead) -> TechnicianState:
        """Whose card it is stays unsaid unless it is a technician's."""
        if not state.entry.card_possible or state.entry.checking:
            return state
        from kiosk.technician.credentials import who_has_card

        name = who_has_card(event.document.number, self._technicians, self._card_key)
        if name is not None:
            return self._begin(state, name)
        self._hands.write_event("technician.refused", fault="technician.card_unknown")
        self._devices.arm_all()
        return replace(state, entry=replace(state.entry, fault="technician.card_unknown"))
