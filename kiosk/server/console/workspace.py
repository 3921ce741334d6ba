"""The matter files as they stand: those of the platform's folder, and over them what was approved here."""

from __future__ import annotations

import hashlib
import re
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from kiosk.matters.base import BaseCatalogue
from kiosk.matters.document import ONE_MATTER, parse_document, read_text
from kiosk.matters.lint.article6 import Shared
from kiosk.matters.lint.findings import Finding, Severity, in_order
from kiosk.matters.lint.run import lint_file, together
from kiosk.matters.lint.subject import Listing, Surroundings
from kiosk.matters.load import checked_matter, matter_files
from kiosk.matters.models import Matter
from kiosk.matters.problem import Problem
from kiosk.server.console.parts import picture_names
from kiosk.server.console.room import Room
from kiosk.server.console.sources import BASE, is_matter
from kiosk.server.console.tables import published
from kiosk.server.context import SHANGHAI
from kiosk.server.publication import base_of

FILE_NAME: Final = re.compile(r"[\w\u4e00-\u9fff][\w\u4e00-\u9fff.\-]{0,100}\.ya?ml")
MOST_CHARACTERS: Final = ONE_MATTER.bytes
_KEPT: Final = 8  # checked states of all files
_KEPT_FILES: Final = 1000
MANY: Final = 300


@dataclass(frozen=True)
class Checked:
    """``matters`` by file name; a file that is no matter yet is only in ``findings``."""

    matters: Mapping[str, Matter]
    findings: Mapping[str, tuple[Finding, ...]]

    def count(self, file: str, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings.get(file, ()))

    def errors(self) -> tuple[Finding, ...]:
        every = (finding for found in self.findings.values() for finding in found)
        return tuple(finding for finding in every if finding.severity is Severity.ERROR)


def current(room: Room, connection: Connection) -> dict[str, str]:
    """File name -> text, in the order of the names."""
    texts: dict[str, str] = {}
    for path in matter_files(room.platform.settings.matters_folder, []):
        text = read_text(path)
        if not isinstance(text, Problem) and FILE_NAME.fullmatch(path.name) and is_matter(path.name):
            texts[path.name] = text
    for row in connection.execute(select(published.c.file, published.c.text)):
        if is_matter(row.file):
            texts[row.file] = row.text
    return {name: text for name, text in sorted(texts.items()) if text}  # an empty one was withdrawn


def current_now(room: Room) -> dict[str, str]:
    with room.engine.connect() as connection:
        return current(room, connection)


_checked: dict[str, Checked] = {}
_checking = threading.Lock()


def checked(
    room: Room,
    texts: Mapping[str, str],
    wanted: Collection[str] | None = None,
    change: Iterable[tuple[str, str]] = (),
) -> Checked:
    """All of them under the linter, each alone and together; kept until a file or the day is another.

    ``change``: files and texts that are not matters and come with them.
    ``wanted``: the files that somebody asks about.  Where there are more than :data:`MANY`, only these are
    looked at: nobody waits minutes for a page.
    """
    if wanted is not None and len(texts) > MANY:
        texts = {name: text for name, text in texts.items() if name in wanted}
    pictures = picture_names(room, change)
    base = base_listed(room, change)
    around = Surroundings(Listing.of(base), datetime.now(SHANGHAI).date(), pictures)
    known = f"{around.today} {sha256(base.model_dump_json())} {sorted(pictures)}"
    key = digest_of({**texts, "": known})
    with _checking:
        if key not in _checked:
            while len(_checked) >= _KEPT:
                _checked.pop(next(iter(_checked)))
            _checked[key] = _check(texts, around, known)
        return _checked[key]


_ones: dict[tuple[str, str, str], tuple[Shared | None, tuple[Finding, ...]]] = {}


def base_listed(room: Room, change: Iterable[tuple[str, str]] = ()) -> BaseCatalogue:
    """The base catalogue that will be in force: as a change has it, else as approved here, else the
    platform's own."""
    text = dict(change).get(BASE, "")
    if not text:
        with room.engine.connect() as connection:
            approved = select(published.c.text).where(published.c.file == BASE)
            text = connection.execute(approved).scalar() or ""
    return (base_of(text) if text else None) or room.platform.base


def _check(texts: Mapping[str, str], around: Surroundings, known: str) -> Checked:
    findings: dict[str, list[Finding]] = {}
    alone = [_one(file, text, around, known) for file, text in texts.items()]
    shared = [each for each, _ in alone if each is not None]
    for finding in in_order([*(each for _, found in alone for each in found), *together(shared)]):
        findings.setdefault(finding.file, []).append(finding)
    matters = {file: matter for file, _, matter in matters_in(texts)}
    return Checked(matters, {file: tuple(found) for file, found in findings.items()})


def _one(file: str, text: str, around: Surroundings, known: str) -> tuple[Shared | None, tuple[Finding, ...]]:
    """One file by itself: most of the work, and most files stay as they are.  ``known`` tells ``around``
    from another one."""
    key = (file, sha256(text), known)
    if key not in _ones:
        while len(_ones) >= _KEPT_FILES:
            _ones.pop(next(iter(_ones)))
        with tempfile.TemporaryDirectory(prefix="kiosk-console-lint-") as name:
            path = Path(name) / file
            path.write_text(text, encoding="utf-8")
            shared, found = lint_file(path, around)
        told = tuple(replace(each, file=file, zh=each.zh.replace(f"{name}/", "")) for each in found)
        _ones[key] = (replace(shared, file=file) if shared is not None else None), told
    return _ones[key]


@lru_cache(maxsize=4096)
def matter_of(file: str, text: str) -> Matter | None:
    root = parse_document(text, file)
    matter = root if isinstance(root, list) else checked_matter(root, file)
    return None if isinstance(matter, list) else matter


def matters_in(texts: Mapping[str, str]) -> Iterator[tuple[str, str, Matter]]:
    """File, text and matter of each that is whole."""
    for file, text in texts.items():
        matter = matter_of(file, text)
        if matter is not None:
            yield file, text, matter


def with_code(texts: Mapping[str, str], code: str) -> tuple[str, str, Matter] | None:
    return next((found for found in matters_in(texts) if found[2].task_code == code), None)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of(texts: Mapping[str, str]) -> str:
    """Of all of them; another name or another byte gives another."""
    whole = hashlib.sha256()
    for name, text in sorted(texts.items()):
        whole.update(f"{len(name)}:{name}:{sha256(text)}\n".encode())
    return whole.hexdigest()
