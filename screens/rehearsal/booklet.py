"""The booklet of a rehearsal of everything: every page and paper of every matter, for an official to sign.

It shows what the robot saw, the invented person of each matter's rehearsal, and how each visit ended.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from assets.pdf_pictures import Picture
from assets.typesetting import MUTED, Block, Columns, Gap, Heading, Pairs, Style, Table, Text, pages
from kiosk.delivery.papers.common import moment
from kiosk.matters.models import Matter
from values import dataclass

TITLE: Final = "自助终端事项演练图册"
COLUMNS: Final = 3
PICTURE_HIGH: Final = 290.0  # points; two rows with their captions fill a page
PAPER_DPI: Final = 110
CAPTIONS: Final = {
    "home": "首页",
    "matters": "事项列表",
    "guide": "办事指南",
    "identify": "出示证件",
    "owed": "补打上次的单子",
    "cases": "查进度",
    "hand_in": "补交材料",
    "resume": "继续上次的办理",
    "ineligible": "不符合条件",
    "take_card": "请取走证件",
    "form": "填写",
    "notice": "一次性告知",
    "check": "核对",
    "submitting": "办理中",
    "result": "查询结果",
    "done": "办结和评价",
    "wiped": "离开之后",
    "sign": "手写签名",
    "idle": "还在吗",
    "leave": "确认离开",
    "asleep": "轻触开始",
    "help": "请人帮忙",
    "appointment": "预约",
    "asking": "请人上门、投诉",
    "paper": "纸上的内容",
    "tools": "更多",
    "gave-up": "停在这里",
    "failsafe": "出错后的说明",
}
STATES: Final = {
    "accepted": "已受理",
    "received": "已收件",
    "refused": "不予受理",
    "queued": "已保存，待发送",
    "abandoned": "没有办成",
}
_SMALL: Final = Style(9.5, 14.0, colour=MUTED)
_BODY: Final = Style(11.0, 17.0)


@dataclass(frozen=True)
class Rehearsed:
    """One matter and what came of its visit.  ``summary`` as in ``summary.json``."""

    matter: Matter
    summary: Mapping[str, Any]
    good: bool
    gave_up: str = ""


def booklet(rehearsed: Sequence[Rehearsed], folder: Path, terminal: str, at: datetime) -> bytes:
    """The whole as one PDF.  ``folder`` is for pictures of the papers."""
    import pypdfium2

    def cover(places: Sequence[int], length: int) -> bytes:
        blocks = tuple(_cover(rehearsed, terminal, at, places, length))
        return pages(blocks, title=TITLE, margin_mm=18, first=1)

    begin = 1 + _length(cover((), 0))  # as long without numbers as with them
    places, parts = [], []
    for number, each in enumerate(rehearsed, 1):
        footer = f"{TITLE}　第{number}项　{each.matter.plain_name.zh}"
        blocks = tuple(_matter(number, each, folder))
        part = pages(blocks, title=each.matter.plain_name.zh, footer=footer, margin_mm=14, first=begin)
        places.append(begin)
        parts.append(part)
        begin += _length(part)
    whole = pypdfium2.PdfDocument.new()
    try:
        for part in (cover(places, begin - 1), *parts):
            with pypdfium2.PdfDocument(part) as document:
                whole.import_pages(document)
        written = io.BytesIO()
        whole.save(written)
    finally:
        whole.close()
    return written.getvalue()


def _length(part: bytes) -> int:
    import pypdfium2

    with pypdfium2.PdfDocument(part) as document:
        return len(document)


def _cover(
    rehearsed: Sequence[Rehearsed], terminal: str, at: datetime, places: Sequence[int], length: int
) -> Iterator[Block]:
    """``places``: the page on which each matter begins."""
    good = sum(each.good for each in rehearsed)
    yield Heading(TITLE, 26.0, before=30, after=8)
    yield Text("每个事项由机器人在真实界面上从头办到尾，人员为虚构。请逐项核对页面和纸件后签字。", _BODY)
    yield Gap(10)
    yield Pairs(
        (
            ("终端", terminal),
            ("时间", moment(at)),
            ("事项", f"共{len(rehearsed)}项，按要求办完{good}项，没有办完{len(rehearsed) - good}项"),
            ("页数", f"共{length}页"),
        ),
        _BODY,
        Style(11.0, 17.0, bold=True),
        label_width=70.0,
    )
    yield Gap(10)
    rows = tuple(
        (
            str(number),
            each.matter.plain_name.zh,
            each.matter.department.zh,
            STATES.get(str(each.summary["state"]), str(each.summary["state"])),
            str(each.summary["touches"]),
            "是" if each.good else "否",
            str(places[number - 1]) if places else "",
        )
        for number, each in enumerate(rehearsed, 1)
    )
    yield Table(("序号", "事项", "部门", "结果", "点按", "办完", "页码"), rows)
    yield Gap(30)
    yield Text("审核人：＿＿＿＿＿＿＿＿　　批准人：＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿＿＿", _BODY)


def _matter(number: int, each: Rehearsed, folder: Path) -> Iterator[Block]:
    matter, summary = each.matter, each.summary
    yield Heading(f"{number}. {matter.plain_name.zh}", 18.0, before=0, after=2)
    yield Text(f"{matter.name.zh}　{matter.department.zh}　{matter.task_code}", _SMALL)
    ended = STATES.get(str(summary["state"]), str(summary["state"]))
    yield Text(f"结果：{ended}　点按{summary['touches']}次　用时{summary['seconds']:.0f}秒", _BODY)
    if each.gave_up:
        yield Text(f"没有办完：{each.gave_up}", _BODY)
    if summary["faults"]:
        yield Text(f"途中的故障：{'、'.join(summary['faults'])}", _BODY)
    yield Gap(6)
    shown = [(Path(page["picture"]), CAPTIONS.get(page["name"], page["name"])) for page in summary["pages"]]
    shown += list(_papers(summary, folder))
    for start in range(0, len(shown), COLUMNS):
        row = shown[start : start + COLUMNS]
        cells = [
            (Text(f"{start + place + 1}　{caption}", _SMALL), Picture(path, PICTURE_HIGH))
            for place, (path, caption) in enumerate(row)
        ]
        cells += [(Gap(1), Gap(1))] * (COLUMNS - len(row))  # type: ignore[list-item]
        yield Columns(tuple(cells), (0,) * COLUMNS)
        yield Gap(8)
    yield Text("本项审核意见：□ 通过　□ 需修改：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿　签名：＿＿＿＿＿＿", _BODY)


def _papers(summary: Mapping[str, Any], folder: Path) -> Iterator[tuple[Path, str]]:
    """Each page of the slip and the documents, as a picture in ``folder``."""
    import pypdfium2

    named = [(summary["receipt"], "凭条")] if summary["receipt"] else []
    named += [(path, "证明") for path in summary.get("documents", ())]
    for path, caption in named:
        with pypdfium2.PdfDocument(path) as document:
            for number in range(len(document)):
                picture = folder / f"{Path(path).parent.name}-{Path(path).stem}-{number + 1}.png"
                document[number].render(scale=PAPER_DPI / 72).to_pil().save(picture)
                yield picture, caption if len(document) == 1 else f"{caption}　第{number + 1}页"
