"""The wake-up through Debian's mosquitto."""

from __future__ import annotations

import queue
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paho.mqtt.client import Client as Subscriber
from paho.mqtt.enums import CallbackAPIVersion

from devices.virtual.ports import free_port
from kiosk.server.fleet.mqtt import TOPIC, Broker, BrokerAddressError
from kiosk.server.fleet.wake import Wake
from tests.devices.waiting import wait_until
from tests.kiosk.server.conftest import running


@contextmanager
def mosquitto(folder: Path, port: int) -> Iterator[None]:
    configuration = folder / "mosquitto.conf"
    configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
    process = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(configuration)], stderr=subprocess.PIPE)
    try:
        wait_until(lambda: _listens(port) or process.poll() is not None)
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def heard(port: int) -> Iterator[queue.SimpleQueue[int]]:
    said: queue.SimpleQueue[int] = queue.SimpleQueue()
    client = Subscriber(CallbackAPIVersion.VERSION2)
    client.on_message = lambda _client, _data, message: said.put(int(message.payload))
    client.connect("127.0.0.1", port)
    client.subscribe(TOPIC, qos=1)
    client.loop_start()
    try:
        yield said
    finally:
        client.disconnect()
        client.loop_stop()


def test_subscribers_hear_the_number_also_of_a_broker_that_comes_later(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, mqtt=f"mqtt://127.0.0.1:{port}") as platform:
        Wake(platform.engine).bump()
        with mosquitto(tmp_path, port), heard(port) as said:
            first = said.get(timeout=120)
            Wake(platform.engine).bump()
            while (number := said.get(timeout=120)) == first:
                pass
            assert number == 2


def test_the_address_of_a_broker() -> None:
    found = Broker.parse("mqtts://li:p%40ss@broker.example/kiosk/wake")
    assert (found.host, found.port, found.topic, found.user, found.password, found.tls) == (
        "broker.example",
        8883,
        "kiosk/wake",
        "li",
        "p@ss",
        True,
    )
    assert "p@ss" not in repr(found)
    for wrong in ("", "127.0.0.1", "http://broker", "mqtt://:1883", "mqtt://broker:port"):
        with pytest.raises(BrokerAddressError, match="--mqtt"):
            Broker.parse(wrong)
