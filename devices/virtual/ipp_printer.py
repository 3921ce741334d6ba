"""A real IPP Everywhere printer in software (CUPS's ``ippeveprinter``) that can be made to fail.

    with IppPrinter(folder) as printer:
        printer.uri                          # ipp://localhost:<port>/ipp/print
        printer.condition = "media-empty"    # the next job, or the present one, runs out of paper
        printer.freeze(); printer.thaw()     # hung
        printer.kill(); printer.start()      # dead and back, on the same port
        printer.printed                      # what came out, a PDF each

Debian: cups-ipp-utils and dbus-daemon (ippeveprinter wants a system bus; it gets a private one).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from devices.virtual.ports import free_port

Condition = Literal["print", "media-empty", "media-jam", "cover-open", "abort", "slow"]
_START_SECONDS = 60.0
_END_SECONDS = 20.0

# Prints unless the condition file says otherwise; watches it, and whether its job was cancelled.
_COMMAND = """#!/bin/sh
cancelled() {{
    ipptool -c -d "job=$IPP_JOB_ID" "$IPP_JOB_PRINTER_URI" '{folder}/job.test' 2>/dev/null |
        grep -Eq 'processing-to-stop-point|canceled|aborted'
}}
reason= waited= stopped=
while :; do
    condition=$(cat '{folder}/condition')
    if [ -n "$waited" ] && cancelled; then stopped=yes; fi
    case "$condition" in
        media-empty|media-jam|cover-open)
            if [ "$reason" != "$condition-error" ]; then
                reason="$condition-error"
                echo "STATE: +$reason" >&2
            fi ;;
        abort) echo "ERROR: broken off as told" >&2; exit 1 ;;
        slow) if [ -n "$stopped" ]; then exit 1; fi ;;
        *) break ;;
    esac
    waited=yes
    sleep 0.1
done
if [ -n "$reason" ]; then echo "STATE: -$reason" >&2; fi
if [ -n "$stopped" ]; then exit 1; fi
cp "$1" '{folder}/printed/.'"$IPP_JOB_ID.pdf" && mv '{folder}/printed/.'"$IPP_JOB_ID.pdf" \
    '{folder}/printed/'"$$-$IPP_JOB_ID.pdf"
"""

_JOB_TEST = """{
  OPERATION Get-Job-Attributes
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR language attributes-natural-language en
  ATTR uri printer-uri $uri
  ATTR integer job-id $job
  DISPLAY job-state
  DISPLAY job-state-reasons
}
"""


class IppPrinter:
    """``folder`` must exist and be ours alone; everything the printer needs and prints is in it."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self._folder = folder
        self.port = port or free_port()
        self._printer: subprocess.Popen[bytes] | None = None
        self._bus: subprocess.Popen[bytes] | None = None
        self._bus_folder = Path()  # a socket's path is short, which ``folder`` may not be
        for name in ("spool", "printed"):
            (folder / name).mkdir(exist_ok=True)
        (folder / "job.test").write_text(_JOB_TEST)
        command = folder / "command"
        command.write_text(_COMMAND.format(folder=folder))
        command.chmod(0o755)
        self.condition = "print"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def uri(self) -> str:
        return f"ipp://localhost:{self.port}/ipp/print"

    @property
    def condition(self) -> Condition:
        return self._condition

    @condition.setter
    def condition(self, condition: Condition) -> None:
        self._condition: Condition = condition
        written = self._folder / "condition.new"
        written.write_text(condition)
        os.replace(written, self._folder / "condition")

    @property
    def printed(self) -> list[Path]:
        return sorted(self.printed_folder.glob("[0-9]*.pdf"))

    @property
    def printed_folder(self) -> Path:
        return self._folder / "printed"

    def start(self) -> None:
        """Start and wait until it answers."""
        if self._printer is not None:
            return
        environment = os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": self._start_bus()}
        with open(self._folder / "log", "ab") as log:
            self._printer = subprocess.Popen(
                [
                    _program("ippeveprinter"),
                    *("-r", "off", "-n", "localhost", "-p", str(self.port), "-k", "-v"),
                    *("-f", "application/pdf,image/pwg-raster"),
                    *("-c", str(self._folder / "command"), "-d", str(self._folder / "spool")),
                    "Kiosk Printer",
                ],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # what it has started stops and ends with it
            )
        self._wait_for(lambda: _answers(self.port), "ippeveprinter")

    def kill(self) -> None:
        """Dead: nobody answers any more."""
        printer, self._printer = self._printer, None
        if printer is not None:
            os.killpg(printer.pid, signal.SIGKILL)
            printer.wait()

    def freeze(self) -> None:
        """Hung: connections are accepted, nothing is answered."""
        if self._printer is not None:
            os.killpg(self._printer.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        if self._printer is not None:
            os.killpg(self._printer.pid, signal.SIGCONT)

    def set_paper(self, sheets: Literal["full", "low", "empty"]) -> None:
        """The paper in the tray, also while nothing is printed."""
        level = {"full": 100, "low": 5, "empty": 0}[sheets]
        tray = "size{0}=iso_a4_210x297mm&type{0}=&level{0}={1}"
        query = "&".join(tray.format(number, level) for number in range(4))
        with urllib.request.urlopen(f"http://localhost:{self.port}/media?{query}", timeout=5) as answer:
            answer.read()

    def close(self) -> None:
        self.thaw()
        self.kill()
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.terminate()
            bus.wait(_END_SECONDS)
            shutil.rmtree(self._bus_folder)

    def _start_bus(self) -> str:
        if self._bus is None:
            self._bus_folder = Path(tempfile.mkdtemp(prefix="bus-", dir="/tmp"))
        path = self._bus_folder / "bus"
        if self._bus is None:
            self._bus = subprocess.Popen(
                [
                    _program("dbus-daemon"),
                    "--session",
                    "--nofork",
                    "--nopidfile",
                    f"--address=unix:path={path}",
                ],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            self._wait_for(lambda: _listens(path), "dbus-daemon")
        return f"unix:path={path}"

    def _wait_for(self, ready: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + _START_SECONDS
        while not ready():
            if time.monotonic() > end:
                raise RuntimeError(f"{what} did not start; see {self._folder / 'log'}")
            time.sleep(0.05)


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if found is None:
        raise RuntimeError(f"{name} is not installed (Debian: cups-ipp-utils, dbus-daemon)")
    return found


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("localhost", port), timeout=1):
            return True
    except OSError:
        return False
