"""A form kept for another day: offered again after the same card, and destroyed when it is used."""

from __future__ import annotations

from dataclasses import replace

from kiosk.delivery.saved import SavedForm, last_day
from kiosk.visit import events as ev
from kiosk.visit import filling, materials
from kiosk.visit.effects import DropForm, Effect, KeepForm
from kiosk.visit.state import Form, Keeping, KeepingState, Page, Visit
from kiosk.visit.world import Step, World


def begin(visit: Visit, world: World) -> Step:
    """After the identity: what was kept is offered first, else the form begins."""
    if saved_for(visit, world) is None:
        return filling.begin_form(visit, world)
    return replace(visit, page=Page.RESUME), ()


def saved_for(visit: Visit, world: World) -> SavedForm | None:
    """What the person here has kept of the matter chosen, while its day is not over."""
    if visit.matter is None or visit.person is None:
        return None
    today = world.today.isoformat()
    mine = (form for form in visit.saved if form.task_code == visit.matter.task_code and form.until >= today)
    return next(mine, None)


def resume(visit: Visit, event: ev.Resume, world: World) -> Step:
    """Goes on where it ended; whatever no longer holds is asked again."""
    saved = saved_for(visit, world)
    if saved is None:
        return filling.begin_form(visit, world)
    kept = Keeping(KeepingState.KEPT, saved.until)
    given = Form(answers=dict(saved.answers), declared=saved.declared)
    return filling.begin_form(replace(visit, keeping=kept), world, given)


def start_anew(visit: Visit, event: ev.StartAnew, world: World) -> Step:
    forgotten, effects = forget(visit)
    begun, more = filling.begin_form(forgotten, world)
    return begun, (*effects, *more)


def back(visit: Visit, event: ev.Back, world: World) -> Step:
    return replace(visit, page=Page.GUIDE), ()


def may_keep(visit: Visit) -> bool:
    """There is something to keep, and a number to keep it under."""
    person = visit.person
    filled = visit.form.answers or visit.form.declared
    return bool(person is not None and person.document.number and filled)


def keep_form(visit: Visit, event: ev.KeepForm, world: World) -> Step:
    if visit.keeping.state is KeepingState.KEEPING or not may_keep(visit):
        return visit, ()
    assert visit.matter is not None and visit.person is not None
    form = SavedForm(
        visit.matter.task_code,
        visit.matter.task_version,
        last_day(world.today).isoformat(),
        dict(visit.form.answers),
        visit.form.declared,
        tuple(view.code for view in materials.missing(visit.materials)),
    )
    keeping = Keeping(KeepingState.KEEPING, form.until, form)
    return replace(visit, keeping=keeping), (KeepForm(visit.number, visit.person.document.number, form),)


def form_kept(visit: Visit, event: ev.FormKept, world: World) -> Step:
    if visit.keeping.state is not KeepingState.KEEPING:
        return visit, ()
    form = visit.keeping.form
    others = tuple(each for each in visit.saved if form is None or each.task_code != form.task_code)
    saved = others if form is None else (form, *others)
    return replace(visit, saved=saved, keeping=replace(visit.keeping, state=KeepingState.KEPT)), ()


def form_not_kept(visit: Visit, event: ev.FormNotKept, world: World) -> Step:
    if visit.keeping.state is not KeepingState.KEEPING:
        return visit, ()
    return replace(visit, keeping=Keeping(KeepingState.FAILED)).with_fault(event.fault), ()


def forget(visit: Visit) -> tuple[Visit, tuple[Effect, ...]]:
    """The kept form of this matter is not needed any more."""
    matter, person = visit.matter, visit.person
    if matter is None or person is None:
        return visit, ()
    mine = any(form.task_code == matter.task_code for form in visit.saved)
    if not mine and visit.keeping.state not in (KeepingState.KEPT, KeepingState.KEEPING):
        return visit, ()
    left = tuple(form for form in visit.saved if form.task_code != matter.task_code)
    cleared = replace(visit, saved=left, keeping=Keeping())
    return cleared, (DropForm(person.document.number, matter.task_code),)
