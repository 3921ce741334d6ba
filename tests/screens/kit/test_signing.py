"""A hand on the glass signs: what is seen in the box is what is kept, whatever the hand does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import pytest

from kiosk import signing
from kiosk.visit.state import Mode, Overlay
from screens.app import CitizenWindow
from screens.finger import Hand
from screens.kit.signature import SignatureBox
from screens.robot import Robot
from tests.screens.conftest import LANDSCAPE, Puppet
from tests.screens.kit.typed import put
from tests.screens.pages import PAGES

Way = Sequence[tuple[float, float]]
LINE: Way = [(0.2 + 0.03 * number, 0.5) for number in range(15)]


class Signer:
    """A hand with more than one finger.  Ways go from 0 to 1 across the box and from its top."""

    def __init__(self, window: CitizenWindow, robot: Robot) -> None:
        self.robot = robot
        self.finger, self.palm = Hand(), Hand()
        self.palm._numbers = count(1000)
        self.bounds = (0.0, 0.0, 0.0, 0.0)
        put(window, PAGES["sign"])

    @property
    def box(self) -> SignatureBox:
        found = self.robot.get("signature").widget
        assert isinstance(found, SignatureBox)
        return found

    def at(self, across: float, down: float) -> tuple[float, float]:
        if (node := self.robot.find("signature")) is not None:
            self.bounds = node.bounds
        x, y, width, height = self.bounds  # under a dialog it is where it was
        return x + across * width, y + (1 - down) * height

    def draw(self, way: Way) -> None:
        self.finger.down(*self.at(*way[0]))
        self.along(way[1:])
        self.finger.up()
        self.robot.frame()

    def along(self, way: Way) -> None:
        for place in way:
            self.robot.frame()
            self.finger.move(*self.at(*place))


@pytest.fixture
def signer(window: CitizenWindow, robot: Robot) -> Signer:
    return Signer(window, robot)


def test_ink_ends_at_the_edge_and_goes_on_where_the_finger_comes_in_again(signer: Signer) -> None:
    signer.draw([(0.2, 0.5), (0.4, -0.5), (0.6, -0.5), (0.8, 0.5)])
    wide, box = signer.box.grid_width, signer.box
    assert [[(round(x / wide, 1), round(y, -1)) for x, y in stroke] for stroke in box.strokes] == [
        [(0.2, 500), (0.3, 0)],
        [(0.7, 0), (0.8, 500)],
    ]
    assert box.signed


def test_what_is_seen_is_what_is_kept(signer: Signer) -> None:
    """Also of a scribble that never ends: the box is full, and nothing is cut off afterwards."""
    way = [(0.1 + 0.8 * (number % 50) / 50, 0.1 + 0.8 * (number % 37) / 37) for number in range(150)]
    signer.box.strokes.extend([[(100, 100 + 10 * row)] * (signing.MOST_POINTS // 60) for row in range(59)])
    signer.draw(way)
    drawn = signer.box.strokes
    assert sum(map(len, drawn)) == signing.MOST_POINTS
    assert signing.tidied(drawn[59:], signer.box.grid_width) == (tuple(drawn[59]),)


@pytest.mark.parametrize("lies_at", [(0.7, 0.8), (0.5, 1.6)], ids=["in the box", "below it"])
def test_a_hand_that_rests_on_the_glass_does_not_keep_a_finger_from_writing(
    signer: Signer, lies_at: tuple[float, float]
) -> None:
    signer.palm.down(*signer.at(*lies_at))
    signer.robot.frame()
    signer.draw(LINE)
    signer.palm.move(*signer.at(0.9, 0.9))
    signer.draw(LINE)
    signer.palm.up()
    assert [len(stroke) for stroke in signer.box.strokes] == [len(LINE), len(LINE)]


def test_a_second_finger_does_not_disturb_the_first(signer: Signer) -> None:
    signer.finger.down(*signer.at(*LINE[0]))
    signer.along(LINE[1:8])
    signer.palm.down(*signer.at(0.9, 0.1))
    signer.along(LINE[8:])
    signer.palm.up()
    signer.finger.up()
    assert [len(stroke) for stroke in signer.box.strokes] == [len(LINE)]


def test_a_page_that_is_built_anew_under_the_finger_loses_nothing(
    window: CitizenWindow, signer: Signer
) -> None:
    puppet = window.controller
    assert isinstance(puppet, Puppet)
    for change in ({"overlay": Overlay.IDLE, "idle_left": 40}, {"mode": Mode(language="en", elder=True)}):
        before = len(signer.box.strokes)
        signer.finger.down(*signer.at(*LINE[0]))
        signer.along(LINE[1:8])
        puppet.state = replace(puppet.state, **change)
        window.redraw()
        signer.along(LINE[8:])
        signer.finger.up()
        puppet.state = replace(puppet.state, overlay=Overlay.NONE)
        window.redraw()
        signer.robot.settle()
        assert len(signer.box.strokes) == before + 1
        assert len(signer.box.strokes[-1]) >= 8
        assert signer.box.value


def test_letters_of_another_size_show_all_of_a_signature(window: CitizenWindow, signer: Signer) -> None:
    put(window, PAGES["sign"], LANDSCAPE, elder=True)
    signer.draw([(0.05, 0.5), (0.95, 0.5)])
    wide = signer.box.grid_width
    puppet = window.controller
    assert isinstance(puppet, Puppet)
    puppet.state = replace(puppet.state, mode=Mode())
    window.redraw()
    signer.robot.settle()
    assert signer.box.grid_width < wide
    assert signing.tidied(signer.box.strokes, signer.box.grid_width) == (tuple(signer.box.strokes[0]),)
