"""What is pushed beside matters: as it stands, and what is wrong in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from kiosk.bundles.parts import check_parts
from kiosk.matters.lint.findings import Finding
from kiosk.server.console.room import Room
from kiosk.server.console.sources import (
    BASE,
    CALENDAR,
    CHOICES,
    HALL_HOURS,
    PICTURES,
    REASONS,
    as_bytes,
    as_text,
    is_matter,
    parts_beside,
)
from kiosk.server.console.tables import published

TEXTS: Final = ("texts/zh.toml", "texts/en.toml")
PAGES: Final[Mapping[str, tuple[str, str]]] = {  # what it is called, and its page in a change
    REASONS: ("好差评评价标签", "reasons"),
    CALENDAR: ("放假安排", "calendar"),
    TEXTS[0]: ("屏幕文字（中文）", "texts"),
    TEXTS[1]: ("屏幕文字（英文）", "texts"),
    HALL_HOURS: ("大厅人员时间", "hall-hours"),
    BASE: ("基本目录", "base-catalogue"),
}


def label(file: str) -> str:
    if file.startswith(PICTURES):
        return f"图片 {file.removeprefix(PICTURES)}"
    if file.startswith(CHOICES):
        return f"选项列表 {file.removeprefix(CHOICES).removesuffix('.yaml')}"
    return PAGES.get(file, (file, ""))[0]


def page_of(file: str) -> str:
    """The last part of the address of the page on which it is edited in a change."""
    if file.startswith(CHOICES):
        return file.removesuffix(".yaml")
    return "pictures" if file.startswith(PICTURES) else PAGES.get(file, ("", ""))[1]


def current(room: Room, connection: Connection) -> dict[str, str]:
    """As approved here, else as it lies beside the platform's matters."""
    texts = {file: as_text(file, data) for file, data in parts_beside(room.platform.settings).items()}
    for row in connection.execute(select(published.c.file, published.c.text)):
        if not is_matter(row.file):
            texts[row.file] = row.text
    return {file: text for file, text in sorted(texts.items()) if text}


def picture_names(room: Room, change: Iterable[tuple[str, str]] = ()) -> frozenset[str]:
    """The pictures that terminals will have, with what a change brings (file and text) and takes away."""
    folder = room.platform.settings.matters_folder.parent / PICTURES
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
    with room.engine.connect() as connection:
        rows = connection.execute(
            select(published.c.file, published.c.text == "").where(published.c.file.startswith(PICTURES))
        ).all()
    for file, gone in (*rows, *((file, not text) for file, text in change if file.startswith(PICTURES))):
        name = file.removeprefix(PICTURES)
        names = names - {name} if gone else names | {name}
    return frozenset(names)


def current_now(room: Room) -> dict[str, str]:
    with room.engine.connect() as connection:
        return current(room, connection)


def check(texts: Mapping[str, str]) -> dict[str, tuple[Finding, ...]]:
    """What is wrong with the parts among ``texts``, by file."""
    files = {file: as_bytes(file, text) for file, text in texts.items() if text and not is_matter(file)}
    found: dict[str, list[Finding]] = {}
    with tempfile.TemporaryDirectory(prefix="kiosk-console-parts-") as name:
        copy = Path(name)
        for file, data in files.items():
            (copy / file).parent.mkdir(parents=True, exist_ok=True)
            (copy / file).write_bytes(data)
        for finding in check_parts(copy, copy, files):
            file = finding.file.removeprefix(f"{name}/")
            found.setdefault(file, []).append(replace(finding, file=file))
    return {file: tuple(each) for file, each in found.items() if file in files}
