"""Fast under the finger: the real window against Chromium showing equal pages on the same X display.

The pages of the peer are made from our own: every ground, text and icon of the widgets' tree becomes an
element at the same place, in the same face, size and colour; scripts do what our buttons do.  A finger is
made by XTest.  The clock is the display's framebuffer, looked at every millisecond, for both.
"""

from __future__ import annotations

import ctypes as c
import functools
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from assets import fonts
from tests.bench.display import Display, virtual_display
from tests.bench.figures import Figure, tree_of
from tests.bench.startup import CHROMIUM

PRESSES: Final = 60
TURNS: Final = 10
LEAVES: Final = 5
"""Of the guide in full."""
LOOK_SECONDS: Final = 0.001
STILL_SECONDS: Final = 0.35
LONG_SECONDS: Final = 4.0
READY_SECONDS: Final = 90.0
REST_SECONDS: Final = 6.0
WORD: Final = "pingding"
SCENES: Final = ("home", "matters", "guide-in-full", "form-text")


class XFinger:
    """A pointer of the X server that touches as fast as it is told."""

    def __init__(self, display: str) -> None:
        self._x, self._test = c.CDLL("libX11.so.6"), c.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = c.c_void_p
        self._x.XFlush.argtypes = self._x.XCloseDisplay.argtypes = [c.c_void_p]
        self._test.XTestFakeMotionEvent.argtypes = [c.c_void_p, c.c_int, c.c_int, c.c_int, c.c_ulong]
        self._test.XTestFakeButtonEvent.argtypes = [c.c_void_p, c.c_uint, c.c_int, c.c_ulong]
        self._open = self._x.XOpenDisplay(display.encode())
        if not self._open:
            raise RuntimeError("no X display")

    def move(self, x: float, y: float) -> None:
        self._test.XTestFakeMotionEvent(self._open, -1, round(x), round(y), 0)
        self._x.XFlush(self._open)

    def button(self, down: bool) -> None:
        self._test.XTestFakeButtonEvent(self._open, 1, int(down), 0)
        self._x.XFlush(self._open)

    def close(self) -> None:
        self._x.XCloseDisplay(self._open)


class Eye:
    """Waits for the picture to change, and to stand still again."""

    def __init__(self, display: Display) -> None:
        self._display = display

    def first_change(self, since: float, before: int) -> float:
        """Milliseconds from ``since`` to the first other picture."""
        while time.monotonic() - since < LONG_SECONDS:
            if self._display.digest() != before:
                return (time.monotonic() - since) * 1000
            time.sleep(LOOK_SECONDS)
        raise RuntimeError("the picture did not change")

    def last_change(self, since: float, before: int) -> float:
        """Milliseconds from ``since`` to the picture that then stood."""
        seen, at = before, 0.0
        while at == 0.0 or time.monotonic() - at < STILL_SECONDS:
            if time.monotonic() - since > LONG_SECONDS:
                raise RuntimeError("the picture did not come to rest")
            now = self._display.digest()
            if now != seen:
                seen, at = now, time.monotonic()
            time.sleep(LOOK_SECONDS)
        return (at - since) * 1000

    def still(self) -> int:
        seen, at = self._display.digest(), time.monotonic()
        while time.monotonic() - at < STILL_SECONDS:
            now = self._display.digest()
            if now != seen:
                seen, at = now, time.monotonic()
            time.sleep(LOOK_SECONDS)
        return seen


Places = dict[str, tuple[float, float]]
Sample = dict[str, list[float]]


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-touch-") as name, virtual_display() as display:
        folder = Path(name)
        with _ours(display, folder) as pid:
            places: dict[str, Places] = json.loads((folder / "places.json").read_text())
            ours = _measured(display, places, pid)
        with _peer(display, folder) as pid:
            theirs = _measured(display, places, pid)
    told = {
        "press": "touch to changed picture, median",
        "press99": "touch to changed picture, 99th percentile",
        "page": "change of page, until it stands",
        "type": "a letter to its candidates",
        "turn": "scrolling a long text by a page",
        "rest": "processor at rest, % of one",
    }
    for key, words in told.items():
        unit = "%" if key == "rest" else "ms"
        yield Figure(words, unit, tuple(ours[key]), tuple(theirs[key]), "Chromium, the same page", 1.0)


def _measured(display: Display, places: dict[str, Places], pid: int) -> Sample:
    finger, eye = XFinger(display.name), Eye(display)
    try:
        home, matters = places["home"], places["matters"]
        presses = [_press(finger, eye, home["tile"]) for _ in range(PRESSES)]
        pages = []
        for _ in range(TURNS):
            pages.append(_tap(finger, eye, home["all-matters"]))
            pages.append(_tap(finger, eye, matters["back"]))
        _tap(finger, eye, home["search"])  # to the long text
        turns = [
            _tap(finger, eye, places["guide-in-full"][key])
            for key in ("page-next", "page-previous")
            for _ in range(LEAVES - 1)
        ]
        _tap(finger, eye, places["guide-in-full"]["back"])  # to the panel
        typed = []
        for _ in range(3):
            typed += [_tap(finger, eye, places["form-text"][f"key:{letter}"], first=True) for letter in WORD]
            for _ in WORD:
                _tap(finger, eye, places["form-text"]["delete"], first=True)
        eye.still()
        rest = _at_rest(pid)
    finally:
        finger.close()
    return {
        "press": [median(presses)],
        "press99": [sorted(presses)[round(0.99 * (len(presses) - 1))]],
        "page": pages,
        "turn": turns,
        "type": typed,
        "rest": [rest],
    }


def _press(finger: XFinger, eye: Eye, place: tuple[float, float]) -> float:
    """Down, until it shows; then away, so that nothing else happens."""
    x, y = place
    finger.move(x, y)
    before = eye.still()
    began = time.monotonic()
    finger.button(True)
    took = eye.first_change(began, before)
    finger.move(x, y + 200)
    finger.button(False)
    return took


def _tap(finger: XFinger, eye: Eye, place: tuple[float, float], first: bool = False) -> float:
    """From the release to the page that then stands, or to the first change of it."""
    finger.move(*place)
    eye.still()
    finger.button(True)
    before = eye.still()
    began = time.monotonic()
    finger.button(False)
    took = eye.first_change(began, before) if first else eye.last_change(began, before)
    eye.still()
    return took


def _at_rest(pid: int) -> float:
    tick = os.sysconf("SC_CLK_TCK")

    def used() -> float:
        total = 0
        for each in tree_of(pid):
            try:
                fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            total += int(fields[11]) + int(fields[12])
        return total / tick

    before, began = used(), time.monotonic()
    time.sleep(REST_SECONDS)
    return 100 * (used() - before) / (time.monotonic() - began)


# --- the two programs -----------------------------------------------------------------------------------


@contextmanager
def _ours(display: Display, folder: Path) -> Iterator[int]:
    environment = {**os.environ, "DISPLAY": display.name, "SDL_VIDEODRIVER": "x11"}
    command = [sys.executable, "-m", "tests.bench.touch_window", str(folder)]
    with _running(command, environment) as process:
        _wait_for(folder / "places.json", process)
        Eye(display).still()
        yield process.pid


@contextmanager
def _peer(display: Display, folder: Path) -> Iterator[int]:
    for face in fonts.FOLDER.glob("*.ttf"):
        shutil.copy(face, folder)
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/pages.html"
    environment = {**os.environ, "DISPLAY": display.name, "HOME": str(folder / "home")}
    command = [*CHROMIUM, f"--user-data-dir={folder / 'profile'}", address]
    try:
        with _running(command, environment) as process:
            end = time.monotonic() + READY_SECONDS
            while not _Quiet.ready.is_set():
                if time.monotonic() > end:
                    raise RuntimeError("Chromium did not show the page")
                time.sleep(0.1)
            time.sleep(1)
            Eye(display).still()
            yield process.pid
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    ready: Final = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/ready":
            self.ready.set()
            self.send_response(204)
            self.end_headers()
            return
        super().do_GET()

    def log_message(self, *_args: object) -> None: ...


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_SECONDS
    while not path.exists():
        if time.monotonic() > end or process.poll() is not None:
            raise RuntimeError("the window did not open")
        time.sleep(0.1)
