"""``make pictures``: every page and every paper as PNG, with one contact sheet of all, into a folder.

Pages come from ``tests.screens.pages`` (the states that the layout tests walk), drawn by the real window;
papers from the product's own functions, through PDF.  ``contact-sheet.png`` shows them all at a glance;
``sheets/`` has one sheet for each room of the product and for each shape, large enough to be read;
``combinations/`` one of the main pages for each combination of panel, language, size, place of the keys and
colours, or with ``--all`` of all pages.  The work is shared by as many processes as there are processors;
each has a window of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from assets import fonts
from kiosk.visit.state import Mode
from screens.app import CitizenWindow
from screens.robot import Robot
from tests import paper_pictures
from tests.screens.conftest import LANDSCAPE, MATTERS, PORTRAIT, SMALL, Puppet, still_window
from tests.screens.matrix import ALL, Combination
from tests.screens.technician.states import StillDesk

SHAPES: Final = {
    "portrait": (PORTRAIT, Mode()),
    "elder": (PORTRAIT, Mode(elder=True)),
    "landscape": (LANDSCAPE, Mode()),
    "small": (SMALL, Mode()),
    "english": (PORTRAIT, Mode(language="en")),
}
# In the other shapes one of each page; the layout tests walk all of them in all shapes.
MAIN: Final = (
    "home", "matters", "matters-search", "guide", "guide-in-full", "identify-waiting", "identify-read",
    "form-text", "form-phone-error", "form-date", "form-month-range", "form-choice", "form-declaration",
    "notice-owing", "check", "submitting-sending", "result", "done-certificate", "done-not-printed",
    "done-queued", "done-rating-reasons", "failsafe-queued", "help-open", "tools", "leave-cleared", "idle",
)  # fmt: skip
MAIN_TECHNICIAN: Final = (
    "entry", "overview", "overview-bad", "device-bad", "device-asks-paper", "network-bad", "machine",
    "supplies", "service-sure", "export-done", "calibration", "calibration-trial", "closed",
)  # fmt: skip
ROOMS: Final = {
    "home-and-list": ("home", "matters"),
    "guide": ("guide",),
    "identify": ("identify", "ineligible"),
    "form": ("form",),
    "before-sending": ("owed", "resume", "notice", "check", "sign"),
    "done": ("submitting", "result", "done"),
    "my-cases": ("cases", "hand"),
    "failsafe": ("failsafe",),
    "dialogs": (
        "asking",
        "paper",
        "help",
        "appointment",
        "asleep",
        "tools",
        "take",
        "leave",
        "idle",
        "phone",
    ),
    "spoken-complaint": ("recording",),
    "technician": ("technician",),
}
"""What the names of their pages begin with; each is a sheet of its own."""
LARGE: Final = 720
"""Pixels of the longer side on a sheet that is read; a combination is only glanced at."""
SMALLER: Final = 480
GLANCE: Final = 240
"""On the contact sheet of all."""
CAPTION: Final = 28
SHEET_WIDTH: Final = 3300
WINDOW: Final[list[tuple[Puppet, CitizenWindow, Robot, StillDesk]]] = []
Task = Callable[[], list[Path]]


def main(folder: Path, every: bool = False) -> None:
    """``every``: all pages in each combination, instead of the main ones."""
    began = time.monotonic()
    small = folder / ".small"
    for each in (folder, small):
        each.mkdir(parents=True, exist_ok=True)
    tasks: list[Task] = [partial(_shape, folder, shape) for shape in SHAPES]
    tasks += [partial(_combination, folder, combination, every) for combination in ALL]
    tasks.append(partial(_papers, folder))
    workers = min(len(tasks), len(os.sched_getaffinity(0)))
    context = multiprocessing.get_context("spawn")  # a window does not survive a fork
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        drawn = [task.result() for task in [pool.submit(task) for task in tasks]]
    pictures = sum(len(paths) for paths in drawn[: len(SHAPES)])
    sheets = list(_sheets(folder, drawn[: len(SHAPES)], drawn[-1]))
    everything = folder / "contact-sheet.png"
    _contact_sheet(
        folder, [path for paths in (*drawn[: len(SHAPES)], drawn[-1]) for path in paths], everything
    )
    seconds = time.monotonic() - began
    print(f"pictures: {pictures} pages and {len(drawn[-1])} papers in {folder}; {seconds:.0f} s")
    print(f"all of them at a glance: {everything}; to be read, {len(sheets)} sheets in {folder / 'sheets'}")
    print(f"{len(ALL)} combinations of panel, language, size, keys and colours in {folder / 'combinations'}")


# --- pages ------------------------------------------------------------------------------------------------


def _window() -> tuple[Puppet, CitizenWindow, Robot, StillDesk]:
    """Kivy has one window in a process: it draws one page after the other."""
    from kiosk.matters.load import load_folder
    from tests.screens.pages_recording import METER
    from tests.screens.technician.states import SITE

    if not WINDOW:
        desk = StillDesk()
        window, puppet = still_window(load_folder(MATTERS), desk=desk, site=SITE)
        window.ctx.meter = lambda: METER
        window.ctx.terminal = replace(window.ctx.terminal, phone="12345")  # as everywhere (Article 28)
        WINDOW.append((puppet, window, Robot(window), desk))
    return WINDOW[0]


def _shape(folder: Path, shape: str) -> list[Path]:
    """All pages in the first shape, the main ones in the others."""
    from tests.screens.pages import PAGES
    from tests.screens.technician.states import PAGES as TECHNICIAN

    puppet, window, robot, desk = _window()
    display, mode = SHAPES[shape]
    window.resize(display)
    (folder / shape).mkdir(exist_ok=True)
    found: list[Path] = []

    def draw(name: str) -> None:
        window.show_again()
        robot.settle()
        image = robot.image()
        path = folder / shape / f"{name}.png"
        image.save(path, compress_level=1)
        _thumbnail(image, LARGE).save(_small(folder, path), compress_level=1)
        found.append(path)

    for name, visit in PAGES.items():
        if shape == "portrait" or name in MAIN:
            puppet.state = replace(visit, mode=mode)
            draw(name)
    for name, state in TECHNICIAN.items():
        if shape == "portrait" or (shape != "elder" and name in MAIN_TECHNICIAN):
            desk.state = state
            draw(f"technician-{name}")
    desk.state = type(desk.state)()
    return found


def _combination(folder: Path, combination: Combination, every: bool) -> list[Path]:
    """One sheet with the first leaf of every page on it."""
    from tests.screens.pages import PAGES

    puppet, window, robot, _ = _window()
    (folder / "combinations").mkdir(exist_ok=True)
    window.resize(combination.display)
    drawn = []
    for page, visit in PAGES.items():
        if every or page in MAIN:
            puppet.state = replace(visit, mode=combination.mode)
            window.show_again()
            drawn.append((page, _thumbnail(robot.image(), SMALLER)))
            robot.frame()  # Kivy gives the texture of a picture back with the next turn of its loop
    sheet = folder / "combinations" / f"{combination}.png"
    _sheet(drawn, sheet)
    return [sheet]


def _papers(folder: Path) -> list[Path]:
    (folder / "papers").mkdir(exist_ok=True)
    found = list(paper_pictures.draw(folder / "papers"))
    for path in found:
        with Image.open(path) as picture:
            _thumbnail(picture.convert("RGB"), LARGE).save(_small(folder, path), compress_level=1)
    return found


# --- sheets -----------------------------------------------------------------------------------------------


def _sheets(folder: Path, shapes: Sequence[Sequence[Path]], papers: Sequence[Path]) -> Iterator[Path]:
    """For each room of the first shape, each other shape, and the papers."""
    (folder / "sheets").mkdir(exist_ok=True)
    first, *others = shapes
    named = {room: [path for path in first if path.stem.startswith(begins)] for room, begins in ROOMS.items()}
    sorted_in = {path for paths in named.values() for path in paths}
    named["others"] = [path for path in first if path not in sorted_in]
    named |= {paths[0].parent.name: list(paths) for paths in others}
    named["papers"] = list(papers)
    for name, paths in named.items():
        if not paths:
            continue
        sheet = folder / "sheets" / f"{name}.png"
        _sheet([(path.stem, Image.open(_small(folder, path))) for path in paths], sheet)
        yield sheet


def _contact_sheet(folder: Path, paths: Sequence[Path], target: Path) -> None:
    shown = []
    for path in paths:
        with Image.open(_small(folder, path)) as image:
            shown.append((path.stem[:16], _thumbnail(image.convert("RGB"), GLANCE)))
    _sheet(shown, target)


def _small(folder: Path, path: Path) -> Path:
    return folder / ".small" / f"{path.parent.name}-{path.name}"


def _thumbnail(image: Image.Image, longest: int) -> Image.Image:
    """Its longer side is ``longest``; made in two steps, the first of which is fast."""
    image = image.reduce(max(1, max(image.size) // (2 * longest)))
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=None)
    return image


def _sheet(pictures: Sequence[tuple[str, Image.Image]], target: Path) -> None:
    """Side by side with their names, in as many columns as the sheet is wide for."""
    wide = max(image.width for _, image in pictures) + 12
    high = max(image.height for _, image in pictures) + CAPTION + 12
    columns = min(len(pictures), max(1, SHEET_WIDTH // wide))
    sheet = Image.new("RGB", (columns * wide, -(-len(pictures) // columns) * high), "#d0d4da")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(str(fonts.main_face().path), 18)
    for place, (name, image) in enumerate(pictures):
        left, top = place % columns * wide + 6, place // columns * high + 6
        sheet.paste(image, (left, top))
        draw.text((left, top + high - CAPTION - 8), name, "#101828", font)
    sheet.save(target, compress_level=4)


if __name__ == "__main__":
    arguments = [each for each in sys.argv[1:] if each != "--all"]
    main(Path(arguments[0] if arguments else "build/pictures"), every="--all" in sys.argv)
