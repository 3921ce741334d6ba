"""Puts a technician's page on the window: a dark band with the way out, heading, body by pages, buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.technician import commands
from kiosk.technician.state import Phase
from screens.kit.block import Block
from screens.kit.button_row import ButtonRow
from screens.kit.chrome import Clock
from screens.kit.layout import Column
from screens.kit.notes import Banner
from screens.kit.pager import Pager, fits, paged
from screens.kit.semantics import Role
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from screens.technician.room import Room, TechPage, TechParts

BAND = 96
SIDE = 440
GAP = 16


class TechFrame(Block):
    """One page as it stands on the window."""

    def __init__(self, room: Room, page: TechPage) -> None:
        ctx = room.ctx
        super().__init__(ctx)
        self.room = room
        self.page = page
        self.ground = "bg"
        self.band = Band(room)
        parts = page.parts()
        self.placed: list[tuple[Block, tuple[int, int, int, int]]] = []
        metrics, px = ctx.metrics, ctx.px
        left, low = metrics.margin, metrics.margin
        width = metrics.width - 2 * metrics.margin
        gap = px(GAP if metrics.narrow else 24)
        top = metrics.height - px(BAND) - gap
        body = list(parts.body)
        if parts.side is not None and metrics.orientation == "landscape":
            width -= px(SIDE) + px(32)
            self._put(parts.side, left + width + px(32), top - parts.side.fit(px(SIDE)), px(SIDE))
        elif parts.side is not None and not metrics.narrow:
            self._put(parts.side, left, low, width)
            low += parts.side.fit(width) + gap
        elif parts.side is not None:
            body.append(parts.side)
        if parts.buttons:
            row = ButtonRow(ctx, list(parts.buttons))
            self._put(row, left, low, width)
            low += row.fit(width) + gap
        self._head(parts, left, top, width)
        top = self.placed[-1][1][1] - px(GAP)
        self._body(body, (left, low, width, top - low), parts.gap)
        self.hold(self.band, *[block for block, _ in self.placed])
        self.semantics(Role.SCREEN, parts.heading, value=f"technician:{_place(room)}")

    def refresh(self) -> None:
        self.band.refresh()
        self.page.refresh()

    def refresh_clock(self) -> None:
        self.band.clock.tick()

    def measure(self, width: int) -> float:
        return self.ctx.metrics.height

    def draw(self) -> None:
        self.wipe("bg")

    def arrange(self) -> None:
        height = self.ctx.px(BAND)
        self.band.place(self.x, self.top - height, self.width, height)
        for block, box in self.placed:
            block.place(*box)

    def _head(self, parts: TechParts, left: int, top: int, width: int) -> None:
        blocks: list[Block] = [Heading(self.ctx, parts.heading)]
        if parts.lead:
            blocks.append(Text(self.ctx, parts.lead, "lead", "muted"))
        fault = self.room.state.fault
        if fault is not None and self.room.state.phase is Phase.ACTIVE:
            blocks.append(Banner(self.ctx, "danger", sentence(fault, self.room.language)))
        head = Column(self.ctx, blocks, gap=8)
        self._put(head, left, top - head.fit(width), width)

    def _body(self, blocks: list[Block], box: tuple[int, int, int, int], gap: float) -> None:
        x, y, width, height = box
        if not blocks:
            return
        if not fits(self.ctx, blocks, height, width, gap):
            pager = Pager(self.ctx, 0, 2, self._turn, width)
            high = pager.fit(width)
            leaves = paged(self.ctx, blocks, height - high - self.ctx.px(GAP), width, gap)
            shown = min(self.room.state.page, len(leaves) - 1)
            self.shown = shown
            blocks = leaves[shown]
            if len(leaves) > 1:
                self._put(Pager(self.ctx, shown, len(leaves), self._turn, width), x, y, width)
        column = Column(self.ctx, blocks, gap)
        self._put(column, x, y + height - column.fit(width), width)

    def _turn(self, by: int) -> None:
        beyond = self.room.state.page - self.shown  # the state does not know how many leaves there are
        self.room.act(commands.TurnPage(by - beyond))

    def _put(self, block: Block, x: int, y: int, width: int) -> None:
        self.placed.append((block, (x, y, width, block.fit(width))))


class Band(Block):
    """Title, whose session it is or how long it lasts, the time, and the way out."""

    ground = "header"

    def __init__(self, room: Room) -> None:
        ctx = room.ctx
        super().__init__(ctx)
        self.room = room
        self.title = Text(ctx, f"{room.words('chrome.title')}　{ctx.terminal.id}", "h2", "on_header")
        self.note = Text(ctx, "", "body", "on_header", "right", live="polite")
        self.clock = Clock(ctx, "on_header", ctx.px(90))
        leave = room.state.phase is Phase.ACTIVE
        self.leave = (
            room.button("leave", room.words("chrome.leave"), commands.Leave(), icon="exit-to-app")
            if leave
            else None
        )
        narrow = ctx.metrics.narrow
        if narrow:
            self.title = Text(ctx, room.words("chrome.title"), "lead_bold", "on_header")
        self.refresh()
        parts: list[Any] = [self.title, self.note]
        if not narrow:
            parts.append(self.clock)
        if self.leave is not None:
            parts.append(self.leave)
        self.hold(*parts)

    def refresh(self) -> None:
        state = self.room.state
        if state.idle_left is not None:
            word = "chrome.idle_short" if self.ctx.metrics.narrow else "chrome.idle"
            self.note.text = self.room.words(word, seconds=state.idle_left)
        else:
            self.note.text = state.by
        self.note.role = Role.TEXT if self.note.text else Role.NONE

    def measure(self, width: int) -> float:
        return self.ctx.px(BAND)

    def draw(self) -> None:
        self.bar("header", self.x, self.y, self.width, self.height)
        if not self.ctx.theme.shadow:
            self.bar("outline", self.x, self.y, self.width, self.ctx.px(2))

    def arrange(self) -> None:
        margin, gap = self.ctx.metrics.margin, self.ctx.px(24)
        right = self.right - margin
        for block in (self.leave, self.clock if self.clock.parent is self else None):
            if block is not None:
                width = block.natural_width()
                height = block.fit(width)
                block.place(right - width, self.y + (self.height - height) // 2, width, height)
                right -= width + gap
        left = self.x + margin
        wide = min(self.title.natural_width() + 1, int(right - left))
        height = self.title.fit(wide)
        self.title.place(left, self.y + (self.height - height) // 2, wide, height)
        room = int(right - left - wide - gap)
        if room < self.ctx.px(60):
            self.remove_widget(self.note)
            return
        height = min(self.note.fit(room), int(self.height))
        self.note.place(right - room, self.y + (self.height - height) // 2, room, height)


def sentence(code: str, language: str) -> str:
    """The technician's sentence of a fault."""
    from kiosk.faults import sentences

    found = sentences(code)
    return found.technician_en if language == "en" else found.technician


def _place(room: Room) -> str:
    state = room.state
    return state.view.value if state.phase is Phase.ACTIVE else state.phase.value
