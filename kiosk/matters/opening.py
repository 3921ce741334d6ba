"""Opens a catalogue by way of its compiled file, which is made anew where anything differs.

A start looks at every file's size, times and number (inode) only.  When one differs, the contents are
compared by their digests, and what has really changed is read, validated and compiled again; so it is when
this software, or what it stands on, is another one.  The result is the same as that of
:func:`kiosk.matters.load.load_folder`: the good matters, and every problem of the others.
"""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
import os
import sys
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from kiosk.matters import compiled
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.compiled import CompiledFile, CompiledShelf
from kiosk.matters.folder import matter_names
from kiosk.matters.problem import Problem
from values import dataclass

BASE_FILE: Final = "base-catalogue.yaml"
_RACY_NS: Final = 2_000_000_000
"""A file changed so shortly before it was read may change again without its times telling."""
_CODE: Final = (
    "compiled",
    "compiling",
    "document",
    "folder",
    "form_model",
    "guide_model",
    "haystack",
    "kinds",
    "load",
    "models",
    "numbers",
    "offer",
    "opening",
    "periods",
    "problem",
    "rules",
    "search",
    "shelf",
    "slots",
    "strict",
    "wellformed",
)
_LIBRARIES: Final = ("pydantic", "yaml", "pypinyin")


@dataclass(frozen=True)
class Counted:
    """What opening a catalogue took: files that were read to see whether they differ, and compiled anew."""

    looked_into: int = 0
    compiled: int = 0


def open_catalogue(folder: Path, file: Path) -> tuple[Catalogue, Counted]:
    """The catalogue of ``folder``, by way of the compiled ``file``, which is made or renewed where needed."""
    problems: list[Problem] = []
    names = matter_names(folder, problems)
    base = base_file(folder)
    stands = standing(folder, names, base)
    key = software()
    before = compiled.opened(file)
    if before is not None and before.head.get("key") != key:
        before = None
    if before is not None and before.head["standing"] == stands and not problems:
        return _catalogue(before, folder, problems), Counted()
    from kiosk.matters.compiling import compile_files

    paths = [folder / name for name in names]
    anew, made = compile_files(paths, base, key, stands, before, file)
    return _catalogue(made, folder, problems), Counted(len(paths), anew)


def compiled_beside(store: Path) -> Path:
    """Where a terminal keeps its compiled catalogue, given the file of its store."""
    return store.with_name(f"{store.stem}.matters")


def _catalogue(file: CompiledFile, folder: Path, problems: Iterable[Problem]) -> Catalogue:
    head = file.head
    found = [*problems, *(Problem(*problem) for problem in head["problems"])]
    base = frozenset(head["base"][1]) if head["base"] is not None else None
    return Catalogue(problems=found, base=base, shelf=CompiledShelf(file, folder))


def base_file(folder: Path) -> Path | None:
    """The base catalogue beside or above the folder of the matters."""
    where = folder.resolve()
    found = (each / BASE_FILE for each in (where, where.parent))
    return next((file for file in found if file.is_file()), None)


def standing(folder: Path, names: list[str], base: Path | None = None) -> bytes:
    """Differs when a file has come, gone or been written to, or may have been just now."""
    now = time.time_ns()
    where = os.fspath(folder)
    told: list[int | None] = []
    for path in (*(f"{where}/{name}" for name in names), *((base,) if base else ())):
        try:
            seen = os.stat(path)
        except OSError as error:
            told.append(error.errno)
            continue
        changed = seen.st_ctime_ns
        told += (seen.st_size, seen.st_mtime_ns, changed, seen.st_ino, seen.st_dev)
        if abs(now - changed) < _RACY_NS:
            told.append(now)
    return hashlib.blake2b(marshal.dumps((names, told), 0), digest_size=16).digest()


@cache
def software() -> bytes:
    """Differs when this software does, or what it stands on."""
    digest = hashlib.blake2b(sys.version.encode(), digest_size=16)
    here = Path(__file__).parent
    for name in _CODE:
        digest.update((here / f"{name}.py").read_bytes())
    for library in _LIBRARIES:
        found = importlib.util.find_spec(library)
        seen = os.stat(found.origin) if found is not None and found.origin else None
        digest.update(f"{library} {seen and (seen.st_size, seen.st_mtime_ns)}".encode())
    return digest.digest()
