"""Every paper of the product as PDF and PNG, for ``tests.pictures``: made by the product's own functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from kiosk.delivery.papers.data import SlipData, SlipState
from tests.screens.conftest import MATTERS, NOON

NEXT: Final = {  # as kiosk.visit.papers says it
    "queued": "平台恢复后由本终端自动发送，不用再来重办。可用流水号或拨打12345查询。",
    "refused": "请拨打12345咨询，或带上这张纸到大厅窗口办理。",
    "supplement": "请拨打12345咨询，或带上这张纸到大厅窗口办理。",
    "set_aside": "请拨打12345咨询，或带上这张纸到大厅窗口办理。",
}
PAPER_DPI: Final = 110


def draw(folder: Path) -> Iterator[Path]:
    for name, pdf in {**_slips(), **_sheets(), **_certificates(), **_technicians()}.items():
        yield from _rastered(pdf, folder / name)


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
        page.render(scale=PAPER_DPI / 72).to_pil().save(path, compress_level=1)
        yield path
    document.close()
