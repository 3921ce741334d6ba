"""The peer's papers are the terminal's papers: else their times would tell nothing."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pypdfium2
import pytest

from tests.bench.papers import Kind, writer


def _said(pdf: bytes) -> tuple[Counter[str], int]:
    """The visible characters, and the number of pages."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        return Counter("".join(text.split())), len(document)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_both_say_the_same(kind: Kind) -> None:
    ours = _said(writer("ours", kind)())
    assert ours == _said(writer("fpdf2", kind)())
    assert ours[0].total() > 300
