from __future__ import annotations

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from kiosk.matters.models import Matter
from kiosk.server import registers
from kiosk.server.certificates import Paper, compose, draw, page_count
from kiosk.server.persons import Holder
from tests.kiosk.matters.examples import MATTERS as SHIPPED
from tests.kiosk.server.samples import APPLICATION, MATTERS, NUMBER, RARE_NAME

DAY = date(2026, 11, 24)
URL = "http://127.0.0.1:8000/p/CASE"
HOLDER = Holder(name=RARE_NAME, number=NUMBER, kind="resident")


def paper(name: str, months: str = "2026-01/2026-06", holder: Holder = HOLDER) -> Paper:
    matter = Matter.model_validate(MATTERS[name])
    answers = {"months": months} if name in ("certificate", "query") else {}
    extract = registers.consult(matter, holder.number, answers, DAY) if answers else None
    return compose(matter, holder, answers, extract, "CASE-1", DAY)


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize(
    ("name", "title"), [("certificate", "社会保险参保缴费凭证"), ("query", "公积金缴存明细")]
)
def test_a_paper_says_who_what_when_and_that_it_is_a_demonstration(name: str, title: str) -> None:
    pdf = draw(paper(name), URL)
    text = text_of(pdf)
    for said in (
        title,
        "陈𠮷",
        NUMBER,
        "CASE-1",
        "2026年11月24日",
        "平顶山市示范服务中心",
        "演示样张",
        "演示平台生成",
    ):
        assert said in text
    with pypdfium2.PdfDocument(pdf) as document:
        width, height = document[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)


@pytest.mark.parametrize("months", ["2026-01/2026-03", "2024-01/2026-06", "2020-01/2026-10"])
def test_pages_are_counted_as_they_are(months: str) -> None:
    pdf = draw(paper("certificate", months), URL)
    with pypdfium2.PdfDocument(pdf) as document:
        assert page_count(pdf) == len(document)


def test_every_month_is_on_the_paper() -> None:
    text = text_of(draw(paper("certificate", "2024-01/2026-06"), URL))
    assert all(f"{year}-{month:02}" in text for year in (2024, 2025) for month in range(1, 13))


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert draw(paper("query"), URL) == draw(paper("query"), URL)


def test_characters_without_a_glyph_show_their_code_point() -> None:
    text = text_of(draw(paper("certificate"), URL))
    assert "U+E863" in text and "U+10FFFD" in text


def test_an_accepted_application_has_its_own_paper() -> None:
    notice = paper("application")
    assert notice.title == "受理通知书"
    assert "老年优待证" in notice.body and APPLICATION not in notice.body


def test_the_file_names_nobody_outside_its_pages() -> None:
    pdf = draw(paper("certificate"), URL)
    with pypdfium2.PdfDocument(pdf) as document:
        said = " ".join(document.get_metadata_dict().values())
    assert NUMBER not in said and "陈" not in said


@pytest.mark.parametrize(
    "issuer", ["局", "平顶山市城乡一体化示范区行政审批和政务信息管理服务中心不动产登记分中心"]
)
def test_a_seal_holds_short_and_long_names(issuer: str) -> None:
    whole = paper("certificate")
    pdf = draw(Paper(whole.title, "1", issuer, DAY, whole.facts, whole.body), URL)
    assert issuer[:1] in text_of(pdf)


def test_what_was_asked_to_see_who_may_apply_stands_on_no_paper() -> None:
    matter = SHIPPED.get("生育登记")
    assert matter is not None
    card = matter.rehearsal.card
    holder = Holder(name=card.name, number=card.number, kind="resident", birth=card.birth, sex=card.sex)
    facts = dict(compose(matter, holder, matter.rehearsal.answers, None, "CASE-1", DAY).facts)
    assert facts["第2个新生儿：姓名"] == "马欣"
    assert facts["配偶户籍地"] == "河南省平顶山市汝州市"
    assert not [label for label in facts if label.endswith("吗？")]


@pytest.mark.parametrize("rows", [1, *range(14, 26), 40])
def test_a_seal_never_stands_alone_on_a_page(rows: int) -> None:
    table = tuple((f"2025-{number:03d}", "1,286.00", "正常") for number in range(rows))
    full = replace(paper("query"), columns=("年月", "金额（元）", "状态"), rows=table, note="数据截至昨天。")
    with pypdfium2.PdfDocument(draw(full, URL)) as document:
        last = document[len(document) - 1].get_textpage().get_text_range()
    assert "扫码核验" in last and "数据截至昨天" in last
    assert all(row[0] in last for row in table[-2:])
