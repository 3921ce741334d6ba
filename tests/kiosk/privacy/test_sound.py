"""A recording is looked for after a visit as names are: found while it is there, not when it is zeroed."""

from __future__ import annotations

import random
import threading
import time

from kiosk.privacy.needles import marks_of
from kiosk.privacy.proof import Disposition, Places, look


def test_a_recording_is_found_in_memory_until_it_is_overwritten() -> None:
    chance = random.Random()
    recorded = bytearray(256_000)
    for number in range(len(recorded)):  # in this one place only
        recorded[number] = chance.getrandbits(8)
    marks = marks_of(memoryview(recorded))
    assert len(marks) == 4 and all(mark.sound for mark in marks)
    stopped = threading.Event()
    there = look(marks, Places(), time.time(), stopped)
    recorded[:] = bytes(len(recorded))
    gone = look(marks, Places(), time.time(), stopped)
    assert (there.disposition, there.places) == (Disposition.FOUND, {"memory": there.places["memory"]})
    assert there.places["memory"] >= 4
    assert gone.disposition is Disposition.CLEAN
