"""Opens the one window: the panel's real size, keys, drawing by damage, and no way for a bug to end it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from screens import window_setup
from screens.app import CitizenWindow
from screens.window_setup import Display

if TYPE_CHECKING:
    from screens.assist.narrator import Mouth
    from screens.controller import Controller
    from screens.dock_action import DockAction
    from screens.kit.context import PinyinEngine
    from screens.technician.room import Desk
    from screens.technician.site import Site


def open_window(
    controller: Controller,
    display: Display,
    *,
    headless: bool = False,
    ime: PinyinEngine | None = None,
    motion: bool = True,
    now: Callable[[], datetime] | None = None,
    double_tap_seconds: float | None = None,
    report: Callable[[str, BaseException], None] | None = None,
    dock: Sequence[DockAction] = (),
    desk: Desk | None = None,
    site: Site | None = None,
    mouth: Mouth | None = None,
    keys: Mapping[int, str] | None = None,
    jack_by_keys: bool = False,
) -> CitizenWindow:
    """A window that is drawn but not yet run; a robot runs it frame by frame."""
    from screens.dock_width import DOCK_WIDTH

    window_setup.prepare(display, headless, DOCK_WIDTH if dock else 0)
    from kivy.base import runTouchApp

    if display.fullscreen and not headless:
        display = _as_it_is(display, DOCK_WIDTH if dock else 0)
    window = CitizenWindow(
        controller,
        display,
        ime=ime,
        motion=motion,
        now=now,
        double_tap_seconds=double_tap_seconds,
        report=report,
        desk=desk,
        site=site,
        mouth=mouth,
        keys=keys,
        jack_by_keys=jack_by_keys,
    )
    _take_keys(window)
    if headless:
        _show_nobody()
    if desk is not None:
        from screens.touch_map import install

        install()
    root = window.stage
    if dock:
        from screens.dock import docked

        root = docked(window.stage, dock, display)
    if not headless and not dock:  # a picture is taken of whole frames
        from kivy.core.window import Window

        from screens.kit.damage import DAMAGE

        DAMAGE.install(Window)
    _tell_of_pictures(window)
    _lead_bugs_to_the_failsafe_page(window)
    runTouchApp(root, embedded=True)
    return window


def _show_nobody() -> None:
    """Frames are drawn and not handed to a display: each that is takes some megabytes for good from a
    process whose window has no place to be shown in."""
    from kivy.core.window import Window
    from kivy.graphics.opengl import glFinish

    Window.flip = glFinish


def _tell_of_pictures(window: CitizenWindow) -> None:
    from kivy.core.window import Window

    Window.bind(on_flip=window.stage.drawn)


def _take_keys(window: CitizenWindow) -> None:
    from kivy.core.window import Window

    Window.bind(on_key_down=window.key_down, on_key_up=window.key_up)


def _lead_bugs_to_the_failsafe_page(window: CitizenWindow) -> None:
    """What goes wrong in a touch or on the clock would otherwise end the process, and the screen with it."""
    from kivy.base import ExceptionHandler, ExceptionManager

    class ToFailsafe(ExceptionHandler):  # type: ignore[misc]
        def handle_exception(self, crash: BaseException) -> Any:
            if not isinstance(crash, Exception):
                return ExceptionManager.RAISE  # somebody ends the process
            window.crashed(crash)
            return ExceptionManager.PASS

    ExceptionManager.add_handler(ToFailsafe())


def _as_it_is(display: Display, beside: int) -> Display:
    """The panel with the pixels that it really has: a wrong figure in the settings must not cut the picture.
    The public cannot close it."""
    from kivy.core.window import Window

    Window.bind(on_request_close=lambda *_args, **_options: True)
    width, height = (int(side) for side in Window.size)
    return replace(display, width=width - beside, height=height)
