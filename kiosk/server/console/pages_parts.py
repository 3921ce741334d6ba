"""What goes into a change beside matters, with forms: rating reasons, calendar, texts, pictures."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.responses import Response

from kiosk.bundles.parts import picture_fault, picture_size
from kiosk.matters.calendar import Calendar, CalendarOverrides
from kiosk.matters.lint.calendar_days import check_calendar
from kiosk.server.console import boxes, changes, part_forms, parts, workspace
from kiosk.server.console.boxes import Panel
from kiosk.server.console.changes import Change, State
from kiosk.server.console.desk import ROOT, Call, Entry, Refusal, not_found
from kiosk.server.console.pages_changes import change_of, settled
from kiosk.server.console.rewriting import plain_of
from kiosk.server.console.roles import Right
from kiosk.server.console.sources import CALENDAR, PICTURES, REASONS, as_bytes
from kiosk.server.context import SHANGHAI

MOST_PICTURE_BYTES: Final = 1024 * 1024
JPEG: Final = b"\xff\xd8\xff"
_PICTURE_NAME: Final = re.compile(r"[0-9A-Za-z\u4e00-\u9fff_-][0-9A-Za-z\u4e00-\u9fff_.-]{0,79}\.(png|jpg)")


@dataclass(frozen=True)
class Form:
    """One file with a form of its own."""

    key: str
    file: str
    title: str
    hint: str
    panels: Callable[[str], tuple[Panel, ...]]
    text: Callable[[str, Any], tuple[str, list[str]]]


FORMS: Final = {
    "reasons": Form(
        "reasons",
        REASONS,
        "好差评评价标签",
        "标签由省级平台统一发布，本地不增减。省里更新后，照着新的一份改。",
        part_forms.reasons_panels,
        lambda text, given: (part_forms.reasons_text(text, given), []),
    ),
    "calendar": Form(
        "calendar",
        CALENDAR,
        "放假安排",
        "国务院办公厅公布下一年的放假通知后填在这里，终端据此判断工作日、推算办结日期。",
        part_forms.calendar_panels,
        part_forms.calendar_text,
    ),
}


def form_page(call: Call, unread: list[str] | None = None, status: int = 200) -> Response:
    change, form = change_of(call), _form(call)
    now, text, revision = _standing(call, change, form.file)
    draft = call.draft() if change.state is State.EDITING else None
    kept = draft is not None and draft.revision == revision
    if draft is not None:
        over, found = form.text(text, draft.fields)
        if over == text and not found:
            call.saved()
            draft = None
        elif kept:
            text, unread = over, unread or found
    wrong = part_forms.wrong(part_forms.MODELS[form.key], text)
    panels, rest = boxes.marked(form.panels(text), wrong)
    return call.page(
        "part_form.html",
        status,
        change=change,
        words=changes.WORDS,
        editable=change.state is State.EDITING,
        form=form,
        panels=panels,
        rest=[*(_unread_words(line) for line in unread or ()), *rest],
        revision=revision,
        kept_words=kept,
        draft=draft,
        there=change.file(form.file) is not None,
        doubts=list(check_calendar(form.file, text)) if form.key == "calendar" else (),
        years=_years(text) if form.key == "calendar" else (),
        now=now,
        here=f"{ROOT}/changes/{change.id}/{form.key}",
    )


def save_form(call: Call) -> Response:
    change, form = change_of(call), _form(call)
    here = f"/changes/{change.id}/{form.key}"
    now, before, revision = _standing(call, change, form.file)
    text, unread = form.text(before, call.fields())
    given = call.revision()
    if text != before or given != revision:
        saved = changes.save(call.room.engine, change.id, call.who, form.file, text, given, now)
        settled(saved, change.id, f"{ROOT}{here}", "\n".join(filter(None, call.fields().values())))
    call.saved()
    if unread:
        return form_page(call, unread, 422)
    return call.go(here, "same" if text == before else "saved")


def texts_page(call: Call) -> Response:
    """Sentences that are said otherwise, and those that were looked for."""
    change = change_of(call)
    said = [_standing(call, change, file) for file in parts.TEXTS]
    tables = [part_forms.sentences(text) for _, text, _ in said]
    wanted = call.query("q", 60)
    found = part_forms.found_sentences(wanted) if wanted else []
    own = sorted({*tables[0], *tables[1]})
    known = part_forms.product_words()
    rows = [
        (key, *known.get(key, ("", "")), tables[0].get(key, ""), tables[1].get(key, ""))
        for key in dict.fromkeys((*own, *found))
    ]
    draft = call.draft() if change.state is State.EDITING else None
    if draft is not None:
        typed = draft.fields
        rows = [(k, z, e, typed.get(f"zh.{k}", a), typed.get(f"en.{k}", b)) for k, z, e, a, b in rows]
    findings = parts.check({file: text for file, (_, text, _) in zip(parts.TEXTS, said, strict=True)})
    return call.page(
        "part_texts.html",
        change=change,
        words=changes.WORDS,
        editable=change.state is State.EDITING,
        rows=rows,
        wanted=wanted,
        found=len(found),
        revisions=[revision for _, _, revision in said],
        findings=[each for found in findings.values() for each in found],
        kept_words=draft is not None,
        draft=draft,
        total=len(known),
        here=f"{ROOT}/changes/{change.id}/texts",
    )


def save_texts(call: Call) -> Response:
    change = change_of(call)
    here = f"/changes/{change.id}/texts"
    given = call.fields()
    done = "same"
    for file, language in zip(parts.TEXTS, ("zh", "en"), strict=True):
        now, before, _ = _standing(call, change, file)
        table = part_forms.sentences(before)
        for name, value in given.items():
            if name.startswith(f"{language}."):
                key = name.removeprefix(f"{language}.")
                if value.strip():
                    table[key] = value.strip()
                else:
                    table.pop(key, None)
        text = part_forms.sentences_text(table)
        if text == part_forms.sentences_text(part_forms.sentences(before)):
            continue
        revision = call.number_typed(f"revision_{language}")
        saved = changes.save(call.room.engine, change.id, call.who, file, text, revision, now)
        settled(saved, change.id, f"{ROOT}{here}", "\n".join(filter(None, given.values())))
        done = "saved"
    call.saved()
    return call.go(f"{here}?q={call.query('q', 60)}" if call.query("q") else here, done)


def pictures_page(call: Call) -> Response:
    """Every picture that terminals have, which matter shows it, and how to send in another."""
    change = change_of(call)
    files = {**parts.current_now(call.room), **{each.file: each.text for each in change.parts}}
    used = _uses(call, change)
    rows = []
    for file, text in sorted(files.items()):
        if not file.startswith(PICTURES) or not text:
            continue
        data = as_bytes(file, text)
        name, written = file.removeprefix(PICTURES), change.file(file)
        rows.append((name, len(data), picture_size(data), used.get(name, []), written, picture_fault(data)))
    gone = [each for each in change.parts if each.file.startswith(PICTURES) and not each.text]
    missing = sorted(set(used) - {row[0] for row in rows})
    return call.page(
        "part_pictures.html",
        change=change,
        words=changes.WORDS,
        editable=change.state is State.EDITING,
        rows=rows,
        gone=gone,
        missing=missing,
        here=f"{ROOT}/changes/{change.id}/pictures",
    )


def save_picture(call: Call) -> Response:
    """Another picture, one in the place of an old one, or an old one taken away."""
    change = change_of(call)
    here = f"/changes/{change.id}/pictures"
    removed = call.text("remove", 100)
    if removed:
        return _keep_picture(call, change, removed, "")
    data = call.upload("picture")
    if data is None:
        raise Refusal(422, "还缺一项", "请选择一张 PNG 或 JPEG 图片。", back=f"{ROOT}{here}")
    name = _picture_name(call.text("name", 100) or _file_name(call), data)
    if not _PICTURE_NAME.fullmatch(name):
        raise Refusal(
            422,
            "文件名不合要求",
            "文件名用字母、数字、汉字、横线，以 .png 或 .jpg 结尾，例如 wufang-yangben.png。",
            back=f"{ROOT}{here}",
        )
    fault = "图片超过 1 MB：请缩小后再上传" if len(data) > MOST_PICTURE_BYTES else picture_fault(data)
    if fault:
        raise Refusal(422, "这张图片不能用", fault, back=f"{ROOT}{here}")
    there, text = change.file(f"{PICTURES}{name}"), base64.b64encode(data).decode()
    if there is not None and there.text not in ("", text) and there.edited_by != call.who:
        raise Refusal(
            409,
            "这张变更单里已有同名的图片",
            f"{there.edited_by} 上传了“{name}”，没有覆盖。要替换请先去掉那一张，或换个文件名。",
            back=f"{ROOT}{here}",
        )
    return _keep_picture(call, change, name, text)


def show_picture(call: Call) -> Response:
    """A picture as it stands in this change."""
    change, name = change_of(call), call.part("name")
    written = change.file(f"{PICTURES}{name}")
    text = written.text if written is not None else parts.current_now(call.room).get(f"{PICTURES}{name}", "")
    data = as_bytes(f"{PICTURES}{name}", text)
    if not data or picture_fault(data):
        raise not_found()
    kind = "image/png" if name.endswith(".png") else "image/jpeg"
    return Response(data, media_type=kind, headers={"Cache-Control": "private, no-store"})


def part_diff(call: Call) -> Response:
    """Everything of the change that is no matter, side by side."""
    from kiosk.server.console.diffing import side_by_side
    from kiosk.server.console.pages_changes import told

    change = change_of(call)
    shown = []
    for each in change.parts:
        said = told({each.file: each.base_text}, {each.file: each.text})
        lines = () if each.file.startswith(PICTURES) else side_by_side(each.base_text, each.text)
        shown.append((each, parts.label(each.file), said, lines))
    return call.page("part_diff.html", change=change, words=changes.WORDS, shown=shown, pictures=PICTURES)


def drop_part(call: Call) -> Response:
    """The part stays as it is published."""
    change = change_of(call)
    file = call.text("file", 120)
    outcome = changes.drop(call.room.engine, change.id, call.who, file, call.revision())
    settled(outcome, change.id)
    return call.go(f"/changes/{change.id}", "dropped")


def rebase_part(call: Call) -> Response:
    change = change_of(call)
    file = call.text("file", 120)
    now = parts.current_now(call.room).get(file, "")
    settled(changes.rebase(call.room.engine, change.id, call.who, file, call.revision(), now), change.id)
    return call.go(f"/changes/{change.id}/parts", "saved")


def _keep_picture(call: Call, change: Change, name: str, text: str) -> Response:
    file = f"{PICTURES}{name}"
    here = f"/changes/{change.id}/pictures"
    now, before, revision = _standing(call, change, file)
    if text == before:
        return call.go(here, "same")
    if not text and not now:  # it was never published: the change simply holds it no more
        settled(changes.drop(call.room.engine, change.id, call.who, file, revision), change.id)
        return call.go(here, "saved")
    saved = changes.save(call.room.engine, change.id, call.who, file, text, revision, now)
    settled(saved, change.id, f"{ROOT}{here}")
    return call.go(here, "saved")


def _standing(call: Call, change: Change, file: str) -> tuple[str, str, int]:
    """A part as it is published, as it stands in the change, and which draft that is."""
    now = parts.current_now(call.room).get(file, "")
    written = change.file(file)
    return (now, now, 0) if written is None else (written.base_text, written.text, written.revision)


def _unread_words(line: str) -> str:
    right = "请核对年份、日期、星期和天数，或写成：2027-02-05 至 2027-02-11 放假 春节"
    return f"这一行没有填进去：{line}（{right}）"


def _form(call: Call) -> Form:
    key = call.request.url.path.rpartition("/")[2]
    return FORMS[key]


def _file_name(call: Call) -> str:
    given = call.form.get("picture")
    return re.sub(r"[^0-9A-Za-z\u4e00-\u9fff_.-]", "-", str(getattr(given, "filename", "") or "")).lstrip(
        ".-"
    )


def _picture_name(given: str, data: bytes) -> str:
    """As cameras and people name files: 样本.PNG, IMG_1.JPEG, or without an ending."""
    name = given.lower() if given.isascii() else given
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return f"{name}.{'jpg' if data.startswith(JPEG) else 'png'}"
    return f"{stem}.{ending.lower().replace('jpeg', 'jpg')}"


def _uses(call: Call, change: Change) -> dict[str, list[str]]:
    """Which matters show a picture, by its name."""
    found: dict[str, list[str]] = {}
    for _, _, matter in workspace.matters_in(change.over(workspace.current_now(call.room))):
        for picture in matter.pictures:
            found.setdefault(picture.file, []).append(matter.plain_name.zh)
    return found


def _years(text: str) -> list[tuple[int, list[list[tuple[int, str, str]]]]]:
    """This year's and the next ones' days as the terminal will count them, month by month."""
    from datetime import datetime

    plain = plain_of(text) or {"version": "1"}
    try:
        overrides = CalendarOverrides.model_validate(plain)
    except ValueError:
        return []
    calendar = Calendar(overrides)
    first = datetime.now(SHANGHAI).year
    years = sorted({first, first + 1, *(each.year for each in overrides.years)})
    return [(year, [_month(calendar, year, month) for month in range(1, 13)]) for year in years[:4]]


def _month(calendar: Calendar, year: int, month: int) -> list[tuple[int, str, str]]:
    from calendar import monthrange

    first, count = monthrange(year, month)
    days: list[tuple[int, str, str]] = [(0, "", "")] * first
    for number in range(1, count + 1):
        day = calendar.day(date(year, month, number))
        days.append((number, day.kind.value if day.known else f"{day.kind.value} guessed", day.name))
    return days


_AT: Final = "/changes/{change}"
ENTRIES = (
    Entry("GET", f"{_AT}/reasons", Right.SEE, form_page),
    Entry("POST", f"{_AT}/reasons", Right.EDIT, save_form, keeps=True),
    Entry("GET", f"{_AT}/calendar", Right.SEE, form_page),
    Entry("POST", f"{_AT}/calendar", Right.EDIT, save_form, keeps=True),
    Entry("GET", f"{_AT}/texts", Right.SEE, texts_page),
    Entry("POST", f"{_AT}/texts", Right.EDIT, save_texts, keeps=True),
    Entry("GET", f"{_AT}/pictures", Right.SEE, pictures_page),
    Entry("POST", f"{_AT}/pictures", Right.EDIT, save_picture),
    Entry("GET", f"{_AT}/pictures/{{name}}", Right.SEE, show_picture),
    Entry("GET", f"{_AT}/parts", Right.SEE, part_diff),
    Entry("POST", f"{_AT}/parts/drop", Right.EDIT, drop_part),
    Entry("POST", f"{_AT}/parts/rebase", Right.EDIT, rebase_part),
)
