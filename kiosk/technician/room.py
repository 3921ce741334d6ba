"""Opens the technician's room of a terminal: the desk, with what it knows from before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from devices.contract import Fault
from kiosk.delivery.vault import open_vault
from kiosk.technician.books import Books
from kiosk.technician.desk import TechnicianDesk
from kiosk.technician.hands import Bench
from kiosk.technician.state import NotTaken, Pushed, UnknownPart
from kiosk.visit.state import Visit, nobody_is_here

if TYPE_CHECKING:
    from devices.device_set import DeviceSet
    from kiosk.audit.chain import AuditTrail
    from kiosk.delivery.store import Store
    from kiosk.matters.catalogue import Catalogue
    from kiosk.settings import Settings


def open_desk(
    settings: Settings,
    devices: DeviceSet,
    store: Store,
    audit: AuditTrail,
    catalogue: Catalogue,
    visit: Callable[[], Visit],
    report: Callable[[str, BaseException], None],
    pushed: Callable[[], Pushed | None] = lambda: None,
    not_taken: Callable[[], NotTaken | None] = lambda: None,
) -> TechnicianDesk:
    """``visit`` gives the visit as it is now.  Printers are told how much paper they had left."""
    books = Books(store)
    books.give_back(devices)
    vault = open_vault(settings.storage.key_file, create=False)
    card_key = b"" if isinstance(vault, Fault) else vault.card_key()
    bench = Bench(
        settings=settings,
        devices=devices,
        store=store,
        books=books,
        audit=audit,
        catalogue=catalogue,
        log_folder=log_folder(settings),
        report=report,
        unknown=lambda: unused_parts(settings),
        pushed=pushed,
        not_taken=not_taken,
    )
    return TechnicianDesk(bench, card_key, lambda: nobody_is_here(visit()))


def unused_parts(settings: Settings) -> tuple[UnknownPart, ...]:
    """What is plugged in and used by no configured device.  Asks the system: not on the window's thread."""
    from devices.unknown_parts import unknown_parts

    return tuple(
        UnknownPart(part.kind, part.place, part.vendor, part.product, part.description)
        for part in unknown_parts(settings.devices)
    )


def log_folder(settings: Settings) -> Path:
    """Beside the store, unless the terminal file says otherwise."""
    return settings.maintenance.log_folder or settings.storage.path.parent / "log"
