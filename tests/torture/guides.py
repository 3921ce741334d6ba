"""Guides under torture: damaged matter files under the linter, damaged workbooks under the import."""

from __future__ import annotations

import io
import zipfile
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final

from kiosk.matters.excel.reading import import_matter
from kiosk.matters.excel.taken import Mistake
from kiosk.matters.excel.writing import export_matter
from kiosk.matters.lint.findings import Finding
from kiosk.matters.lint.run import lint_file
from kiosk.matters.lint.subject import Surroundings
from kiosk.matters.load import load_matter
from kiosk.matters.models import Matter
from kiosk.settings import DEFAULT_MATTERS_FOLDER
from tests.torture.damage import damaged
from tests.torture.target import Take, Target

MATTER_FILES: Final = sorted(DEFAULT_MATTERS_FOLDER.glob("*.yaml"))


def _linted(folder: Path, stack: ExitStack) -> Take:
    contents = [file.read_bytes() for file in MATTER_FILES]
    path, around = folder / "matter.yaml", Surroundings()

    def take(random: Random) -> list[object]:
        path.write_bytes(damaged(random.choice(contents), random))
        return list(lint_file(path, around)[1])

    return take


def _workbooks(folder: Path, stack: ExitStack) -> Take:
    """Either the packed file is damaged, or one part of it, which is then packed in order."""
    path = folder / "matter.xlsx"
    matter = load_matter(MATTER_FILES[0])
    assert isinstance(matter, Matter)
    export_matter(matter, path)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def take(random: Random) -> list[object]:
        path.write_bytes(
            damaged(whole, random) if random.random() < 0.2 else _with_a_damaged_part(parts, random)
        )
        found = import_matter(path)
        return list(found) if isinstance(found, list) else [found[0]]

    return take


def _with_a_damaged_part(parts: dict[str, bytes], random: Random) -> bytes:
    chosen, packed = random.choice(sorted(parts)), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, damaged(data, random) if name == chosen else data)
    return packed.getvalue()


GUIDES: Final = (
    Target("linted_matters", _linted, (Finding,), cost=500),
    Target("workbooks", _workbooks, (Matter, Mistake), cost=1000),
)
