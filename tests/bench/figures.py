"""A figure of ours beside its peer's, as a ratio of medians."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Figure:
    """``ours`` and ``peer`` hold one value a run, in ``unit``; ``aim`` is the ratio to stay under."""

    name: str
    unit: str
    ours: tuple[float, ...]
    peer: tuple[float, ...] = ()
    peer_name: str = ""
    aim: float | None = None

    @property
    def ratio(self) -> float | None:
        peer = median(self.peer) if self.peer else 0.0
        return median(self.ours) / peer if peer else None

    def __str__(self) -> str:
        ours = f"{median(self.ours):10.2f} {self.unit:<8}"
        if self.ratio is None:
            return f"{self.name:<44}{ours}"
        aim = f"aim {self.aim:.2f}x" if self.aim is not None else ""
        return f"{self.name:<44}{ours}{median(self.peer):10.2f} {self.peer_name:<34}{self.ratio:6.2f}x  {aim}"


def tree_of(pid: int) -> set[int]:
    """``pid`` and all its descendants that are alive."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue  # it ended while we looked
    tree = {pid}
    grew = True
    while grew:
        children = {child for child, parent in parents.items() if parent in tree} - tree
        tree |= children
        grew = bool(children)
    return tree


def pss_mib(pids: Iterable[int]) -> float:
    """Proportional set size of all of them together, MiB."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
