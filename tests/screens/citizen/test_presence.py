"""Who is in the hall is told at every hour of every kind of day: also at night, to who asks for help."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kiosk.visit.state import Overlay, Page, Visit
from screens.app import CitizenWindow
from screens.citizen import presence
from screens.kit.context import SHANGHAI
from screens.kit.tree import tree
from tests.screens.conftest import Puppet

DAYS = {
    "workday": "2026-11-26",
    "make-up workday": "2026-10-10",
    "weekend": "2026-11-28",
    "public holiday": "2026-10-01",
    "before an unknown year": "2026-12-31",
    "unknown year": "2027-01-01",
    "leap day": "2028-02-29",
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_hour_of_every_kind_of_day(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    ctx = window.ctx
    ctx.state = replace(ctx.state, mode=replace(ctx.state.mode, language=language))
    for name, day in DAYS.items():
        midnight = datetime.fromisoformat(day).replace(tzinfo=SHANGHAI)
        for half_hours in range(48):
            moment = midnight + timedelta(minutes=30 * half_hours + 1)
            monkeypatch.setattr(ctx, "now", lambda moment=moment: moment)
            assert presence.presence(ctx), (name, moment)


def test_help_at_midnight_and_a_greeting_of_the_hour(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """31 December into 1 January of a year whose holidays nobody has announced yet."""
    ctx = window.ctx
    said: dict[int, list[str]] = {}
    for hour, text in ((14, "2026-12-31T14:00"), (23, "2026-12-31T23:59"), (0, "2027-01-01T00:01")):
        moment = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
        monkeypatch.setattr(ctx, "now", lambda moment=moment: moment)
        window._keep_up()
        said[hour] = [node.name for node in tree(window.stage)]
    assert any("下午好" in each for each in said[14])
    assert any("晚上好" in each for each in said[23])
    controller = window.controller
    assert isinstance(controller, Puppet)
    controller.state = Visit(number=1, page=Page.HOME, overlay=Overlay.HELP)
    window.redraw()
    told = [node.name for node in tree(window.stage)]
    assert any("2027年放假安排还没公布" in each for each in told), told
    assert controller.state.overlay is Overlay.HELP
