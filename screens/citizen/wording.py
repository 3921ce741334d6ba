"""How pages say dates, money, times of day and faults: facts in, sentences out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assets import fonts
from kiosk.availability import Reason, nearest
from kiosk.matters import guide as guides
from kiosk.matters.hours import opening
from kiosk.matters.periods import day_en, day_zh, month_en, month_zh, parse_date
from screens.words import Catalogue as Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from kiosk.matters.hours import Window
    from kiosk.matters.models import Matter
    from kiosk.matters.offer import Offered
    from kiosk.visit.state import Paper
    from screens.kit.context import Ctx

HOURS: Final = re.compile(r"(\d{1,2}:\d{2})[至到—-](\d{1,2}:\d{2})")
GREETINGS: Final = ((5, "evening"), (9, "morning_early"), (11, "morning"), (14, "noon"), (18, "afternoon"))
"""Until which full hour (Asia/Shanghai) which greeting holds; the evening for the rest of the day."""

DEVICE_PREFIXES: Final = ("serial.", "device.", "pcsc.no_", "pcsc.service_", "samv.no_permission", "desk.")
"""Faults of the device rather than of the card on it: another card does not help, another way does."""

FAULT_KINDS: Final = {
    "card.expired": "card",
    "card.layout_unknown": "card",
    "samv.card_type_unknown": "card",
    "pcsc.card_unknown": "card",
    "social_security.record_missing": "card",
    "pcsc.resident_card_not_readable": "place",
    "card.left_behind": "remove",
    "pcsc.two_cards": "remove",
    "samv.no_answer": "device",
}


def greeting(ctx: Ctx) -> str:
    hour = ctx.now().hour
    name = next((name for until, name in GREETINGS if hour < until), "evening")
    return ctx.words(f"home.{name}")


def boxes(ctx: Ctx, *texts: str) -> str:
    """What the boxes in these texts are, where there are any; else nothing."""
    return "" if all(map(fonts.covered, texts)) else ctx.words("common.boxes")


def day(ctx: Ctx, iso: str) -> str:
    """``YYYY-MM-DD`` as people say it; anything else as it is."""
    parsed = parse_date(iso)
    if parsed is None:
        return iso
    return day_en(parsed) if ctx.language != "zh" else day_zh(parsed)


def month(ctx: Ctx, first_day: date) -> str:
    return month_en(first_day) if ctx.language != "zh" else month_zh(first_day)


def moment(ctx: Ctx, at: datetime) -> str:
    """A time of a day as people say it: 今天 13:00, 明天 9:00, 11月27日（周五）9:00."""
    clock = f"{at.hour}:{at.minute:02}"
    ahead = (at.date() - ctx.now().date()).days
    if ahead in (0, 1):
        return ctx.words("common.today_at" if ahead == 0 else "common.tomorrow_at", time=clock)
    return f"{weekday(ctx, at.date())} {clock}"


def weekday(ctx: Ctx, on: date) -> str:
    """11月27日（周五）."""
    month_name = ctx.words(f"kit.month_{on.month}")
    name = ctx.words(f"kit.weekday_{on.isoweekday()}")
    return ctx.words("common.weekday", month=month_name, day=on.day, weekday=name)


def weekday_of(ctx: Ctx, iso: str) -> str:
    parsed = parse_date(iso)
    return weekday(ctx, parsed) if parsed is not None else iso


def window(ctx: Ctx, offered: Window) -> str:
    """11月26日（周四）上午 9:00-12:00."""
    begins, ends = offered.begins, offered.ends
    return ctx.words(
        "appointment.window",
        day=weekday(ctx, offered.day),
        period=ctx.words(f"appointment.{offered.period}"),
        begins=f"{begins.hour}:{begins.minute:02}",
        ends=f"{ends.hour}:{ends.minute:02}",
    )


def theme(ctx: Ctx, name: str) -> str:
    """A theme of life; those of a newer bundle that have no translation yet show as they are."""
    key = f"theme.{name}"
    return ctx.words(key) if key in Words.of(ctx.language).texts else name


def fee(ctx: Ctx, matter: Offered) -> str:
    if matter.fee.amount_fen == 0:
        return ctx.words("common.free")
    return ctx.words("common.fee", yuan=guides.yuan_text(matter.fee, ctx.language))


def minutes(ctx: Ctx, matter: Offered) -> str:
    return ctx.words("common.minutes", minutes=matter.minutes)


def facts(ctx: Ctx, matter: Offered) -> str:
    """约2分钟 · 免费."""
    return ctx.words("common.facts", minutes=minutes(ctx, matter), fee=fee(ctx, matter))


def bring(ctx: Ctx, matter: Offered) -> str:
    """What to bring in one line; empty when nothing."""
    comma = ", " if ctx.language != "zh" else "、"
    return comma.join(ctx.both(thing) for thing in matter.bring)


def grouped(number: str, size: int = 4) -> str:
    """A long number in groups, so that it can be read out and written down."""
    return " ".join(number[start : start + size] for start in range(0, len(number), size))


def window_hours(ctx: Ctx, matter: Matter) -> str:
    """When the windows are open, in brackets, as the guide of the matter says; empty when it does not."""
    from kiosk.visit import promise

    clause = promise.window_hours(matter.guide.hours)
    if ctx.language != "zh":  # the guide's text is Chinese: only days and times can be said
        times = _spans(HOURS.findall(clause))
        days = ctx.words("done.workdays") if "工作日" in clause else ""
        clause = ctx.words("done.open", days=days, times=times) if times else days
    return ctx.words("done.hours", hours=clause) if clause else ""


def _spans(found: Sequence[tuple[str, str]]) -> str:
    """From when till when; a span within another (noon, when another desk serves) says nothing new."""

    def minutes(clock: str) -> int:
        hours, _, rest = clock.partition(":")
        return int(hours) * 60 + int(rest or 0)

    spans = {(minutes(first), minutes(last)): f"{first}-{last}" for first, last in found}
    whole = [
        said
        for (first, last), said in spans.items()
        if not any(a <= first and last <= b and (a, b) != (first, last) for a, b in spans)
    ]
    return ", ".join(whole)


def unavailable(ctx: Ctx, task_code: str) -> str | None:
    """Why this matter cannot be done here now; ``None`` when it can."""
    reason = ctx.state.unavailable.get(task_code)
    if reason is None:
        return None
    matter = _matter(ctx, task_code)
    if reason == Reason.CLOSED and matter is not None:
        return _closed(ctx, matter)
    key = f"unavailable.{reason}"
    if key in Words.of(ctx.language).texts and reason not in ("other", "closed"):
        phone = {"phone": ctx.terminal.phone} if reason == Reason.NOT_IN_FORCE else {}
        return ctx.words(key, **phone)
    return ctx.words("unavailable.other", phone=ctx.terminal.phone)


def _matter(ctx: Ctx, task_code: str) -> Offered | None:
    """A visit keeps the matter as it was when it was chosen."""
    chosen = ctx.state.matter
    if chosen is not None and chosen.task_code == task_code:
        return chosen
    return ctx.catalogue.offer(task_code)


def _closed(ctx: Ctx, matter: Offered) -> str:
    opens = opening(matter.hours, ctx.terminal.calendar, ctx.now())
    if opens.change is None or opens.is_open:
        return ctx.words("unavailable.other", phone=ctx.terminal.phone)
    said = ctx.words("unavailable.closed", at=moment(ctx, opens.change))
    if opens.certain and ctx.terminal.calendar.day(opens.change.date()).known:
        return said
    blank = "" if ctx.language == "zh" else " "
    return f"{said}{blank}{ctx.words('presence.unknown_year', year=opens.change.year)}"


def elsewhere(ctx: Ctx, task_code: str) -> str | None:
    """The nearest other place that can do what cannot be done here now.

    None for what has been withdrawn: the other terminals follow the same catalogue.
    """
    if ctx.state.unavailable.get(task_code) == Reason.NOT_IN_FORCE:
        return None
    matter = _matter(ctx, task_code)
    place = nearest(ctx.terminal.nearby, matter) if matter is not None else None
    if place is None:
        return None
    comma = ", " if ctx.language != "zh" else "，"
    away = ctx.words("unavailable.metres", metres=place.metres) if place.metres is not None else ""
    return ctx.words(
        "unavailable.nearby",
        place=comma.join(part for part in (place.name, place.address, away, place.hours) if part),
    )


def identity_fault(ctx: Ctx, code: str | None) -> str:
    """What the citizen can do about a card or code that was not read; true for unknown codes, too."""
    texts = Words.of(ctx.language).texts
    if code is None:
        return ctx.words("fault.other")
    if f"fault.{code}" in texts:
        return ctx.words(f"fault.{code}")
    if code.startswith("platform."):
        return ctx.words("fault.platform")
    if code.startswith("identity."):
        return ctx.words("fault.platform_card")
    if code.startswith(DEVICE_PREFIXES):
        return ctx.words("fault.device")
    return ctx.words("fault.other")


def identity_fault_kind(code: str | None) -> str:
    """What the page is headed with: another try, another card, or nothing that the citizen could mend."""
    code = code or ""
    if code in FAULT_KINDS:
        return FAULT_KINDS[code]
    for prefix, kind in (("code.", "code"), ("platform.", "platform"), ("identity.", "refused")):
        if code.startswith(prefix):
            return kind
    return "device" if code.startswith(DEVICE_PREFIXES) else "again"


def print_fault(ctx: Ctx, code: str | None) -> str:
    """Why a paper did not come out."""
    room, _, reason = (code or "").partition(".")
    if room not in ("printer", "paper"):
        return ctx.words("print_fault.platform" if room in ("platform", "document") else "print_fault.other")
    key = f"print_fault.{reason}"
    return ctx.words(key if key in Words.of(ctx.language).texts else "print_fault.other")


def paper_words(ctx: Ctx, group: str, paper: Paper) -> str:
    """The sentence of ``group`` (``done``, ``guide``, ``notice``) for the state of a paper."""
    if paper.state.value == "not_printed" and paper.tries == 0 and paper.fault is None:
        return ctx.words(f"{group}.not_printed", reason=ctx.words("print_fault.on_request"))
    if paper.state.value == "not_printed":
        return ctx.words(f"{group}.not_printed", reason=print_fault(ctx, paper.fault))
    return ctx.words(f"{group}.{paper.state.value}")
