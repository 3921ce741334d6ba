"""The form, the one-time notice and the check page: everything before something is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk.matters import eligibility, forms
from kiosk.matters.asking import asked, between, pruned, shown, wanted
from kiosk.matters.joint import parts_for
from kiosk.matters.kinds import MaterialSource, Prefill
from kiosk.matters.models import Question
from kiosk.visit import events as ev
from kiosk.visit import materials
from kiosk.visit.effects import PrintPaper
from kiosk.visit.state import Form, FormStep, Keeping, MaterialView, Page, Paper, PaperKind, PaperState, Visit
from kiosk.visit.world import Step, World

# What the card says about the person is not the person's to change here; the address may have changed.
CARD_FACTS = frozenset(
    {Prefill.CARD_NAME, Prefill.CARD_NUMBER, Prefill.CARD_BIRTH, Prefill.CARD_SEX, Prefill.CARD_ETHNICITY}
)


def begin_form(visit: Visit, world: World, given: Form | None = None) -> Step:
    """After the identity: ask what is not known yet, one question a page.  ``given``: from another day."""
    assert visit.matter is not None and visit.person is not None
    put = tuple(FormStep(code, declaration=True) for code in sorted(given.declared)) if given else ()
    fresh = replace(
        visit,
        form=given or Form(),
        keeping=visit.keeping if given else Keeping(),
        materials=(),
        owing_accepted=False,
        notice_paper=None,
        signature=None,
        check_page=0,
    )
    begun = _laid_out(fresh, put, world)
    if _unmet(begun, world):
        return replace(begun, page=Page.INELIGIBLE), ()
    if len(put) >= len(begun.form.steps):
        return _after_form(begun, world)
    return replace(begun, page=Page.FORM, form=replace(begun.form, index=len(put))), ()


def back_from_ineligible(visit: Visit, event: ev.Back, world: World) -> Step:
    """To the answer that decided it, where there is one."""
    assert visit.matter is not None
    form = visit.form
    if form.before is not None:
        return back_from_form(visit, event, world)
    unmet = eligibility.unmet(visit.matter, form.answers, visit.facts, world.today)
    answered = [FormStep(eligibility.key_of(number)) for number, _ in unmet]
    if asked_before := [step for step in answered if step in form.steps]:
        return replace(visit, page=Page.FORM, form=replace(form, index=form.steps.index(asked_before[0]))), ()
    return replace(visit, page=Page.GUIDE, form=Form()), ()


def _unmet(visit: Visit, world: World) -> bool:
    assert visit.matter is not None
    return bool(eligibility.unmet(visit.matter, visit.form.answers, visit.facts, world.today))


def _laid_out(visit: Visit, put: tuple[FormStep, ...], world: World) -> Visit:
    """The form's steps anew: those already ``put`` that still apply, what is open, then declarations.

    An answer may bring questions up and make others needless; what a needless one was answered is dropped.
    """
    matter, facts, today = visit.matter, visit.facts, world.today
    assert matter is not None
    answers = _known_too(visit, pruned(matter, visit.form.answers, facts, today), world)
    applying = asked(matter, answers, facts, today)
    keys = {question.key for question in applying}
    kept = tuple(step for step in put if step.declaration or step.key in keys)
    done = {step.key for step in kept}
    closed = {*answers, *done, *visit.form.left_open}
    open_ = tuple(FormStep(question.key) for question in applying if question.key not in closed)
    declarations = tuple(
        FormStep(material.code, declaration=True)
        for material in matter.guide.materials
        if material.source is MaterialSource.DECLARATION
        and material.code not in done
        and wanted(material.when, answers, facts, today)
    )
    form = replace(
        visit.form,
        steps=kept + open_ + declarations,
        answers=answers,
        questions=shown(matter, answers, facts, today),
        between=between(matter, answers, facts, today),
    )
    parts = sorted(parts_for(matter, answers, facts, today), key=lambda part: not part.lead)
    return replace(visit, form=form, parts=tuple(parts))


def _known_too(visit: Visit, answers: dict[str, str], world: World) -> dict[str, str]:
    """With what need not be asked.  What somebody was asked and left open, or erased, stays empty."""
    matter, facts, today = visit.matter, visit.facts, world.today
    assert matter is not None
    filled = forms.prefilled(matter, visit.known, facts, today, answers)
    kept = {key: each for key, each in filled.items() if key not in visit.form.left_open}
    return pruned(matter, kept, facts, today)


def give_answer(visit: Visit, event: ev.GiveAnswer, world: World) -> Step:
    form = visit.form
    question = _question(visit, event.key, world)
    if question is None or form.steps[form.index] != FormStep(event.key):
        return visit, ()  # a second touch on a question that has gone by
    answer = forms.normalise(question, event.raw)
    problem = forms.check_answer(question, answer, world.today)
    if problem is not None:
        wrong = replace(form, error=problem.code, error_words=(problem.zh, problem.en), raw=event.raw)
        return replace(visit, form=wrong), ()
    answers = dict(form.answers)
    if answer:
        answers[event.key] = answer
        left_open = form.left_open - {event.key}
    else:
        answers.pop(event.key, None)  # an optional question left open
        left_open = form.left_open | {event.key}
    given = _clean(replace(form, answers=answers, left_open=left_open))
    return _next_step(replace(visit, form=given), world)


def declare(visit: Visit, event: ev.Declare, world: World) -> Step:
    form = visit.form
    if form.steps[form.index] != FormStep(event.code, declaration=True):
        return visit, ()
    declared = form.declared | {event.code} if event.agreed else form.declared - {event.code}
    declined = form.declined - {event.code} if event.agreed else form.declined | {event.code}
    return _next_step(replace(visit, form=_clean(replace(form, declared=declared, declined=declined))), world)


def back_from_form(visit: Visit, event: ev.Back, world: World) -> Step:
    form = _clean(visit.form)
    if form.before is not None:  # back from a change: as it was
        kept = replace(visit, form=replace(form, answers=form.before, editing=False, before=None))
        return _to_check(_laid_out(kept, form.steps, world))
    if form.index > 0:
        return replace(visit, form=replace(form, index=form.index - 1)), ()
    return replace(visit, page=Page.GUIDE, form=Form()), ()


def accept_owing(visit: Visit, event: ev.AcceptOwing, world: World) -> Step:
    if not materials.all_may_be_owed(visit.materials):
        return visit, ()
    return _after_form(replace(visit, owing_accepted=True), world)


def print_notice(visit: Visit, event: ev.PrintNotice, world: World) -> Step:
    paper = visit.notice_paper
    if paper and (paper.state is PaperState.PRINTING or paper.tries >= 3):
        return visit, ()
    printing = Paper(PaperKind.NOTICE, state=PaperState.PRINTING, tries=(paper.tries if paper else 0) + 1)
    return replace(visit, notice_paper=printing), (PrintPaper(visit.number, PaperKind.NOTICE),)


def back_from_notice(visit: Visit, event: ev.Back, world: World) -> Step:
    return _back_to_last_step(visit)


def edit_answer(visit: Visit, event: ev.EditAnswer, world: World) -> Step:
    """修改: straight to that question and straight back.  A prefilled answer can be put right, too."""
    question = _question(visit, event.key, world)
    declared = FormStep(event.key, declaration=True)
    if question is None and declared not in visit.form.steps:
        return visit, ()
    if question is not None and question.prefill in CARD_FACTS and event.key in visit.form.answers:
        return visit, ()
    step = FormStep(event.key) if question else declared
    steps = visit.form.steps if step in visit.form.steps else (*visit.form.steps, step)
    form = _clean(visit.form)
    changed = replace(form, steps=steps, index=steps.index(step), editing=True, before=form.answers)
    return replace(visit, page=Page.FORM, form=changed), ()


def back_from_check(visit: Visit, event: ev.Back, world: World) -> Step:
    if materials.missing(visit.materials) or visit.owing_accepted:
        reopened = replace(visit, owing_accepted=False)
        views = _assess(reopened, world)
        if materials.missing(views):
            return replace(reopened, page=Page.NOTICE, materials=views), ()
    return _back_to_last_step(visit)


def _next_step(visit: Visit, world: World) -> Step:
    index = visit.form.index
    here = visit.form.steps[: index + 1]
    put = (*here, *(step for step in _decided(visit.form) if step not in here))
    visit = _laid_out(visit, put, world)
    assert visit.matter is not None
    form = visit.form
    kept = tuple(step for step in put if step in form.steps)
    if _unmet(visit, world):
        at = form.steps.index(put[index]) if put[index] in form.steps else 0
        return replace(visit, page=Page.INELIGIBLE, form=replace(form, index=at)), ()
    if crossed := forms.check_across(visit.matter, form.answers, visit.facts, world.today):
        return _asked_again(visit, crossed)
    if len(kept) < len(form.steps):
        return replace(visit, form=replace(form, index=len(kept), editing=False)), ()
    return _after_form(visit, world)


def _decided(form: Form) -> tuple[FormStep, ...]:
    """The steps behind the one shown that have been gone through before: nobody goes through them twice."""
    gone = {*form.answers, *form.left_open, *form.declared, *form.declined}
    return form.steps if form.editing else tuple(each for each in form.steps if each.key in gone)


def _asked_again(visit: Visit, wrong: Mapping[str, forms.AnswerProblem]) -> Step:
    """Answers that do not go together, or no longer hold: back to the first, with what was answered."""
    key, problem = next(iter(wrong.items()))
    form = visit.form
    steps = form.steps if FormStep(key) in form.steps else (FormStep(key), *form.steps)
    asking = replace(
        form,
        steps=steps,
        index=steps.index(FormStep(key)),
        error=problem.code,
        error_words=(problem.zh, problem.en),
        raw=form.answers.get(key, ""),
    )
    return replace(visit, page=Page.FORM, form=asking), ()


def _after_form(visit: Visit, world: World) -> Step:
    """All is answered.  It is checked once more as the platform will: midnight may have gone by."""
    assert visit.matter is not None
    if wrong := forms.check_answers(visit.matter, visit.form.answers, visit.facts, world.today):
        return _asked_again(visit, wrong)
    visit = replace(visit, form=replace(visit.form, editing=False, before=None))
    views = _assess(visit, world)
    assessed = replace(visit, materials=views)
    if materials.missing(views):
        return replace(assessed, page=Page.NOTICE), ()
    return _to_check(assessed)


def _to_check(visit: Visit) -> Step:
    """Signed first, where the matter needs it and what is filled in now is not signed yet."""
    assert visit.matter is not None
    form, signature = visit.form, visit.signature
    if visit.matter.signature and (signature is None or not signature.covers(form.answers, form.declared)):
        return replace(visit, page=Page.SIGN, signature=None), ()
    return replace(visit, page=Page.CHECK), ()


def _back_to_last_step(visit: Visit) -> Step:
    if not visit.form.steps:
        return replace(visit, page=Page.GUIDE), ()
    last = replace(_clean(visit.form), index=len(visit.form.steps) - 1, editing=False)
    return replace(visit, page=Page.FORM, form=last), ()


def _assess(visit: Visit, world: World) -> tuple[MaterialView, ...]:
    assert visit.matter is not None and visit.person is not None
    return materials.assess(
        visit.matter, visit, visit.person, owing_accepted=visit.owing_accepted, today=world.today
    )


def _question(visit: Visit, key: str, world: World) -> Question | None:
    if visit.matter is None:
        return None
    applying = asked(visit.matter, visit.form.answers, visit.facts, world.today)
    return next((question for question in applying if question.key == key), None)


def _clean(form: Form) -> Form:
    return replace(form, error=None, error_words=None, raw="")
