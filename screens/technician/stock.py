"""Supplies, service and exports: what a technician sets or takes away."""

from __future__ import annotations

from kiosk.technician import commands
from kiosk.technician.state import DeviceCard, ExportPlace
from screens.kit.block import Block
from screens.kit.layout import Card, Column, Line
from screens.kit.notes import Banner
from screens.kit.pictures import ProgressBar
from screens.kit.text import Heading, Text
from screens.technician.checks import back
from screens.technician.frame import sentence
from screens.technician.room import TechPage, TechParts

UNITS = ("mm", "sheets")


class SuppliesPage(TechPage):
    def parts(self) -> TechParts:
        printers = [card for card in self.room.state.cards if card.is_printer]
        body: list[Block] = [self._printer(card) for card in printers]
        if not printers:
            body = [Banner(self.ctx, "info", self.words("stock.none"))]
        return TechParts(self.words("stock.heading"), body=body, buttons=[back(self.room)])

    def _printer(self, card: DeviceCard) -> Block:
        ctx, supply = self.ctx, card.supply
        refilled = self.room.button(
            f"refilled:{card.name}",
            self.words("stock.refilled"),
            commands.Refilled(card.name),
            icon="tray-full",
            name=self.words("stock.refilled_name", name=card.name),
        )
        blocks: list[Block] = [Line(ctx, [Heading(ctx, card.name, level=2), refilled], shares=[1, None])]
        if supply is None:
            blocks.append(Text(ctx, self.words("stock.uncounted"), "body", "muted"))
        elif card.count_untrue:
            blocks.append(Banner(ctx, "danger", self.words("stock.untrusted")))
        else:
            share = supply.left / supply.capacity if supply.capacity else 0.0
            unit = self.words(f"stock.{supply.unit}") if supply.unit in UNITS else supply.unit
            said = self.words(
                "stock.left",
                left=supply.left,
                capacity=supply.capacity,
                unit=unit,
                share=round(share * 100),
            )
            blocks += [Text(ctx, said), ProgressBar(ctx, card.name, share)]
            if supply.is_low or card.paper == "low":
                blocks.append(Banner(ctx, "warning", self.words("stock.low")))
        return Card(ctx, Column(ctx, blocks, gap=12), padding=(28, 20))


def said_closed(page: TechPage) -> str:
    """That it is out of service, and where somebody afar has done it: who, and why."""
    state = page.room.state
    if not state.closed_by_platform:
        return page.words("serv.closed")
    why = page.words("serv.why", reason=state.closed_reason) if state.closed_reason else ""
    return page.words("serv.closed_afar", by=state.closed_by or "—", why=why)


class ServicePage(TechPage):
    """Two steps, so that no slip of a finger closes a hall's only terminal."""

    def parts(self) -> TechParts:
        room, state = self.room, self.room.state
        out, way = state.out_of_service, "back" if state.out_of_service else "out"
        now = Banner(
            self.ctx, "warning" if out else "success", said_closed(self) if out else self.words("serv.open")
        )
        body: list[Block] = [now, Text(self.ctx, self.words(f"serv.{way}_lead"), "lead")]
        if not out:
            body.append(self._nearby())
        if state.service_asked:
            sure = Text(self.ctx, self.words(f"serv.sure_{way}"), "h2", role="alert", live="assertive")
            body.insert(0, sure)
            buttons = [
                room.button("service-no", self.words("serv.no"), commands.AskService(False)),
                room.button(
                    "service-do",
                    self.words(f"serv.do_{way}"),
                    commands.SetService(not out),
                    "primary" if out else "danger",
                ),
            ]
        else:
            buttons = [
                back(room),
                room.button(
                    "service-ask",
                    self.words(f"serv.ask_{way}"),
                    commands.AskService(),
                    "primary" if out else "danger",
                ),
            ]
        heading = self.words("serv.heading_back" if out else "serv.heading")
        return TechParts(heading, body=body, buttons=buttons)

    def _nearby(self) -> Block:
        ctx, nearby = self.ctx, self.room.site.nearby
        if not nearby:
            return Banner(ctx, "warning", self.words("serv.no_nearby"))
        lines: list[Block] = [Heading(ctx, self.words("serv.nearby"), level=3)]
        for each in nearby:
            parts = (each.name, each.address, each.hours)
            lines.append(Text(ctx, " · ".join(part for part in parts if part)))
        return Card(ctx, lines, gap=8, padding=(28, 20))


class ExportPage(TechPage):
    def parts(self) -> TechParts:
        room, state = self.room, self.room.state
        body: list[Block] = []
        if state.export is not None:
            body.append(self._outcome())
        body += [self._place(number, place) for number, place in enumerate(state.places)]
        if not state.places:
            body.append(Banner(self.ctx, "info", self.words("exp.none"), "usb-flash-drive-outline"))
        from kiosk.technician.state import View

        look = room.button("look", self.words("exp.look"), commands.Show(View.EXPORT), icon="refresh")
        print_it = room.button(
            "print-report", self.words("exp.print"), commands.PrintReport(), icon="printer",
            disabled=self._busy(),
        )  # fmt: skip
        return TechParts(
            self.words("exp.heading"), self.words("exp.lead"), body, [back(room), look, print_it]
        )

    def _busy(self) -> str | None:
        export = self.room.state.export
        return self.words("exp.running") if export is not None and export.state == "running" else None

    def _outcome(self) -> Block:
        export = self.room.state.export
        assert export is not None
        match export.state:
            case "running":
                return Banner(self.ctx, "info", self.words("exp.running"), "progress-clock")
            case "done":
                return Banner(self.ctx, "success", self.words("exp.done", path=export.path))
            case "printed":
                return Banner(self.ctx, "success", self.words("exp.printed"))
            case _:
                why = sentence(export.fault, self.room.language) if export.fault else ""
                return Banner(self.ctx, "danger", "\n".join((self.words("exp.failed"), why)).strip())

    def _place(self, number: int, place: ExportPlace) -> Block:
        ctx, room = self.ctx, self.room
        words: list[Block] = [
            Heading(ctx, place.label, level=2),
            Text(ctx, place.path, "caption", "muted"),
            Text(ctx, self.words("exp.free", mib=place.free_mib), "caption", "muted"),
        ]
        report = room.button(
            f"report:{number}",
            self.words("exp.report"),
            commands.WriteReport(place.path),
            "primary",
            "file-pdf-box",
            disabled=self._busy(),
            name=self.words("exp.report_name", label=place.path),
        )
        log = room.button(
            f"log:{number}",
            self.words("exp.log"),
            commands.ExportLog(place.path),
            icon="text-box-outline",
            disabled=self._busy(),
            name=self.words("exp.log_name", label=place.path),
        )
        buttons = Line(ctx, [log, report], gap=16, shares=[1, 1], stretch=True)
        return Card(ctx, Column(ctx, [Column(ctx, words, gap=4), buttons], gap=16), padding=(28, 20))
