"""What the visit is to know of this terminal: its name, its readers and printers, its hall and hours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from devices.contract import Capability, Fault
from kiosk.availability import Nearby
from kiosk.configuration.places import beside, pictures_of
from kiosk.configuration.taking import from_file
from kiosk.matters.calendar import Calendar, CalendarOverrides
from kiosk.matters.hours import HallHours
from kiosk.matters.kept import KeptFiles, kept_beside
from kiosk.matters.kinds import Need
from kiosk.visit.controller import TerminalInfo
from kiosk.visit.events import ReadersChanged

if TYPE_CHECKING:
    from devices.device_set import DeviceSet
    from kiosk.configuration.places import Places
    from kiosk.settings import NearbySettings, Settings

IDENTITY_SOURCES: Final = {
    Capability.RESIDENT_CARD: "samv",
    Capability.SOCIAL_SECURITY_CARD: "social_security",
    Capability.CODE: "scanner",
}
PRINTERS: Final = (Capability.RECEIPT, Capability.DOCUMENT)
PARTS: Final = {
    Capability.RESIDENT_CARD: "reader",
    Capability.SOCIAL_SECURITY_CARD: "slot",
    Capability.CODE: "scanner",
    Capability.RECEIPT: "slip",
    Capability.DOCUMENT: "document",
}
"""Which part of the machine's front each needs, by its name in the drawings."""


def ready_sources(devices: Iterable[DeviceSet]) -> frozenset[str]:
    """The ways of saying who one is that work at this moment."""
    ready = frozenset[Capability]().union(*(each.ready_capabilities() for each in devices))
    return frozenset(source for capability, source in IDENTITY_SOURCES.items() if capability in ready)


def readers_changed(devices: Iterable[DeviceSet], fault: Fault | None) -> ReadersChanged:
    """What the page that asks for a card is to know; ``fault``: why the last one went."""
    known = list(devices)
    faults = [driver.status.fault for each in known for driver in each.identity_drivers()]
    away = [each for each in faults if each is not None]
    code = fault.code if fault else ""
    return ReadersChanged(ready_sources(known), code, bool(away) and all(each.permanent for each in away))


def terminal_info(settings: Settings, devices: DeviceSet, places: Places | None = None) -> TerminalInfo:
    capabilities = frozenset().union(*(driver.capabilities for driver in devices))
    kept = KeptFiles(kept_beside(settings.storage.path))
    calendar = calendar_of(settings, kept)
    info = TerminalInfo(
        id=settings.terminal.id,
        name=settings.terminal.name,
        hall=settings.terminal.hall,
        phone=settings.phone,
        lookup_url=settings.lookup_url,
        identity_sources=frozenset(
            source for capability, source in IDENTITY_SOURCES.items() if capability in capabilities
        ),
        printers=_paper_roles(capabilities),
        nearby=tuple(_nearby(place) for place in settings.nearby),
        hall_hours=from_file(settings.matters.hall_hours, HallHours, kept),
        calendar=calendar,
        texts=(places or beside(settings)).texts(),
        pictures=pictures_of(settings),
        recording_days=settings.recording_days,
        signals=settings.sound.signals,
        voice=settings.sound.voice != "none",
        parts=frozenset(part for capability, part in PARTS.items() if capability in capabilities),
    )
    kept.keep()
    return info


def calendar_of(settings: Settings, kept: KeptFiles | None = None) -> Calendar:
    return Calendar(from_file(settings.matters.calendar, CalendarOverrides, kept))


def _nearby(place: NearbySettings) -> Nearby:
    needs = None if place.needs is None else frozenset(Need(need) for need in place.needs)
    return Nearby(place.name, place.address, place.hours, place.metres, needs)


def _paper_roles(capabilities: frozenset[Capability]) -> frozenset[str]:
    """What can be printed here.  A printer for documents prints slips, too; a roll takes no A4 page."""
    if Capability.DOCUMENT in capabilities:
        return frozenset(role.value for role in PRINTERS)
    return frozenset(role.value for role in PRINTERS if role in capabilities)
