"""A SAM_V module, a driver on it, and what the driver says."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from devices.contract import (
    DeviceState,
)
from devices.identity.samv import SamvDriver, SamvOptions
from devices.virtual.identity_card import IdentityCard
from devices.virtual.samv_module import Habits, SamvModule
from tests.devices.identity.recorder import Recorder

CARD = IdentityCard(
    name="王\U00020089\ue863",
    number="11010519491231002X",
    sex="2",
    birth="19491231",
    address="平顶山市新华区",
    authority="平顶山市公安局",
)


class Bench:
    """A module, a driver on it, and what the driver says."""

    def __init__(self, folder: Path) -> None:
        self.link = folder / "reader"
        self.module = SamvModule(Habits(), self.link)
        self.recorder = Recorder()
        self.driver: SamvDriver | None = None

    @property
    def habits(self) -> Habits:
        return self.module.habits

    def start(self, plugged_in: bool = True, **options: object) -> SamvDriver:
        if plugged_in:
            self.module.start()
        settings = SamvOptions.model_validate({"port": str(self.link), **options})
        self.driver = SamvDriver("reader", self.recorder.emit, settings)
        self.recorder.supervise(self.driver)
        if plugged_in and not self.habits.mute:
            self.recorder.wait_for_status(lambda status: status.state is DeviceState.ONLINE)
        return self.driver

    def looks(self) -> None:
        """Wait until the driver has looked for a card twice more."""
        before = self.module.commands.count("find")
        wait_until(lambda: self.module.commands.count("find") >= before + 2)

    def asked_after_read(self) -> None:
        """Wait until the driver has asked whether the card that it read still lies there."""
        wait_until(lambda: self.module.commands[-1] == "find")


def wait_until(holds: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)
