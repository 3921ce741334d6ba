"""The technician's desk: commands in, the next state out.

Like the visit it lives on the window's thread: :meth:`TechnicianDesk.send` and :meth:`poll` belong to it.
Whatever waits runs on workers (``hands``) and comes back through a queue.  The phases are those of XFS4IoT's
vendor mode.  It opens only while nobody is in the middle of anything, and while it is open, or the terminal
is out of service, no visit begins: :attr:`closed` is asked by the visit's controller.

Fault codes: ``technician.place_unknown``, ``desk.crashed``; those of ``entering``.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from devices.contract import (
    Check,
    CodeScanned,
    DeviceEvent,
    Fault,
    IdentityFailed,
    IdentityRead,
    SupplyChanged,
)
from kiosk.technician import calibrating, commands
from kiosk.technician.books import CALIBRATION, OUT_OF_SERVICE
from kiosk.technician.calibration import from_kept
from kiosk.technician.device_tests import DeviceTests
from kiosk.technician.entering import Entering
from kiosk.technician.hands import Bench, Change, Hands
from kiosk.technician.lockout import Lockout
from kiosk.technician.orders import Orders, closed
from kiosk.technician.state import Entry, Phase, TechnicianState, View

ENTRY_SECONDS: Final = 60.0
"""Whoever has begun to enter and does nothing more is taken to have gone."""
WARNING_SECONDS: Final = 30
LOOK_SECONDS: Final = 1.0
OF_THE_CARD: Final = ("card.expired", "card.number_invalid", "code.payment", "code.url", "code.too_long")
"""Faults of what was laid on a reader: it has read it, and that is what a trial is to show."""
DEVICE_KINDS: Final = (IdentityRead, IdentityFailed, CodeScanned)


class TechnicianDesk:
    def __init__(
        self,
        bench: Bench,
        card_key: bytes,
        may_enter: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``may_enter``: nobody is in the middle of anything."""
        self._bench = bench
        self._settings = bench.settings
        self._may_enter = may_enter
        self._monotonic = monotonic
        self._lockout = Lockout(bench.books, monotonic)
        self._inbox: queue.SimpleQueue[Change] = queue.SimpleQueue()
        self._devices_said: queue.SimpleQueue[DeviceEvent] = queue.SimpleQueue()
        self.woken: Callable[[], None] = lambda: None  # the window's thread is to poll now
        self._hands = Hands(bench, self._bring)
        self._entering = Entering(bench, self._hands, card_key, self._lockout, self._begin)
        self._next_look = 0.0
        self._parts = parts = DeviceTests(bench, self._hands, monotonic)
        self._size_mm = _panel_mm(bench)
        kept = from_kept(bench.books.marked(CALIBRATION))
        self.orders = Orders(bench.books, self._hands.write_event, self._wake)
        self.state = closed(TechnicianState(touch_map=kept), bench.books.marked(OUT_OF_SERVICE))
        self._handlers: Mapping[type, Callable[[TechnicianState, commands.Command], TechnicianState]] = {
            commands.Leave: lambda state, _: self._leave(state, "left"),
            commands.Show: self._show,
            commands.TurnPage: lambda state, command: replace(state, page=max(0, state.page + command.by)),  # type: ignore[attr-defined]
            commands.SelfTest: parts.self_test,
            commands.SelfTestAll: parts.self_test_all,
            commands.ReadTest: parts.read_test,
            commands.VoiceTest: parts.voice_test,
            commands.Restart: parts.restart,
            commands.TestPrint: parts.test_print,
            commands.PaperCameOut: parts.paper_came_out,
            commands.Refilled: parts.refilled,
            commands.CheckNetwork: self._check_network,
            commands.MeasureMachine: self._measure,
            commands.RecordTest: self._record_test,
            commands.PlaySound: self._play,
            commands.BeginCalibration: lambda state, _: calibrating.begin(state),
            commands.CalibrationTouch: self._calibration_touch,
            commands.ConfirmCalibration: self._confirm_calibration,
            commands.ResetCalibration: self._reset_calibration,
            commands.AskService: lambda state, command: replace(state, service_asked=command.asked),  # type: ignore[attr-defined]
            commands.SetService: self._set_service,
            commands.WriteReport: lambda state, command: self._export(state, "report", command.folder),  # type: ignore[attr-defined]
            commands.ExportLog: lambda state, command: self._export(state, "log", command.folder),  # type: ignore[attr-defined]
            commands.PrintReport: self._print_report,
            commands.Touched: lambda state, _: state,
        }

    # --- what others ask ------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """No visit may begin: a technician is here, or the terminal is out of service."""
        return self.state.on or self.state.out_of_service

    @property
    def hands(self) -> Hands:
        return self._hands

    @property
    def bench(self) -> Bench:
        return self._bench

    def hear(self, event: DeviceEvent) -> None:
        """From a driver's thread.  What a card or code says is looked at only where it is asked for."""
        if isinstance(event, SupplyChanged):
            self._bench.books.keep_supply(event.device, event.supply.left)
        elif isinstance(event, DEVICE_KINDS) and self.state.on:
            self._devices_said.put(event)
            self.woken()

    def _bring(self, change: Change) -> None:
        """From a worker's thread."""
        self._inbox.put(change)
        self.woken()

    def _wake(self) -> None:
        self.woken()

    def stop(self) -> None:
        self._hands.stop()

    # --- the window's thread --------------------------------------------------------------------------

    def send(self, command: commands.Command) -> None:
        """Take a command; what does not fit the phase changes nothing."""
        now = self._monotonic()
        state = self.state
        if isinstance(command, commands.AskEntry):
            self._ask_entry(state, now)
            return
        if not state.on:
            return
        state = replace(state, touched_at=now, idle_left=None)
        if state.phase is Phase.ENTER_PENDING:
            self.state = self._enter(state, command)
        elif state.phase is Phase.ACTIVE:
            handler = self._handlers.get(type(command))
            self.state = handler(self._cleared(state, command), command) if handler else state

    def poll(self) -> bool:
        """Take what workers and devices have brought, and the time; true when the state changed."""
        before = self.state
        while True:
            try:
                change = self._inbox.get_nowait()
            except queue.Empty:
                break
            self.state = change(self.state)
        while not self._devices_said.empty():
            self._heard(self._devices_said.get())
        self._tick(self._monotonic())
        return self.state is not before

    def crashed(self) -> None:
        """A page of ours has failed: away from it, and home if it was the first one."""
        state = self.state
        if state.phase is Phase.ACTIVE and state.view is not View.OVERVIEW:
            self.state = replace(state, view=View.OVERVIEW, fault="desk.crashed")
        elif state.on:
            self.state = self._leave(state, "crashed")

    # --- entering and leaving ---------------------------------------------------------------------------

    def _ask_entry(self, state: TechnicianState, now: float) -> None:
        if not state.on and self._may_enter():
            self.state = self._entering.ask(state, now)

    def _enter(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        if isinstance(command, commands.Leave):
            return self._leave(state, "not_entered")
        return self._entering.take(state, command)

    def _begin(self, state: TechnicianState, name: str) -> TechnicianState:
        self._bench.devices.disarm_all()
        self._hands.ready_again()
        self._hands.write_event("technician.begin", by=name)
        self._hands.look_for_unknown()
        self._hands.measure()
        self._hands.probe_sound()
        if self._settings.platform is not None:
            self._hands.check_network(None)
        fresh = replace(_left(state), phase=Phase.ACTIVE, by=name, touched_at=self._monotonic())
        return self._hands.looked(fresh)

    def _leave(self, state: TechnicianState, disposition: str) -> TechnicianState:
        """What runs is called off first; :meth:`_tick` ends it when the workers have come back."""
        self._entering.forget()
        self._bench.devices.disarm_all()
        self._hands.call_off()
        if state.phase is Phase.ACTIVE:
            self._hands.write_event("technician.end", by=state.by, disposition=disposition)
        kept = calibrating.reverted(state)
        return replace(kept, phase=Phase.EXIT_PENDING, entry=Entry(), idle_left=None)

    # --- time -----------------------------------------------------------------------------------------

    def _tick(self, now: float) -> None:
        self._lockout.tick()
        self.state = state = self.orders.obey(self.state, self._may_enter())
        match state.phase:
            case Phase.INACTIVE:
                return
            case Phase.EXIT_PENDING:
                if self._hands.idle:
                    self.state = _left(state)
                return
            case Phase.ENTER_PENDING:
                entry = self._entering.lock_shown(state.entry)
                if entry != state.entry:
                    self.state = replace(state, entry=entry)
                limit, disposition = ENTRY_SECONDS, "not_entered"
            case Phase.ACTIVE:
                self._look(now)
                limit, disposition = float(self._settings.maintenance.idle_seconds), "idle"
        state = self.state
        if not self._hands.idle:
            self.state = state if state.idle_left is None else replace(state, idle_left=None)
            if now - state.touched_at >= limit - WARNING_SECONDS:  # it worked: the time begins anew
                self.state = replace(self.state, touched_at=now - limit + 2 * WARNING_SECONDS)
            return
        left = limit - (now - state.touched_at)
        if left <= 0:
            self.state = self._leave(state, disposition)
        elif left <= WARNING_SECONDS and state.phase is Phase.ACTIVE:
            shown = -int(-left // 1)
            if shown != state.idle_left:
                self.state = replace(state, idle_left=shown)

    def _look(self, now: float) -> None:
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            self.state = self._hands.looked(self.state)
            self.state = calibrating.ticked(self.state, now)
        if self.state.reading is not None and now >= self._parts.read_until:
            self.state = self._parts.read_ended(self.state, None)

    # --- devices --------------------------------------------------------------------------------------

    def _heard(self, event: DeviceEvent) -> None:
        state = self.state
        if state.phase is Phase.ENTER_PENDING and isinstance(event, IdentityRead):
            self.state = self._entering.card_laid(state, event)
        elif state.phase is Phase.ACTIVE and state.reading == event.device:
            fault = event.fault if isinstance(event, IdentityFailed) else None
            read = fault is None or fault.code in OF_THE_CARD
            self.state = self._parts.read_ended(state, Check("card", read, "", fault))

    # --- the other pages --------------------------------------------------------------------------------

    def _cleared(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        """What the last command complained of is over with the next one that does something."""
        if state.fault is None or isinstance(command, commands.Touched | commands.TurnPage):
            return state
        return replace(state, fault=None)

    def _show(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        assert isinstance(command, commands.Show)
        if state.reading is not None:
            state = self._parts.read_ended(state, None)
        state = calibrating.reverted(state)
        shown = replace(
            state, view=command.view, device=command.device, page=0, service_asked=False, sound_state=""
        )
        match command.view:
            case View.MACHINE:
                self._hands.measure()
            case View.EXPORT:
                self._hands.look_for_places()
                return replace(shown, export=None)
            case View.OVERVIEW:
                self._hands.look_for_unknown()
                self._hands.probe_sound()
                if self._settings.platform is not None and not _walking(state):
                    self._hands.check_network(None, silently=True)
            case View.CALIBRATION:
                return calibrating.begin(shown)
        return shown

    def _check_network(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        if not _walking(state):
            self._hands.check_network(state.by)
        return state

    def _measure(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        self._hands.measure()
        return state

    def _play(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        if state.sound_state == "playing":
            return state
        self._hands.play()
        return replace(state, sound_state="playing")

    def _record_test(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        """Something that only a person can judge; back to the overview afterwards."""
        assert isinstance(command, commands.RecordTest)
        if command.kind not in ("screen", "sound", "keypad"):
            return state
        kept = self._bench.books.record(command.kind, command.kind, state.by, command.passed)
        disposition = "passed" if command.passed else "failed"
        self._hands.write_event("technician.test", name=command.kind, by=state.by, disposition=disposition)
        fault = kept.code if isinstance(kept, Fault) else None
        return replace(state, view=View.OVERVIEW, page=0, sound_state="", fault=fault)

    def _calibration_touch(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        assert isinstance(command, commands.CalibrationTouch)
        return calibrating.touched(state, (command.x, command.y), self._size_mm, self._monotonic())

    def _confirm_calibration(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        confirmed = calibrating.confirmed(state)
        if confirmed is state:
            return state
        return self._keep_calibration(confirmed)

    def _reset_calibration(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        return self._keep_calibration(calibrating.without(state))

    def _keep_calibration(self, state: TechnicianState) -> TechnicianState:
        fault = self._bench.books.mark(CALIBRATION, calibrating.to_keep(state))
        done = "set" if state.touch_map else "reset"
        self._hands.write_event("technician.calibration", by=state.by, disposition=done)
        return replace(state, view=View.OVERVIEW, page=0, fault=fault.code if fault else None)

    def _set_service(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        """Only after the first step, and only if it is on disk: after a restart it must still hold."""
        assert isinstance(command, commands.SetService)
        if not state.service_asked or command.out == state.out_of_service:
            return replace(state, service_asked=False)
        mark = {"by": state.by} if command.out else None
        fault = self._bench.books.mark(OUT_OF_SERVICE, mark)
        if fault is not None:
            return replace(state, service_asked=False, fault=fault.code)
        self._hands.write_event(f"service.{'closed' if command.out else 'opened'}", by=state.by)
        self.orders.note(command.out)
        return closed(replace(state, service_asked=False), mark)

    def _export(self, state: TechnicianState, kind: str, folder: str) -> TechnicianState:
        from kiosk.technician.state import Export

        if state.export is not None and state.export.state == "running":
            return state
        if folder not in {place.path for place in state.places}:
            return replace(state, fault="technician.place_unknown")
        self._hands.export(kind, folder, state.by)
        return replace(state, export=Export(kind, "running", folder))

    def _print_report(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        from kiosk.technician.state import Export

        if state.export is not None and state.export.state == "running":
            return state
        self._hands.print_report(state.by)
        return replace(state, export=Export("report", "running"))


def _left(state: TechnicianState) -> TechnicianState:
    """What stays when nobody is in the room."""
    return replace(
        TechnicianState(),
        touch_map=state.touch_map,
        out_of_service=state.out_of_service,
        closed_by=state.closed_by,
        closed_reason=state.closed_reason,
        closed_by_platform=state.closed_by_platform,
    )


def _walking(state: TechnicianState) -> bool:
    """The way to the platform is being checked."""
    return any(step.state in ("waiting", "running") for step in state.network)


def _panel_mm(bench: Bench) -> tuple[float, float]:
    display = bench.settings.display
    return display.width / display.ppi * 25.4, display.height / display.ppi * 25.4
