"""What is asked for beside an application: the green channel, a home visit (Article 23), a complaint."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.visit import events as ev
from kiosk.visit import recording
from kiosk.visit.effects import ReadPaper, SendRequest
from kiosk.visit.state import (
    PRIORITIES,
    Asking,
    AskingState,
    HelpState,
    Overlay,
    PaperText,
    PaperTextState,
    Visit,
)
from kiosk.visit.world import Step, World

REASONS: Final = {
    "complaint": ("machine", "unclear", "slow", "attitude", "fee", "other"),
    "home_visit": ("cannot_walk", "bedridden", "on_site"),
    "green_channel": (),
}
"""What may be asked for, and the reasons that are offered."""
NEEDS_PHONE: Final = ("home_visit",)
"""Somebody has to call back."""
MAY_WRITE: Final = ("complaint",)
"""What may be said in one's own words."""
MOST_WRITTEN: Final = 500
PHONE_DIGITS: Final = range(7, 13)

# For the people who get the request; the screens have their own words.
_REASON_WORDS: Final = {
    "machine": "自助终端不好用或坏了", "unclear": "材料或流程说不清", "slow": "办得太慢",
    "attitude": "服务态度", "fee": "收费", "other": "其他", "cannot_walk": "行动不便，去不了大厅",
    "bedridden": "卧床或住院", "on_site": "需要现场检验",
}  # fmt: skip
_GROUP_WORDS: Final = {
    "elderly": "老年人", "ill": "病人、体弱", "disabled": "残疾人", "pregnant": "孕妇", "military": "军人",
    "fire_rescue": "消防救援人员", "medical": "医护人员",
}  # fmt: skip


def open_asking(visit: Visit, event: ev.OpenAsking, world: World) -> Step:
    if event.kind not in REASONS:
        return visit, ()
    _, effects = recording.closed(visit)
    asked = replace(visit, overlay=Overlay.ASKING, help=HelpState.CLOSED, asking=Asking(event.kind))
    return asked, effects


def choose_priority(visit: Visit, event: ev.ChoosePriority, world: World) -> Step:
    if event.group and event.group not in PRIORITIES:
        return visit, ()
    return replace(visit, priority=event.group), ()


def choose_reason(visit: Visit, event: ev.ChooseReason, world: World) -> Step:
    asking = visit.asking
    if asking.state is not AskingState.OPEN or event.reason not in REASONS[asking.kind]:
        return visit, ()
    chosen = {*asking.reasons} ^ {event.reason}
    reasons = tuple(reason for reason in REASONS[asking.kind] if reason in chosen)
    return replace(visit, asking=replace(asking, reasons=reasons)), ()


def write_more(visit: Visit, event: ev.WriteMore, world: World) -> Step:
    asking = visit.asking
    if asking.state is not AskingState.OPEN or asking.kind not in MAY_WRITE:
        return visit, ()
    return replace(visit, asking=replace(asking, state=AskingState.TEXT)), ()


def give_text(visit: Visit, event: ev.GiveText, world: World) -> Step:
    """What is written goes with the reasons, which are shown again."""
    asking = visit.asking
    if asking.state is not AskingState.TEXT:
        return visit, ()
    written = event.text.strip()[:MOST_WRITTEN]
    return replace(visit, asking=replace(asking, state=AskingState.OPEN, text=written)), ()


def give_phone(visit: Visit, event: ev.GivePhone, world: World) -> Step:
    asking = visit.asking
    if event.back and asking.state is AskingState.PHONE:
        return replace(visit, asking=replace(asking, state=AskingState.OPEN)), ()
    if event.back or asking.state is not AskingState.OPEN or not complete(visit):
        return visit, ()
    return replace(visit, asking=replace(asking, state=AskingState.PHONE)), ()


def ask(visit: Visit, event: ev.Ask, world: World) -> Step:
    """Once; a failed one may be tried again."""
    asking = visit.asking
    if asking.state not in (AskingState.OPEN, AskingState.PHONE, AskingState.FAILED) or not complete(visit):
        return visit, ()
    again = asking.state is AskingState.FAILED
    digits = asking.phone if again else "".join(sign for sign in event.phone if sign.isdigit())
    if digits and len(digits) not in PHONE_DIGITS:
        return visit, ()
    if asking.kind in NEEDS_PHONE and not digits:
        return visit, ()
    project_no = visit.submission.project_no if visit.submission else None
    sending = SendRequest(
        visit.number,
        world.new_key(),
        asking.kind,
        _text(visit),
        digits,
        project_no or "",
        asking.recording.take if asking.recording else "",
    )
    return replace(visit, asking=replace(asking, state=AskingState.SENDING, phone=digits)), (sending,)


def settled(visit: Visit, event: ev.AskingSettled, world: World) -> Step:
    if visit.asking.state is not AskingState.SENDING:
        return visit, ()
    if event.unspoken:
        dropped, effects = recording.sent(visit)
        asking = replace(dropped.asking, state=AskingState.OPEN, unspoken=True)
        return replace(dropped, asking=asking, microphone=False), effects
    unsent = AskingState.QUEUED if event.queued else AskingState.FAILED
    state = AskingState.SENT if event.number else unsent
    settled = replace(visit, asking=replace(visit.asking, state=state, number=event.number))
    return (settled, ()) if state is AskingState.FAILED else recording.sent(settled)


def read_paper(visit: Visit, event: ev.ReadPaper, world: World) -> Step:
    reading = replace(visit, overlay=Overlay.PAPER, paper_text=PaperText(title=event.title))
    return reading, (ReadPaper(visit.number, event.kind, event.document_id),)


def paper_read(visit: Visit, event: ev.PaperRead, world: World) -> Step:
    if visit.overlay is not Overlay.PAPER:
        return visit, ()
    state = PaperTextState.READ if event.lines else PaperTextState.FAILED
    return replace(visit, paper_text=replace(visit.paper_text, state=state, lines=event.lines)), ()


def complete(visit: Visit) -> bool:
    """Whether it says what is asked for."""
    if visit.asking.kind == "green_channel":
        return bool(visit.priority) and not goes_with_application(visit)
    asking = visit.asking
    spoken = asking.recording is not None and asking.recording.usable
    return bool(asking.reasons) or spoken or bool(asking.text and asking.kind in MAY_WRITE)


def goes_with_application(visit: Visit) -> bool:
    """The mark goes with what is being applied for; nothing else has to be sent."""
    return visit.matter is not None and visit.submission is None


def _text(visit: Visit) -> str:
    """What people need to know who act on it; the person where the card has been read."""
    parts = [_REASON_WORDS[reason] for reason in visit.asking.reasons]
    if visit.asking.kind == "green_channel":
        parts = [f"绿色通道：{_GROUP_WORDS[visit.priority]}"]
    parts += [visit.asking.text] if visit.asking.text else []
    if visit.asking.recording is not None:
        parts.append(f"录音 {visit.asking.recording.seconds:.0f} 秒")
    if visit.matter is not None:
        parts.append(f"事项：{visit.matter.name.zh}")
    if visit.person is not None and visit.asking.kind != "complaint":
        document = visit.person.document
        parts += [f"姓名：{document.name}"] if document.name else []
        parts += [f"地址：{document.address}"] if document.address else []
    return "；".join(parts)
