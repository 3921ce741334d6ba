"""Small files of the configuration that have been read before: a start reads no YAML for them again.

What stood in each is kept in one file beside the store, with the size, times and number (inode) that its own
file had.  It has a digest, may be thrown away at any time, and is validated as when it was read.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from kiosk.matters import compiled
from kiosk.matters.opening import software, standing

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.matters.problem import Problem

M = TypeVar("M", bound=BaseModel)


class KeptFiles:
    def __init__(self, file: Path) -> None:
        """``file``: where they are kept."""
        self._file = file
        self._software = software()
        self._known: dict[str, tuple[bytes, Any]] = {}
        self._changed = False
        before = compiled.opened(file)
        if before is not None and before.head.get("key") == self._software:
            self._known = before.head["files"]

    def load(self, path: Path, model: type[M]) -> M | list[Problem]:
        """As ``kiosk.matters.load.load_model``."""
        stands = standing(path.parent, [path.name])
        before, plain = self._known.get(str(path), (b"", None))
        if before == stands:
            with suppress(ValidationError):
                return model.model_validate(plain)
        from kiosk.matters.document import read_document
        from kiosk.matters.load import checked_model

        root = read_document(path)
        if isinstance(root, list):
            return root
        loaded = checked_model(root, path.name, model)
        if not isinstance(loaded, list):
            self._known[str(path)] = (stands, root.plain())
            self._changed = True
        return loaded

    def keep(self) -> None:
        """For the next start."""
        if self._changed:
            head = {"key": self._software, "files": self._known}
            compiled.written(self._file, head, compiled.Items())
            self._changed = False


def kept_beside(store: Path) -> Path:
    """Where a terminal keeps them, given the file of its store."""
    return store.with_name(f"{store.stem}.parts")
