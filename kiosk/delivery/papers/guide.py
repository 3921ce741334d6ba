"""The printed guide on A4: what a citizen needs first, then all 26 elements of Article 7."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assets.typesetting import (
    INK,
    MM,
    MUTED,
    Block,
    Columns,
    Framed,
    Gap,
    Heading,
    KeepTogether,
    Pairs,
    Rule,
    Style,
    Text,
    pages,
)
from kiosk.delivery.papers import common
from kiosk.delivery.papers.data import GuideData
from kiosk.matters.guide import elements, facts
from kiosk.matters.models import Bilingual, Matter

_BODY = Style(13.0, 20.0)
_FIGURE = Style(17.0, 24.0, bold=True, align="center")
_CAPTION = Style(11.0, 16.0, align="center")
_ENGLISH = Style(10.5, 16.0, colour=MUTED)
_SMALL = Style(9.5, 14.0, colour=MUTED)
_ELEMENT = Style(11.0, 17.0)
_NUMBER_INDENT = 22.0


def guide(matter: Matter, data: GuideData) -> bytes:
    """The guide of ``matter`` as a PDF.  Raises ``ValueError`` when ``data.at`` has no time zone."""
    header = (Text(f"{data.hall}　办事指南", _SMALL), Rule(0.5, before=2, after=10))
    footer = f"终端编号 {data.terminal_id}　打印于{common.moment(data.at)}，以最新发布的指南为准"
    blocks = (*_summary(matter, data), *_all_elements(matter))
    return pages(
        blocks, title=f"办事指南：{matter.plain_name.zh}", header=header, footer=footer, margin_mm=18
    )


def _summary(matter: Matter, data: GuideData) -> Iterator[Block]:
    english = data.bilingual
    yield Heading(matter.plain_name.zh, 26.0, before=4, after=2)
    if english:
        yield Text(matter.plain_name.en, replace(_ENGLISH, size=13.0, leading=19.0))
    if matter.name.zh != matter.plain_name.zh:
        yield Text(f"正式名称：{matter.name.zh}", replace(_BODY, size=11.5, leading=18.0, colour=MUTED))
    yield Gap(8)
    yield _figures(facts(matter), english)
    if matter.eligibility:
        yield from _listed("能不能办", "Can I do it", matter.eligibility, english, marks=("·",))
    if matter.bring:
        yield from _listed("要带什么", "What to bring", matter.bring, english, marks=("·",))
    yield from _listed("怎么办", "What to do", matter.steps, english)
    if (finish := matter.finish) is not None:
        days = Bilingual(zh=f"{finish.days}天内办，过期要重新申报", en=f"Within {finish.days} days")
        still = (finish.what, finish.where, days)
        yield from _listed("还要到窗口办", "Still to be done in person", still, english, marks=("·",))
    yield from _listed("办完以后", "What is next", (matter.next,), english, marks=("",))
    yield Gap(8)
    asked: list[Block] = [Text("不清楚的，请拨打", _BODY), Text(data.phone, Style(24.0, 32.0, bold=True))]
    if data.lookup_url:
        asked.append(Text("手机扫码可以看这份指南", _BODY))
    yield Framed((common.asking(asked, data.lookup_url),), padding=6.0)


def _figures(shown: Sequence[tuple[Bilingual, Bilingual]], english: bool) -> Block:
    """Minutes, time limit and fee, large and side by side."""
    cells: list[tuple[Block, ...]] = []
    for label, value in shown:
        # A long figure (a fee with its standard) is set as text, so that it does not fill the page.
        style = _FIGURE if len(value.zh) <= 10 else replace(_FIGURE, size=12.0, leading=18.0)
        lines: list[Block] = [Text(label.zh, _CAPTION), Text(value.zh, style)]
        if english:
            lines.append(Text(f"{label.en}: {value.en}", replace(_ENGLISH, align="center")))
        cells.append(tuple(lines))
    return Framed((Columns(tuple(cells), (0,) * len(cells), middle=True),))


def _listed(
    title: str, title_en: str, items: Sequence[Bilingual], english: bool, marks: tuple[str, ...] = ()
) -> Iterator[Block]:
    """A heading and its items; without ``marks`` they are numbered."""
    yield Heading(f"{title}　{title_en}" if english else title, 15.0, before=12, after=3)
    for number, item in enumerate(items, 1):
        mark = marks[0] if marks else f"{number}."
        lines: list[Block] = [Text(item.zh, _BODY)]
        if english:
            lines.append(Text(item.en, _ENGLISH))
        if mark:
            width = _NUMBER_INDENT if len(items) < 10 else _NUMBER_INDENT + 8
            yield Columns(((Text(mark, replace(_BODY, bold=True)),), tuple(lines)), (width, 0), gutter=0)
        else:
            yield KeepTogether(tuple(lines))


def _all_elements(matter: Matter) -> Iterator[Block]:
    listed = elements(matter)
    yield Heading(f"办事指南全文（共{len(listed)}项）", 15.0, before=18, after=4)
    yield Rule(0.75, before=0, after=0)
    rows = tuple((f"{element.number:02d}　{element.zh}", "\n".join(element.paragraphs)) for element in listed)
    label = Style(11.0, 17.0, bold=True, colour=INK)
    yield Pairs(rows, _ELEMENT, label, label_width=34 * MM, spacing=9.0, ruled=True)
