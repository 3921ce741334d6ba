"""Who is there: a PIN by the keys, or a technician's card on the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.technician import commands
from kiosk.technician.state import Entry
from screens.kit.block import Block
from screens.kit.digit_pad import DigitPad
from screens.kit.field import Field
from screens.kit.layout import Column, Line
from screens.kit.notes import Banner
from screens.kit.text import Text
from screens.technician.frame import sentence
from screens.technician.room import Room, TechPage, TechParts

if TYPE_CHECKING:
    from screens.kit.context import Ctx


class Slot(Block):
    """Room for a message that comes and goes, as high as the highest of them: keys stay where they are."""

    def __init__(self, ctx: Ctx, shown: Block | None, others: Sequence[Block]) -> None:
        super().__init__(ctx)
        self.shown = shown
        self.others = others
        if shown is not None:
            self.hold(shown)

    def measure(self, width: int) -> float:
        high = max((each.fit(width) for each in self.others), default=0)
        return max(high, self.shown.fit(width) if self.shown is not None else 0)

    def arrange(self) -> None:
        if self.shown is not None:
            high = self.shown.fit(self.width)
            self.shown.place(self.x, self.top - high, self.width, high)


class LeavingPage(TechPage):
    """What runs is called off first."""

    def parts(self) -> TechParts:
        return TechParts(self.words("entry.heading"), self.words("chrome.leaving"))


class EntryPage(TechPage):
    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._wait: Text | None = None

    def parts(self) -> TechParts:
        entry, room = self.room.state.entry, self.room
        narrow = self.ctx.metrics.narrow
        go_back = self.words("entry.cancel_short" if narrow else "entry.cancel")
        cancel = room.button("leave", go_back, commands.Leave(), icon="arrow-left")
        if entry.fault == "technician.nobody_configured":
            body: list[Block] = [
                Banner(self.ctx, "warning", sentence(entry.fault, room.language)),
                Text(self.ctx, self.words("entry.how"), "body_bold"),
            ]
            return TechParts(self.words("entry.heading"), body=body, buttons=[cancel])
        lead = self.words("entry.lead_card" if entry.card_possible else "entry.lead")
        field, pad = self._field(), DigitPad(self.ctx, self._key)
        if entry.locked_seconds:
            pad.disable_all(self._waiting())
        # On a small tablet the message stands instead of the lead: the keys must have room.
        body = [self._message(lead), field, pad] if narrow else [field, self._message(""), pad]
        if self.ctx.metrics.orientation == "landscape":
            beside = Column(self.ctx, body[:2], gap=16)
            body = [Line(self.ctx, [beside, pad], gap=32, shares=[1, None], valign="top")]
        blank = None if entry.digits and not entry.checking and not entry.locked_seconds else self._why_not()
        confirm = room.button(
            "confirm", self.words("entry.confirm"), commands.GivePin(), "primary", disabled=blank
        )
        return TechParts(self.words("entry.heading"), "" if narrow else lead, body, [cancel, confirm])

    def refresh(self) -> None:
        if self._wait is not None:
            self._wait.text = self._waiting()

    def _field(self) -> Block:
        entry = self.room.state.entry
        label = "" if self.ctx.metrics.narrow else self.words("entry.pin")
        made = Field(self.ctx, "pin", label, "0" * entry.digits, masked=True, caret=not entry.checking)
        made.name = self.words("entry.pin")
        return made

    def _why_not(self) -> str:
        entry = self.room.state.entry
        if entry.checking:
            return self.words("entry.checking")
        return self._waiting() if entry.locked_seconds else self.words("entry.lead")

    def _waiting(self) -> str:
        minutes, seconds = divmod(self.room.state.entry.locked_seconds, 60)
        return self.words("entry.locked", minutes=minutes, seconds=f"{seconds:02}")

    def _message(self, lead: str) -> Block:
        """What is wrong, else ``lead``; with room for all that may be said here."""
        entry = self.room.state.entry
        may_be = [
            self._fault(replace(entry, fault="technician.pin_wrong", locked_seconds=0, tries_left=1)),
            self._fault(replace(entry, fault="technician.locked", locked_seconds=1)),
        ]
        if entry.card_possible:
            may_be.append(self._fault(replace(entry, fault="technician.card_unknown", locked_seconds=0)))
        if lead:
            may_be.append(Text(self.ctx, lead, "lead", "muted"))
        self._wait = None
        if entry.fault is not None:
            return Slot(self.ctx, self._fault(entry), may_be)
        return Slot(self.ctx, may_be.pop() if lead else None, may_be)

    def _fault(self, entry: Entry) -> Block:
        code = entry.fault or ""
        said = sentence(code, self.room.language)
        if code == "technician.locked" and entry.card_possible:
            said = self.words("entry.card_opens", sentence=said)
        blocks: list[Block] = [Banner(self.ctx, "danger", said)]
        if self.ctx.metrics.narrow:
            told = entry.locked_seconds or code == "technician.pin_wrong"
            blocks = [] if told else [Text(self.ctx, said, "body", "danger", role="alert")]
        if entry.locked_seconds:
            self._wait = Text(self.ctx, self._waiting(), "lead_bold")
            blocks.append(self._wait)
        elif entry.tries_left is not None and code == "technician.pin_wrong":
            blocks.append(Text(self.ctx, self.words("entry.tries", count=entry.tries_left), "lead_bold"))
        return Column(self.ctx, blocks, gap=8)

    def _key(self, key: str) -> None:
        if key == "delete":
            self.room.act(commands.Erase())
        elif key == "clear":
            for _ in range(self.room.state.entry.digits):
                self.room.act(commands.Erase())
        else:
            self.room.act(commands.Digit(key))
