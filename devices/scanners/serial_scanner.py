"""A code scanner on a serial port.

While armed, the scanner is triggered and triggered again, because it stops looking after a few seconds or
after one code.  Whatever arrives while disarmed is read and forgotten, so that nothing is left for the
next citizen.  A code does not disarm the scanner: the platform may not know it, and then the citizen
tries another one.

Faults of the port are those of ``devices.serial_port``; of codes, those of ``devices.scanners.content``.
"""

from __future__ import annotations

import threading
import time
from typing import ClassVar

from devices.bell import Bell
from devices.contract import (
    Capability,
    Check,
    CodeScanned,
    Deadline,
    DeviceState,
    Emit,
    Fault,
    IdentityDriver,
    IdentityFailed,
    Status,
)
from devices.options import SerialScannerOptions
from devices.scanners.acknowledgements import answer_in_words, gm65_data
from devices.scanners.assembler import SILENCE_SECONDS, Code, CodeAssembler, Scan
from devices.scanners.protocols import PROTOCOLS, gm65_mode_change
from devices.serial_port import PortFinder, SerialPort, open_port

_WRITE_SECONDS = 1.0
_ANSWER_SECONDS = 2.5
_MODE_ANSWER_SECONDS = 0.5  # in its old mode the scanner might ignore the trigger
_REST_SECONDS = 0.5  # nobody is to be told of a silence
_STEP_READS_AT_MOST = 4  # a babbling line must not keep the supervisor from stopping us
_TRIGGER_AGAIN_AFTER_CODE_SECONDS = 0.3


class SerialScannerDriver(IdentityDriver):
    driver: ClassVar[str] = "serial_scanner"
    capabilities = frozenset({Capability.CODE})

    def __init__(self, name: str, emit: Emit, options: SerialScannerOptions) -> None:
        super().__init__(name, emit)
        self._options = options
        self._protocol = PROTOCOLS[options.protocol]
        self._finder = PortFinder(options.port)
        self._bell = Bell()  # ends a long wait
        self._gate = threading.RLock()  # arming against reading: what came before arming is gone
        self._port: SerialPort | None = None
        self._assembler = CodeAssembler()
        self._mode_answer: int | None = None
        self._awaiting_mode = False
        self._answers: list[bytes] = []  # that came while the self-test asks
        self._version = ""
        self._give_up_mode_at = 0.0
        self._triggered = False
        self._trigger_at = 0.0

    def arm(self) -> None:
        with self._gate:
            self._forget_what_came()
            self._assembler.listening = True
            self._trigger_at = 0.0
            super().arm()
        self.nudge()

    def disarm(self) -> None:
        with self._gate:
            self._assembler.listening = False
            super().disarm()
        self.nudge()

    def nudge(self) -> None:
        self._bell.ring()

    def open(self) -> Fault | None:
        port = open_port(self._finder, self._options.baud)
        if isinstance(port, Fault):
            missing = port.code == "serial.port_missing"
            self.publish(Status(DeviceState.NO_DEVICE if missing else DeviceState.OFFLINE, port))
            return port
        with self._gate:
            self._port = port
            self._assembler = CodeAssembler(self._take_answer)
            self._assembler.listening = self.armed
        self._mode_answer = None
        self._awaiting_mode = self._protocol.asks_mode
        self._give_up_mode_at = time.monotonic() + _MODE_ANSWER_SECONDS
        self._triggered = False
        self._trigger_at = 0.0
        fault = self._write(self._protocol.prepare)
        if fault is None:
            self._publish_online()
        return fault

    def step(self) -> Fault | None:
        port = self._port
        if port is None:
            return Fault("serial.port_lost", self._options.port)
        if fault := self._change_mode() or self._trigger():
            return fault
        for _ in range(_STEP_READS_AT_MOST):
            if fault := port.wait_readable(_REST_SECONDS if self._at_rest else SILENCE_SECONDS, self._bell):
                return fault
            rung = self._bell.heard()
            came = self._take_in(port)
            if isinstance(came, Fault):
                return came
            if rung or not came:  # who has rung is not to wait for the next silence
                break
        return None

    @property
    def _at_rest(self) -> bool:
        """Nothing is under way that a silence or a moment would end."""
        asking = self._awaiting_mode and time.monotonic() < self._give_up_mode_at
        return not (self.armed or self._triggered or asking or self._assembler.waiting)

    def self_test(self, deadline: Deadline) -> list[Check]:
        """``line``, and where the protocol has a question, ``answer`` and ``version``."""
        port = self._port
        if port is None:
            return [Check("line", False, self._options.port, Fault("serial.port_lost", self._options.port))]
        made = [Check("line", True, f"{port.path}, {self._options.baud} baud")]
        if not self._protocol.query:
            return [*made, Check("answer", True, f"{self._options.protocol} has no question to answer")]
        answer = self._ask(port, self._protocol.query, deadline)
        if isinstance(answer, Fault):
            return [*made, Check("answer", False, answer.cause, answer)]
        made.append(Check("answer", True, answer_in_words(answer)))
        if self._protocol.version_query:
            version = self._ask(port, self._protocol.version_query, deadline)
            if isinstance(version, bytes) and len(data := gm65_data(version)) == 2:
                self._version = f"hardware {data[0] / 100:.2f}, software {data[1] / 100:.2f}"
                self._publish_online()
            made.append(Check("version", True, self._version or "not told"))
        return made

    def _ask(self, port: SerialPort, query: bytes, deadline: Deadline) -> bytes | Fault:
        """The answer to a command.  Codes that come meanwhile are told as ever."""
        self._answers.clear()
        if fault := self._write(query):
            return fault
        end = time.monotonic() + _ANSWER_SECONDS
        while not self._answers and time.monotonic() < end and not deadline.over:
            if fault := port.wait_readable(SILENCE_SECONDS):
                return fault
            came = self._take_in(port)
            if isinstance(came, Fault):
                return came
        return self._answers[-1] if self._answers else Fault("scanner.no_answer", f"{port.path}: no answer")

    def _take_in(self, port: SerialPort) -> bool | Fault:
        """Read what is there and tell the codes in it; false when nothing was there."""
        with self._gate:
            data = port.read(0.0)
            if isinstance(data, Fault):
                return data
            now = time.monotonic()
            repeats = self._assembler.repeats
            scans = self._assembler.feed(data, now) if data else self._assembler.tick(now)
            if self._assembler.repeats > repeats:
                self.counters["repeats"] += self._assembler.repeats - repeats
            for scan in scans:
                self._tell(scan)
        if scans:
            self._trigger_at = min(self._trigger_at, now + _TRIGGER_AGAIN_AFTER_CODE_SECONDS)
            self._publish_online()
        return bool(data)

    def close(self) -> None:
        with self._gate:
            port, self._port = self._port, None
        if port is None:
            return
        if self._triggered and self._protocol.stop:
            port.write(self._protocol.stop, Deadline(0.1))  # the port may be gone: then it stops by itself
        port.close()

    def _forget_what_came(self) -> None:
        """Read what waits, so that the tail of a code already half here is known for what it is."""
        self._assembler.listening = False
        for _ in range(_STEP_READS_AT_MOST):
            data = self._port.read(0.0) if self._port is not None else b""
            if isinstance(data, Fault) or not data:  # a port that is gone is found out by the next step
                break
            self._assembler.feed(data, time.monotonic())
        self._assembler.forget()

    def _tell(self, scan: Scan) -> None:
        if isinstance(scan, Code):
            self.counters["codes"] += 1
            self._emit(CodeScanned(self.name, scan.text))
        else:
            self.count_fault(scan)
            self._emit(IdentityFailed(self.name, scan))

    def _take_answer(self, answer: bytes) -> None:
        self._answers = [answer]
        if self._awaiting_mode and answer.startswith(b"\x02\x00"):
            self._mode_answer = gm65_data(answer)[0]
            self._awaiting_mode = False

    def _change_mode(self) -> Fault | None:
        """GM65: once the mode register has been answered, have it wait for the trigger."""
        if self._mode_answer is None:
            return None
        change = gm65_mode_change(self._mode_answer)
        self._mode_answer = None
        return self._write(change)

    def _trigger(self) -> Fault | None:
        now = time.monotonic()
        if self.armed:
            mode_may_change = self._awaiting_mode and now < self._give_up_mode_at
            if now < self._trigger_at or mode_may_change:
                return None
            self._trigger_at = now + self._protocol.retrigger_seconds
            self._triggered = True
            return self._write(self._protocol.start)
        if self._triggered:
            self._triggered = False
            return self._write(self._protocol.stop)
        return None

    def _write(self, data: bytes) -> Fault | None:
        if not data or self._port is None:
            return None
        return self._port.write(data, Deadline(_WRITE_SECONDS))

    def _publish_online(self) -> None:
        seen, configured = self._assembler.seen_suffix, self._options.suffix
        differs = f"; suffix {seen} seen, {configured} configured" if seen not in (None, configured) else ""
        path = self._port.path if self._port is not None else self._options.port
        version = f", {self._version}" if self._version else ""
        detail = f"{path}, {self._options.protocol}{version}{differs}"
        self.publish(Status(DeviceState.ONLINE, detail=detail))
