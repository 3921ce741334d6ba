"""A finger made of the same events that a touch panel makes."""

from __future__ import annotations

import itertools
from typing import Final

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent

from kiosk.keypad import code_of

DEVICE: Final = "robot"


class Finger(MotionEvent):  # type: ignore[misc]
    """One touch; its place is in parts of the window, as panels report it."""

    def __init__(self, number: int, place: tuple[float, float]) -> None:
        super().__init__(DEVICE, number, place, is_touch=True, type_id="touch")

    def depack(self, args: tuple[float, float]) -> None:
        self.sx, self.sy = args
        self.profile = ["pos"]
        super().depack(args)


class Hand:
    """One finger at a time.  Positions are window pixels from the lower left corner."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._finger: Finger | None = None
        # Frames are asked for one by one here; waiting for the next thirtieth of a second helps nobody.
        Clock._max_fps = 0

    def down(self, x: float, y: float) -> None:
        self._finger = Finger(next(self._numbers), self._place(x, y))
        EventLoop.post_dispatch_input("begin", self._finger)

    def move(self, x: float, y: float) -> None:
        assert self._finger is not None
        self._finger.move(self._place(x, y))
        EventLoop.post_dispatch_input("update", self._finger)

    def up(self) -> None:
        finger, self._finger = self._finger, None
        assert finger is not None
        EventLoop.post_dispatch_input("end", finger)

    def key(self, name: str) -> None:
        """A key of the keypad, as the system reports it."""
        code = code_of(name)
        if code is None:
            code = ord(name)
        Window.dispatch("on_key_down", code, 0, "", [])
        self.frame()
        Window.dispatch("on_key_up", code, 0)

    @staticmethod
    def frame() -> None:
        """One turn of the window's loop: clock, input, drawing."""
        EventLoop.idle()

    @staticmethod
    def _place(x: float, y: float) -> tuple[float, float]:
        width, height = Window.size
        return x / width, y / height
