"""Which sound goes with which step of a visit, and how often a card that was left behind is beeped for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.visit.state import Identify, IdentifyPhase, Overlay, Page, PaperState
from screens.assist.signals import Signals, tone_of
from tests.screens.pages import PAGES


@pytest.mark.parametrize(
    ("before", "after", "tone"),
    [
        ("identify-verifying", "identify-read", "success"),
        ("identify-reading", "identify-failed-card.expired", "attention"),
        ("form-phone", "form-phone-error", "attention"),
        ("submitting-printing", "done-certificate", "success"),
        ("submitting-away", "done-queued", "attention"),
        ("submitting-sending", "done-refused", "attention"),
        ("phone-read", "phone-written", "success"),
        ("phone-open", "phone-expired", "attention"),
        ("check", "failsafe-unknown", "attention"),
        ("form-text", "form-phone", None),
        ("home", "matters", None),
    ],
)
def test_what_happens_is_heard(before: str, after: str, tone: str | None) -> None:
    number = PAGES[after].number
    assert tone_of(replace(PAGES[before], number=number), PAGES[after]) == tone
    assert tone_of(PAGES[after], PAGES[after]) is None


def test_another_visit_begins_in_silence() -> None:
    failed = replace(PAGES["home"], identify=Identify(IdentifyPhase.FAILED, "card.expired"))
    assert tone_of(PAGES["done-certificate"], replace(failed, number=10_000)) is None


def test_a_paper_that_fails_again_is_heard_again() -> None:
    done = PAGES["done-not-printed"]
    assert done.submission is not None
    papers = tuple(
        replace(each, tries=each.tries + 1) if each.state is PaperState.NOT_PRINTED else each
        for each in done.submission.papers
    )
    again = replace(done, submission=replace(done.submission, papers=papers))
    assert tone_of(done, again) == "attention"


def test_a_card_left_behind_beeps_until_it_is_taken() -> None:
    heard: list[tuple[str, int]] = []
    signals = Signals(lambda tone, volume: heard.append((tone, volume)))
    left = PAGES["take-card"]
    assert (left.page, left.overlay) == (Page.HOME, Overlay.TAKE_CARD)
    for tenth in range(61):
        signals.look(left, 100.0 + tenth / 10)
    assert heard == [("card", left.mode.volume)] * 4  # at 0, 2, 4 and 6 seconds
    taken = replace(left, overlay=Overlay.NONE)
    for second in range(5):
        signals.look(taken, 200.0 + second)
    assert len(heard) == 4
    signals.click(replace(taken, mode=replace(taken.mode, volume=20)))
    assert heard[-1] == ("click", 20)
