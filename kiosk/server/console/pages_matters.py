"""Matters as they are published: the list with what the linter finds, one matter, its pages as pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from starlette.responses import FileResponse, Response

from kiosk.matters.guide import elements
from kiosk.matters.lint.findings import Severity
from kiosk.matters.models import Matter, Shape
from kiosk.server.console import changes, parts, workspace
from kiosk.server.console.desk import Call, Entry, Refusal, not_found
from kiosk.server.console.page_names import page_words
from kiosk.server.console.paging import SIZE, Pages
from kiosk.server.console.pictures import Album
from kiosk.server.console.roles import Right
from kiosk.server.console.sources import PICTURES

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
    if wanted and not found and not many:
        found = _alike(wanted, matters, department)
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


def _alike(wanted: str, matters: Mapping[str, Matter | None], department: str) -> list[str]:
    """As the terminal finds them: words in another order, pinyin, slips."""
    from kiosk.matters.search import Index, entry

    known = {
        file: matter
        for file, matter in matters.items()
        if matter is not None and department in ("", matter.department.zh)
    }
    files = list(known)
    return [files[place] for place in Index.of([entry(each) for each in known.values()]).search(wanted, SIZE)]


def _grave(checked: workspace.Checked, file: str) -> bool:
    return bool(checked.count(file, Severity.ERROR) + checked.count(file, Severity.WARNING))


def matter_page(call: Call) -> Response:
    file, text, matter = asked_for(call)
    checked = workspace.checked(call.room, workspace.current_now(call.room), (file,))
    mine, _ = changes.listed(call.room.engine, changes.State.EDITING.value, size=100)
    digest, album, _ = album_of(call, file, text)
    return call.page(
        "matter.html",
        file=file,
        matter=matter,
        elements=elements(matter),
        findings=checked.findings.get(file, ()),
        shapes=SHAPES,
        album=album,
        digest=digest,
        open_changes=mine,
        page_words=page_words,
    )


def draw_matter(call: Call) -> Response:
    file, text, matter = asked_for(call)
    scene = scene_of(call, file, text)
    order_pictures(call, digest_of(scene), matter.task_code, scene)
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


def scene_of(call: Call, file: str, text: str, own: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """The matter with everything of ``own`` and of what is published that its pages show."""
    matter = workspace.matter_of(file, text)
    beside = {**parts.current_now(call.room), **dict(own)}
    wanted = [*parts.TEXTS, *(f"{PICTURES}{each.file}" for each in (matter.pictures if matter else ()))]
    return {file: text, **{name: beside[name] for name in wanted if beside.get(name)}}


def digest_of(scene: Mapping[str, str]) -> str:
    """What an album is known by: the same pages have the same pictures."""
    texts = list(scene.values())
    return workspace.sha256(texts[0]) if len(texts) == 1 else workspace.digest_of(scene)


def album_of(
    call: Call, file: str, text: str, own: Iterable[tuple[str, str]] = ()
) -> tuple[str, Album, dict[str, str]]:
    scene = scene_of(call, file, text, own)
    digest = digest_of(scene)
    return digest, call.room.pictures.album(digest), scene


def asked_for(call: Call) -> tuple[str, str, Matter]:
    """File, text and matter that the address names."""
    found = workspace.with_code(workspace.current_now(call.room), call.part("code"))
    if found is None:
        raise not_found()
    return found


ENTRIES = (
    Entry("GET", "/matters", Right.SEE, matter_list),
    Entry("GET", "/matters/{code}", Right.SEE, matter_page),
    Entry("POST", "/matters/{code}/pictures", Right.SEE, draw_matter),
    Entry("GET", "/pictures/{digest}", Right.SEE, album_part, by_itself=True),
    Entry("GET", "/pictures/{digest}/{name}", Right.SEE, picture),
)
