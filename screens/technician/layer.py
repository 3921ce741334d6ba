"""The technician's pages over the window: shown while a technician is here, or the terminal is closed.

The window asks it first; while it shows something the visit's own page is not built at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kiosk.technician import commands
from kiosk.technician.state import Calibration, Phase, TechnicianState, View
from screens.kit.block import Block
from screens.kit.context import Ctx
from screens.technician.room import Desk, Room
from screens.technician.site import Site
from screens.theme import THEMES
from screens.touch_map import TOUCH_MAP

if TYPE_CHECKING:
    from screens.stage import Stage
    from screens.technician.room import TechPage

# Each page is imported when it is first shown: no citizen waits for them.
PAGES: Final = {
    View.OVERVIEW: ("screens.technician.overview", "OverviewPage"),
    View.DEVICE: ("screens.technician.device", "DevicePage"),
    View.NETWORK: ("screens.technician.checks", "NetworkPage"),
    View.MACHINE: ("screens.technician.checks", "MachinePage"),
    View.SCREEN: ("screens.technician.panel", "ScreenPage"),
    View.SOUND: ("screens.technician.checks", "SoundPage"),
    View.KEYPAD: ("screens.technician.panel", "KeypadPage"),
    View.CALIBRATION: ("screens.technician.panel", "CalibrationPage"),
    View.SUPPLIES: ("screens.technician.stock", "SuppliesPage"),
    View.SERVICE: ("screens.technician.stock", "ServicePage"),
    View.EXPORT: ("screens.technician.stock", "ExportPage"),
}
SEEN_KEYS: Final = "panel:keys"
"""In the draft of the keypad's page: the keys that were pressed."""
_PANELS: Final = ("panel:grid", "panel:colours", SEEN_KEYS)
KEY_CODES: Final = {
    273: "up", 274: "down", 276: "left", 275: "right", 13: "enter", 271: "enter", 282: "help", 315: "help",
}  # fmt: skip
"""Kivy's numbers of the keys that keypads for the blind send: arrows, enter, F1 or help."""


class TechnicianLayer:
    """``citizens``: the context of the citizens' pages, which says what panel and language this is."""

    def __init__(
        self, desk: Desk, site: Site, citizens: Ctx, stage: Stage, changed: Callable[[], None]
    ) -> None:
        self.desk = desk
        self.site = site
        self._citizens = citizens
        self._stage = stage
        self._changed = changed
        ctx = Ctx(
            citizens.theme,
            citizens.metrics,
            citizens.state,
            lambda _event: None,
            citizens.catalogue,
            citizens.terminal,
            motion=False,
            now=citizens._now,
            double_tap_seconds=citizens.double_tap_seconds,
        )
        ctx.rebuild = self.show_again
        self.room = Room(ctx, desk, site)
        self.room.act = self._act
        self._signature: object = None
        self._place: object = None
        self._keys_bound = False

    # --- what the window asks -----------------------------------------------------------------------

    @property
    def showing(self) -> bool:
        state = self.desk.state
        return state.on or state.out_of_service

    def poll(self) -> bool:
        """True when the window has to be drawn again."""
        changed = self.desk.poll()
        self.take_map()
        return changed

    def take_map(self) -> None:
        TOUCH_MAP.figures = self.desk.state.touch_map

    def touched(self) -> bool:
        """True when a finger was the technician's, so that it is no citizen's."""
        if self.desk.state.on:
            self.desk.send(commands.Touched())
            self.draw()
        return self.showing

    def ask_entry(self) -> None:
        self.desk.send(commands.AskEntry())
        self._changed()

    def crashed(self) -> None:
        self.desk.crashed()
        self.forget()

    def forget(self) -> None:
        """The window shows something else now."""
        self._signature = self._place = None
        self._bind_keys(False)

    def show_again(self) -> None:
        self._signature = None
        self._changed()

    def tick(self) -> None:
        """About once a second."""
        if self.showing:
            self._refresh()

    def draw(self) -> None:
        """Make the window show the desk's state.  Cheap when it does already."""
        signature = self._look()
        if signature == self._signature:
            self._refresh()
            return
        state = self.desk.state
        # With each of these the next tap must not come from the hand that made the last one twice.
        place = (state.phase, state.view, state.device, state.service_asked, state.asks_paper)
        if place != self._place:
            if self._place is not None:
                self._stage.guard()
            self._place = place
            self.room.ctx.draft.clear()
        self._bind_keys(state.phase is Phase.ACTIVE and state.view is View.KEYPAD)
        self._stage.show(self._block(), None)
        self._signature = self._look()

    # --- how it looks -------------------------------------------------------------------------------

    def _look(self) -> object:
        """Equal while the page can stay as it is: what counts by itself is left out."""
        ctx, citizens = self.room.ctx, self._citizens
        state = self.desk.state
        ctx.state = citizens.state
        ctx.theme = THEMES[citizens.state.mode.theme]
        ctx.metrics = replace(citizens.metrics, elder=False, reach=False, dense=True)
        still = replace(
            state,
            touched_at=0.0,
            idle_left=None,
            touch_map=None,
            entry=replace(state.entry, locked_seconds=int(bool(state.entry.locked_seconds))),
            calibration=_still(state.calibration),
        )
        if not state.on:
            still = TechnicianState(out_of_service=state.out_of_service)
        draft = ctx.draft
        panels = tuple(draft.get(key, "-") for key in _PANELS)
        return still, panels, ctx.theme.name, ctx.metrics, citizens.state.mode

    def _block(self) -> Block:
        from screens.technician.closed import ClosedPage
        from screens.technician.entry import EntryPage, LeavingPage
        from screens.technician.frame import TechFrame

        state, room = self.desk.state, self.room
        if not state.on:
            return ClosedPage(self._citizens, self.site)
        if state.phase is Phase.ENTER_PENDING:
            return TechFrame(room, EntryPage(room))
        if state.phase is Phase.EXIT_PENDING:
            return TechFrame(room, LeavingPage(room))
        if state.view in (View.SCREEN, View.CALIBRATION):
            from screens.technician.panel import whole_panel

            whole = whole_panel(room)
            if whole is not None:
                return whole
        return TechFrame(room, page_of(state.view)(room))

    def _refresh(self) -> None:
        refresh = getattr(self._stage.page, "refresh", None)
        if refresh is not None:
            refresh()

    def _act(self, command: commands.Command) -> None:
        self.desk.send(command)
        self._changed()

    # --- keys of a keypad ---------------------------------------------------------------------------

    def _bind_keys(self, wanted: bool) -> None:
        if wanted == self._keys_bound:
            return
        from kivy.core.window import Window

        self._keys_bound = wanted
        if wanted:
            Window.bind(on_key_down=self._key)
        else:
            Window.unbind(on_key_down=self._key)

    def _key(self, _window: Any, code: int, *_rest: Any) -> bool:
        name = KEY_CODES.get(code)
        if name is not None:
            draft = self.room.ctx.draft
            draft[SEEN_KEYS] = draft.get(SEEN_KEYS, frozenset()) | {name}
            self.desk.send(commands.Touched())
            self.show_again()
        return True


def page_of(view: View) -> type[TechPage]:
    module, name = PAGES[view]
    made: type[TechPage] = getattr(import_module(module), name)
    return made


def _still(calibration: Calibration) -> Calibration:
    return replace(calibration, confirm_seconds=int(bool(calibration.confirm_seconds)), confirm_until=0.0)
