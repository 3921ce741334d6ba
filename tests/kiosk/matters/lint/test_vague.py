"""The detector of catch-all words, on phrases of real guides, both ways."""

from __future__ import annotations

import pytest

from kiosk.matters.lint.vague import vague_english, vague_words
from tests.kiosk.matters.lint.phrases import INNOCENT, VAGUE


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(set(VAGUE)) >= 60 and len(set(INNOCENT)) >= 60
    assert not set(VAGUE) & set(INNOCENT)


@pytest.mark.parametrize("phrase", VAGUE)
def test_vague(phrase: str) -> None:
    found = vague_words(phrase)
    assert found
    for hit in found:
        assert phrase[hit.start : hit.start + len(hit.word)] == hit.word


@pytest.mark.parametrize("phrase", INNOCENT)
def test_innocent(phrase: str) -> None:
    assert vague_words(phrase) == ()


def test_the_whole_phrase_is_named_and_hidden_words_are_found() -> None:
    assert [hit.word for hit in vague_words("携带有关证件到有关部门办理")] == ["有关证件", "有关部门"]
    assert [hit.word for hit in vague_words("《有关问题的通知》要求的其他证明材料")] == ["其他证明材料"]
    assert [hit.word for hit in vague_words("交其\u200b他 材料")] == ["其\u200b他 材料"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Other relevant documents", ["Other relevant documents"]),
        ("Identity card etc.", ["etc."]),
        ("Bring the necessary papers", ["necessary papers"]),
        ("No other documents are needed", []),
        ("The other parent's identity card", []),
        ("Your identity card", []),
    ],
)
def test_english(text: str, found: list[str]) -> None:
    assert [hit.word for hit in vague_english(text)] == found
