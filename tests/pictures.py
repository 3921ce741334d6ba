"""``make pictures``: every page and every paper as PNG, and one contact sheet, into a folder.

Pages come from ``tests.screens.pages`` (the states that the layout tests walk), drawn by the real window;
papers from the product's own functions, through PDF.  Then one sheet of all pages for each combination of
panel, language, size, place of the keys and colours: a covering set, or with ``--all`` all of them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from assets import fonts
from kiosk.delivery.papers.data import SlipData, SlipState
from kiosk.visit.state import Mode
from screens.app import CitizenWindow
from screens.robot import Robot
from tests.screens.conftest import LANDSCAPE, MATTERS, NOON, PORTRAIT, SMALL, Puppet
from tests.screens.matrix import ALL, COVER, Combination

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
WINDOW: Final[list[tuple[Puppet, CitizenWindow, Robot]]] = []
CELL: Final = (270, 480)
CAPTION: Final = 28
COLUMNS: Final = 8
NEXT: Final = {  # as kiosk.visit.papers says it
    "queued": "平台恢复后由本终端自动发送，不用再来重办。可用流水号或拨打12345查询。",
    "refused": "请拨打12345咨询，或带上这张纸到大厅窗口办理。",
    "supplement": "请拨打12345咨询，或带上这张纸到大厅窗口办理。",
    "set_aside": "请拨打12345咨询，或带上这张纸到大厅窗口办理。",
}
PAPER_DPI: Final = 110


def main(folder: Path, every: bool = False) -> None:
    """``every``: a sheet of all pages for each of all combinations, not only of those that cover them."""
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    papers = list(_papers(folder))
    pages = list(_pages(folder))
    sheet = folder / "contact-sheet.png"
    _contact_sheet([*pages, *papers], sheet)
    sheets = list(_combinations(folder, ALL if every else COVER))
    seconds = time.monotonic() - began
    print(f"pictures: {len(pages)} pages and {len(papers)} papers in {folder}, {sheet.name}; {seconds:.0f} s")
    print(
        f"{len(sheets)} combinations of panel, language, size, keys and colours in {folder / 'combinations'}"
    )


def _pages(folder: Path) -> Iterator[Path]:
    """The whole list in the first shape, the main pages in the others."""
    from kiosk.matters.load import load_folder
    from screens.opening import open_window
    from tests.screens.pages import PAGES
    from tests.screens.technician.states import PAGES as TECHNICIAN
    from tests.screens.technician.states import SITE, StillDesk

    puppet, desk = Puppet(load_folder(MATTERS)), StillDesk()
    window = open_window(
        puppet, PORTRAIT, headless=True, motion=False, now=lambda: NOON, desk=desk, site=SITE
    )
    robot = Robot(window)
    WINDOW.append((puppet, window, robot))
    for shape, (display, mode) in SHAPES.items():
        window.resize(display)
        (folder / shape).mkdir(exist_ok=True)
        for name, visit in PAGES.items():
            if shape != "portrait" and name not in MAIN:
                continue
            puppet.state = replace(visit, mode=mode)
            window.show_again()
            robot.settle()
            path = folder / shape / f"{name}.png"
            robot.picture(path)
            yield path
        for name, state in TECHNICIAN.items():
            if shape == "portrait" or (shape != "elder" and name in MAIN_TECHNICIAN):
                desk.state = state
                window.show_again()
                robot.settle()
                path = folder / shape / f"technician-{name}.png"
                robot.picture(path)
                yield path
        desk.state = type(desk.state)()


def _window() -> tuple[Puppet, CitizenWindow, Robot]:
    """Kivy has one window in a process: the same as for the pages."""
    assert WINDOW, "pages are drawn first"
    return WINDOW[0]


def _combinations(folder: Path, wanted: Sequence[Combination]) -> Iterator[Path]:
    """One sheet a combination, with the first leaf of every page on it."""
    from tests.screens.pages import PAGES

    puppet, window, robot = _window()
    (folder / "combinations").mkdir(exist_ok=True)
    for combination in wanted:
        window.resize(combination.display)
        drawn: list[Path] = []
        with tempfile.TemporaryDirectory(prefix="pictures-") as name:
            for page, visit in PAGES.items():
                puppet.state = replace(visit, mode=combination.mode)
                window.show_again()
                path = Path(name) / str(combination) / f"{page}.png"
                robot.picture(path)
                with Image.open(path) as picture:
                    small = picture.convert("RGB")
                    small.thumbnail(CELL)
                small.save(path)
                drawn.append(path)
            sheet = folder / "combinations" / f"{combination}.png"
            _contact_sheet(drawn, sheet)
        yield sheet


def _papers(folder: Path) -> Iterator[Path]:
    (folder / "papers").mkdir(exist_ok=True)
    for name, pdf in {**_slips(), **_sheets(), **_certificates(), **_technicians()}.items():
        yield from _rastered(pdf, folder / "papers" / name)


def _slips() -> dict[str, bytes]:
    """The slip in every state, and the one-time notice."""
    from kiosk.delivery.papers.notice import notice
    from kiosk.delivery.papers.slip import slip
    from tests.kiosk.delivery.papers.test_other_papers import NOTICE
    from tests.kiosk.delivery.papers.test_slip import SLIP, STATES

    made = {f"slip-{state}": slip(_in_state(SLIP, state)) for state in STATES}
    made["slip-english"] = slip(replace(SLIP, bilingual=True))
    made["notice"] = notice(NOTICE)
    return made


def _in_state(data: SlipData, state: SlipState) -> SlipData:
    answered = state not in ("queued", "set_aside")
    told = data.next_text if state in ("accepted", "received") else NEXT[state]
    return replace(data, state=state, project_no=data.project_no if answered else None, next_text=told)


def _sheets() -> dict[str, bytes]:
    """The printed guide of every matter, and a query's result."""
    from kiosk.delivery.papers.guide import guide
    from kiosk.delivery.papers.result import result
    from tests.kiosk.delivery.papers.test_other_papers import GUIDE, MATTERS, RESULT

    made = {f"guide-{number}": guide(matter, GUIDE) for number, matter in enumerate(MATTERS, 1)}
    made["result"] = result(RESULT)
    return made


def _technicians() -> dict[str, bytes]:
    """What a technician prints: the readiness report and the test pages."""
    from devices.contract import Capability
    from kiosk.settings import Settings, load_settings
    from kiosk.technician.exports import test_page
    from kiosk.technician.report import readiness_report
    from tests.screens.technician import states

    settings = load_settings(MATTERS.parent / "terminal.example.toml")
    assert isinstance(settings, Settings), settings
    report = readiness_report(
        settings=settings,
        cards=states.BAD.cards,
        readings=states.HOT,
        unknown=states.UNKNOWN,
        tests={"network": states.test("network", False, kind="network")},
        out_of_service=False,
        at=NOON,
    )
    return {
        "readiness-report": report,
        "test-page": test_page(settings, Capability.DOCUMENT, "A4打印机"),
        "test-slip": test_page(settings, Capability.RECEIPT, "凭条打印机"),
    }


def _certificates() -> dict[str, bytes]:
    """What the embedded platform gives for the matters of this product that end in a paper."""
    from kiosk.matters.load import load_folder
    from kiosk.server import registers
    from kiosk.server.certificates import compose, draw
    from kiosk.server.persons import Holder

    made = {}
    for number, matter in enumerate(load_folder(MATTERS), 1):
        if matter.result_document:
            card, answers = matter.rehearsal.card, matter.rehearsal.answers
            holder = Holder(name=card.name, number=card.number, kind="resident")
            extract = registers.consult(matter, card.number, answers, NOON.date())
            paper = compose(matter, holder, answers, extract, "CASE-1", NOON.date())
            made[f"certificate-{number}"] = draw(paper, "https://zwfw.example.gov.cn/p/CASE-1")
    return made


def _rastered(pdf: bytes, stem: Path) -> Iterator[Path]:
    import pypdfium2

    stem.with_suffix(".pdf").write_bytes(pdf)
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document, 1):
        path = stem.with_name(f"{stem.name}-{number}.png")
        page.render(scale=PAPER_DPI / 72).to_pil().save(path)
        yield path
    document.close()


def _contact_sheet(pictures: list[Path], target: Path) -> None:
    width, height = CELL
    rows = -(-len(pictures) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (width + 12), rows * (height + CAPTION + 12)), "#d0d4da")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(str(fonts.main_face().path), 16)
    for place, path in enumerate(pictures):
        left = (place % COLUMNS) * (width + 12) + 6
        top = (place // COLUMNS) * (height + CAPTION + 12) + 6
        with Image.open(path) as picture:
            small = picture.convert("RGB")
            small.thumbnail(CELL)
        sheet.paste(small, (left, top))
        draw.text((left, top + height + 4), f"{path.parent.name}/{path.stem}", "#101828", font)
    sheet.save(target)


if __name__ == "__main__":
    arguments = [each for each in sys.argv[1:] if each != "--all"]
    main(Path(arguments[0] if arguments else "build/pictures"), every="--all" in sys.argv)
