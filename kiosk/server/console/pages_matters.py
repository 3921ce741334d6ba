"""Matters as they are published: the list with what the linter finds, one matter, its pages as pictures."""

from __future__ import annotations

from typing import Final

from starlette.responses import FileResponse, Response

from kiosk.matters.guide import elements
from kiosk.matters.lint.findings import Severity
from kiosk.matters.models import Matter, Shape
from kiosk.server.console import changes, workspace
from kiosk.server.console.desk import Call, Entry, Refusal, not_found
from kiosk.server.console.page_names import page_words
from kiosk.server.console.pictures import Album
from kiosk.server.console.roles import Right

SHAPES: Final = {
    Shape.CERTIFICATE: "当场出证",
    Shape.QUERY: "查询",
    Shape.FILING: "备案",
    Shape.APPLICATION: "申请",
}


def matter_list(call: Call) -> Response:
    texts = workspace.current_now(call.room)
    checked = workspace.checked(call.room, texts)
    wanted, department, only = call.query("q"), call.query("department"), call.query("only", 10)
    rows = []
    for file in texts:
        matter = checked.matters.get(file)
        errors, warnings = checked.count(file, Severity.ERROR), checked.count(file, Severity.WARNING)
        name = matter.name.zh if matter else file
        said = (
            f"{name} {matter.plain_name.zh} {matter.task_code} {' '.join(matter.words)}" if matter else file
        )
        if wanted and wanted.casefold() not in said.casefold():
            continue
        if department and (matter is None or matter.department.zh != department):
            continue
        if only == "findings" and not errors + warnings:
            continue
        rows.append({"file": file, "matter": matter, "errors": errors, "warnings": warnings})
    departments = sorted({matter.department.zh for matter in checked.matters.values()})
    return call.page(
        "matters.html",
        rows=rows,
        total=len(texts),
        departments=departments,
        wanted=wanted,
        department=department,
        only=only,
        shapes=SHAPES,
        problems=checked.findings.get("", ()),
    )


def matter_page(call: Call) -> Response:
    file, text, matter = _found(call)
    checked = workspace.checked(call.room, workspace.current_now(call.room))
    mine, _ = changes.listed(call.room.engine, changes.State.EDITING.value, size=100)
    digest = workspace.sha256(text)
    return call.page(
        "matter.html",
        file=file,
        matter=matter,
        elements=elements(matter),
        findings=checked.findings.get(file, ()),
        shapes=SHAPES,
        album=call.room.pictures.album(digest),
        digest=digest,
        open_changes=mine,
        page_words=page_words,
    )


def draw_matter(call: Call) -> Response:
    file, text, matter = _found(call)
    order_pictures(call, workspace.sha256(text), matter.task_code, {file: text})
    return call.go(f"/matters/{matter.task_code}", "pictures")


def order_pictures(call: Call, digest: str, task_code: str, texts: dict[str, str]) -> None:
    if not call.room.pictures.order(digest, task_code, texts):
        raise Refusal(503, "排队的图片太多", "请等前面的画完再试。")


def picture(call: Call) -> Response:
    path = call.room.pictures.file(call.part("digest"), call.part("name"))
    if path is None:
        raise not_found()
    # The same address always shows the same: but only to whom may see it.
    return FileResponse(path, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


def album_part(call: Call) -> Response:
    """The pictures alone, for a page that waits for them."""
    digest = call.part("digest")
    album = call.room.pictures.album(digest)
    return call.page("album.html", album=album, digest=digest, page_words=page_words)


def album_of(call: Call, text: str) -> tuple[str, Album]:
    digest = workspace.sha256(text)
    return digest, call.room.pictures.album(digest)


def _found(call: Call) -> tuple[str, str, Matter]:
    wanted = call.part("code")
    for file, text in workspace.current_now(call.room).items():
        matter = workspace.matter_of(file, text)
        if matter is not None and matter.task_code == wanted:
            return file, text, matter
    raise not_found()


ENTRIES = (
    Entry("GET", "/matters", Right.SEE, matter_list),
    Entry("GET", "/matters/{code}", Right.SEE, matter_page),
    Entry("POST", "/matters/{code}/pictures", Right.SEE, draw_matter),
    Entry("GET", "/pictures/{digest}", Right.SEE, album_part, by_itself=True),
    Entry("GET", "/pictures/{digest}/{name}", Right.SEE, picture),
)
