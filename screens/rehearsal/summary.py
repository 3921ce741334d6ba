"""``summary.json``: how a rehearsed visit ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from devices.contract import Fault
from kiosk.matters.models import Matter
from kiosk.visit.state import PaperKind, PaperState, Visit
from screens.rehearsal.folder import Folder

if TYPE_CHECKING:
    from screens.rehearsal.walker import Course


def summary_of(
    matter: Matter, course: Course, kept: Folder, seconds: float, broken: list[str]
) -> dict[str, Any]:
    """``broken``: codes of the devices' faults at the end."""
    visit, papers = course.last, kept.papers
    return {
        "matter": matter.task_code,
        "identity": {"source": course.source or None, "kind": course.kind or None},
        "project_no": visit.submission.project_no if visit and visit.submission else None,
        "serial": visit.submission.serial if visit and visit.submission else None,
        "state": _state(visit),
        "receipt": _path(papers.get(PaperKind.SLIP)),
        "documents": [str(path) for path in papers.get(PaperKind.DOCUMENT, [])],
        "printed": _printed(visit),
        "pages": [{"name": name, "picture": str(kept.path / picture)} for name, picture in course.pages],
        "touches": course.touches,
        "wiped": course.wiped,
        "seconds": round(seconds, 3),
        "faults": _faults(visit, broken),
    }


def nothing_happened(matter: Matter, fault: Fault, seconds: float) -> dict[str, Any]:
    """The summary of a visit that could not even begin."""
    return {
        "matter": matter.task_code,
        "identity": {"source": None, "kind": None},
        "project_no": None,
        "serial": None,
        "state": "abandoned",
        "receipt": None,
        "documents": [],
        "printed": False,
        "pages": [],
        "touches": 0,
        "wiped": True,  # nobody was here
        "seconds": round(seconds, 3),
        "faults": [fault.code],
    }


def _state(visit: Visit | None) -> str:
    """``supplement`` is something received, with more wanted; ``abandoned`` is everything without a case."""
    if visit is None or visit.submission is None:
        return "abandoned"
    state = visit.submission.told
    names = {
        "not_sent": "abandoned",
        "set_aside": "refused",
        "unconfirmed": "queued",  # on this disk, and nobody knows whether the platform has it
        "supplement": "received",
    }
    return names.get(state, state)


def _faults(visit: Visit | None, broken: list[str]) -> list[str]:
    """Those of the visit; where it could not even begin, those of the devices."""
    met = list(visit.faults) if visit else []
    if _state(visit) == "abandoned":
        met += [code for code in dict.fromkeys(broken) if code not in met]
    return met


def _printed(visit: Visit | None) -> bool:
    if visit is None or visit.submission is None or not visit.submission.papers:
        return False
    return all(paper.state is PaperState.PRINTED for paper in visit.submission.papers)


def _path(papers: list[Path] | None) -> str | None:
    return str(papers[-1]) if papers else None
