"""What is plugged in and used by no device of the configuration."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from devices import plugged_in
from devices.contract import Fault
from devices.plugged_in import USB_ROOT, Part
from devices.serial_port import PortFinder

_SERIAL_DRIVERS = ("samv", "serial_scanner", "escpos")


def unknown_parts(entries: Iterable[Mapping[str, object]], usb_root: Path = USB_ROOT) -> list[Part]:
    """``entries``: the ``[[devices]]`` of terminal.toml.  Asks system and pcscd: not on the UI's thread."""
    entries = list(entries)
    readers = plugged_in.pcsc_readers()
    return [
        *unknown_ports(entries, plugged_in.serial_ports()),
        *unknown_readers(entries, [] if isinstance(readers, Fault) else readers),
        *_unknown_usb(entries, usb_root),
    ]


def unknown_ports(entries: Iterable[Mapping[str, object]], ports: Iterable[Part]) -> list[Part]:
    used = set()
    for entry in entries:
        port = entry.get("port")
        if entry.get("driver") in _SERIAL_DRIVERS and isinstance(port, str):
            found = PortFinder(port).find()
            if isinstance(found, str):
                used.add(os.path.realpath(found))
    return [part for part in ports if os.path.realpath(part.place) not in used]


def unknown_readers(entries: Iterable[Mapping[str, object]], readers: Iterable[Part]) -> list[Part]:
    from devices.identity.pcsc import is_meant

    patterns = [
        str(entry.get("reader", "*")) for entry in entries if entry.get("driver") == "social_security"
    ]
    return [part for part in readers if not any(is_meant(part.place, pattern) for pattern in patterns)]


def _unknown_usb(entries: Iterable[Mapping[str, object]], root: Path) -> list[Part]:
    """A reader that pcscd drives is listed under pcscd's name; a printer node or queue may be in use."""
    entries = list(entries)
    ours = {str(entry.get("port")) for entry in entries if entry.get("driver") == "escpos"}
    printers = plugged_in.printer_places(root)
    known = {place for place, node in printers.items() if node in ours}
    if any(entry.get("driver") == "social_security" for entry in entries):
        known |= plugged_in.devices_of_class(plugged_in.SMART_CARD, root)
    if any(entry.get("driver") == "cups" for entry in entries):
        known |= plugged_in.devices_of_class(plugged_in.PRINTER, root)  # which of them, only CUPS knows
    return [part for part in plugged_in.usb_devices(root) if part.place not in known]
