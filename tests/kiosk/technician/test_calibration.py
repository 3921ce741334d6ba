from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import Fault
from kiosk.technician import calibrating
from kiosk.technician.calibration import (
    CONFIRM_SECONDS,
    IDENTITY,
    TARGETS,
    Affine,
    apply,
    fit,
    from_kept,
    kept,
    worst_mm,
)
from kiosk.technician.state import TechnicianState

SIZE_MM = (269.0, 478.0)
small = st.floats(-0.04, 0.04)


@given(small, small, small, small, small, small)
def test_whatever_affine_error_a_panel_has_is_undone(
    a: float, b: float, c: float, d: float, e: float, f: float
) -> None:
    panel: Affine = (1 + a, b, c, d, 1 + e, f)
    touched = [apply(panel, target) for target in TARGETS]
    found = fit(touched)
    assert not isinstance(found, Fault)
    for target, point in zip(TARGETS, touched, strict=True):
        assert math.dist(apply(found, point), target) < 1e-6
    assert worst_mm(found, touched, SIZE_MM) < 0.01


def test_touches_on_one_line_or_a_mirrored_panel_are_refused() -> None:
    line = fit([(x, x) for x, _ in TARGETS])
    assert isinstance(line, Fault) and line.code == "technician.calibration_uneven"
    mirrored = fit([(1 - x, y) for x, y in TARGETS])
    assert isinstance(mirrored, Fault) and mirrored.code == "technician.calibration_extreme"


@pytest.mark.parametrize("given_", [None, {}, {"affine": [1, 2]}, {"affine": [0] * 6}, {"affine": ["x"] * 6}])
def test_nonsense_in_the_store_is_no_map(given_: dict[str, object] | None) -> None:
    assert from_kept(given_) is None
    assert from_kept(kept(IDENTITY)) == IDENTITY


def touch_all(state: TechnicianState, shift: float = 0.02, slip: float = 0.0) -> TechnicianState:
    state = calibrating.begin(state)
    for number, (x, y) in enumerate(TARGETS):
        state = calibrating.touched(state, (x + shift, y + (slip if number == 2 else 0)), SIZE_MM, 100.0)
    return state


def test_a_trial_is_used_at_once_and_goes_back_by_itself() -> None:
    before = (1.0, 0.0, 0.01, 0.0, 1.0, 0.0)
    state = touch_all(replace(TechnicianState(), touch_map=before))
    assert state.touch_map is not None and state.touch_map[2] == pytest.approx(-0.02)
    assert state.calibration.confirm_seconds == CONFIRM_SECONDS
    counting = calibrating.ticked(state, 101.5)
    assert counting.calibration.confirm_seconds < CONFIRM_SECONDS
    over = calibrating.ticked(state, 100.0 + CONFIRM_SECONDS)
    assert over.touch_map == before
    assert over.calibration.fault == "technician.calibration_unconfirmed"


def test_confirmed_it_stays() -> None:
    state = calibrating.confirmed(touch_all(TechnicianState()))
    assert calibrating.ticked(state, 1e9).touch_map == state.touch_map
    assert calibrating.to_keep(state) == kept(state.touch_map)  # type: ignore[arg-type]
    assert calibrating.without(state).touch_map is None


def test_a_slipped_finger_begins_again_and_changes_nothing() -> None:
    state = touch_all(TechnicianState(), slip=0.2)
    assert state.touch_map is None
    assert state.calibration.fault == "technician.calibration_uneven"
    assert state.calibration.touched == ()


def test_leaving_in_the_middle_of_a_trial_reverts_it() -> None:
    assert calibrating.reverted(touch_all(TechnicianState())).touch_map is None
