"""Which files of a folder are matters."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from kiosk.matters.problem import Problem

SUFFIXES: Final = (".yaml", ".yml")


def matter_files(folder: Path, problems: list[Problem]) -> list[Path]:
    """The files of matters directly in ``folder``, by name; why it cannot be read goes into ``problems``."""
    return [folder / name for name in matter_names(folder, problems)]


def matter_names(folder: Path, problems: list[Problem]) -> list[str]:
    """The names of :func:`matter_files`."""
    try:
        return sorted(
            name for name in os.listdir(folder) if name.endswith(SUFFIXES) and not name.startswith(".")
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"the folder of matters cannot be read ({reason}): check its path and permissions"
        problems.append(Problem(folder.name or str(folder), 1, 1, "folder.unreadable", message))
        return []
