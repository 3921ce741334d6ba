"""一次性告知书: everything that is missing, told at once and in full (行政许可法 art. 32)."""

from __future__ import annotations

from collections.abc import Iterator

from assets.typesetting import Block, Framed, Gap, Pairs, Rule, Style, Text, roll
from kiosk.delivery.papers import common
from kiosk.delivery.papers.data import NoticeData, NoticeItem

TITLE = "一次性告知书"


def notice(data: NoticeData) -> bytes:
    """The notice as a PDF for an 80 mm roll.  Raises ``ValueError`` when ``data.at`` has no time zone."""
    return roll(tuple(_blocks(data)), title=TITLE)


def _blocks(data: NoticeData) -> Iterator[Block]:
    english = data.bilingual
    yield Text(data.hall, common.CENTRED)
    yield Text(TITLE, common.TITLE)
    if english:
        yield Text("Notice of Missing Materials", common.CENTRED)
    yield Gap(5)
    count = len(data.items)
    said: list[Block] = [Text(f"还缺{count}件材料，已全部列出。您的申请还没有提交。", common.STATEMENT)]
    if english:
        said.append(Text(f"Missing: {count}, all listed here. Nothing has been submitted.", common.BODY))
    yield Framed(tuple(said))
    yield Gap(5)
    yield common.pairs(
        common.rows_of(
            english,
            ("事项名称", "Matter", data.matter_name, data.matter_name_en),
            ("实施机关", "Department", data.department, data.department_en),
            ("申请人", "Applicant", data.masked_name, ""),
            ("证件号码", "ID number", data.masked_number, ""),
            ("流水号", "Serial", data.serial, ""),
            ("告知时间", "Time", common.moment(data.at), common.moment_en(data.at)),
        )
    )
    for index, item in enumerate(data.items, 1):
        yield Rule(dash=common.DASH)
        yield from _item(index, item, english)
    yield Rule(dash=common.DASH)
    if data.kept_until:
        until = common.day(data.kept_until)
        yield Text(
            f"您填写的内容保留到{until}，带齐材料后在这台终端上刷同一张证件，可接着办理。", common.STRONG
        )
        if english:
            yield Text(f"What you filled in is kept until {data.kept_until}.", common.BODY)
    else:
        yield Text("您填写的内容没有保留，带齐材料后请重新填写。", common.STRONG)
        if english:
            yield Text("What you filled in is not kept; please fill it in again.", common.BODY)
    yield Gap(4)
    yield common.asking(tuple(_asking(data)), data.lookup_url)
    yield Rule()
    yield Text(f"{data.terminal_name}　终端编号 {data.terminal_id}", common.CENTRED)
    yield Text("依据《中华人民共和国行政许可法》\n第三十二条一次告知", common.CENTRED)
    yield common.fading(english, masked=bool(data.masked_name or data.masked_number))


def _item(index: int, item: NoticeItem, english: bool) -> Iterator[Block]:
    yield Text(f"{index}. {item.name}", Style(12.5, 18.0, bold=True))
    if english and item.name_en:
        yield Text(item.name_en, common.BODY)
    yield Gap(1)
    rows = common.rows_of(
        english,
        ("怎么办", "What to do", item.action, item.action_en),
        ("从哪里来", "Source", item.source, ""),
        ("依据", "Basis", "\n".join(item.basis), ""),
    )
    if rows:
        yield Pairs(rows, style=common.BODY, label=common.LABEL, label_width=52 if english else 46, spacing=3)


def _asking(data: NoticeData) -> Iterator[Block]:
    yield Text("不清楚时", common.STRONG)
    if data.lookup_url:
        yield Text("手机扫码看缺什么、怎么补", common.SMALL)
        if data.bilingual:
            yield Text("Scan for this list", common.SMALL)
    yield Text(f"拨打{data.phone}询问", common.SMALL)
    yield Text(data.phone, Style(19.0, 25.0, bold=True))
