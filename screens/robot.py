"""A finger for rehearsals and tests: finds what a citizen would find, and touches it through the window.

Whatever is covered, disabled, too small or not there fails loudly, with what lies over it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from screens.kit.tree import Node, find, topmost, tree
from screens.twice import under

if TYPE_CHECKING:
    from kiosk.visit.state import Visit
    from screens.app import CitizenWindow

SETTLE_SECONDS: Final = 60.0
STABLE_FRAMES: Final = 2
RESTLESS_FRAMES: Final = 200  # a busy machine draws few within any time
FRAME_PAUSE_SECONDS: Final = 0.005
SAMPLED_BYTES: Final = 4 * 997
PAGES_AT_MOST: Final = 60
PLACES: Final = ((0.5, 0.5), (0.25, 0.5), (0.75, 0.5))
"""Where a node may be touched, in parts of its width and height."""


class RobotFault(Exception):  # noqa: N818 - a finding about the page, not a mistake of the program
    """What a citizen could not have done either."""


class Robot:
    def __init__(self, window: CitizenWindow) -> None:
        # Only now: who imports this module may not have set Kivy up yet.
        from screens.finger import Hand

        self._window = window
        self._hand = Hand()
        self.touches = 0
        self._last_key = ""

    @property
    def state(self) -> Visit:
        return self._window.controller.state

    # --- looking ------------------------------------------------------------------------------------

    def nodes(self) -> list[Node]:
        return tree(self._window.stage)

    def find(
        self, key: str | None = None, *, role: str | None = None, name: str | None = None
    ) -> Node | None:
        return find(self.nodes(), role=role, name=name, key=key)

    def has(self, key: str) -> bool:
        """True when a citizen finds it on this page, if need be on another leaf of a body that is turned."""
        return self.find(key) is not None or key in getattr(self._shown, "keys_elsewhere", ())

    @property
    def _shown(self) -> object:
        stage = self._window.stage
        return stage.overlay or stage.page

    def get(self, key: str | None = None, *, role: str | None = None, name: str | None = None) -> Node:
        node = self.find(key, role=role, name=name)
        if node is None:
            there = ", ".join(sorted(each.key for each in self.nodes() if each.key))
            raise RobotFault(f"there is no {key or role or name} on page {self._page}; there are: {there}")
        return node

    @property
    def _page(self) -> str:
        return self.state.page.value

    # --- touching -----------------------------------------------------------------------------------

    def press(self, key: str | None = None, *, role: str | None = None, name: str | None = None) -> None:
        """Touch the middle of a node, as a finger does: down, a frame, up.  Turns the body's pages for it."""
        self._wait_for_touch()
        if key is not None and self.find(key) is None:
            self._turn_to(key)
        self._touch_node(self.get(key, role=role, name=name))

    def _touch_node(self, node: Node) -> None:
        node = self._listening(node)
        self._check(node)
        self.touch(*self._place_on(node))
        self.settle()

    def _place_on(self, node: Node) -> tuple[float, float]:
        """The middle, or beside it where the middle would be taken for a second touch of the last one."""
        left, low, width, height = node.bounds
        end = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < end:
            for across, up in PLACES:
                place = left + across * width, low + up * height
                if self._window.stage.takes(*place):
                    return place
            self.frame()
            time.sleep(FRAME_PAUSE_SECONDS)
        raise RobotFault(f"{node.key} takes no touch")

    def touch(self, x: float, y: float) -> None:
        """A finger at a point of the window, whatever is there."""
        self.touches += 1
        self._hand.down(x, y)
        self.frame()
        self._hand.up()
        self.frame()

    def drag(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """Down at one point, up at another."""
        self.touches += 1
        self._hand.down(x, y)
        self.frame()
        self._hand.move(to_x, to_y)
        self._hand.up()
        self.frame()

    def draw(self, key: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Lines with a finger on a widget: points from 0 to 1 across and from its top."""
        self._wait_for_touch()
        x, y, width, height = self.get(key).bounds
        for stroke in strokes:
            self.touches += 1
            (across, down), *rest = stroke
            self._hand.down(x + across * width, y + (1 - down) * height)
            self.frame()
            for across, down in rest:
                self._hand.move(x + across * width, y + (1 - down) * height)
                self.frame()
            self._hand.up()
            self.frame()
        self.settle()

    def key(self, name: str) -> None:
        """A key of the keypad, by the name that it has there: down, a frame, up."""
        self._wait_for_touch()
        while name == self._last_key and not self._window.assist.accepts_again:
            self.frame()
            time.sleep(FRAME_PAUSE_SECONDS)
        self._last_key = name
        self.touches += 1
        self._hand.key(name)

    def type_digits(self, digits: str) -> None:
        for digit in digits:
            self.press(f"digit:{digit}")

    def type_letters(self, letters: str) -> None:
        """On a text panel, which may show its keys by pages."""
        for letter in letters:
            for _ in range(PAGES_AT_MOST):
                if self.find(f"key:{letter}") is not None or self.find("more-keys") is None:
                    break
                self.press("more-keys")
            self.press(f"key:{letter}")

    def set_value(self, key: str, text: str) -> None:
        """What a screen reader's or scanner's entry does: the text goes into the field at once."""
        if self.find(key) is None:  # on another leaf
            self._turn_to(key)
        node = self.get(key)
        enter = getattr(node.widget, "enter", None)
        if enter is None or node.state.get("disabled"):
            raise RobotFault(f"nothing can be entered into {key}")
        enter(text)
        self.settle()

    def _turn_to(self, key: str) -> None:
        """Look through the pages of a body that did not fit on one."""
        while self._may_turn("page-previous"):
            self._touch_key("page-previous")
        for _ in range(PAGES_AT_MOST):
            if self.find(key) is not None or not self._may_turn("page-next"):
                return
            self._touch_key("page-next")

    def _may_turn(self, key: str) -> bool:
        node = self.find(key)
        return node is not None and not node.state.get("disabled")

    def _touch_key(self, key: str) -> None:
        self._touch_node(self.get(key))

    def _check(self, node: Node) -> None:
        if not node.touchable:
            raise RobotFault(f"{node.key or node.role} is not to be pressed")
        if node.state.get("disabled"):
            raise RobotFault(f"{node.key} is disabled: {node.state.get('reason')}")
        drawn_for = node.widget.ctx.metrics
        least = drawn_for.px(drawn_for.target_least)
        _, _, width, height = node.bounds
        if width < least or height < least:
            raise RobotFault(f"{node.key} is only {width:.0f}x{height:.0f} pixels; {least} are the least")
        x, y = node.centre
        metrics = self._window.ctx.metrics
        if not (0 <= x < metrics.width and 0 <= y < metrics.height):
            raise RobotFault(f"{node.key} lies outside the window")
        over = covering(topmost(self._window.stage), node.widget, x, y)
        if over is not None:
            raise RobotFault(f"{node.key} is covered by {over}")

    def _wait_for_touch(self) -> None:
        end = time.monotonic() + SETTLE_SECONDS
        while not self._window.stage.accepts_touches:
            if time.monotonic() > end:
                raise RobotFault("the window takes no touches")
            self.frame()
            time.sleep(FRAME_PAUSE_SECONDS)

    def _listening(self, node: Node) -> Node:
        """The node once its button takes a press again; the page may be drawn anew meanwhile."""
        end = time.monotonic() + SETTLE_SECONDS
        while not getattr(node.widget, "listening", True):
            if time.monotonic() > end:
                raise RobotFault(f"{node.key} takes no press")
            self.frame()
            time.sleep(FRAME_PAUSE_SECONDS)
            node = self.get(node.key) if node.key else node
        return node

    # --- frames and pictures ------------------------------------------------------------------------

    def frame(self) -> None:
        """One turn of the window's loop."""
        self._hand.frame()

    def settle(self) -> None:
        """Frames until state and picture stay as they are.  A page that never settles is a fault."""
        stable, frames, before = 0, 0, None
        end = time.monotonic() + SETTLE_SECONDS
        while stable < STABLE_FRAMES:
            frames += 1
            if time.monotonic() > end and frames > RESTLESS_FRAMES:
                raise RobotFault(f"page {self._page} does not come to rest")
            self.frame()
            now = (self.state, self._window.stage.page, self._window.stage.overlay)
            still = before is not None and all(a is b for a, b in zip(now, before, strict=True))
            stable = stable + 1 if still and not self._window.moving else 0
            before = now
            time.sleep(FRAME_PAUSE_SECONDS)

    def picture(self, path: Path) -> None:
        """What stands on the screen, as PNG: hardly compressed, which takes a tenth of the time."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.image().save(path, compress_level=1)

    def image(self) -> Image.Image:
        """What stands on the screen.  A picture of one colour is a fault: nothing was drawn."""
        texture = self._window.stage.export_as_image().texture
        pixels: bytes = texture.pixels
        seen = {pixels[place : place + 4] for place in range(0, len(pixels), SAMPLED_BYTES)}
        if len(seen) == 1 and pixels == pixels[:4] * (len(pixels) // 4):
            raise RobotFault(f"nothing is drawn on page {self._page}")
        return Image.frombytes("RGBA", texture.size, pixels).convert("RGB")


def covering(root: Any, widget: Any, x: float, y: float) -> str | None:
    """The name of what a finger at a point would meet instead of ``widget``; ``None`` if it meets it."""
    hit = under(root, x, y)
    if hit is widget or hit is None:
        return None if hit is widget else "nothing that can be pressed"
    return f"{type(hit).__name__} {getattr(hit, 'key', '') or getattr(hit, 'role', '')}".strip()
