"""Home, the list of matters and the guide: nobody has said yet who they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.visit import events as ev
from kiosk.visit.effects import DisarmIdentity, PrintPaper, WriteEvent
from kiosk.visit.state import Browse, CasesState, Handing, Overlay, Page, Paper, PaperKind, PaperState, Visit
from kiosk.visit.world import Step, World
from values.later import Later

if TYPE_CHECKING:
    from kiosk.visit import handing, identifying, reprinting
else:  # which bring along all that a form needs
    handing, identifying = Later("kiosk.visit.handing"), Later("kiosk.visit.identifying")
    reprinting = Later("kiosk.visit.reprinting")


def wake(visit: Visit, event: ev.Wake, world: World) -> Step:
    return replace(visit, overlay=Overlay.NONE), ()


def go_home(visit: Visit, event: ev.GoHome, world: World) -> Step:
    fresh = replace(visit, page=Page.HOME, matter=None, browse=Browse(), guide_expanded=False, guide_page=0)
    return fresh, ()


def show_matters(visit: Visit, event: ev.ShowMatters, world: World) -> Step:
    found = world.catalogue.codes_of(theme=event.theme, department=event.department)
    browse = Browse(event.theme, event.department, "", 0, found)
    return replace(visit, page=Page.MATTERS, browse=browse), ()


def search_matters(visit: Visit, event: ev.SearchMatters, world: World) -> Step:
    text = event.text[:60]
    found = world.catalogue.codes_found(text) if text.strip() else world.catalogue.codes_of()
    browse = Browse(None, None, text, 0, found, searching=True)
    return replace(visit, page=Page.MATTERS, browse=browse), ()


def turn_page(visit: Visit, event: ev.TurnPage, world: World) -> Step:
    """Turn the pages of the page shown; the page itself knows how many there are and stops at the last."""
    match visit.page:
        case Page.MATTERS:
            turned = max(0, visit.browse.page + event.by)
            return replace(visit, browse=replace(visit.browse, page=turned)), ()
        case Page.GUIDE:
            return replace(visit, guide_page=max(0, visit.guide_page + event.by)), ()
        case Page.RESULT:
            return replace(visit, result_page=max(0, visit.result_page + event.by)), ()
        case _:
            return replace(visit, check_page=max(0, visit.check_page + event.by)), ()


def choose_matter(visit: Visit, event: ev.ChooseMatter, world: World) -> Step:
    matter = world.catalogue.by_code(event.task_code)
    if matter is None:  # the catalogue is frozen during a visit, so only a stale touch can ask for it
        return visit, ()
    chosen = replace(
        visit, page=Page.GUIDE, matter=matter, guide_expanded=False, guide_page=0, guide_paper=None
    )
    return chosen, (WriteEvent("matter.chosen", (("task_code", matter.task_code),)),)


def expand_guide(visit: Visit, event: ev.ExpandGuide, world: World) -> Step:
    return replace(visit, guide_expanded=event.expanded, guide_page=0), ()


def print_guide(visit: Visit, event: ev.PrintGuide, world: World) -> Step:
    paper = visit.guide_paper
    if "document" not in world.printers or (paper and paper.state is PaperState.PRINTING):
        return visit, ()
    printing = Paper(PaperKind.GUIDE, state=PaperState.PRINTING, tries=(paper.tries if paper else 0) + 1)
    if printing.tries > 2:  # one person needs one guide; the paper is everybody's
        return visit, ()
    return replace(visit, guide_paper=printing), (PrintPaper(visit.number, PaperKind.GUIDE),)


def start(visit: Visit, event: ev.Start, world: World) -> Step:
    if visit.matter is None or visit.matter.task_code in visit.unavailable:
        return visit, ()
    # 再办一件: the card is asked for once a visit
    known = visit.person is not None
    begin = reprinting.begin if known else identifying.begin_identify
    begun, effects = begin(visit, world)
    return begun, (*effects, WriteEvent("matter.started", (("task_code", visit.matter.task_code),)))


def ask_progress(visit: Visit, event: ev.AskProgress, world: World) -> Step:
    """查进度、补材料: the card first, as for every matter."""
    if visit.person is not None:
        return handing.look(visit, world)
    asked = replace(visit, matter=None, handing=Handing(CasesState.ASKED))
    return identifying.begin_identify(asked, world)


def back_from_matters(visit: Visit, event: ev.Back, world: World) -> Step:
    return replace(visit, page=Page.HOME, browse=Browse()), ()


def back_from_guide(visit: Visit, event: ev.Back, world: World) -> Step:
    if visit.guide_expanded:
        return replace(visit, guide_expanded=False, guide_page=0), ()
    came_from = Page.MATTERS if visit.browse.found else Page.HOME
    return replace(visit, page=came_from, matter=None), (DisarmIdentity(),)
