"""Long lists in parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SIZE: Final = 50


@dataclass(frozen=True)
class Pages:
    number: int
    total: int
    size: int = SIZE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))
