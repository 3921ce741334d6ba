"""Blocks stand where they were told, and what does not fit goes over to the next page whole."""

from __future__ import annotations

from itertools import pairwise

import pytest

from screens.kit import spread
from screens.kit.block import Block
from screens.kit.button_row import places, row_height
from screens.kit.buttons import Button, Chip, Row
from screens.kit.context import Ctx
from screens.kit.cutting import Whole
from screens.kit.layout import Card, Column, Grid, Line, Spacer
from screens.kit.pager import fits, paged, pager_height
from screens.kit.table import Table, column_widths
from screens.kit.tables import KeyValue
from screens.kit.text import Heading, Text
from screens.kit.tile import Tile
from tests.screens.conftest import LANDSCAPE, PORTRAIT, SMALL, dressed


def nothing() -> None:
    """What these buttons do."""


def button(ctx: Ctx, key: str, label: str) -> Button:
    return Button(ctx, key, label, nothing, "secondary")


def laid(block: Block, width: int) -> Block:
    block.place(0, 0, width, block.fit(width))
    return block


def test_a_column_stands_from_top_to_bottom_with_its_gaps(ctx: Ctx) -> None:
    column = laid(Column(ctx, [Spacer(ctx, 40), Spacer(ctx, 60), Spacer(ctx, 80)], gap=24), 500)
    assert column.height == 40 + 60 + 80 + 2 * 24
    first, second, third = column.in_order()
    assert first.top == column.top
    assert first.y - second.top == 24
    assert third.y == 0


def test_a_grid_has_fewer_columns_where_a_word_would_break(ctx: Ctx) -> None:
    tiles = [Tile(ctx, f"t{n}", "Accommodation", "", "home", nothing) for n in range(4)]
    grid = Grid(ctx, tiles, columns=4)
    assert grid.columns_at(2000) == 4
    assert grid.columns_at(740) == 2
    laid(grid, 740)
    assert len({tile.x for tile in tiles}) == 2


def test_a_line_stacks_where_there_is_no_room(ctx: Ctx) -> None:
    chips = [Chip(ctx, f"c{n}", "Department", False, nothing) for n in range(3)]
    line = Line(ctx, chips, gap=16, shares=[1, 1, 1])
    laid(line, 1200)
    assert len({chip.y for chip in chips}) == 1
    laid(line, 400)
    assert len({chip.y for chip in chips}) == 3
    for upper, lower in pairwise(chips):
        assert upper.y - lower.top == 16


def test_a_line_needs_as_many_shares_as_children(ctx: Ctx) -> None:
    with pytest.raises(ValueError, match="shares"):
        Line(ctx, [Spacer(ctx, 1)], shares=[1, 1])


def test_pages_hold_everything_in_order_and_nothing_is_too_high(ctx: Ctx) -> None:
    blocks = [Row(ctx, f"r{n}", f"事项{n}", "约3分钟", nothing) for n in range(23)]
    pages = paged(ctx, blocks, 700, 900)
    assert [block for page in pages for block in page] == blocks
    assert all(fits(ctx, page, 700, 900) for page in pages)
    assert not fits(ctx, blocks, 700, 900)


def test_what_is_too_high_in_half_of_a_page_takes_all_of_it(ctx: Ctx) -> None:
    grid = Grid(ctx, [Card(ctx, Text(ctx, "办理时请带上本人的身份证。" * 12))], columns=2)
    room = grid.fit(1000) - 1
    pages = paged(ctx, [grid], 1000, room)
    assert len(pages) == 1
    assert fits(ctx, pages[0], 1000, room)


def test_a_card_too_high_for_a_page_is_cut(ctx: Ctx) -> None:
    card = Card(ctx, [KeyValue(ctx, f"项{n}", "值") for n in range(30)])
    pages = paged(ctx, [card], 600, 900)
    assert len(pages) > 2
    for page in pages:
        assert sum(block.fit(900) for block in page) <= 600
    names = [
        each.name
        for page in pages
        for block in page
        for each in block.walk(restrict=True)
        if isinstance(each, KeyValue)
    ]
    assert names == [f"项{n}" for n in range(30)]


def test_a_table_keeps_its_head_on_each_page(ctx: Ctx) -> None:
    table = Table(ctx, ["月份", "金额"], [[f"2026-{n:02d}", "100.00"] for n in range(1, 13)])
    pages = paged(ctx, [table], 400, 900)
    assert len(pages) > 1
    found = [block for page in pages for block in page]
    assert all(isinstance(block, Table) and block.columns == ["月份", "金额"] for block in found)
    assert sum(len(block.rows) for block in found if isinstance(block, Table)) == 12


def test_a_heading_is_not_left_alone_at_the_foot_of_a_page(ctx: Ctx) -> None:
    blocks: list[Block] = [Text(ctx, "字" * 200), Heading(ctx, "小标题", 3), Text(ctx, "字" * 60)]
    width = 900
    height = blocks[0].fit(width) + blocks[1].fit(width) + 30
    pages = paged(ctx, blocks, height, width)
    assert [len(page) for page in pages] == [1, 2]


def test_what_cannot_be_cut_still_gets_a_page(ctx: Ctx) -> None:
    assert paged(ctx, [Spacer(ctx, 900), Spacer(ctx, 10)], 500, 900)[0][0].fit(900) == 900
    assert paged(ctx, [], 500, 900) == [[]]


def test_a_table_is_a_list_where_it_is_narrow(ctx: Ctx) -> None:
    columns, row = ["月份", "单位", "金额"], ["2026年1月", "平顶山市某某有限公司", "12,100.00"]
    wide = Table(ctx, columns, [row])
    narrow = Table(dressed(ctx, SMALL, elder=True), columns, [row])
    assert len(wide.children) == 2  # the heads, and one line
    assert len(narrow.children) == 1
    said = "月份：2026年1月，单位：平顶山市某某有限公司，金额：12,100.00"
    assert wide.children[0].name == narrow.children[0].name == said


def test_a_column_is_as_wide_as_its_cells_and_the_rest_is_shared(ctx: Ctx) -> None:
    rows = [["2026年1月", "平顶山市某某有限公司", "100.00"], ["2025年12月", "个体", "98.50"]]
    widths = column_widths(ctx, ["月份", "单位", "金额"], rows, 984)
    assert widths is not None and widths[1] > widths[0] > 0 and widths[1] > widths[2] > 0
    small = column_widths(ctx, ["月份", "单位", "金额"], rows, 420)
    assert small is None  # amounts are not broken, nor do words stand in towers


def test_a_record_that_is_higher_than_a_leaf_loses_nothing(ctx: Ctx) -> None:
    long = "很长的说明" * 60
    table = Table(ctx, ["说明", "备注"], [[long, "无"], ["短", "有"]], 480)
    pages = paged(ctx, [table], 400, 480)
    assert all(sum(block.fit(480) for block in page) <= 400 for page in pages)
    texts = [
        each.text
        for page in pages
        for block in page
        for each in block.walk(restrict=True)
        if isinstance(each, Text)
    ]
    told = "".join(text.replace("\n", "") for text in texts if text not in ("说明", "备注"))
    assert told.count("很长的说明") == 60 and texts.count("无") == texts.count("有") == 1


def test_the_act_stands_last_and_takes_the_room_that_is_left(ctx: Ctx) -> None:
    buttons = [button(ctx, "back", "返回"), button(ctx, "go", "开始办理")]
    (x, _, width, _), (act_x, _, act_width, _) = places(ctx, buttons, 984)
    assert x == 0
    assert width < act_width
    assert act_x + act_width == 984


def test_many_buttons_take_rows_and_never_overlap(ctx: Ctx) -> None:
    buttons = [
        button(ctx, f"b{n}", label) for n, label in enumerate(["返回", "展开全部26项", "打印指南", "开始"])
    ]
    for width in (984, 700, 400, 330):
        boxes = places(ctx, buttons, width)
        assert len(boxes) == 4
        for number, (x, down, own, high) in enumerate(boxes):
            assert x >= 0 and x + own <= width
            for other_x, other_down, other_own, other_high in boxes[number + 1 :]:
                apart_across = max(x, other_x) - min(x + own, other_x + other_own)
                apart_down = max(down, other_down) - min(down + high, other_down + other_high)
                assert max(apart_across, apart_down) >= 16
    assert row_height(ctx, buttons, 984) < row_height(ctx, buttons, 400)


def test_a_pager_takes_a_line(ctx: Ctx) -> None:
    assert 112 <= pager_height(dressed(ctx, PORTRAIT), 984) <= 200


def test_two_columns_across_are_even_and_lose_nothing(ctx: Ctx) -> None:
    across = dressed(ctx, LANDSCAPE)
    blocks: list[Block] = [Spacer(across, each) for each in (200, 100, 150, 120, 90)]
    found = spread.on_one_leaf(across, blocks, 400, 1040, 20)
    assert found is not None
    left, right = found[0].in_order()
    assert [left.in_order(), right.in_order()] == [blocks[:2], blocks[2:]]
    assert max(left.fit(500), right.fit(500)) <= 400
    assert spread.on_one_leaf(across, [Spacer(across, 500), Spacer(across, 20)], 400, 1040, 20) is None
    assert spread.on_one_leaf(dressed(ctx, PORTRAIT), [Spacer(ctx, 50), Spacer(ctx, 50)], 60, 984, 20) is None


def test_columns_are_taken_only_where_there_are_fewer_leaves(ctx: Ctx) -> None:
    across = dressed(ctx, LANDSCAPE)
    short: list[Block] = [Spacer(across, 150) for _ in range(8)]
    found = spread.leaves(across, short, 400, 1040, 20)
    assert len(found) == 2 and all(len(leaf) == 1 for leaf in found)  # of two columns each
    long: list[Block] = [Text(across, "字" * 400) for _ in range(4)]
    wide = spread.leaves(across, long, 400, 1040, 20)  # as many lines more as columns
    assert not any(isinstance(block, Line) for leaf in wide for block in leaf)
    whole = Card(across, Text(across, "字" * 200))
    whole.whole = True
    kept = spread.leaves(across, [whole, Spacer(across, 300)], 400, 1040, 20)
    assert not any(isinstance(block, Line) for leaf in kept for block in leaf)


def test_of_the_ways_that_need_no_more_leaves_the_one_is_taken_that_cuts_least(ctx: Ctx) -> None:
    """A sentence is cut only where that saves a leaf."""

    def cards(lines: int) -> list[Block]:
        return [Card(ctx, Text(ctx, "\n".join(["字"] * lines)), padding=0) for _ in range(3)]

    line = ctx.metrics.style("body").line
    assert [len(leaf) for leaf in paged(ctx, cards(6), 10 * line, 900, 0)] == [2, 2]
    assert [len(leaf) for leaf in paged(ctx, cards(4), 9 * line, 900, 0)] == [2, 1]


def test_blocks_that_were_cut_are_put_together_again(ctx: Ctx) -> None:
    rows: list[Block] = [Card(ctx, [Heading(ctx, "标题", 3), Text(ctx, "字" * 90)]) for _ in range(3)]
    parts = [list(block.walk(restrict=True)) for block in rows]
    whole = Whole(rows)
    assert len(paged(ctx, rows, 200, 400)) > 3
    assert whole.restore() == rows
    assert [list(block.walk(restrict=True)) for block in rows] == parts
