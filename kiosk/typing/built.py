"""The compiled tables: where they are, and whether they still are as set-up left them.

librime maps them into memory and trusts them; a damaged one could take the whole terminal down.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from devices.contract import Fault

BUILT: Final = Path(__file__).parent / "built"
SCHEMA: Final = "kiosk_pinyin"
ALIKE: Final = "kiosk_alike"
"""The same dictionary, spelled by who does not tell zh from z, or -ng from -n."""
STAMP: Final = "built.json"
STROKES_FILE: Final = "strokes.txt"


def digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_stamp(folder: Path) -> dict[str, dict[str, str]]:
    """``sources`` and ``files``, names with SHA-256; empty when there is no readable stamp."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def damaged(folder: Path) -> Fault | None:
    """``typing.not_built`` or ``typing.tables_damaged``; ``None`` when all files are what they were."""
    files = read_stamp(folder).get("files")
    if not isinstance(files, dict) or not files:
        return Fault("typing.not_built", permanent=True)
    for name, expected in files.items():
        try:
            whole = digest(folder / name) == expected
        except OSError:
            whole = False
        if not whole:
            return Fault("typing.tables_damaged", name, permanent=True)
    return None
