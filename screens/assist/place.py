"""What makes a page another one for who listens: its heading changes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.visit.state import Page

if TYPE_CHECKING:
    from kiosk.visit.state import Visit


VIEW: Final = -2
"""Where in a place stands which of a page's own views is shown; the heading comes last."""


def where(state: Visit, page: object, overlay: object) -> tuple[object, ...]:
    top = overlay or page
    return (
        state.number,
        state.page,
        state.overlay,
        state.form.index if state.page is Page.FORM else None,
        state.browse.page,
        (state.asking.state, state.appointment.state, state.paper_text.state),
        state.phone.state if state.phone is not None else None,
        state.asking.recording.state if state.asking.recording is not None else None,
        getattr(page, "leaf", 0),
        getattr(top, "number", 0),
        getattr(getattr(page, "page", None), "view", ""),
        getattr(top, "name", "") or getattr(getattr(top, "heading", None), "name", ""),
    )


def of_focus(place: object) -> object:
    """The done page is one place, however its papers come out: nobody's focus jumps for that, and who hears
    the number is told what is new and not all of it again."""
    if isinstance(place, tuple) and Page.DONE in place:
        return place[:-1]
    return place


def back_on_done(before: object, now: object) -> bool:
    """Back from the rating's own pages, where what the page says was heard before."""
    if not (isinstance(before, tuple) and isinstance(now, tuple) and before[:2] == now[:2]):
        return False
    return Page.DONE in now and bool(before[VIEW]) and not now[VIEW]


def only_named_otherwise(now: object, before: object) -> bool:
    """Whether nothing but the heading is another one."""
    return isinstance(now, tuple) and isinstance(before, tuple) and now[:-1] == before[:-1]
