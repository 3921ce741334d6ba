"""Exactly once, whatever comes between: over real HTTP on loopback."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.contract import Deadline, Fault
from kiosk.delivery import courier as couriers
from kiosk.delivery import pauses as pausing
from kiosk.delivery.application import Answer
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Kept, Outbox, entries
from kiosk.delivery.pauses import Pauses
from kiosk.delivery.platform import PlatformClient
from kiosk.settings import PlatformSettings
from tests.kiosk.delivery.fake_platform import (
    GARBAGE,
    HELD,
    LOST,
    PAGE,
    RIGHT,
    Behaviour,
    FakePlatform,
    refusing,
)
from tests.kiosk.delivery.samples import draft

NewCourier = Callable[[], Courier]
WAIT = 120.0


def keep(outbox: Outbox, number: str = "1", **changes: str) -> str:
    application = draft(number, **changes)
    kept = outbox.keep(application)
    assert isinstance(kept, Kept), kept
    return application.key


def states(outbox: Outbox) -> list[str]:
    listed = entries(outbox.store)
    assert not isinstance(listed, Fault)
    return [entry.state for entry in listed]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


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


def test_one_person_in_order_and_never_two_senders_for_one_key(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier
) -> None:
    luck = random.Random(20261121)
    platform.behaviours = [
        luck.choice([LOST, GARBAGE, refusing(500), Behaviour(delay=0.02), Behaviour()]) for _ in range(60)
    ]
    courier = new_courier()
    courier.start()
    people = ["1", "2", "3", "4"]
    kept: dict[str, list[str]] = {person: [] for person in people}

    def visit(person: str) -> None:
        for turn in range(5):
            key = keep(outbox, person, serial=f"{person}-{turn:04d}")
            kept[person].append(key)
            courier.deliver(key, Deadline(0.1 if turn % 2 else 2.0))

    visits = [threading.Thread(target=visit, args=(person,)) for person in people]
    for thread in visits:
        thread.start()
    for thread in visits:
        thread.join()
    until(lambda: set(states(outbox)) == {"accepted"})
    assert not platform.same_key_at_once
    assert len(platform.cases) == 20
    for person in people:
        taken = [body["serial"] for body in platform.order if body["applicant"]["number"] == person]
        assert taken == [f"{person}-{turn:04d}" for turn in range(5)]


def test_a_poisoned_application_is_set_aside_while_others_pass(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pausing, "POISON_FAULTS", 4)
    platform.always = Behaviour(
        process=False, status=500, body=b"", when=lambda body: body.get("serial") == "POISON"
    )
    courier = new_courier()
    courier.start()
    poisoned = keep(outbox, "1", serial="POISON")
    behind = keep(outbox, "1")
    others = [keep(outbox, str(person)) for person in range(2, 8)]
    until(lambda: sorted(states(outbox)) == ["accepted"] * 7 + ["set_aside"])
    assert states(outbox)[0] == "set_aside"
    assert set(platform.cases) == {behind, *others}
    assert platform.posts.count(poisoned) == 4


def test_faults_of_several_applications_in_a_row_pause_the_line(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pausing, "FIRST_PAUSE_SECONDS", 60.0)
    monkeypatch.setattr(pausing, "LONGEST_PAUSE_SECONDS", 60.0)
    platform.always = refusing(500)
    for person in range(20):
        keep(outbox, str(person))
    courier = new_courier()
    courier.start()
    until(lambda: len(platform.posts) >= pausing.PAUSE_AFTER_FAULTS)
    time.sleep(0.2)
    assert len(platform.posts) == pausing.PAUSE_AFTER_FAULTS


def test_drain_sends_everything_with_several_senders(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier
) -> None:
    platform.behaviours = [HELD] * 4 + [refusing(422, "answers-invalid")]
    for turn in range(60):
        keep(outbox, str(turn % 30), serial=f"S{turn:04d}")

    def release_several() -> None:
        until(lambda: platform.most_at_once > 1)
        platform.release()

    threading.Thread(target=release_several).start()
    drained = new_courier().drain(Deadline(WAIT))
    assert (drained.sent, drained.set_aside, drained.left) == (59, 1, 0)
    assert platform.most_at_once > 1
    assert not platform.same_key_at_once
    for person in range(30):
        taken = [body["serial"] for body in platform.order if body["applicant"]["number"] == str(person)]
        assert taken == sorted(taken)


def test_drain_keeps_to_a_pause_that_the_platform_asks_for(
    outbox: Outbox, platform: FakePlatform, client: PlatformClient, quick: None
) -> None:
    for number in range(6):
        outbox.keep(draft(str(number)))
    platform.behaviours = [RIGHT, refusing(429, "too-many-requests", Retry_After="1"), RIGHT]
    drained = Courier(outbox, client).drain(Deadline(WAIT))
    assert (drained.sent, drained.left, len(platform.cases)) == (6, 0, 6)
    platform.behaviours = [refusing(429, "too-many-requests", Retry_After="600")]
    outbox.keep(draft("late"))
    assert Courier(outbox, client).drain(Deadline(5)).left == 1  # nothing can come of waiting


def test_drain_of_a_dead_platform_stops_at_once(outbox: Outbox, quick: None) -> None:
    for person in range(50):
        keep(outbox, str(person))
    dead = PlatformClient(PlatformSettings(url="http://127.0.0.1:9", timeout_seconds=30), "T")
    drained = Courier(outbox, dead).drain(Deadline(WAIT))
    assert (drained.sent, drained.left, drained.fault) == (0, 50, "platform.unreachable")
    listed = entries(outbox.store)
    assert not isinstance(listed, Fault)
    assert sum(entry.attempts for entry in listed) <= couriers.DRAIN_SENDERS


def test_without_a_platform_everything_waits(outbox: Outbox) -> None:
    courier = Courier(outbox, None)
    key = keep(outbox)
    assert courier.deliver(key, Deadline(1)) == Fault("platform.not_configured")
    assert courier.drain(Deadline(1)).left == 1


def test_stop_ends_a_delivery_that_waits(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couriers, "VISIT_PAUSES_SECONDS", (0.05,))
    platform.always = refusing(500)
    courier = new_courier()
    key = keep(outbox)
    done: list[Answer | Fault] = []
    thread = threading.Thread(target=lambda: done.append(courier.deliver(key, Deadline(3600))))
    thread.start()
    until(lambda: len(platform.posts) > 1)
    courier.stop()
    thread.join(WAIT)
    assert isinstance(done[0], Fault)
    assert states(outbox) == ["queued"]


def test_the_token_goes_along_until_it_is_refused(
    outbox: Outbox, platform: FakePlatform, new_courier: NewCourier
) -> None:
    platform.behaviours = [refusing(500), refusing(401)]
    application = draft("1")
    assert isinstance(outbox.keep(application, "secret-token"), Kept)
    assert isinstance(new_courier().deliver(application.key, Deadline(WAIT)), Answer)
    assert [headers.get("authorization") for _, _, headers, _ in platform.seen] == [
        "Bearer secret-token",
        "Bearer secret-token",
        None,
    ]


def test_the_background_outlives_a_bug(
    outbox: Outbox,
    client: PlatformClient,
    platform: FakePlatform,
    quick: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[str, str, str]] = []
    crashes = iter([ValueError("a number of somebody")])

    def submit(*arguments: object) -> Answer | Fault:
        for crash in crashes:
            raise crash
        return original(*arguments)  # type: ignore[arg-type]

    original = client.submit
    monkeypatch.setattr(client, "submit", submit)
    courier = Courier(outbox, client, lambda *event: told.append(event))
    courier.start()
    keep(outbox)
    until(lambda: states(outbox) == ["accepted"])
    until(lambda: told[-1][0] == "sent")
    courier.stop()
    assert told[0] == ("crashed", "", "ValueError")


def test_a_pause_that_ends_behind_the_look_is_looked_after_at_once() -> None:
    pauses = Pauses()
    pauses.line.until = ended = time.monotonic()
    assert pauses.seconds_to_next(looked_at=ended - 0.01) < 1.0
    assert pauses.seconds_to_next(looked_at=ended) == math.inf
