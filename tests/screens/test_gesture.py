"""The way in that no citizen finds by accident, by one finger."""

from __future__ import annotations

import pytest

from screens.gesture import BETWEEN_SECONDS, HOLD_SECONDS, EntryGesture

SIZE = (1080.0, 1920.0)
LEFT, RIGHT, MIDDLE = (30.0, 1890.0), (1050.0, 1890.0), (540.0, 900.0)
LONG, SHORT = HOLD_SECONDS + 0.1, HOLD_SECONDS - 0.2

Press = tuple[tuple[float, float], float, float]
"""Where, for how long, and how long after the press before."""


def done(*presses: Press, drift: float = 0.0) -> bool:
    gesture, now, complete = EntryGesture(), 100.0, False
    for (x, y), seconds, pause in presses:
        now += pause
        gesture.down(x, y, SIZE, 1.0, now)
        gesture.move(x + drift, y, 1.0)
        now += seconds
        complete = gesture.up(now)
    return complete


def test_left_then_right_both_held() -> None:
    assert done((LEFT, LONG, 0), (RIGHT, LONG, 1))
    assert done((MIDDLE, 0.1, 0), (LEFT, LONG, 5), (RIGHT, LONG, 1))


@pytest.mark.parametrize(
    "presses",
    [
        ((LEFT, LONG, 0),),
        ((RIGHT, LONG, 0), (LEFT, LONG, 1)),
        ((LEFT, SHORT, 0), (RIGHT, LONG, 1)),
        ((LEFT, LONG, 0), (RIGHT, SHORT, 1)),
        ((LEFT, LONG, 0), (RIGHT, LONG, BETWEEN_SECONDS + 1)),
        ((LEFT, LONG, 0), (MIDDLE, 0.1, 1), (RIGHT, LONG, 1)),
        ((LEFT, LONG, 0), (LEFT, LONG, 1)),
        ((RIGHT, LONG, 0), (RIGHT, LONG, 1)),
        ((MIDDLE, LONG, 0), (RIGHT, LONG, 1)),
    ],
)
def test_nothing_else_is_it(presses: tuple[Press, ...]) -> None:
    assert not done(*presses)


def test_a_finger_that_wanders_holds_nothing() -> None:
    assert not done((LEFT, LONG, 0), (RIGHT, LONG, 1), drift=40.0)


def test_the_same_gesture_again_needs_both_again() -> None:
    assert not done((LEFT, LONG, 0), (RIGHT, LONG, 1), (RIGHT, LONG, 1))
