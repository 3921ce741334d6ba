"""变更单: write, check, show what is new, submit, approve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from kiosk.bundles.changes import changes_between
from kiosk.matters.lint.findings import Finding
from kiosk.server.console import changes, editing, workspace
from kiosk.server.console.changes import Change, Forbidden, Refused, Stale, State, Written
from kiosk.server.console.desk import ROOT, Call, Entry, Refusal, not_found, stale
from kiosk.server.console.diffing import side_by_side
from kiosk.server.console.page_names import page_words
from kiosk.server.console.pages_matters import SHAPES, album_of, order_pictures
from kiosk.server.console.paging import SIZE, Pages
from kiosk.server.console.roles import Right

UNITS: Final = {
    "immediate": "即办",
    "minute": "分钟",
    "hour": "小时",
    "workday": "个工作日",
    "calendar_day": "天（自然日）",
    "month": "个月",
}
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


def edit_matter(call: Call) -> Response:
    """From a matter's page: into one of the open changes, or into a new one."""
    code = call.part("code")
    texts = workspace.current_now(call.room)
    file = next(
        (
            name
            for name, text in texts.items()
            if (m := workspace.matter_of(name, text)) and m.task_code == code
        ),
        None,
    )
    if file is None:
        raise not_found()
    chosen = call.text("change", 9)
    if chosen.isascii() and chosen.isdecimal():
        number = int(chosen)
    else:
        matter = workspace.matter_of(file, texts[file])
        named = f"修改“{matter.plain_name.zh if matter else file}”"
        title = call.text("title", LONGEST_TITLE) or named[:LONGEST_TITLE]
        number = changes.begin(call.room.engine, call.who, title)
    change = _change(call, number)
    if change.file(file) is None:
        _settled(changes.save(call.room.engine, number, call.who, file, texts[file], 0, texts[file]), number)
    return call.go(f"/changes/{number}/files/{file}")


def change_page(call: Call) -> Response:
    change = _change(call)
    texts = workspace.current_now(call.room)
    merged = change.over(texts)
    names = {each.file for each in change.files}
    checked = workspace.checked(call.room, merged, names)
    findings = [(file, found) for file, found in checked.findings.items() if file in names]
    approved = change.state is State.APPROVED
    old = {each.file: each.base_text for each in change.files}
    return call.page(
        "change.html",
        change=change,
        words=changes.WORDS,
        told=told(old, change.over(old)),
        findings=findings,
        errors=[finding for finding in checked.errors() if finding.file in names or not finding.file],
        outdated=() if approved else changes.outdated(change, texts),
        own=call.who in change.editors,
        albums={each.file: album_of(call, each.text) for each in change.files if each.text},
        names={each.file: _name_of(each) for each in change.files},
        page_words=page_words,
    )


def told(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What differs, as an official would say it: kind and words."""

    def files(texts: Mapping[str, str]) -> dict[str, bytes]:
        return {f"matters/{name}": text.encode() for name, text in texts.items() if text}

    return tuple((each.kind, each.zh) for each in changes_between(files(old), files(new)))


def file_page(call: Call) -> Response:
    """The common things in a form."""
    change, written = _file(call)
    matter = workspace.matter_of(written.file, written.text)
    shown = editing.blocks(matter) if matter is not None else ()
    return _form_page(call, change, written, shown, editing.values_of(written.text, shown) if matter else {})


def save_form(call: Call) -> Response:
    change, written = _file(call)
    matter = workspace.matter_of(written.file, written.text)
    if matter is None:
        raise Refusal(422, "这个文件还不是完整的事项", "请先在“YAML”页中按检查结果改正。")
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
    change, written = _file(call)
    return _yaml(call, change, written, written.text)


def save_yaml(call: Call) -> Response:
    """``act`` check: only look; save: keep it as the next draft."""
    change, written = _file(call)
    text = call.text("text", workspace.MOST_CHARACTERS, lines=True, strip=False)
    if not text.strip():
        raise Refusal(422, "内容是空的", "要下架这个事项，请用“下架”按钮；没有保存。")
    if call.text("act", 10) == "check":
        return _yaml(call, change, written, text, looked=True)
    return _save(call, change, written, text, text, "/yaml")


def diff_page(call: Call) -> Response:
    change, written = _file(call)
    texts = workspace.current_now(call.room)
    now = texts.get(written.file, "")
    fresh = change.state is State.EDITING and workspace.sha256(now) != written.base_sha256
    return call.page(
        "change_diff.html",
        **_common(change, written),
        lines=side_by_side(written.base_text, written.text),
        told=told({written.file: written.base_text}, {written.file: written.text}),
        fresh=side_by_side(written.base_text, now) if fresh else (),
    )


def pictures_page(call: Call) -> Response:
    change, written = _file(call)
    digest, album = album_of(call, written.text)
    before, before_album = album_of(call, written.base_text)
    return call.page(
        "change_pictures.html",
        **_common(change, written),
        album=album,
        digest=digest,
        before=before,
        before_album=before_album,
        page_words=page_words,
    )


def draw(call: Call) -> Response:
    """Both: as it will be, and as it is."""
    change, written = _file(call)
    for text in (written.text, written.base_text):
        matter = workspace.matter_of(written.file, text)
        digest, album = album_of(call, text)
        if matter is not None and album.state in ("none", "failed"):
            order_pictures(call, digest, matter.task_code, {written.file: text})
    return call.go(f"/changes/{change.id}/files/{written.file}/pictures", "pictures")


def drop(call: Call) -> Response:
    change, written = _file(call)
    _settled(changes.drop(call.room.engine, change.id, call.who, written.file, call.revision()), change.id)
    return call.go(f"/changes/{change.id}", "dropped")


def withdraw_matter(call: Call) -> Response:
    """The matter is no longer offered: its file goes with this change."""
    change, written = _file(call)
    saved = changes.save(
        call.room.engine, change.id, call.who, written.file, "", call.revision(), written.base_text
    )
    _settled(saved, change.id)
    return call.go(f"/changes/{change.id}", "saved")


def rebase(call: Call) -> Response:
    change, written = _file(call)
    now = workspace.current_now(call.room).get(written.file, "")
    _settled(
        changes.rebase(call.room.engine, change.id, call.who, written.file, call.revision(), now), change.id
    )
    return call.go(f"/changes/{change.id}/files/{written.file}/diff", "saved")


def submit(call: Call) -> Response:
    change = _change(call)
    names = {each.file for each in change.files}
    checked = workspace.checked(call.room, change.over(workspace.current_now(call.room)), names)
    errors = [finding for finding in checked.errors() if finding.file in names]
    if errors:
        raise Refusal(
            422,
            f"还有 {len(errors)} 处错误，不能提交",
            f"第一处：{errors[0].file} 第 {errors[0].line} 行，{errors[0].zh}",
            back=f"{ROOT}/changes/{change.id}",
        )
    if old := changes.outdated(change, workspace.current_now(call.room)):
        raise stale(f"{'、'.join(old)} 已有新的发布，请在“变化”页中合并。", f"{ROOT}/changes/{change.id}")
    note = call.text("note", LONGEST_NOTE, lines=True)
    _settled(changes.submit(call.room.engine, change.id, call.who, call.revision(), note), change.id)
    for each in change.files:
        matter = workspace.matter_of(each.file, each.text)
        if matter is not None:  # so that they are there when the approver looks
            call.room.pictures.order(workspace.sha256(each.text), matter.task_code, {each.file: each.text})
    return call.go(f"/changes/{change.id}", "submitted")


def withdraw(call: Call) -> Response:
    number = _change(call).id
    _settled(changes.withdraw(call.room.engine, number, call.who, call.revision()), number)
    return call.go(f"/changes/{number}", "withdrawn")


def send_back(call: Call) -> Response:
    number = _change(call).id
    reason = call.wanted("reason", "请写明为什么退回、要改什么。", LONGEST_NOTE, lines=True)
    _settled(changes.send_back(call.room.engine, number, call.who, call.revision(), reason), number)
    return call.go(f"/changes/{number}", "returned")


def approve(call: Call) -> Response:
    number = _change(call).id
    _settled(
        changes.approve(
            call.room.engine,
            number,
            call.who,
            call.text("digest", 64),
            lambda connection: workspace.current(call.room, connection),
        ),
        number,
    )
    return call.go(f"/changes/{number}", "approved")


def discard(call: Call) -> Response:
    number = _change(call).id
    _settled(changes.discard(call.room.engine, number, call.who, call.revision()), number)
    return call.go("/changes", "discarded")


def _change(call: Call, number: int | None = None) -> Change:
    change = changes.get(call.room.engine, call.number("change") if number is None else number)
    if change is None:
        raise not_found()
    return change


def _file(call: Call) -> tuple[Change, Written]:
    change = _change(call)
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
    _settled(saved, change.id, f"{ROOT}{address}", own)
    return call.go(address, "saved")


def _settled(outcome: int | Refused | None, number: int, back: str = "", own: str = "") -> None:
    if isinstance(outcome, Stale):
        raise stale(outcome.words, back or f"{ROOT}/changes/{number}", own)
    if isinstance(outcome, Forbidden):
        raise Refusal(403, "不能这样做", outcome.words, back=back or f"{ROOT}/changes/{number}", own=own)


def _form_page(
    call: Call,
    change: Change,
    written: Written,
    shown: tuple[editing.Block, ...],
    values: Mapping[str, str],
    mistakes: list[editing.Mistake] | None = None,
    status: int = 200,
) -> Response:
    return call.page(
        "change_form.html",
        status,
        **_common(change, written),
        blocks=shown,
        values=values,
        mistakes={each.name: each.words for each in mistakes or []},
        findings=_findings(call, change, written, written.text),
        units=UNITS,
    )


def _yaml(call: Call, change: Change, written: Written, text: str, looked: bool = False) -> Response:
    findings = _findings(call, change, written, text)
    marks: dict[int, str] = {}
    for finding in sorted(findings, key=lambda each: each.severity):
        marks[finding.line] = finding.severity.word
    return call.page(
        "change_yaml.html",
        **_common(change, written),
        text=text,
        findings=findings,
        marks=[[line, word] for line, word in sorted(marks.items()) if word != "info"],
        looked=looked,
        unsaved=text != written.text,
    )


def _findings(call: Call, change: Change, written: Written, text: str) -> tuple[Finding, ...]:
    """Of this file, beside all others: some rules look at files together."""
    merged = change.over(workspace.current_now(call.room)) | {written.file: text}
    merged = {name: each for name, each in sorted(merged.items()) if each}
    return workspace.checked(call.room, merged, (written.file,)).findings.get(written.file, ())


def _common(change: Change, written: Written) -> dict[str, Any]:
    return {
        "change": change,
        "written": written,
        "name": _name_of(written),
        "words": changes.WORDS,
        "shapes": SHAPES,
        "base": f"{ROOT}/changes/{change.id}/files/{written.file}",
        "editable": change.state is State.EDITING,
    }


def _name_of(written: Written) -> str:
    matter = workspace.matter_of(written.file, written.text or written.base_text)
    return matter.plain_name.zh if matter is not None else written.file


_FILE = "/changes/{change}/files/{file}"
ENTRIES = (
    Entry("GET", "/changes", Right.SEE, change_list),
    Entry("POST", "/changes", Right.EDIT, begin),
    Entry("POST", "/matters/{code}/edit", Right.EDIT, edit_matter),
    Entry("GET", "/changes/{change}", Right.SEE, change_page),
    Entry("POST", "/changes/{change}/submit", Right.EDIT, submit),
    Entry("POST", "/changes/{change}/withdraw", Right.EDIT, withdraw),
    Entry("POST", "/changes/{change}/discard", Right.EDIT, discard),
    Entry("POST", "/changes/{change}/approve", Right.APPROVE, approve),
    Entry("POST", "/changes/{change}/return", Right.APPROVE, send_back),
    Entry("GET", _FILE, Right.SEE, file_page),
    Entry("POST", _FILE, Right.EDIT, save_form),
    Entry("GET", f"{_FILE}/yaml", Right.SEE, yaml_page),
    Entry("POST", f"{_FILE}/yaml", Right.EDIT, save_yaml),
    Entry("GET", f"{_FILE}/diff", Right.SEE, diff_page),
    Entry("GET", f"{_FILE}/pictures", Right.SEE, pictures_page),
    Entry("POST", f"{_FILE}/pictures", Right.SEE, draw),
    Entry("POST", f"{_FILE}/drop", Right.EDIT, drop),
    Entry("POST", f"{_FILE}/withdraw", Right.EDIT, withdraw_matter),
    Entry("POST", f"{_FILE}/rebase", Right.EDIT, rebase),
)
