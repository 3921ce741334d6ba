"""What is read out of a paper is what stands on it, sentence by sentence."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas
from reportlab.platypus import Paragraph

from assets import fonts
from kiosk.paper_text import lines_of
from kiosk.server import registers
from kiosk.server.certificates import compose, draw
from kiosk.server.persons import Holder
from tests.kiosk.delivery.papers.test_other_papers import MATTERS

WIDTH = 300.0
SENTENCE = (
    "兹证明李建国于2026年11月26日在本市登记信息中未查询到名下不动产登记信息，"
    "以上内容只反映查询当时登记簿的记载，特此证明"
)


def paper(*paragraphs: str, size: float = 12.0) -> bytes:
    """Each paragraph set by the library's own line breaking, one below the other."""
    pdfmetrics.registerFont(TTFont("read-back", str(fonts.main_face(False).path)))
    style = ParagraphStyle("s", fontName="read-back", fontSize=size, leading=1.5 * size, wordWrap="CJK")
    out, y = BytesIO(), 780.0
    page = canvas.Canvas(out)
    for text in paragraphs:
        block = Paragraph(text, style)
        _width, height = block.wrap(WIDTH, 700)
        block.drawOn(page, 50, y - height)
        y -= height + size
    page.save()
    return out.getvalue()


def test_a_sentence_that_was_broken_at_the_edge_is_whole_again() -> None:
    assert lines_of(paper(SENTENCE, "姓名 李建国")) == (SENTENCE, "姓名 李建国")


def test_lines_that_end_before_the_edge_stay_apart() -> None:
    rows = ("姓名 李建国", "证件类型 居民身份证", "编号 PDS-01", SENTENCE)
    assert lines_of(paper(*rows)) == rows


def test_a_sentence_that_ends_at_the_edge_does_not_run_into_the_next() -> None:
    full = "登" * (int(WIDTH / 12.0) - 1) + "。"
    assert lines_of(paper(full, "下一句。")) == (full, "下一句。")


def test_what_is_no_paper_says_nothing() -> None:
    assert lines_of(b"%PDF-1.4 torn") == ()
    assert lines_of(b"") == ()


def test_rows_of_a_table_stay_rows_and_the_words_around_a_seal_are_not_read() -> None:
    matter = next(each for each in MATTERS if each.result_document)
    card, answers = matter.rehearsal.card, matter.rehearsal.answers
    extract = registers.consult(matter, card.number, answers, date(2026, 11, 24))
    holder = Holder(name=card.name, number=card.number, kind="resident")
    paper = compose(matter, holder, answers, extract, "CASE-1", date(2026, 11, 24))
    lines = lines_of(draw(paper, "https://zwfw.example.gov.cn/p/CASE-1"))
    assert sum(line.endswith(" 已缴") for line in lines) == len(paper.rows)
    assert "2026年11月24日" in lines  # and not a character of the seal behind it
