"""The receipt slip: true in each state, whole on one strip of paper, readable at arm's length."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.delivery.papers import common
from kiosk.delivery.papers.data import SlipData, SlipMaterial, SlipMaterialStatus, SlipState
from kiosk.delivery.papers.slip import slip, title
from tests.kiosk.delivery.papers import reading

PROJECT_NO = "114104000058A6147B3410723011000" + "20261124" + "0007"
SLIP = SlipData(
    state="accepted",
    matter_name="老年人优待证办理",
    department="平顶山市卫生健康委员会",
    serial="PDS001-1124-0007",
    project_no=PROJECT_NO,
    masked_name="陈𠮷*\ue863",
    masked_number="410***********3016",
    at=datetime(2026, 11, 23, 16, 5, 9, tzinfo=UTC),
    promised="5个工作日",
    materials=(
        SlipMaterial("居民身份证", "provided", name_en="Identity card"),
        SlipMaterial("户籍登记信息", "shared"),
        SlipMaterial("未重复申领承诺书", "declared"),
        SlipMaterial("近期一寸免冠照片", "owed", "2026-12-24", "交到二楼卫生健康窗口。"),
    ),
    next_text="证件做好后会打电话通知您。",
    lookup_url="https://zwfw.example.gov.cn/q/4c2f9b",
    terminal_name="市民之家1号终端",
    terminal_id="PDS-HALL-001",
    hall="平顶山市政务服务中心",
    matter_name_en="Senior citizen card",
    department_en="Health Commission",
)
STATES = get_args(SlipState)
TITLES = {"收件凭证", "受理通知书", "办理结果告知"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("project_no", [None, PROJECT_NO])
def test_it_is_an_acceptance_only_once_the_platform_has_accepted(
    state: SlipState, project_no: str | None
) -> None:
    found = reading.words(slip(replace(SLIP, state=state, project_no=project_no)))
    assert [name for name in TITLES if name in found] == [title(state)]
    assert ("受理通知书" in found) == (state == "accepted")
    assert ("已被受理" in found) == (state == "accepted")
    assert ("不予受理" in found) == (state == "refused")
    assert ("还没有送达政务服务平台" in found) == (state == "queued")
    assert ("平台已收到您的申请" in found) == (state in ("received", "supplement"))


def test_a_queued_one_says_what_happens_and_which_number_to_quote() -> None:
    found = reading.words(slip(replace(SLIP, state="queued", project_no=None)))
    assert "已保存在本终端，网络恢复后自动提交" in found
    assert "PDS001-1124-0007" in found  # as it is: grouping is for long numbers
    assert "报流水号" in found and "报办件编号" not in found
    assert "送达后可扫码查看办理进度" in found


def test_where_the_answer_was_lost_nobody_says_that_nothing_arrived() -> None:
    queued = reading.words(slip(replace(SLIP, state="queued", project_no=None, unsure=True, bilingual=True)))
    assert "还没有得到政务服务平台的答复" in queued and "不会重复办理" in queued
    assert "还没有送达" not in queued and "Nothing has reached" not in queued
    aside = reading.words(
        slip(replace(SLIP, state="set_aside", project_no=None, unsure=True, bilingual=True))
    )
    assert "无法确认政务服务平台是否已收到" in aside and "不要重复申请" in aside
    assert "没有接收" not in aside and "did not take" not in aside


def test_all_that_the_platform_wants_stands_on_the_paper() -> None:
    wanted = (
        SlipMaterial("收入证明", "missing", "2026-12-24", "交到二楼窗口。"),
        SlipMaterial("情况说明", "missing", None, "下周内\n线上补交"),
    )
    found = reading.words(slip(replace(SLIP, state="supplement", wanted=wanted)))
    for part in (
        "需要补正",
        "收入证明",
        "2026年12月24日前补正",
        "交到二楼窗口",
        "情况说明",
        "下周内",
        "线上补交",
    ):
        assert part in found, part
    assert "需要补正" not in reading.words(slip(SLIP))


def test_it_carries_all_that_a_slip_has_to() -> None:
    found = reading.words(slip(SLIP))
    for part in (
        "老年人优待证办理",
        "平顶山市卫生健康委员会",
        "PDS001-1124-0007",
        "陈𠮷*",
        "U+E863",
        "410***********3016",
        "2026年11月24日 00:05",  # five past midnight in Pingdingshan
        "5个工作日",
        "已收到",
        "平台已有，不用交",
        "已确认",
        "待补交",
        "2026年12月24日前补交",
        "交到二楼卫生健康窗口",
        "证件做好后会打电话通知您。",
        "手机扫码查看办理进度",
        "12345",
        "市民之家1号终端",
        "PDS-HALL-001",
        "平顶山市政务服务中心",
    ):
        assert part in found, part
    assert PROJECT_NO in found.replace(" ", "")
    assert "1141 0400 0058 A614" in found  # in groups, to be read out
    assert "Applicant" not in found


def test_both_languages_stand_one_below_the_other() -> None:
    found = reading.words(slip(replace(SLIP, bilingual=True)))
    for part in ("受理通知书", "Notice of Acceptance", "Senior citizen card", "Identity card", "Case number"):
        assert part in found
    english = reading.words(slip(replace(SLIP, bilingual=True, state="queued", project_no=None)))
    assert "Nothing has reached the platform yet" in english


@pytest.mark.parametrize(("state", "said"), [("printed", "已在本终端打印"), ("owed", "还没有打印出来")])
def test_the_result_paper_is_told_as_it_is(state: str, said: str) -> None:
    found = reading.words(slip(replace(SLIP, document_state=state)))  # type: ignore[arg-type]
    assert said in found
    assert "结果文书" not in reading.words(slip(SLIP))


def test_a_refusal_gives_the_platforms_own_words() -> None:
    reason = "申请人户籍不在本市，不符合《办法》第四条。"
    found = reading.words(slip(replace(SLIP, state="refused", reason=reason, materials=())))
    assert reason in found and "办理结果告知" in found and "待补交" not in found


@pytest.mark.parametrize("bilingual", [False, True])
def test_type_is_large_enough_and_everything_is_within_the_print_head(bilingual: bool) -> None:
    plain = replace(SLIP, masked_name="陈*林", bilingual=bilingual)
    pdf = slip(plain)
    assert reading.smallest_type(pdf) >= 9
    assert reading.sizes(pdf)[0] == pytest.approx(reading.ROLL_WIDTH_POINTS, abs=0.01)
    box = reading.picture(pdf).point(lambda shade: 255 if shade < 168 else 0).getbbox()
    assert box is not None and box[0] >= 32 and box[2] <= 608


def test_without_an_address_there_is_no_code() -> None:
    with_code, without = slip(SLIP), slip(replace(SLIP, lookup_url=""))
    assert "扫码" not in reading.words(without)
    assert "扫码" not in reading.words(slip(replace(SLIP, state="set_aside")))  # nothing there to look up
    assert len(without) < len(with_code)


def test_a_time_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="aware"):
        slip(replace(SLIP, at=datetime(2026, 1, 1)))


def test_its_values_do_not_show_in_a_repr() -> None:
    assert "410" not in repr(SLIP) and "陈" not in repr(SLIP)


ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
MATERIALS = st.builds(
    SlipMaterial,
    ANYTHING,
    st.sampled_from(get_args(SlipMaterialStatus)),
    st.none() | ANYTHING,
    ANYTHING,
)


@given(
    st.builds(
        SlipData,
        state=st.sampled_from(STATES),
        matter_name=ANYTHING,
        department=ANYTHING,
        serial=ANYTHING,
        masked_name=ANYTHING,
        masked_number=ANYTHING,
        at=st.datetimes(
            timezones=st.just(UTC), min_value=datetime(1990, 1, 1), max_value=datetime(2200, 1, 1)
        ),
        terminal_name=ANYTHING,
        terminal_id=ANYTHING,
        hall=ANYTHING,
        project_no=st.none() | ANYTHING,
        reason=st.none() | ANYTHING.map(lambda text: text * 40),
        materials=st.lists(MATERIALS, max_size=4).map(tuple),
        unsure=st.booleans(),
        wanted=st.lists(MATERIALS, max_size=4).map(tuple),
        lookup_url=ANYTHING.map(lambda text: text * 8),
        bilingual=st.booleans(),
    )
)
@settings(max_examples=25, deadline=None)
def test_whatever_it_is_given_it_is_one_page(data: SlipData) -> None:
    pdf = slip(data)
    assert len(reading.pages_of(pdf)) == 1
    assert reading.sizes(pdf)[0] == pytest.approx(reading.ROLL_WIDTH_POINTS, abs=0.01)


@pytest.mark.parametrize("state", STATES)
def test_a_time_limit_runs_only_where_something_is_under_way(state: SlipState) -> None:
    found = reading.words(slip(replace(SLIP, state=state)))
    assert ("承诺时限" in found) == (state in ("accepted", "received"))
    assert ("前补交" in found) == (state not in ("refused", "set_aside"))


def test_no_group_of_the_number_is_left_alone() -> None:
    lines = [line.count(" ") + 1 for line in common.in_lines(PROJECT_NO).split("\n")]
    assert lines == [4, 4, 3]
    assert common.in_lines("PDS001-1124-0007") == "PDS001-1124-0007"
