"""What the page that asks for a card is told of the readers."""

from __future__ import annotations

import pytest

from devices.contract import DeviceState, Fault, Status
from devices.device_set import DeviceSet
from kiosk.terminal_info import readers_changed
from kiosk.visit.events import ReadersChanged

UNFIT = Status(DeviceState.HARDWARE_ERROR, Fault("samv.not_authorised", permanent=True))
GONE = Status(DeviceState.NO_DEVICE, Fault("serial.port_missing"))
WELL = Status(DeviceState.ONLINE)


@pytest.mark.parametrize(
    ("statuses", "ready", "permanent"),
    [
        ((UNFIT, UNFIT), frozenset(), True),
        ((UNFIT, GONE), frozenset(), False),
        ((GONE, GONE), frozenset(), False),
        ((UNFIT, WELL), frozenset({"samv"}), True),
        ((WELL, WELL), frozenset({"samv"}), False),
    ],
)
def test_readers_are_gone_for_good_only_when_none_that_is_away_comes_back(
    statuses: tuple[Status, Status], ready: frozenset[str], permanent: bool
) -> None:
    entries = [{"name": name, "driver": "samv", "port": f"/nowhere/{name}"} for name in ("one", "two")]
    devices = DeviceSet.build(entries, lambda event: None)
    assert isinstance(devices, DeviceSet)
    for driver, status in zip(devices.identity_drivers(), statuses, strict=True):
        driver.publish(status)
    fault = statuses[0].fault
    assert readers_changed([devices], fault) == ReadersChanged(ready, fault.code if fault else "", permanent)
