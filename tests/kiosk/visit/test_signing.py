"""Signed once, before the check; again only when what was signed has changed; nothing of it stays."""

from __future__ import annotations

import base64

import pytest

from kiosk.matters.models import Matter
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.papers import slip_data
from kiosk.visit.state import Page, Visit
from tests.kiosk.matters.examples import MATTERS
from tests.kiosk.visit.test_joint import INFO
from tests.kiosk.visit.walk import Walk, answer


@pytest.fixture
def walk() -> Walk:
    return Walk(MATTERS)


@pytest.fixture
def matter() -> Matter:
    """One that is signed, and asks a question that can be changed."""
    return next(
        each for each in MATTERS if each.signature and any(q.prefill is None for q in each.questions())
    )


def to_sign(walk: Walk, matter: Matter) -> None:
    walk.filled(matter)
    walk.do(ev.SignAgain())
    assert walk.visit.page is Page.SIGN


def sent(walk: Walk) -> dict[str, object]:
    kept = walk.asked(ef.KeepApplication)[-1].signature
    assert kept is not None
    return dict(kept)


def test_strokes_and_a_picture_go_with_the_application(walk: Walk, matter: Matter) -> None:
    walk.submitted(matter)
    signature = sent(walk)
    assert (signature["kind"], signature["strokes"]) == (
        "drawn",
        [[[100, 500], [900, 480]], [[500, 100], [520, 900]]],
    )
    assert base64.b64decode(str(signature["picture_png"])).startswith(b"\x89PNG")


def test_who_cannot_write_presses_a_button(walk: Walk, matter: Matter) -> None:
    to_sign(walk, matter)
    walk.do(ev.SignByButton(), ev.Submit())
    assert sent(walk) == {"kind": "button"}


def test_that_somebody_else_pressed_is_said_in_the_application_and_on_the_slip(
    walk: Walk, matter: Matter
) -> None:
    to_sign(walk, matter)
    walk.do(ev.SignByButton(helped=True), ev.Submit())
    assert sent(walk) == {"kind": "button", "helped": True}
    number = walk.visit.number
    walk.do(ev.Kept(number, "key-1"), ev.Answered(number, "key-1", answer("accepted")))
    assert slip_data(walk.visit, INFO).signed == "helped"


@pytest.mark.parametrize("strokes", [(), (((10.0, 10.0),),), (((10.0, 10.0), (40.0, 40.0)),)])
def test_a_touch_of_the_sleeve_is_no_signature(
    walk: Walk, matter: Matter, strokes: tuple[tuple[tuple[float, float], ...], ...]
) -> None:
    to_sign(walk, matter)
    walk.do(ev.Sign(strokes, 3000))
    assert (walk.visit.page, walk.visit.signature) == (Page.SIGN, None)


def test_a_changed_answer_is_signed_again_and_an_unchanged_one_is_not(walk: Walk, matter: Matter) -> None:
    walk.filled(matter)
    key, answer = next(
        (question.key, walk.visit.form.answers[question.key])
        for question in matter.questions()
        if question.prefill is None and walk.visit.form.answers.get(question.key) and question.compute is None
    )
    walk.do(ev.EditAnswer(key), ev.GiveAnswer(key, answer))
    assert walk.visit.page is Page.CHECK
    signature = walk.visit.signature
    assert signature is not None and signature.covers(walk.visit.form.answers, walk.visit.form.declared)
    assert not signature.covers({**walk.visit.form.answers, key: "another"}, walk.visit.form.declared)
    assert not signature.covers(walk.visit.form.answers, walk.visit.form.declared | {"X"})


def test_back_from_the_box_leads_to_the_form_and_nothing_is_lost(walk: Walk, matter: Matter) -> None:
    to_sign(walk, matter)
    before = walk.visit.form.answers
    walk.do(ev.Back())
    assert walk.visit.page in (Page.FORM, Page.NOTICE)
    assert walk.visit.form.answers == before


def test_nothing_of_it_outlasts_the_visit(walk: Walk, matter: Matter) -> None:
    walk.filled(matter)
    assert walk.visit.signature is not None
    assert "500" not in repr(walk.visit.signature)
    walk.do(ev.AskLeave(), ev.Leave())
    assert walk.visit.signature is None
    assert walk.visit == Visit(
        number=2,
        overlay=walk.visit.overlay,
        card_on=walk.visit.card_on,
        last_touch=walk.visit.last_touch,
        unavailable=walk.visit.unavailable,
        readers=walk.visit.readers,
    )


def test_other_matters_ask_for_none(walk: Walk) -> None:
    plain = next(each for each in MATTERS if not each.signature)
    walk.submitted(plain)
    assert walk.asked(ef.KeepApplication)[-1].signature is None
