"""What a terminal tells of itself, to the product's own platform over loopback HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.device_set import DeviceSet
from kiosk import heartbeat as beats
from kiosk.audit.chain import AuditTrail, Head
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_store
from kiosk.heartbeat import Heartbeat
from kiosk.server.fleet.tables import beats as beats_kept
from kiosk.settings import PlatformSettings
from tests.kiosk.delivery.fake_platform import fake_platform, refusing
from tests.kiosk.delivery.samples import SECRETS, draft
from tests.kiosk.server.conftest import Client, running


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(tmp_path_factory.mktemp("platform")) as client:
        yield client


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(opened, Store)
    yield opened
    opened.close()


def heart(url: str, store: Store, folder: Path, every: float = 60.0) -> Heartbeat:
    folder.mkdir(exist_ok=True)
    long_name = "凭条打印机" * 12
    entry = {"name": long_name, "driver": "file_printer", "folder": str(folder), "role": "receipt"}
    devices = DeviceSet.build([entry], lambda _event: None)
    assert isinstance(devices, DeviceSet)
    client = PlatformClient(PlatformSettings(url=url, timeout_seconds=60), "PDS-1")
    return Heartbeat(client, devices, store, AuditTrail(store), every)


def told_of(platform: Client, terminal: str = "PDS-1") -> Any:
    with platform.engine.connect() as connection:
        row = connection.execute(beats_kept.select().where(beats_kept.c.terminal_id == terminal)).one()
    return row._mapping


def test_the_platform_knows_how_the_terminal_is(platform: Client, store: Store, tmp_path: Path) -> None:
    outbox = Outbox.open(store, tmp_path / "device.key")
    assert isinstance(outbox, Outbox)
    outbox.keep(draft())
    head = AuditTrail(store).append("terminal.begin", version="1")
    assert isinstance(head, Head)
    assert heart(platform.url, store, tmp_path / "tray").beat() == 60.0
    row = told_of(platform)
    assert row["audit_head"] == f"{head.seq}:{head.digest}"  # somebody else keeps the head of the chain
    assert row["queued"] == 1
    body = str(row)
    assert "file_printer" in body
    assert not [secret for secret in SECRETS if secret in body]


def test_it_beats_by_itself(platform: Client, store: Store, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(beats, "FIRST_SECONDS", 0.01)
    with fake_platform() as fake:
        heartbeat = heart(fake.url, store, tmp_path / "tray", every=0.05)
        heartbeat.start()
        end = time.monotonic() + 120
        while len(fake.seen) < 3 and time.monotonic() < end:
            time.sleep(0.01)
        heartbeat.stop()
        assert {path for _, path, _, _ in fake.seen} == {"/v1/terminals/PDS-1/heartbeat"}
        assert len(fake.seen) >= 3


def test_a_platform_that_is_away_is_asked_ever_less_often(store: Store, tmp_path: Path) -> None:
    with fake_platform() as fake:
        fake.always = refusing(500)
        heartbeat = heart(fake.url, store, tmp_path / "tray")
        pauses = [heartbeat.beat() for _ in range(7)]
        assert pauses == [60.0, 120.0, 240.0, 480.0, 900.0, 900.0, 900.0]
        fake.always = refusing(503, Retry_After="1800")
        assert heartbeat.beat() == 1800.0
        fake.always = None
        assert heartbeat.beat() == 60.0
