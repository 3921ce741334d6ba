"""The one-time notice, the printed guide and a query's table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.delivery.papers.data import GuideData, NoticeData, NoticeItem, ResultData
from kiosk.delivery.papers.guide import guide
from kiosk.delivery.papers.notice import notice
from kiosk.delivery.papers.result import result
from kiosk.matters.guide import elements
from kiosk.matters.load import load_folder
from kiosk.matters.models import Matter
from tests.kiosk.delivery.papers import reading

AT = datetime(2026, 11, 24, 2, 24, tzinfo=UTC)
MATTERS = load_folder(Path(__file__).parents[4] / "config/matters").matters

NOTICE = NoticeData(
    matter_name="老年人优待证办理",
    department="平顶山市卫生健康委员会",
    items=(
        NoticeItem(
            "近期一寸免冠照片",
            ("《优待办法》第六条",),
            "自己准备",
            "可以先办，30天内补交",
            "Photo",
            "Bring it",
        ),
        NoticeItem(
            "居住证明", ("《优待办法》第四条", "《居住证暂行条例》第九条"), "派出所", "到派出所开具后再来"
        ),
    ),
    at=AT,
    terminal_name="1号终端",
    terminal_id="PDS-001",
    hall="平顶山市政务服务中心",
    kept_until="2026-12-24",
    lookup_url="https://zwfw.example.gov.cn/g/1",
)


def test_the_notice_tells_everything_missing_at_once() -> None:
    found = reading.words(notice(NOTICE))
    for item in NOTICE.items:
        for part in (item.name, item.source, item.action, *item.basis):
            assert part in found, part
    assert "一次性告知书" in found and "还缺2件材料" in found and "还没有提交" in found
    assert "保留到2026年12月24日" in found and "12345" in found and "第三十二条" in found
    assert "已遮盖" not in found  # nobody has identified themselves: nothing to cover
    known = reading.words(notice(replace(NOTICE, masked_name="陈*林", masked_number="410***********3016")))
    assert "陈*林" in known and "410***********3016" in known and "已遮盖" in known


def test_the_notice_does_not_promise_to_keep_what_is_not_kept() -> None:
    found = reading.words(notice(replace(NOTICE, kept_until=None)))
    assert "没有保留" in found and "保留到" not in found


def test_the_notice_in_both_languages() -> None:
    found = reading.words(notice(replace(NOTICE, bilingual=True)))
    assert "Notice of Missing Materials" in found and "Photo" in found and "Bring it" in found
    assert reading.smallest_type(notice(replace(NOTICE, bilingual=True))) >= 9


GUIDE = GuideData(AT, "1号终端", "PDS-001", "平顶山市政务服务中心", "https://zwfw.example.gov.cn/g/1")


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.task_code)
@pytest.mark.parametrize("bilingual", [False, True])
def test_the_guide_has_all_26_elements_after_what_is_needed_first(matter: Matter, bilingual: bool) -> None:
    pdf = guide(matter, replace(GUIDE, bilingual=bilingual))
    found = reading.pages_of(pdf)
    first = squeezed(found[0])
    assert squeezed(matter.plain_name.zh) in first and f"大约{matter.minutes}分钟" in first
    everything = squeezed("".join(found))
    for element in elements(matter):
        assert f"{element.number}{element.zh}" in everything
        if element.number <= 3:  # short enough never to be parted by a footer
            assert squeezed(element.paragraphs[0]) in everything
    for step in (*matter.steps, *matter.bring, *matter.eligibility):
        assert squeezed(step.zh) in everything
        assert not bilingual or squeezed(step.en) in everything
    assert reading.smallest_type(pdf) >= 9


def test_there_are_matters_to_print_guides_of() -> None:
    assert len(MATTERS) >= 6


RESULT = ResultData(
    title="住房公积金缴存明细",
    matter_name="住房公积金个人缴存明细查询",
    department="平顶山市住房公积金中心",
    masked_name="陈*林",
    masked_number="410***********3016",
    at=AT,
    terminal_name="1号终端",
    terminal_id="PDS-001",
    hall="平顶山市政务服务中心",
    headings=("缴存月份", "单位名称", "个人缴存（元）"),
    rows=tuple((f"2025-{number:03d}", "平顶山市某某公司", f"{number},250.00") for number in range(1, 80)),
    summary=(("账户余额", "95,000.00元"),),
)


def test_a_result_loses_no_row_and_says_what_it_is() -> None:
    found = reading.pages_of(result(RESULT))
    assert len(found) > 1 and all("缴存月份" in page for page in found)
    everything = "".join(found)
    assert [row[0] for row in RESULT.rows if row[0] not in everything] == []
    assert "共79条" in everything and "未加盖印章" in everything and "95,000.00元" in everything


def test_no_rows_are_said_in_words() -> None:
    assert "没有查到记录" in reading.words(result(replace(RESULT, rows=())))
