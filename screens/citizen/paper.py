"""What stands on a paper, on the screen and for the ear: who cannot read it in the hand hears it here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.visit import events as ev
from kiosk.visit.state import PaperTextState
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.dialog import Dialog
from screens.kit.notes import Banner
from screens.kit.semantics import private
from screens.kit.text import Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx


def paper_dialog(ctx: Ctx) -> Dialog:
    words, paper = ctx.words, ctx.state.paper_text
    match paper.state:
        case PaperTextState.READING:
            body: list[Block] = [Banner(ctx, "info", words("paper.reading"), "file-search-outline")]
        case PaperTextState.FAILED:
            body = [Banner(ctx, "warning", words("paper.failed"), "file-alert-outline")]
        case PaperTextState.READ:
            body = private(*(Text(ctx, line) for line in paper.lines))
    close = Button(ctx, "close", words("help.close"), lambda: ctx.send(ev.Stay()))
    return Dialog(ctx, words("paper.heading", title=paper.title), body, [close])
