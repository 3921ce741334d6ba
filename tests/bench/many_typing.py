"""Our half of ``tests.bench.many`` on the page: processor time of each keystroke of what people type, in
milliseconds, as one JSON list.  ``python -m tests.bench.many_typing MATTERS COMPILED``."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kiosk.matters.opening import open_catalogue
from kiosk.visit import browsing
from kiosk.visit import events as ev
from screens import window_setup
from screens.garbage import STILL_SECONDS
from screens.window_setup import Display
from tests.bench.many import MS, TYPED


def main(matters: Path, compiled: Path) -> None:
    display = Display()
    window_setup.prepare(display, headless=True)
    from kivy.base import EventLoop

    from screens.opening import open_window
    from tests.screens.conftest import Puppet

    class Searcher(Puppet):
        """The flow of a search, and nothing else of a visit."""

        def send(self, event: Any) -> None:
            if isinstance(event, ev.SearchMatters):
                world: Any = SimpleNamespace(catalogue=self.catalogue)
                self.state = browsing.search_matters(self.state, event, world)[0]

    catalogue = open_catalogue(matters, compiled)[0]
    catalogue.prepare_search()
    window: Any = open_window(Searcher(catalogue), display, headless=True, motion=False)
    spent = []
    for typed in TYPED:
        window.send(ev.SearchMatters(""))
        begin = time.monotonic()
        while time.monotonic() - begin < 2 * STILL_SECONDS:  # she looks for the next letter
            EventLoop.idle()
            time.sleep(0.01)
        for end in range(1, len(typed) + 1):
            began = time.process_time()
            window.send(ev.SearchMatters(typed[:end]))
            spent.append((time.process_time() - began) * MS)
            EventLoop.idle()
    print(json.dumps(spent))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
