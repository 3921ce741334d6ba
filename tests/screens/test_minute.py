"""The header's clock, which goes on all night: its figures alone are drawn, and that is the whole truth."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from screens.app import CitizenWindow
from screens.kit.context import SHANGHAI
from screens.kit.damage import DAMAGE
from screens.pulse import LIVELY_SECONDS
from tests.screens.citizen.test_pages import show
from tests.screens.conftest import Puppet
from tests.screens.kit.test_damage import pixels, whole
from tests.screens.pages import PAGES

MINUTE = timedelta(minutes=1)
NARROW_WIDE = (datetime(2026, 11, 25, 11, 10), datetime(2026, 12, 31, 23, 59))


class Follow:
    """The whole picture that is to follow a part."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> None:
        self.asked = True

    def cancel(self) -> None:
        self.asked = False


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Follow:
    follow = Follow()
    monkeypatch.setattr(DAMAGE, "active", True)
    monkeypatch.setattr(DAMAGE, "_follow", follow)
    monkeypatch.setattr(DAMAGE, "_whole_later", follow)
    return follow


@pytest.mark.parametrize("page", ["home", "asleep"])
def test_each_minute_is_drawn_as_a_whole_picture_would(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch, follow: Follow, page: str
) -> None:
    from kivy.core.window import Window

    show(window, PAGES[page])
    changed = 0
    for begins in NARROW_WIDE:
        for at in (begins, begins + MINUTE):
            now = at.replace(tzinfo=SHANGHAI)
            monkeypatch.setattr(window.ctx, "_now", lambda now=now: now)
            DAMAGE.all()
            DAMAGE.draw(Window)
            before = whole(Window)
            window._refresh_clock()
            assert DAMAGE.draw(Window)
            assert pixels(Window) == whole(Window)
            changed += pixels(Window) != before
    assert changed == 2 * len(NARROW_WIDE)


def test_nothing_follows_it_at_rest_and_after_anything_else_all_does(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch, follow: Follow
) -> None:
    from kivy.base import EventLoop

    moment = [window.ctx.monotonic() + 2 * LIVELY_SECONDS]
    monkeypatch.setattr(window.ctx, "monotonic", lambda: moment[0])
    monkeypatch.setattr(type(window._garbage), "waits", property(lambda _self: False))

    def minute(changed: bool = False, stirred: bool = False) -> bool:
        """Whether a whole picture is to follow the minute that begins now."""
        moment[0] += 2 * LIVELY_SECONDS
        if stirred:
            window.pulse.stir()
        assert isinstance(window.controller, Puppet)
        window.controller.changed = changed
        follow()
        window._minute = -1
        window.poll()
        EventLoop.idle()
        return follow.asked

    window.pulse.stir()
    assert not minute()
    assert minute(changed=True)
    assert minute(stirred=True)
    assert not minute()
