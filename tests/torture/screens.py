"""Every page and every leaf of it, in every combination of panel, language, size, place of keys and colours:
laid out by the real window and looked through by the lints of :mod:`screens.kit.lint`.

``python -m tests.torture.screens [combination ...]``; a name is the beginning of one: ``small-en-elder``.
Ends with 1 where something is found.  Hours of pages: ``make test`` walks a covering set of combinations.
"""

from __future__ import annotations

import sys
from typing import Final

from kiosk.matters.load import load_folder
from screens.kit.lint import lint
from screens.kit.tree import tree
from screens.opening import open_window
from tests.screens.citizen.test_pages import advance, show
from tests.screens.conftest import MATTERS, NOON, PORTRAIT, Puppet
from tests.screens.matrix import ALL
from tests.screens.pages import PAGES

LEAVES_AT_MOST: Final = 80


def main(wanted: list[str]) -> int:
    catalogue = load_folder(MATTERS)
    assert not isinstance(catalogue, list), catalogue
    window = open_window(
        Puppet(catalogue), PORTRAIT, headless=True, motion=False, now=lambda: NOON, double_tap_seconds=0.0
    )
    found = 0
    for combination in ALL:
        if wanted and not any(str(combination).startswith(each) for each in wanted):
            continue
        window.resize(combination.display)
        leaves = 0
        for name, visit in PAGES.items():
            show(window, visit, combination.mode)
            for leaf in range(1, LEAVES_AT_MOST):
                leaves += 1
                for finding in lint(window.stage, window.ctx.metrics):
                    found += 1
                    print(f"{combination}: {name}, leaf {leaf}: {finding}", flush=True)
                on = next((node for node in tree(window.stage) if node.key == "page-next"), None)
                if on is None or on.state.get("disabled"):
                    break
                advance(window, on)
        print(f"{combination}: {len(PAGES)} pages, {leaves} leaves", flush=True)
    print(f"{found} findings")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
