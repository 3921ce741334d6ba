"""What is wrong in a file of the configuration."""

from __future__ import annotations

from values import dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file, where (1-based), and how to mend it; ``path``: in the tree, with dots."""

    file: str
    line: int
    column: int
    code: str
    message: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message} [{self.code}]"
