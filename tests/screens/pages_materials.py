"""How a matter's materials stand, for the states of pages."""

from __future__ import annotations

from kiosk.matters.models import Material, MaterialSource, Matter
from kiosk.visit.state import (
    MaterialStatus,
    MaterialView,
)


def _view(material: Material, owed: MaterialStatus = MaterialStatus.MISSING) -> MaterialView:
    status = {
        MaterialSource.CARD: MaterialStatus.PROVIDED,
        MaterialSource.PLATFORM: MaterialStatus.SHARED,
        MaterialSource.DECLARATION: MaterialStatus.DECLARED,
        MaterialSource.APPLICANT: owed,
    }[material.source]
    until = "2026-12-24" if material.owing else ""
    return MaterialView(material.code, status, material.owing is not None, until)


def views(matter: Matter, owed: MaterialStatus) -> tuple[MaterialView, ...]:
    return tuple(_view(material, owed) for material in matter.guide.materials)
