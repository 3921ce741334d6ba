"""Start to the first interactive home page, and memory: the terminal against Chromium in kiosk mode.

Both draw the same content on the same X display (1080 x 1920) with the same fonts and without a graphics
card.  The terminal runs whole: all devices, store, outbox, platform.  Chromium shows ``home.html`` with the
profile of an earlier start.  The same clock ends both: the complete page is in the display's framebuffer,
and the program has said that it takes touches.
"""

from __future__ import annotations

import http.server
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from assets import fonts, icons
from kiosk.privacy.allocator import ENVIRONMENT
from kiosk.virtual_hall import VirtualHall
from tests.bench.display import Display, Watch, virtual_display
from tests.bench.figures import Figure, pss_mib, tree_of

RUNS: Final = 5
READY_SECONDS: Final = 60.0
STEADY_SECONDS: Final = 1.0
SETTLE_SECONDS: Final = 5.0  # past what the terminal loads for its first visit behind the home page
PAGE: Final = Path(__file__).with_name("home.html")
CHROMIUM: Final = (
    "chromium",
    "--kiosk",
    "--no-sandbox",  # it refuses to run as root otherwise
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--password-store=basic",
    "--disable-features=Translate",
    "--hide-crash-restore-bubble",
    "--window-position=0,0",
    "--window-size=1080,1920",
)

Sample = tuple[float, float]  # seconds to the home page, MiB on it
Run = tuple[list[str], Callable[[subprocess.Popen[Any]], bool]]


def measure() -> Iterator[Figure]:
    ours, theirs = [], []
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as name,
        virtual_display() as display,
        VirtualHall(Path(name) / "hall") as hall,
        site(Path(name)) as chromium,
    ):
        mine = terminal(hall.terminal_file)
        for run in range(RUNS + 1):  # in turn, so that a machine that slows down slows both
            pair = sample(mine, display), sample(chromium, display)
            if run:  # the first start fills the disk's cache and makes Chromium's profile
                ours.append(pair[0])
                theirs.append(pair[1])
    titles = (("start to first interactive home", "s", 1.0), ("memory on the home page (PSS)", "MiB", 0.5))
    for index, (title, unit, aim) in enumerate(titles):
        yield Figure(
            title,
            unit,
            tuple(sample[index] for sample in ours),
            tuple(sample[index] for sample in theirs),
            "Chromium, kiosk mode",
            aim,
        )


def sample(run: Run, display: Display) -> Sample:
    command, is_ready = run
    watch = Watch(display)
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        env={**os.environ, **ENVIRONMENT, "DISPLAY": display.name},  # ENVIRONMENT: as the unit file sets it
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        if not is_ready(process):
            raise RuntimeError(f"{command[0]} did not show its home page")
        ready = time.monotonic()
        time.sleep(STEADY_SECONDS)
        shown = watch.finish()  # what changes later is a notice, not the page
        time.sleep(SETTLE_SECONDS)
        return max(ready, shown) - began, pss_mib(tree_of(process.pid))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=READY_SECONDS)


def terminal(file: Path) -> Run:
    """The terminal of this source tree, on the whole screen."""
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("fullscreen = false", "fullscreen = true"), encoding="utf-8")

    def is_ready(process: subprocess.Popen[str]) -> bool:
        assert process.stderr is not None
        return any('"window.ready"' in line for line in process.stderr)

    return [sys.executable, "-m", "kiosk", "run", "--terminal", str(file)], is_ready


@contextmanager
def site(folder: Path) -> Iterator[Run]:
    """The page on a loopback server, with the terminal's own fonts."""
    site = folder / "site"
    (site / "fonts").mkdir(parents=True)
    shutil.copy(PAGE, site)
    files = {"regular": fonts.main_face().path, "bold": fonts.main_face(bold=True).path, "icons": icons.FONT}
    for name, path in files.items():
        shutil.copy(path, site / "fonts" / f"{name}.ttf")
    ready = threading.Event()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/ready":
                ready.set()
                self.send_response(204)
                self.end_headers()
            else:
                super().do_GET()

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    def is_ready(_: subprocess.Popen[str]) -> bool:
        came = ready.wait(READY_SECONDS)
        ready.clear()
        return came

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        profile = f"--user-data-dir={folder}/profile"
        try:
            yield [*CHROMIUM, profile, f"http://127.0.0.1:{server.server_port}/home.html"], is_ready
        finally:
            server.shutdown()
