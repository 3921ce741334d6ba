"""What lines do to requests and answers: broken at any byte, sent twice, held back beyond the visit."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.contract import Deadline, Fault, IdentityDocument
from kiosk.delivery.application import Answer
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Outbox, counts
from kiosk.delivery.platform import PlatformClient, Verified
from kiosk.settings import PlatformSettings
from tests.kiosk.delivery.fake_platform import HELD, PDF, Behaviour, FakePlatform
from tests.kiosk.delivery.samples import NAME, NUMBER, draft
from tests.parts.line import Line
from tests.torture import cuts

EVERY = 211  # bytes; make torture breaks after each


def test_a_line_that_breaks_after_any_byte(tmp_path: Path) -> None:
    with cuts.bench(tmp_path) as bench:
        assert list(cuts.cuts(bench, EVERY)) == []
        sent = counts(bench.outbox.store)
        assert isinstance(sent, dict)
        assert list(sent) == ["accepted"]
        assert sent["accepted"] > 6


def client_on(line: Line) -> PlatformClient:
    settings = PlatformSettings(url=f"http://127.0.0.1:{line.port}", timeout_seconds=60)
    return PlatformClient(settings, "PDS-HALL-01")


@pytest.mark.parametrize("later", [0.0, 0.05])
def test_an_answer_sent_twice_is_not_the_next_ones(
    outbox: Outbox, platform: FakePlatform, later: float, quick: None
) -> None:
    """The second copy arrives while the next request of the same connection is under way."""
    platform.always = Behaviour(delay=0.15)
    with Line(platform.port) as line:
        courier = Courier(outbox, client_on(line))
        line.repeat_after = later
        for number in range(4):
            application = draft(str(number))
            outbox.keep(application)
            answer = courier.deliver(application.key, Deadline(120))
            assert isinstance(answer, Answer)
            assert answer.project_no.encode() in platform.cases[application.key][1]
        numbers = outbox.store.read("SELECT count(DISTINCT project_no) FROM applications")
        assert numbers == [(4,)]
        assert len(platform.cases) == 4


def test_a_platform_that_says_the_same_case_again_is_believed_on_a_new_connection(
    outbox: Outbox, platform: FakePlatform
) -> None:
    """It may know that somebody has applied for this already."""
    platform.always = Behaviour(body=b'{"project_no": "ONE-CASE", "state": "received"}')
    courier = Courier(outbox, PlatformClient(PlatformSettings(url=platform.url), "T"))
    for _ in range(2):
        application = draft()
        outbox.keep(application)
        answer = courier.deliver(application.key, Deadline(120))
        assert isinstance(answer, Answer)
        assert answer.project_no == "ONE-CASE"
    assert len(platform.posts) == 3


def test_what_belongs_to_one_person_never_comes_from_an_answer_to_another(platform: FakePlatform) -> None:
    """Tokens and papers come over connections that have brought nothing else."""
    document = IdentityDocument("samv", "resident", NAME, NUMBER)
    with Line(platform.port) as line:
        line.repeat_after = 0.05
        client = client_on(line)
        for _ in range(2):
            verified = client.verify_identity(document)
            assert isinstance(verified, Verified)
            assert client.document("d1") == PDF
            verified = client.verify_identity(document)
            assert isinstance(verified, Verified)
            assert verified.token == "T-1"


def test_an_answer_held_back_beyond_the_visit_is_got_later(
    outbox: Outbox, platform: FakePlatform, quick: None
) -> None:
    platform.behaviours = [HELD]
    courier = Courier(outbox, PlatformClient(PlatformSettings(url=platform.url), "T"))
    application = draft()
    outbox.keep(application)
    while not platform.posts:  # a busy machine sends nothing within so short a time
        assert isinstance(courier.deliver(application.key, Deadline(0.2)), Fault)
    assert courier.reached(application.key)  # so the page says that it may have arrived
    platform.release()
    assert isinstance(courier.deliver(application.key, Deadline(120)), Answer)
    assert list(platform.cases) == [application.key]
    assert counts(outbox.store) == {"accepted": 1}
