"""The terminal's line to its platform, and the outbox with it alone, for the command that drains it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final

from devices.contract import Fault
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_store
from kiosk.ledger import Ledger, trail_of

if TYPE_CHECKING:
    from kiosk.settings import Settings

WAITING_SECONDS: Final = 75.0


def to_platform(settings: Settings) -> PlatformClient | None:
    return PlatformClient(settings.platform, settings.terminal.id) if settings.platform else None


def to_platform_waiting(settings: Settings) -> PlatformClient | None:
    """A connection of its own, which an answer may take a minute to come through."""
    if settings.platform is None:
        return None
    patient = settings.platform.model_copy(update={"timeout_seconds": WAITING_SECONDS})
    return PlatformClient(patient, settings.terminal.id)


@contextmanager
def _delivery(store: Store, courier: Courier) -> Iterator[Courier]:
    try:
        yield courier
    finally:
        courier.stop()
        store.close()


def open_delivery(settings: Settings) -> AbstractContextManager[Courier] | Fault:
    """Outbox and courier alone, for ``kiosk outbox drain``; refused beside a live terminal."""
    store = open_store(settings.storage.path)
    if isinstance(store, Fault):
        return store
    outbox = Outbox.open(store, settings.storage.key_file)
    if isinstance(outbox, Fault):
        store.close()
        return outbox
    return _delivery(store, Courier(outbox, to_platform(settings), Ledger(trail_of(store, outbox))))
