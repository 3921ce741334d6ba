"""查进度: how this person's cases stand, as the platform says, and what is to be done about each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.visit import events as ev
from kiosk.visit.state import CasesState, Page
from screens.citizen import wording
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card
from screens.kit.notes import GROUNDS, Banner, BannerKind
from screens.kit.page import CitizenPage, Parts
from screens.kit.semantics import private
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from kiosk.delivery.application import WantedMaterial
    from kiosk.delivery.own_cases import OwnCase
    from kiosk.matters.models import Matter
    from screens.kit.context import Ctx

TAIL: Final = 6
"""Characters of a number that tell one case of somebody from the next; the slip has all 43."""
LOOKS: dict[str, tuple[BannerKind, str]] = {
    "accepted": ("success", "check-circle-outline"),
    "received": ("info", "progress-clock"),
    "supplement": ("warning", "alert-circle-outline"),
    "refused": ("info", "close-circle-outline"),
}


def wanted_name(ctx: Ctx, matter: Matter | None, wanted: WantedMaterial) -> str:
    """In the citizen's language where the guide has it; else as the platform calls it."""
    known = (each for each in (matter.guide.materials if matter is not None else ()))
    return next((ctx.both(each.name) for each in known if each.code == wanted.code), wanted.name)


class CasesPage(CitizenPage):
    name: ClassVar[Page] = Page.CASES

    def parts(self) -> Parts:
        ctx = self.ctx
        handing = ctx.state.handing
        back = Button(ctx, "back", ctx.words("common.back"), lambda: ctx.send(ev.Back()), kind="secondary")
        leave = Button(ctx, "leave", ctx.words("done.leave"), lambda: ctx.send(ev.Leave()))
        if handing.state is CasesState.LOOKING:
            wait = Banner(ctx, "info", ctx.words("cases.looking"), "progress-clock", style="lead")
            return Parts(heading=ctx.words("cases.heading"), body=[wait], secondary=[back])
        if handing.state is CasesState.FAILED:
            told = ctx.words("cases.failed", phone=ctx.terminal.phone)
            again = Button(ctx, "look-again", ctx.words("cases.again"), lambda: ctx.send(ev.AskProgress()))
            gone = Banner(ctx, "warning", told, "cloud-off-outline", style="lead")
            return Parts(heading=ctx.words("cases.heading"), body=[gone], primary=again, secondary=[back])
        note = Text(ctx, ctx.words("cases.not_sent_yet", phone=ctx.terminal.phone), "body", "muted")
        if not handing.cases:
            none = Banner(ctx, "info", ctx.words("cases.none"), "information-outline", style="lead")
            parts = [none, note]
            return Parts(heading=ctx.words("cases.heading"), body=parts, primary=leave, secondary=[back])
        waiting = [each for each in handing.cases if each.is_open]
        others = [each for each in handing.cases if not each.is_open]
        lead = ctx.words("cases.lead_waiting", count=len(waiting)) if waiting else ctx.words("cases.lead")
        body: list[Block] = [self._case(each) for each in (*waiting, *others)]
        return Parts(
            heading=ctx.words("cases.heading"), lead=lead, body=[*body, note], primary=leave, secondary=[back]
        )

    def _case(self, case: OwnCase) -> Block:
        ctx = self.ctx
        matter = ctx.catalogue.by_code(case.task_code)
        name = ctx.both(matter.plain_name) if matter is not None else case.task_name
        name = name or case.answer.project_no
        kind, icon = LOOKS[case.answer.state]
        if case.is_open:
            kind, icon = LOOKS["supplement"]
        blocks: list[Block] = [Heading(ctx, name, level=3)]
        about = Text(ctx, self._about(case), "body", "muted")
        if ctx.metrics.compact and (received := (case.answer.received_at or "")[:10]):  # on one line
            number = case.answer.project_no[-TAIL:]
            about = Text(ctx, ctx.words("cases.about_short", day=received, number=number), "body", "muted")
            about.name = self._about(case)
        blocks += private(about)
        blocks.append(self._state(kind, icon, self._told(case)))
        today = ctx.now().date()
        if case.is_open:
            blocks += [Text(ctx, self._line(each, matter)) for each in case.wanted]
            if any(each.is_over(today) for each in case.wanted):
                blocks.append(Text(ctx, ctx.words("cases.late", phone=ctx.terminal.phone), "body", "muted"))
        if matter is not None and case.taken_here(today):
            button = Button(
                ctx,
                f"hand-in:{case.answer.project_no}",
                ctx.words("cases.hand_in"),
                lambda: ctx.send(ev.ChooseCase(case.answer.project_no)),
                kind="secondary",
                icon="file-plus-outline",
            )
            button.name = f"{ctx.words('cases.hand_in')} {name}"
            blocks.append(button)
        card = Card(ctx, blocks, gap=4 if ctx.metrics.compact else 8)
        card.whole = True
        return card

    def _state(self, kind: BannerKind, icon: str, told: str) -> Block:
        """On a small panel as a line of its own colour: two cases have room on a leaf."""
        ctx = self.ctx
        if not ctx.metrics.compact:
            return Banner(ctx, kind, told, icon)
        return Text(ctx, told, "body_bold", GROUNDS[kind][1])

    def _about(self, case: OwnCase) -> str:
        ctx = self.ctx
        day = wording.day(ctx, case.answer.received_at[:10]) if case.answer.received_at else ""
        number = case.answer.project_no[-TAIL:]
        if not day:
            return ctx.words("cases.about_number", number=number)
        return ctx.words("cases.about", day=day, number=number)

    def _told(self, case: OwnCase) -> str:
        """The platform's state, then what is to be done about it."""
        ctx = self.ctx
        answer = case.answer
        if answer.supplements:
            return ctx.words("cases.supplement")
        if answer.state == "accepted" and answer.owed:
            return ctx.words("cases.owed")
        if answer.state == "accepted" and answer.promised_by and not answer.documents:
            return ctx.words("cases.accepted_by", day=wording.day(ctx, answer.promised_by))
        match answer.state:
            case "refused":
                return ctx.words("cases.refused", phone=ctx.terminal.phone)
            case "supplement":  # and it has not said what
                return ctx.words("cases.supplement_ask", phone=ctx.terminal.phone)
            case "received":
                return ctx.words("cases.received")
        return ctx.words("cases.accepted")

    def _line(self, wanted: WantedMaterial, matter: Matter | None) -> str:
        ctx = self.ctx
        name = wanted_name(ctx, matter, wanted)
        if not wanted.until:
            return f"· {name}"
        key = "cases.wanted_late" if wanted.is_over(ctx.now().date()) else "cases.wanted_until"
        return ctx.words(key, name=name, until=wording.day(ctx, wanted.until))
