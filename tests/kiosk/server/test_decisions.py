"""What becomes of an application whose materials depend on answers and on the card."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.matters.rules import Facts
from kiosk.server.api_models import HandedIn
from kiosk.server.decisions import decide, needless_materials
from kiosk.server.handing_in import _check_days
from kiosk.server.problems import ProblemError
from tests.kiosk.matters.examples import MATTERS

TODAY = date(2026, 11, 24)
PLACE = Facts.of(number="410411199305113371", document="resident")
ELSEWHERE = Facts.of(number="110101199305113376", document="resident")
AT_HAND = {"ID_CARD": "provided", "UNEMPLOYMENT_DECLARATION": "declared"}


@pytest.mark.parametrize(
    ("reason", "handed", "state"),
    [
        ("graduated", AT_HAND, "accepted"),
        ("resigned", AT_HAND, "supplement"),
        ("resigned", AT_HAND | {"TERMINATION_PROOF": "owed"}, "accepted"),
        ("graduated", {"ID_CARD": "provided"}, "supplement"),
    ],
)
def test_only_what_the_answers_ask_for_can_be_missing(
    reason: str, handed: dict[str, str], state: str
) -> None:
    matter = MATTERS.get("失业登记")
    assert matter is not None
    needless = needless_materials(matter, {"reason": reason}, PLACE, TODAY)
    assert decide(matter, handed, TODAY, needless=needless).state == state


@pytest.mark.parametrize(("facts", "needless"), [(PLACE, {"RESIDENCE_PERMIT"}), (ELSEWHERE, set())])
def test_the_card_decides_as_well(facts: Facts, needless: set[str]) -> None:
    matter = MATTERS.get("无犯罪记录证明")
    assert matter is not None
    assert needless_materials(matter, {}, facts, TODAY) == needless


def test_a_couple_with_an_appointment_is_not_told_that_it_is_registered() -> None:
    booking, filing = MATTERS.get("结婚离婚预约"), MATTERS.get("外地看病备案")
    assert booking is not None and filing is not None
    texts = [decide(matter, AT_HAND, TODAY).state_text["zh"] for matter in (booking, filing)]
    assert texts == ["已预约", "已登记"]


def test_a_pre_application_is_received_and_no_time_runs() -> None:
    matter = MATTERS.get("身份证换领补领")
    assert matter is not None
    handed = {each.code: "provided" for each in matter.guide.materials}
    decision = decide(matter, handed, TODAY)
    assert (decision.state, decision.promised_by) == ("received", None)
    assert "预先申报" in decision.state_text["zh"]
    assert decide(matter, {}, TODAY).state == "supplement"
    assert decide(matter, handed, TODAY, "refused").state == "refused"


def test_after_the_last_day_nothing_is_taken_but_repeats() -> None:
    asked = {"supplements": [], "owed": [{"code": "PHOTO", "until": "2026-12-01"}]}
    handed = [HandedIn(code="PHOTO", status="provided")]
    _check_days(asked, handed, date(2026, 12, 1), {})
    _check_days(asked, handed, date(2026, 12, 2), {"PHOTO": "provided"})
    with pytest.raises(ProblemError, match="material-late"):
        _check_days(asked, handed, date(2026, 12, 2), {"PHOTO": "owed"})
