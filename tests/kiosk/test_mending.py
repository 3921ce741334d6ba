"""What a technician does about each fault is there, in both languages, and is of use."""

from __future__ import annotations

import re
from typing import Final

import pytest

from devices.contract import Capability
from kiosk.faults import ANY_CODE, ANY_OF_ROOM, catalogue
from kiosk.mending import all_mending, mending

# Rooms whose faults a technician meets at the machine; all others have the steps of "*".
ROOMS: Final = (
    "samv", "pcsc", "pcscd", "social_security", "card", "code", "serial", "device", "devices", "printer",
    "paper", "store", "vault", "outbox", "delivery", "platform", "network", "machine", "technician",
    "identity", "matters",
)  # fmt: skip
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
MOST_STEPS: Final = 4
LONGEST: Final = 60


@pytest.mark.parametrize("code", sorted(all_mending()))
def test_each_step_is_said_in_both_languages(code: str) -> None:
    found = all_mending()[code]
    assert 2 <= len(found.steps) <= MOST_STEPS
    assert len(found.steps) == len(found.steps_en)
    for zh, en in zip(found.steps, found.steps_en, strict=True):
        assert CHINESE.search(zh) and not CHINESE.search(en)
        assert zh.endswith("。") and en.endswith(".")
        assert zh == zh.strip() and en == en.strip()
        assert len(zh) <= LONGEST


def test_every_code_has_steps_of_its_own_room() -> None:
    known = all_mending()
    missing = [room for room in ROOMS if f"{room}{ANY_OF_ROOM}" not in known]
    assert missing == []
    assert ANY_CODE in known


def test_nothing_is_there_for_a_fault_that_cannot_be() -> None:
    rooms = {code.partition(".")[0] for code in catalogue()}
    unused = [
        code
        for code in all_mending()
        if code != ANY_CODE
        and code.partition("@")[0] not in catalogue()
        and not (code.endswith(ANY_OF_ROOM) and code.partition(".")[0] in rooms)
    ]
    assert unused == []


def test_sheets_are_put_in_otherwise_than_a_roll() -> None:
    for code in ("printer.paper_out", "printer.paper_low", "technician.paper_not_seen"):
        assert mending(code, ("document",)) != mending(code, ("receipt",)) == mending(code)
        assert not any("热敏" in step for step in mending(code, ("document",)).steps)
    capabilities = {each.value for each in Capability}
    assert {code.partition("@")[2] for code in all_mending() if "@" in code} <= capabilities


@pytest.mark.parametrize(
    "code", ["samv.no_answer", "samv.something", "printer.paper_jam", "", "no.such", "..", "*"]
)
def test_any_text_has_an_answer(code: str) -> None:
    assert mending(code).of("zh") == mending(code).steps
    assert mending(code).of("en") == mending(code).steps_en
