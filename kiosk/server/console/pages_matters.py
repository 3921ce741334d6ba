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
from kiosk.server.console.paging import SIZE, Pages
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
    wanted, department, only = call.query("q"), call.query("department"), call.query("only", 10)
    many = len(texts) > workspace.MANY
    matters = {file: workspace.matter_of(file, text) for file, text in texts.items()}
    found = [file for file in texts if _is_meant(file, matters[file], wanted, department)]
    if only == "findings" and not many:
        checked = workspace.checked(call.room, texts)
        found = [file for file in found if _grave(checked, file)]
    number = call.query_number("page")
    shown = found[(number - 1) * SIZE : number * SIZE]
    checked = workspace.checked(call.room, texts, shown)
    rows = [
        {
            "file": file,
            "matter": matters[file],
            "errors": checked.count(file, Severity.ERROR),
            "warnings": checked.count(file, Severity.WARNING),
        }
        for file in shown
    ]
    return call.page(
        "matters.html",
        rows=rows,
        pages=Pages(number, len(found), SIZE),
        total=len(texts),
        many=many,
        departments=sorted({matter.department.zh for matter in matters.values() if matter is not None}),
        wanted=wanted,
        department=department,
        only=only,
        shapes=SHAPES,
    )


def _is_meant(file: str, matter: Matter | None, wanted: str, department: str) -> bool:
    if department and (matter is None or matter.department.zh != department):
        return False
    said = file
    if matter is not None:
        said = f"{matter.name.zh} {matter.plain_name.zh} {matter.task_code} {' '.join(matter.words)}"
    return wanted.casefold() in said.casefold()


def _grave(checked: workspace.Checked, file: str) -> bool:
    return bool(checked.count(file, Severity.ERROR) + checked.count(file, Severity.WARNING))


def matter_page(call: Call) -> Response:
    file, text, matter = _found(call)
    checked = workspace.checked(call.room, workspace.current_now(call.room), (file,))
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
