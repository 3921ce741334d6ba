"""A matter comes into a change: one that is offered, or a new one, from nothing, a copy or Excel."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any, Final

from starlette.responses import Response

from kiosk.matters.excel.yaml_text import yaml_text
from kiosk.matters.models import Matter
from kiosk.server.console import boxes, changes, workspace
from kiosk.server.console.changes import Change, State
from kiosk.server.console.desk import Call, Entry, Refusal, not_found
from kiosk.server.console.pages_changes import LONGEST_TITLE, change_of, settled
from kiosk.server.console.pages_matters import asked_for
from kiosk.server.console.rewriting import plain_of, rewritten
from kiosk.server.console.roles import Right

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_COPIED: Final = 2000
BLANK: Final[dict[str, Any]] = {
    "task_version": "1",
    "bring": [],
    "guide": {"materials": []},
    "rehearsal": {
        "card": {  # an invented person
            "name": "张示范",
            "number": "11010519491231002X",
            "sex": "2",
            "ethnicity": "01",
            "birth": "19491231",
            "address": "河南省平顶山市示范路1号",
        },
        "rating": 5,
    },
}


def new_page(call: Call, mistakes: tuple[Any, ...] = (), status: int = 200) -> Response:
    """Three ways to begin."""
    matters = [(m.task_code, m.plain_name.zh, m.department.zh) for m in _matters(call)[:MOST_COPIED]]
    open_ones, _ = changes.listed(call.room.engine, State.EDITING.value, size=100)
    return call.page(
        "matter_new.html",
        status,
        matters=matters,
        open_changes=open_ones,
        mistakes=mistakes,
        given=call.fields(),
        chosen=call.query("change", 9) or call.text("change", 9),
    )


def make_new(call: Call) -> Response:
    """``way``: blank, copy or excel.  Nothing is asked that can be filled in afterwards, but for a name."""
    way = call.text("way", 10)
    if way == "excel":
        return _from_excel(call)
    name = call.wanted("plain_name", "请先给新事项起一个通俗的名称，例如：无房证明。以后可以改。", 40)
    plain: dict[str, Any] = boxes.copied(BLANK)
    text = ""
    if way == "copy":
        source = workspace.with_code(workspace.current_now(call.room), call.text("code", 40))
        if source is None:
            raise Refusal(422, "还缺一项", "请选择照着哪个事项写。", back="/console/matters/new")
        _, text, _ = source
        plain = plain_of(text) or plain
        for path in (("task_code",), ("catalog_code",), ("guide", "item_code"), ("guide", "item_name")):
            boxes.take_away(plain, path)
        for side in ("zh", "en"):
            boxes.take_away(plain, ("name", side))
        plain["task_version"] = "1"
    plain["plain_name"] = {"zh": name}
    return _begun(call, name, rewritten(text, plain))


def _from_excel(call: Call) -> Response:
    data = call.upload("workbook")
    if data is None:
        raise Refusal(422, "还缺一项", "请选择填好的 Excel 文件（.xlsx）。", back="/console/matters/new")
    from kiosk.matters.excel.reading import import_matter  # Excel is loaded where it is meant

    with tempfile.TemporaryDirectory(prefix="kiosk-console-excel-") as folder:
        path = Path(folder) / "上传的文件.xlsx"
        path.write_bytes(data)
        taken = import_matter(path)
    if isinstance(taken, list):
        return new_page(call, tuple(taken), 422)
    matter, plain = taken.matter, taken.plain
    done = "excel_part" if taken.left_out else "excel"
    known = workspace.with_code(workspace.current_now(call.room), matter.task_code)
    if known is None:
        return _begun(call, matter.plain_name.zh, yaml_text(plain), done)
    number = _chosen(call, f"用 Excel 修改“{matter.plain_name.zh}”")
    file, before, _ = known
    revision = _untouched(change_of(call, number), file)
    text = rewritten(before, plain)
    settled(changes.save(call.room.engine, number, call.who, file, text, revision, before), number)
    return call.go(f"/changes/{number}/files/{file}", done)


def _begun(call: Call, name: str, text: str, done: str = "new") -> Response:
    number = _chosen(call, f"新增“{name}”")
    file = _file_name(
        name, {*workspace.current_now(call.room), *(each.file for each in change_of(call, number).files)}
    )
    settled(changes.save(call.room.engine, number, call.who, file, text, 0, ""), number)
    return call.go(f"/changes/{number}/files/{file}/sections/names", done)


def _chosen(call: Call, title: str) -> int:
    """The change that was chosen, or a new one."""
    chosen = call.text("change", 9)
    if chosen.isascii() and chosen.isdecimal():
        return change_of(call, int(chosen)).id
    return changes.begin(
        call.room.engine, call.who, (call.text("title", LONGEST_TITLE) or title)[:LONGEST_TITLE]
    )


def _file_name(name: str, taken: set[str]) -> str:
    """The next number, which is the matter's place on the terminal, and the name in letters."""
    from pypinyin import lazy_pinyin

    numbers = [int(found[0]) for file in taken if (found := re.match(r"\d{1,5}", file))]
    word = "-".join(lazy_pinyin(name, errors=lambda rest: "-".join(re.findall(r"[0-9A-Za-z]+", rest))))
    word = re.sub(r"-+", "-", re.sub(r"[^0-9a-z-]", "", word.lower())).strip("-")[:60] or "matter"
    number = max(numbers, default=0) + 1
    while (file := f"{number:02}-{word}.yaml") in taken:
        number += 1
    return file


def edit_matter(call: Call) -> Response:
    """From a matter's page: into one of the open changes, or into a new one."""
    file, text, matter = asked_for(call)
    number = _chosen(call, f"修改“{matter.plain_name.zh}”")
    if change_of(call, number).file(file) is None:
        settled(changes.save(call.room.engine, number, call.who, file, text, 0, text), number)
    return call.go(f"/changes/{number}/files/{file}")


def withdraw_matter(call: Call) -> Response:
    """It is no longer offered, once the change is approved and rolled out."""
    file, text, matter = asked_for(call)
    number = _chosen(call, f"下架“{matter.plain_name.zh}”")
    revision = _untouched(change_of(call, number), file)
    settled(changes.save(call.room.engine, number, call.who, file, "", revision, text), number)
    return call.go(f"/changes/{number}", "off")


def _untouched(change: Change, file: str) -> int:
    """The draft of a matter that nobody has changed yet: what somebody has written is never written over."""
    before = change.file(file)
    if before is not None and before.text != before.base_text:
        raise Refusal(
            409,
            "这张变更单里已经改了这个事项",
            f"{before.edited_by} 在变更单 {change.id} 中改过它，没有覆盖。请在那里接着改，或另选一张变更单。",
            back=f"/console/changes/{change.id}/files/{file}",
        )
    return before.revision if before is not None else 0


def workbook(call: Call) -> Response:
    """The matter as an Excel workbook, to be changed there and sent in again."""
    _, _, matter = asked_for(call)
    return _workbook(matter, f"{matter.task_code}.xlsx")


def template(call: Call) -> Response:
    """The empty template; its drop-down lists and hints are those of every workbook."""
    if not _matters(call):
        raise not_found()
    return _workbook(None, "matter-template.xlsx")


def _matters(call: Call) -> list[Matter]:
    return [matter for _, _, matter in workspace.matters_in(workspace.current_now(call.room))]


def _workbook(matter: Matter | None, name: str) -> Response:
    from kiosk.matters.excel.writing import export_matter, export_template

    with tempfile.TemporaryDirectory(prefix="kiosk-console-excel-") as folder:
        path = Path(folder) / "matter.xlsx"
        if matter is None:
            export_template(path)
        else:
            export_matter(matter, path)
        data = path.read_bytes()
    return Response(
        data, media_type=WORKBOOK, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


ENTRIES = (
    Entry("GET", "/matters/new", Right.EDIT, new_page),
    Entry("POST", "/matters/new", Right.EDIT, make_new),
    Entry("GET", "/matters/template.xlsx", Right.SEE, template),
    Entry("GET", "/matters/{code}/matter.xlsx", Right.SEE, workbook),
    Entry("POST", "/matters/{code}/edit", Right.EDIT, edit_matter),
    Entry("POST", "/matters/{code}/off", Right.EDIT, withdraw_matter),
)
