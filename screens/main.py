"""The window of a terminal: a real one, or the demonstration with its dock."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from devices.contract import Fault
from kiosk.faults import technician_words
from kiosk.keypad import key_map
from kiosk.log import log
from kiosk.privacy import allocator
from kiosk.privacy.proof import NOT_OVERWRITTEN
from kiosk.settings import Settings, load_settings
from kiosk.terminal import Terminal, open_terminal, say_why
from kiosk.touch_panel import tell_stuck
from kiosk.visit.state import nobody_is_here
from screens.garbage import put_off
from screens.wake import WAKE
from screens.window_setup import Display

if TYPE_CHECKING:
    from screens.app import CitizenWindow
    from screens.dock_action import DockAction

CANNOT_SERVE: Final = 2
BEGIN_ANEW: Final = 75
"""The command is to start itself once more; never its exit code."""
ASIDE_SECONDS: Final = 1.0  # the calm page is seen before the screen goes
UNSEEN: Final = (1080, 1920)  # the real panel, where there is no display to fit on
DEMO_SCREEN_SHARE: Final = 0.86  # of the display's height, beside panels and title bars


def run(settings: Settings, say: Callable[[str], None]) -> int:
    """A real terminal, until it is told to stop."""
    if not _has_screen():
        say(
            "kiosk: there is no display; start an X server and set DISPLAY, or set SDL_VIDEODRIVER=kmsdrm "
            "for a bare console (kiosk rehearse needs no display)"
        )
        return CANNOT_SERVE
    terminal = open_terminal(settings, page_first=True)
    if isinstance(terminal, Fault):
        return say_why(terminal, say)
    try:
        reason = _stay(terminal, display_of(settings))
    finally:
        terminal.close()
    return BEGIN_ANEW if reason else 0


def demo(
    say: Callable[[str], None],
    script_file: Path | None = None,
    office: Path | None = None,
    pictures: Path | None = None,
) -> int:
    """Everything embedded, in a window with a dock beside the terminal's picture.

    ``script_file``: what befalls the devices meanwhile, to train technicians.  ``office``: where bundles are
    made that this terminal follows.  ``pictures``: there is no display; the terminal is drawn into memory,
    and what it shows is told and kept there.
    """
    from devices.virtual.runner import ScriptRunner
    from devices.virtual.script import Script, load_script
    from kiosk.virtual_hall import TECHNICIAN_PIN, VirtualHall
    from screens.demo_dock import actions
    from screens.rehearsal import card_of
    from screens.rehearsal.script import Person

    script = load_script(script_file) if script_file else Script(())
    if isinstance(script, list):
        for problem in script:
            say(f"kiosk: {script_file}: {problem}")
        return CANNOT_SERVE
    width, height = _demo_size() if pictures is None else UNSEEN
    ppi = 30.0 if pictures is None else 102.0
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-hall-") as folder,
        VirtualHall(Path(folder), width, height, ppi=ppi, office=office, console=True) as hall,
    ):
        settings = load_settings(hall.terminal_file)
        assert isinstance(settings, Settings), settings
        for fault in hall.faults:
            what = "no bundles" if fault.code.startswith("bundle.") else "no virtual PC/SC reader"
            say(f"kiosk: {what}: {fault.code}: {fault.cause}")
            if office is not None and fault.code.startswith("bundle."):
                say(f"    {office}: {technician_words(fault.code)}")
                return CANNOT_SERVE
        if office is not None:
            say(f"kiosk: edit {office}/config, then kiosk bundle build --office {office}")
        if pictures is not None:
            say(f"kiosk: without a display; pictures go into {pictures}, and Ctrl-C ends the terminal")
        say(f"kiosk: papers come out in {folder}/receipts and {folder}/documents")
        say(
            "kiosk: the technician's pages: hold the upper left corner for two seconds, "
            f"then the upper right one for two seconds; PIN {TECHNICIAN_PIN}"
        )
        say(f"kiosk: the administrators' console 管理台: {hall.console['console']}")
        for account in hall.console["accounts"]:
            say(f"kiosk:   {account['name']}  {account['password']}  ({', '.join(account['roles'])})")
        terminal = open_terminal(settings, page_first=True)
        if isinstance(terminal, Fault):
            return say_why(terminal, say)
        try:
            stage = hall.stage(card_of(next(iter(terminal.catalogue)), Person()))
            with ScriptRunner(script, stage, lambda: terminal.controller.state.page.value):
                if pictures is None:
                    reason = _stay(terminal, display_of(settings), actions(hall, terminal.catalogue))
                else:
                    reason = _stay(terminal, display_of(settings), seen=(pictures, say))
        finally:
            terminal.close()
    return BEGIN_ANEW if reason else 0


def display_of(settings: Settings) -> Display:
    display = settings.display
    return Display(
        width=display.width,
        height=display.height,
        ppi=display.ppi,
        screen_bottom_mm=display.screen_bottom_mm,
        fullscreen=display.fullscreen,
        theme=display.theme,
    )


def window_for(
    terminal: Terminal, display: Display, *, headless: bool = False, dock: Sequence[DockAction] = ()
) -> CitizenWindow:
    from kiosk.typing.pinyin import Pinyin
    from screens.opening import open_window
    from screens.technician.site import Site

    machine = terminal.settings.machine.model_dump(exclude_none=True)
    window = open_window(
        terminal.controller,
        display,
        headless=headless,
        motion=not headless,  # nobody sees it, and a software renderer spends half of a rehearsal on it
        ime=Pinyin(
            noticed=lambda fault: log.warning("typing.single_characters", fault=fault.code),
            crashed=log.crash,
        ),
        report=log.crash,
        dock=dock,
        desk=terminal.desk,
        site=Site(terminal.settings.nearby, machine),
        mouth=terminal.speaker,
        keys=key_map(terminal.settings.keypad.changed),
        jack_by_keys=terminal.settings.sound.headphones == "keypad",
    )
    window.stage.stuck_at = partial(tell_stuck, terminal.devices)
    recorder = terminal.backstage.recorder
    window.ctx.machine = machine
    window.ctx.meter = lambda: recorder.meter
    if terminal.chimes is not None:
        window.sound_with(terminal.chimes.play)
    return window


def _stay(
    terminal: Terminal,
    display: Display,
    dock: Sequence[DockAction] = (),
    seen: tuple[Path, Callable[[str], None]] | None = None,
) -> str:
    """Serve until somebody says stop, or until it is time to begin anew: then the reason.

    ``seen``: there is no display, so pictures go into that folder and what is shown is said.
    """
    put_off()
    window = window_for(terminal, display, headless=seen is not None, dock=dock)
    from kivy.base import EventLoop, stopTouchApp
    from kivy.clock import Clock

    from screens import loop

    def told_to_stop(*_: object) -> None:
        Clock.schedule_once(lambda _seconds: stopTouchApp(), 0)
        WAKE.ring()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, told_to_stop)
        signal.signal(signal.SIGINT, told_to_stop)
    keeper = Keeper(terminal, window, stopTouchApp)
    window.kept = keeper.look
    window.pulse.not_longer_than(terminal.watchdog.pulse_seconds)
    if seen is not None:
        from screens.onlooker import LOOK_SECONDS, Onlooker

        onlooker = Onlooker(terminal, window, *seen)  # held here: the clock itself does not hold it
        Clock.schedule_interval(onlooker.look, LOOK_SECONDS)
    try:
        EventLoop.idle()  # one whole frame, drawn and flipped: now the page is on the display
        log.info("window.ready")
        terminal.watchdog.ready()
        if not allocator.overwrite_what_is_freed():
            log.warning("privacy.not_overwritten", fault=NOT_OVERWRITTEN.code)
        terminal.shown()
        loop.run()
    finally:
        stopTouchApp()
    return keeper.reason


class Keeper:
    """With the window's pulse: shows the watchdog that it moves, and ends the process when it is time to."""

    def __init__(self, terminal: Terminal, window: CitizenWindow, stop: Callable[[], None]) -> None:
        self._terminal = terminal
        self._window = window
        self._stop = stop
        self._leave_at = 0.0
        self.reason = ""

    def look(self) -> None:
        terminal = self._terminal
        terminal.watchdog.moved()
        if self.reason:
            if time.monotonic() >= self._leave_at:
                self._stop()
            return
        state = terminal.controller.state
        free = nobody_is_here(state) and not terminal.desk.closed
        self.reason = terminal.rest.due(free, state.last_touch)
        if self.reason:
            terminal.controller.closed = lambda: True  # a touch from now on begins nothing
            self._window.stand_aside()
            self._leave_at = time.monotonic() + ASIDE_SECONDS
            log.info("terminal.restart", name=self.reason)
            terminal.note_restart(self.reason)


def _has_screen() -> bool:
    """SDL would silently draw into memory without one, and nobody would see a page."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("SDL_VIDEODRIVER"))


def _demo_size() -> tuple[int, int]:
    """A portrait picture that fits on the display; 9 to 16 as the real panel."""
    from screens.x_display import x_display

    screen = x_display()
    if screen is None:
        print("kiosk: the display's size is not known; 1080 pixels are assumed", file=sys.stderr)
    height = screen.height if screen else 1080
    tall = int(height * DEMO_SCREEN_SHARE)
    return tall * 9 // 16, tall
