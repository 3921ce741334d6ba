"""``kiosk diagnose``: every device asked and tested, its state told, nothing changed.

Beside a living terminal that terminal is asked (``kiosk.technician.live``), because a device can be open only
once.  Without one the devices are opened for a moment here.  Either way what the self-tests show is written
down in the terminal's store, with "command line" as who did it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from devices.contract import Check, Deadline, DeviceState, Fault
from devices.device_set import DeviceReport, DeviceSet
from kiosk.delivery.platform import PlatformClient
from kiosk.faults import technician_words
from kiosk.lacking import SERVES, lacks
from kiosk.matters.catalogue import Catalogue
from kiosk.mending import mending
from kiosk.settings import Settings
from kiosk.sound import sound_state
from kiosk.technician import network
from kiosk.technician.books import Books

SETTLE_SECONDS: Final = 6.0
"""A module that answers at no baud rate has been asked at all of them by then."""
STEADY_SECONDS: Final = 0.5
SELF_TEST_SECONDS: Final = 20.0
NETWORK_SECONDS: Final = 20.0
UNSPOKEN: Final = {"name": "recordings", "state": "failed", "detail": "", "fault": "platform.no_recordings"}
"""Beside the steps to the platform: it takes no recordings, though a microphone is there."""
READY: Final = (DeviceState.ONLINE, DeviceState.BUSY)
NOT_READY: Final = 1
WRONG_USE: Final = 2
Test = Callable[[str], list[Check]]


def diagnose(
    settings: Settings,
    device: str | None,
    as_json: bool,
    say: Callable[[str], None],
    self_test: bool = True,
) -> int:
    """Print what is found; exit code 0 only when everything that matters need is there and ready."""
    if device is not None and device not in (entry["name"] for entry in settings.devices):
        names = ", ".join(str(entry["name"]) for entry in settings.devices)
        there = f"there are: {names}" if names else f"{settings.file} names none; add [[devices]]"
        say(f"kiosk: there is no device called {device!r}; {there}")
        return WRONG_USE
    answer = _ask_living(settings, device, self_test)
    if isinstance(answer, Fault) and answer.code == "diagnosis.not_running":
        answer = look_at(settings, device, self_test)
    if isinstance(answer, Fault):
        say(f"kiosk: {answer.code}: {answer.cause}".rstrip(": "))
        say(f"kiosk: {technician_words(answer.code)}")
        return NOT_READY
    if as_json:
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    else:
        _print(answer)
    return 0 if answer["ready"] else NOT_READY


def _ask_living(settings: Settings, device: str | None, self_test: bool) -> dict[str, Any] | Fault:
    from kiosk.technician.live import ask

    return ask(settings, device, self_test)


# --- without a living terminal ------------------------------------------------------------------------------


def look_at(settings: Settings, device: str | None, self_test: bool) -> dict[str, Any] | Fault:
    """Open the devices, wait until they have come to rest, test them, let go of them."""
    from kiosk.configuration.places import in_force
    from kiosk.delivery.store import open_reading, open_store
    from kiosk.matters.opening import compiled_beside, open_catalogue

    folder = in_force(settings).settings(settings).matters.folder
    catalogue, _ = open_catalogue(folder, compiled_beside(settings.storage.path))
    store = None
    readable = open_reading(settings.storage.path)
    if not isinstance(readable, Fault):  # neither made nor mended here: that is the terminal's own affair
        damaged = readable.check()
        readable.close()
        opened = damaged or open_store(settings.storage.path)
        if isinstance(opened, Fault) and opened.code == "store.in_use":
            return Fault("diagnosis.no_answer", opened.cause)
        store = None if isinstance(opened, Fault) else opened
    books = Books(store) if store is not None else None
    entries = [entry for entry in settings.devices if device in (None, entry["name"])]
    built = DeviceSet.build(entries, lambda _event: None)
    if isinstance(built, list):
        return Fault("devices.configuration", str(built[0]), permanent=True)
    if books is not None:
        books.give_back(built)
    built.start_all()
    try:
        _settle(built)

        def test(name: str) -> list[Check]:
            checks = built.self_test(name, Deadline(SELF_TEST_SECONDS))
            if books is not None:
                books.record(name, "self_test", "command line", all(each.passed for each in checks), checks)
            return checks

        names = [driver.name for driver in built]
        checks = tests_of(names, test if self_test else None)
        made = found(settings, built.reports(), checks, catalogue, device, books)
        made["live"] = False
        return made
    finally:
        built.stop_all()
        if store is not None:
            store.close()


def _settle(devices: DeviceSet) -> None:
    end = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < end:
        time.sleep(0.05)
        reports = devices.reports()
        steady = all(time.time() - report.since > STEADY_SECONDS for report in reports)
        if steady and all(report.status.state in READY for report in reports):
            return


def tests_of(names: Iterable[str], test: Test | None) -> dict[str, list[Check]]:
    """The self-tests of all devices, side by side; nothing where ``test`` is ``None``."""
    checks: dict[str, list[Check]] = {}
    if test is None:
        return checks

    def one(name: str) -> None:
        checks[name] = test(name)

    threads = [threading.Thread(target=one, args=(name,), name=f"test {name}") for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return checks


# --- what is told -------------------------------------------------------------------------------------------


def found(
    settings: Settings,
    reports: Sequence[DeviceReport],
    checks: Mapping[str, Sequence[Check]],
    catalogue: Catalogue,
    device: str | None,
    books: Books | None,
) -> dict[str, Any]:
    """The answer as JSON values.  ``ready``: all that a matter here needs; of one device, itself."""
    newest = books.newest() if books is not None else {}
    asked = [report for report in reports if device in (None, report.name)]
    devices = []
    for report in asked:
        row = _row(report, checks.get(report.name))
        last = newest.get(report.name)
        row["last_test"] = {"at": last.at, "by": last.by, "passed": last.passed} if last is not None else None
        devices.append(row)
    good = {row["name"] for row in devices if row["ready"]}
    if device is not None:
        return {"devices": devices, "platform": {}, "ready": device in good}
    needed = catalogue.needs
    serving = {need: [each for each in asked if each.capabilities & SERVES[need]] for need in SERVES}
    # What is built in has to work; what is not is told as missing.
    needs = {
        need.value: all(each.name in good for each in serving[need])
        for need in SERVES
        if need in needed and serving[need]
    }
    platform = _platform(settings)
    storage = _storage(settings)
    matters = {"count": len(catalogue), "problems": len(catalogue.problems)}
    built = {capability for report in asked for capability in report.capabilities}
    today = datetime.now(ZoneInfo(settings.terminal.timezone)).date()
    missing = lacks(built, settings.platform is not None, catalogue, today)
    ready = (
        all(needs.values())
        and not any(lack.stops for lack in missing)
        and platform["state"] != "offline"
        and storage["fault"] is None
        and matters["count"] > 0
    )
    return {
        "devices": devices,
        "unknown": _unknown(settings),
        "platform": platform,
        "storage": storage,
        "matters": matters,
        "bundle": _bundle(settings),
        "sound": sound_state(settings.sound),
        "needs": needs,
        "missing": [lack.told() for lack in missing],
        "ready": ready,
    }


def _bundle(settings: Settings) -> dict[str, Any] | None:
    """What is pushed to this terminal; trouble with it keeps nobody from being served."""
    from kiosk.configuration.standing import standing_of

    return standing_of(settings)


def _unknown(settings: Settings) -> list[dict[str, str]]:
    """Parts that are plugged in and that no device of the configuration uses."""
    from devices.unknown_parts import unknown_parts

    return [asdict(part) for part in unknown_parts(settings.devices)]


def _storage(settings: Settings) -> dict[str, Any]:
    """The store, its key and its room.  A damaged one beside it may hold what never reached the platform."""
    from kiosk.delivery.storage_check import check_storage

    state = check_storage(settings.storage.path, settings.storage.key_file)
    fault = state.fault
    return {
        "state": "faulty" if fault else "ready",
        "fault": fault.code if fault else None,
        "detail": fault.cause if fault else "",
        "queued": state.queued,
        "set_aside": state.set_aside,
        "free_bytes": state.free_bytes,
        "moved_aside": list(state.moved_aside),
        "rescued": list(state.rescued),
    }


def _row(report: DeviceReport, checks: Sequence[Check] | None) -> dict[str, Any]:
    status = report.status
    fault = status.fault
    passed = all(check.passed for check in checks) if checks is not None else True
    failed = next((check.fault for check in checks or () if check.fault is not None), None)
    shown = fault or failed
    return {
        "name": report.name,
        "driver": report.driver,
        "capabilities": sorted(each.value for each in report.capabilities),
        "state": status.state.value,
        "since": datetime.fromtimestamp(report.since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "fault": shown.code if shown else None,
        "detail": "; ".join(part for part in (status.detail, shown.cause if shown else "") if part),
        "paper": status.paper.value if status.paper else None,
        "card": status.card.value if status.card else None,
        "ready": status.state in READY and passed,
        "checks": [_check(check) for check in checks] if checks is not None else None,
        "counters": dict(report.counters),
        "restarts": report.restarts,
        "supply": _supply(report),
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "passed": check.passed,
        "detail": check.detail,
        "fault": check.fault.code if check.fault else None,
    }


def _supply(report: DeviceReport) -> dict[str, Any] | None:
    supply = report.supply
    if supply is None:
        return None
    return {"unit": supply.unit, "left": supply.left, "capacity": supply.capacity, "low": supply.is_low}


def _platform(settings: Settings) -> dict[str, Any]:
    if settings.platform is None:
        return {"url": None, "state": "not_configured", "fault": None}
    client = PlatformClient(settings.platform, settings.terminal.id)
    answer = client.base_catalogue()
    fault = answer if isinstance(answer, Fault) else None
    spoken = any(each.get("driver") == "microphone" for each in settings.devices) and fault is None
    unspoken = spoken and client.recordings.ask() is False
    steps = network.check(settings.platform, Deadline(NETWORK_SECONDS), lambda _steps: None)
    return {
        "url": settings.platform.url,
        "state": "offline" if fault else "online",
        "fault": fault.code if fault else None,
        "detail": fault.cause if fault else "",
        "steps": [
            {"name": step.name, "state": step.state, "detail": step.detail, "fault": step.fault}
            for step in steps
        ]
        + ([UNSPOKEN] if unspoken else []),
    }


def _paper_words(paper: str | None, supply: Mapping[str, Any] | None) -> str:
    """What the printer says of its paper and what is counted, which a printer without paper contradicts."""
    counted = ""
    if supply is not None:
        counted = f"{supply['left']} / {supply['capacity']} {supply['unit']} left"
        if paper == "out" and supply["left"] > 0:
            counted += " by count, which cannot be trusted"
        elif supply["low"]:
            counted += ", low"
    return "  ".join(each for each in (paper or "", counted) if each)


def _print_mending(code: str, capabilities: Iterable[str] = ()) -> None:
    print(f"    {technician_words(code)}")
    for number, step in enumerate(mending(code, capabilities).steps, 1):
        print(f"    {number}. {step}")


def _print(found: Mapping[str, Any]) -> None:
    for row in found["devices"]:
        parts = (row["name"], row["driver"], row["state"], row["fault"] or "", row["detail"])
        print("  ".join(part for part in parts if part))
        if row["paper"] or row["supply"]:
            print(f"    paper  {_paper_words(row['paper'], row['supply'])}")
        for check in row["checks"] or ():
            mark = "ok  " if check["passed"] else "FAIL"
            print(f"    {mark} {check['name']}  {check['detail']}".rstrip())
        if row["fault"]:
            _print_mending(row["fault"], row.get("capabilities", ()))
    for part in found.get("unknown", ()):
        ids = f"{part['vendor']}:{part['product']}".strip(":")
        named = part["description"] if part["description"] != part["place"] else ""
        print("  ".join(each for each in ("unused", part["kind"], part["place"], ids, named) if each))
    for lack in found.get("missing", ()):
        closed = f"  closes {lack['closes']} of {found['matters']['count']} matters" if lack["closes"] else ""
        print(f"missing  {lack['part']}  {lack['fault']}{closed}")
        _print_mending(lack["fault"])
    if (platform := found["platform"]) and platform["url"]:
        print(f"platform  {platform['url']}  {platform['state']}  {platform['fault'] or ''}".rstrip())
        for step in platform.get("steps", ()):
            if platform["fault"] or step["fault"]:
                print(f"    {step['name']}  {step['state']}  {step['detail']}".rstrip())
        failed = next(
            (step["fault"] for step in platform.get("steps", ()) if step["fault"]), platform["fault"]
        )
        if failed:
            _print_mending(failed)
    storage = found.get("storage", {})
    if storage.get("fault"):
        print(f"storage  {storage['fault']}  {storage['detail']}\n    {technician_words(storage['fault'])}")
    for report in storage.get("rescued", ()):
        _print_rescued(report)
    if found.get("matters", {}).get("count") == 0:
        print(f"matters  matters.none\n    {technician_words('matters.none')}")
    if bundle := found.get("bundle"):
        shown = ("bundle", str(bundle["sequence"] or "none"), bundle["fault"] or "", bundle["detail"])
        print("  ".join(part for part in shown if part))
        if bundle["fault"]:
            _print_mending(bundle["fault"])
    if (sound := found.get("sound")) and sound["fault"]:
        print(f"sound  {sound['voice']}  {sound['fault']}")
        _print_mending(sound["fault"])
    if found.get("out_of_service"):
        print("out of service: citizens see the closed page")
    if found.get("visit"):
        print("somebody is being served: devices were not tested")
    print("ready" if found["ready"] else "not ready")


def _print_rescued(report: dict[str, Any]) -> None:
    if report["other_key"]:
        print(f"    {report['store']}: another device key; nothing can be taken over without it")
    for kind, count in report["kinds"].items():
        if count["taken"] or count["lost"]:
            print(f"    {report['store']}: {kind}  {count['taken']} taken over, {count['lost']} not whole")
