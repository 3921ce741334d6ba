"""The questions of forms, as states: each kind of question empty, filled in and wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.matters import forms
from kiosk.matters.models import MaterialSource, Matter
from kiosk.visit.state import (
    Form,
    FormStep,
    Page,
    Visit,
)
from tests.screens.samples import (
    ANSWERS,
    APPLICATION,
    CATALOGUE,
    EVERY_KIND,
    LISTED,
    LISTS,
    PERSON,
    QUESTIONS,
    WRONG,
)


def form_step(index: int, answers: dict[str, str] | None = None) -> Visit:
    steps = tuple(FormStep(question.key) for question in QUESTIONS)
    form = Form(steps=steps, index=index, answers=answers or {})
    return Visit(number=1, page=Page.FORM, matter=EVERY_KIND, person=PERSON, form=form)


def form_pages() -> dict[str, Visit]:
    found: dict[str, Visit] = {}
    for index, question in enumerate(QUESTIONS):
        name = f"form-{question.kind.value.replace('_', '-')}"
        found[name] = form_step(index)
        filled = form_step(index, ANSWERS)
        found[f"{name}-filled"] = replace(filled, form=replace(filled.form, editing=True))
        if question.key in WRONG:
            raw = WRONG[question.key]
            problem = forms.check_answer(question, forms.normalise(question, raw), date(2026, 11, 24))
            assert problem is not None
            wrong = form_step(index)
            form = replace(wrong.form, error=problem.code, error_words=(problem.zh, problem.en), raw=raw)
            found[f"{name}-error"] = replace(wrong, form=form)
    for question in LISTS:
        form = Form(steps=(FormStep(question.key),), questions=LISTS)
        at = Visit(number=1, page=Page.FORM, matter=EVERY_KIND, person=PERSON, form=form)
        found[f"form-list-{question.key}"] = at
        found[f"form-list-{question.key}-chosen"] = replace(at, form=replace(form, answers=LISTED))
    declared = next(m for m in APPLICATION.guide.materials if m.source is MaterialSource.DECLARATION)
    steps = (FormStep(declared.code, declaration=True),)
    found["form-declaration"] = Visit(
        number=1, page=Page.FORM, matter=APPLICATION, person=PERSON, form=Form(steps=steps)
    )
    applying = next(matter for matter in CATALOGUE if _application_of(matter))
    steps = (FormStep(_application_of(applying), declaration=True),)
    found["form-application"] = Visit(
        number=1, page=Page.FORM, matter=applying, person=PERSON, form=Form(steps=steps)
    )
    return found


def _application_of(matter: Matter) -> str:
    """The code of the 申请书 that is confirmed on the screen; empty where there is none."""
    codes = [
        each.code for each in matter.guide.materials if each.declaration and each.name.zh.endswith("申请书")
    ]
    return codes[0] if codes else ""
