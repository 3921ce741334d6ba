"""What a slip says follows from what has happened, and from the platform's own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.delivery.application import Answer, parse_answer
from kiosk.delivery.papers.data import SlipData
from kiosk.matters.load import load_folder
from kiosk.matters.models import Shape
from kiosk.visit import events as ev
from kiosk.visit import papers
from kiosk.visit.controller import TerminalInfo
from kiosk.visit.state import CaseState, MaterialStatus, PaperKind
from tests.kiosk.delivery.papers import reading
from tests.kiosk.visit.walk import Walk, of_shape

CATALOGUE = load_folder(Path(__file__).parents[3] / "config" / "matters")
INFO = TerminalInfo(
    "T-1", "1号终端", "政务大厅", "12345", "https://x.example/p/", frozenset({"samv"}), frozenset({"receipt"})
)


@pytest.fixture
def walk() -> Walk:
    return Walk(CATALOGUE)


def told(walk: Walk) -> tuple[SlipData, str]:
    """The slip's data, and its words as they come out of the printer."""
    data = papers.slip_data(walk.visit, INFO)
    pdf = papers.draw(PaperKind.SLIP, walk.visit, INFO)
    assert isinstance(pdf, bytes)
    return data, reading.words(pdf).replace(" ", "")


def answer(walk: Walk, **given: Any) -> None:
    """As it comes over the line."""
    read = parse_answer(json.dumps({"project_no": "P1", **given}).encode())
    assert isinstance(read, Answer)
    walk.do(ev.Answered(walk.visit.number, "key-1", read))


@pytest.mark.parametrize("promised", ["20个工作日内", "尽快", "2026-12-24", "2026年12月24日", "", None, 7])
def test_whatever_the_platform_promises_there_is_a_slip(walk: Walk, promised: object) -> None:
    walk.submitted(of_shape(CATALOGUE, Shape.CERTIFICATE))
    answer(walk, state="accepted", promised_by=promised)
    words = told(walk)[1]
    assert "受理通知书" in words
    if promised == "20个工作日内":
        assert "20个工作日内" in words.replace("\n", "")


@pytest.mark.parametrize("shape", list(Shape))
def test_what_is_only_received_is_not_called_accepted(walk: Walk, shape: Shape) -> None:
    walk.submitted(of_shape(CATALOGUE, shape))
    answer(walk, state="received")
    words = told(walk)[1]
    assert "是否受理还没有决定" in words
    assert "平台还没有决定" in words
    assert "已经受理" not in words and "已被受理" not in words and "当场办结" not in words


def test_a_supplement_answer_is_told_in_full(walk: Walk) -> None:
    walk.submitted(of_shape(CATALOGUE, Shape.APPLICATION))
    supplements = [
        {"code": "A", "name": "收入证明", "until": "2026-12-24", "how": "交到二楼窗口"},
        {"code": "B", "name": "情况说明", "until": "下周五", "how": "线上补交"},
    ]
    answer(walk, state="supplement", supplements=supplements)
    words = told(walk)[1]
    for part in (
        "需要补正",
        "收入证明",
        "2026年12月24日前",
        "交到二楼窗口",
        "情况说明",
        "下周五",
        "线上补交",
    ):
        assert part in words, part


def test_the_platforms_own_day_stands_for_what_is_owed(walk: Walk) -> None:
    matter = next(each for each in CATALOGUE if any(one.owing for one in each.guide.materials))
    walk.submitted(matter)
    owed = next(view for view in walk.visit.materials if view.status is MaterialStatus.OWED)
    answer(
        walk,
        state="accepted",
        owed=[
            {"code": owed.code, "name": "照片", "until": "2027-03-04", "how": ""},
            {"code": "ANOTHER", "name": "居住证明", "until": "2027-03-05", "how": "交到窗口"},
        ],
    )
    words = told(walk)[1]
    assert "2027年3月4日前" in words
    assert "居住证明" in words and "2027年3月5日前" in words
    view = next(view for view in walk.visit.materials if view.code == owed.code)
    assert view.until == "2027-03-04"  # the page says the same


@pytest.mark.parametrize("reached", [False, True])
def test_a_queued_one_says_no_more_than_is_known(walk: Walk, reached: bool) -> None:
    walk.submitted(of_shape(CATALOGUE, Shape.FILING))
    walk.do(ev.NotAnswered(walk.visit.number, "key-1", "platform.timeout", reached=reached))
    words = told(walk)[1]
    assert ("还没有得到政务服务平台的答复" in words) is reached
    assert ("还没有送达政务服务平台" in words) is not reached
    assert ("平台恢复后" in words) is not reached


@pytest.mark.parametrize("fault", ["delivery.unconfirmed", "platform.refused_request"])
def test_a_refusal_after_a_lost_answer_is_told_as_doubt(walk: Walk, fault: str) -> None:
    walk.submitted(of_shape(CATALOGUE, Shape.FILING))
    walk.do(ev.NotAnswered(walk.visit.number, "key-1", fault, set_aside=True))
    assert walk.visit.submission is not None
    assert walk.visit.submission.state is CaseState.SET_ASIDE
    words = told(walk)[1]
    assert ("无法确认政务服务平台是否已收到" in words) is (fault == "delivery.unconfirmed")
    assert ("没有接收您的申请" in words) is (fault != "delivery.unconfirmed")
