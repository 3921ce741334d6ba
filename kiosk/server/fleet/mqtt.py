"""The wake-up through a broker: the number of :mod:`kiosk.server.fleet.wake` as a retained message.

Whoever subscribes hears the last number at once, and every new one.  The broker may be away: the terminals'
polls do without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

TOPIC: Final = "kiosk/fleet/wake"
PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
KEEP_ALIVE_SECONDS: Final = 60


class BrokerAddressError(ValueError):
    """The address of the broker cannot be used.  The text says what would be right."""


@dataclass(frozen=True, repr=False)
class Broker:
    """``mqtt://user:password@host:port/topic``; ``mqtts`` for TLS; everything but the host may be left
    out."""

    host: str
    port: int
    topic: str = TOPIC
    user: str = ""
    password: str = ""
    tls: bool = False

    @classmethod
    def parse(cls, address: str) -> Broker:
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in PORTS or not parts.hostname:
            raise BrokerAddressError("--mqtt is no address of a broker; for example mqtt://127.0.0.1:1883")
        return cls(
            parts.hostname,
            port or PORTS[parts.scheme],
            unquote(parts.path.lstrip("/")) or TOPIC,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            parts.scheme == "mqtts",
        )


class Announcer:
    """Keeps a connection of its own and connects again by itself."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._version: int | None = None
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        if broker.user:
            self._client.username_pw_set(broker.user, broker.password)
        if broker.tls:
            self._client.tls_set()
        self._client.on_connect = lambda *_: self._say()

    def start(self) -> None:
        self._client.connect_async(self._broker.host, self._broker.port, KEEP_ALIVE_SECONDS)
        self._client.loop_start()

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def announce(self, version: int) -> None:
        """What could not be said now is said when the broker is there again: only the last number counts."""
        self._version = version
        if self._client.is_connected():
            self._say()

    def _say(self) -> None:
        if self._version is not None:
            self._client.publish(self._broker.topic, str(self._version), qos=1, retain=True)
