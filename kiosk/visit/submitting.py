"""From 确认并提交 to the papers: kept, sent, decided, fetched, printed; each is ticked when it happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from devices.contract import DeviceState, PrintEnd, StatusChanged
from devices.contract import PaperState as PaperSupply
from kiosk.delivery.application import WantedMaterial
from kiosk.matters.kinds import Shape
from kiosk.visit import events as ev
from kiosk.visit import resuming
from kiosk.visit.effects import (
    DeliverApplication,
    Effect,
    FetchDocument,
    KeepApplication,
    PrintPaper,
    WriteEvent,
)
from kiosk.visit.state import (
    CaseState,
    MaterialStatus,
    MaterialView,
    Page,
    Paper,
    PaperKind,
    PaperState,
    StepName,
    StepState,
    Submission,
    Visit,
)
from kiosk.visit.world import Step, World

PRINT_TRIES = 3

NO_TRY = frozenset(
    {
        "printer.paper_out",
        "printer.door_open",
        "printer.output_full",
        "printer.supply_empty",
        "printer.offline",
        "printer.not_answering",
        "printer.busy",
    }
)
"""The printer took nothing and somebody can put that right: such a failure does not use up a try."""

PAPER_STATE = {
    PrintEnd.COMPLETED: PaperState.PRINTED,
    PrintEnd.FAILED: PaperState.NOT_PRINTED,
    PrintEnd.UNKNOWN: PaperState.UNKNOWN,
}
READY_PAPER = (PaperSupply.FULL, PaperSupply.LOW)
SETTLED = frozenset({PaperState.PRINTED, PaperState.NOT_PRINTED, PaperState.UNKNOWN})


def submit(visit: Visit, event: ev.Submit, world: World) -> Step:
    """The key is made here, before the first attempt; a repeat of it can never be a second case."""
    materials = tuple(
        (view.code, view.status.value)
        for view in visit.materials
        if view.status is not MaterialStatus.MISSING
    )
    return begin(visit, world, materials)


def begin(
    visit: Visit,
    world: World,
    materials: tuple[tuple[str, str], ...],
    project_no: str = "",
    evidence: Mapping[str, str] | None = None,
) -> Step:
    """Keep an application, or what is handed in later for the case ``project_no``."""
    assert visit.matter is not None and visit.person is not None
    matter, person = visit.matter, visit.person
    names = [StepName.KEEP, StepName.SEND, StepName.DECIDE]
    if matter.result_document and not project_no:
        names.append(StepName.FETCH)
    if matter.shape is not Shape.QUERY:
        names.append(StepName.PRINT)  # a query is shown first, and printed if wanted
    running = {StepName.KEEP: StepState.RUNNING}
    submission = Submission(
        key=world.new_key(),
        serial=world.new_serial(),
        steps=tuple((name, running.get(name, StepState.WAITING)) for name in names),
        began=world.now,
        began_utc=world.applied_at,
        of=project_no,
    )
    document = person.document
    applicant = {
        "name": document.name,
        "number": document.number,
        "kind": document.kind,
        "source": document.source,
        "birth": document.birth,
        "sex": document.sex,
        "ethnicity": document.ethnicity,
        "address": document.address,
        "code": person.code,
    }
    keep = KeepApplication(
        visit=visit.number,
        key=submission.key,
        serial=submission.serial,
        task_code=matter.task_code,
        task_version=matter.task_version,
        task_name=matter.name.zh,
        applied_at=submission.began_utc,
        applicant={key: value for key, value in applicant.items() if value},
        answers=dict(visit.form.answers),
        materials=materials,
        signature=visit.signature.to_json() if visit.signature is not None else None,
        token=person.token,
        priority=visit.priority,
        project_no=project_no,
        evidence=evidence or {},
    )
    return replace(visit, page=Page.SUBMITTING, submission=submission), (
        WriteEvent("application.begin", (("key", submission.key), ("task_code", matter.task_code))),
        keep,
    )


def kept(visit: Visit, event: ev.Kept, world: World) -> Step:
    submission = _mine(visit, event.key)
    if submission is None or submission.state is not CaseState.NOT_SENT:
        return visit, ()
    marked = _mark(submission, {StepName.KEEP: StepState.DONE, StepName.SEND: StepState.RUNNING})
    on_disk = replace(visit, submission=replace(marked, state=CaseState.QUEUED))
    if submission.of:  # a form that was kept of the same matter has nothing to do with it
        return on_disk, (DeliverApplication(visit.number, event.key),)
    used, dropped = resuming.forget(on_disk)
    return used, (DeliverApplication(visit.number, event.key), *dropped)


def not_kept(visit: Visit, event: ev.NotKept, world: World) -> Step:
    submission = _mine(visit, event.key)
    if submission is None:
        return visit, ()
    marked = replace(_mark(submission, {StepName.KEEP: StepState.FAILED}), fault=event.fault)
    stopped = replace(visit, submission=marked, page=Page.FAILSAFE, failsafe=event.fault)
    return stopped.with_fault(event.fault), (_end(submission, "not_kept"),)


def answered(visit: Visit, event: ev.Answered, world: World) -> Step:
    submission = _mine(visit, event.key)
    if submission is None or submission.answer is not None:
        return visit, ()
    assert visit.matter is not None
    answer = event.answer
    decided = replace(
        _mark(submission, {StepName.SEND: StepState.DONE, StepName.DECIDE: StepState.DONE}),
        state=CaseState(answer.state),
        answer=answer,
        fault=None,
    )
    ended: tuple[Effect, ...] = (_end(submission, answer.state),)
    visit = replace(visit, materials=_with_days(visit.materials, answer.owed))
    before = visit.handing.chosen.answer.documents if visit.handing.chosen is not None else ()
    had = {each.id for each in before}  # papers that were given out before are not printed again
    new = tuple(each for each in answer.documents if each.id not in had)
    if visit.page is Page.DONE:
        # The answer came after "queued" was told: the page now says more, papers are printed on request.
        fault = None if "document" in world.printers else "printer.no_document_printer"
        late = tuple(
            Paper(PaperKind.DOCUMENT, document.title, document.id, PaperState.NOT_PRINTED, fault)
            for document in new
        )
        return replace(visit, submission=replace(decided, papers=(*decided.papers, *late))), ended
    printable = "document" in world.printers
    documents = tuple(
        Paper(
            PaperKind.DOCUMENT,
            document.title,
            document.id,
            state=PaperState.WAITING if printable else PaperState.NOT_PRINTED,
            fault=None if printable else "printer.no_document_printer",
        )
        for document in new
    )
    decided = replace(decided, papers=(Paper(PaperKind.SLIP), *documents))
    fetching = tuple(
        FetchDocument(visit.number, paper.document_id)
        for paper in documents
        if paper.state is PaperState.WAITING
    )
    if fetching:
        fetched = _mark(decided, {StepName.FETCH: StepState.RUNNING})
        return replace(visit, submission=fetched), (*ended, *fetching)
    step = _papers_next(replace(visit, submission=_mark(decided, {StepName.FETCH: StepState.DONE})), world)
    return step[0], (*ended, *step[1])


def not_answered(visit: Visit, event: ev.NotAnswered, world: World) -> Step:
    submission = _mine(visit, event.key)
    if submission is None or submission.answer is not None:
        return visit, ()
    state = CaseState.SET_ASIDE if event.set_aside else CaseState.QUEUED
    marked = _mark(submission, {StepName.SEND: StepState.FAILED})
    waiting = replace(
        marked, state=state, fault=event.fault, reached=event.reached, papers=(Paper(PaperKind.SLIP),)
    )
    told = replace(visit, submission=waiting).with_fault(event.fault)
    printing, effects = _print_waiting(told, world)
    return printing, (_end(submission, state.value), *effects)


def document_fetched(visit: Visit, event: ev.DocumentFetched, world: World) -> Step:
    return _after_fetch(visit, world, event.document_id, None)


def document_not_fetched(visit: Visit, event: ev.DocumentNotFetched, world: World) -> Step:
    after, effects = _after_fetch(visit, world, event.document_id, event.fault)
    return (after if after is visit else after.with_fault(event.fault)), effects


def print_result(visit: Visit, event: ev.PrintResult, world: World) -> Step:
    return _print_waiting(visit, world)


def skip_print(visit: Visit, event: ev.SkipPrint, world: World) -> Step:
    assert visit.submission is not None
    nothing = replace(visit.submission, papers=())
    return replace(visit, page=Page.DONE, submission=nothing, last_touch=world.now), ()


def paper_settled(visit: Visit, event: ev.PaperSettled, world: World) -> Step:
    fault = event.outcome.fault.code if event.outcome.fault else None
    marked = visit.with_fault(fault) if fault else visit
    state = PAPER_STATE[event.outcome.end]
    if event.kind is PaperKind.GUIDE and marked.guide_paper:
        return replace(marked, guide_paper=_settled(marked.guide_paper, state, fault)), ()
    if event.kind is PaperKind.NOTICE and marked.notice_paper:
        return replace(marked, notice_paper=_settled(marked.notice_paper, state, fault)), ()
    if marked.submission is None:
        return visit, ()
    settled = _with_paper(marked.submission, event.kind, event.document_id, state, fault)
    settled_visit = replace(marked, submission=settled)
    if any(paper.state not in SETTLED for paper in settled.papers):
        return settled_visit, ()
    good = all(paper.state is PaperState.PRINTED for paper in settled.papers)
    ticked = _mark(settled, {StepName.PRINT: StepState.DONE if good else StepState.FAILED})
    return replace(settled_visit, submission=ticked, page=Page.DONE, last_touch=world.now), ()


def print_again(visit: Visit, event: ev.PrintAgain, world: World) -> Step:
    submission = visit.submission
    if submission is None:
        return visit, ()
    for paper in submission.papers:
        if (paper.kind, paper.document_id) == (event.kind, event.document_id):
            if paper.state not in (PaperState.NOT_PRINTED, PaperState.UNKNOWN) or paper.tries >= PRINT_TRIES:
                return visit, ()
            if paper.kind is PaperKind.DOCUMENT and "document" not in world.printers:
                return visit, ()
            again = replace(paper, state=PaperState.PRINTING, fault=None, tries=paper.tries + 1)
            papers = tuple(again if each is paper else each for each in submission.papers)
            reprinting = replace(visit, submission=replace(submission, papers=papers))
            return reprinting, (PrintPaper(visit.number, event.kind, event.document_id),)
    return visit, ()


def printer_spoke(visit: Visit, event: StatusChanged, world: World) -> Step:
    """A printer that works again after the tries were used up: one more, before anybody is sent away."""
    submission, status = visit.submission, event.status
    if submission is None or status.state is not DeviceState.ONLINE or status.paper not in READY_PAPER:
        return visit, ()
    papers = tuple(
        replace(paper, tries=PRINT_TRIES - 1)
        if paper.state is PaperState.NOT_PRINTED and paper.tries >= PRINT_TRIES
        else paper
        for paper in submission.papers
    )
    if papers == submission.papers:
        return visit, ()
    return replace(visit, submission=replace(submission, papers=papers)), ()


def _after_fetch(visit: Visit, world: World, document_id: str, fault: str | None) -> Step:
    submission = visit.submission
    if submission is None or not any(
        paper.document_id == document_id and paper.state is PaperState.WAITING and not paper.fetched
        for paper in submission.papers
    ):
        return visit, ()
    state = PaperState.NOT_PRINTED if fault else PaperState.WAITING
    papers = tuple(
        replace(paper, state=state, fault=fault, fetched=fault is None)
        if paper.document_id == document_id
        else paper
        for paper in submission.papers
    )
    fetched = replace(submission, papers=papers)
    waiting = any(
        paper.kind is PaperKind.DOCUMENT and paper.state is PaperState.WAITING and not paper.fetched
        for paper in papers
    )
    if waiting:
        return replace(visit, submission=fetched), ()
    lost = any(paper.kind is PaperKind.DOCUMENT and paper.state is PaperState.NOT_PRINTED for paper in papers)
    marked = _mark(fetched, {StepName.FETCH: StepState.FAILED if lost else StepState.DONE})
    return _papers_next(replace(visit, submission=marked), world)


def _papers_next(visit: Visit, world: World) -> Step:
    assert visit.matter is not None and visit.submission is not None
    if visit.matter.shape is Shape.QUERY and visit.submission.answer and visit.submission.answer.result:
        return replace(visit, page=Page.RESULT, result_page=0, last_touch=world.now), ()
    return _print_waiting(visit, world)


def _print_waiting(visit: Visit, world: World) -> Step:
    """Send everything that waits to the printers; without a printer for slips the page shows what it says."""
    assert visit.submission is not None
    papers: list[Paper] = []
    effects: list[Effect] = []
    for paper in visit.submission.papers:
        if paper.state is not PaperState.WAITING:
            papers.append(paper)
        elif paper.kind is PaperKind.SLIP and "receipt" not in world.printers:
            papers.append(replace(paper, state=PaperState.NOT_PRINTED, fault="printer.no_receipt_printer"))
        else:
            papers.append(replace(paper, state=PaperState.PRINTING, tries=paper.tries + 1))
            effects.append(PrintPaper(visit.number, paper.kind, paper.document_id))
    submission = replace(_mark(visit.submission, {StepName.PRINT: StepState.RUNNING}), papers=tuple(papers))
    page = visit.page
    if not effects:
        submission, page = _mark(submission, {StepName.PRINT: StepState.FAILED}), Page.DONE
    elif page is Page.RESULT:
        page = Page.DONE
    moved = replace(visit, submission=submission, page=page, last_touch=world.now)
    return moved, tuple(effects)


def _with_days(views: tuple[MaterialView, ...], owed: tuple[WantedMaterial, ...]) -> tuple[MaterialView, ...]:
    """Until when something may follow: the platform's own day, where it has given one."""
    until = {each.code: each.until for each in owed if each.until}
    return tuple(
        replace(view, until=until.get(view.code, view.until)) if view.status is MaterialStatus.OWED else view
        for view in views
    )


def _mine(visit: Visit, key: str) -> Submission | None:
    return visit.submission if visit.submission and visit.submission.key == key else None


def _mark(submission: Submission, states: dict[StepName, StepState]) -> Submission:
    steps = tuple((name, states.get(name, state)) for name, state in submission.steps)
    return replace(submission, steps=steps)


def _with_paper(
    submission: Submission, kind: PaperKind, document_id: str, state: PaperState, fault: str | None
) -> Submission:
    papers = tuple(
        _settled(paper, state, fault) if (paper.kind, paper.document_id) == (kind, document_id) else paper
        for paper in submission.papers
    )
    return replace(submission, papers=papers)


def _settled(paper: Paper, state: PaperState, fault: str | None) -> Paper:
    used = paper.tries - 1 if fault in NO_TRY else paper.tries
    return replace(paper, state=state, fault=fault, tries=max(0, used))


def _end(submission: Submission, disposition: str) -> WriteEvent:
    return WriteEvent("application.end", (("key", submission.key), ("disposition", disposition)))
