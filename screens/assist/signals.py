"""Which short sound goes with what happens: all of it is visible, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kiosk.visit.state import CaseState, IdentifyPhase, KeepingState, Overlay, Page, PaperState, PhoneState

if TYPE_CHECKING:
    from devices.sound.tones import Tone
    from kiosk.visit.state import Visit

CARD_SECONDS: Final = 2.0
_GOOD: Final = (CaseState.ACCEPTED, CaseState.RECEIVED)
Play = Callable[["Tone", int], None]


class Signals:
    """Looks at the visit a few times a second; ``play`` gets the sound and its volume."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._before: Visit | None = None
        self._beep_at = 0.0

    @property
    def beeping(self) -> bool:
        """Again and again, until the card is taken."""
        return self._beep_at > 0

    def click(self, visit: Visit) -> None:
        self._play("click", visit.mode.volume)

    def look(self, visit: Visit, now: float) -> None:
        """``now`` in monotonic seconds."""
        before, self._before = self._before, visit
        if before is not None and before is not visit and (tone := tone_of(before, visit)) is not None:
            self._play(tone, visit.mode.volume)
        if visit.overlay is not Overlay.TAKE_CARD:
            self._beep_at = 0.0
        elif now >= self._beep_at:
            self._beep_at = now + CARD_SECONDS
            self._play("card", visit.mode.volume)


def tone_of(before: Visit, after: Visit) -> Tone | None:
    """What the step from one moment to the next sounds like; mostly nothing."""
    if before.number != after.number:
        return None
    if _wrongs(after) - _wrongs(before):
        return "attention"
    return "success" if _rights(after) - _rights(before) else None


def _wrongs(visit: Visit) -> set[object]:
    found: set[object] = set()
    if visit.page is Page.FAILSAFE:
        found.add("failsafe")
    if visit.overlay is Overlay.IDLE:
        found.add("idle")
    if visit.form.error:
        found.add(("error", visit.form.index, visit.form.raw))
    if visit.identify.phase is IdentifyPhase.FAILED:
        found.add(("identify", visit.identify.fault, visit.identify.since))
    if visit.keeping.state is KeepingState.FAILED:
        found.add("keeping")
    if visit.phone is not None and visit.phone.state in (PhoneState.FAILED, PhoneState.EXPIRED):
        found.add(("phone", visit.phone.place))
    if visit.submission is not None:
        papers = visit.submission.papers
        found |= {("paper", each.kind, each.tries) for each in papers if each.state is PaperState.NOT_PRINTED}
        if visit.page is Page.DONE and visit.submission.state not in _GOOD:
            found.add("not done")
    return found


def _rights(visit: Visit) -> set[object]:
    found: set[object] = set()
    if visit.identify.phase is IdentifyPhase.DONE:
        found.add("identify")
    if visit.phone is not None and visit.phone.state is PhoneState.WRITTEN:
        found.add(("phone", visit.phone.place))
    if visit.page is Page.DONE and visit.submission is not None and visit.submission.state in _GOOD:
        found.add("done")
    return found
