"""The units really booted: ``python -m tests.torture.units`` (as root, with Xvfb).

systemd runs as process 1 of a container made of this machine's own root by overlay; what it writes is gone
afterwards.  ``config/systemd/install.sh`` puts the units in place, Xvfb stands for the X server, and then:

* the terminal's software starts as its own user, with its sealed device key, and says that it is ready;
* ended by SIGKILL it is there again; hung by SIGSTOP the watchdog bites, and it is there again;
* ended in the middle of a visit its next first page is the one that says what became of the matter;
* left alone after its memory has grown it begins anew, as the same process, and systemd lets it live.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PREFIX: Final = "/opt/kiosk"
NAMESPACES: Final = ("--mount", "--pid", "--fork", "--uts", "--ipc", "--net", "--cgroup")
BOOT_SECONDS: Final = 60.0
READY_SECONDS: Final = 90.0
WATCHDOG_SECONDS: Final = 30.0  # as kiosk.service has it
ALONE_SECONDS: Final = 900.0  # the page left by itself, five quiet minutes, a minute of measuring
STOP_SECONDS: Final = 20.0  # as well: so long may live what has said that it stops
XVFB: Final = """[Service]
Type=simple
ExecStart=
ExecStart=/usr/bin/Xvfb :0 -screen 0 540x960x24 -ac -nolisten tcp
StandardInput=null
TTYPath=
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
"""
TERMINAL: Final = """[terminal]
id = "T-1"
[storage]
path = "/var/lib/kiosk/terminal.sqlite"
key_file = "/run/credentials/kiosk.service/device.key"
[display]
width = 540
height = 960
ppi = 51.0
[maintenance]
restart_growth_mib = 1
[[devices]]
name = "P"
driver = "file_printer"
folder = "/var/lib/kiosk/papers"
role = "receipt"
"""
SEEN: Final = """
import hashlib
from PIL import ImageGrab
picture = ImageGrab.grab(xdisplay=":0").crop((0, 120, 540, 960))  # without the clock
print(hashlib.sha256(picture.tobytes()).hexdigest())
"""
TAP: Final = """
import ctypes, time
x, t = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
x.XOpenDisplay.restype = ctypes.c_void_p
display = ctypes.c_void_p(x.XOpenDisplay(b":0"))
for place in PLACES:
    t.XTestFakeMotionEvent(display, -1, *place, 0)
    for down in (1, 0):
        t.XTestFakeButtonEvent(display, 1, down, 0)
        x.XFlush(display)
        time.sleep(0.3)
    time.sleep(2)
"""
WAKE, FIRST_MATTER, LEAVE = (270, 940), (130, 300), (270, 863)


class Container:
    def __init__(self, folder: Path) -> None:
        command = ["unshare", *NAMESPACES, str(ROOT / "tests/torture/boot.sh"), str(folder), str(ROOT)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        self._first = ""

    def boot(self) -> None:
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        end = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < end:
            self._first = children.read_text(encoding="ascii").strip()
            if self._first and self.run("systemctl is-system-running") in ("running", "degraded"):
                return
            time.sleep(1)
        raise AssertionError("systemd does not come up")

    def run(self, script: str, seconds: float = 30.0) -> str:
        """In the container, as root; what it says."""
        inside = ["nsenter", "-t", self._first, "-m", "-p", "-u", "-i", "-n", "-r", "-w"]
        told = subprocess.run(
            [*inside, "bash", "-c", script], check=False, capture_output=True, text=True, timeout=seconds
        )
        return told.stdout.strip()

    def python(self, script: str) -> str:
        return self.run(f"DISPLAY=:0 {PREFIX}/.venv/bin/python - <<'END'\n{script}\nEND")

    def end(self) -> None:
        """Process 1 takes nothing less, and everything in it ends with it."""
        if self._first:
            os.kill(int(self._first), signal.SIGKILL)
        self._process.wait(30)


def served_by(container: Container, not_by: str = "0", seconds: float = READY_SECONDS) -> str:
    """The process that serves, once it has said that it is ready and is another one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        told = container.run("systemctl show kiosk -p MainPID -p ActiveState --value").split()
        if len(told) == 2 and told[0] not in ("0", not_by) and told[1] == "active":
            return told[0]
        time.sleep(1)
    raise AssertionError(container.run("journalctl -u kiosk -n 20 --no-pager"))


def try_units(container: Container) -> None:
    container.boot()
    container.run(f"cd {PREFIX} && PREFIX={PREFIX} bash config/systemd/install.sh", 60)
    drop_in = "/etc/systemd/system/kiosk-display.service.d"
    container.run(f"mkdir -p {drop_in} && cat > {drop_in}/xvfb.conf <<'END'\n{XVFB}END")
    container.run(f"cat > /etc/kiosk/terminal.toml <<'END'\n{TERMINAL}END")
    container.run("systemctl daemon-reload; systemctl start --no-block kiosk")
    first = served_by(container)
    user = container.run(f"ps -o user= -p {first}")
    assert user == "kiosk", user
    print(f"started, ready, as {user}", flush=True)
    container.run(f"kill -KILL {first}")
    second = served_by(container, first)
    print("ended by SIGKILL: there again", flush=True)
    began = time.monotonic()
    container.run(f"kill -STOP {second}")
    third = served_by(container, second, WATCHDOG_SECONDS * 3 + READY_SECONDS)
    print(f"hung by SIGSTOP: there again after {time.monotonic() - began:.0f} s", flush=True)
    time.sleep(5)
    home = container.python(SEEN)
    container.python(TAP.replace("PLACES", f"({WAKE}, {FIRST_MATTER})"))
    guide = container.python(SEEN)
    assert guide != home, "the first matter does not open"
    container.run(f"kill -KILL {third}")
    fourth = served_by(container, third)
    time.sleep(5)
    told = container.python(SEEN)
    container.python(TAP.replace("PLACES", f"({LEAVE},)"))
    assert told not in (home, guide), "nobody is told what became of the matter"
    assert container.python(SEEN) == home, "the page that tells it is not left"
    print("ended in a visit: the first page tells it, and is left", flush=True)
    container.python(TAP.replace("PLACES", f"({FIRST_MATTER},)"))
    assert threads_of(container, fourth) > {fourth}
    before, began = threads_of(container, fourth), time.monotonic()
    while threads_of(container, fourth) & before != {fourth}:  # all but the first end with the old image
        assert time.monotonic() - began < ALONE_SECONDS, "it does not begin anew"
        time.sleep(1)
    time.sleep(2 * STOP_SECONDS)
    shown = container.run("systemctl show kiosk -p MainPID -p ActiveState --value").split()
    assert shown == [fourth, "active"], shown
    assert container.python(SEEN) == home, "it does not show its home page"
    print(f"left alone: begins anew after {time.monotonic() - began:.0f} s, as the same process", flush=True)


def threads_of(container: Container, process: str) -> set[str]:
    return set(container.run(f"ls /proc/{process}/task").split())


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="units-") as name:
        container = Container(Path(name))
        try:
            try_units(container)
        finally:
            container.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
