"""One file of a 变更单: its common values in a form, its text, what is new in it, its pages as pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from kiosk.matters.lint.findings import Finding
from kiosk.server.console import changes, editing, workspace
from kiosk.server.console.changes import Change, State, Written
from kiosk.server.console.desk import ROOT, Call, Entry, Refusal, not_found
from kiosk.server.console.diffing import side_by_side
from kiosk.server.console.drafts import Draft
from kiosk.server.console.page_names import page_words
from kiosk.server.console.pages_changes import change_of, name_of, settled, told
from kiosk.server.console.pages_matters import SHAPES, album_of, order_pictures
from kiosk.server.console.roles import Right

UNITS: Final = {
    "immediate": "即办",
    "minute": "分钟",
    "hour": "小时",
    "workday": "个工作日",
    "calendar_day": "天（自然日）",
    "month": "个月",
}


def file_page(call: Call) -> Response:
    """The common things in a form."""
    change, written = file_of(call)
    matter = workspace.matter_of(written.file, written.text)
    shown = editing.blocks(matter) if matter is not None else ()
    values = editing.values_of(written.text, shown) if matter else {}
    draft = call.draft() if change.state is State.EDITING else None
    if draft is not None and all(values.get(name, value) == value for name, value in draft.fields.items()):
        call.saved()  # it was saved, by whatever way
        draft = None
    if draft is not None and draft.revision == written.revision:
        values |= {name: value for name, value in draft.fields.items() if name in values}
    return _form_page(call, change, written, shown, values, draft=draft)


def save_form(call: Call) -> Response:
    change, written = file_of(call)
    matter = workspace.matter_of(written.file, written.text)
    if matter is None:
        raise Refusal(422, "这个文件还不是完整的事项", "请先在“全部内容”中补齐。")
    shown = editing.blocks(matter)
    given = {
        field.name: call.text(field.name, editing.LONGEST, lines=field.kind == "lines")
        for block in shown
        for field in block.fields
        if field.name in call.form
    }
    text = editing.with_values(written.text, shown, given)
    if isinstance(text, list):
        return _form_page(call, change, written, shown, given, text, 422)
    own = "\n".join(
        f"{field.label}：{given[field.name]}" for b in shown for field in b.fields if field.name in given
    )
    return _save(call, change, written, text, own, "")


def yaml_page(call: Call) -> Response:
    change, written = file_of(call)
    draft = call.draft() if change.state is State.EDITING else None
    typed = draft.fields.get("text", written.text) if draft is not None else written.text
    if typed == written.text:
        draft = None
    fits = draft is not None and draft.revision == written.revision
    return _yaml(call, change, written, typed if fits else written.text, draft=draft)


def save_yaml(call: Call) -> Response:
    """``act`` check: only look; save: keep it as the next draft."""
    change, written = file_of(call)
    text = call.text("text", workspace.MOST_CHARACTERS, lines=True, strip=False)
    if not text.strip():
        raise Refusal(422, "内容是空的", "要下架这个事项，请用“下架”按钮；没有保存。")
    if call.text("act", 10) == "check":
        return _yaml(call, change, written, text, looked=True)
    return _save(call, change, written, text, text, "/yaml")


def diff_page(call: Call) -> Response:
    change, written = file_of(call)
    texts = workspace.current_now(call.room)
    now = texts.get(written.file, "")
    fresh = change.state is State.EDITING and workspace.sha256(now) != written.base_sha256
    return call.page(
        "change_diff.html",
        **common(change, written),
        lines=side_by_side(written.base_text, written.text),
        told=told({written.file: written.base_text}, {written.file: written.text}),
        fresh=side_by_side(written.base_text, now) if fresh else (),
    )


def pictures_page(call: Call) -> Response:
    change, written = file_of(call)
    digest, album, _ = album_of(call, written.file, written.text, change.beside)
    before, before_album, _ = album_of(call, written.file, written.base_text)
    return call.page(
        "change_pictures.html",
        **common(change, written),
        album=album,
        digest=digest,
        before=before,
        before_album=before_album,
        page_words=page_words,
    )


def draw(call: Call) -> Response:
    """Both: as it will be, and as it is."""
    change, written = file_of(call)
    for text, own in ((written.text, change.beside), (written.base_text, ())):
        matter = workspace.matter_of(written.file, text)
        digest, album, scene = album_of(call, written.file, text, own)
        if matter is not None and album.state in ("none", "failed"):
            order_pictures(call, digest, matter.task_code, scene)
    return call.go(f"/changes/{change.id}/files/{written.file}/pictures", "pictures")


def drop(call: Call) -> Response:
    change, written = file_of(call)
    settled(changes.drop(call.room.engine, change.id, call.who, written.file, call.revision()), change.id)
    return call.go(f"/changes/{change.id}", "dropped")


def withdraw_matter(call: Call) -> Response:
    """The matter is no longer offered: its file goes with this change."""
    change, written = file_of(call)
    saved = changes.save(
        call.room.engine, change.id, call.who, written.file, "", call.revision(), written.base_text
    )
    settled(saved, change.id)
    return call.go(f"/changes/{change.id}", "saved")


def rebase(call: Call) -> Response:
    change, written = file_of(call)
    now = workspace.current_now(call.room).get(written.file, "")
    settled(
        changes.rebase(call.room.engine, change.id, call.who, written.file, call.revision(), now), change.id
    )
    return call.go(f"/changes/{change.id}/files/{written.file}/diff", "saved")


def file_of(call: Call) -> tuple[Change, Written]:
    change = change_of(call)
    written = change.file(call.part("file"))
    if written is None:
        raise not_found()
    return change, written


def _save(call: Call, change: Change, written: Written, text: str, own: str, page: str) -> Response:
    address = f"/changes/{change.id}/files/{written.file}{page}"
    revision = call.revision()
    if text == written.text and revision == written.revision:
        return call.go(address, "same")
    saved = changes.save(
        call.room.engine, change.id, call.who, written.file, text, revision, written.base_text
    )
    settled(saved, change.id, f"{ROOT}{address}", own)
    call.saved()
    return call.go(address, "saved")


def _form_page(
    call: Call,
    change: Change,
    written: Written,
    shown: tuple[editing.Block, ...],
    values: Mapping[str, str],
    mistakes: list[editing.Mistake] | None = None,
    status: int = 200,
    draft: Draft | None = None,
) -> Response:
    return call.page(
        "change_form.html",
        status,
        **_of_draft(draft, written),
        **common(change, written),
        blocks=shown,
        values=values,
        mistakes={each.name: each.words for each in mistakes or []},
        findings=findings_beside(call, change, written, written.text),
        units=UNITS,
    )


def _of_draft(draft: Draft | None, written: Written) -> dict[str, Any]:
    """What a page says of what was typed on it and not saved."""
    kept = draft is not None and draft.revision == written.revision
    left = "\n".join(draft.fields.values()) if draft is not None and not kept else ""
    return {"draft": draft, "kept_words": kept, "left": left}


def _yaml(
    call: Call,
    change: Change,
    written: Written,
    text: str,
    looked: bool = False,
    draft: Draft | None = None,
) -> Response:
    findings = findings_beside(call, change, written, text)
    marks: dict[int, str] = {}
    for finding in sorted(findings, key=lambda each: each.severity):
        marks[finding.line] = finding.severity.word
    return call.page(
        "change_yaml.html",
        **common(change, written),
        **_of_draft(draft, written),
        text=text,
        findings=findings,
        marks=[[line, word] for line, word in sorted(marks.items()) if word != "info"],
        looked=looked,
        unsaved=text != written.text,
    )


def findings_beside(call: Call, change: Change, written: Written, text: str) -> tuple[Finding, ...]:
    """Of this file, beside all others: some rules look at files together."""
    merged = change.over(workspace.current_now(call.room)) | {written.file: text}
    merged = {name: each for name, each in sorted(merged.items()) if each}
    return workspace.checked(call.room, merged, (written.file,), change.beside).findings.get(written.file, ())


def common(change: Change, written: Written) -> dict[str, Any]:
    return {
        "change": change,
        "written": written,
        "name": name_of(written),
        "words": changes.WORDS,
        "shapes": SHAPES,
        "base": f"{ROOT}/changes/{change.id}/files/{written.file}",
        "editable": change.state is State.EDITING,
    }


FILE: Final = "/changes/{change}/files/{file}"
ENTRIES = (
    Entry("GET", FILE, Right.SEE, file_page),
    Entry("POST", FILE, Right.EDIT, save_form, keeps=True),
    Entry("GET", f"{FILE}/yaml", Right.SEE, yaml_page),
    Entry("POST", f"{FILE}/yaml", Right.EDIT, save_yaml, keeps=True),
    Entry("GET", f"{FILE}/diff", Right.SEE, diff_page),
    Entry("GET", f"{FILE}/pictures", Right.SEE, pictures_page),
    Entry("POST", f"{FILE}/pictures", Right.SEE, draw),
    Entry("POST", f"{FILE}/drop", Right.EDIT, drop),
    Entry("POST", f"{FILE}/withdraw", Right.EDIT, withdraw_matter),
    Entry("POST", f"{FILE}/rebase", Right.EDIT, rebase),
)
