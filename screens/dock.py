"""The demonstrator's dock beside the terminal's picture: what a person in a hall does with their hands.

It is no part of the product's pages: other colours, small labels in both languages, in the demonstrator's
own pixels.  What its buttons do runs on a thread of its own, because a card takes time to be laid down.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from kivy.clock import mainthread
from kivy.uix.widget import Widget

from screens.dock_action import DockAction
from screens.dock_width import DOCK_WIDTH
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.context import Ctx
from screens.kit.layout import Column
from screens.kit.text import Text
from screens.theme import EVENING, Metrics

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

    from screens.stage import Stage
    from screens.window_setup import Display

DOCK_SCALE = 0.5
"""Its units are half of a full-HD terminal's: it is used with a mouse, from near."""


class Dock(Block):
    """Buttons in a column, and what was done last."""

    def __init__(self, ctx: Ctx, actions: Sequence[DockAction]) -> None:
        super().__init__(ctx)
        self.ground = "bg"
        title = Text(ctx, "演示台 · Demo hands", "lead_bold", "text")
        self.last = Text(ctx, "", "body", "muted")
        buttons = [self._button(action) for action in actions]
        self.column = Column(ctx, [title, *buttons, self.last], gap=20)
        self.hold(self.column)

    def _button(self, action: DockAction) -> Button:
        label = action.label.replace(" · ", "\n")  # one language a line
        press = partial(self._do, action)
        button = Button(self.ctx, f"dock:{action.key}", label, press, "secondary", style="lead", align="left")
        button.name = action.label
        return button

    def _do(self, action: DockAction) -> None:
        self.last.text = f"… {action.label}"
        threading.Thread(target=self._work, args=(action,), name=f"dock-{action.key}", daemon=True).start()

    def _work(self, action: DockAction) -> None:
        try:
            outcome = action.call()
        except Exception as crash:  # noqa: BLE001 - a stand-in's failure is news for the demonstrator
            self._tell(f"✗ {action.label}: {type(crash).__name__}")
            return
        code = getattr(outcome, "code", "")  # a Fault
        self._tell(f"✗ {action.label}: {code}" if code else f"✓ {action.label}")

    @mainthread  # type: ignore[untyped-decorator]
    def _tell(self, text: str) -> None:
        self.last.text = text

    def measure(self, width: int) -> float:
        return (
            self.height if self._placed else self.ctx.metrics.height
        )  # as high as the window, not as a page

    def draw(self) -> None:
        self.bar("bg", self.x, self.y, self.width, self.height)
        self.bar("outline", self.x, self.y, 1, self.height)

    def arrange(self) -> None:
        pad = self.ctx.px(28)
        width = self.width - 2 * pad
        height = self.column.fit(width)
        self.column.place(self.x + pad, self.top - pad - height, width, height)


class Docked(Widget):  # type: ignore[misc]
    """The terminal's picture at the left, the dock at the right; each takes its own touches."""

    def __init__(self, stage: Stage, dock: Dock) -> None:
        super().__init__(size_hint=(None, None), __no_builder=True)
        self.size = (stage.width + dock.width, max(stage.height, dock.height))
        self.stage = stage
        self.dock = dock
        self.add_widget(stage)
        self.add_widget(dock)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        side = self.dock if touch.x >= self.stage.width else self.stage
        return bool(side.dispatch("on_touch_down", touch))

    def on_touch_move(self, touch: MotionEvent) -> bool:
        side = self.dock if touch.x >= self.stage.width else self.stage
        return bool(side.dispatch("on_touch_move", touch))

    def on_touch_up(self, touch: MotionEvent) -> bool:
        self.stage.dispatch("on_touch_up", touch)
        return bool(self.dock.dispatch("on_touch_up", touch))


def docked(stage: Stage, actions: Sequence[DockAction], display: Display) -> Docked:
    """The root of a window with a dock."""
    terminal = stage.ctx
    ctx = Ctx(
        EVENING,
        Metrics(round(1080 * DOCK_SCALE), round(1920 * DOCK_SCALE), 102 * DOCK_SCALE),
        terminal.state,
        terminal.send,
        terminal.catalogue,
        terminal.terminal,
    )
    dock = Dock(ctx, actions)
    dock.place(display.width, 0, DOCK_WIDTH, display.height)
    return Docked(stage, dock)
