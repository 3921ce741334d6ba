"""A rehearsal whose matter cannot be begun ends at once and says why; a device may come back meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.matters.catalogue import Catalogue
from kiosk.visit.state import Page, Visit
from screens.app import CitizenWindow
from screens.rehearsal.closed import DEVICE_SECONDS, LASTING_SECONDS, WHY, Closed
from screens.rehearsal.walker import Script, Walker
from screens.robot import Robot, RobotFault
from screens.words import Catalogue as Words
from tests.screens.conftest import Puppet


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("reason", "patient", "after"),
    [
        ("no_document_printer", False, LASTING_SECONDS),
        ("no_reader", True, LASTING_SECONDS),
        ("closed", False, LASTING_SECONDS),
        ("not_in_catalogue", False, LASTING_SECONDS),
        ("printer", False, DEVICE_SECONDS),
        ("no_identity", False, DEVICE_SECONDS),
        ("printer", True, None),
        ("", False, None),
    ],
)
def test_how_long_a_rehearsal_waits(reason: str, patient: bool, after: float | None) -> None:
    clock = Clock()
    closed = Closed(patient, clock)
    closed.look(reason)
    clock.now += (after or 10_000.0) - 0.01
    closed.look(reason)
    clock.now += 0.02
    if after is None:
        closed.look(reason)
        return
    with pytest.raises(RobotFault, match=reason):
        closed.look(reason)


def test_what_comes_back_is_waited_for_anew() -> None:
    clock = Clock()
    closed = Closed(False, clock)
    for _ in range(5):
        closed.look("printer")
        clock.now += DEVICE_SECONDS - 1
        closed.look("")


def test_every_reason_of_the_pages_has_its_words() -> None:
    texts = Words.of("en").texts
    reasons = {key.removeprefix("unavailable.") for key in texts if key.startswith("unavailable.")}
    assert reasons - {"nearby", "metres", "other"} == set(WHY)


def test_the_robot_gives_up_on_the_guide_and_names_the_reason(
    undrawn: CitizenWindow, catalogue: Catalogue, tmp_path: Path
) -> None:
    matter = catalogue.get("无房证明")
    assert matter is not None
    puppet = undrawn.controller
    assert isinstance(puppet, Puppet)
    puppet.state = replace(
        Visit(number=1),
        page=Page.GUIDE,
        matter=matter,
        unavailable={matter.task_code: "no_document_printer"},
    )
    undrawn.show_again()
    course = Walker(Robot(undrawn), matter, Script({}), tmp_path, timeout_seconds=3600.0).run()
    assert "no_document_printer" in course.gave_up and "time was up" not in course.gave_up
