"""Every page and every leaf of it, in every combination of panel, language, size, place of keys and colours:
laid out by the real window and looked through by the lints of :mod:`screens.kit.lint`; the technician's pages
on every panel, in both languages and all colours.

``python -m tests.torture.screens [combination ...]``; a name is the beginning of one: ``small-en-elder``.
Ends with 1 where something is found.  The combinations are shared by as many processes as there are
processors; ``make test`` walks a covering set.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from kiosk.matters.load import load_folder
from tests.screens.conftest import MATTERS, still_window
from tests.screens.matrix import ALL, Combination
from tests.screens.pages import PAGES
from tests.screens.technician.states import PAGES as TECHNICIAN
from tests.screens.technician.states import SITE, StillDesk

if TYPE_CHECKING:
    from kiosk.technician.state import TechnicianState
    from screens.app import CitizenWindow

LEAVES_AT_MOST: Final = 80
MANY: Final = 6
"""Leaves; pages with more of them are named."""
OPEN: Final[list[tuple[Any, StillDesk]]] = []
"""The window of this process, and the technician's desk behind it."""


def main(wanted: list[str]) -> int:
    chosen = [each for each in ALL if not wanted or any(str(each).startswith(name) for name in wanted)]
    workers = max(1, min(len(chosen), len(os.sched_getaffinity(0))))
    context = multiprocessing.get_context("spawn")  # a window does not survive a fork
    found = 0
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for lines, findings in pool.map(walk, chosen):
            found += findings
            print(*lines, sep="\n", flush=True)
    print(f"{found} findings")
    return int(found > 0)


def walk(combination: Combination) -> tuple[list[str], int]:
    """What is said of one combination, and how many findings there are."""
    from tests.screens.citizen.test_pages import show

    window, desk = _window()
    window.resize(combination.display)
    lines: list[str] = []
    leaves = 0
    many: list[str] = []
    for name, visit in PAGES.items():
        count = _leaves(window, lambda: show(window, visit, combination.mode), name, lines)  # noqa: B023
        leaves += count
        if count > MANY:
            many.append(f"{name} {count}")
    if not (combination.elder or combination.reach):  # those are a citizen's
        for name, state in TECHNICIAN.items():
            lines += _technicians(window, desk, name, state, combination)
        desk.state = type(desk.state)()
    said = [f"{combination}: {line}" for line in lines]
    more = f"; more than {MANY}: {', '.join(many)}" if many else ""
    return [*said, f"{combination}: {len(PAGES)} pages, {leaves} leaves{more}"], len(lines)


def _leaves(window: CitizenWindow, show: Callable[[], object], name: str, lines: list[str]) -> int:
    """Turn through a page; returns how many leaves it has."""
    from screens.kit.lint import lint
    from screens.kit.tree import tree
    from tests.screens.citizen.test_pages import advance

    show()
    for leaf in range(1, LEAVES_AT_MOST):
        lines += [f"{name}, leaf {leaf}: {finding}" for finding in lint(window.stage, window.ctx.metrics)]
        on = next((node for node in tree(window.stage) if node.key == "page-next"), None)
        if on is None or on.state.get("disabled"):
            return leaf
        advance(window, on)
    return LEAVES_AT_MOST


def _technicians(
    window: CitizenWindow, desk: StillDesk, name: str, state: TechnicianState, combination: Combination
) -> list[str]:
    from tests.screens.technician.test_pages import leaves, show

    show(window, desk, state, combination.mode)
    try:
        leaves(window, desk)
    except AssertionError as findings:
        return [f"technician {name}: {findings}"]
    return []


def _window() -> tuple[CitizenWindow, StillDesk]:
    """Kivy has one window in a process."""
    if not OPEN:
        catalogue = load_folder(MATTERS)
        assert not isinstance(catalogue, list), catalogue
        desk = StillDesk()
        window, _ = still_window(catalogue, double_tap_seconds=0.0, desk=desk, site=SITE)
        OPEN.append((window, desk))
    window, desk = OPEN[0]
    return window, desk


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
