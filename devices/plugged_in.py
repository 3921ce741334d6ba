"""What is plugged in, whether or not anybody knows it: serial ports, USB devices, PC/SC readers.

Discovery is apart from the drivers (as in Odoo's iot_drivers), and nothing is hidden: what no configured
device uses is listed with its vendor and product, so that a technician sees at once that a part is there
and under which name to configure it.

USB devices are read from sysfs.  A device that shows itself as a serial port is listed as that port.  Hubs,
and what belongs to the machine and not to us (touch panel, keyboard, sound, camera, sticks, radio), are
left out by their interface classes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from devices.contract import Fault
from values import dataclass

USB_ROOT: Final = Path("/sys/bus/usb/devices")
# sound, input, storage, hub, camera, radio
_OF_THE_MACHINE: Final = frozenset({"01", "03", "08", "09", "0e", "e0"})
SMART_CARD: Final = "0b"
PRINTER: Final = "07"


@dataclass(frozen=True)
class Part:
    """``kind``: ``serial``, ``usb`` or ``pcsc``.  ``place``: what would be configured (port, reader), or the
    position on the bus.  ``vendor`` and ``product``: four hexadecimal digits, empty where there are none."""

    kind: str
    place: str
    vendor: str = ""
    product: str = ""
    serial_number: str = ""
    description: str = ""


def serial_ports() -> list[Part]:
    """Every port that something is plugged into, under its stable name where it has one.

    A port of the machine itself (ttyS0) does not tell whether anything is on it, and is no part.
    """
    from serial.tools import list_ports

    stable = _stable_names()
    return [
        Part(
            "serial",
            stable.get(os.path.realpath(port.device), port.device),
            _hexadecimal(port.vid),
            _hexadecimal(port.pid),
            port.serial_number or "",
            " ".join(word for word in (port.manufacturer, port.product) if word) or port.description or "",
        )
        for port in sorted(list_ports.comports(), key=lambda port: port.device)
        if port.vid is not None
    ]


def usb_devices(root: Path = USB_ROOT) -> list[Part]:
    """Every USB device that may be one of ours and is no serial port."""
    with suppress(OSError):
        return [part for folder in sorted(root.iterdir()) for part in _usb_device(folder)]
    return []


def devices_of_class(interface_class: str, root: Path = USB_ROOT) -> frozenset[str]:
    """The places of USB devices with such an interface: pcscd drives all CCID devices, CUPS any printer,
    whatever names they give them."""
    with suppress(OSError):
        return frozenset(folder.name for folder in root.iterdir() if interface_class in _classes(folder))
    return frozenset()


def printer_places(root: Path = USB_ROOT) -> dict[str, str]:
    """USB position -> name of the printer's device node, such as ``/dev/usb/lp0``."""
    places = {}
    with suppress(OSError):
        for node in root.glob("*/*/usbmisc/lp*"):
            places[node.parent.parent.name.partition(":")[0]] = f"/dev/usb/{node.name}"
    return places


def pcsc_readers() -> list[Part] | Fault:
    """Every reader that pcscd knows, or ``pcsc.no_service``."""
    from devices.identity import pcsc

    context = pcsc.establish()
    if isinstance(context, Fault):
        return context
    try:
        names = pcsc.reader_names(context)
    finally:
        pcsc.release(context)
    return names if isinstance(names, Fault) else [Part("pcsc", name, description=name) for name in names]


def _usb_device(folder: Path) -> Iterator[Part]:
    vendor = _read(folder / "idVendor")
    if not vendor or _read(folder / "bDeviceClass") == "09":
        return
    classes = _classes(folder)
    if (classes and classes <= _OF_THE_MACHINE) or _has_port(folder):
        return
    words = (_read(folder / "manufacturer"), _read(folder / "product"))
    kind = "printer" if PRINTER in classes else "smart card reader" if SMART_CARD in classes else ""
    yield Part(
        "usb",
        folder.name,
        vendor,
        _read(folder / "idProduct"),
        _read(folder / "serial"),
        " ".join(word for word in (*words, f"({kind})" if kind else "") if word),
    )


def _classes(folder: Path) -> frozenset[str]:
    found = (_read(each) for each in folder.glob(f"{folder.name}:*/bInterfaceClass"))
    return frozenset(one for one in found if one)


def _has_port(folder: Path) -> bool:
    return any(True for pattern in ("*/tty*", "*/tty/tty*") for _ in folder.glob(f"{folder.name}:{pattern}"))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""  # it was pulled while we looked, or does not tell


def _stable_names(folders: Iterable[str] = ("/dev/serial/by-id", "/dev/serial/by-path")) -> dict[str, str]:
    names: dict[str, str] = {}
    for folder in folders:
        with suppress(OSError):
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
                names.setdefault(os.path.realpath(entry.path), entry.path)
    return names


def _hexadecimal(number: int | None) -> str:
    return "" if number is None else f"{number:04x}"
