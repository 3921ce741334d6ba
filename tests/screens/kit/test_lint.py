"""The lint finds what it says it finds, and nothing on a page as it should be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from screens.app import CitizenWindow
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.context import Ctx
from screens.kit.field import Field
from screens.kit.layout import Column, Padded, Spacer
from screens.kit.lint import lint
from screens.kit.page import Parts
from screens.kit.text import Text
from tests.screens.conftest import PORTRAIT
from tests.screens.kit.conftest import Show


def nothing() -> None:
    """What these buttons do."""


class Fixed(Block):
    """Puts its child exactly where it is told, right or wrong."""

    def __init__(self, ctx: Ctx, child: Block, box: tuple[int, int, int, int], high: int = 200) -> None:
        super().__init__(ctx)
        self.box = box
        self.high = high
        self.hold(child)

    def measure(self, width: int) -> float:
        return self.high

    def arrange(self) -> None:
        x, y, width, height = self.box
        self.children[0].place(self.x + x, self.y + y, width, height)


def nameless(ctx: Ctx) -> list[Block]:
    return [Button(ctx, "go", " ", nothing)]


def twins(ctx: Ctx) -> list[Block]:
    return [Button(ctx, "one", "打印", nothing), Button(ctx, "two", "打印", nothing)]


def same_keys(ctx: Ctx) -> list[Block]:
    return [Button(ctx, "go", "打印", nothing), Button(ctx, "go", "重印", nothing)]


def keyless(ctx: Ctx) -> list[Block]:
    return [Button(ctx, "", "打印", nothing)]


def tiny(ctx: Ctx) -> list[Block]:
    return [Fixed(ctx, Button(ctx, "go", "小", nothing), (0, 0, 200, 78))]


def cramped(ctx: Ctx) -> list[Block]:
    return [Column(ctx, [Button(ctx, "a", "甲", nothing), Button(ctx, "b", "乙", nothing)], gap=8)]


def cut(ctx: Ctx) -> list[Block]:
    return [Fixed(ctx, Text(ctx, "字" * 60), (0, 0, 600, 44))]


def wide(ctx: Ctx) -> list[Block]:
    return [Fixed(ctx, Text(ctx, "字"), (0, 0, 20, 44))]


def outside(ctx: Ctx) -> list[Block]:
    return [Fixed(ctx, Text(ctx, "字字"), (1040, 0, 100, 44))]


def overlapping(ctx: Ctx) -> list[Block]:
    return [Column(ctx, [Text(ctx, "第一句话"), Text(ctx, "第二句话")], gap=-30)]


def covered(ctx: Ctx) -> list[Block]:
    return [Column(ctx, [Text(ctx, "看不见的话"), Button(ctx, "go", "开始", nothing)], gap=-40)]


def pale(ctx: Ctx) -> list[Block]:
    return [Text(ctx, "看不清的话", color="outline")]


def pale_on_ground(ctx: Ctx) -> list[Block]:
    return [Padded(ctx, Text(ctx, "看不清的话", color="text"), ground="primary")]


def unexplained(ctx: Ctx) -> list[Block]:
    field = Field(ctx, "answer", "姓名", "")
    field.state["invalid"] = True
    return [field]


def reasonless(ctx: Ctx) -> list[Block]:
    return [Button(ctx, "go", "开始", nothing, disabled_reason="")]


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (nameless, "name.empty"),
        (twins, "name.twice"),
        (same_keys, "key.twice"),
        (keyless, "key.missing"),
        (tiny, "target.small"),
        (cramped, "target.gap"),
        (cut, "text.cut"),
        (wide, "text.wide"),
        (outside, "text.outside"),
        (outside, "bounds.outside"),
        (overlapping, "text.overlap"),
        (covered, "text.covered"),
        (pale, "contrast.low"),
        (pale_on_ground, "contrast.low"),
        (unexplained, "error.silent"),
        (reasonless, "disabled.silent"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_planted_mistake_is_found(
    show: Show, window: CitizenWindow, make: Callable[[Ctx], list[Block]], rule: str
) -> None:
    show(lambda ctx: Parts("标题", body=make(ctx)))
    assert rule in {finding.rule for finding in lint(window.stage, window.ctx.metrics)}


def test_what_is_out_of_reach_is_found(show: Show, window: CitizenWindow) -> None:
    show(lambda ctx: Parts("标题", body=[Button(ctx, "go", "开始", nothing)]))
    window.ctx.metrics = type(window.ctx.metrics)(
        PORTRAIT.width, PORTRAIT.height, reach=True, screen_bottom_mm=950
    )
    rules = {finding.rule for finding in lint(window.stage, window.ctx.metrics)}
    assert rules == {"reach.above"}


def test_a_page_as_it_should_be_has_no_findings(show: Show, window: CitizenWindow) -> None:
    show(lambda ctx: Parts("标题", "说明", body=[Spacer(ctx, 40), Button(ctx, "go", "开始", nothing)]))
    assert lint(window.stage, window.ctx.metrics) == []


def test_findings_never_name_a_person(show: Show, window: CitizenWindow) -> None:
    show(lambda ctx: Parts("标题", body=[Fixed(ctx, Text(ctx, "王小明" * 20), (0, 0, 300, 44))]))
    findings = lint(window.stage, window.ctx.metrics)
    assert findings
    assert "王" not in " ".join(map(str, findings))
