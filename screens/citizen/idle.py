"""您还在吗? over everything; it can be answered any number of times."""

from __future__ import annotations

from kiosk.visit import events as ev
from kiosk.visit.timing import WARNING_SECONDS
from screens.citizen.leave import consequence, leave_kind, stay_words
from screens.kit.buttons import Button
from screens.kit.context import Ctx
from screens.kit.dialog import Dialog
from screens.kit.pictures import ProgressBar
from screens.kit.text import Text


class IdleDialog(Dialog):
    """Counts down in place, so that a finger on its way to a button finds it where it was."""

    def __init__(self, ctx: Ctx) -> None:
        words = ctx.words
        self.sentence = Text(ctx, _sentence(ctx), "lead", role="timer", live="polite")
        self.bar_left = ProgressBar(ctx, words("idle.timer"), _share(ctx))
        buttons = [
            Button(ctx, "leave", words("idle.leave"), lambda: ctx.send(ev.Leave()), kind=leave_kind(ctx)),
            Button(ctx, "stay", words(stay_words(ctx)), lambda: ctx.send(ev.Stay())),
        ]
        super().__init__(ctx, words("idle.heading"), [self.sentence, self.bar_left], buttons)

    def refresh(self) -> None:
        self.sentence.text = _sentence(self.ctx)
        self.bar_left.share = _share(self.ctx)


def _share(ctx: Ctx) -> float:
    return min(1.0, max(0.0, ctx.state.idle_left / WARNING_SECONDS))


def _sentence(ctx: Ctx) -> str:
    lost = consequence(ctx) in ("cleared", "nothing")
    return ctx.words("idle.lead" if lost else "idle.lead_kept", seconds=ctx.state.idle_left)
