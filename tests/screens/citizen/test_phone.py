"""A text that comes by telephone, on the screen: into the field when it is taken, and not before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.visit import events as ev
from kiosk.visit.state import Overlay
from screens.app import CitizenWindow
from screens.citizen.form_inputs import TYPED
from screens.robot import Robot
from tests.screens.citizen.putting import put
from tests.screens.pages import PAGES


@pytest.fixture
def robot(window: CitizenWindow) -> Robot:
    return Robot(window)


def test_the_field_gets_it_when_it_is_taken(window: CitizenWindow, robot: Robot) -> None:
    put(window, "phone-written")
    shown = PAGES["phone-written"]
    assert shown.phone is not None
    assert window.ctx.draft[TYPED] == ""
    robot.press("use")
    assert window.ctx.draft[TYPED] == shown.phone.text
    controller: Any = window.controller
    assert controller.sent == [ev.TakeText()]
    controller.state = replace(shown, overlay=Overlay.NONE, phone=None)
    window.redraw()
    assert robot.get("answer").value == shown.phone.text
    controller.sent.clear()
    robot.press("continue")
    assert controller.sent == [ev.GiveAnswer("address", shown.phone.text)]


def test_who_does_not_want_it_keeps_what_was_typed(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-address")
    robot.get("answer").widget.on_text("曙光街")
    robot.press("phone")
    assert isinstance(sent[0], ev.OpenPhone)
    controller: Any = window.controller
    question = PAGES["form-address"]
    controller.state = replace(question, overlay=Overlay.PHONE, phone=PAGES["phone-written"].phone)
    window.redraw()
    assert any("换掉原来填的" in node.name for node in robot.nodes())
    robot.press("leave-phone")
    controller.state = question
    window.redraw()
    assert robot.get("answer").value == "曙光街"


def test_a_complaint_is_written_with_the_keys_and_kept_when_the_telephone_is_tried(
    window: CitizenWindow, robot: Robot
) -> None:
    sent = put(window, "asking-complaint")
    robot.press("write")
    assert sent == [ev.WriteMore()]
    sent = put(window, "asking-text")
    robot.get("asking-text").widget.on_text("等了一个小时")
    robot.press("phone")
    assert sent == [ev.OpenPhone(500)]
    controller: Any = window.controller
    asking = PAGES["asking-text"]
    controller.state = replace(asking, overlay=Overlay.PHONE, phone=PAGES["phone-expired"].phone)
    window.redraw()
    controller.state = asking
    window.redraw()
    robot.press("written")
    assert sent[-1] == ev.GiveText("等了一个小时")
