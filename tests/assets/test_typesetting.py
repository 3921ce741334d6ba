"""Papers as a reader of the PDF finds them: its text, its fonts, its pages, its ink."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from assets import typesetting
from assets.fonts import Run
from assets.pdf_text import wrap
from assets.typesetting import (
    MM,
    Columns,
    Framed,
    Gap,
    Heading,
    KeepTogether,
    Pairs,
    Qr,
    Rule,
    Style,
    Table,
    Text,
)

ROOT = Path(typesetting.__file__).parent.parent
SAMPLE = (
    Heading("参保缴费凭证", 20, "center"),
    Text("根据《中华人民共和国行政许可法》第三十二条办理。", Style(align="justify")),
    Pairs((("姓名", "张*国𠮷𬭼\ue863"), ("说明", "直骨令")), ruled=True),
    Framed((Text("还没有提交。", Style(14, bold=True)),)),
    Columns(((Qr("https://example.gov.cn/q/1"),), (Text("扫码"),)), (25 * MM, 0)),
    Rule(dash=3),
    Table(("年月", "金额"), (("2024-01", "1,234.00"),)),
)


def texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def line_text(pieces: tuple[object, ...]) -> str:
    return "".join(p.text if isinstance(p, Run) else chr(p.codepoint) for p in pieces)  # type: ignore[attr-defined]


STRETCHES = st.sampled_from(
    [
        "",
        "，",
        "。”",
        "（甲",
        "乙）",
        "《法》",
        "“好”",
        "！？",
        "12,000.50",
        "USB",
        " ",
        "……",
        "\ue863",
        "𠮷",
        "￥",
    ]
)
PLAIN = st.sampled_from("一直骨令门国")


@given(
    st.lists(st.tuples(PLAIN, STRETCHES, PLAIN).map("".join), max_size=20).map("".join), st.floats(90, 300)
)
def test_lines_fit_lose_nothing_and_break_where_chinese_may_break(text: str, width: float) -> None:
    lines = wrap(text, width, 10)
    assert all(line.width <= width + 1e-3 for line in lines)
    assert "".join(line_text(line.pieces) for line in lines).replace(" ", "") == text.replace(" ", "")
    assert [line.last for line in lines] == [False] * (len(lines) - 1) + [True]
    for before, after in itertools.pairwise(lines):
        last, first = line_text(before.pieces)[-1], line_text(after.pieces)[0]
        assert first not in "，。”）》！？…" and last not in "（《“￥", (last, first)
        assert not (last.isascii() and first.isascii())


def test_a_number_wider_than_its_column_is_broken_between_its_parts() -> None:
    lines = wrap("YY20261124-0001-7f3a", 95, 12)
    assert ["".join(run.text for run in line.pieces if isinstance(run, Run)) for line in lines] == [
        "YY20261124-",
        "0001-7f3a",
    ]


def test_words_and_numbers_stay_whole_unless_wider_than_the_line() -> None:
    for line in wrap("金额合计 12,345,678.90 元，见 applications 一节", 80, 10):
        for part in ("12,345,678.90", "applications"):
            found = line_text(line.pieces)
            assert part in found or not set(found) & set(part) - set(" ,，")
    long = wrap("x" * 200, 80, 10)
    assert "".join(line_text(line.pieces) for line in long) == "x" * 200
    assert all(line.width <= 80 for line in long)


def test_a_paragraph_does_not_end_with_one_character() -> None:
    text = "一二三四五六七八九十" + "甲"
    assert [line_text(line.pieces) for line in wrap(text, 100, 10)] == ["一二三四五六七八九", "十甲"]


def test_line_ends_are_kept() -> None:
    assert [line_text(line.pieces) for line in wrap("甲\r\n乙\n\n丙", 100, 10)] == ["甲", "乙", "", "丙"]


def test_what_is_drawn_can_be_read_back() -> None:
    """Searching and copying find characters beyond the basic plane too; a code stands for a missing one."""
    (text,) = texts(typesetting.roll(SAMPLE, title="样张"))
    for part in (
        "参保缴费凭证",
        "张*国𠮷𬭼",
        "U+E863",
        "方框里是字的编码",
        "直骨令",
        "1,234.00",
        "还没有提交。",
    ):
        assert part in text


def test_all_fonts_are_embedded_subsets_and_nothing_tells_who_or_when() -> None:
    pdf = typesetting.pages(SAMPLE, title="样张", footer="脚注", watermark="演示")
    assert b"Helvetica" not in pdf
    assert len(pdf) < 80_000
    information = pypdfium2.PdfDocument(pdf).get_metadata_dict()
    assert information["Title"] == "样张"
    assert information["Author"] == information["Subject"] == information["Creator"] == ""
    assert information["CreationDate"].startswith("D:2000")
    fonts = re.findall(rb"/FontName /(\S+)", pdf)
    assert fonts and all(re.match(rb"[A-Z]{6}\+", name) for name in fonts)
    assert pdf.count(b"/FontFile2 ") == len(fonts)


def test_the_same_blocks_give_the_same_bytes_in_every_process_and_thread() -> None:
    program = (
        "import hashlib\nfrom assets import typesetting\nfrom tests.assets.test_typesetting import SAMPLE\n"
        "print(hashlib.sha256(typesetting.roll(SAMPLE, title='样张')).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(digests) == 1
    alone = typesetting.roll(SAMPLE, title="样张")
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: typesetting.roll(SAMPLE, title="样张"), range(12))) == {alone}


def ink(pdf: bytes, number: int = 0) -> tuple[tuple[int, int, int, int], tuple[int, int]]:
    """The box around everything dark, and the page's size, in dots of 1/8 mm."""
    page = pypdfium2.PdfDocument(pdf)[number]
    picture = page.render(scale=8 * 25.4 / 72, grayscale=True).to_pil().convert("L")
    box = picture.point(lambda shade: 255 if shade < 168 else 0).getbbox()
    assert box is not None
    return box, picture.size


@given(st.lists(st.sampled_from(SAMPLE), min_size=1, max_size=12))
@settings(max_examples=15, deadline=None)
def test_a_roll_is_one_page_as_long_as_its_content(blocks: list[typesetting.Block]) -> None:
    pdf = typesetting.roll(blocks, title="样张")
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    (left, top, right, bottom), (width, height) = ink(pdf)
    assert width == 640 and left >= 31 and right <= 609  # within the 72 mm that the head prints
    assert top >= 20 and 40 <= height - bottom <= 110  # bottom margin, and the white of the last block


def test_a_table_goes_on_under_its_headings_and_loses_no_row() -> None:
    rows = tuple((f"行{number:03d}", "平顶山市某某有限责任公司" * (1 + number % 4)) for number in range(90))
    found = texts(typesetting.pages((Table(("编号", "单位名称"), rows),), title="表", header=(Text("页眉"),)))
    assert len(found) > 2
    assert all("编号" in page and "单位名称" in page and "页眉" in page for page in found)
    assert [page.split("第")[-1].strip() for page in found] == [
        f"{number}页 / 共{len(found)}页" for number in range(1, len(found) + 1)
    ]
    assert [number for page in found for number in re.findall(r"行(\d{3})", page)] == [
        f"{number:03d}" for number in range(90)
    ]


def test_a_cell_longer_than_a_page_goes_on() -> None:
    words = " ".join(f"word{number}" for number in range(1500))
    found = texts(typesetting.pages((Table(("a", "b"), (("x", words),)),), title="t"))
    assert len(found) > 1
    assert len(set(re.findall(r"word\d+", " ".join(found)))) == 1500
    assert all("b" in page.split("\n")[0] for page in found)


def test_a_long_frame_goes_on_on_the_next_page() -> None:
    found = texts(typesetting.pages((Framed((Text("很长的说明。" * 900),)),), title="t"))
    assert len(found) > 1
    assert "".join(found).count("很长的说明") + "".join(found).replace("\n", "").count("很长的说明") > 900


def test_a_heading_stays_with_its_text_and_kept_blocks_stay_together() -> None:
    filler = [Text("行") for _ in range(43)]
    for missing in range(8):
        kept = KeepTogether((Text("第一"), Text("第二"), Text("第三")))
        blocks: list[typesetting.Block] = [*filler[missing:], Heading("标题"), kept]
        found = texts(typesetting.pages(blocks, title="t"))
        together = [page for page in found if "标题" in page]
        assert len(together) == 1 and "第一" in together[0] and "第三" in together[0]


def test_a_strip_higher_than_a_page_is_refused_instead_of_cut() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        typesetting.pages((Columns(((Text("行\n" * 100),),), (0,)),), title="t")


def test_white_space_at_a_page_break_makes_no_empty_page() -> None:
    blocks: list[typesetting.Block] = [*(Text("行") for _ in range(35)), Gap(400), Gap(400), Text("末")]
    assert len(texts(typesetting.pages(blocks, title="t"))) == 2


def test_a_row_with_another_number_of_cells_is_a_bug() -> None:
    with pytest.raises(ValueError, match="cells"):
        typesetting.pages((Table(("a", "b"), (("1",),)),), title="t")


@pytest.mark.parametrize(("size_mm", "above"), [(16.0, 0.0), (25.0, 7.3), (25.0, 11.11), (40.0, 15.55)])
def test_a_code_is_drawn_dot_for_dot(size_mm: float, above: float) -> None:
    """Each module is a whole number of print head dots, and its picture is the code itself."""
    content = "https://zwfw.example.gov.cn/q/4c2f9b"
    code = segno.make(content, error="m", micro=False, boost_error=False)
    pdf = typesetting.roll((Gap(above), Qr(content, size_mm)), title="q")
    (left, top, right, bottom), _ = ink(pdf)
    count = len(code.matrix)
    dots = (right - left) / count
    assert dots == int(dots) >= 3 and right - left == bottom - top
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=8 * 25.4 / 72, grayscale=True).to_pil().convert("L")
    seen = [
        [
            int(picture.getpixel((left + int((column + 0.5) * dots), top + int((row + 0.5) * dots))) < 168)
            for column in range(count)
        ]
        for row in range(count)
    ]
    assert seen == [list(row) for row in code.matrix]
