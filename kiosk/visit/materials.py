"""Which materials there are, which are missing, and which of those may be handed in later (容缺)."""

from __future__ import annotations

from datetime import date, timedelta

from kiosk.matters.asking import wanted
from kiosk.matters.kinds import MaterialSource
from kiosk.matters.models import Material, Matter
from kiosk.visit.state import Form, MaterialStatus, MaterialView, Person, Visit


def assess(
    matter: Matter, visit: Visit, person: Person, *, owing_accepted: bool, today: date
) -> tuple[MaterialView, ...]:
    """Every material that is wanted here, in the guide's order, with what is known of it now."""
    return tuple(
        _view(material, person, visit.form, owing_accepted, today)
        for material in matter.guide.materials
        if wanted(material.when, visit.form.answers, visit.facts, today)
    )


def missing(views: tuple[MaterialView, ...]) -> tuple[MaterialView, ...]:
    return tuple(view for view in views if view.status is MaterialStatus.MISSING)


def all_may_be_owed(views: tuple[MaterialView, ...]) -> bool:
    """True when something is missing and every missing material may be owed."""
    gone = missing(views)
    return bool(gone) and all(view.may_be_owed for view in gone)


def _view(material: Material, person: Person, form: Form, owing_accepted: bool, today: date) -> MaterialView:
    until = (today + timedelta(days=material.owing.days)).isoformat() if material.owing else ""
    status = _at_hand(material, person, form)
    if status is MaterialStatus.MISSING and material.owing and owing_accepted:
        status = MaterialStatus.OWED
    return MaterialView(material.code, status, may_be_owed=material.owing is not None, until=until)


def _at_hand(material: Material, person: Person, form: Form) -> MaterialStatus:
    if material.code in person.licences or (material.licence and material.licence in person.licences):
        return MaterialStatus.SHARED
    match material.source:
        case MaterialSource.CARD:
            # An electronic code proves who is here as the card does, but the platform holds the data.
            return MaterialStatus.SHARED if person.code else MaterialStatus.PROVIDED
        case MaterialSource.PLATFORM:
            # The platform fetches it by itself; if it cannot, it answers "please supplement".
            return MaterialStatus.SHARED
        case MaterialSource.DECLARATION:
            declared = material.code in form.declared
            return MaterialStatus.DECLARED if declared else MaterialStatus.MISSING
        case MaterialSource.APPLICANT:
            return MaterialStatus.MISSING
