"""The colours are readable in every theme, and the measures are those of the panels."""

from __future__ import annotations

import pytest

from screens.theme import LEAST_ACROSS, LEAST_UPRIGHT, STYLES_U, THEMES, Metrics, Theme, contrast

TEXT_PAIRS = (
    ("text", "bg"), ("text", "surface"), ("muted", "bg"), ("muted", "surface"), ("on_primary", "primary"),
    ("on_pressed", "pressed"), ("on_tint", "tint"), ("on_tint", "surface"), ("on_tint", "bg"),
    ("success", "success_bg"), ("warning", "warning_bg"), ("danger", "danger_bg"), ("danger", "surface"),
    ("danger", "bg"), ("on_header", "header"),
)  # fmt: skip


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_has_seven_to_one(theme: Theme, ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 7.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_edges_are_seen(theme: Theme) -> None:
    for edge, ground in (("outline", "bg"), ("outline", "surface"), ("primary", "surface")):
        assert contrast(theme[edge], theme[ground]) >= 3.0, (edge, ground)
    assert contrast(theme["disabled"], theme["disabled_bg"]) >= 4.5
    assert contrast(theme["focus_ring"], theme["focus_gap"]) >= 7.0


def test_contrast_is_that_of_the_standard() -> None:
    black, white = (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0)
    assert contrast(black, white) == pytest.approx(21.0)
    assert contrast(white, white) == pytest.approx(1.0)


def test_an_unknown_token_is_a_bug() -> None:
    with pytest.raises(KeyError):
        THEMES["light"]["shadow"]


def test_a_unit_is_a_pixel_on_the_usual_panels_and_more_on_a_small_one() -> None:
    assert Metrics(1080, 1920, 102).u == 1.0
    assert Metrics(1080, 1920, 69).u == 1.0
    small = Metrics(800, 1280, 149)
    assert small.u == pytest.approx(1.46, abs=0.01)
    assert small.narrow
    assert not Metrics(1080, 1920).narrow
    assert Metrics(1920, 1080).orientation == "landscape"


@pytest.mark.parametrize("size", [(1280, 800, 149), (1024, 768, 85), (1920, 1080, 165), (480, 800, 133)])
def test_a_panel_too_small_for_a_page_has_smaller_units(size: tuple[int, int, float]) -> None:
    metrics = Metrics(*size)
    wide, high = LEAST_ACROSS if metrics.orientation == "landscape" else LEAST_UPRIGHT
    assert metrics.width / metrics.u >= wide - 1e-6
    assert metrics.height / metrics.u >= high - 1e-6
    assert not metrics.has_aside  # it would leave the content too little
    assert Metrics(1920, 1080, 69).has_aside


def test_elder_text_is_at_least_a_third_larger() -> None:
    plain, elder = Metrics(1080, 1920), Metrics(1080, 1920, elder=True)
    for name in STYLES_U:
        factor = elder.style(name).size / plain.style(name).size
        assert factor >= (1.19 if name in ("h1", "display", "number") else 1.34), name


def test_the_reach_band_ends_where_a_seated_person_ends() -> None:
    high = Metrics(1080, 1920, 102, reach=True, screen_bottom_mm=900)
    assert high.reach_top == round(320 / 25.4 * 102)
    assert Metrics(1080, 1920, 102, screen_bottom_mm=900).reach_top == 1920
    assert Metrics(1080, 1920, 102, reach=True, screen_bottom_mm=600).reach_top == 1920
