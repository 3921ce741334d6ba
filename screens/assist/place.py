"""What makes a page another one for who listens: its heading changes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.visit.state import Visit


def where(state: Visit, page: object, overlay: object) -> tuple[object, ...]:
    top = overlay or page
    return (
        state.number,
        state.page,
        state.overlay,
        state.form.index if state.form.steps else None,
        state.browse.page,
        (state.asking.state, state.appointment.state, state.paper_text.state),
        state.phone.state if state.phone is not None else None,
        state.asking.recording.state if state.asking.recording is not None else None,
        getattr(page, "leaf", 0),
        getattr(top, "number", 0),
        getattr(top, "name", "") or getattr(getattr(top, "heading", None), "name", ""),
    )
