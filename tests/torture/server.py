"""An HTTP server that answers every request with the bytes that it was given, and closes."""

from __future__ import annotations

import re
import socket
import threading
from typing import Final

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_PATIENCE_SECONDS: Final = 5.0


class BrokenServer:
    """``with BrokenServer() as server``: set :attr:`answer`, then ask ``127.0.0.1:port``."""

    def __init__(self) -> None:
        self.answer = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="broken-server", daemon=True)

    def __enter__(self) -> BrokenServer:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(_PATIENCE_SECONDS)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            with connection:
                connection.settimeout(_PATIENCE_SECONDS)
                try:
                    self._read_request(connection)
                    connection.sendall(self.answer)
                    connection.shutdown(socket.SHUT_WR)
                except OSError:
                    continue  # whoever asked has gone

    def _read_request(self, connection: socket.socket) -> None:
        """All of it: closing with bytes unread would reset the connection and lose the answer."""
        data = b""
        while _HEAD_END not in data:
            piece = connection.recv(65536)
            if not piece:
                return
            data += piece
        head, _, body = data.partition(_HEAD_END)
        found = _LENGTH.search(head)
        wanted = int(found[1]) if found else 0
        while len(body) < wanted:
            piece = connection.recv(65536)
            if not piece:
                return
            body += piece


def http_answer(content: bytes, media_type: str, status: str = "201 Created") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content
