"""Whether headphones are in: asked of the jack, because what is private is spoken into headphones only.

Ways of knowing it:

* ``input``: ALSA's jacks are input devices (``/dev/input/event*``, e.g. "HDA Intel PCH Headphone") with the
  switch SW_HEADPHONE_INSERT; its state is read by EVIOCGSW, its changes come as events.
* ``alsa``: the control "Headphone Jack" of a sound card, asked with ``amixer`` once a second.
* ``file``: a file that holds ``in`` or ``out``; the stand-in for tests, and the hook for other hardware.
* ``always``: a handset, or headphones that are built in.

An audio keypad tells by its keys; those come to the window (``[keypad] headphones_in``).

Fault codes: ``headphones.no_jack``, ``headphones.no_permission``, ``headphones.lost``.
"""

from __future__ import annotations

import array
import fcntl
import fnmatch
import os
import re
import select
import shutil
import struct
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from devices.bell import Bell
from devices.contract import Fault

POLL_SECONDS: Final = 0.2
ASK_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 10.0
STOP_SECONDS: Final = 2.0
INPUT_LIST: Final = Path("/proc/bus/input/devices")
DEVICES: Final = Path("/dev/input")
USUAL_CONTROL: Final = "Headphone Jack"
SW_HEADPHONE_INSERT: Final = 2
_EV_SW: Final = 5
_EVENT: Final = struct.Struct("llHHi")
_EVIOCGSW: Final = 0x8008451B  # _IOR('E', 0x1b, 8 bytes): 17 switches fit in them

Told = Callable[[bool], None]
Noticed = Callable[[Fault], None]


class Ending(threading.Event):
    """Is set once; whoever waits for descriptors hears its bell."""

    def __init__(self) -> None:
        super().__init__()
        self.bell = Bell()

    def set(self) -> None:
        super().set()
        self.bell.ring()


class Jack(Protocol):
    """Says ``told(inside)`` at first and with every change, until ``stopped``; a fault ends it."""

    def watch(self, told: Told, stopped: Ending) -> Fault | None: ...


class Headphones:
    """Watches one jack on a thread of its own.  ``told`` and ``noticed`` are called from there."""

    def __init__(self, jack: Jack, told: Told, noticed: Noticed) -> None:
        self._jack = jack
        self._told = told
        self._noticed = noticed
        self._stopped = Ending()
        self._inside: bool | None = None
        self.fault: Fault | None = None
        self._thread = threading.Thread(target=self._run, name="headphones", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopped.is_set():
            fault = self._jack.watch(self._hear, self._stopped)
            if self._stopped.is_set():
                return
            self._hear(False)  # unknown counts as out: nothing private is risked
            if fault is not None and (self.fault is None or fault.code != self.fault.code):
                self._noticed(fault)
            self.fault = fault
            self._stopped.wait(RETRY_SECONDS)

    def _hear(self, inside: bool) -> None:
        if inside:
            self.fault = None
        if inside != self._inside:
            self._inside = inside
            self._told(inside)


class AlwaysIn:
    def watch(self, told: Told, stopped: Ending) -> Fault | None:
        told(True)
        stopped.wait()
        return None


class FileJack:
    """Looks at the file five times a second; a file that is not there means out."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def watch(self, told: Told, stopped: Ending) -> Fault | None:
        while True:
            try:
                told(self._path.read_text(encoding="ascii", errors="replace").strip() == "in")
            except OSError:
                told(False)
            if stopped.wait(POLL_SECONDS):
                return None


class AlsaJack:
    """``control``: the name of the jack's control, on the first card that has one."""

    def __init__(self, control: str = "") -> None:
        self._control = control or USUAL_CONTROL

    def watch(self, told: Told, stopped: Ending) -> Fault | None:
        program = shutil.which("amixer")
        if program is None:
            return Fault("headphones.no_jack", "amixer is not installed", permanent=True)
        card = self._card(program)
        if card is None:
            return Fault("headphones.no_jack", self._control)
        while True:
            inside = self._ask(program, card)
            if inside is None:
                return Fault("headphones.lost", self._control)
            told(inside)
            if stopped.wait(ASK_SECONDS):
                return None

    def _card(self, program: str) -> str | None:
        for folder in sorted(Path("/proc/asound").glob("card[0-9]*")):
            number = folder.name.removeprefix("card")
            if self._ask(program, number) is not None:
                return number
        return None

    def _ask(self, program: str, card: str) -> bool | None:
        asked = subprocess.run(
            [program, "-c", card, "cget", f"iface=CARD,name={self._control}"],
            capture_output=True,
            text=True,
            check=False,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        )
        found = re.search(r"^\s*: values=(on|off)", asked.stdout, re.MULTILINE)
        return found.group(1) == "on" if found and asked.returncode == 0 else None


class InputJack:
    """``name``: a glob for the device's name; empty: the first one with such a switch."""

    def __init__(self, name: str = "", listing: Path = INPUT_LIST, devices: Path = DEVICES) -> None:
        self._name = name or "*"
        self._listing = listing
        self._devices = devices

    def watch(self, told: Told, stopped: Ending) -> Fault | None:
        event = self._event()
        if event is None:
            return Fault("headphones.no_jack", self._name)
        try:
            device = os.open(self._devices / event, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except PermissionError:
            return Fault("headphones.no_permission", event, permanent=True)
        except OSError as error:
            return Fault("headphones.lost", f"errno {error.errno}")
        try:
            told(_inside(device))
            return self._follow(device, told, stopped)
        except OSError as error:
            return Fault("headphones.lost", f"errno {error.errno}")
        finally:
            os.close(device)

    def _follow(self, device: int, told: Told, stopped: Ending) -> Fault | None:
        rest = b""
        while not stopped.is_set():
            if device not in select.select([device, stopped.bell.fileno()], [], [])[0]:
                continue
            data = os.read(device, 64 * _EVENT.size)
            if not data:
                return Fault("headphones.lost", "no more events")
            rest += data
            while len(rest) >= _EVENT.size:
                _, _, kind, code, value = _EVENT.unpack_from(rest)
                rest = rest[_EVENT.size :]
                if kind == _EV_SW and code == SW_HEADPHONE_INSERT:
                    told(bool(value))
        return None

    def _event(self) -> str | None:
        """The event device of the first input that has the switch and the name."""
        try:
            text = self._listing.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        for entry in text.split("\n\n"):
            name = re.search(r'^N: Name="(.*)"$', entry, re.MULTILINE)
            switches = re.search(r"^B: SW=([0-9a-f]+)$", entry, re.MULTILINE)
            handler = re.search(r"\bevent\d+\b", entry)
            if not (name and switches and handler):
                continue
            has_jack = int(switches.group(1), 16) >> SW_HEADPHONE_INSERT & 1
            if has_jack and fnmatch.fnmatch(name.group(1), self._name):
                return handler.group()
        return None


def _inside(device: int) -> bool:
    """How the switch stands now; events tell only of changes."""
    bits = array.array("Q", [0])
    try:
        fcntl.ioctl(device, _EVIOCGSW, bits, True)
    except OSError:
        return False  # a pipe in the place of a device has no state
    return bool(bits[0] >> SW_HEADPHONE_INSERT & 1)
