"""Fast under the finger: the real window against Chromium showing equal pages on an equal X display.

The pages of the peer are made from our own: every ground, text and icon of the widgets' tree becomes an
element at the same place, in the same face, size and colour; scripts do what our buttons do.  A finger is
made by XTest.  The clock is the display's framebuffer, looked at every millisecond, for both.  Both run all
the time, each on its display, and are measured in turn.

Where the two cannot be equal the peer has the better part: its pages are all there before the first touch
and need only be shown, and its candidates come from a table, where ours come from the state and from librime.
"""

from __future__ import annotations

import ctypes as c
import functools
import http.server
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from assets import fonts
from tests.bench.display import BELOW_HEADER, Display, virtual_display
from tests.bench.figures import Figure, tree_of
from tests.bench.startup import CHROMIUM

PRESSES: Final = 100
TURNS: Final = 10
LEAVES: Final = 5
"""Of the guide in full."""
LOOK_SECONDS: Final = 0.001
STILL_SECONDS: Final = 0.35
LONG_SECONDS: Final = 4.0
READY_SECONDS: Final = 90.0
REST_SECONDS: Final = 5.0
RESTS: Final = 3
CANDIDATES: Final = range(910, 1000, 8)
"""Rows of the picture where both show them: a key that is let go is no answer."""
WORDS: Final = 3
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
        self._changes: list[float] = []

    @property
    def frame(self) -> float:
        """Milliseconds from picture to picture while the last page changed."""
        if len(self._changes) < 2:
            return math.nan
        return (self._changes[-1] - self._changes[0]) * 1000 / (len(self._changes) - 1)

    def first_change(self, since: float, before: int, rows: range = BELOW_HEADER) -> float:
        """Milliseconds from ``since`` to the first other picture in these rows."""
        while time.monotonic() - since < LONG_SECONDS:
            if self._display.digest(rows) != before:
                return (time.monotonic() - since) * 1000
            time.sleep(LOOK_SECONDS)
        raise RuntimeError("the picture did not change")

    def last_change(self, since: float, before: int) -> float:
        """Milliseconds from ``since`` to the picture that then stood."""
        seen, at, last, whole = before, 0.0, before, before
        self._changes = []
        while at == 0.0 or time.monotonic() - at < STILL_SECONDS:
            if time.monotonic() - since > LONG_SECONDS:
                raise RuntimeError("the picture did not come to rest")
            now = self._display.digest()
            if now != seen:
                seen, at = now, time.monotonic()
            if now == last != whole:  # seen twice: not one that is still being copied
                whole = now
                self._changes.append(time.monotonic())
            last = now
            time.sleep(LOOK_SECONDS)
        return (at - since) * 1000

    def still(self, rows: range = BELOW_HEADER) -> int:
        """What stands in these rows when the whole picture stands."""
        seen, at = self._display.digest(), time.monotonic()
        while time.monotonic() - at < STILL_SECONDS:
            now = self._display.digest()
            if now != seen:
                seen, at = now, time.monotonic()
            time.sleep(LOOK_SECONDS)
        return self._display.digest(rows)


Places = dict[str, tuple[float, float]]
Reading = tuple[str, float]
"""What was measured, and the milliseconds that it took."""


def measure() -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="bench-touch-") as name,
        virtual_display() as one,
        virtual_display() as other,
    ):
        folder = Path(name)
        with _ours(one, folder) as our_pid, _peer(other, folder) as their_pid:
            places: dict[str, Places] = json.loads((folder / "places.json").read_text())
            ours, theirs = _side_by_side(_visit(one, places), _visit(other, places))
            ours["rest"], theirs["rest"] = _at_rest(our_pid), _at_rest(their_pid)
    told = {
        "press": "touch to changed picture, median",
        "press99": "touch to changed picture, 99th percentile",
        "page": "change of page, until it stands",
        "frame": "frame time while a page changes",
        "type": "a letter to its candidates",
        "turn": "scrolling a long text by a page",
        "rest": "processor at rest, % of one",
    }
    for key, words in told.items():
        unit = "%" if key == "rest" else "ms"
        if key == "press99":
            mine, peers = [_percentile(ours["press"])], [_percentile(theirs["press"])]
        else:
            mine, peers = [[each for each in side[key] if not math.isnan(each)] for side in (ours, theirs)]
        if mine and peers:  # a page that changes in one picture has no time between two
            yield Figure(words, unit, tuple(mine), tuple(peers), "Chromium, the same page", 1.0)


def _side_by_side(mine: Iterator[Reading], theirs: Iterator[Reading]) -> list[dict[str, list[float]]]:
    """Each step of one program, then the same step of the other: a machine that slows down slows both."""
    taken: list[dict[str, list[float]]] = [defaultdict(list), defaultdict(list)]
    for pair in zip(mine, theirs, strict=True):
        for sample, (what, value) in zip(taken, pair, strict=True):
            sample[what].append(value)
    return taken


def _percentile(values: Sequence[float]) -> float:
    return sorted(values)[round(0.99 * (len(values) - 1))]


def _visit(display: Display, places: dict[str, Places]) -> Iterator[Reading]:
    finger, eye = XFinger(display.name), Eye(display)
    try:
        home, matters = places["home"], places["matters"]
        for _ in range(PRESSES):
            yield "press", _press(finger, eye, home["tile"])
        for _ in range(TURNS):
            for way in (home["all-matters"], matters["back"]):
                yield "page", _tap(finger, eye, way)
                yield "frame", eye.frame
        _tap(finger, eye, home["search"])  # to the long text
        for key in ("page-next", "page-previous"):
            for _ in range(LEAVES - 1):
                yield "turn", _tap(finger, eye, places["guide-in-full"][key])
        _tap(finger, eye, places["guide-in-full"]["back"])  # to the panel
        for _ in range(WORDS):
            for letter in WORD:
                yield "type", _tap(finger, eye, places["form-text"][f"key:{letter}"], first=CANDIDATES)
            for _ in WORD:
                _tap(finger, eye, places["form-text"]["delete"], first=CANDIDATES)
        eye.still()
    finally:
        finger.close()


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


def _tap(finger: XFinger, eye: Eye, place: tuple[float, float], first: range | None = None) -> float:
    """From the release to the page that then stands, or to the ``first`` change in these rows."""
    finger.move(*place)
    eye.still()
    finger.button(True)
    before = eye.still(first or BELOW_HEADER)
    began = time.monotonic()
    finger.button(False)
    took = eye.first_change(began, before, first) if first else eye.last_change(began, before)
    eye.still()
    return took


def _at_rest(pid: int) -> list[float]:
    """Time on a processor, to the nanosecond: what is looked for is less than a tick of the clock."""

    def used() -> int:
        total = 0
        for each in tree_of(pid):
            for thread in Path(f"/proc/{each}/task").glob("*/schedstat"):
                with suppress(OSError):
                    total += int(thread.read_text().split()[0])
        return total

    shares = []
    for _ in range(RESTS):
        before, began = used(), time.monotonic()
        time.sleep(REST_SECONDS)
        shares.append((used() - before) / 1e7 / (time.monotonic() - began))
    return shares


# --- the two programs -----------------------------------------------------------------------------------


@contextmanager
def _ours(display: Display, folder: Path) -> Iterator[int]:
    environment = {**os.environ, "DISPLAY": display.name, "SDL_VIDEODRIVER": "x11"}
    command = [sys.executable, "-m", "tests.bench.touch_window", str(folder)]
    with running(command, environment) as process:
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
        with running(command, environment) as process:
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
def running(command: Sequence[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
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
