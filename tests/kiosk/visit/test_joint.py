"""A joint matter from form to slip: the bodies that apply, each with its role and its state."""

from __future__ import annotations

from dataclasses import replace

from kiosk.delivery.application import PartAnswer
from kiosk.visit import events as ev
from kiosk.visit.controller import TerminalInfo
from kiosk.visit.papers import slip_data
from tests.kiosk.matters.examples import MATTERS
from tests.kiosk.visit.walk import Walk, answer

INFO = TerminalInfo("T", "终端", "大厅", "12345", "", frozenset({"samv"}), frozenset({"receipt"}))


def test_the_slip_names_who_leads_who_assists_and_how_each_stands() -> None:
    matter = MATTERS.get("退休一件事")
    assert matter is not None
    walk = Walk(MATTERS)
    walk.submitted(matter)
    before = slip_data(walk.visit, INFO).parts
    assert [part.lead for part in before] == [True, False, False, False]
    assert {part.state for part in before} == {""}  # nobody has answered yet
    told = (
        PartAnswer(matter.parts[0].task_code, "accepted"),
        PartAnswer(matter.parts[1].task_code, "supplement"),
    )
    walk.do(ev.Answered(1, "key-1", replace(answer("received"), parts=told)))
    after = slip_data(walk.visit, INFO).parts
    assert [part.state for part in after] == ["已受理", "待补正", "", ""]
    assert [part.department for part in after][:2] == ["市社会保险中心", "市医疗保险中心"]
