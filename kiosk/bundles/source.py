"""The folder that an official edits, read once, checked, and made into a bundle.

What may stand in it: ``matters/*.yaml``, ``base-catalogue.yaml``, ``rating-reasons.yaml``, ``calendar.yaml``,
``hall-hours.yaml``, ``choices/*.yaml``, ``texts/zh.toml`` and ``texts/en.toml``, ``pictures/*.png`` and
``*.jpg``.  Everything else stays where it is and is named.  Files are read into memory first and linted from
a copy: what was checked is what is packed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kiosk.bundles.archive import Bundle, pack
from kiosk.bundles.changes import changes_between
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.manifest import (
    MOST_BUNDLE_BYTES,
    MOST_FILE_BYTES,
    MOST_FILES,
    is_safe_path,
    make_manifest,
)
from kiosk.bundles.parts import check_parts
from kiosk.matters.base import load_base_catalogue
from kiosk.matters.lint.findings import Finding, Severity
from kiosk.matters.lint.run import lint
from kiosk.matters.lint.subject import Listing, Surroundings

MATTERS: Final = "matters"
SINGLE_FILES: Final = ("base-catalogue.yaml", "rating-reasons.yaml", "calendar.yaml", "hall-hours.yaml")
FOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    MATTERS: (".yaml", ".yml"),
    "choices": (".yaml",),
    "texts": (".toml",),
    "pictures": (".png", ".jpg"),
}
# Beside a product's own matters lie things that are the product's and never an official's.
NEVER_MEANT: Final = frozenset(
    ("faults.toml", "mending.toml", "matter.schema.json", "terminal.example.toml", "lock", "setup")
)


@dataclass(frozen=True)
class Source:
    """``left_out``: what lies in the folder and goes into no bundle."""

    folder: Path
    files: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()


def read_source(folder: Path) -> Source | BundleFault:
    """Everything of ``folder`` that goes into a bundle."""
    if not folder.is_dir():
        return BundleFault("bundle.source", f"{folder} is no folder", permanent=True)
    try:
        paths = sorted(_paths(folder))
        left_out = _left_out(folder, paths)
        if len(paths) > MOST_FILES:
            return BundleFault("bundle.too_large", f"more than {MOST_FILES} files", permanent=True)
        files: dict[str, bytes] = {}
        total = 0
        for name in paths:
            path = folder / name
            if not is_safe_path(name) or path.is_symlink() or not path.is_file():
                return BundleFault(
                    "bundle.source", f"{name}: not a plain file with a plain name", permanent=True
                )
            with path.open("rb") as stream:
                data = stream.read(MOST_FILE_BYTES + 1)
            total += len(data)
            if len(data) > MOST_FILE_BYTES or total > MOST_BUNDLE_BYTES // 2:
                return BundleFault("bundle.too_large", name, permanent=True)
            files[name] = data
    except OSError as error:
        return BundleFault("bundle.source", f"{error.filename}: {error.strerror}")
    if not any(name.startswith(f"{MATTERS}/") for name in files):
        return BundleFault("bundle.source", f"there is no matter in {folder / MATTERS}", permanent=True)
    return Source(folder, files, left_out)


def check_source(source: Source) -> tuple[Finding, ...]:
    """What the linter says of the matters, and what is wrong with the other parts."""
    with tempfile.TemporaryDirectory(prefix="kiosk-lint-") as name:
        copy = Path(name)
        for path, data in source.files.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_bytes(data)
        pictures = frozenset(path.partition("/")[2] for path in source.files if path.startswith("pictures/"))
        found = lint(copy / MATTERS, Surroundings(_listing(copy), pictures=pictures)).findings
        told = tuple(
            replace(finding, file=finding.file.replace(str(copy), str(source.folder))) for finding in found
        )
        return (*told, *check_parts(source.folder, copy, source.files))


def errors_of(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that keep a folder from becoming a bundle."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def build(
    folder: Path, sequence: int = 1, floor: int = 1, before: Bundle | None = None
) -> Bundle | BundleFault:
    """The bundle of a folder that passes the linter; the same input gives the same bytes.

    ``before``: the bundle that the change list is told against.  ``bundle.lint`` when the linter finds errors
    (``check_source`` tells which).
    """
    source = read_source(folder)
    if isinstance(source, BundleFault):
        return source
    errors = errors_of(check_source(source))
    if errors:
        first = errors[0]
        return BundleFault(
            "bundle.lint",
            f"{len(errors)} errors, the first in {first.file}:{first.line}: {first.zh}",
            permanent=True,
        )
    return build_checked(source, sequence, floor, before)


def build_checked(
    source: Source, sequence: int, floor: int = 1, before: Bundle | None = None
) -> Bundle | BundleFault:
    """As :func:`build`, of a source that has been checked already."""
    if sequence < 1 or not 1 <= floor <= sequence:
        return BundleFault("bundle.sequence", f"sequence {sequence}, floor {floor}", permanent=True)
    if before is not None and before.manifest.sequence >= sequence:
        return BundleFault(
            "bundle.sequence", f"{sequence} is not above {before.manifest.sequence}", permanent=True
        )
    changes = changes_between(before.files, source.files) if before is not None else ()
    known = before.manifest.content if before is not None else ""
    bundle = pack(make_manifest(source.files, sequence, floor, known, changes), source.files)
    if len(bundle.data) > MOST_BUNDLE_BYTES:
        return BundleFault("bundle.too_large", f"{len(bundle.data)} bytes", permanent=True)
    return bundle


def _paths(folder: Path) -> Iterator[str]:
    for name in SINGLE_FILES:
        if (folder / name).exists():
            yield name
    for part, suffixes in FOLDERS.items():
        if (folder / part).is_dir():
            for path in (folder / part).iterdir():
                if path.suffix in suffixes and not path.name.startswith("."):
                    yield f"{part}/{path.name}"


def _left_out(folder: Path, taken: list[str]) -> tuple[str, ...]:
    known = {*taken, *FOLDERS, *NEVER_MEANT}
    inside = [path.name for path in folder.iterdir()]
    for part in FOLDERS:
        if (folder / part).is_dir():
            inside += [f"{part}/{path.name}" for path in (folder / part).iterdir()]
    return tuple(sorted(name for name in inside if name not in known and not name.startswith(".")))


def _listing(folder: Path) -> Listing | None:
    file = folder / SINGLE_FILES[0]
    loaded = load_base_catalogue(file) if file.is_file() else []
    return None if isinstance(loaded, list) else Listing.of(loaded)
