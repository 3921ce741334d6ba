"""The window: builds the page of the state, hands touches to the controller and news to the page.

``screens.window_setup.prepare`` has to come first; :func:`screens.opening.open_window` does that.
Nothing here waits: devices, network, disk and printers live on other threads and come back as events.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from screens.theme import PAGE_FADE_SECONDS, THEMES, Metrics
from screens.window_setup import Display

if TYPE_CHECKING:
    from kiosk.visit.events import Event
    from kiosk.visit.state import Visit
    from screens.assist.narrator import Mouth
    from screens.assist.signals import Play, Signals
    from screens.controller import Controller
    from screens.kit.block import Block
    from screens.kit.context import PinyinEngine
    from screens.kit.page import CitizenPage
    from screens.technician.layer import TechnicianLayer
    from screens.technician.room import Desk
    from screens.technician.site import Site


class CitizenWindow:
    """One terminal's picture.  Make it with :func:`screens.opening.open_window`."""

    def __init__(
        self,
        controller: Controller,
        display: Display,
        *,
        ime: PinyinEngine | None = None,
        motion: bool = True,
        now: Callable[[], datetime] | None = None,
        double_tap_seconds: float | None = None,
        report: Callable[[str, BaseException], None] | None = None,
        desk: Desk | None = None,
        site: Site | None = None,
        mouth: Mouth | None = None,
        keys: Mapping[int, str] | None = None,
        jack_by_keys: bool = False,
    ) -> None:
        """``desk``: the technician's, with the ``site`` that its pages show.  ``mouth``: what speaks.
        ``keys``: what the keys of a keypad do.  ``jack_by_keys``: it tells of headphones, too."""
        from screens.assist.assist import Assist
        from screens.fade import Fade
        from screens.garbage import Garbage
        from screens.kit.context import Ctx
        from screens.pulse import Pulse
        from screens.stage import Stage
        from screens.theme import DOUBLE_TAP_SECONDS

        self.controller = controller
        self.display = display
        self._report = report or _to_standard_error
        self._configured = controller.configured
        state = controller.state
        self.ctx = Ctx(
            THEMES[state.mode.theme],
            self._metrics(state),
            state,
            self.send,
            controller.catalogue,
            controller.info,
            ime=ime,
            motion=motion,
            now=now,
            double_tap_seconds=DOUBLE_TAP_SECONDS if double_tap_seconds is None else double_tap_seconds,
        )
        self.ctx.rebuild = self._rebuild
        self.stage = Stage(self.ctx, self._touched)
        self.assist = Assist(
            self.ctx, self.stage, self.send, controller.send, mouth, keys, jack_by_keys=jack_by_keys
        )
        self.page: CitizenPage | None = None
        self._fade = Fade()
        self._garbage = Garbage()
        self._new_place = False
        self._news = False  # of the state, not drawn yet
        self._signals: Signals | None = None
        self._signature: object = None
        self._overlay_signature: object = None
        self._place: object = None
        self._minute = -1
        self._second = -1
        self.stage.size = (display.width, display.height)
        self.standing_aside = False
        self.technician: TechnicianLayer | None = None
        if desk is not None:
            self._open_technician(desk, site)
        self.kept: Callable[[], None] = lambda: None  # called as :meth:`poll` is, but not twice a second
        self.pulse = Pulse(self)
        self.redraw()

    def _open_technician(self, desk: Desk, site: Site | None) -> None:
        from screens.technician.layer import TechnicianLayer
        from screens.technician.site import Site

        self.technician = TechnicianLayer(
            desk, site or Site(), self.ctx, self.stage, lambda: self._redraw(self.controller.state)
        )
        self.technician.take_map()
        self.stage.entered = self.technician.ask_entry

    # --- the bridge -------------------------------------------------------------------------------------

    def send(self, event: Event) -> None:
        self.pulse.stir()
        self.controller.send(event)
        self.redraw()

    def poll(self) -> bool:
        """Take what devices and workers reported; draw when something changed, and say that it did."""
        changed = self.controller.poll()
        self._news = changed or self._news
        if self._news and not self._under_a_finger(self.controller.state):
            self._news = False
            self.redraw()
        if self.controller.configured != self._configured:
            self._configured = self.controller.configured
            self.ctx.terminal = self.controller.info
            self.show_again()
        if self.technician is not None and self.technician.poll():
            changed = True
            self._redraw(self.controller.state)
        if not self._closed:
            self.assist.poll()
            if self._signals is not None:
                self._signals.look(self.controller.state, self.ctx.monotonic())
        minute = self.ctx.now().minute
        if minute != self._minute:
            self._minute = minute
            self._refresh_clock()
            if not changed:
                self.pulse.only_the_clock()
        self._garbage.poll()
        second = int(self.ctx.monotonic())
        if second != self._second:
            self._second = second
            self._keep_up()
            if self.technician is not None:
                self.technician.tick()
            self.stage.look_for_stuck()
            self.kept()
        return changed

    @property
    def lively(self) -> bool:
        """Something goes on that comes to an end without news."""
        within = self._news or self.stage.pressed or self.standing_aside or self._garbage.waits
        beside = self.assist.lively or (self._signals is not None and self._signals.beeping)
        return within or beside or (self.technician is not None and self.technician.desk.state.on)

    def _under_a_finger(self, state: Visit) -> bool:
        """News of this very page, from a device say, waits for the finger that is down: drawing it anew would
        take its button away from under it."""
        shown = self.ctx.state
        same = (state.number, state.page, state.overlay) == (shown.number, shown.page, shown.overlay)
        return same and self.page is not None and self.stage.pressed

    @property
    def _closed(self) -> bool:
        """No citizen's page is shown."""
        return self.page is None or (self.technician is not None and self.technician.showing)

    def sound_with(self, play: Play) -> None:
        """Presses click, and what happens is heard; ``play`` gets a sound and its volume."""
        from screens.assist.signals import Signals

        self._signals = signals = Signals(play)
        self.ctx.clicked = lambda: signals.click(self.controller.state)

    def key_down(self, _window: object, code: int, *_more: object) -> bool:
        """A key of a keypad or a switch.  True when it was meant for a page."""
        self.pulse.stir()
        return not self._closed and self.assist.key_down(code)

    def key_up(self, _window: object, code: int, *_more: object) -> bool:
        self.pulse.stir()
        return not self._closed and self.assist.key_up(code)

    def _keep_up(self) -> None:
        """A page may look different with time alone: who has waited long is shown how."""
        page = self.page
        if page is None or self._signature is None:
            return
        state = self.ctx.state
        if (type(page), state.mode, page.signature(state)) != self._signature:
            self._redraw(state)

    def redraw(self) -> None:
        """Make the window show the controller's state.  Cheap when it does already."""
        state = self.controller.state
        if state is not self.ctx.state or self.page is None:
            self._redraw(state)

    def stand_aside(self) -> None:
        """The software begins anew: a calm page, which takes no touches, until it does."""
        from screens.kit.last_resort import BeginningAnew

        self.standing_aside = True
        self._fade.end()
        self.page = None
        self.stage.show(BeginningAnew(self.ctx), None)

    def _redraw(self, state: Visit) -> None:
        if self.standing_aside:
            return
        self._take(state)
        try:
            if self._draw_technician():
                return
            self._draw_page()
            self._draw_overlay()
            self.assist.shown()
        except Exception as crash:  # noqa: BLE001 - never a white window: the failsafe page says what holds
            self.crashed(crash)

    def _draw_technician(self) -> bool:
        """True while the technician's pages lie over everything."""
        if self.technician is None or not self.technician.showing:
            if self.technician is not None:
                self.technician.forget()
            return False
        self._fade.end()
        self.assist.leave()
        self.page = None
        self._signature = self._overlay_signature = None
        self.technician.draw()
        return True

    def resize(self, display: Display) -> None:
        """Another panel, for pictures and tests of every shape in one process."""
        from kivy.core.window import Window

        self.display = display
        Window.size = (display.width, display.height)
        self.stage.size = (display.width, display.height)
        self.show_again()

    def show_again(self) -> None:
        """Build everything anew from the controller's state."""
        self._signature = self._overlay_signature = None
        if self.technician is not None:
            self.technician.forget()
        self._redraw(self.controller.state)

    @property
    def moving(self) -> bool:
        """True while a transition runs."""
        return self._fade.running

    def _take(self, state: Visit) -> None:
        ctx = self.ctx
        ctx.state = state
        ctx.theme = THEMES[state.mode.theme]
        ctx.metrics = self._metrics(state)
        place = (state.number, state.page, state.form.index if state.form.steps else None)
        if place != self._place:
            self._place = place
            self._new_place = self.page is not None
            ctx.draft.clear()
            if ctx.ime is not None:
                ctx.ime.reset()
            self._guard()

    def _guard(self) -> None:
        if self.page is not None:
            self.stage.guard()

    def _draw_page(self) -> None:
        from screens.citizen import page_class

        state = self.ctx.state
        made = page_class(state.page)
        page = self.page if type(self.page) is made else made(self.ctx)
        assert page is not None
        signature = (made, state.mode, page.signature(state))
        if signature == self._signature:
            page.refresh(state)
            self._garbage.part_changed()
            return
        self._build(page)
        self._signature = signature

    def _build(self, page: CitizenPage) -> None:
        from screens.kit.frame import Frame

        self._fade.end()
        self.page = page
        frame = Frame(self.ctx, page)
        self.stage.show(frame, self.stage.overlay)
        self._garbage.page_changed()
        if self._new_place:
            self._new_place = False
            self._come_up(frame.content)

    def _come_up(self, blocks: Sequence[Block]) -> None:
        if self.ctx.motion and not self.ctx.state.mode.elder:
            self._fade.begin(blocks, PAGE_FADE_SECONDS)

    def _rebuild(self) -> None:
        if self.page is None:
            return
        try:
            self._build(type(self.page)(self.ctx))
            self.assist.shown()
        except Exception as crash:  # noqa: BLE001
            self.crashed(crash)

    def _draw_overlay(self) -> None:
        from screens.citizen import overlay, overlay_signature

        signature = (self.ctx.state.mode, overlay_signature(self.ctx))
        if signature == self._overlay_signature:
            refresh = getattr(self.stage.overlay, "refresh", None)
            if refresh is not None:
                refresh()
            return
        before = self.stage.overlay
        block: Block | None = overlay(self.ctx)
        if (block is None) != (before is None):
            self._guard()
        self.stage.show(self.stage.page, block)
        self._overlay_signature = signature
        if block is not None and before is None:
            self._come_up([block])

    def crashed(self, crash: BaseException) -> None:
        """A bug of a page: write it down, and show what is true in spite of it."""
        from kiosk.visit.events import Crashed
        from kiosk.visit.state import Page

        self._report("page.crashed", crash)
        if self._technician_crashed():
            return
        self._signature = self._overlay_signature = None
        if self.controller.state.page is not Page.FAILSAFE:
            self.controller.send(Crashed("page.crashed"))
            self._take(self.controller.state)
            try:
                self._draw_page()
                self.stage.show(self.stage.page, None)
                return
            except Exception as again:  # noqa: BLE001
                self._report("failsafe.crashed", again)
        from screens.kit.last_resort import LastResort

        self.page = None
        self.stage.show(LastResort(self.ctx), None)

    def _technician_crashed(self) -> bool:
        """A bug on a technician's page harms no visit: true when that room goes on by itself."""
        if self.technician is None or not self.technician.showing:
            return False
        self.technician.crashed()
        try:
            return self._draw_technician()
        except Exception as again:  # noqa: BLE001
            self._report("page.crashed", again)
            return False

    def _touched(self) -> None:
        from kiosk.visit.events import AnyTouch

        if self.technician is not None and self.technician.touched():
            return
        self.assist.touched()
        self.send(AnyTouch())

    def _refresh_clock(self) -> None:
        refresh = getattr(self.stage.page, "refresh_clock", None)
        if refresh is not None:
            refresh()

    def _metrics(self, state: Visit) -> Metrics:
        display = self.display
        return Metrics(
            display.width,
            display.height,
            display.ppi,
            elder=state.mode.elder,
            reach=state.mode.reach,
            screen_bottom_mm=display.screen_bottom_mm,
        )


def _to_standard_error(code: str, crash: BaseException) -> None:
    """Code and kind only: the text of an exception may hold what a citizen typed."""
    print(f"{code}: {type(crash).__name__}", file=sys.stderr)
