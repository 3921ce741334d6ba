"""A matter in sections: all of it in a form, what is wrong beside each field, however unfinished."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from kiosk.matters.lint.findings import Finding, Severity
from kiosk.server.console import boxes, changes, parts, sections, workspace
from kiosk.server.console.changes import Change, State, Written
from kiosk.server.console.desk import ROOT, Call, Entry, Refusal, not_found
from kiosk.server.console.pages_changes import settled
from kiosk.server.console.pages_files import FILE, common, file_of, findings_beside
from kiosk.server.console.rewriting import plain_of, rewritten
from kiosk.server.console.roles import Right
from kiosk.server.console.sections import SECTIONS, Section

MOST_KNOWN = 3000


def section_page(call: Call) -> Response:
    change, written, section = _section(call)
    plain = _plain(written)
    draft = call.draft() if change.state is State.EDITING else None
    typed: Mapping[str, str] = {}
    if draft is not None:
        over = sections.taken(section, plain, draft.fields)
        if over == plain:  # it was saved, by whatever way
            call.saved()
            draft = None
        elif draft.revision == written.revision:
            typed, plain = draft.fields, over
    findings = findings_beside(call, change, written, written.text)
    panels, rest = sections.beside(section, plain, findings)
    if section.key == "pictures":
        panels = tuple(boxes.chosen(each, _pictured(call, change, plain)) for each in panels)
    keys = [each.key for each in SECTIONS]
    place = keys.index(section.key)
    return call.page(
        "change_section.html",
        **common(change, written),
        section=section,
        sections=[(each, *_counted(each, findings)) for each in SECTIONS],
        panels=panels,
        rest=rest,
        draft=draft,
        kept_words=bool(typed),
        left=_left(draft.fields) if draft is not None and not typed else "",
        here=f"{ROOT}/changes/{change.id}/files/{written.file}/sections/{section.key}",
        before=keys[place - 1] if place else "",
        after=keys[place + 1] if place + 1 < len(keys) else "",
        **_usual(call),
    )


def save_section(call: Call) -> Response:
    """Whatever was typed is saved: what is not right yet is said beside it afterwards."""
    change, written, section = _section(call)
    act = call.text("act", 10)
    here = f"/changes/{change.id}/files/{written.file}/sections/{section.key}"
    given = call.fields()
    text = rewritten(written.text, sections.taken(section, _plain(written), given))
    if len(text) > workspace.MOST_CHARACTERS:
        raise Refusal(
            422,
            "事项文件太大",
            "一个事项最多 256 KB。请精简后再保存。",
            back=f"{ROOT}{here}",
            own=_left(given),
        )
    keys = [each.key for each in SECTIONS]
    place = min(keys.index(section.key) + 1, len(keys) - 1)
    onward = f"/changes/{change.id}/files/{written.file}/sections/{keys[place]}" if act == "next" else here
    revision = call.revision()
    if text == written.text and revision == written.revision:
        call.saved()
        return call.go(onward, "same" if act != "next" else "")
    saved = changes.save(
        call.room.engine, change.id, call.who, written.file, text, revision, written.base_text
    )
    settled(saved, change.id, f"{ROOT}{here}", _left(given))
    call.saved()
    return call.go(onward, "saved")


def _section(call: Call) -> tuple[Change, Written, Section]:
    change, written = file_of(call)
    section = sections.BY_KEY.get(call.part("section"))
    if section is None or not written.text:
        raise not_found()
    return change, written, section


def _plain(written: Written) -> dict[str, Any]:
    plain = plain_of(written.text)
    if plain is None:
        raise Refusal(
            422,
            "这个文件现在读不出来",
            "文件的写法（YAML）有误，不能分节填写。请在“文件”页按检查结果改正，再回到这里。",
            back=f"{ROOT}/changes",
        )
    return plain


def _counted(section: Section, findings: tuple[Finding, ...]) -> tuple[int, int]:
    """Errors and warnings of a section."""
    mine = [each for each in findings if sections.section_of(each.path) is section]
    errors = sum(each.severity is Severity.ERROR for each in mine)
    return errors, sum(each.severity is Severity.WARNING for each in mine)


def _left(fields: Mapping[str, str]) -> str:
    """What was typed, to be copied."""
    return "\n".join(value for name, value in fields.items() if value and name[:2] != "re" and "." in name)


def _pictured(call: Call, change: Change, plain: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The pictures that there are, and what one can be a sample of."""
    materials = boxes.at(plain, ("guide", "materials"))
    named = [each for each in materials if isinstance(each, dict)] if isinstance(materials, list) else []
    names = sorted(parts.picture_names(call.room, change.beside))
    things = [
        (str(each["code"]), f"材料：{boxes.at(each, ('name', 'zh'))}") for each in named if "code" in each
    ]
    return {"file": [(name, name) for name in names], "of": [("result", "办理结果"), *things]}


def _usual(call: Call) -> dict[str, Any]:
    """What may stand in boxes: base codes with their names, icons and themes that are used."""
    matters = workspace.matters_in(workspace.current_now(call.room))
    listed = workspace.base_listed(call.room).items[:MOST_KNOWN]
    return {
        "base_items": [(each.catalog_code, each.name) for each in listed],
        "icons": sorted({matter.icon for _, _, matter in matters}),
    }


ENTRIES = (
    Entry("GET", f"{FILE}/sections/{{section}}", Right.SEE, section_page),
    Entry("POST", f"{FILE}/sections/{{section}}", Right.EDIT, save_section, keeps=True),
)
