"""What goes into a change beside matters, with forms: rating reasons, calendar, texts, pictures."""

from __future__ import annotations

import base64
import re
from datetime import date
from typing import Final

from starlette.responses import Response

from kiosk.bundles.parts import picture_fault, picture_size
from kiosk.matters.calendar import Calendar, CalendarOverrides
from kiosk.server.console import boxes, changes, list_forms, part_forms, parts, workspace
from kiosk.server.console.changes import Change, State
from kiosk.server.console.desk import ROOT, Call, Entry, Refusal, not_found
from kiosk.server.console.forms_of_parts import FORMS, Form, form_of, list_label, product_lists, product_text
from kiosk.server.console.list_forms import LIST_NAME
from kiosk.server.console.pages_changes import change_of, settled
from kiosk.server.console.rewriting import plain_of
from kiosk.server.console.roles import Right
from kiosk.server.console.sources import BASE, CHOICES, PICTURES, as_bytes
from kiosk.server.context import SHANGHAI
from kiosk.server.publication import base_of

MOST_PICTURE_BYTES: Final = 1024 * 1024
JPEG: Final = b"\xff\xd8\xff"
_PICTURE_NAME: Final = re.compile(r"[0-9A-Za-z\u4e00-\u9fff_-][0-9A-Za-z\u4e00-\u9fff_.-]{0,79}\.(png|jpg)")


def form_page(call: Call, unread: list[str] | None = None, status: int = 200) -> Response:
    change, form = change_of(call), _form(call)
    now, text, revision = _form_standing(call, change, form)
    draft = call.draft() if change.state is State.EDITING else None
    kept = draft is not None and draft.revision == revision
    if draft is not None:
        over, found = form.text(text, draft.fields)
        if over == text and not found:
            call.saved()
            draft = None
        elif kept:
            text, unread = over, unread or found
    panels, rest = boxes.marked(form.panels(text), form.wrong(text))
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
        doubts=[*form.doubts(text), *_no_longer_listed(call, change, form, text)],
        years=_years(text) if form.key == "calendar" else (),
        now=now,
        here=f"{ROOT}/changes/{change.id}/{form.key}",
    )


def save_form(call: Call) -> Response:
    change, form = change_of(call), _form(call)
    here = f"/changes/{change.id}/{form.key}"
    now, before, revision = _form_standing(call, change, form)
    text, unread = form.text(before, call.fields())
    given = call.revision()
    if text != before or given != revision:
        saved = changes.save(call.room.engine, change.id, call.who, form.file, text, given, now)
        settled(saved, change.id, f"{ROOT}{here}", "\n".join(filter(None, call.fields().values())))
    call.saved()
    if unread:
        return form_page(call, unread, 422)
    return call.go(here, "same" if text == before else "saved")


def choices_page(call: Call) -> Response:
    """Every list of choices; and on to one, or to a new one."""
    change = change_of(call)
    here = f"/changes/{change.id}/choices"
    new = call.query("new", 40)
    if new:
        if not LIST_NAME.fullmatch(new):
            words = "列表名以小写字母开头，只用小写字母、数字和下划线，例如 schools。"
            raise Refusal(422, "列表名不合要求", words, back=f"{ROOT}{here}")
        return call.go(f"{here}/{new}")
    written = {each.file: each.text for each in change.parts}
    texts = {**product_lists(), **parts.current_now(call.room), **written}
    rows = []
    for file, text in sorted(texts.items()):
        if file.startswith(CHOICES) and text:
            name = file.removeprefix(CHOICES).removesuffix(".yaml")
            plain = list_forms.plain_of(text)
            many = len(plain) if isinstance(plain, list) else 0
            rows.append((name, list_label(name), many, file in written))
    return call.page(
        "part_choices.html",
        change=change,
        words=changes.WORDS,
        editable=change.state is State.EDITING,
        rows=rows,
        here=f"{ROOT}{here}",
    )


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


def _form_standing(call: Call, change: Change, form: Form) -> tuple[str, str, int]:
    """The same; where nothing is published, one begins from what terminals have of the product."""
    now, text, revision = _standing(call, change, form.file)
    fresh = not now and change.file(form.file) is None
    return now, product_text(form.file) if fresh else text, revision


def _unread_words(line: str) -> str:
    right = "请核对年份、日期、星期和天数，或写成：2027-02-05 至 2027-02-11 放假 春节"
    return f"这一行没有填进去：{line}（{right}）"


def _form(call: Call) -> Form:
    form = form_of(call.request.url.path.partition(f"/changes/{call.part('change')}/")[2])
    if form is None:
        raise not_found()
    return form


def _no_longer_listed(call: Call, change: Change, form: Form, text: str) -> list[str]:
    """Matters that could not be offered any more (Article 5), for whoever pastes a new catalogue."""
    if form.file != BASE or form.wrong(text):
        return []
    listed = base_of(text)
    if listed is None:
        return []
    matters = workspace.matters_in(change.over(workspace.current_now(call.room)))
    gone = listed.not_listed(matter for _, _, matter in matters)
    return [f"事项“{each.plain_name.zh}”（{each.catalog_code}）不在这份目录里，不能再提供。" for each in gone]


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
_FORM_PAGES: Final = (*FORMS, "choices/{list}")
ENTRIES = (
    *(Entry("GET", f"{_AT}/{key}", Right.SEE, form_page) for key in _FORM_PAGES),
    *(Entry("POST", f"{_AT}/{key}", Right.EDIT, save_form, keeps=True) for key in _FORM_PAGES),
    Entry("GET", f"{_AT}/choices", Right.SEE, choices_page),
    Entry("GET", f"{_AT}/texts", Right.SEE, texts_page),
    Entry("POST", f"{_AT}/texts", Right.EDIT, save_texts, keeps=True),
    Entry("GET", f"{_AT}/pictures", Right.SEE, pictures_page),
    Entry("POST", f"{_AT}/pictures", Right.EDIT, save_picture),
    Entry("GET", f"{_AT}/pictures/{{name}}", Right.SEE, show_picture),
    Entry("GET", f"{_AT}/parts", Right.SEE, part_diff),
    Entry("POST", f"{_AT}/parts/drop", Right.EDIT, drop_part),
    Entry("POST", f"{_AT}/parts/rebase", Right.EDIT, rebase_part),
)
