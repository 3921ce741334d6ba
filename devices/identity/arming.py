"""Arming, shared by the card readers: each arming is a session that can be called off at any moment.

The window's thread arms and disarms, the supervisor's thread reads.  After :meth:`disarm` has returned,
nothing of that session is told any more: a card of the last citizen never reaches the next one.
"""

from __future__ import annotations

import threading

from devices.contract import DeviceEvent, Emit, IdentityDriver, IdentityFailed, IdentityRead


class Session:
    """One arming.  ``called_off`` is set when it ends, by whatever end."""

    def __init__(self) -> None:
        self.called_off = threading.Event()

    @property
    def over(self) -> bool:
        return self.called_off.is_set()


class CardReader(IdentityDriver):
    """An identity driver whose events belong to the session in which their card was read."""

    def __init__(self, name: str, emit: Emit) -> None:
        super().__init__(name, emit)
        self._gate = threading.RLock()
        self._session: Session | None = None

    def arm(self) -> None:
        with self._gate:
            if self._session is not None:
                self._session.called_off.set()
            self._session = Session()
            super().arm()

    def disarm(self) -> None:
        with self._gate:
            if self._session is not None:
                self._session.called_off.set()
            self._session = None
            super().disarm()

    def _tell(self, session: Session, event: DeviceEvent) -> bool:
        """Emit ``event`` unless its session is over; a document ends the session.  True when told."""
        with self._gate:
            if session.over:
                return False
            if isinstance(event, IdentityRead):
                self.counters["reads"] += 1
                self.disarm()
            elif isinstance(event, IdentityFailed) and not event.fault.code.startswith("serial."):
                self.count_fault(event.fault)  # a port that has gone is counted with the status
            self._emit(event)
            return True
