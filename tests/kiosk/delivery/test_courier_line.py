"""The courier behind the visits: in order, past what cannot be sent, to the end of the line, and stopped."""

from __future__ import annotations

import math
import random
import threading
import time

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
from tests.kiosk.delivery.couriers import WAIT, NewCourier, keep, states, until
from tests.kiosk.delivery.fake_platform import (
    GARBAGE,
    HELD,
    LOST,
    RIGHT,
    Behaviour,
    FakePlatform,
    refusing,
)
from tests.kiosk.delivery.samples import draft


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
