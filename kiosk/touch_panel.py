"""What the window has seen of the touch panel itself: no driver speaks for it, only its faults are told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from devices.contract import DeviceState, Fault, Status
from devices.device_set import DeviceReport
from kiosk.log import log

if TYPE_CHECKING:
    from devices.device_set import DeviceSet

NAME: Final = "触摸屏"
DRIVER: Final = "touch_panel"


def tell_stuck(devices: DeviceSet, place: tuple[float, float] | None) -> None:
    """``place``: where it reports a finger that nobody has, in parts of the picture from its upper left
    corner; ``None``: no more.  It serves on, so it stays usable."""
    if place is None:
        devices.beside = ()
        log.info("touch.well")
        return
    across, down = (round(100 * part) for part in place)
    fault = Fault("touch.stuck", f"x {across} %, y {down} %")
    status = Status(DeviceState.ONLINE, fault)
    devices.beside = (DeviceReport(NAME, DRIVER, frozenset(), status, time.time()),)
    log.warning("touch.stuck", fault=fault.code, place=f"x {across} y {down}")
