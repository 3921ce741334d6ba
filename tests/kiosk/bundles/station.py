"""A terminal without its screens, and a web server that can be told to misbehave."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from kiosk.bundles.archive import verify_folder
from kiosk.bundles.client.fetching import Access
from kiosk.bundles.client.follower import Follower, Report, Standing
from kiosk.bundles.client.slots import Active, Slots
from kiosk.bundles.client.updating import source_at
from kiosk.bundles.fault import BundleFault
from tests.kiosk.bundles.office import good

PATIENT = Access(wait_seconds=120.0, file_seconds=120.0)
SMALL_WAITS = Access(wait_seconds=2.0, file_seconds=1.0)


class Notes:
    """What a terminal remembers, without its store."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def put(self, name: str, value: str) -> bool:
        self.kept[name] = value
        return True


class Station:
    """``restart`` is what a power cut and a new start do: all that is in memory is gone."""

    def __init__(
        self,
        folder: Path,
        place: str | Path,
        root: bytes,
        group: str = "ring-0",
        test: Callable[[Path], BundleFault | None] = lambda _: None,
    ) -> None:
        self.folder, self.place, self.root, self.group = folder, str(place), root, group
        self.test = test
        self.notes = Notes()
        self.reports: list[Report] = []
        self.shown: Active | None = None
        self.take: Callable[[Active], BundleFault | None] = lambda _: None
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.prove_seconds = 0.0
        self.access = PATIENT
        self.restart()

    def restart(self) -> Active | BundleFault | None:
        self.slots = Slots(self.folder)
        self.slots.clear_up()
        found = self.slots.open()
        self.shown = found if isinstance(found, Active) else None
        self.follower = Follower(
            source_at(self.folder / "metadata", self.place, self.root, self.access),
            self.group,
            self.slots,
            self.notes,
            self._test,
            report=self.reports.append,
            trial_seconds=self.prove_seconds,
            now=self._now,
        )
        return found

    def _test(self, folder: Path) -> BundleFault | None:
        return self.test(folder)

    def _now(self) -> datetime:
        return self.now()

    def look(self) -> Standing:
        """Poll, and be between visits."""
        self.follower._prove()
        self.follower.cycle()
        if self.follower.waiting:
            self.follower.activate(self._show)
        return self.follower.standing

    def _show(self, active: Active) -> BundleFault | None:
        fault = self.take(active)
        if fault is None:
            self.shown = active
        return fault

    @property
    def sequence(self) -> int | None:
        """Of what is shown, which has to be whole."""
        if self.shown is None:
            return None
        assert good(verify_folder(self.shown.folder)) == self.shown.manifest
        return self.shown.sequence

    def code(self) -> str:
        """Look, and what keeps new bundles away."""
        fault = self.look().fault
        return fault.code if fault is not None else ""


class _Handler(SimpleHTTPRequestHandler):
    trouble: Callable[[SimpleHTTPRequestHandler], bool]

    def do_GET(self) -> None:
        if not type(self).trouble(self):
            super().do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextlib.contextmanager
def served(
    folder: Path, trouble: Callable[[SimpleHTTPRequestHandler], bool] = lambda _: False
) -> Iterator[str]:
    """The folder behind a web server; ``trouble`` answers itself and is then true."""
    made = type("Handler", (_Handler,), {"trouble": staticmethod(trouble)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(made, directory=str(folder)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def endless(handler: SimpleHTTPRequestHandler, seconds: float = 6.0, pause: float = 0.0) -> None:
    """An answer that does not end by itself, as fast as it goes or a byte at a time."""
    handler.send_response(200)
    handler.end_headers()
    end = time.monotonic() + seconds
    with contextlib.suppress(OSError):
        while time.monotonic() < end:
            handler.wfile.write(b" " if pause else b" " * 65536)
            time.sleep(pause)
