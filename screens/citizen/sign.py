"""签名: a box to sign in, 重签, and another way for who cannot write on glass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.visit import events as ev
from kiosk.visit.state import Page
from screens.citizen.beside import VisitPage
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card, Column, Line
from screens.kit.notes import Banner
from screens.kit.page import Parts
from screens.kit.signature import SignatureBox
from screens.kit.text import Text

if TYPE_CHECKING:
    from kiosk.matters.models import Matter

BY_BUTTON: Final = "sign:by-button"
TOO_LITTLE: Final = "sign:too-little"


class SignPage(VisitPage):
    name: ClassVar[Page] = Page.SIGN

    @property
    def matter(self) -> Matter:
        matter = self.ctx.state.matter
        assert matter is not None
        return matter

    def parts(self) -> Parts:
        return self._by_button() if self.ctx.draft.get(BY_BUTTON) else self._by_finger()

    # --- by finger ------------------------------------------------------------------------------------

    def _by_finger(self) -> Parts:
        ctx = self.ctx
        error = ctx.words("sign.too_little") if ctx.draft.get(TOO_LITTLE) else None
        hint = error or ctx.words("sign.hint")
        box = SignatureBox(ctx, ctx.words("sign.box"), hint, self._drawn)
        if error:
            box.state.update(invalid=True, error=error)
        again = self._small("sign-again", "sign.again", box.clear, "undo")
        other = self._small("sign-other", "sign.other", lambda: self._other(True), "hand-okay")
        body: list[Block] = [Banner(ctx, "danger", error)] if error else []
        body += [box, Line(ctx, [again, other], gap=16, shares=[None, 1], stretch=True)]
        if not ctx.metrics.narrow:
            said = ctx.words("sign.note", matter=ctx.both(self.matter.plain_name))
            body.append(Text(ctx, said, "body", "muted"))
        return Parts(
            heading=ctx.words("sign.heading"),
            lead=None if ctx.metrics.narrow else ctx.words("sign.lead"),
            body=body,
            gap=16,
            primary=Button(ctx, "sign", self._done(), lambda: self._sign(box)),
            secondary=[self._back(lambda: ctx.send(ev.Back()))],
        )

    def _small(self, key: str, word: str, act: Callable[[], None], icon: str) -> Button:
        """Beside each other under the box, also on a small tablet, where the drawing and long words go."""
        ctx = self.ctx
        if not ctx.metrics.narrow:
            return Button(ctx, key, ctx.words(word), act, "secondary", icon, high=88)
        label = {"sign.again": "sign.again_short", "sign.other": "sign.other_short"}[word]
        button = Button(ctx, key, ctx.words(label), act, "secondary", style="body_bold", high=88)
        button.name = ctx.words(word)
        return button

    def _done(self) -> str:
        return self.ctx.words("common.continue" if self.ctx.metrics.narrow else "sign.done")

    def _drawn(self, signed: bool) -> None:
        """The message of too little goes once there is enough."""
        if signed and self.ctx.draft.pop(TOO_LITTLE, None):
            self.ctx.rebuild()

    def _sign(self, box: SignatureBox) -> None:
        if not box.signed:
            self.ctx.draft[TOO_LITTLE] = True
            self.ctx.rebuild()
            return
        strokes = tuple(tuple(stroke) for stroke in box.strokes)
        self.ctx.send(ev.Sign(strokes, box.grid_width))

    # --- by a button ----------------------------------------------------------------------------------

    def _by_button(self) -> Parts:
        ctx = self.ctx
        said = ctx.words("sign.statement", matter=ctx.both(self.matter.plain_name))
        return Parts(
            heading=ctx.words("sign.other_heading"),
            lead=None if ctx.metrics.narrow else ctx.words("sign.other_lead"),
            body=[
                Card(ctx, Column(ctx, [Text(ctx, said, "lead")])),
                Text(ctx, ctx.words("sign.other_note"), "body", "muted"),
                self._by_helper(),
            ],
            primary=Button(
                ctx, "sign-by-button", ctx.words("sign.by_button"), lambda: ctx.send(ev.SignByButton())
            ),
            secondary=[self._back(lambda: self._other(False))],
            read_first=True,
        )

    def _by_helper(self) -> Button:
        """Whoever presses for somebody says so: the application, the check page and the slip say it, too."""
        ctx = self.ctx
        return Button(
            ctx,
            "sign-by-helper",
            ctx.words("sign.by_helper"),
            lambda: ctx.send(ev.SignByButton(helped=True)),
            "secondary",
            style="body_bold",
            high=88,
        )

    def _other(self, chosen: bool) -> None:
        self.ctx.draft[BY_BUTTON] = chosen
        self.ctx.rebuild()

    def _back(self, act: Callable[[], None]) -> Button:
        ctx = self.ctx
        return Button(ctx, "back", ctx.words("common.back"), act, kind="secondary")
