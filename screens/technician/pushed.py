"""Which configuration is shown: a row of the overview for what is pushed, one for what was edited here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.technician import commands
from kiosk.technician.names import short_moment
from kiosk.technician.state import View
from screens.technician.cards import DeviceRow

if TYPE_CHECKING:
    from screens.technician.room import Room


def pushed_row(room: Room) -> DeviceRow | None:
    """Which configuration is shown and since when, which one waits, when it was last verified, and whether
    new ones are taken; nothing for a terminal that nothing is pushed to."""
    pushed = room.state.pushed
    if pushed is None:
        return None
    said = "none"
    if pushed.fault is not None:
        said = "bad"
    elif pushed.waiting:
        said = "waiting"
    elif pushed.trial:
        said = "trial"
    elif pushed.sequence:
        said = "ok"
    trailing = room.words(f"pushed.{said}", number=pushed.waiting) if said == "waiting" else ""
    trailing = trailing or room.words(f"pushed.{said}")
    narrow = room.ctx.metrics.narrow  # the state stands under the name there: both are long
    made = DeviceRow(
        room.ctx,
        "pushed",
        room.words("pushed.heading"),
        trailing if narrow else facts(room),
        lambda: room.act(commands.Show(View.MACHINE)),
        icon="alert-octagon" if pushed.fault is not None else "package-variant-closed",
        trailing=None if narrow else trailing,
    )
    made.value = trailing
    return made


def not_taken_row(room: Room) -> DeviceRow | None:
    """Matter files that were edited on this terminal and are wrong; nothing while all of them are good."""
    found = room.state.not_taken
    if found is None:
        return None
    narrow = room.ctx.metrics.narrow
    trailing = room.words("edited.bad")
    made = DeviceRow(
        room.ctx,
        "edited",
        room.words("edited.heading"),
        f"{trailing} · {found.detail}" if narrow else found.detail,
        lambda: room.act(commands.Show(View.MACHINE)),
        icon="alert-octagon",
        trailing=None if narrow else trailing,
    )
    made.value = trailing
    return made


def facts(room: Room) -> str:
    pushed = room.state.pushed
    assert pushed is not None
    told = [room.words("pushed.own")]
    if pushed.sequence:
        moment = short_moment(pushed.since, room.language)
        told = [room.words("pushed.shown", number=pushed.sequence, moment=moment)]
    if pushed.checked:
        told.append(room.words("pushed.checked", moment=short_moment(pushed.checked, room.language)))
    if pushed.fault is not None:
        told.append(pushed.fault)
    return " · ".join(told)
