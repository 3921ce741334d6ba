"""The platform's papers on A4: certificates, result tables and notices of acceptance.

They look like the papers of a service hall and say on every page that they are not: a seal marked 演示,
a pale 演示样张 across the page, a sentence in the footer.  The QR code holds the address at which the
case can be looked up, and no personal data.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from kiosk.matters import asking, eligibility, forms
from kiosk.matters.models import Matter, Shape
from kiosk.server.persons import Holder
from kiosk.server.registers import Extract

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

    from assets.pdf_blocks import Align, Block, Strip

WATERMARK: Final = "演示样张"
FOOTER: Final = "演示平台生成，不具有法律效力。Demonstration only, without legal effect."
_MM: Final = 72 / 25.4
_PAGE_OBJECT: Final = re.compile(rb"/Type /Page\b")
_SEAL_COLOUR: Final = "#C8161D"
_SEAL_RADIUS: Final = 20 * _MM  # 40 mm across, as a department's seal
LAST_ROWS: Final = 2  # that stay with the seal
_KINDS: Final[Mapping[str, str]] = {
    "resident": "居民身份证",
    "hong_kong_macao": "港澳居民居住证",
    "taiwan": "台湾居民居住证",
    "permanent_2017": "外国人永久居留身份证",
    "permanent_2023": "外国人永久居留身份证",
    "social_security": "社会保障卡",
    "code": "电子证照",
}


@dataclass(frozen=True, repr=False)
class Paper:
    """What one paper says.  ``rows`` have as many cells as ``columns``."""

    title: str
    number: str
    issuer: str
    day: date
    facts: tuple[tuple[str, str], ...]
    body: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""


def compose(
    matter: Matter,
    holder: Holder,
    answers: Mapping[str, str],
    extract: Extract | None,
    project_no: str,
    day: date,
) -> Paper:
    """The paper that belongs to an accepted application."""
    kind = _KINDS.get(holder.kind, "身份证件")
    who = f"{holder.name}（{kind}号码：{holder.number}）"
    facts = [("姓名", holder.name), ("证件类型", kind), ("证件号码", holder.number)]
    said = {eligibility.key_of(number) for number in range(1, len(matter.eligibility) + 1)}
    facts += [
        (question.label.zh, forms.display(question, answers[question.key], "zh"))
        for question in asking.shown(matter, answers, holder.facts, day)
        if answers.get(question.key)
        and question.prefill is None
        and not question.sensitive
        and question.key not in said
    ]
    facts += extract.facts if extract else ()
    title = matter.guide.result_name
    if matter.shape is Shape.APPLICATION:
        title = "受理通知书"
        body = f"{who}提出的“{matter.name.zh}”申请，经审查符合受理条件，决定予以受理。"
    elif matter.shape is Shape.FILING and matter.exchange.is_schedule:
        body = f"{who}的“{matter.name.zh}”已经预约好，请按下面的日期和时段到场。"
    elif matter.shape is Shape.FILING:
        body = f"{who}提交的“{matter.name.zh}”，经核对予以登记。"
    elif extract is not None:
        body = f"兹证明：{who}，{extract.statement}。特此证明。"
        if matter.shape is Shape.QUERY:
            body = f"根据{who}本人申请，查询结果如下。"
    else:
        body = f"根据{who}本人申请，经核验，出具“{matter.guide.result_name}”。特此证明。"
    return Paper(
        title=title,
        number=project_no,
        issuer=matter.guide.authority,
        day=day,
        facts=tuple(facts),
        body=body,
        columns=extract.columns if extract else (),
        rows=extract.rows if extract else (),
        note=extract.note if extract else "",
    )


def draw(paper: Paper, verification_url: str) -> bytes:
    """The paper as PDF, A4, fonts embedded; the same paper gives the same bytes."""
    from assets.typesetting import MUTED, Gap, Heading, KeepTogether, Pairs, Rule, Style, Table, Text, pages

    text = Style(13.0, 24.0, align="justify")
    blocks: list[Block] = [
        Heading(paper.title, 24.0, "center", before=14.0, after=8.0),
        Text(f"编号：{paper.number}", Style(10.0, align="right", colour=MUTED)),
        Rule(1.2, before=4.0, after=10.0, colour=_SEAL_COLOUR),
        Text(f"　　{paper.body}", text),
        Gap(8.0),
    ]
    facts = Pairs(paper.facts, Style(11.5), spacing=5.0, ruled=True)
    blocks.append(facts if paper.rows else _WithItsEnd(facts))
    if paper.rows:
        aligns: tuple[Align, ...] = tuple(
            "right" if "（元）" in column else "left" for column in paper.columns
        )
        blocks += [
            Gap(12.0),
            _WithItsEnd(Table(paper.columns, paper.rows, Style(10.0), aligns=aligns, gutter=20.0)),
        ]
    end: list[Block] = []
    if paper.note:
        end += [Gap(8.0), Text(f"备注：{paper.note}", Style(10.5, colour=MUTED))]
    end += [Gap(18.0), _SignOff(paper.issuer, paper.day, verification_url)]
    blocks.append(KeepTogether(tuple(end)))
    return pages(blocks, title=paper.title, footer=FOOTER, watermark=WATERMARK)


def page_count(pdf: bytes) -> int:
    """Pages of a PDF that :func:`draw` has made."""
    return len(_PAGE_OBJECT.findall(pdf))


@dataclass(frozen=True, repr=False)
class _WithItsEnd:
    """Rows whose last two go with what follows: a seal that stands alone on a page seals nothing."""

    rows: Block

    def strips(self, width: float) -> list[Strip]:
        made = self.rows.strips(width)
        first = max(0, len(made) - LAST_ROWS)
        return [replace(strip, glue=True) if at >= first else strip for at, strip in enumerate(made)]


@dataclass(frozen=True, repr=False)
class _SignOff:
    """QR code at the left; issuing body and date at the right with the seal over them.  Never parted."""

    issuer: str
    day: date
    url: str

    def strips(self, width: float) -> list[Strip]:
        from assets.pdf_blocks import Columns, Gap, Qr, Strip, Style, Text

        right = 250.0
        code = (
            Qr(self.url, size_mm=28.0),
            Text("扫码核验办理状态", Style(9.0, colour="#3F4B5C")),
        )
        sign = Style(13.0, 24.0, align="center")
        day = f"{self.day.year}年{self.day.month}月{self.day.day}日"
        text = (Gap(34.0), Text(self.issuer, sign), Text(day, sign), Gap(34.0))
        [columns] = Columns((code, text), (width - right - 8.0, right)).strips(width)
        height = max(columns.height, 2 * _SEAL_RADIUS + 6.0)

        def draw_all(canvas: Canvas, x: float, top: float) -> None:
            columns.draw(canvas, x, top)
            _draw_seal(canvas, x + width - right / 2, top - _SEAL_RADIUS - 3.0, self.issuer)

        return [Strip(height, draw_all)]


def _draw_seal(canvas: Canvas, x: float, y: float, issuer: str) -> None:
    """A round seal: the body's name along the ring, a five-pointed star, 演示 below it."""
    from reportlab.lib.colors import HexColor

    from assets.pdf_text import draw_line, text_width, wrap

    red = HexColor(_SEAL_COLOUR)
    canvas.saveState()
    canvas.setStrokeColor(red)
    canvas.setFillColor(red)
    canvas.setStrokeAlpha(0.8)
    canvas.setFillAlpha(0.8)
    canvas.setLineWidth(2.2)
    canvas.circle(x, y, _SEAL_RADIUS - 1.1, stroke=1, fill=0)
    star = canvas.beginPath()
    for point in range(10):
        radius = 16.5 if point % 2 == 0 else 6.3
        angle = math.pi / 2 + point * math.pi / 5
        step = star.moveTo if point == 0 else star.lineTo
        step(x + radius * math.cos(angle), y + radius * math.sin(angle))
    star.close()
    canvas.drawPath(star, stroke=0, fill=1)
    # The name runs clockwise over the top, at most 240 degrees of the ring; smaller when it is long.
    name = issuer or "演示单位"
    size = min(11.0, 130.0 / max(1, len(name)) + 2.5)
    radius = _SEAL_RADIUS - 5.0 - size
    pitch = min(math.radians(240) / max(1, len(name) - 1), 1.35 * size / radius) if len(name) > 1 else 0.0
    for index, character in enumerate(name):
        angle = (index - (len(name) - 1) / 2) * pitch
        canvas.saveState()
        canvas.translate(x + radius * math.sin(angle), y + radius * math.cos(angle))
        canvas.rotate(-math.degrees(angle))
        [line] = wrap(character, 1e6, size)
        draw_line(canvas, line, -text_width(character, size) / 2, 0, size, colour=_SEAL_COLOUR)
        canvas.restoreState()
    mark = wrap("演示", 1e6, 12.0, bold=True)[0]
    draw_line(canvas, mark, x - mark.width / 2, y - 33.0, 12.0, colour=_SEAL_COLOUR)
    canvas.restoreState()
