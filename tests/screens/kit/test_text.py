"""Every character of a name is seen: in a face that has it, or as its code point in a frame."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screens.kit import faces
from screens.kit.context import Ctx
from screens.kit.text import Heading, Icon, Text
from screens.kit.wrap import break_lines
from tests.screens.conftest import PORTRAIT, dressed

RARE = "\U00020bb7"  # 𠮷, in Hanazono only
PRIVATE = "\ue863"  # means nothing outside its own machine


def test_a_character_that_no_face_has_becomes_its_code_point() -> None:
    runs = faces.runs(f"王{PRIVATE}明", bold=False)
    assert [run.text for run in runs] == ["王", "U+E863", "明"]
    assert runs[1].face is None


def test_a_rare_character_is_drawn_with_a_face_that_has_it() -> None:
    runs = faces.runs(f"王{RARE}", bold=True)
    assert runs[0].face != runs[1].face
    assert runs[1].face is not None
    assert runs[1].thicken


def test_a_name_with_both_is_drawn_whole(ctx: Ctx) -> None:
    text = Text(ctx, f"王{RARE}{PRIVATE}", "number")
    text.place(0, 0, 600, text.fit(600))
    assert text.lines == [f"王{RARE}{PRIVATE}"]
    pictures = [each for each in text.canvas.before.children if getattr(each, "texture", None) is not None]
    # one character, the rare one twice for weight, a frame, and the two halves of the code
    assert len(pictures) >= 5
    assert text.name == f"王{RARE}{PRIVATE}"


def test_markup_in_a_name_stays_text(ctx: Ctx) -> None:
    text = Text(ctx, "[b]王[/b]")
    assert text.natural_width() > Text(ctx, "王").natural_width()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=60,
)
@given(st.text(max_size=40))
def test_any_text_at_all_can_be_drawn(ctx: Ctx, said: str) -> None:
    text = Text(ctx, said)
    height = text.fit(300)
    text.place(0, 0, 300, height)
    assert height == len(text.lines) * text.style.line
    assert text.drawn_width <= 300 or len(text.lines[0]) == 1


def test_advances_add_up_to_what_is_drawn() -> None:
    for text in ("社保参保证明", "12345", "Social insurance", "，。（）"):
        for bold in (False, True):
            face = faces.main(bold)
            drawn = faces.picture(text, face, 32).width
            assert faces.width(text, bold, 32) == pytest.approx(drawn, abs=2 + len(text) * 0.3)


def test_height_follows_the_lines(ctx: Ctx) -> None:
    long = Text(ctx, "请带身份证原件到窗口办理" * 6)
    assert long.fit(400) > long.fit(900) > 0
    assert long.fit(900) % ctx.metrics.style("body").line == 0


def test_a_new_text_takes_its_room(ctx: Ctx) -> None:
    text = Text(ctx, "短")
    text.place(0, 0, 300, text.fit(300))
    before = text.height
    text.text = "长" * 40
    assert text.height > before
    assert text.name == "长" * 40


def test_a_long_text_is_cut_between_lines(ctx: Ctx) -> None:
    said = "办理时请按屏幕上的提示操作" * 10
    text = Text(ctx, said)
    line = text.style.line
    halves = text.split(500, 4 * line)
    assert halves is not None
    first, rest = halves
    assert first.fit(500) == 4 * line
    joined = "".join(part.text for part in (first, rest) if isinstance(part, Text)).replace("\n", "")
    assert joined == said
    assert text.split(500, line) is None  # one line would be left alone


def test_elder_captions_are_as_large_as_body(ctx: Ctx) -> None:
    elder = dressed(ctx, PORTRAIT, elder=True)
    assert Text(elder, "字", "caption").style == Text(elder, "字", "body").style


def test_headings_have_levels(ctx: Ctx) -> None:
    assert [Heading(ctx, "题", level).style.size for level in (1, 2, 3)] == [52, 44, 36]


def test_an_unknown_icon_of_a_matter_is_a_plain_sheet_and_fails_no_page(ctx: Ctx) -> None:
    Icon(ctx, "no-such-icon").place(0, 0, 48, 48)
    sheet, unknown = (faces.icon_picture(name, 48) for name in ("file-document-outline", "no-such-icon"))
    assert unknown.size == sheet.size and unknown.pixels == sheet.pixels


def test_a_press_changes_colours_without_a_new_picture(ctx: Ctx) -> None:
    text = Text(ctx, "开始", "button", "on_primary")
    text.place(0, 0, 300, text.fit(300))
    before: list[Any] = list(text.canvas.before.children)
    text.recolour("text")
    assert list(text.canvas.before.children) == before
    assert tuple(text._colours[0].rgba) == pytest.approx(ctx.theme.text)


def test_wrapping_uses_what_is_drawn(ctx: Ctx) -> None:
    text = Text(ctx, f"{PRIVATE}" * 8)
    assert break_lines(text.text, 200, text.advance) == text.wrapped(200)
    assert len(text.wrapped(200)) > 1
