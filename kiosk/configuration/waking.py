"""Hears that there is something new before the next poll: by waiting at the platform, and from a broker.

Neither is trusted or needed: whatever is heard only makes the terminal poll now, and what it then finds is
verified as ever.  Both say a number that grows.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from devices.contract import Fault
from kiosk.delivery.platform import PlatformClient
from kiosk.log import log

TOPIC: Final = "kiosk/fleet/wake"
PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
KEEP_ALIVE_SECONDS: Final = 60
SHORTEST_PAUSE_SECONDS: Final = 1.0  # of a server that answers at once, again and again
LONGEST_PAUSE_SECONDS: Final = 300.0
STOP_SECONDS: Final = 1.0


class LongPoll:
    """A thread that waits at ``GET /v1/fleet/wake`` and calls ``wake`` when the number has changed, and
    ``called`` when there is something for this very terminal."""

    def __init__(
        self,
        platform: PlatformClient,
        wake: Callable[[], None],
        called: Callable[[], None] = lambda: None,
    ) -> None:
        self._platform = platform
        self._wake = wake
        self._called = called
        self._heard = 0
        self._stopped = threading.Event()
        self._version: int | None = None
        self._thread = threading.Thread(target=self._run, name="bundles-wake", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Does not wait for an answer that may be a minute away; the thread ends with it."""
        self._stopped.set()
        if self._thread.is_alive():  # not before it was started, either
            self._thread.join(seconds)

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            began = time.monotonic()
            told = self._platform.wake(self._version or 0, self._heard)
            if self._stopped.is_set():
                return
            if isinstance(told, Fault):
                failures += 1
                if failures == 1:
                    log.info("bundle.not_woken", fault=told.code)
                pause = min(SHORTEST_PAUSE_SECONDS * 2**failures, LONGEST_PAUSE_SECONDS)
                self._stopped.wait(pause * random.uniform(0.8, 1.2))
                continue
            failures = 0
            version, called = told
            if self._version is not None and version != self._version:
                self._wake()
            if called > self._heard:
                self._called()
            self._version, self._heard = version, max(called, self._heard)
            self._stopped.wait(max(0.0, SHORTEST_PAUSE_SECONDS - (time.monotonic() - began)))


class BrokerEar:
    """Listens to ``mqtt[s]://user:password@host:port/topic``; connects again by itself."""

    def __init__(self, address: str, wake: Callable[[], None]) -> None:
        from paho.mqtt.client import Client, MQTTv5
        from paho.mqtt.enums import CallbackAPIVersion

        parts = urlsplit(address)
        self._host = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._topic = unquote(parts.path.lstrip("/")) or TOPIC
        self._wake = wake
        self._last: bytes | None = None
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        if parts.username:
            self._client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            self._client.tls_set()
        self._client.on_connect = self._connected
        self._client.on_message = self._heard

    def start(self) -> None:
        self._client.connect_async(self._host, self._port, KEEP_ALIVE_SECONDS)
        self._client.loop_start()

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(self, client: Any, *_: Any) -> None:
        client.subscribe(self._topic, qos=1)

    def _heard(self, _client: Any, _data: Any, message: Any) -> None:
        payload = bytes(message.payload[:32])
        known, self._last = self._last, payload
        if payload != known:  # the retained number at the first connection, too: a poll more does no harm
            self._wake()
