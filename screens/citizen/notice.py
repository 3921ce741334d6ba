"""一次性告知: everything that is missing, at once, each with what can be done about it now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.visit import events as ev
from kiosk.visit import materials, resuming
from kiosk.visit.papers import action_for, notice_url
from kiosk.visit.state import KeepingState, MaterialView, Page, PaperState
from screens.citizen import wording
from screens.citizen.beside import VisitPage
from screens.citizen.guide import PAPER_KINDS
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card, Column, Line
from screens.kit.notes import Banner
from screens.kit.page import Parts
from screens.kit.pictures import QRCode
from screens.kit.press import PRINTING_PATIENCE
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from kiosk.matters.models import Material

NOTICE_TRIES: Final = 3


class NoticePage(VisitPage):
    name: ClassVar[Page] = Page.NOTICE

    def parts(self) -> Parts:
        ctx = self.ctx
        missing = materials.missing(ctx.state.materials)
        may_owe = materials.all_may_be_owed(ctx.state.materials)
        body: list[Block] = [*self._kept(), *self._paper()]
        items = [self._item(number, view, may_owe) for number, view in enumerate(missing, start=1)]
        if not may_owe:
            body += [Banner(ctx, "warning", ctx.words("notice.cannot_owe"), "alert-outline"), *items]
        elif ctx.metrics.elder and (ctx.metrics.narrow or ctx.metrics.orientation == "landscape"):
            # Large type where there is little room: each of them says so.
            body += items
        else:
            note = Banner(ctx, "info", ctx.words("notice.owe_note"), "calendar-clock-outline")
            # On a small panel the first leaf is for what is missing: the button says the rest.
            body += [*items, note] if ctx.metrics.narrow else [note, *items]
        body += self._take_along()
        back = Button(ctx, "back", ctx.words("common.back"), lambda: ctx.send(ev.Back()), kind="secondary")
        kept = ctx.state.keeping.state is KeepingState.KEPT  # said above; there is nothing more to be pressed
        offered = resuming.may_keep(ctx.state) and not kept
        keep = self._keep("secondary" if may_owe else "primary") if offered else None
        if may_owe:
            primary, others = self._owe(), [*([keep] if keep else []), self._print("secondary")]
        elif keep is not None:
            primary, others = keep, [self._print("secondary")]
        else:
            primary, others = self._print("primary"), []
        return Parts(
            heading=ctx.words("notice.heading", count=len(missing)),
            lead=ctx.words("notice.lead_short" if ctx.metrics.compact else "notice.lead"),
            body=body,
            primary=primary,
            secondary=[back, *others],
        )

    def _keep(self, kind: str) -> Button:
        ctx = self.ctx
        reason = ctx.words("notice.keeping") if ctx.state.keeping.state is KeepingState.KEEPING else None
        keep = Button(
            ctx,
            "keep-form",
            ctx.words("notice.keep_short" if ctx.metrics.compact else "notice.keep"),
            lambda: ctx.send(ev.KeepForm()),
            kind="primary" if kind == "primary" else "secondary",
            disabled_reason=reason,
        )
        keep.name = ctx.words("notice.keep")
        return keep

    def _kept(self) -> list[Block]:
        """What is true about what was filled in: kept until a day, or not."""
        ctx = self.ctx
        keeping = ctx.state.keeping
        match keeping.state:
            case KeepingState.KEPT:
                said = ctx.words("notice.kept", until=wording.day(ctx, keeping.until))
                return [Banner(ctx, "success", said, "content-save-check-outline")]
            case KeepingState.FAILED:
                return [Banner(ctx, "danger", ctx.words("notice.not_kept"), "content-save-alert-outline")]
            case _:
                return []

    def _take_along(self) -> list[Block]:
        """The same list on a telephone: which materials of which matter, and nothing of whom."""
        ctx = self.ctx
        if not ctx.terminal.lookup_url or ctx.metrics.narrow:
            return []
        code = QRCode(ctx, notice_url(ctx.state, ctx.terminal), ctx.words("notice.take_name"), size=200)
        words: list[Block] = [
            Heading(ctx, ctx.words("notice.take"), level=3),
            Text(ctx, ctx.words("notice.take_note"), "caption", "muted"),
        ]
        return [Card(ctx, Line(ctx, [code, Column(ctx, words, gap=8)], shares=[None, 1]))]

    def _item(self, number: int, view: MaterialView, may_owe: bool) -> Block:
        ctx = self.ctx
        material = self._material(view.code)
        action = ctx.both(action_for(material, view.until, may_owe, ctx.terminal.phone))
        basis = "；".join(f"《{each.title}》{each.article}" for each in material.basis)
        parts: list[Block] = [
            Heading(ctx, ctx.words("notice.item", n=number, name=ctx.both(material.name)), level=3),
            Text(ctx, action),
        ]
        if basis:
            parts.append(Text(ctx, ctx.words("notice.basis", basis=basis), "caption", "muted"))
        return Card(ctx, parts, gap=8)

    def _material(self, code: str) -> Material:
        matter = self.ctx.state.matter
        assert matter is not None
        return next(material for material in matter.guide.materials if material.code == code)

    def _owe(self) -> Button:
        ctx = self.ctx
        said = ctx.words("notice.owe_short" if ctx.metrics.compact else "notice.owe")
        owe = Button(ctx, "accept-owing", said, lambda: ctx.send(ev.AcceptOwing()))
        owe.name = ctx.words("notice.owe")
        return owe

    def _print(self, kind: str) -> Button:
        ctx = self.ctx
        paper = ctx.state.notice_paper
        reason = None
        if "receipt" not in ctx.terminal.printers:
            reason = ctx.words("notice.no_printer")
        elif paper is not None and paper.state is PaperState.PRINTING:
            reason = ctx.words("notice.wait")
        elif paper is not None and paper.tries >= NOTICE_TRIES:
            reason = ctx.words("notice.tries_over")
        button = Button(
            ctx,
            "print-notice",
            ctx.words("notice.print_short" if ctx.metrics.narrow else "notice.print"),
            lambda: ctx.send(ev.PrintNotice()),
            kind="primary" if kind == "primary" else "secondary",
            disabled_reason=reason,
        )
        button.name = ctx.words("notice.print")
        button.patience = PRINTING_PATIENCE
        return button

    def _paper(self) -> list[Block]:
        ctx = self.ctx
        paper = ctx.state.notice_paper
        if paper is None or paper.state not in PAPER_KINDS:
            return []
        kind, icon = PAPER_KINDS[paper.state]
        return [Banner(ctx, kind, wording.paper_words(ctx, "notice", paper), icon)]
