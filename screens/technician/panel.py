"""The panel itself: touch grid, plain colours, calibration, and the keys of a keypad.

What covers the whole panel has no frame: it is the edges that fail first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, Line, Rectangle

from kiosk.technician import commands
from kiosk.technician.state import View
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card
from screens.kit.notes import Banner
from screens.kit.notes import Step as Ticked
from screens.kit.press import Pressable
from screens.kit.semantics import Role
from screens.kit.text import Text
from screens.technician.checks import back
from screens.technician.frame import sentence
from screens.technician.layer import SEEN_KEYS
from screens.technician.room import Room, TechPage, TechParts
from screens.theme import colour
from screens.touch_map import raw_place

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

GRID: Final = "panel:grid"
"""In the draft: how many fields were touched, and of how many; ``None`` while it is on."""
COLOURS: Final = "panel:colours"
"""In the draft: which colour shows; ``len(PLAIN)`` when all were seen."""
PLAIN: Final = (
    ("white", "FFFFFF"), ("black", "000000"), ("red", "FF0000"), ("green", "00FF00"), ("blue", "0000FF"),
)  # fmt: skip
FIELD: Final = 150
"""Units, about, of a field of the grid: finer than a finger's width would make it a task of minutes."""
REST_SECONDS: Final = 10.0
CROSS: Final = 60
KEYS: Final = ("up", "down", "left", "right", "enter", "help")


class ScreenPage(TechPage):
    def parts(self) -> TechParts:
        room, draft = self.room, self.ctx.draft
        grid = room.button("grid", self.words("panel.grid"), lambda: self._begin(GRID, None), icon="grid")
        colours = room.button(
            "colours", self.words("panel.colours"), lambda: self._begin(COLOURS, 0), icon="palette-outline"
        )
        body: list[Block] = []
        counted = draft.get(GRID)
        if counted is not None:
            touched, total = counted
            body.append(
                Banner(
                    self.ctx,
                    "success" if touched == total else "warning",
                    self.words("panel.grid_result", touched=touched, total=total),
                )
            )
            if touched < total:
                body.append(Text(self.ctx, self.words("panel.grid_missing", missing=total - touched)))
        if draft.get(COLOURS) == len(PLAIN):
            body.append(Banner(self.ctx, "success", self.words("panel.colours_result")))
        buttons: list[Button] = [back(room), grid, colours]
        if body:
            buttons += [
                room.button(
                    "judge-failed", self.words("panel.failed"), commands.RecordTest("screen", False), "danger"
                ),
                room.button(
                    "judge-passed", self.words("panel.passed"), commands.RecordTest("screen", True), "primary"
                ),
            ]
        return TechParts(self.words("panel.heading"), self.words("panel.lead"), body, buttons)

    def _begin(self, what: str, value: object) -> None:
        self.ctx.draft[what] = value
        self.ctx.rebuild()


def whole_panel(room: Room) -> Block | None:
    """What covers the window instead of a framed page, if anything."""
    calibration = room.state.calibration
    if room.state.view is View.CALIBRATION:
        waiting = calibration.targets and not calibration.confirm_seconds
        return CalibrationTarget(room) if waiting else None
    draft = room.ctx.draft
    if GRID in draft and draft[GRID] is None:
        return TouchGrid(room)
    if COLOURS in draft and draft[COLOURS] < len(PLAIN):
        return PlainColour(room)
    return None


class TouchGrid(Block):
    """Fields over the whole panel that change when a finger comes over them."""

    def __init__(self, room: Room) -> None:
        super().__init__(room.ctx)
        self.room = room
        self.ground = "bg"
        metrics = room.ctx.metrics
        self.columns = max(3, round(metrics.width / room.ctx.px(FIELD)))
        self.rows = max(3, round(metrics.height / room.ctx.px(FIELD)))
        self.touched: set[tuple[int, int]] = set()
        self.last = room.ctx.monotonic()
        self.words = Text(room.ctx, room.words("panel.grid_lead"), "lead", "text", "center")
        self.words.ground = "surface"
        self.count = Text(room.ctx, "", "h2", "text", "center")
        self.count.ground = "surface"
        self.hold(self.words, self.count)
        self._say()

    def _say(self) -> None:
        touched, total = len(self.touched), self.columns * self.rows
        name = self.room.words("panel.grid_name", touched=touched, total=total)
        self.semantics(Role.SCREEN, name, value="technician:grid", key="touch-grid")
        self.count.text = self.room.words("panel.grid_count", touched=touched, total=total)

    def refresh(self) -> None:
        if self.ctx.monotonic() - self.last >= REST_SECONDS:
            self._end()

    def _end(self) -> None:
        self.ctx.draft[GRID] = (len(self.touched), self.columns * self.rows)
        self.ctx.rebuild()

    def measure(self, width: int) -> float:
        return self.ctx.metrics.height

    def box_of(self, column: int, row: int) -> tuple[float, float, float, float]:
        wide, high = self.width / self.columns, self.height / self.rows
        return self.x + column * wide, self.y + row * high, wide, high

    def draw(self) -> None:
        self.bar("surface", self.x, self.y, self.width, self.height)
        edge = self.ctx.px(2)
        for column in range(self.columns):
            for row in range(self.rows):
                x, y, wide, high = self.box_of(column, row)
                self.bar("outline", x, y, wide, high)
                done = (column, row) in self.touched
                Color(*self.colour("success_bg" if done else "surface"))
                Rectangle(pos=(x + edge, y + edge), size=(wide - 2 * edge, high - 2 * edge))

    def arrange(self) -> None:
        width = int(self.width) - 2 * self.ctx.metrics.margin
        words, count = self.words.fit(width), self.count.fit(width)
        middle = self.y + self.height // 2
        self.words.place(self.x + self.ctx.metrics.margin, middle, width, words)
        self.count.place(self.x + self.ctx.metrics.margin, middle - count, width, count)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        touch.grab(self)
        self._over(touch.pos)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if touch.grab_current is self:
            self._over(touch.pos)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is self:
            touch.ungrab(self)
            if len(self.touched) == self.columns * self.rows:
                self._end()
        return True

    def _over(self, at: tuple[float, float]) -> None:
        self.last = self.ctx.monotonic()
        column = int((at[0] - self.x) / self.width * self.columns)
        row = int((at[1] - self.y) / self.height * self.rows)
        field = (min(max(column, 0), self.columns - 1), min(max(row, 0), self.rows - 1))
        if field not in self.touched:
            self.touched.add(field)
            self._say()
            self.place(self.x, self.y, self.width, self.height)


class PlainColour(Pressable):
    """One colour over the whole panel: dead points and stains show on it."""

    radius = 0

    def __init__(self, room: Room) -> None:
        self.number = room.ctx.draft[COLOURS]
        name, self.paint = PLAIN[self.number]
        said = room.words("panel.colours_name", colour=room.words(f"panel.{name}"))
        super().__init__(room.ctx, "colour", said, self._next)

    def _next(self) -> None:
        self.ctx.draft[COLOURS] = self.number + 1
        self.ctx.rebuild()

    def measure(self, width: int) -> float:
        return self.ctx.metrics.height

    def draw(self) -> None:
        self.bar(colour(self.paint), self.x, self.y, self.width, self.height)


class CalibrationTarget(Block):
    """A cross to be pressed; the place is told as the panel reports it, before any correction."""

    def __init__(self, room: Room) -> None:
        super().__init__(room.ctx)
        self.room = room
        self.ground = "bg"
        calibration = room.state.calibration
        self.target = calibration.targets[len(calibration.touched)]
        said = room.words("calib.touch", number=len(calibration.touched) + 1, total=len(calibration.targets))
        self.semantics(Role.SCREEN, said, value="technician:calibration")
        texts: list[Block] = [Text(room.ctx, said, "lead_bold", "text", "center")]
        if calibration.fault is not None:
            why = sentence(calibration.fault, room.language)
            texts.insert(0, Text(room.ctx, why, "body_bold", "danger", "center", role=Role.ALERT))
        texts.append(Text(room.ctx, room.words("calib.cancel_hint"), "body", "muted", "center"))
        self.texts = texts
        self.last = room.ctx.monotonic()
        self.hold(*texts)

    def refresh(self) -> None:
        if self.ctx.monotonic() - self.last >= 3 * REST_SECONDS:
            self.room.act(commands.Show(View.OVERVIEW))

    def measure(self, width: int) -> float:
        return self.ctx.metrics.height

    def draw(self) -> None:
        self.bar("bg", self.x, self.y, self.width, self.height)
        x, y = self.x + self.target[0] * self.width, self.y + self.target[1] * self.height
        arm = min(self.ctx.px(CROSS), 0.09 * min(self.width, self.height))
        thick = max(2, self.ctx.px(4))
        self.bar("primary", x - arm, y - thick / 2, 2 * arm, thick)
        self.bar("primary", x - thick / 2, y - arm, thick, 2 * arm)
        Color(*self.colour("primary"))
        Line(circle=(x, y, arm * 0.6), width=thick / 2)

    def arrange(self) -> None:
        """In the middle, or above it while the cross is there."""
        width = int(self.width * 0.76)
        gap = self.ctx.px(16)
        high = sum(text.fit(width) for text in self.texts) + gap * (len(self.texts) - 1)
        centre = self.target == (0.5, 0.5)
        top = self.y + (self.height - self.ctx.metrics.margin if centre else (self.height + high) / 2)
        for text in self.texts:
            high = text.fit(width)
            text.place(self.x + (self.width - width) // 2, top - high, width, high)
            top -= high + gap

    def on_touch_down(self, touch: MotionEvent) -> bool:
        self.last = self.ctx.monotonic()
        touch.grab(self)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        """Where the finger has come to rest."""
        if touch.grab_current is self:
            touch.ungrab(self)
            self.room.act(commands.CalibrationTouch(*raw_place(touch)))
        return True


class CalibrationPage(TechPage):
    """After the touches: the new map is on trial and has to be confirmed through itself."""

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._lead: Text | None = None

    def parts(self) -> TechParts:
        room = self.room
        self._lead = Text(self.ctx, self._said(), "lead")
        again = room.button("again", self.words("calib.again"), commands.BeginCalibration(), icon="refresh")
        reset = room.button("reset", self.words("calib.reset"), commands.ResetCalibration())
        confirm = room.button(
            "confirm", self.words("calib.confirm"), commands.ConfirmCalibration(), "primary"
        )
        banner = Banner(self.ctx, "info", self.words("calib.trial"), "target")
        return TechParts(
            self.words("calib.heading"),
            body=[banner, self._lead],
            buttons=[back(room), again, reset, confirm],
        )

    def _said(self) -> str:
        calibration = self.room.state.calibration
        worst = f"{calibration.worst_mm or 0:.1f}"
        return self.words("calib.confirm_lead", worst=worst, seconds=calibration.confirm_seconds)

    def refresh(self) -> None:
        if self._lead is not None and self.room.state.calibration.confirm_seconds:
            self._lead.text = self._said()


class KeypadPage(TechPage):
    """Keys come through the window: see ``screens.technician.layer``."""

    def parts(self) -> TechParts:
        room = self.room
        seen = self.ctx.draft.get(SEEN_KEYS, frozenset())
        rows: list[Block] = [
            Ticked(self.ctx, self.words(f"keys.{key}"), "done" if key in seen else "waiting") for key in KEYS
        ]
        failed = room.button(
            "judge-failed", self.words("keys.failed"), commands.RecordTest("keypad", False), "danger"
        )
        passed = room.button(
            "judge-passed",
            self.words("keys.passed"),
            commands.RecordTest("keypad", True),
            "primary",
            disabled=None if len(seen) == len(KEYS) else self.words("keys.waiting"),
        )
        return TechParts(
            self.words("keys.heading"),
            self.words("keys.lead"),
            [Card(self.ctx, rows, gap=4, padding=(28, 20))],
            [back(room), failed, passed],
        )
