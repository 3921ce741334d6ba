"""A line between a terminal and its platform that breaks at a given byte, sends answers twice, or holds them.

    with Line(platform_port) as line:            # http://127.0.0.1:{line.port}
        line.cut_up = 100                        # of the next connection, after 100 bytes to the platform
        line.cut_down = 7                        # or after 7 bytes to the terminal
        line.repeat_after = 0.05                 # every answer once more, so many seconds later

What a cut leaves behind is closed on both sides, as a broken line is.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Final, Self

_PIECE: Final = 65_536
_PATIENCE_SECONDS: Final = 30.0


class Line:
    def __init__(self, port: int) -> None:
        self._platform = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self.cut_up: int | None = None  # both hold for the next connection only
        self.cut_down: int | None = None
        self.repeat_after: float | None = None
        self.sent_up = 0  # bytes of the last connection that was not cut
        self.sent_down = 0
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, name="line", daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._open:
            _end(each)

    def _accept(self) -> None:
        while True:
            try:
                terminal, _ = self._listener.accept()
                platform = socket.create_connection(("127.0.0.1", self._platform), timeout=_PATIENCE_SECONDS)
            except OSError:
                return
            for each in (terminal, platform):
                each.settimeout(_PATIENCE_SECONDS)
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open += [terminal, platform]
            up, self.cut_up = self.cut_up, None
            down, self.cut_down = self.cut_down, None
            self.sent_up = self.sent_down = 0
            for way in ((terminal, platform, up, False), (platform, terminal, down, True)):
                threading.Thread(target=self._carry, args=way, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, limit: int | None, back: bool) -> None:
        carried = 0
        try:
            while limit is None or carried < limit:
                piece = source.recv(_PIECE)
                if not piece:
                    break
                piece = piece if limit is None else piece[: limit - carried]
                carried += len(piece)
                self.sent_down, self.sent_up = (carried, self.sent_up) if back else (self.sent_down, carried)
                target.sendall(piece)
                if back and self.repeat_after is not None:
                    time.sleep(self.repeat_after)
                    target.sendall(piece)
        except OSError:
            pass
        _end(source)
        _end(target)


def _end(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
