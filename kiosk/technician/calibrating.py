"""How a calibration goes on: five touches, a fit, a trial that reverts unless it is confirmed by touch.

The map on trial is in the state's ``touch_map``, so that the window uses it at once; what it replaces waits
in ``Calibration.before``.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from devices.contract import Fault
from kiosk.technician import calibration as maps
from kiosk.technician.calibration import CONFIRM_SECONDS, TARGETS, WORST_MM, Affine, Point
from kiosk.technician.state import Calibration, TechnicianState


def begin(state: TechnicianState) -> TechnicianState:
    return replace(reverted(state), calibration=Calibration(targets=TARGETS))


def touched(state: TechnicianState, point: Point, size_mm: Point, now: float) -> TechnicianState:
    """One more touch.  With the last one the map is fitted and tried."""
    calibration = state.calibration
    if not calibration.targets or len(calibration.touched) >= len(calibration.targets):
        return state
    if not all(math.isfinite(each) and -0.5 <= each <= 1.5 for each in point):
        return state
    points = (*calibration.touched, point)
    if len(points) < len(calibration.targets):
        return replace(state, calibration=replace(calibration, touched=points, fault=None))
    fitted = maps.fit(points)
    if isinstance(fitted, Fault):
        return _again(state, fitted.code)
    worst = maps.worst_mm(fitted, points, size_mm)
    if worst > WORST_MM:
        return _again(state, "technician.calibration_uneven", worst)
    trial = replace(
        calibration,
        touched=points,
        worst_mm=worst,
        fault=None,
        confirm_seconds=CONFIRM_SECONDS,
        confirm_until=now + CONFIRM_SECONDS,
        before=state.touch_map,
    )
    return replace(state, touch_map=fitted, calibration=trial)


def ticked(state: TechnicianState, now: float) -> TechnicianState:
    """Counts the trial down; without a confirmation the map before it comes back."""
    calibration = state.calibration
    if not calibration.confirm_seconds:
        return state
    left = -int(-(calibration.confirm_until - now) // 1)
    if left <= 0:
        back = reverted(state)
        return replace(
            back, calibration=Calibration(targets=TARGETS, fault="technician.calibration_unconfirmed")
        )
    if left == calibration.confirm_seconds:
        return state
    return replace(state, calibration=replace(calibration, confirm_seconds=left))


def reverted(state: TechnicianState) -> TechnicianState:
    """The map as it was before a trial that nobody has confirmed."""
    if not state.calibration.confirm_seconds:
        return state if state.calibration == Calibration() else replace(state, calibration=Calibration())
    return replace(state, touch_map=state.calibration.before, calibration=Calibration())


def confirmed(state: TechnicianState) -> TechnicianState:
    if not state.calibration.confirm_seconds:
        return state
    return replace(state, calibration=Calibration())


def without(state: TechnicianState) -> TechnicianState:
    """As the panel itself reports it."""
    return replace(state, touch_map=None, calibration=Calibration())


def to_keep(state: TechnicianState) -> dict[str, Any] | None:
    return None if state.touch_map is None else maps.kept(_affine(state.touch_map))


def _affine(figures: tuple[float, ...]) -> Affine:
    a, b, c, d, e, f = figures
    return a, b, c, d, e, f


def _again(state: TechnicianState, fault: str, worst: float | None = None) -> TechnicianState:
    return replace(state, calibration=Calibration(targets=TARGETS, fault=fault, worst_mm=worst))
