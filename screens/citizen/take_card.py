"""Over home, for a moment: the card of the visit that has just ended may still lie here."""

from __future__ import annotations

from kiosk.visit import events as ev
from screens.citizen.drawings import taking
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.context import Ctx
from screens.kit.dialog import Dialog
from screens.kit.text import Text

DRAWN_HIGH = 420
"""Units."""


def take_card_dialog(ctx: Ctx) -> Dialog:
    """Not every reader can tell whether a card is gone, so this asks and claims nothing."""
    words = ctx.words
    known = ctx.state.card_on if ctx.state.card_on == "social_security" else "samv"
    body: list[Block] = [Text(ctx, words(f"take_card.{known}"), "lead")]
    if not ctx.metrics.narrow:
        body.append(taking(ctx, known, DRAWN_HIGH))
    close = Button(ctx, "close", words("take_card.close"), lambda: ctx.send(ev.Stay()))
    return Dialog(ctx, words("take_card.heading"), body, [close])
