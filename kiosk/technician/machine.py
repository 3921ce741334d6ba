"""How the machine under the terminal is: disk, memory, temperature, clock, queue, versions.

Fault codes: ``machine.disk_full``, ``machine.memory_low``, ``machine.hot``, ``machine.clock_unset``,
``machine.queue_long``, ``machine.set_aside``.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from devices.contract import Fault
from kiosk.delivery import outbox
from kiosk.delivery.rescue import reports
from kiosk.delivery.store_file import moved_aside
from kiosk.technician.state import Pushed, Reading

if TYPE_CHECKING:
    from kiosk.delivery.store import Store
    from kiosk.matters.catalogue import Catalogue
    from kiosk.settings import Settings

LEAST_FREE_MIB: Final = 512
LEAST_MEMORY_SHARE: Final = 0.05
HOT_CELSIUS: Final = 80.0
LONG_QUEUE: Final = 20
_FIRST_YEAR: Final = 2026  # when this software was written: a clock before that has never been set
_MIB: Final = 1024 * 1024


def measure(settings: Settings, store: Store, catalogue: Catalogue) -> tuple[Reading, ...]:
    """All measures; one that this machine does not give is left out."""
    found = [
        _disk(settings.storage.path.parent),
        _memory(),
        _temperature(),
        _clock(),
        *_queue(store),
        *_rescued(store),
        _uptime(),
        Reading("version", versions()),
        Reading("bundle", matters_version(catalogue)),
    ]
    return tuple(each for each in found if each is not None)


def pushed(given: Pushed | None) -> tuple[Reading, ...]:
    """The configuration that is pushed here, and what keeps a new one away."""
    if given is None:
        return ()
    shown = f"{given.sequence} {given.since}".strip() if given.sequence else "0"
    return (Reading("pushed", shown, given.fault),)


def versions() -> str:
    return f"kiosk {metadata.version('kiosk')}, Python {platform.python_version()}, {platform.release()}"


def matters_version(catalogue: Catalogue) -> str:
    """Which matters are served: how many, and a short sum over all of them that differs when one does."""
    return f"{len(catalogue)} {catalogue.version}"


def free_mib(folder: Path) -> int | None:
    try:
        status = os.statvfs(folder)
    except OSError:
        return None
    return status.f_bavail * status.f_frsize // _MIB


def _disk(folder: Path) -> Reading | None:
    free = free_mib(folder)
    if free is None:
        return None
    fault = Fault("machine.disk_full", f"{free} MiB") if free < LEAST_FREE_MIB else None
    return Reading("disk", f"{free} MiB", fault.code if fault else None)


def _memory(path: Path = Path("/proc/meminfo")) -> Reading | None:
    figures = {}
    for line in _lines(path):
        name, _, rest = line.partition(":")
        amount = rest.split()
        if amount and amount[0].isdigit():
            figures[name] = int(amount[0]) // 1024
    total, free = figures.get("MemTotal"), figures.get("MemAvailable")
    if not total or free is None:
        return None
    low = free < total * LEAST_MEMORY_SHARE
    fault = Fault("machine.memory_low", f"{free} MiB") if low else None
    return Reading("memory", f"{free} / {total} MiB", fault.code if fault else None)


def _temperature(folder: Path = Path("/sys/class/thermal")) -> Reading | None:
    """The hottest of the machine's own sensors."""
    found = []
    for zone in sorted(folder.glob("thermal_zone*/temp")):
        for line in _lines(zone):
            if line.strip().lstrip("-").isdigit():
                found.append(int(line) / 1000)
    sensible = [each for each in found if -40 < each < 150]  # a sensor that is not there reads nonsense
    if not sensible:
        return None
    hottest = max(sensible)
    fault = Fault("machine.hot", f"{hottest:.0f} °C") if hottest >= HOT_CELSIUS else None
    return Reading("temperature", f"{hottest:.0f} °C", fault.code if fault else None)


def _clock() -> Reading:
    now = datetime.now(UTC)
    fault = Fault("machine.clock_unset", str(now.year)) if now.year < _FIRST_YEAR else None
    return Reading("clock", now.strftime("%Y-%m-%dT%H:%M:%SZ"), fault.code if fault else None)


def _queue(store: Store) -> Iterable[Reading]:
    counts = outbox.counts(store)
    if isinstance(counts, Fault):
        return (Reading("queue", "?", counts.code),)
    waiting, aside = counts.get("queued", 0), counts.get("set_aside", 0)
    fault = Fault("machine.queue_long", str(waiting)) if waiting > LONG_QUEUE else None
    if fault is None and aside:
        fault = Fault("machine.set_aside", str(aside))
    return (Reading("queue", f"{waiting} / {aside}", fault.code if fault else None),)


def _rescued(store: Store) -> Iterable[Reading]:
    """Of each damaged store that still lies beside this one: what was taken over, and what was not whole."""
    beside = {each.name for each in moved_aside(store.path)}
    for report in reports(store):
        if report["store"] not in beside:
            continue
        if report["other_key"]:
            yield Reading("rescued_other_key", report["store"], "store.moved_aside")
        for kind, count in report["kinds"].items():
            taken, lost = count["taken"], count["lost"]
            if taken or lost:
                value = str(lost) if kind == "unknown" else f"{taken} / {lost}"
                yield Reading(f"rescued_{kind}", value, "store.moved_aside" if lost else None)


def _uptime(path: Path = Path("/proc/uptime")) -> Reading | None:
    for line in _lines(path):
        try:
            since = time.time() - float(line.split()[0])
        except (ValueError, IndexError):
            return None
        return Reading("uptime", datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    return None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
