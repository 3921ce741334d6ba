"""What the technician's desk has done on workers: tests, prints, walks, exports.

Every piece of work ends in one change of the state, posted to the desk, also when it crashes.  What a test
shows is written down before it is shown.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from devices.contract import (
    Capability,
    Check,
    Deadline,
    Fault,
    MicrophoneDriver,
    PrintEnd,
    PrinterDriver,
)
from kiosk.technician.cards import cards_of
from kiosk.technician.state import Export, Hearing, NotTaken, Pushed, TechnicianState, UnknownPart
from values import dataclass

if TYPE_CHECKING:
    from devices.device_set import DeviceSet
    from kiosk.audit.chain import AuditTrail
    from kiosk.delivery.store import Store
    from kiosk.matters.catalogue import Catalogue
    from kiosk.settings import Settings
    from kiosk.technician.books import Books

SELF_TEST_SECONDS: Final = 20.0
PRINT_SECONDS: Final = 90.0
NETWORK_SECONDS: Final = 30.0
TEST_TITLE: Final = "kiosk test page"
REPORT_TITLE: Final = "kiosk readiness report"

OF_DEVICES: Final = ("self_test", "test_print", "read_test", "voice_test")

Change = Callable[[TechnicianState], TechnicianState]


@dataclass(frozen=True)
class Bench:
    """What the hands work on.  ``log_folder``: where the kept log is; ``unknown``: parts nobody uses."""

    settings: Settings
    devices: DeviceSet
    store: Store
    books: Books
    audit: AuditTrail
    catalogue: Catalogue
    log_folder: Path
    report: Callable[[str, BaseException], None]
    unknown: Callable[[], Sequence[UnknownPart]]
    pushed: Callable[[], Pushed | None] = lambda: None
    not_taken: Callable[[], NotTaken | None] = lambda: None


class Hands:
    def __init__(self, bench: Bench, post: Callable[[Change], None]) -> None:
        self._bench = bench
        self._post = post
        self._called_off = threading.Event()
        self._workers = ThreadPoolExecutor(4, "technician")
        self._scribe = ThreadPoolExecutor(
            1, "technician-scribe"
        )  # the chain keeps the order of what happened
        self._running = 0
        self._lock = threading.Lock()
        self._testing: set[str] = set()

    # --- their life -----------------------------------------------------------------------------------

    @property
    def idle(self) -> bool:
        with self._lock:
            return self._running == 0

    @property
    def testing(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self._testing)

    def call_off(self) -> None:
        """End what waits; :attr:`idle` tells when it has."""
        self._called_off.set()

    def ready_again(self) -> None:
        self._called_off = threading.Event()

    def stop(self) -> None:
        self.call_off()
        for executor in (self._workers, self._scribe):
            executor.shutdown(wait=True)

    def do(self, work: Callable[[], Change], otherwise: Change) -> None:
        """``work`` on a worker; ``otherwise`` is the change if it crashes."""
        with self._lock:
            self._running += 1
        self._workers.submit(self._guarded, work, otherwise)

    def _guarded(self, work: Callable[[], Change], otherwise: Change) -> None:
        change = otherwise
        try:
            change = work()
        except Exception as crash:  # noqa: BLE001 - a bug on a worker still has to end in a change
            self._bench.report("desk.crashed", crash)
        finally:
            with self._lock:
                self._running -= 1
        self._post(change)

    def write_event(self, event: str, **keys: str) -> None:
        self._scribe.submit(self._write, event, keys)

    def _write(self, event: str, keys: dict[str, str]) -> None:
        try:
            self._bench.audit.append(event, **keys)
        except Exception as crash:  # noqa: BLE001
            self._bench.report("desk.crashed", crash)

    # --- devices --------------------------------------------------------------------------------------

    def self_test(self, device: str, by: str) -> None:
        """Ask a device all that can be asked without a card, a code or paper."""
        with self._lock:
            if device in self._testing:
                return
            self._testing.add(device)

        def work() -> Change:
            try:
                self.tested(device, by)
            finally:
                with self._lock:
                    self._testing.discard(device)
            return self.looked

        self.do(work, self.looked)

    def tested(self, device: str, by: str) -> list[Check]:
        """The same, waiting for it; written down with who did it."""
        checks = self._bench.devices.self_test(device, Deadline(SELF_TEST_SECONDS, self._called_off))
        passed = all(check.passed for check in checks)
        fault = next((check.fault.code for check in checks if check.fault is not None), "")
        kept = self._bench.books.record(device, "self_test", by, passed, checks)
        if isinstance(kept, Fault):
            lost = kept.code
            self._post(lambda state: replace(state, fault=lost))
        self.write_event("technician.self_test", device=device, by=by, disposition=_said(passed), fault=fault)
        return checks

    def looked(self, state: TechnicianState) -> TechnicianState:
        """The state with the devices as they are now; the same value when nothing has changed."""
        newest = self._bench.books.newest(OF_DEVICES)
        cards = cards_of(self._bench.devices.reports(), newest, self.testing)
        looked = replace(state, cards=cards, pushed=self._bench.pushed(), not_taken=self._bench.not_taken())
        return state if looked == state else looked

    def voice_test(self, microphone: MicrophoneDriver, by: str) -> None:
        """Somebody speaks into it now."""

        def work() -> Change:
            from kiosk.technician.voice_test import heard

            def told(hearing: Hearing) -> None:
                self._post(lambda state: replace(state, hearing=hearing if state.on else None))

            check = heard(microphone, told, self._called_off)
            if check is not None:
                name, fault = microphone.name, check.fault.code if check.fault else ""
                self._bench.books.record(name, "voice_test", by, check.passed, (check,))
                said = _said(check.passed)
                self.write_event("technician.voice_test", device=name, by=by, disposition=said, fault=fault)
            return lambda state: self.looked(replace(state, hearing=None))

        self.do(work, lambda state: replace(state, fault="desk.crashed", hearing=None))

    def look_for_unknown(self) -> None:
        def work() -> Change:
            found = tuple(self._bench.unknown())
            return lambda state: replace(state, unknown=found)

        self.do(work, _same)

    def test_print(self, device: str, by: str) -> None:
        printer = self._bench.devices.get(device)
        if not isinstance(printer, PrinterDriver):
            return

        def work() -> Change:
            from kiosk.technician import exports

            pdf = exports.test_page(self._bench.settings, printer.role, device)
            fault = self._print(printer, pdf, TEST_TITLE, "test")
            if fault is None:  # nobody knows yet whether it came out: the technician is asked
                return lambda state: replace(state, asks_paper=device, printing=None)
            self._bench.books.record(
                device, "test_print", by, False, (Check("print", False, fault.cause, fault),)
            )
            return lambda state: self.looked(replace(state, fault=fault.code, printing=None))

        self.do(work, lambda state: replace(state, fault="desk.crashed", printing=None))

    def _print(self, printer: PrinterDriver, pdf: bytes, title: str, paper: str) -> Fault | None:
        """``None``: the printer has reported its end, or cannot tell."""
        self.write_event("print.begin", paper=paper, device=printer.name)
        outcome = printer.print_pdf(pdf, title, Deadline(PRINT_SECONDS, self._called_off))
        self.write_event(
            "print.end",
            paper=paper,
            device=printer.name,
            disposition=outcome.end.value,
            fault=outcome.fault.code if outcome.fault else "",
        )
        if outcome.end is PrintEnd.FAILED:
            return outcome.fault or Fault("printer.error")
        return None

    # --- network, machine, sound ------------------------------------------------------------------------

    def check_network(self, by: str | None, silently: bool = False) -> None:
        """``None``: only to show how the platform is reached, which nobody asked for as a test.

        ``silently``: what was known stays on the page until all is known anew.
        """

        def work() -> Change:
            from kiosk.technician import network

            def told(steps: tuple[object, ...]) -> None:
                if not silently:
                    self._post(lambda state: replace(state, network=steps))  # type: ignore[arg-type]

            deadline = Deadline(NETWORK_SECONDS, self._called_off)
            steps = network.check(self._bench.settings.platform, deadline, told)
            if by is None:
                return lambda state: replace(state, network=steps)
            checks = [
                Check(
                    step.name, step.state != "failed", step.detail, Fault(step.fault) if step.fault else None
                )
                for step in steps
                if step.state in ("passed", "failed")
            ]
            passed = all(check.passed for check in checks)
            self._bench.books.record("network", "network", by, passed, checks)
            return lambda state: replace(state, network=steps)

        self.do(work, lambda state: replace(state, fault="desk.crashed"))

    def measure(self) -> None:
        def work() -> Change:
            bench = self._bench
            from kiosk.technician import machine

            found = machine.measure(bench.settings, bench.store, bench.catalogue)
            found += machine.pushed(bench.pushed())
            return lambda state: replace(state, machine=found)

        self.do(work, lambda state: replace(state, fault="desk.crashed"))

    def probe_sound(self) -> None:
        """A moment of silence through the sound device: what is missing shows."""

        def work() -> Change:
            from kiosk.sound import sound_state

            fault = sound_state(self._bench.settings.sound)["fault"]
            return lambda state: replace(state, sound_fault=fault)

        self.do(work, lambda state: replace(state, fault="desk.crashed"))

    def play(self) -> None:
        def work() -> Change:
            from kiosk.technician import sound

            fault = sound.play_test(Deadline(sound.LONGEST_SECONDS, self._called_off))
            if fault is not None:
                return lambda state: replace(state, sound_state="failed", fault=fault.code)
            return lambda state: replace(state, sound_state="played")

        self.do(work, lambda state: replace(state, sound_state="failed", fault="desk.crashed"))

    # --- exports --------------------------------------------------------------------------------------

    def look_for_places(self) -> None:
        def work() -> Change:
            from kiosk.technician.places import export_places

            places = export_places(self._bench.settings.maintenance.export_folder)
            return lambda state: replace(state, places=places)

        self.do(work, _same)

    def export(self, kind: str, folder: str, by: str) -> None:
        """``kind``: report or log."""

        def work() -> Change:
            from kiosk.technician import exports
            from kiosk.technician.places import write_into

            bench = self._bench
            made = (
                self.readiness()
                if kind == "report"
                else exports.log_bundle(bench.settings, bench.store, bench.log_folder)
            )
            name = exports.file_name(bench.settings.terminal.id, kind)
            written = write_into(Path(folder), name, made)
            fault = written.code if isinstance(written, Fault) else None
            self.write_event(f"technician.{kind}", by=by, disposition=_said(fault is None), fault=fault or "")
            done = Export(kind, "failed", folder, fault) if fault else Export(kind, "done", str(written))
            return lambda state: replace(state, export=done)

        failed = Export(kind, "failed", folder, "desk.crashed")
        self.do(work, lambda state: replace(state, export=failed))

    def print_report(self, by: str) -> None:
        def work() -> Change:
            printer = self._bench.devices.printer(Capability.DOCUMENT)
            fault: Fault | None = Fault("printer.no_document_printer", permanent=True)
            if printer is not None:
                fault = self._print(printer, self.readiness(), REPORT_TITLE, "report")
            code = fault.code if fault else None
            self.write_event("technician.report", by=by, disposition=_said(code is None), fault=code or "")
            done = Export("report", "failed", "", code) if code else Export("report", "printed")
            return lambda state: replace(state, export=done)

        failed = Export("report", "failed", "", "desk.crashed")
        self.do(work, lambda state: replace(state, export=failed))

    def readiness(self) -> bytes:
        """The readiness report as it is at this moment."""
        from kiosk.technician import machine
        from kiosk.technician.report import readiness_report

        bench = self._bench
        newest = bench.books.newest(OF_DEVICES)
        return readiness_report(
            settings=bench.settings,
            cards=cards_of(bench.devices.reports(), newest),
            readings=machine.measure(bench.settings, bench.store, bench.catalogue),
            unknown=tuple(bench.unknown()),
            tests=bench.books.newest(("network", "screen", "sound", "keypad")),
            out_of_service=bench.books.marked("out_of_service") is not None,
        )


def _said(passed: bool) -> str:
    return "passed" if passed else "failed"


def _same(state: TechnicianState) -> TechnicianState:
    return state
