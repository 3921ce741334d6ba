"""Whatever way visits take, the chain has an end for each beginning, in the same visit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.audit.events import refusal
from kiosk.visit.pairs import Pairs

KEY = "7f0c3c54-8a3e-4a57-9b1a-2f6d1a4c9e10"
TASK = "11410400005459150K3442014001001"
HAPPENINGS = {
    "matter.chosen": {"task_code": TASK},
    "identity.begin": {},
    "identity.end": {"disposition": "failed"},
    "application.begin": {"key": KEY, "task_code": TASK},
    "application.end": {"key": KEY, "disposition": "accepted"},
    "visit.failsafe": {"fault": "page.crashed"},
    "visit.again": {},
    "visit.end": {"disposition": "left", "page": "home"},
}


@given(st.lists(st.sampled_from(sorted(HAPPENINGS)), max_size=30))
def test_every_beginning_has_its_end(happenings: list[str]) -> None:
    pairs, number = Pairs(), 1
    open_now: dict[str, str] = {}
    for happening in [*happenings, "visit.end"]:
        if happening in ("visit.end", "visit.again"):
            number += 1
        for event, keys in pairs.written(happening, number, HAPPENINGS[happening]):
            assert refusal(event, keys) is None, (event, keys)
            thing, _, what = event.rpartition(".")
            if what == "begin":
                assert thing not in open_now
                open_now[thing] = keys["visit"]
            elif what == "end":
                assert open_now.pop(thing) == keys["visit"]
                assert "disposition" in keys
            elif event != "visit.again":
                assert keys["visit"] == open_now["visit"]
    assert open_now == {}


def test_a_look_at_the_home_page_is_no_visit() -> None:
    assert list(Pairs().written("visit.end", 2, HAPPENINGS["visit.end"])) == []


def test_who_leaves_at_the_reader_has_it_closed_behind_them() -> None:
    pairs = Pairs()
    told = [
        each
        for happening in ("matter.chosen", "identity.begin")
        for each in pairs.written(happening, 7, HAPPENINGS[happening])
    ]
    told += pairs.written("visit.end", 8, HAPPENINGS["visit.end"])
    assert [event for event, _ in told] == [
        "visit.begin",
        "matter.chosen",
        "identity.begin",
        "identity.end",
        "visit.end",
    ]
    assert {keys["visit"] for _, keys in told} == {"7"}
    assert told[3][1]["disposition"] == "left"
