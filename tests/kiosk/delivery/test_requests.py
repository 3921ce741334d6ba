"""What citizens ask for beside applications: sent once, kept while the platform is away, gone afterwards."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.contract import Deadline, Fault
from kiosk.delivery import requests as sending
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.requests import APPOINTMENT, KEEP_DAYS, RECORDING, Request, Requests, RequestSender
from kiosk.delivery.store import Store
from kiosk.settings import PlatformSettings
from tests.kiosk.delivery.fake_platform import LOST, Behaviour, FakePlatform, refusing

PATIENCE_SECONDS = 120.0
NUMBER = "SQ20261124-0001-7f3a"
TAKEN = Behaviour(status=201, body=json.dumps({"request_no": NUMBER}).encode())
ASKED = Request("key-00001", "home_visit", {"text": "姓名：张示范", "phone": "13937500026"})


@pytest.fixture
def sender(
    outbox: Outbox, client: PlatformClient, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RequestSender]:
    monkeypatch.setattr(sending, "FIRST_PAUSE_SECONDS", 0.05)
    made = RequestSender(Requests(outbox.store, outbox.vault), client)
    yield made
    made.stop()


def waiting(outbox: Outbox) -> list[Request]:
    found = Requests(outbox.store, outbox.vault).waiting()
    assert not isinstance(found, Fault)
    return found


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_platforms_number_is_told_and_nothing_stays(
    sender: RequestSender, outbox: Outbox, platform: FakePlatform
) -> None:
    platform.behaviours = [TAKEN]
    assert sender.ask(ASKED, Deadline(60)) == NUMBER
    method, path, headers, body = platform.seen[-1]
    assert (method, path) == ("POST", "/v1/requests")
    assert headers["idempotency-key"] == ASKED.key
    assert json.loads(body)["kind"] == "home_visit"
    assert json.loads(body)["terminal_id"] == "PDS-HALL-01"
    assert waiting(outbox) == []


def test_a_lost_answer_is_kept_and_sent_again_with_the_same_key(
    sender: RequestSender, outbox: Outbox, platform: FakePlatform
) -> None:
    platform.always = LOST
    asked = sender.ask(ASKED, Deadline(2))
    assert isinstance(asked, Fault)
    assert not asked.permanent
    assert [each.body for each in waiting(outbox)] == [ASKED.body]
    platform.always = TAKEN
    sender.start()
    wait(lambda: waiting(outbox) == [])
    assert {headers["idempotency-key"] for _, _, headers, _ in platform.seen} == {ASKED.key}


def test_one_that_the_platform_cannot_take_keeps_up_nobody(
    sender: RequestSender, outbox: Outbox, platform: FakePlatform
) -> None:
    poisoned = {f"key-0000{number}" for number in range(3)}
    platform.always = replace(TAKEN, when=lambda body: body["text"] not in poisoned)
    for number in range(6):
        key = f"key-0000{number}"
        Requests(outbox.store, outbox.vault).keep(Request(key, "complaint", {"text": key}))
    sender.start()
    wait(lambda: {each.key for each in waiting(outbox)} == poisoned)


def test_what_is_refused_is_not_kept(sender: RequestSender, outbox: Outbox, platform: FakePlatform) -> None:
    platform.behaviours = [refusing(422, "request-invalid")]
    asked = sender.ask(ASKED, Deadline(60))
    assert isinstance(asked, Fault)
    assert asked.permanent
    assert waiting(outbox) == []


def test_an_appointment_goes_to_its_own_place(sender: RequestSender, platform: FakePlatform) -> None:
    platform.behaviours = [Behaviour(status=201, body=b'{"appointment_no": "YY1"}')]
    request = Request("key-00002", APPOINTMENT, {"task_code": "x", "day": "2026-11-25", "period": "morning"})
    assert sender.ask(request, Deadline(60)) == "YY1"
    assert platform.seen[-1][1] == "/v1/appointments"


def test_nothing_personal_is_in_clear_on_the_disk(
    sender: RequestSender, store: Store, platform: FakePlatform, tmp_path: Path
) -> None:
    platform.always = LOST
    sender.ask(ASKED, Deadline(1))
    for file in tmp_path.glob("terminal.sqlite*"):
        content = file.read_bytes()
        assert "张示范".encode() not in content
        assert b"13937500026" not in content


def test_without_a_platform_nothing_is_promised(outbox: Outbox) -> None:
    asked = RequestSender(Requests(outbox.store, outbox.vault), None).ask(ASKED, Deadline(1))
    assert isinstance(asked, Fault)
    assert asked.permanent
    assert waiting(outbox) == []


def test_a_recording_over_a_slow_line_has_its_time_for_each_piece(outbox: Outbox) -> None:
    """A time-out is for a line that stands still, and not for one that is slow."""
    timeout, said = 2.0, bytes(range(256)) * 15_000
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    taken: list[int] = []

    def slowly() -> None:
        connection, _ = listener.accept()
        with connection:
            count, began = 0, time.monotonic()
            while count < len(said) and (piece := connection.recv(8_192)):
                count += len(piece)
                ahead = count / len(said) * 1.6 * timeout - (time.monotonic() - began)
                time.sleep(max(0.0, ahead))
            taken.append(count)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    thread = threading.Thread(target=slowly)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    slow = PlatformClient(PlatformSettings(url=url, timeout_seconds=timeout), "PDS-HALL-01")
    assert slow.recordings.hand_over("0f6cbf0e-6a51-4f38", said, 30) is None
    thread.join()
    listener.close()
    assert taken[0] >= len(said)


NOT_FOUND = Behaviour(status=404, body=b"<html>404</html>", headers={"Content-Type": "text/html"})
SPOKEN = Request(
    "key-00009", "complaint", {"text": "录音 3 秒", RECORDING: "name-1", KEEP_DAYS: "30"}, b"RIFF"
)


def test_who_waits_is_told_that_recordings_are_not_taken_and_nothing_is_kept(
    sender: RequestSender, outbox: Outbox, client: PlatformClient, platform: FakePlatform
) -> None:
    platform.behaviours = [NOT_FOUND]
    asked = sender.ask(SPOKEN, Deadline(60))
    assert isinstance(asked, Fault)
    assert (asked.code, asked.permanent, waiting(outbox)) == ("platform.no_recordings", True, [])
    assert client.recordings.taken is False
    assert [path for method, path, *_ in platform.seen if method == "POST"] == []  # no half of a complaint


def test_what_was_kept_while_the_platform_was_away_waits_and_keeps_nothing_up(
    sender: RequestSender, outbox: Outbox, client: PlatformClient, platform: FakePlatform
) -> None:
    requests = Requests(outbox.store, outbox.vault)
    assert requests.keep(SPOKEN) is None and requests.keep(ASKED) is None
    platform.behaviours = [NOT_FOUND, TAKEN]
    assert sender._send_all() is None
    assert waiting(outbox) == [SPOKEN]  # whole, with what was said
    before = len(platform.seen)
    assert sender._send_all() is None
    assert len(platform.seen) == before  # a long recording is not sent to nowhere again and again
    client.recordings._next_look = 0.0
    platform.behaviours = [refusing(422), Behaviour(status=200, body=b"{}"), TAKEN]
    client.recordings.look()
    assert sender._send_all() is None
    assert waiting(outbox) == []


@pytest.mark.parametrize(
    ("answer", "taken"),
    [(NOT_FOUND, False), (refusing(422), True), (Behaviour(status=503), None), (LOST, None)],
    ids=["no such address", "refuses an empty one", "busy", "away"],
)
def test_speaking_is_offered_only_where_the_platform_is_known_to_take_it(
    client: PlatformClient, platform: FakePlatform, answer: Behaviour, taken: bool | None
) -> None:
    told: list[bool | None] = []
    recordings = client.recordings
    recordings.look()
    assert platform.seen == []  # nobody wants to know
    recordings.when_known = lambda: told.append(recordings.taken)
    platform.behaviours = [answer]
    recordings.look()
    recordings.look()  # not again at once
    assert recordings.taken is taken
    assert told == ([] if taken is None else [taken])
    assert len(platform.seen) == 1
