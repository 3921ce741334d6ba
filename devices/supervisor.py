"""Keeps one driver alive: open, step, step, ..., close, wait, open again.

A fault that a driver returns, and an exception that it lets out, both end in ``close`` and a new ``open``
after a pause that grows to a ceiling and goes back after a stable while.  The ceiling is short: a device
that comes back is used again within two seconds.  The thread itself ends only by :meth:`Supervisor.stop`.

Fault code: ``device.crashed`` (the driver raised; its class and line are the cause, never its text).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import traceback
from dataclasses import replace

from devices.contract import Check, Deadline, DeviceState, Driver, Fault, Status

FIRST_PAUSE_SECONDS = 0.1
PAUSE_CEILING_SECONDS = 1.0
STABLE_SECONDS = 10.0
_STOP_SECONDS = 5.0
_WAIT_SLICE_SECONDS = 0.05
_USABLE_STATES = (DeviceState.ONLINE, DeviceState.BUSY)

log = logging.getLogger(__name__)


class BackOff:
    """Pauses that double up to a ceiling; back to the first one after a stable while."""

    def __init__(self) -> None:
        self._next_seconds = FIRST_PAUSE_SECONDS

    def after(self, lived_seconds: float) -> float:
        """The pause after an attempt that lived ``lived_seconds``."""
        if lived_seconds >= STABLE_SECONDS:
            self._next_seconds = FIRST_PAUSE_SECONDS
        pause = self._next_seconds
        self._next_seconds = min(2 * pause, PAUSE_CEILING_SECONDS)
        return pause


class _Test:
    """A self-test that somebody waits for."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.checks: list[Check] = []
        self.done = threading.Event()


class Supervisor:
    """One thread for one driver."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.restarts = 0  # how often a device that was usable was closed and opened again
        self.crashes = 0  # how often it raised
        self._stopping = threading.Event()
        self._hurry = threading.Event()  # ends a pause: somebody wants the device now
        self._reopening = False
        self._was_usable = False  # in this life, from open to close
        self._tests: queue.SimpleQueue[_Test] = queue.SimpleQueue()
        self._last_sign_of_life = time.monotonic()
        self._thread: threading.Thread | None = None

    @property
    def silent_seconds(self) -> float:
        """For how long the driver has not come back from ``open``, ``step`` or ``close``.

        A step takes about half a second; a driver that stays away for much longer hangs in its device.
        """
        return time.monotonic() - self._last_sign_of_life

    def restart(self) -> None:
        """Close the device and open it anew, at once.  Any thread."""
        self._reopening = True
        self._hasten()

    def self_test(self, deadline: Deadline) -> list[Check]:
        """Have the driver test its device; waits on the caller's thread.

        A device that is not open, or a driver that hangs, gives one check that says so
        (``device.not_open`` or what keeps it from opening, ``device.hangs``).
        """
        test = _Test(deadline)
        self._tests.put(test)
        self._hasten()
        while not test.done.wait(_WAIT_SLICE_SECONDS):
            if deadline.over:
                silent = f"no sign of life for {self.silent_seconds:.0f} s"
                return [Check("answer", False, silent, Fault("device.hangs", silent))]
        return test.checks

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        if self._thread is not None:
            return
        self._thread = threading.Thread(target=self._run, name=f"device {self.driver.name}", daemon=True)
        self._thread.start()

    def stop(self, wait_seconds: float = _STOP_SECONDS) -> bool:
        """End the driver and wait for it; false if it does not come back in time."""
        self._stopping.set()
        self._hasten()
        if self._thread is None:
            return True
        self._thread.join(wait_seconds)
        return not self._thread.is_alive()

    def _hasten(self) -> None:
        self._hurry.set()
        self.driver.nudge()

    def _run(self) -> None:
        back_off = BackOff()
        while not self._stopping.is_set():
            began = time.monotonic()
            self._reopening = False
            fault = self._live()
            if self._stopping.is_set():
                return
            self._tell(fault)
            if self._was_usable:  # tries to open what is not there are no restarts
                self.restarts += 1
            self._answer_tests(fault)
            pause = 0.0 if self._reopening else back_off.after(time.monotonic() - began)
            self._hurry.wait(pause)
            self._hurry.clear()
            self._last_sign_of_life = time.monotonic()

    def _live(self) -> Fault | None:
        """From open to close; the fault that ended it, or nothing when it was stopped or restarted."""
        self._was_usable = False
        try:
            fault = self.driver.open()
            while fault is None and not self._stopping.is_set() and not self._reopening:
                self._last_sign_of_life = time.monotonic()
                self._run_tests()
                self._was_usable = self._was_usable or self.driver.status.state in _USABLE_STATES
                fault = self.driver.step()
        except Exception as error:  # noqa: BLE001 - this is the place where a driver's bug ends
            fault = self._crashed(error)
        try:
            self.driver.close()
        except Exception as error:  # noqa: BLE001 - as above
            fault = self._crashed(error)
        return fault

    def _run_tests(self) -> None:
        while not self._tests.empty():
            test = self._tests.get()
            if test.deadline.over:
                continue  # nobody waits for it any more
            try:
                test.checks = self.driver.self_test(test.deadline)
            finally:  # an exception ends the driver as any other does; whoever waits is answered first
                test.checks = test.checks or [Check("answer", False, "", Fault("device.crashed"))]
                test.done.set()

    def _answer_tests(self, fault: Fault | None) -> None:
        """Tests of a device that could not be opened: what keeps it from that is the answer."""
        while not self._tests.empty():
            test = self._tests.get()
            reason = fault or Fault("device.not_open")
            test.checks = [Check("open", False, reason.cause, reason)]
            test.done.set()

    def _crashed(self, error: Exception) -> Fault:
        # The text of an exception may hold what a card said; its class and place do not.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        cause = f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
        self.crashes += 1
        log.error("device.crashed device=%s cause=%s", self.driver.name, cause)
        return Fault("device.crashed", cause)

    def _tell(self, fault: Fault | None) -> None:
        """Make sure that a driver that cannot be used never goes on looking usable."""
        if fault is None:
            return
        status = self.driver.status
        try:
            if fault.code == "device.crashed":
                self.driver.publish(Status(DeviceState.HARDWARE_ERROR, fault, detail=status.detail))
            elif status.state in _USABLE_STATES:
                self.driver.publish(Status(DeviceState.OFFLINE, fault, detail=status.detail))
            elif status.fault is None or status.fault.code != fault.code:
                self.driver.publish(replace(status, fault=fault))
        except Exception as error:  # noqa: BLE001 - whoever listens must not end the supervisor
            self._crashed(error)
