"""Complaints that were spoken: taken once, whole, of the right kind, and sealed."""

from __future__ import annotations

import base64
import hashlib

import pytest
import requests
from sqlalchemy import select

from kiosk.recorder import wav_of
from kiosk.server.recordings import MOST_BYTES, Recordings, seconds_of
from kiosk.server.recordings import recordings as table
from tests.kiosk.server.conftest import Client

TERMINAL = {"Terminal-Id": "PDS-HALL-01"}
NAME = "0f6cbf0e-6a51-4f38-9d0a-16f4d30b5a11"


def sound(number: int = 1, seconds: float = 1.5) -> bytes:
    samples = hashlib.sha256(str(number).encode()).digest() * int(seconds * 1000)
    return wav_of(memoryview(samples))


def put(client: Client, name: str, body: bytes, **headers: str) -> requests.Response:
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    given = {"Content-Type": "audio/wav", "Content-Digest": f"sha-256=:{digest}:", **TERMINAL}
    kept = {key: value for key, value in {**given, **headers}.items() if value}
    return requests.put(f"{client.url}/v1/recordings/{name}", data=body, headers=kept, timeout=20)


def complain(client: Client, name: str, key: str, terminal: str = "PDS-HALL-01") -> requests.Response:
    body = {"kind": "complaint", "text": "录音 2 秒", "recording_id": name, "terminal_id": terminal}
    headers = {"Idempotency-Key": key, "Terminal-Id": terminal}
    return requests.post(f"{client.url}/v1/requests", json=body, headers=headers, timeout=20)


def code(answer: requests.Response) -> str:
    return str(answer.json()["code"])


def test_it_is_taken_once_and_belongs_to_one_complaint(platform: Client) -> None:
    name, said = f"{NAME[:-2]}21", sound()
    first, again = put(platform, name, said), put(platform, name, said)
    assert first.status_code == again.status_code == 200, first.text
    assert first.json() == again.json()
    assert first.json()["seconds"] == seconds_of(said) == 1.5
    other = put(platform, name, sound(2))
    assert (other.status_code, code(other)) == (409, "key-reused")
    told, repeated = complain(platform, name, "key-000021"), complain(platform, name, "key-000021")
    assert told.status_code == 201 and told.json() == repeated.json()
    taken = complain(platform, name, "key-000022")
    assert (taken.status_code, code(taken)) == (409, "recording-unknown")
    number = told.json()["request_no"]
    assert platform.application.state.platform.recordings.sound_of(number) == said


@pytest.mark.parametrize(
    ("body", "headers", "status", "said"),
    [
        (sound(), {"Content-Type": "audio/flac"}, 415, "recording-type"),
        (sound(), {"Content-Digest": ""}, 422, "recording-digest"),
        (sound(), {"Content-Digest": "sha-256=:" + "A" * 43 + "=:"}, 422, "recording-digest"),
        (sound()[:-2], {}, 422, "recording-format"),  # cut off on its way
        (sound() + b"\0\0", {}, 422, "recording-format"),
        (sound().replace(b"WAVE", b"AVI "), {}, 422, "recording-format"),
        (sound()[:24] + (48_000).to_bytes(4, "little") + sound()[28:], {}, 422, "recording-format"),
        (b"", {}, 422, "recording-format"),
        (b"RIFF" + bytes(MOST_BYTES), {}, 413, "body-too-large"),
    ],
)
def test_what_is_no_whole_recording_is_refused(
    platform: Client, body: bytes, headers: dict[str, str], status: int, said: str
) -> None:
    answer = put(platform, f"{NAME[:-2]}33", body, **headers)
    assert (answer.status_code, code(answer)) == (status, said)
    assert code(complain(platform, f"{NAME[:-2]}33", "key-000033")) == "recording-unknown"


def test_the_longest_there_is_has_room(platform: Client) -> None:
    longest = sound(seconds=120.0)
    assert put(platform, f"{NAME[:-2]}44", longest).json()["seconds"] == 120.0


def test_another_terminal_cannot_name_it_and_only_complaints_have_one(platform: Client) -> None:
    name = f"{NAME[:-2]}55"
    assert put(platform, name, sound()).status_code == 200
    assert code(complain(platform, name, "key-000055", "PDS-HALL-02")) == "recording-unknown"
    assert code(put(platform, name, sound(), **{"Terminal-Id": "PDS-HALL-02"})) == "key-reused"
    body = {"kind": "home_visit", "recording_id": name}
    answer = requests.post(f"{platform.url}/v1/requests", json=body, headers=TERMINAL, timeout=20)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "recording_id")


def test_the_database_alone_tells_nobody_what_was_said(platform: Client) -> None:
    said = sound(seconds=2.0)
    assert put(platform, f"{NAME[:-2]}66", said).status_code == 200
    assert complain(platform, f"{NAME[:-2]}66", "key-000066").status_code == 201
    for file in platform.database.parent.glob("platform.sqlite*"):
        assert said[100:132] not in file.read_bytes()
    with platform.engine.connect() as connection:
        wanted = select(table.c.request_no).where(table.c.id == f"{NAME[:-2]}66")
        number = connection.execute(wanted).scalar_one()
    key = platform.database.parent / "recordings.key"
    assert key.stat().st_mode & 0o077 == 0
    assert Recordings(platform.engine, key).sound_of(number) == said
    assert Recordings(platform.engine, None).sound_of(number) is None  # another key
