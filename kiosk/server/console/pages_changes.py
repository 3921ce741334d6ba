"""变更单: write, check, show what is new, submit, approve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from kiosk.bundles.changes import changes_between
from kiosk.matters.lint.findings import Finding, Severity
from kiosk.server.console import changes, parts, workspace
from kiosk.server.console.boxes import at
from kiosk.server.console.changes import Change, Forbidden, Refused, Stale, State, Written
from kiosk.server.console.desk import ROOT, Call, Entry, Refusal, not_found, stale
from kiosk.server.console.page_names import page_words
from kiosk.server.console.pages_matters import album_of, digest_of, scene_of
from kiosk.server.console.paging import SIZE, Pages
from kiosk.server.console.rewriting import plain_of
from kiosk.server.console.roles import Right
from kiosk.server.console.sources import as_bytes, in_bundle

LONGEST_TITLE: Final = 80
LONGEST_NOTE: Final = 1000


def change_list(call: Call) -> Response:
    state = call.query("state", 16)
    state = state if state in list(State) else ""
    number = call.query_number("page")
    found, total = changes.listed(call.room.engine, state, number)
    return call.page(
        "changes.html", changes=found, pages=Pages(number, total, SIZE), state=state, words=changes.WORDS
    )


def begin(call: Call) -> Response:
    title = call.wanted("title", "请写明这次改什么，例如：调整身份证补领工本费。", LONGEST_TITLE)
    number = changes.begin(call.room.engine, call.who, title)
    return call.go(f"/changes/{number}", "begun")


def change_page(call: Call) -> Response:
    change = change_of(call)
    findings = findings_of(call, change)
    approved = change.state is State.APPROVED
    return call.page(
        "change.html",
        change=change,
        words=changes.WORDS,
        told=told_of(change),
        findings=list(findings.items()),
        errors=errors_of(findings),
        outdated=() if approved else changes.outdated(change, current_of(call, change)),
        own=call.who in change.editors,
        albums={
            each.file: album_of(call, each.file, each.text, change.beside)
            for each in change.matters
            if each.text
        },
        names={each.file: name_of(each) for each in change.files},
        pages={each.file: page_of(change, each) for each in change.files},
        page_words=page_words,
    )


def current_of(call: Call, change: Change) -> dict[str, str]:
    """Everything that is published, as far as the change looks at it."""
    beside = parts.current_now(call.room) if change.parts else {}
    return {**workspace.current_now(call.room), **beside}


def findings_of(call: Call, change: Change) -> dict[str, tuple[Finding, ...]]:
    """What is wrong in the files of a change, each seen together with all others."""
    found: dict[str, tuple[Finding, ...]] = {}
    if names := {each.file for each in change.matters}:
        texts = change.over(workspace.current_now(call.room))
        checked = workspace.checked(call.room, texts, names, change.beside)
        found = {file: each for file, each in checked.findings.items() if file in names}
    if change.parts:
        own = {each.file: each.text for each in change.parts}
        beside = parts.check({**parts.current_now(call.room), **own})
        found |= {file: each for file, each in beside.items() if file in own}
    return found


def errors_of(findings: Mapping[str, tuple[Finding, ...]]) -> list[Finding]:
    every = (finding for found in findings.values() for finding in found)
    return [finding for finding in every if finding.severity is Severity.ERROR]


def page_of(change: Change, written: Written) -> str:
    """The address of the page on which a file of a change is edited."""
    at = f"{ROOT}/changes/{change.id}"
    return f"{at}/files/{written.file}" if written.is_matter else f"{at}/{parts.page_of(written.file)}"


def told_of(change: Change) -> tuple[tuple[str, str], ...]:
    return told(
        {each.file: each.base_text for each in change.files},
        {each.file: each.text for each in change.files},
    )


def told(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What differs, as an official would say it: kind and words."""

    def files(texts: Mapping[str, str]) -> dict[str, bytes]:
        return {in_bundle(name): as_bytes(name, text) for name, text in texts.items() if text}

    return tuple((each.kind, each.zh) for each in changes_between(files(old), files(new)))


def submit(call: Call) -> Response:
    change = change_of(call)
    errors = errors_of(findings_of(call, change))
    if errors:
        raise Refusal(
            422,
            f"还有 {len(errors)} 处错误，不能提交",
            f"第一处：{errors[0].file} 第 {errors[0].line} 行，{errors[0].zh}",
            back=f"{ROOT}/changes/{change.id}",
        )
    if old := changes.outdated(change, current_of(call, change)):
        raise stale(f"{'、'.join(old)} 已有新的发布，请在“变化”页中合并。", f"{ROOT}/changes/{change.id}")
    note = call.text("note", LONGEST_NOTE, lines=True)
    settled(changes.submit(call.room.engine, change.id, call.who, call.revision(), note), change.id)
    for each in change.matters:
        matter = workspace.matter_of(each.file, each.text)
        if matter is not None:  # so that they are there when the approver looks
            scene = scene_of(call, each.file, each.text, change.beside)
            call.room.pictures.order(digest_of(scene), matter.task_code, scene)
    return call.go(f"/changes/{change.id}", "submitted")


def withdraw(call: Call) -> Response:
    number = change_of(call).id
    settled(changes.withdraw(call.room.engine, number, call.who, call.revision()), number)
    return call.go(f"/changes/{number}", "withdrawn")


def send_back(call: Call) -> Response:
    number = change_of(call).id
    reason = call.wanted("reason", "请写明为什么退回、要改什么。", LONGEST_NOTE, lines=True)
    settled(changes.send_back(call.room.engine, number, call.who, call.revision(), reason), number)
    return call.go(f"/changes/{number}", "returned")


def approve(call: Call) -> Response:
    number = change_of(call).id
    settled(
        changes.approve(
            call.room.engine,
            number,
            call.who,
            call.text("digest", 64),
            lambda connection: {
                **workspace.current(call.room, connection),
                **parts.current(call.room, connection),
            },
        ),
        number,
    )
    return call.go(f"/changes/{number}", "approved")


def discard(call: Call) -> Response:
    number = change_of(call).id
    settled(changes.discard(call.room.engine, number, call.who, call.revision()), number)
    return call.go("/changes", "discarded")


def change_of(call: Call, number: int | None = None) -> Change:
    change = changes.get(call.room.engine, call.number("change") if number is None else number)
    if change is None:
        raise not_found()
    return change


def settled(outcome: int | Refused | None, number: int, back: str = "", own: str = "") -> None:
    if isinstance(outcome, Stale):
        raise stale(outcome.words, back or f"{ROOT}/changes/{number}", own)
    if isinstance(outcome, Forbidden):
        raise Refusal(403, "不能这样做", outcome.words, back=back or f"{ROOT}/changes/{number}", own=own)


def name_of(written: Written) -> str:
    if not written.is_matter:
        return parts.label(written.file)
    matter = workspace.matter_of(written.file, written.text or written.base_text)
    if matter is not None:
        return matter.plain_name.zh
    named = at(plain_of(written.text or written.base_text), ("plain_name", "zh"))  # it is not whole yet
    return named if isinstance(named, str) and named else written.file


ENTRIES = (
    Entry("GET", "/changes", Right.SEE, change_list),
    Entry("POST", "/changes", Right.EDIT, begin),
    Entry("GET", "/changes/{change}", Right.SEE, change_page),
    Entry("POST", "/changes/{change}/submit", Right.EDIT, submit),
    Entry("POST", "/changes/{change}/withdraw", Right.EDIT, withdraw),
    Entry("POST", "/changes/{change}/discard", Right.EDIT, discard),
    Entry("POST", "/changes/{change}/approve", Right.APPROVE, approve),
    Entry("POST", "/changes/{change}/return", Right.APPROVE, send_back),
)
