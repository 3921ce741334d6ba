"""The peer's code: the same slip and the same certificate, written with fpdf2 as its manual shows."""

from __future__ import annotations

import math
from typing import Any

import segno
from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout
from fpdf.fonts import FontFace

from assets import fonts
from assets.typesetting import MM, ROLL_WIDTH_MM
from kiosk.delivery.papers import common
from kiosk.delivery.papers.data import SlipData
from kiosk.server.certificates import FOOTER, WATERMARK, Paper

INK = (16, 24, 40)
MUTED = (63, 75, 92)
RED = (200, 22, 29)
PALE = (232, 236, 241)


class _Pdf(FPDF):
    def __init__(self, size: tuple[float, float] | str, margin: float) -> None:
        super().__init__(unit="pt", format=size)
        self.add_font("Sans", fname=fonts.main_face().path)
        self.add_font("Sans", "B", fonts.main_face(bold=True).path)
        self.set_margin(margin)
        self.set_text_color(*INK)

    def write_line(self, text: str, size: float, step: float, bold: bool = False, align: str = "L") -> None:
        self.set_font("Sans", "B" if bold else "", size)
        self.multi_cell(0, step, text, align=align, new_x="LMARGIN", new_y="NEXT")

    def qr(self, content: str, x: float, y: float, size: float) -> None:
        matrix = [bytes(row) for row in segno.make(content, error="m", micro=False, boost_error=False).matrix]
        module = size / (len(matrix) + 8)
        self.set_fill_color(0)
        for down, row in enumerate(matrix, 4):
            start = 0
            while (start := row.find(1, start)) >= 0:
                end = row.find(0, start)
                end = len(row) if end < 0 else end
                self.rect(x + (start + 4) * module, y + down * module, (end - start) * module, module, "F")
                start = end

    def dashes(self) -> None:
        self.set_dash_pattern(3, 3)
        self.line(self.l_margin, self.y + 4, self.w - self.r_margin, self.y + 4)
        self.set_dash_pattern()
        self.ln(9)


class _CertificatePdf(_Pdf):
    def header(self) -> None:
        self.set_font("Sans", "B", 72)
        self.set_text_color(*PALE)
        middle = self.w / 2, self.h / 2
        with self.rotation(40, *middle):
            self.text(middle[0] - self.get_string_width(WATERMARK) / 2, middle[1] + 24, WATERMARK)
        self.set_text_color(*INK)

    def footer(self) -> None:
        self.set_y(-self.b_margin + 8)
        self.set_font("Sans", "", 9)
        self.set_text_color(*MUTED)
        self.cell(self.epw - 90, 12, FOOTER)
        self.cell(90, 12, f"第{self.page_no()}页 / 共{{nb}}页", align="R")
        self.set_text_color(*INK)


def certificate(paper: Paper, url: str) -> bytes:
    pdf = _CertificatePdf("A4", 20 * MM)
    pdf.set_title(paper.title)
    pdf.add_page()
    pdf.ln(14)
    pdf.write_line(paper.title, 24, 32, bold=True, align="C")
    pdf.ln(8)
    pdf.set_text_color(*MUTED)
    pdf.write_line(f"编号：{paper.number}", 10, 15, align="R")
    pdf.set_draw_color(*RED)
    pdf.line(pdf.l_margin, pdf.y + 4, pdf.w - pdf.r_margin, pdf.y + 4)
    pdf.ln(14)
    pdf.set_text_color(*INK)
    pdf.write_line(f"　　{paper.body}", 13, 24, align="J")
    pdf.ln(8)
    pdf.set_draw_color(138, 148, 163)
    _facts(pdf, paper.facts)
    if paper.rows:
        pdf.ln(12)
        _table(pdf, paper)
    if paper.note:
        pdf.ln(8)
        pdf.write_line(f"备注：{paper.note}", 10.5, 16)
    pdf.ln(18)
    _sign_off(pdf, paper, url)
    return bytes(pdf.output())


def _facts(pdf: _Pdf, rows: tuple[tuple[str, str], ...]) -> None:
    for name, value in rows:
        pdf.set_font("Sans", "", 11.5)
        pdf.set_text_color(*MUTED)
        pdf.cell(56, 22, name)
        pdf.set_text_color(*INK)
        pdf.multi_cell(0, 22, value, border="B", align="L", new_x="LMARGIN", new_y="NEXT")


def _table(pdf: _Pdf, paper: Paper) -> None:
    pdf.set_font("Sans", "", 10)
    aligns = tuple(Align.R if "（元）" in column else Align.L for column in paper.columns)
    bold = FontFace(emphasis="BOLD")
    layout = TableBordersLayout.HORIZONTAL_LINES
    with pdf.table(text_align=aligns, borders_layout=layout, line_height=23, headings_style=bold) as table:
        for cells in (paper.columns, *paper.rows):
            row = table.row()
            for cell in cells:
                row.cell(cell)


def _sign_off(pdf: _Pdf, paper: Paper, url: str) -> None:
    if pdf.will_page_break(130):
        pdf.add_page()
    top = pdf.y
    pdf.qr(url, pdf.l_margin, top, 28 * MM)
    pdf.set_font("Sans", "", 9)
    pdf.text(pdf.l_margin, top + 28 * MM + 12, "扫码核验办理状态")
    left = pdf.w - pdf.r_margin - 250
    pdf.set_font("Sans", "", 13)
    for index, text in enumerate((paper.issuer, f"{paper.day.year}年{paper.day.month}月{paper.day.day}日")):
        pdf.set_xy(left, top + 34 + 24 * index)
        pdf.cell(250, 24, text, align="C")
    _seal(pdf, left + 125, top + 20 * MM + 3, paper.issuer)


def _seal(pdf: _Pdf, x: float, y: float, issuer: str) -> None:
    radius = 20 * MM
    pdf.set_draw_color(*RED)
    pdf.set_fill_color(*RED)
    pdf.set_text_color(*RED)
    pdf.set_line_width(2.2)
    with pdf.local_context(fill_opacity=0.8, stroke_opacity=0.8):
        pdf.circle(x, y, radius - 1.1)
        points = []
        for point in range(10):
            reach = 6.3 if point % 2 else 16.5
            angle = math.pi / 2 + point * math.pi / 5
            points.append((x + reach * math.cos(angle), y - reach * math.sin(angle)))
        pdf.polygon(points, style="F")
        size = min(11.0, 130.0 / len(issuer) + 2.5)
        pdf.set_font("Sans", "", size)
        ring = radius - 5 - size
        pitch = min(math.radians(240) / (len(issuer) - 1), 1.35 * size / ring)
        for index, character in enumerate(issuer):
            angle = (index - (len(issuer) - 1) / 2) * pitch
            where = x + ring * math.sin(angle), y - ring * math.cos(angle)
            with pdf.rotation(-math.degrees(angle), *where):
                pdf.text(where[0] - pdf.get_string_width(character) / 2, where[1], character)
        pdf.set_font("Sans", "B", 12)
        pdf.text(x - 12, y + 33, "演示")


def slip(data: SlipData, texts: dict[str, Any]) -> bytes:
    """``texts``: the sentences that follow from the state, as the terminal's own slip says them."""
    margin = 4 * MM
    pdf = _Pdf((ROLL_WIDTH_MM * MM, 600), margin)
    pdf.set_auto_page_break(False)
    pdf.set_title(texts["title"])
    pdf.add_page()
    pdf.write_line(data.hall, 9.5, 14, align="C")
    pdf.write_line(texts["title"], 21, 28, bold=True, align="C")
    pdf.ln(5)
    pdf.set_font("Sans", "B", 13)
    pdf.multi_cell(0, 19, texts["statement"], border=1, padding=8, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(5)
    pdf.write_line("办件编号", 10.5, 15.5)
    pdf.write_line(common.grouped(data.project_no or ""), 15, 21, bold=True)
    _pairs(pdf, (("流水号", data.serial),))
    pdf.dashes()
    _pairs(pdf, texts["rows"])
    pdf.dashes()
    pdf.write_line("材料", 10.5, 15.5, bold=True)
    _pairs(pdf, texts["materials"])
    pdf.dashes()
    pdf.write_line("接下来", 10.5, 15.5, bold=True)
    pdf.write_line(data.next_text, 10.5, 15.5)
    pdf.dashes()
    _asking(pdf, data)
    pdf.line(margin, pdf.y + 4, pdf.w - margin, pdf.y + 4)
    pdf.ln(9)
    for line in texts["closing"]:
        pdf.write_line(line, 9.5, 14, align="C")
    return bytes(pdf.output())


def _pairs(pdf: _Pdf, rows: tuple[tuple[str, str], ...]) -> None:
    pdf.set_font("Sans", "", 10.5)
    for name, value in rows:
        pdf.cell(50, 17.5, name)
        pdf.multi_cell(0, 17.5, value, align="L", new_x="LMARGIN", new_y="NEXT")


def _asking(pdf: _Pdf, data: SlipData) -> None:
    top, side = pdf.y, common.QR_MM * MM
    pdf.qr(data.lookup_url, pdf.l_margin, top, side)
    lines = (
        ("怎样查询", 10.5, 15.5, "B"),
        ("手机扫码查看办理进度", 9, 13.5, ""),
        (f"拨打{data.phone}，报办件编号", 9, 13.5, ""),
        (data.phone, 19, 25, "B"),
    )
    for text, size, step, style in lines:
        pdf.set_x(pdf.l_margin + side + 4)
        pdf.set_font("Sans", style, size)
        pdf.cell(0, step, text, new_x="LMARGIN", new_y="NEXT")
    pdf.set_y(max(pdf.y, top + side))
