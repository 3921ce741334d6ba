"""What a technician does with one device: read a card, self-test, restart, print a page, refill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from devices.contract import Check, Fault, IdentityDriver, MicrophoneDriver, PrinterDriver
from kiosk.technician import commands
from kiosk.technician.state import Hearing, TechnicianState, View
from kiosk.technician.voice_test import VOICE_TEST_SECONDS

if TYPE_CHECKING:
    from kiosk.technician.hands import Bench, Hands

READ_TEST_SECONDS: Final = 60.0


class DeviceTests:
    """Commands about one device, each to the next state.  Lives on the window's thread, as the desk does."""

    def __init__(self, bench: Bench, hands: Hands, monotonic: Callable[[], float]) -> None:
        self._bench = bench
        self._hands = hands
        self._monotonic = monotonic
        self.read_until = 0.0
        """Monotonic seconds: so long a card may be laid on the reader that is tried."""

    def read_test(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        assert isinstance(command, commands.ReadTest)
        driver = self._bench.devices.get(command.device)
        self._bench.devices.disarm_all()
        if not command.wanted or not isinstance(driver, IdentityDriver):
            return replace(state, reading=None)
        driver.arm()
        self.read_until = self._monotonic() + READ_TEST_SECONDS
        return replace(state, reading=command.device)

    def read_ended(self, state: TechnicianState, check: Check | None) -> TechnicianState:
        """``None``: nothing was laid on it in time, which says nothing about the reader."""
        self._bench.devices.disarm_all()
        if check is not None and state.reading is not None:
            self._bench.books.record(state.reading, "read_test", state.by, check.passed, (check,))
            self._hands.write_event(
                "technician.read_test",
                device=state.reading,
                by=state.by,
                disposition="passed" if check.passed else "failed",
                fault=check.fault.code if check.fault else "",
            )
        return self._hands.looked(replace(state, reading=None))

    def voice_test(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        assert isinstance(command, commands.VoiceTest)
        microphone = self._bench.devices.get(command.device)
        if not isinstance(microphone, MicrophoneDriver) or state.hearing is not None:
            return state
        self._hands.voice_test(microphone, state.by)
        return replace(state, hearing=Hearing(microphone.name, int(VOICE_TEST_SECONDS)))

    def self_test(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        assert isinstance(command, commands.SelfTest)
        if self._bench.devices.get(command.device) is not None:
            self._hands.self_test(command.device, state.by)
        return self._hands.looked(state)

    def self_test_all(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        for device in self._bench.devices:
            self._hands.self_test(device.name, state.by)
        return self._hands.looked(state)

    def restart(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        assert isinstance(command, commands.Restart)
        if self._bench.devices.get(command.device) is not None:
            self._bench.devices.restart(command.device)
            self._hands.write_event("technician.restart", device=command.device, by=state.by)
        return state

    def test_print(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        assert isinstance(command, commands.TestPrint)
        card = state.card(command.device)
        if card is None or not card.is_printer or state.printing is not None:
            return state
        page = replace(state, view=View.DEVICE, device=command.device, page=0)  # where it is asked for
        if state.asks_paper == command.device:
            return page  # whether the last page came out has still to be said
        self._hands.test_print(command.device, state.by)
        return replace(page, printing=command.device, asks_paper=None)

    def paper_came_out(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        assert isinstance(command, commands.PaperCameOut)
        if state.asks_paper != command.device:
            return state
        fault = None if command.yes else Fault("technician.paper_not_seen")
        check = Check("paper", command.yes, "", fault)
        self._bench.books.record(command.device, "test_print", state.by, command.yes, (check,))
        self._hands.write_event(
            "technician.test_print",
            device=command.device,
            by=state.by,
            disposition="passed" if command.yes else "failed",
        )
        return self._hands.looked(replace(state, asks_paper=None))

    def refilled(self, state: TechnicianState, command: commands.Command) -> TechnicianState:
        assert isinstance(command, commands.Refilled)
        printer = self._bench.devices.get(command.device)
        if isinstance(printer, PrinterDriver):
            printer.fill()
            if printer.supply is not None:
                self._bench.books.keep_supply(command.device, printer.supply.left)
            self._hands.write_event("technician.refilled", device=command.device, by=state.by)
        return self._hands.looked(state)
