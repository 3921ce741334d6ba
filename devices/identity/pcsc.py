"""PC/SC without monitor threads: readers and cards by polling, a context that is rebuilt when it dies.

pyscard's own monitors end at the first service error, and every handle dies with pcscd.  So the low-level
functions are called here, with short waits, and anything but a known answer gives up the context: the
next call establishes a new one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, Final

from devices.contract import Fault
from values import dataclass

_LIST_SECONDS: Final = 0.5  # how often the list of readers is asked for
_COUNTER_SHIFT: Final = 16  # the event counter in the upper half of a reader's state

Transmit = Callable[[bytes], "bytes | Fault"]
"""Sends one APDU; data and status word (two bytes at least), or a fault."""


def low_level() -> Any:
    """The low-level functions, loaded when a reader is first used: not part of the terminal's start."""
    from smartcard import scard

    return scard


@dataclass(frozen=True)
class Slot:
    """A reader and what is in it.  ``insertions`` differs for another card, however quick the change."""

    reader: str
    present: bool
    insertions: int


class PcscReaders:
    """The readers whose names match a glob, and the cards in them."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._context: Any = None
        self._states: dict[str, int] = {}  # reader -> last known state, event counter included
        self._next_list = 0.0

    def poll(self, wait_seconds: float) -> list[Slot] | Fault:
        """Wait at most ``wait_seconds`` for a change; all matching readers as they are then.

        Faults: ``pcsc.no_service``, ``pcsc.no_reader``.  The caller simply polls again.
        """
        scard = low_level()
        fault = self._establish(scard) or self._list(scard)
        if fault is not None:
            return fault
        asked = list(self._states.items())
        code, states = scard.SCardGetStatusChange(self._context, int(wait_seconds * 1000), asked)
        if code == scard.SCARD_E_UNKNOWN_READER:
            self._next_list = 0.0
            return Fault("pcsc.no_reader", self._pattern)
        if code not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT):
            return self._give_up(code)
        slots = []
        for reader, state, _ in states:
            self._states[reader] = state & ~scard.SCARD_STATE_CHANGED
            if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
                self._next_list = 0.0
                continue
            present = bool(state & scard.SCARD_STATE_PRESENT)
            slots.append(Slot(reader, present, state >> _COUNTER_SHIFT))
        return slots or Fault("pcsc.no_reader", self._pattern)

    def close(self) -> None:
        """Release the context; :meth:`poll` establishes a new one."""
        if self._context is not None:
            low_level().SCardReleaseContext(self._context)
        self._context = None
        self._states.clear()
        self._next_list = 0.0

    def _establish(self, scard: Any) -> Fault | None:
        if self._context is not None:
            return None
        context = establish()
        if isinstance(context, Fault):
            return context
        self._context = context
        return None

    def _list(self, scard: Any) -> Fault | None:
        """Ask now and then which readers there are; tell added and removed by the difference of names."""
        now = time.monotonic()
        if now >= self._next_list:
            names = reader_names(self._context)
            if isinstance(names, Fault):
                self.close()
                return names
            self._next_list = now + _LIST_SECONDS
            matching = {name for name in names if self.matches(name)}
            for gone in self._states.keys() - matching:
                del self._states[gone]
            for added in sorted(matching - self._states.keys()):
                self._states[added] = scard.SCARD_STATE_UNAWARE
        if not self._states:
            return Fault("pcsc.no_reader", self._pattern)
        return None

    def matches(self, name: str) -> bool:
        return is_meant(name, self._pattern)

    def _give_up(self, code: int) -> Fault:
        self.close()
        return _no_service(code)


class CardConnection:
    """A card that is connected to; made by :func:`connect`.  Belongs to the thread that made it."""

    def __init__(self, scard: Any, context: Any, handle: Any, protocol: int) -> None:
        self._scard = scard
        self._context = context
        self._handle = handle
        self._protocol = protocol

    def transmit(self, apdu: bytes) -> bytes | Fault:
        """One APDU; data and status word.

        Faults: ``pcsc.card_removed``, ``pcsc.transmit_failed``, ``pcsc.service_lost``.
        """
        code, answer = self._scard.SCardTransmit(self._handle, self._protocol, list(apdu))
        if code != self._scard.SCARD_S_SUCCESS:
            return card_fault(code)
        if len(answer) < 2:  # vpcd's answer when the card is pulled in the middle of an APDU
            return Fault("pcsc.card_removed", "no status word")
        return bytes(answer)

    def close(self) -> None:
        self._scard.SCardDisconnect(self._handle, self._scard.SCARD_LEAVE_CARD)


def establish() -> Any:
    """A new context, or the fault ``pcsc.no_service``."""
    scard = low_level()
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    return context if code == scard.SCARD_S_SUCCESS else _no_service(code)


def reader_names(context: Any) -> list[str] | Fault:
    """Every reader that the service knows, or the fault ``pcsc.no_service``."""
    scard = low_level()
    code, names = scard.SCardListReaders(context, [])
    if code == scard.SCARD_E_NO_READERS_AVAILABLE:
        return []
    return list(names) if code == scard.SCARD_S_SUCCESS else _no_service(code)


def is_meant(name: str, pattern: str) -> bool:
    """Real names have brackets ("ACR122U [CCID Interface]"), so that a whole name may be no glob."""
    return name == pattern or fnmatchcase(name, pattern)


def release(context: Any) -> None:
    low_level().SCardReleaseContext(context)


def connect(context: Any, reader: str) -> CardConnection | Fault:
    """Connect to the card in ``reader`` with the protocol that it offers, T=0 or T=1.

    Faults: ``pcsc.card_removed``, ``pcsc.card_unresponsive``, ``pcsc.card_in_use``,
    ``pcsc.service_lost``, ``pcsc.transmit_failed``.
    """
    scard = low_level()
    code, handle, protocol = scard.SCardConnect(
        context,
        reader,
        scard.SCARD_SHARE_SHARED,
        scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
    )
    if code != scard.SCARD_S_SUCCESS:
        return card_fault(code)
    return CardConnection(scard, context, handle, protocol)


def card_fault(code: int) -> Fault:
    """The fault behind a PC/SC return code of an operation on a card."""
    scard = low_level()
    cause = _hexadecimal(code)
    if code in (scard.SCARD_W_REMOVED_CARD, scard.SCARD_E_NO_SMARTCARD):
        return Fault("pcsc.card_removed", cause)
    if code in (
        scard.SCARD_W_UNRESPONSIVE_CARD,
        scard.SCARD_W_UNPOWERED_CARD,
        scard.SCARD_W_UNSUPPORTED_CARD,
        scard.SCARD_E_PROTO_MISMATCH,
    ):
        return Fault("pcsc.card_unresponsive", cause, permanent=True)
    if code == scard.SCARD_E_SHARING_VIOLATION:
        return Fault("pcsc.card_in_use", cause)
    if code in (
        scard.SCARD_E_NO_SERVICE,
        scard.SCARD_E_SERVICE_STOPPED,
        scard.SCARD_E_INVALID_HANDLE,
        scard.SCARD_F_COMM_ERROR,
        scard.SCARD_E_UNKNOWN_READER,
        scard.SCARD_E_READER_UNAVAILABLE,
    ):
        return Fault("pcsc.service_lost", cause)
    return Fault("pcsc.transmit_failed", cause)


def _no_service(code: int) -> Fault:
    return Fault("pcsc.no_service", _hexadecimal(code))


def _hexadecimal(code: int) -> str:
    return f"{code & 0xFFFFFFFF:08X}"
