"""The card's side of vpcd, the virtual reader of pcscd: connecting inserts a card, closing pulls it.

A message is a two-byte big-endian length and a body.  A body of one byte is a control (00 power off,
01 power on, 02 reset, 04 send the ATR; only 04 is answered), a longer one an APDU.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import suppress
from typing import Final, Protocol

VPCD_HOST: Final = "127.0.0.1"
VPCD_PORT: Final = 35963  # slot "00 00"; the next slot listens on the next port
_CONNECT_SECONDS: Final = 5.0

_POWER_OFF: Final = b"\x00"
_POWER_ON: Final = b"\x01"
_RESET: Final = b"\x02"
_SEND_ATR: Final = b"\x04"


class CardPulled(Exception):  # noqa: N818 - an order, not an error
    """Raised by a card inside :meth:`VirtualCard.answer`: it is pulled instead of answering."""


class VirtualCard(Protocol):
    """What can be put into the reader."""

    @property
    def atr(self) -> bytes: ...

    def power(self, on: bool) -> None:
        """Power and reset: forget what was selected."""

    def answer(self, apdu: bytes) -> bytes:
        """Data and status word.  May take its time, or raise :class:`CardPulled`."""


class CardInReader:
    """``card`` in the virtual reader until :meth:`pull`.  Raises ``OSError`` if nothing listens there."""

    def __init__(self, card: VirtualCard, host: str = VPCD_HOST, port: int = VPCD_PORT) -> None:
        self._card = card
        self._socket = _connect(host, port)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(target=self._serve, name="virtual-card", daemon=True)
        self._thread.start()

    def pull(self) -> None:
        """Take the card out; returns when it is out."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _serve(self) -> None:
        with self._socket, suppress(OSError, CardPulled):
            while True:
                head = self._receive(2)
                body = self._receive(int.from_bytes(head, "big")) if head else None
                if not body:
                    return
                if len(body) > 1:
                    self._send(self._card.answer(body))
                elif body == _SEND_ATR:
                    self._send(self._card.atr)
                elif body in (_POWER_OFF, _POWER_ON, _RESET):
                    self._card.power(body != _POWER_OFF)

    def _receive(self, size: int) -> bytes:
        """``size`` bytes, or nothing when the reader has gone.

        vpcd writes length and body apart: without TCP_QUICKACK, which the kernel forgets after use, the
        delayed acknowledgement costs 40 ms for each APDU.
        """
        data = b""
        while len(data) < size:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            piece = self._socket.recv(size - len(data))
            if not piece:
                return b""
            data += piece
        return data

    def _send(self, body: bytes) -> None:
        self._socket.sendall(struct.pack(">H", len(body)) + body)


def _connect(host: str, port: int) -> socket.socket:
    """A reader that was just started, or has just lost its card, takes a moment to listen again."""
    end = time.monotonic() + _CONNECT_SECONDS
    while True:
        try:
            connection = socket.create_connection((host, port), timeout=_CONNECT_SECONDS)
            connection.settimeout(None)
            return connection
        except ConnectionRefusedError:
            if time.monotonic() >= end:
                raise
            time.sleep(0.05)
