"""Exactly once, whatever comes between: over real HTTP on loopback."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from devices.contract import Deadline, Fault
from kiosk.delivery.application import Answer
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Outbox, entries
from kiosk.delivery.platform import PlatformClient
from tests.kiosk.delivery.couriers import WAIT, NewCourier, keep, states, until
from tests.kiosk.delivery.fake_platform import (
    GARBAGE,
    HELD,
    LOST,
    PAGE,
    Behaviour,
    FakePlatform,
    refusing,
)


@pytest.mark.parametrize(
    "first",
    [
        [],
        [LOST],
        [LOST, LOST, LOST],
        [Behaviour(cut=17)],
        [Behaviour(cut=120)],
        [GARBAGE],
        [PAGE],
        [Behaviour(body=b"")],
        [Behaviour(body=b"[]")],
        [Behaviour(body=b'{"state": "accepted"}')],
        [Behaviour(body=b'{"project_no": "1", "state": "who knows"}')],
        [Behaviour(body=b'{"project_no": "1", "state": "accepted", "serial": "ANOTHER"}')],
        [Behaviour(body=b"[" * 100_000)],
        [Behaviour(status=204, body=b"")],
        [Behaviour(status=302, headers={"Location": "http://127.0.0.1:1/"})],
        [refusing(500)],
        [refusing(500, process=True)],
        [refusing(502), refusing(504)],
        [refusing(503, Retry_After="0")],
        [refusing(429, Retry_After="0")],
        [refusing(408)],
        [refusing(401)],
        [refusing(404)],
        [HELD],
        [Behaviour(headers={"Content-Encoding": "gzip"})],
        [LOST, GARBAGE, refusing(500, process=True), Behaviour(cut=40), PAGE],
    ],
    ids=lambda first: None,
)
def test_whatever_happens_to_the_answer_the_case_appears_once(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier, hasty: None, first: list[Behaviour]
) -> None:
    platform.behaviours = list(first)
    key = keep(outbox)
    answer = new_courier().deliver(key, Deadline(WAIT))
    assert isinstance(answer, Answer), answer
    assert list(platform.cases) == [key]
    assert set(platform.posts) == {key}
    assert len(platform.posts) == len(first) + 1
    (entry,) = entries(outbox.store)  # type: ignore[misc]
    assert (entry.state, entry.project_no, entry.last_fault) == ("accepted", answer.project_no, None)
    assert entry.attempts == len(first) + 1


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (refusing(409, "key-reused"), "platform.conflict"),
        (refusing(410, "matter-withdrawn"), "platform.gone"),
        (refusing(422, "answers-invalid"), "platform.refused_request"),
        (refusing(400, "malformed"), "platform.refused_request"),
        (refusing(404, "matter-unknown"), "platform.refused_request"),
        (refusing(413, "too-large"), "platform.refused_request"),
    ],
)
def test_what_no_repeat_can_change_is_set_aside_and_the_rest_goes_on(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier, refusal: Behaviour, code: str
) -> None:
    platform.behaviours = [refusal]
    first, second = keep(outbox, "1"), keep(outbox, "1")
    courier = new_courier()
    fault = courier.deliver(first, Deadline(WAIT))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.permanent) == (code, True)
    assert platform.posts == [first]
    assert isinstance(courier.deliver(second, Deadline(WAIT)), Answer)
    assert states(outbox) == ["set_aside", "accepted"]
    again = courier.deliver(first, Deadline(WAIT))
    assert isinstance(again, Fault)
    assert (again.code, again.permanent) == (code, True)
    assert platform.posts == [first, second]  # nothing more is sent of it


def blocked(status: int) -> Behaviour:
    """What a middlebox sends in the platform's place."""
    return Behaviour(False, status, b"<html>blocked</html>", {"Content-Type": "text/html"})


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 413, 422])
def test_a_page_in_the_platforms_place_kills_no_application(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier, status: int
) -> None:
    platform.always = blocked(status)
    key, courier = keep(outbox), new_courier()
    fault = courier.deliver(key, Deadline(0.2))
    assert isinstance(fault, Fault)
    assert not fault.permanent
    assert states(outbox) == ["queued"]
    platform.always = None
    assert isinstance(courier.deliver(key, Deadline(WAIT)), Answer)


@pytest.mark.parametrize(
    "refusal",
    [refusing(409, "key-reused"), refusing(410, "matter-withdrawn"), refusing(422, "answers-invalid")],
)
@pytest.mark.parametrize("lost", [LOST, GARBAGE, refusing(500, process=True), HELD])
def test_what_is_refused_after_a_lost_answer_is_not_called_refused(
    outbox: Outbox,
    platform: FakePlatform,
    new_courier: NewCourier,
    hasty: None,
    lost: Behaviour,
    refusal: Behaviour,
) -> None:
    platform.behaviours = [lost, refusal]
    key, courier = keep(outbox), new_courier()
    fault = courier.deliver(key, Deadline(WAIT))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.permanent) == ("delivery.unconfirmed", True)
    assert list(platform.cases) == [key]  # the platform has it
    assert courier.reached(key)
    (entry,) = entries(outbox.store)  # type: ignore[misc]
    assert (entry.state, entry.last_fault) == ("set_aside", "delivery.unconfirmed")
    assert courier.deliver(key, Deadline(WAIT)) == Fault("delivery.unconfirmed", "set aside", permanent=True)


def test_a_restart_does_not_forget_that_it_may_have_arrived(
    outbox: Outbox, platform: FakePlatform, client: PlatformClient, quick: None, tmp_path: Path
) -> None:
    key = keep(outbox)
    assert not Courier(outbox, client).reached(key)
    again = Outbox.open(outbox.store, tmp_path / "device.key")  # as after a process that was killed
    assert isinstance(again, Outbox)
    platform.behaviours = [refusing(422, "answers-invalid")]
    fault = Courier(again, client).deliver(key, Deadline(WAIT))
    assert isinstance(fault, Fault)
    assert fault.code == "delivery.unconfirmed"


@pytest.mark.parametrize(
    ("behaviour", "reached"),
    [
        (LOST, True),
        (GARBAGE, True),
        (PAGE, True),
        (HELD, True),
        (refusing(503), True),
        (refusing(500), True),
        (refusing(429), True),
        (refusing(401), True),
        (None, False),
    ],
)
def test_nothing_has_reached_it_is_known_only_where_nobody_was_there(
    outbox: Outbox,
    platform: FakePlatform,
    new_courier: NewCourier,
    hasty: None,
    behaviour: Behaviour | None,
    reached: bool,
) -> None:
    key, courier = keep(outbox), new_courier()
    platform.always = behaviour
    if behaviour is None:
        platform.stop()
    assert isinstance(courier.deliver(key, Deadline(0.3)), Fault)
    while reached and not platform.posts:  # a busy machine sends nothing within so short a time
        assert isinstance(courier.deliver(key, Deadline(0.3)), Fault)
    assert courier.reached(key) is reached


def test_what_is_being_sent_at_this_moment_may_have_arrived(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier
) -> None:
    platform.behaviours = [HELD]
    courier = new_courier()
    courier.start()
    key = keep(outbox)
    until(lambda: platform.posts == [key])
    fault = courier.deliver(key, Deadline(0.05))
    assert isinstance(fault, Fault)
    assert fault.code == "delivery.not_in_time"
    assert courier.reached(key)
    platform.release()
    until(lambda: states(outbox) == ["accepted"])


def test_a_dead_platform_leaves_it_queued_and_the_background_delivers_it(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier
) -> None:
    platform.stop()
    courier = new_courier()
    courier.start()
    key = keep(outbox)
    fault = courier.deliver(key, Deadline(2.0))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.permanent) == ("platform.unreachable", False)
    assert states(outbox) == ["queued"]
    platform.start()
    until(lambda: states(outbox) == ["accepted"])
    assert list(platform.cases) == [key]


def test_retry_after_beyond_the_visit_is_told_at_once_and_honoured(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier
) -> None:
    platform.always = refusing(429, Retry_After="3000")
    courier = new_courier()
    courier.start()
    key = keep(outbox)
    fault = courier.deliver(key, Deadline(WAIT))
    assert isinstance(fault, Fault)
    assert fault.code == "platform.busy"
    platform.always = None
    attempts = len(platform.posts)
    assert attempts == 1  # whoever was first: the other one keeps to it, too
    others = [keep(outbox, str(person)) for person in range(2, 5)]
    for other in others:
        told = courier.deliver(other, Deadline(WAIT))
        assert isinstance(told, Fault)
        assert told.code == "platform.busy"
        assert not courier.reached(other)
    courier.wake()
    time.sleep(0.2)
    assert len(platform.posts) == attempts


def test_a_short_retry_after_is_waited_for_by_every_visit(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier
) -> None:
    platform.behaviours = [refusing(503, Retry_After="1")]
    courier = new_courier()
    first, second = keep(outbox, "1"), keep(outbox, "2")
    began = time.monotonic()
    assert isinstance(courier.deliver(first, Deadline(1.0)), Fault)
    assert platform.posts == [first]
    assert isinstance(courier.deliver(second, Deadline(WAIT)), Answer)
    assert platform.posts == [first, second]
    assert time.monotonic() - began >= 1.0  # what the platform wanted


def test_an_answer_that_comes_after_the_visit_is_still_written_down(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier
) -> None:
    platform.behaviours = [HELD]
    courier = new_courier()
    courier.start()
    key = keep(outbox)
    until(lambda: platform.posts == [key])
    fault = courier.deliver(key, Deadline(0.1))
    assert isinstance(fault, Fault)
    assert fault.code == "delivery.not_in_time"
    platform.release()
    until(lambda: states(outbox) == ["accepted"])
    assert platform.posts == [key]
