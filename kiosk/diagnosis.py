"""``kiosk diagnose``: every device opened for a moment, its state told, nothing changed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from devices.contract import DeviceState, Fault
from devices.device_set import DeviceReport, DeviceSet
from kiosk.delivery.platform import PlatformClient
from kiosk.faults import technician_words
from kiosk.settings import Settings

SETTLE_SECONDS: Final = 6.0
"""A module that answers at no baud rate has been asked at all of them by then."""
STEADY_SECONDS: Final = 0.5
READY: Final = (DeviceState.ONLINE, DeviceState.BUSY)
NOT_READY: Final = 1
WRONG_USE: Final = 2


def diagnose(settings: Settings, device: str | None, as_json: bool, say: Callable[[str], None]) -> int:
    """Print what is found; exit code 0 only when everything asked about is ready."""
    entries = [entry for entry in settings.devices if device in (None, entry["name"])]
    if device is not None and not entries:
        names = ", ".join(str(entry["name"]) for entry in settings.devices)
        say(f"kiosk: there is no device called {device!r}; there are: {names}")
        return WRONG_USE
    reports = look_at(entries)
    platform = _platform(settings) if device is None else {}
    devices = [_row(report) for report in reports]
    ready = all(report.status.state in READY for report in reports) and platform.get("state") != "offline"
    found = {"devices": devices, "platform": platform, "ready": ready}
    if as_json:
        print(json.dumps(found, ensure_ascii=False), flush=True)
    else:
        _print(found)
    return 0 if ready else NOT_READY


def look_at(entries: list[Mapping[str, object]]) -> list[DeviceReport]:
    """The state of each device once it has come to rest, or after :data:`SETTLE_SECONDS`."""
    built = DeviceSet.build(entries, lambda _event: None)
    if isinstance(built, list):
        raise ValueError(str(built[0]))  # settings are checked before they get here
    built.start_all()
    try:
        end = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < end:
            time.sleep(0.05)
            reports = built.reports()
            steady = all(time.time() - report.since > STEADY_SECONDS for report in reports)
            if steady and all(report.status.state in READY for report in reports):
                break
        return built.reports()
    finally:
        built.stop_all()


def _row(report: DeviceReport) -> dict[str, Any]:
    status = report.status
    fault = status.fault
    return {
        "name": report.name,
        "driver": report.driver,
        "state": status.state.value,
        "since": datetime.fromtimestamp(report.since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "fault": fault.code if fault else None,
        "detail": "; ".join(part for part in (status.detail, fault.cause if fault else "") if part),
        "paper": status.paper.value if status.paper else None,
        "card": status.card.value if status.card else None,
    }


def _platform(settings: Settings) -> dict[str, Any]:
    if settings.platform is None:
        return {"url": None, "state": "not_configured", "fault": None}
    answer = PlatformClient(settings.platform, settings.terminal.id).base_catalogue()
    fault = answer if isinstance(answer, Fault) else None
    return {
        "url": settings.platform.url,
        "state": "offline" if fault else "online",
        "fault": fault.code if fault else None,
        "detail": fault.cause if fault else "",
    }


def _print(found: dict[str, Any]) -> None:
    for row in found["devices"]:
        print(
            f"{row['name']}  {row['driver']}  {row['state']}  {row['fault'] or ''}  {row['detail']}".rstrip()
        )
        if row["fault"]:
            print(f"    {technician_words(row['fault'])}")
    if platform := found["platform"]:
        print(f"platform  {platform['url'] or ''}  {platform['state']}  {platform['fault'] or ''}".rstrip())
    print("ready" if found["ready"] else "not ready")
