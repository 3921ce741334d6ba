"""The embedded platform serves the repository, hears what became of bundles, and wakes terminals."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

from paho.mqtt.client import Client as Publisher
from paho.mqtt.enums import CallbackAPIVersion
from typer.testing import CliRunner

from devices.contract import Fault
from devices.virtual.ports import free_port
from kiosk.bundles.office import Office, demonstration_office
from kiosk.cli import app
from kiosk.configuration.places import Places
from kiosk.configuration.waking import TOPIC, BrokerEar, LongPoll
from kiosk.delivery.platform import PlatformClient
from kiosk.settings import PlatformSettings, Settings, load_settings
from kiosk.terminal import Terminal, open_terminal
from tests.kiosk.bundles.office import small_folder
from tests.kiosk.server.conftest import running
from tests.kiosk.server.fleet.test_mqtt import mosquitto

PATIENCE_SECONDS = 180.0


def _until(wanted: Callable[[], bool], meanwhile: Callable[[], object] = lambda: None) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not wanted():
        assert time.monotonic() < end, "it has not come to this"
        meanwhile()
        time.sleep(0.02)


def test_the_platform_serves_bundles_and_hears_what_became_of_them(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    product = small_folder(tmp_path / "product")
    assert demonstration_office(office, product, "demo", "only for a test") is None
    database = f"sqlite:///{tmp_path}/platform.sqlite"
    with running(
        tmp_path, repository=office.repository, online_keys=office.online, database=database
    ) as platform:
        file = tmp_path / "terminal.toml"
        file.write_text(
            f"""
[terminal]
id = "T-1"
[platform]
url = "{platform.url}"
heartbeat_seconds = 1
[storage]
path = "{tmp_path}/terminal.sqlite"
key_file = "{tmp_path}/device.key"
[bundles]
url = "{platform.url}/repository"
root = "{office.root}"
group = "demo"
poll_seconds = 1
[[devices]]
name = "pages"
driver = "file_printer"
folder = "{tmp_path}/pages"
role = "document"
[[devices]]
name = "codes"
driver = "serial_scanner"
port = "{tmp_path}/no-scanner"
protocol = "plain"
""",
            encoding="utf-8",
        )
        settings = load_settings(file)
        assert isinstance(settings, Settings), settings
        terminal = open_terminal(settings)
        assert isinstance(terminal, Terminal), terminal
        configuration = terminal.configuration
        assert configuration is not None
        try:
            _until(lambda: configuration.standing.sequence == 1, terminal.controller.poll)
            assert [each["event"] for each in configuration.told()["reports"]]
            _until(lambda: not configuration.told()["reports"], terminal.controller.poll)
        finally:
            terminal.close()
            Places().use()
        # A repository from a backup goes on above what the fleet has told.
        done = CliRunner().invoke(
            app, ["bundle", "publish", "--resume-from", database, "--office", str(office.folder), "--json"]
        )
        assert done.exit_code == 0, done.output
        trusted = configuration.standing.trusted["timestamp"]
        assert f'"timestamp": {trusted + 1}' in done.output
        waiting = PlatformClient(PlatformSettings(url=platform.url, timeout_seconds=75.0), "T-1")
        told = waiting.wake(10_000)  # another number than the fleet's: answered at once
        assert not isinstance(told, Fault)


class _Platform:
    """Answers as the fleet's number grows."""

    def __init__(self) -> None:
        self.numbers: queue.SimpleQueue[tuple[int, int] | Fault] = queue.SimpleQueue()

    def wake(self, version: int, heard: int) -> tuple[int, int] | Fault:
        return self.numbers.get()


def test_a_number_that_grows_wakes_the_terminal_and_trouble_does_not() -> None:
    woken, called = threading.Semaphore(0), threading.Semaphore(0)
    platform = _Platform()
    ear = LongPoll(platform, woken.release, called.release)  # type: ignore[arg-type]
    ear.start()
    for told in ((3, 7), (3, 7), Fault("platform.unreachable"), (4, 0)):
        platform.numbers.put(told)
    assert woken.acquire(timeout=PATIENCE_SECONDS)
    assert called.acquire(blocking=False)  # a command that waits from before is fetched at once, and once
    assert not woken.acquire(blocking=False) and not called.acquire(blocking=False)
    ear._stopped.set()
    platform.numbers.put((4, 0))
    ear.stop()


def test_a_terminal_that_ends_before_it_listens_just_ends() -> None:
    """Its first beat may be heard in the moment in which it closes."""
    LongPoll(_Platform(), lambda: None).stop()  # type: ignore[arg-type]


def test_a_broker_wakes_the_terminal(tmp_path: Path) -> None:
    port = free_port()
    woken = threading.Semaphore(0)
    with mosquitto(tmp_path, port):
        ear = BrokerEar(f"mqtt://127.0.0.1:{port}", woken.release)
        ear.start()
        publisher = Publisher(CallbackAPIVersion.VERSION2)
        publisher.connect("127.0.0.1", port)
        publisher.loop_start()
        try:
            for number in (b"1", b"2"):
                publisher.publish(TOPIC, number, qos=1, retain=True).wait_for_publish(PATIENCE_SECONDS)
                assert woken.acquire(timeout=PATIENCE_SECONDS)
        finally:
            ear.stop()
            publisher.disconnect()
            publisher.loop_stop()
