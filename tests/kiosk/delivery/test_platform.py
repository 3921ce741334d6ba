from __future__ import annotations

import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.contract import Fault
from devices.virtual.ports import free_port
from kiosk.delivery import exchange
from kiosk.delivery.application import Answer
from kiosk.delivery.platform import PlatformClient
from kiosk.settings import PlatformSettings
from tests.kiosk.delivery.asking import PARCEL, code
from tests.kiosk.delivery.certificates import Authority
from tests.kiosk.delivery.fake_platform import (
    HELD,
    Behaviour,
    FakePlatform,
    fake_platform,
)
from tests.kiosk.delivery.samples import draft

pytestmark = pytest.mark.usefixtures("no_pauses")


# --- the line --------------------------------------------------------------------------------------


def test_nobody_there_is_unreachable() -> None:
    client = PlatformClient(PlatformSettings(url=f"http://127.0.0.1:{free_port()}"), "T")
    assert code(client.submit(PARCEL)) == "platform.unreachable"
    nowhere = PlatformClient(PlatformSettings(url="http://no-such-host.invalid", timeout_seconds=60), "T")
    assert code(nowhere.submit(PARCEL)) == "platform.unreachable"


def test_silence_is_a_timeout(client: PlatformClient, platform: FakePlatform) -> None:
    platform.behaviours = [HELD]
    assert code(client.submit(PARCEL, within_seconds=0.3)) == "platform.timeout"


@pytest.mark.parametrize("head", [{"X-Filler": "x" * 2000}, {}, {"Connection": "close"}])
def test_an_answer_that_drips_for_ever_is_a_timeout(
    platform: FakePlatform, monkeypatch: pytest.MonkeyPatch, head: dict[str, str]
) -> None:
    """Each byte comes within the time-out; the whole would take minutes."""
    client = PlatformClient(PlatformSettings(url=platform.url, timeout_seconds=60), "T")
    monkeypatch.setattr(exchange, "WHOLE_EXCHANGE_FACTOR", 0.3 / 60)
    platform.behaviours = [Behaviour(drip=0.05, body=b" " * 20_000, headers=head)]
    began = time.monotonic()
    assert code(client.submit(PARCEL)) == "platform.timeout"
    assert time.monotonic() - began < 300
    monkeypatch.undo()
    assert isinstance(client.submit(PARCEL), Answer)  # the next exchange is not disturbed


def test_a_citizen_who_waits_shortens_the_time_out(platform: FakePlatform) -> None:
    patient = PlatformClient(PlatformSettings(url=platform.url, timeout_seconds=100), "T")
    platform.behaviours = [HELD]
    assert code(patient.submit(PARCEL, within_seconds=0.2)) == "platform.timeout"


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cut=st.integers(0, 260))
def test_an_answer_cut_at_any_byte_is_never_taken_for_whole(
    client: PlatformClient, platform: FakePlatform, cut: int
) -> None:
    platform.always = Behaviour(cut=cut)
    result = client.submit(PARCEL)
    whole = len(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n")
    if cut < whole or isinstance(result, Fault):
        assert code(result) in ("platform.answer_cut", "platform.not_json", "platform.wrong_address")
    else:
        assert isinstance(result, Answer)
        assert result.project_no.endswith("0000")


def test_a_redirect_is_not_followed(client: PlatformClient, platform: FakePlatform) -> None:
    with fake_platform() as other:
        platform.behaviours = [
            Behaviour(status=status, headers={"Location": f"{other.url}/v1/applications"})
            for status in (301, 302, 303, 307, 308)
        ]
        assert {code(client.submit(PARCEL)) for _ in range(5)} == {"platform.redirected"}
        assert not other.seen


def test_nothing_of_a_redirect_s_page_is_read(client: PlatformClient, platform: FakePlatform) -> None:
    """It could be endless; here it is only promised, and would be waited for."""
    endless = {"Location": f"{platform.url}/x", "Content-Length": "9999999999"}
    platform.behaviours = [Behaviour(status=302, headers=endless)]
    assert code(client.submit(PARCEL)) == "platform.redirected"


def test_an_endless_or_bloated_answer_is_refused(client: PlatformClient, platform: FakePlatform) -> None:
    platform.behaviours = [Behaviour(body=b" " * (exchange.MAX_JSON_BYTES + 1))]
    assert code(client.submit(PARCEL)) == "platform.answer_too_large"
    assert isinstance(client.submit(PARCEL), Answer)


def test_proxies_and_passwords_of_the_environment_are_not_used(
    client: PlatformClient, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert isinstance(client.submit(PARCEL), Answer)
    assert "authorization" not in platform.seen[0][2]


def test_threads_share_nothing(client: PlatformClient, platform: FakePlatform) -> None:
    results: list[object] = []

    def submit(person: int) -> None:
        for turn in range(5):
            parcel = draft(str(person), serial=f"{person}-{turn}").parcel()
            platform.answer = {"state": "accepted"}
            results.append(client.submit(parcel))

    threads = [threading.Thread(target=submit, args=(person,)) for person in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 30
    assert all(isinstance(result, Answer) for result in results)


# --- certificates ----------------------------------------------------------------------------------


def serving(tmp_path: Path) -> tuple[Authority, ssl.SSLContext]:
    authority = Authority(tmp_path, "authority")
    certificate, key = authority.issue("platform")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return authority, context


def test_the_platform_must_have_a_certificate_of_the_configured_authority(tmp_path: Path) -> None:
    authority, context = serving(tmp_path)
    other = Authority(tmp_path, "other")
    with fake_platform(context) as platform:
        right = PlatformSettings(url=platform.url, ca=authority.certificate, timeout_seconds=60)
        assert isinstance(PlatformClient(right, "T").submit(PARCEL), Answer)
        for ca in (other.certificate, None):
            wrong = PlatformSettings(url=platform.url, ca=ca, timeout_seconds=60)
            assert code(PlatformClient(wrong, "T").submit(PARCEL)) == "platform.tls"
        assert len(platform.posts) == 1


def test_a_platform_may_demand_the_terminals_own_certificate(tmp_path: Path) -> None:
    authority, context = serving(tmp_path)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.certificate)
    certificate, key = authority.issue("terminal")
    with fake_platform(context) as platform:
        base: dict[str, Any] = {"url": platform.url, "ca": authority.certificate, "timeout_seconds": 60}
        right = PlatformSettings(**base, client_certificate=certificate, client_key=key)
        assert isinstance(PlatformClient(right, "T").submit(PARCEL), Answer)
        assert code(PlatformClient(PlatformSettings(**base), "T").submit(PARCEL)) == "platform.tls"
        key.write_text("no key any more")
        assert code(PlatformClient(right, "T").submit(PARCEL)) == "platform.tls"
        assert len(platform.posts) == 1


def test_a_platform_that_speaks_no_tls_at_all(platform: FakePlatform) -> None:
    client = PlatformClient(
        PlatformSettings(url=platform.url.replace("http", "https"), timeout_seconds=2), "T"
    )
    assert code(client.submit(PARCEL)) == "platform.tls"
