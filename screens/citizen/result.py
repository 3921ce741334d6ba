"""The answer to a query, on the screen first; on paper only when wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.visit import events as ev
from kiosk.visit.state import Page
from screens.citizen.leaves import turner
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card
from screens.kit.notes import Banner
from screens.kit.page import CitizenPage, Parts
from screens.kit.semantics import private
from screens.kit.tables import KeyValue, Table
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from kiosk.delivery.application import ResultTable

NARROWEST_COLUMN: Final = 150
"""Units; a table whose columns would be narrower is shown record by record."""


class ResultPage(CitizenPage):
    name: ClassVar[Page] = Page.RESULT

    def parts(self) -> Parts:
        ctx = self.ctx
        submission = ctx.state.submission
        assert submission is not None and submission.answer is not None
        table = submission.answer.result
        assert table is not None and ctx.state.matter is not None
        found = bool(table.rows)
        parts = Parts(
            heading=ctx.words("result.heading" if found else "result.empty"),
            lead=table.title or ctx.both(ctx.state.matter.plain_name),
            primary=self._print(),
            secondary=[
                Button(
                    ctx, "skip-print", ctx.words("result.skip"), lambda: ctx.send(ev.SkipPrint()), "secondary"
                )
            ],
        )
        if not found:
            empty = Banner(ctx, "info", ctx.words("result.empty_lead"), "information-outline")
            note = [Text(ctx, table.note, "body", "muted")] if table.note else []
            return replace(parts, body=[empty, *note])
        blocks = private(*self._blocks(table, self.body_width()))
        if table.note:
            blocks.append(Text(ctx, table.note, "body", "muted"))
        page = ctx.state.result_page
        return replace(parts, body=blocks, gap=16, page=page, on_turn=turner(ctx, page))

    def _blocks(self, table: ResultTable, width: int) -> list[Block]:
        ctx = self.ctx
        least = ctx.px(NARROWEST_COLUMN) * (1.35 if ctx.metrics.elder else 1)
        if not ctx.metrics.narrow and width / max(1, len(table.columns)) >= least:
            return [Table(ctx, table.columns, table.rows)]
        return [self._record(number, table.columns, row) for number, row in enumerate(table.rows, start=1)]

    def _record(self, number: int, columns: Sequence[str], row: Sequence[str]) -> Block:
        ctx = self.ctx
        if ctx.metrics.narrow:
            said = "\n".join(f"{label}：{value}" for label, value in zip(columns, row, strict=True))
            return Card(ctx, Text(ctx, said), padding=20)
        pairs = [KeyValue(ctx, label, value) for label, value in zip(columns, row, strict=True)]
        return Card(ctx, [Heading(ctx, ctx.words("result.record", n=number), level=3), *pairs], gap=8)

    def _print(self) -> Button:
        ctx = self.ctx
        return Button(ctx, "print-result", ctx.words("result.print"), lambda: ctx.send(ev.PrintResult()))
