"""Both languages say everything, with the same blanks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from screens.words import LANGUAGES, Catalogue, filled, flatten, placeholders

BILINGUAL = ("tools.language", "tools.heading")  # who has chosen wrongly must find the way back
SCREENS = Path(__file__).parents[3] / "screens"


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    chinese, english = (Catalogue.of(language).texts for language in LANGUAGES)
    assert set(chinese) == set(english)
    for key, text in chinese.items():
        assert placeholders(text) == placeholders(english[key]), key


def test_no_sentence_is_empty_or_left_in_the_other_language() -> None:
    for key, text in Catalogue.of("zh").texts.items():
        assert text.strip(), key
    for key, text in Catalogue.of("en").texts.items():
        assert text.strip(), key
        assert not re.search("[\u4e00-\u9fff]", text) or key in BILINGUAL, key


def test_a_missing_key_or_argument_is_loud() -> None:
    words = Catalogue.of("zh")
    with pytest.raises(KeyError):
        words.text("kit.no_such_key")
    with pytest.raises(KeyError):
        words.text("kit.page_of", page=1)
    with pytest.raises(TypeError):
        words.text("kit.page_of", page=1, pages=2, more=3)
    assert words.text("kit.page_of", page=1, pages=2) == "第1页，共2页"


def test_no_blank_stands_between_chinese_characters() -> None:
    assert filled("到 {until}。窗口 {at} 开", {"until": "今天 12:00", "at": "8:30"}) == (
        "到今天 12:00。窗口 8:30 开"
    )
    assert filled("{hall} 窗口，{count} 项", {"hall": "市民中心", "count": 3}) == "市民中心窗口，3 项"
    assert filled("until {day} at {place}", {"day": "周五", "place": "hall"}) == "until 周五 at hall"


def test_every_key_that_the_kit_names_exists() -> None:
    texts = Catalogue.of("zh").texts
    for path in (SCREENS / "kit").glob("*.py"):
        for key in re.findall(r'"(kit\.[a-z0-9_]+)"', path.read_text("utf-8")):
            assert key in texts, (path.name, key)


def test_what_is_no_text_in_the_file_is_refused() -> None:
    assert flatten({"a": {"b": "c"}}) == {"a.b": "c"}
    with pytest.raises(TypeError):
        flatten({"a": 1})
