from __future__ import annotations

from kiosk.technician.books import LOCKOUT, Books
from kiosk.technician.lockout import (
    FIRST_WAIT_SECONDS,
    FREE_TRIES,
    LONGEST_WAIT_SECONDS,
    TRIES_PER_ROUND,
    WRITTEN_EVERY_SECONDS,
    Lockout,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def fail(lockout: Lockout, times: int) -> None:
    for _ in range(times):
        assert lockout.begin_try()


def test_a_few_tries_then_a_wait(books: Books) -> None:
    clock = Clock()
    lockout = Lockout(books, clock)
    fail(lockout, FREE_TRIES - 1)
    assert (lockout.tries_left, lockout.locked_seconds) == (1, 0)
    fail(lockout, 1)
    assert lockout.locked_seconds == FIRST_WAIT_SECONDS
    assert not lockout.begin_try()
    clock.now += FIRST_WAIT_SECONDS
    assert lockout.locked_seconds == 0
    assert lockout.tries_left == TRIES_PER_ROUND


def test_each_round_waits_longer_up_to_a_ceiling(books: Books) -> None:
    clock = Clock()
    lockout = Lockout(books, clock)
    fail(lockout, FREE_TRIES)
    waits = []
    for _ in range(8):
        clock.now += lockout.locked_seconds
        fail(lockout, TRIES_PER_ROUND)
        waits.append(lockout.locked_seconds)
    assert waits[0] == 2 * FIRST_WAIT_SECONDS
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT_SECONDS


def test_a_restart_shortens_nothing(books: Books) -> None:
    clock = Clock()
    fail(Lockout(books, clock), FREE_TRIES)
    again = Lockout(books, Clock())  # the monotonic clock of another boot
    assert again.locked_seconds == FIRST_WAIT_SECONDS


def test_what_was_waited_counts_after_a_restart(books: Books) -> None:
    clock = Clock()
    lockout = Lockout(books, clock)
    fail(lockout, FREE_TRIES)
    for _ in range(100):
        clock.now += 1
        lockout.tick()
    left = Lockout(books, Clock()).locked_seconds
    assert FIRST_WAIT_SECONDS - 100 <= left <= FIRST_WAIT_SECONDS - 100 + WRITTEN_EVERY_SECONDS


def test_the_wall_clock_has_no_part_in_it(books: Books) -> None:
    """What is kept is how long to wait, never until when."""
    fail(Lockout(books, Clock()), FREE_TRIES)
    kept = books.marked(LOCKOUT)
    assert kept == {"failures": FREE_TRIES, "left": FIRST_WAIT_SECONDS}


def test_a_try_counts_before_it_is_looked_at(books: Books) -> None:
    """Pulling the plug between the try and its answer gains nothing."""
    for _ in range(FREE_TRIES):
        Lockout(books, Clock()).begin_try()
    assert Lockout(books, Clock()).locked_seconds == FIRST_WAIT_SECONDS


def test_the_right_pin_forgives(books: Books) -> None:
    lockout = Lockout(books, Clock())
    fail(lockout, FREE_TRIES - 1)
    lockout.succeeded()
    assert lockout.tries_left == FREE_TRIES
    assert Lockout(books, Clock()).tries_left == FREE_TRIES


def test_nonsense_in_the_store_locks_nobody_out_for_ever(books: Books) -> None:
    books.mark(LOCKOUT, {"failures": "many", "left": 10**12})
    assert Lockout(books, Clock()).locked_seconds <= LONGEST_WAIT_SECONDS
