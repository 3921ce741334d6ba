"""The terminal's side of writing with a telephone, against the product's own platform over real HTTP."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests

from kiosk import phone
from kiosk.delivery.platform import PlatformClient
from kiosk.phone import PhoneWriting
from kiosk.server.writing_places import places
from kiosk.settings import PlatformSettings
from kiosk.visit import events as ev
from tests.devices.waiting import wait_until
from tests.kiosk.delivery.fake_platform import Behaviour, fake_platform
from tests.kiosk.server.conftest import Client, running

PATIENCE_SECONDS = 120.0
TEXT = "曙光街街道\U000200b4号院\n三单元"


@dataclass
class Desk:
    """Writes with a telephone, and hears what the terminal is told."""

    writing: PhoneWriting
    told: queue.SimpleQueue[ev.PhoneEvent] = field(default_factory=queue.SimpleQueue)

    def next(self) -> ev.PhoneEvent:
        return self.told.get(timeout=PATIENCE_SECONDS)

    def opened(self, most: int = 80) -> str:
        self.writing.open(7, "place-1", most)
        event = self.next()
        assert isinstance(event, ev.PhoneOpened), event
        assert (event.visit, event.place) == (7, "place-1") and 0 < event.seconds <= 900
        return event.url


def desk(url: str) -> Desk:
    told: queue.SimpleQueue[ev.PhoneEvent] = queue.SimpleQueue()
    client = PlatformClient(PlatformSettings(url=url, timeout_seconds=60), "PDS-HALL-01")
    return Desk(PhoneWriting(client.writing_places, told.put), told)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(tmp_path_factory.mktemp("platform")) as client:
        yield client


@pytest.fixture
def at(platform: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(phone, "PAUSE_SECONDS", 0.05)
    made = desk(platform.url)
    yield made
    made.writing.stop()
    platform.command()


def states(platform: Client) -> list[str]:
    with platform.engine.connect() as connection:
        return [str(row.state) for row in connection.execute(places.select())]


def wait_for(platform: Client, state: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while states(platform)[-1] != state:
        assert time.monotonic() < end, states(platform)
        time.sleep(0.02)


def test_what_is_written_comes_as_one_line_and_is_erased_there(at: Desk, platform: Client) -> None:
    url = at.opened()
    assert requests.get(url, timeout=60).status_code == 200
    assert isinstance(at.next(), ev.PhoneRead)
    assert requests.post(url, data={"text": TEXT}, timeout=60).status_code == 200
    event = at.next()
    assert isinstance(event, ev.PhoneWritten)
    assert event.text == "曙光街街道\U000200b4号院 三单元"
    assert "曙光" not in repr(event)
    wait_for(platform, "taken")
    assert requests.post(url, data={"text": "第二段"}, timeout=60).status_code == 409
    assert at.told.empty()


def test_whoever_leaves_closes_the_place_at_once(at: Desk, platform: Client) -> None:
    url = at.opened()
    at.writing.close()
    wait_for(platform, "closed")
    assert requests.post(url, data={"text": TEXT}, timeout=60).status_code == 404
    assert at.told.empty()


def test_a_second_code_ends_the_first(at: Desk, platform: Client) -> None:
    first = at.opened()
    second = at.opened()
    assert first != second
    end = time.monotonic() + PATIENCE_SECONDS
    while requests.get(first, timeout=60).status_code != 404:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert requests.post(second, data={"text": "第二段"}, timeout=60).status_code == 200
    event = at.next()
    while isinstance(event, ev.PhoneRead):
        event = at.next()
    assert isinstance(event, ev.PhoneWritten) and event.text == "第二段"


def test_a_platform_that_is_away_for_a_while_loses_nothing(at: Desk, platform: Client) -> None:
    url = at.opened()
    platform.command(mode="error_500", path_prefix="/v1/writing-places", times=3)
    assert requests.post(url, data={"text": TEXT}, timeout=60).status_code == 200
    event = at.next()
    assert isinstance(event, ev.PhoneWritten), event


def test_its_time_is_up_when_the_platform_says_so(at: Desk, platform: Client) -> None:
    at.opened()
    with platform.engine.begin() as connection:
        connection.execute(places.update().values(expires_at="2026-01-01T00:00:00Z"))
    assert isinstance(at.next(), ev.PhoneExpired)


def test_without_a_platform_it_is_said_at_once(at: Desk) -> None:
    told: queue.SimpleQueue[ev.PhoneEvent] = queue.SimpleQueue()
    PhoneWriting(None, told.put).open(1, "place-1", 80)
    assert told.get_nowait() == ev.PhoneFailed(1, "place-1", "platform.not_configured")
    away = desk("http://127.0.0.1:9")
    away.writing.open(1, "place-1", 80)
    assert away.next() == ev.PhoneFailed(1, "place-1", "platform.unreachable")


@pytest.mark.parametrize(
    ("opened", "look", "fault"),
    [
        (
            b'{"place_id": "a", "url": "javascript:alert(1)", "seconds": 60}',
            b"",
            "platform.answer_unreadable",
        ),
        (b'{"place_id": "a", "url": "https://x y/", "seconds": 60}', b"", "platform.answer_unreadable"),
        (b'{"place_id": "a", "url": "https://p.cn/w/1", "seconds": true}', b"", "platform.answer_unreadable"),
        (b"<html>portal</html>", b"", "platform.not_json"),
        (
            b'{"place_id": "a", "url": "https://p.cn/w/1", "seconds": 60}',
            b'{"state": "written", "sealed": "bm90IGZvciB1cw=="}',
            "phone.text_unusable",
        ),
        (
            b'{"place_id": "a", "url": "https://p.cn/w/1", "seconds": 60}',
            b'{"state": "written", "sealed": "%%%"}',
            "phone.text_unusable",
        ),
    ],
)
def test_a_platform_that_talks_nonsense_is_not_believed(opened: bytes, look: bytes, fault: str) -> None:
    with fake_platform() as fake:
        fake.behaviours = [Behaviour(status=201, body=opened), Behaviour(body=look or opened)]
        made = desk(fake.url)
        made.writing.open(1, "place-1", 80)
        event = made.next()
        while isinstance(event, ev.PhoneOpened):
            event = made.next()
        assert event == ev.PhoneFailed(1, "place-1", fault)
        made.writing.stop()


def test_a_platform_that_answers_at_once_is_not_asked_all_the_time() -> None:
    opened = b'{"place_id": "a", "url": "https://p.cn/w/1", "seconds": 600}'
    with fake_platform() as fake:
        fake.behaviours = [Behaviour(status=201, body=opened)] + [Behaviour(body=b'{"state": "open"}')] * 500
        made = desk(fake.url)

        def looks() -> int:
            return sum("known=" in path for _, path, _, _ in fake.seen)

        began = time.monotonic()
        made.writing.open(1, "place-1", 80)
        assert isinstance(made.next(), ev.PhoneOpened)
        wait_until(lambda: looks() >= 2)
        made.writing.stop()
        assert looks() <= 1 + (time.monotonic() - began) / phone.SHORTEST_SECONDS
