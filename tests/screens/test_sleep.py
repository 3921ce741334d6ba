"""The sleep of the window's loop ends with whatever somebody has to tell, and with nothing else."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

from screens.sleep import Sleeper, opened_inputs, sleeper
from screens.wake import WAKE

LONG_SECONDS = 60.0
"""A sleep that is not ended by what it is to be ended by lasts so long, and the test fails."""


@pytest.fixture(autouse=True)
def nobody_has_rung() -> None:
    WAKE.heard()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    yield read, write
    os.close(read)
    os.close(write)


def slept(sleep: Sleeper, seconds: float = LONG_SECONDS) -> bool:
    """Whether it slept as long as it was allowed to."""
    began = time.monotonic()
    sleep(seconds)
    return time.monotonic() - began >= seconds


def test_who_rings_ends_it_from_any_thread() -> None:
    rang = threading.Event()

    def ring() -> None:
        rang.set()
        WAKE.ring()

    threading.Timer(0.05, ring).start()
    assert not slept(Sleeper(tuple))
    assert rang.is_set()


def test_a_ring_before_it_is_not_lost_and_counts_once() -> None:
    for _ in range(3):
        WAKE.ring()
    assert not slept(Sleeper(tuple))
    assert slept(Sleeper(tuple), 0.01)


def test_an_event_ends_it_and_those_that_follow_are_looked_for_by_and_by(pipe: tuple[int, int]) -> None:
    read, write = pipe
    now = [0.0]
    sleep = Sleeper(lambda: (read,), monotonic=lambda: now[0])
    os.write(write, b"finger")
    assert not slept(sleep)
    os.read(read, 100)
    assert not slept(sleep)  # SDL may have more to do
    now[0] += LONG_SECONDS
    assert slept(sleep, 0.1)


def test_what_was_read_already_does_not_wait() -> None:
    read = [True]
    assert not slept(Sleeper(tuple, has_more=lambda: read[0]))
    read[0] = False
    assert slept(Sleeper(tuple, has_more=lambda: read[0]), 0.01)


def test_it_is_short_where_fingers_come_from_nobody_knows_where(pipe: tuple[int, int]) -> None:
    read, _ = pipe
    blind = Sleeper(tuple, most_seconds=LONG_SECONDS, blind_seconds=0.01)
    assert not slept(blind)
    plugged = Sleeper(lambda: (read,), most_seconds=0.01)
    assert not slept(plugged)


def test_a_device_that_went_away_is_no_reason_to_spin(pipe: tuple[int, int]) -> None:
    read, write = os.pipe()
    os.close(write)
    passes = 0
    sleep = Sleeper(lambda: (read,))
    spent = time.thread_time()
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        sleep(LONG_SECONDS)
        passes += 1
    os.close(read)
    assert time.thread_time() - spent < 0.3 / 3
    assert passes


def test_only_input_devices_count_as_such() -> None:
    descriptor = os.open("/dev/null", os.O_RDONLY)
    try:
        assert descriptor not in opened_inputs()
    finally:
        os.close(descriptor)


def test_a_window_in_memory_is_woken_by_nobody_but_the_bell(window: object) -> None:
    sleep = sleeper()
    threading.Timer(0.05, WAKE.ring).start()
    began = time.monotonic()
    sleep(LONG_SECONDS)
    assert time.monotonic() - began < LONG_SECONDS
