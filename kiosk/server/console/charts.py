"""Small pictures where looking beats reading: SVG in the page.  Each says in words what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

BAR_HEIGHT: Final = 22
WIDTH: Final = 600
SHOWN_EMPTY: Final = 5  # parts of which those without anybody are named, too


@dataclass(frozen=True)
class Slice:
    """``kind`` is a class of the style sheet: good, warn, bad, quiet, plain."""

    words: str
    count: int
    kind: str


def stacked(slices: Sequence[Slice], title: str) -> Markup:
    """One bar of parts of a whole, and the legend under it with every number."""
    total = sum(each.count for each in slices)
    legend = Markup("").join(
        Markup('<li><i class="dot {kind}" aria-hidden="true"></i>{words} <b>{count}</b></li>').format(
            kind=each.kind, words=each.words, count=f"{each.count:,}"
        )
        for each in slices
        if each.count or len(slices) <= SHOWN_EMPTY
    )
    parts, x = Markup(""), 0.0
    for each in slices:
        if not each.count:
            continue
        width = WIDTH * each.count / max(total, 1)
        parts += Markup('<rect class="{}" x="{:.2f}" y="0" width="{:.2f}" height="{}"></rect>').format(
            each.kind, x, max(width - 1, 0.8), BAR_HEIGHT
        )
        x += width
    if not total:
        parts = Markup('<rect class="none" x="0" y="0" width="{}" height="{}"></rect>').format(
            WIDTH, BAR_HEIGHT
        )
    return _figure(title, parts, WIDTH, BAR_HEIGHT, "stacked") + Markup('<ul class="legend">{}</ul>').format(
        legend
    )


def columns(days: Sequence[tuple[str, Sequence[Slice]]], title: str) -> Markup:
    """A column for each day; its parts stand on each other."""
    height, gap = 120, 4
    most = max((sum(each.count for each in parts) for _, parts in days), default=0) or 1
    width = WIDTH / max(len(days), 1)
    drawn = Markup("")
    for number, (_, parts) in enumerate(days):
        y = float(height)
        for each in parts:
            tall = height * each.count / most
            if tall:
                y -= tall
                drawn += Markup(
                    '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"></rect>'
                ).format(each.kind, number * width + gap / 2, y, max(width - gap, 1), tall)
    drawn += Markup('<line class="axis" x1="0" y1="{0}" x2="{1}" y2="{0}"></line>').format(height, WIDTH)
    picture = _figure(title, drawn, WIDTH, height + 1, "columns")
    if not days:
        return picture
    ends = Markup('<p class="ends"><span>{}</span><span>最多 {}</span><span>{}</span></p>').format(
        days[0][0], f"{most:,}", days[-1][0]
    )
    return picture + ends


def bars(rows: Sequence[tuple[str, int]], title: str, kind: str = "plain") -> Markup:
    """One bar for each row, the number beside it: a table that is looked at."""
    most = max((count for _, count in rows), default=0) or 1
    lines = Markup("").join(
        Markup(
            '<tr><th scope="row">{}</th><td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" '
            'aria-hidden="true"><rect class="{}" x="0" y="0" width="{:.2f}" height="10"></rect></svg></td>'
            '<td class="number">{}</td></tr>'
        ).format(words, kind, 100 * count / most, f"{count:,}")
        for words, count in rows
    )
    return Markup('<table class="bars"><caption>{}</caption><tbody>{}</tbody></table>').format(title, lines)


def _figure(title: str, drawn: Markup, width: float, height: float, name: str) -> Markup:
    return Markup(
        '<svg class="chart {}" role="img" viewBox="0 0 {} {}" preserveAspectRatio="none" '
        'aria-label="{}">{}</svg>'
    ).format(name, width, height, escape(title), drawn)
