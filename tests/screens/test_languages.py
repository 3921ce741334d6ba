"""A further language is a file; nothing that a page says escapes its catalogue."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.visit.state import Mode
from screens import words
from screens.app import CitizenWindow
from screens.kit.lint import lint
from screens.kit.semantics import Role
from screens.kit.tree import tree
from screens.robot import Robot
from screens.words.check import lacking, too_long
from tests.screens.citizen.test_pages import FULLEST, show
from tests.screens.pages import PAGES

MARKS = ("«", "»")
SAID = frozenset({Role.BUTTON, Role.HEADING, Role.TEXT, Role.ALERT, Role.STATUS, Role.CHECKBOX, Role.RADIO})


def pseudo(text: str) -> str:
    """Marked, and a little longer, as most languages are."""
    return f"{MARKS[0]}{text}{'·' * (len(text) // 10)}{MARKS[1]}"


def as_toml(texts: dict[str, str]) -> str:
    lines: list[str] = []
    for key, text in texts.items():
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        lines.append(f'"{key}" = "{escaped}"')
    return "\n".join(lines)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The product's languages in a folder of the test's own."""
    for language in words.LANGUAGES:
        shutil.copy(words.FOLDER / f"{language}.toml", tmp_path)
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    words._load.cache_clear()
    words.read.cache_clear()
    yield tmp_path
    words._load.cache_clear()
    words.read.cache_clear()


@pytest.fixture
def third(folder: Path) -> str:
    english = words.read("en")
    made = {key: pseudo(text) for key, text in english.items()} | {words.LIKE: "en"}
    (folder / "qq.toml").write_text(as_toml(made), encoding="utf-8")
    return "qq"


def test_a_file_is_a_language(third: str) -> None:
    assert words.languages() == ("zh", "en", third)
    assert lacking(third) == []
    assert words.Catalogue.of(third).text("kit.page_of", page=1, pages=2).startswith(MARKS[0])


def test_a_file_that_lacks_something_says_what_and_is_filled_from_english(folder: Path) -> None:
    (folder / "za.toml").write_text(
        '\ufeff[kit]\nexit = "Okbae"\npage_of = "{page}"\nnone = "x"\nspace = "{"\nretry = "{x!r}"\n'
        'delete = "Cawz \U000f0001"\n[tools]\nown = "Vahcuengh"\nlike = "fr"\n[common]\n'
        'back = "Baemq, baemq, baemq, baemq"\n',
        encoding="utf-8",
    )
    told = lacking("za")
    assert "kit.page_of: other placeholders than page, pages" in told
    assert "kit.none: no page says this" in told
    assert "home.lead: missing" in told
    assert "kit.delete: U+F0001 cannot be shown" in told
    assert "tools.like: one of zh, en" in told
    assert any(line.startswith("kit.space: a brace") for line in told)
    assert any(line.startswith("common.back: ") for line in too_long("za"))
    assert words.languages() == ("zh", "en", "za")
    catalogue = words.Catalogue.of("za")
    english = words.Catalogue.of("en")
    assert catalogue.text("kit.exit") == "Okbae"
    for key in ("home.lead", "kit.delete", "kit.space"):
        assert catalogue.text(key) == english.text(key)
    assert catalogue.text("kit.page_of", page=1, pages=2) == "Page 1 of 2"


def test_a_variety_of_chinese_is_filled_from_chinese(folder: Path) -> None:
    (folder / "zh-Hant.toml").write_text('[tools]\nown = "繁體中文"\n', encoding="utf-8")
    assert words.base_of("zh-Hant") == "zh"
    catalogue = words.Catalogue.of("zh-Hant")
    assert catalogue.text("home.lead") == words.Catalogue.of("zh").text("home.lead")
    assert catalogue.text("tools.own") == "繁體中文"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("ug", '[tools]\nown = "ئۇيغۇرچە"\n'.encode(), "from right to left"),
        ("bo", '[tools]\nown = "བོད་ཡིག"\n'.encode(), "(TIBETAN)"),
        ("xx", b'[tools]\nlead = "x"\n', "does not say its own name (tools.own)"),
        ("xx", b'[tools\nown = "x"\n', "cannot be read: Expected ']'"),
        ("xx", b"[tools]\nown = 3\n", "tools.own: a text is expected, not int"),
        ("xx", '[tools]\nown = "Français"\n'.encode("latin-1"), "is not UTF-8"),
        ("xx", '[tools]\nown = "English"\n'.encode("utf-16"), "is not UTF-8"),
    ],
)
def test_a_language_that_cannot_be_shown_or_read_is_not_offered_and_told(
    folder: Path, name: str, data: bytes, why: str
) -> None:
    (folder / f"{name}.toml").write_bytes(data)
    told = lacking(name)
    assert any(why in line for line in told), told
    assert any("the language is not offered" in line for line in told)
    assert words.languages() == words.LANGUAGES


def test_the_product_s_own_languages_lack_nothing() -> None:
    assert [line for language in words.LANGUAGES for line in lacking(language)] == []


def test_it_can_be_chosen_and_left_again(window: CitizenWindow, third: str) -> None:
    show(window, PAGES["tools"])
    robot = Robot(window)
    controller: Any = window.controller
    robot.press(f"language:{third}")
    assert controller.sent[-1].language == third
    show(window, PAGES["tools"], Mode(language=third))
    assert robot.get("language:zh").name == "中文"
    assert robot.get("language:en").name == "English"


@pytest.mark.parametrize("elder", [False, True])
def test_every_page_says_what_its_catalogue_says(window: CitizenWindow, third: str, elder: bool) -> None:
    """Whatever stands on a page without the marks of the made-up language is data: of a matter in English,
    of the platform, the card, or an answer."""
    data = "\n".join(matter.model_dump_json() for matter in window.controller.catalogue)
    for name in FULLEST:
        visit = PAGES[name]
        data_here = (
            data
            + (visit.matter.model_dump_json() if visit.matter else "")
            + repr((vars(visit), visit.form.error_words))
        )
        show(window, visit, Mode(language=third, elder=elder))
        assert not lint(window.stage, window.ctx.metrics), name
        for node in tree(window.stage):
            listed = node.key.startswith(("answer:", "reason:", "language:"))  # lists, own names
            if node.role in SAID and not listed and not any(mark in node.name for mark in MARKS):
                parts = node.name.replace("\n", " ").split(" ")
                strange = [
                    part for part in parts if part.isascii() and part.isalpha() and part not in data_here
                ]
                assert not strange, (name, node.role, node.name)
