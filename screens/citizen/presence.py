"""Who is in the hall now and until when, or when the counters open: said as far as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.matters import hours
from kiosk.matters.slots import DayKind
from screens.citizen import wording
from screens.kit.block import Block
from screens.kit.layout import Column
from screens.kit.notes import Banner, BannerKind
from screens.kit.text import Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx

MIDNIGHT = "24:00"
SOMEBODY = ("counter", "lunch", "on_call")
"""Who can come to the terminal; at the flexible hours people wait for those with an appointment."""


def staff(ctx: Ctx) -> hours.Staff | None:
    """``None`` where the hall has not said its hours."""
    hall = ctx.terminal.hall_hours
    return hours.staff(hall, ctx.terminal.calendar, ctx.now()) if hall is not None else None


def nobody_comes(ctx: Ctx) -> bool:
    known = staff(ctx)
    return known is not None and known.kind not in SOMEBODY


def windows(ctx: Ctx) -> tuple[hours.Window, ...]:
    """The times at the counters that an appointment can be made for."""
    hall = ctx.terminal.hall_hours
    return hours.windows(hall, ctx.terminal.calendar, ctx.now()) if hall is not None else ()


def presence(ctx: Ctx) -> list[Block]:
    known = staff(ctx)
    if known is None:
        return []
    kind: BannerKind = "success" if known.kind in SOMEBODY else "info"
    icon = "account-check-outline" if known.kind in SOMEBODY else "account-clock-outline"
    if known.kind == "none":
        said = ctx.words("presence.none")
    else:
        until = wording.moment(ctx, known.until) if known.until else MIDNIGHT
        said = ctx.words(f"presence.{known.kind}", until=until)
    if known.next_counter is not None and known.kind != "lunch":
        space = "" if ctx.language == "zh" else " "
        said += space + ctx.words("presence.opens", at=wording.moment(ctx, known.next_counter))
    notes = [Banner(ctx, kind, said, icon)]
    if (why := _why(ctx, known)) is not None:
        notes.append(why)
    return [Column(ctx, notes, gap=8)]


def _why(ctx: Ctx, known: hours.Staff) -> Block | None:
    """What kind of day it is, where that explains something; and that a year is not known yet."""
    said = []
    if known.day.known and known.day.kind is not DayKind.WORKDAY:
        key = f"presence.{known.day.kind.value}"
        if known.day.kind is DayKind.PUBLIC_HOLIDAY:
            name = known.day.name if ctx.language == "zh" else ""
            said.append(ctx.words(key, name=name).strip())
        else:
            said.append(ctx.words(key))
    if known.unknown_year is not None:
        said.append(ctx.words("presence.unknown_year", year=known.unknown_year))
    space = " " if ctx.language == "en" else ""
    return Text(ctx, space.join(said), "body", "muted") if said else None
