from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.contract import Fault
from kiosk.delivery import courier as couriers
from kiosk.delivery import pauses
from kiosk.delivery import platform as platform_client
from kiosk.delivery.application import Answer, Parcel
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_store
from kiosk.settings import PlatformSettings
from tests.kiosk.delivery.fake_platform import FakePlatform, fake_platform

PATIENCE_SECONDS = 60.0
HASTE_SECONDS = 1.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(opened, Store), opened
    yield opened
    opened.close()


@pytest.fixture
def outbox(store: Store, tmp_path: Path) -> Outbox:
    opened = Outbox.open(store, tmp_path / "device.key")
    assert not isinstance(opened, Fault), opened
    return opened


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    with fake_platform() as running:
        yield running


@pytest.fixture
def client(platform: FakePlatform) -> PlatformClient:
    return PlatformClient(PlatformSettings(url=platform.url, timeout_seconds=PATIENCE_SECONDS), "PDS-HALL-01")


@pytest.fixture
def hasty(client: PlatformClient, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's time-out is short where the platform holds its answer back, and only there."""
    submit = client.submit

    def submitted(parcel: Parcel, token: str = "", within_seconds: float | None = None) -> Answer | Fault:
        return submit(parcel, token, HASTE_SECONDS if platform.holds_the_next else within_seconds)

    monkeypatch.setattr(client, "submit", submitted)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pauses, a fiftieth as long."""
    monkeypatch.setattr(couriers, "VISIT_PAUSES_SECONDS", (0.01, 0.02, 0.04))
    monkeypatch.setattr(pauses, "FIRST_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(pauses, "LONGEST_PAUSE_SECONDS", 0.1)


@pytest.fixture
def new_courier(outbox: Outbox, client: PlatformClient, quick: None) -> Iterator[Callable[[], Courier]]:
    made: list[Courier] = []

    def make() -> Courier:
        made.append(Courier(outbox, client))
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client asks again at once."""
    monkeypatch.setattr(platform_client, "REPEAT_PAUSES_SECONDS", (0.0, 0.0))
