"""Writing with a telephone: the page over real HTTP, the terminal's side of it, and what is kept."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import update

from kiosk.server.writing_places import INFO, MOST_OF_A_TERMINAL, SUITE, forget_expired, places
from tests.kiosk.server.conftest import ON_BOTH, Client, problem

pytestmark = ON_BOTH
TERMINAL = "PDS-HALL-01"
AS_TERMINAL = {"Terminal-Id": TERMINAL}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Place:
    client: Client
    key: X25519PrivateKey
    id: str
    url: str

    def look(self, terminal: str = TERMINAL, **query: str) -> requests.Response:
        return requests.get(
            f"{self.client.url}/v1/writing-places/{self.id}",
            params=query,
            headers={"Terminal-Id": terminal},
            timeout=120,
        )

    def state(self) -> str:
        return str(self.look().json()["state"])

    def text(self) -> str:
        sealed = base64.b64decode(self.look().json()["sealed"])
        return SUITE.decrypt(sealed, self.key, info=INFO).decode()

    def close(self, terminal: str = TERMINAL) -> None:
        url = f"{self.client.url}/v1/writing-places/{self.id}"
        assert requests.delete(url, headers={"Terminal-Id": terminal}, timeout=120).status_code == 204

    def send(self, text: str) -> requests.Response:
        return requests.post(self.url, data={"text": text}, timeout=120)


def public(key: X25519PrivateKey) -> str:
    return base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")


def open_at(client: Client, most: int = 80, terminal: str = TERMINAL) -> Place:
    key = X25519PrivateKey.generate()
    body = {"terminal_id": terminal, "public_key": public(key), "most_characters": most}
    answer = client.post("/v1/writing-places", body)
    assert answer.status_code == 201, answer.text
    given = answer.json()
    assert given["url"].startswith(f"{client.url}/w/")
    assert 0 < given["seconds"] <= 600
    return Place(client, key, given["place_id"], given["url"])


@pytest.fixture
def place(platform: Client) -> Iterator[Place]:
    opened = open_at(platform)
    yield opened
    opened.close()


def test_a_text_comes_once_and_is_gone_when_fetched(place: Place) -> None:
    assert place.state() == "open"
    page = requests.get(place.url, timeout=120)
    assert page.status_code == 200 and "最多 80 个字" in page.text and "Send to the terminal" in page.text
    assert place.state() == "read"
    written = "曙光街七号院𠮷\r\n三单元 <b>&amp;"
    assert place.send(written).status_code == 200
    assert place.look(known="read", seconds="20").json()["state"] == "written"
    assert place.text() == "曙光街七号院𠮷\n三单元 <b>&amp;"
    place.close()
    assert place.look().json() == {"state": "taken", "sealed": ""}
    again = place.send("另外一段")
    assert again.status_code == 409 and "另外一段" in again.text
    assert "已经收到" in place.send(written).text  # the very same, sent twice by an impatient finger
    assert "已经用过" in requests.get(place.url, timeout=120).text


def test_only_the_terminal_that_opened_it_gets_it(platform: Client, place: Place) -> None:
    place.send("给这台终端的话")
    problem(place.look("PDS-HALL-02"), 404, "writing-place-unknown")
    place.close("PDS-HALL-02")
    assert place.text() == "给这台终端的话"
    token = place.url.rsplit("/", 1)[1]
    stolen = Place(platform, place.key, token, place.url)
    problem(stolen.look(), 404, "writing-place-unknown")


def test_nothing_that_can_be_read_reaches_the_disk(platform: Client, place: Place) -> None:
    secret = "病情说明只给终端看"
    place.send(secret)
    if platform.engine.dialect.name == "sqlite":
        kept = platform.database.read_bytes()
    else:
        with platform.engine.connect() as connection:
            kept = b"".join(bytes(row.sealed) for row in connection.execute(places.select()))
    assert kept and secret.encode() not in kept
    assert place.url.rsplit("/", 1)[1].encode() not in kept and place.id.encode() not in kept


def test_whoever_leaves_closes_it(place: Place) -> None:
    place.close()
    assert place.state() == "closed"
    assert requests.get(place.url, timeout=120).status_code == 404
    late = place.send("来晚了的话")
    assert late.status_code == 404
    assert "没有送出" in late.text and "来晚了的话" in late.text


def test_its_time_is_short(platform: Client, place: Place) -> None:
    place.send("过期就没有了")
    with platform.engine.begin() as connection:
        connection.execute(update(places).values(expires_at="2026-01-01T00:00:00Z"))
    problem(place.look(), 404, "writing-place-unknown")
    assert place.send("再试").status_code == 404
    forget_expired(platform.engine)
    with platform.engine.connect() as connection:
        assert connection.execute(places.select()).first() is None


def test_a_terminal_has_few_at_once(platform: Client) -> None:
    opened = [open_at(platform, terminal="PDS-MANY") for _ in range(MOST_OF_A_TERMINAL + 1)]
    states = [each.look("PDS-MANY").json()["state"] for each in opened]
    assert sorted(states) == ["closed", *["open"] * MOST_OF_A_TERMINAL]


@pytest.mark.parametrize(
    ("body", "headers", "status", "said"),
    [
        (b"text=%FF%FE%00bad", FORM, 400, "没有送出"),
        ("text=不经转义的".encode("gb18030"), FORM, 400, "没有送出"),
        (b'{"text": "x"}', {"Content-Type": "application/json"}, 400, "没有送出"),
        (b"text=" + b"a" * 300_000, FORM, 413, "没有收到"),
        (b"text=", FORM, 422, "请先写一些文字"),
        (b"other=1", FORM, 422, "请先写一些文字"),
        (b"text=%00%07%20%E2%80%AE%0A", FORM, 422, "请先写一些文字"),
        (b"&".join([b"text=a"] * 200), FORM, 400, "没有送出"),
        (("text=" + "长" * 81).encode(), FORM, 422, "现在有 81 个字"),
    ],
)
def test_what_is_no_text_is_refused_in_words(
    place: Place, body: bytes, headers: dict[str, str], status: int, said: str
) -> None:
    answer = requests.post(place.url, data=body, headers=headers, timeout=120)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert answer.headers["Content-Type"].startswith("text/html")
    assert place.state() in ("open", "read")


def test_what_cannot_be_seen_does_not_come_along(place: Place) -> None:
    place.send("a\x00b\x1b[31m\u202e\ufeff\u200b龦\U000323af\ue816\tc\r\n\r\n\r\n\r\nd\ufffe")
    assert place.text() == "ab[31m龦\U000323af\ue816 c\n\nd"


def test_markup_stays_text_and_the_page_runs_nothing(place: Place) -> None:
    hostile = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>" + "长" * 40
    answer = place.send(hostile)
    assert answer.status_code == 422
    assert "<script" not in answer.text and "<img" not in answer.text and "&lt;script&gt;" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert place.send("&" * 81).status_code == 422


def test_an_impatient_or_hostile_telephone_is_slowed_down(
    platform: Client, place: Place, no_time_passes: None
) -> None:
    statuses = [
        requests.get(place.url, headers={"X-Forwarded-For": "10.9.8.7"}, timeout=120) for _ in range(70)
    ]
    assert statuses[0].status_code == 200
    assert statuses[-1].status_code == 429 and statuses[-1].headers["Retry-After"]
    assert "稍等" in statuses[-1].text


@pytest.mark.parametrize("key", ["A" * 43, "x", "!" * 43, base64.urlsafe_b64encode(b"k" * 30).decode()])
def test_a_key_that_is_none_is_refused(platform: Client, key: str) -> None:
    body = {"terminal_id": TERMINAL, "public_key": key, "most_characters": 80}
    problem(platform.post("/v1/writing-places", body), 422, "request-invalid")
