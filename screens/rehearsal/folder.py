"""The folder of a rehearsal: emptied of what an earlier one left, and written to without losing the visit."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from kiosk.visit.state import PaperKind

SUMMARY: Final = "summary.json"
TEXTS: Final = "texts.json"
LOG: Final = "terminal.log"
_KINDS: Final = "|".join(kind.value for kind in PaperKind)
_OURS: Final = re.compile(rf"({_KINDS})(-\d+)?\.pdf|\d{{2,}}-[a-z_-]+\.png")
_PROBE: Final = ".kiosk-probe"


class Folder:
    """``path`` is there and can be written to."""

    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        self.path = path
        self._say = say
        self.papers: dict[PaperKind, list[Path]] = {}
        self.complete = True  # all that was to be written is

    def keep_paper(self, kind: PaperKind, pdf: bytes) -> None:
        kept = self.papers.setdefault(kind, [])
        number = f"-{len(kept) + 1}" if kept else ""
        path = self.path / f"{kind.value}{number}.pdf"
        if self._written(path, pdf):
            kept.append(path)

    def keep_summary(self, summary: dict[str, Any]) -> None:
        self._written(self.path / SUMMARY, _json(summary))

    def keep_texts(self, told: dict[str, Any]) -> None:
        self._written(self.path / TEXTS, _json(told))

    def _written(self, path: Path, content: bytes) -> bool:
        """Whole, or not at all."""
        try:
            path.write_bytes(content)
        except OSError as error:
            self.complete = False
            self._say(f"kiosk: {path} could not be written: {error.strerror}")
            with suppress(OSError):  # else half a file stays; it has been said what it is
                path.unlink(missing_ok=True)
            return False
        return True


def open_folder(path: Path, say: Callable[[str], None]) -> Folder | None:
    """The folder without what an earlier rehearsal left there; ``None``, and said why, when it is no use."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        for entry in list(path.iterdir()):
            if entry.name in (SUMMARY, TEXTS, LOG) or _OURS.fullmatch(entry.name):
                entry.unlink()
        probe = path / _PROBE
        probe.write_bytes(b"\n")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or os.strerror(error.errno or 0)
        say(f"kiosk: {path} cannot be used as a folder: {reason}; name another with --out")
        return None
    return Folder(path, say)


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
