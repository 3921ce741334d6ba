"""An X display without a screen, whose picture can be read while programs draw on it."""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PIL import Image

WIDTH: Final = 1080
HEIGHT: Final = 1920
HEADER: Final = 136  # pixels at the top, where a clock ticks
_EVERY_ROW: Final = 16  # of the picture is compared: enough to see any tile, button or line of text
BELOW_HEADER: Final = range(HEADER, HEIGHT, _EVERY_ROW)
_LOOK_SECONDS: Final = 0.004
_END_SECONDS: Final = 10.0


class Display:
    """Xvfb with the framebuffer as a file.  ``name`` goes into ``DISPLAY``."""

    def __init__(self, name: str, dump: mmap.mmap) -> None:
        self.name = name
        self._dump = dump
        fields = struct.unpack_from(">20I", dump)  # X window dump, version 7
        self._line_bytes = fields[12]
        self._pixels = fields[0] + 12 * fields[19]  # behind the header and its table of colours

    def picture(self) -> Image.Image:
        raw = self._dump[self._pixels : self._pixels + HEIGHT * self._line_bytes]
        return Image.frombytes("RGB", (WIDTH, HEIGHT), raw, "raw", "BGRX", self._line_bytes, 1)

    def digest(self, rows: range = BELOW_HEADER) -> int:
        """Differs when what is shown there differs."""
        value = 0
        for row in rows:
            start = self._pixels + row * self._line_bytes
            value = zlib.crc32(self._dump[start : start + self._line_bytes], value)
        return value


class Watch:
    """Notes each change of the picture, until it is asked since when the last one stands."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._changes = [(time.monotonic(), display.digest())]
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look, name="watch-display", daemon=True)
        self._thread.start()

    def finish(self) -> float:
        """The monotonic time at which the present picture was complete."""
        self._ending.set()
        self._thread.join()
        return self._changes[-1][0]

    def _look(self) -> None:
        while not self._ending.wait(_LOOK_SECONDS):
            digest = self._display.digest()
            if digest != self._changes[-1][1]:
                self._changes.append((time.monotonic(), digest))


@contextmanager
def virtual_display() -> Iterator[Display]:
    """The server takes a free number by itself."""
    with tempfile.TemporaryDirectory(prefix="bench-display-") as folder:
        read, write = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write),
                "-fbdir",
                folder,
                "-screen",
                "0",
                size,
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=(write,),
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        try:
            with os.fdopen(read) as told:
                number = told.readline().strip()
            if not number:
                raise RuntimeError("Xvfb did not start")
            with (
                (Path(folder) / "Xvfb_screen0").open("rb") as file,
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as dump,
            ):
                yield Display(f":{number}", dump)
        finally:
            server.terminate()
            server.wait(_END_SECONDS)
