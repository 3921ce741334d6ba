"""Looks at a demonstration that has no display: tells each bundle that it shows, and keeps pictures of it.

On the window's clock, a step at a time, while nobody is being served: the terminal itself goes on as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.bundles.archive import verify_folder
from kiosk.bundles.fault import BundleFault
from kiosk.visit.events import ChooseMatter, GoHome, Touch
from kiosk.visit.state import nobody_is_here

if TYPE_CHECKING:
    from kiosk.bundles.manifest import Manifest
    from kiosk.terminal import Terminal
    from screens.app import CitizenWindow

LOOK_SECONDS: Final = 0.5
MOST_LOOKS: Final = 20  # until a page has turned
MOST_MATTERS: Final = 5  # of one bundle that pictures are made of


class Onlooker:
    """Call :meth:`look` every :data:`LOOK_SECONDS`."""

    def __init__(
        self, terminal: Terminal, window: CitizenWindow, pictures: Path, say: Callable[[str], None]
    ) -> None:
        self._terminal = terminal
        self._window = window
        self._pictures = pictures
        self._say = say
        self._shown: Manifest | None = None
        self._digest = ""
        self._fault = ""
        self._matters: tuple[str, ...] = ()  # whose guides are looked at: those that a bundle changed
        self._steps: Iterator[None] = iter(())
        self._count = 0

    def look(self, _seconds: float = 0.0) -> None:
        for _ in self._steps:
            return
        if self._terminal.configuration is None or not nobody_is_here(self._terminal.controller.state):
            return
        standing = self._terminal.configuration.standing
        code = standing.fault.code if standing.fault is not None else ""
        if code != self._fault:
            self._fault = code
            told = f"不接受新的配置包 nothing new is taken: {standing.fault}" if code else "正常 in order"
            self._say(f"kiosk: {told}")
        if standing.active and standing.active != self._digest:
            self._digest = standing.active
            self._steps = self._seen()

    def _seen(self) -> Iterator[None]:
        configuration = self._terminal.configuration
        assert configuration is not None and configuration.places.folder is not None
        manifest = verify_folder(configuration.places.folder)
        if isinstance(manifest, BundleFault):
            return
        before, self._shown = self._shown, manifest
        number = manifest.sequence
        self._say(f"kiosk: 终端现在显示配置包 {number} the terminal now shows bundle {number}")
        if before is not None and manifest.before == before.content:
            self._matters = tuple(dict.fromkeys(each.what for each in manifest.changes))[:MOST_MATTERS]
            for change in manifest.changes:
                self._say(f"kiosk:   {change.zh}")
        codes = {row.name: row.task_code for row in self._terminal.catalogue.rows()}
        controller = self._terminal.controller
        self._count += 1
        head = f"{self._count:02}-bundle-{number}"
        yield from self._picture(f"{head}-home")
        for name in self._matters:
            if name in codes and nobody_is_here(controller.state):
                yield from self._turned(ChooseMatter(codes[name]))
                yield from self._picture(f"{head}-{codes[name]}")
                yield from self._turned(GoHome())

    def _turned(self, touch: Touch) -> Iterator[None]:
        """Do it, and wait until another page is there and at rest."""
        before = self._window.stage.page
        self._window.send(touch)
        for _ in range(MOST_LOOKS):
            yield
            if self._window.stage.page is not before and not self._window.moving:
                return

    def _picture(self, name: str) -> Iterator[None]:
        yield
        path = self._pictures / f"{name}.png"
        try:
            self._pictures.mkdir(parents=True, exist_ok=True)
            self._window.stage.export_as_image().save(str(path), flipped=False)
        except OSError as error:
            self._say(f"kiosk: {path} cannot be written: {error.strerror}; give another folder with --out")
            return
        self._say(f"kiosk:   {path}")
