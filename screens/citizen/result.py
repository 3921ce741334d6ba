"""The answer to a query, on the screen first; on paper only when wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.visit import events as ev
from kiosk.visit.state import Page
from screens.citizen.leaves import turner
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.notes import Banner
from screens.kit.page import CitizenPage, Parts
from screens.kit.semantics import private
from screens.kit.table import Table, column_widths
from screens.kit.text import Text

if TYPE_CHECKING:
    from kiosk.delivery.application import ResultTable

SAME_FROM: Final = 3
"""Rows from which what is the same in all of them is said once."""


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
            lead=self._named(table),
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

    def _named(self, table: ResultTable) -> str:
        """Heads and rows are the platform's, in Chinese: who reads another language is told so, where the
        words take no row of the record away."""
        ctx = self.ctx
        assert ctx.state.matter is not None
        name = ctx.both(ctx.state.matter.plain_name)
        if ctx.language == "zh":
            return table.title or name
        told = not ctx.metrics.narrow and any(not head.isascii() for head in table.columns)
        return f"{name}. {ctx.words('result.chinese')}" if told else ctx.words("result.lead", name=name)

    def _blocks(self, table: ResultTable, width: int) -> list[Block]:
        """In columns where they have room, without those that say the same in every row where that helps."""
        ctx = self.ctx
        whole = column_widths(ctx, table.columns, table.rows, width, whole=True)
        same = [] if whole else _same(table)
        colon = "：" if ctx.language == "zh" else ": "
        told = [f"{table.columns[each]}{colon}{table.rows[0][each]}" for each in same]
        said = [Text(ctx, "\n".join((ctx.words("result.same"), *told)))] if told else []
        columns = [head for number, head in enumerate(table.columns) if number not in same]
        rows = [[cell for number, cell in enumerate(row) if number not in same] for row in table.rows]
        return [*said, Table(ctx, columns, rows, width)]

    def _print(self) -> Button:
        ctx = self.ctx
        return Button(ctx, "print-result", ctx.words("result.print"), lambda: ctx.send(ev.PrintResult()))


def _same(table: ResultTable) -> list[int]:
    """Numbers of the columns that have a head, and one and the same text in all of many rows."""
    if len(table.rows) < SAME_FROM:
        return []
    found = [
        number
        for number, head in enumerate(table.columns)
        if head and len({row[number] for row in table.rows}) == 1 and table.rows[0][number]
    ]
    return found if len(found) < len(table.columns) else found[1:]
