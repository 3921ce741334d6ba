"""Who is there: a PIN by the keys, or a technician's card on the reader."""

from __future__ import annotations

from kiosk.technician import commands
from screens.kit.block import Block
from screens.kit.field import Field
from screens.kit.layout import Column
from screens.kit.notes import Banner
from screens.kit.panels import DigitPad
from screens.kit.text import Text
from screens.technician.frame import sentence
from screens.technician.room import Room, TechPage, TechParts


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
        cancel = room.button("leave", self.words("entry.cancel"), commands.Leave(), icon="arrow-left")
        if entry.fault == "technician.nobody_configured":
            body: list[Block] = [
                Banner(self.ctx, "warning", sentence(entry.fault, room.language)),
                Text(self.ctx, self.words("entry.how"), "body_bold"),
            ]
            return TechParts(self.words("entry.heading"), body=body, buttons=[cancel])
        narrow = self.ctx.metrics.narrow
        body = [self._field()]
        if entry.fault is not None:  # on a small tablet instead of the lead: the keys must have room
            body.insert(0 if narrow else 1, self._fault(entry.fault))
        body.append(DigitPad(self.ctx, self._key))
        blank = None if entry.digits and not entry.checking and not entry.locked_seconds else self._why_not()
        confirm = room.button(
            "confirm", self.words("entry.confirm"), commands.GivePin(), "primary", disabled=blank
        )
        lead = self.words("entry.lead_card" if entry.card_possible else "entry.lead")
        if narrow and entry.fault is not None:
            lead = ""
        return TechParts(self.words("entry.heading"), lead, body, [cancel, confirm])

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

    def _fault(self, code: str) -> Block:
        entry = self.room.state.entry
        said = sentence(code, self.room.language)
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
