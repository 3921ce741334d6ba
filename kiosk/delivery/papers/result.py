"""A query's answer on A4, where the platform gave rows and no paper of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assets.typesetting import MUTED, Align, Block, Gap, Heading, Pairs, Rule, Style, Table, Text, pages
from kiosk.delivery.papers import common
from kiosk.delivery.papers.data import ResultData

_BODY = Style(11.0, 17.0)
_SMALL = Style(9.5, 14.0, colour=MUTED)
_NUMERIC = frozenset("0123456789,.-+ %¥￥元")


def result(data: ResultData) -> bytes:
    """The table on A4, its heading on every page.

    Raises ``ValueError`` when ``data.at`` has no time zone or a row's cells do not match the headings.
    """
    header = (Text(f"{data.hall}　{data.matter_name}", _SMALL), Rule(0.5, before=2), Gap(8))
    printed = f"打印于{common.moment(data.at)}"
    footer = f"{data.terminal_name}　终端编号 {data.terminal_id}　{printed}　咨询 {data.phone}"
    return pages(tuple(_blocks(data)), title=data.title, header=header, footer=footer)


def _blocks(data: ResultData) -> Iterator[Block]:
    yield Heading(data.title, 20.0, "center", before=4, after=8)
    yield Pairs(
        tuple(
            row
            for row in (
                ("姓名", data.masked_name),
                ("证件号码", data.masked_number),
                ("实施机关", data.department),
                ("查询时间", common.moment(data.at)),
                ("办件编号", data.project_no or ""),
                ("流水号", data.serial),
                *data.summary,
            )
            if row[1]
        ),
        style=_BODY,
        label=replace(_BODY, colour=MUTED),
        spacing=3,
    )
    yield Gap(10)
    if data.rows:
        yield Table(data.headings, data.rows, Style(10.0, 15.0), aligns=_aligns(data))
        yield Text(f"共{len(data.rows)}条", replace(_SMALL, align="right", leading=20))
    else:
        yield Text("没有查到记录。", replace(_BODY, bold=True))
    yield Gap(8)
    if data.note:
        yield Text(data.note, _BODY)
    yield Text("本页是自助终端查询结果，未加盖印章，供本人了解情况使用。姓名和证件号码已遮盖。", _SMALL)
    if data.lookup_url:
        yield Gap(6)
        yield common.asking((Text("手机扫码查看", _SMALL),), data.lookup_url)


def _aligns(data: ResultData) -> tuple[Align, ...]:
    """Amounts to the right, so that their digits stand below one another."""
    columns = [[row[index] for row in data.rows if row[index]] for index in range(len(data.headings))]
    return tuple("right" if column and all(map(_is_amount, column)) else "left" for column in columns)


def _is_amount(text: str) -> bool:
    return "." in text and set(text) <= _NUMERIC
