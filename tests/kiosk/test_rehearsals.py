"""Whole visits through the command: real screens, real devices' wires, real HTTP, real disk.

They stay in one file, which is one worker's: see :mod:`tests.conftest`.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from kiosk.audit.chain import AuditTrail
from kiosk.delivery.store import Store, open_store
from kiosk.matters.load import load_matter
from kiosk.matters.models import Matter
from kiosk.settings import DEFAULT_MATTERS_FOLDER, Settings, load_settings
from kiosk.virtual_hall import VirtualHall
from tests.kiosk.rehearsing import (
    CATALOGUE,
    CERTIFICATE,
    VISIT_SECONDS,
    card_of,
    cases_of,
    kiosk,
    rehearse,
    text_of,
)

FILING = "外地看病备案"
RARE_NAME = "\U00020bb7\ue863\U00030edd林"  # beyond the BMP, private use, and a place no font here has


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[VirtualHall]:
    folder = tmp_path / "hall"
    folder.mkdir()
    with VirtualHall(folder, *HALF_SIZE) as opened:
        yield opened


SAMPLE = 3
HALF_SIZE = (540, 960, 51.0)  # the same layout as 1080 x 1920 at 102 ppi, and a quarter of the pixels


def test_matters_end_as_they_should_and_the_booklet_shows_them(tmp_path: Path) -> None:
    """Each third of the shipped matters with its own answers, in one terminal, with a picture of every page.

    ``make booklet`` walks all of them.
    """
    out, config = tmp_path / "all", tmp_path / "config"
    sample = CATALOGUE.matters[::SAMPLE]
    _as_another_office(config, sample)
    walk = (
        "import sys; from pathlib import Path; from screens.rehearsal.everything import rehearse_all;"
        f"sys.exit(rehearse_all(Path({str(out)!r}), print, visit_seconds={VISIT_SECONDS},"
        f" display={HALF_SIZE},"
        f" matters=Path({str(config / 'matters')!r})))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", walk], capture_output=True, text=True, timeout=3600, check=False
    )
    assert (out / "overview.json").exists(), ended.stdout + ended.stderr
    overview = json.loads((out / "overview.json").read_text(encoding="utf-8"))
    assert [each["gave_up"] for each in overview if not each["good"]] == [], ended.stdout
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert [each["matter"] for each in overview] == [matter.task_code for matter in sample]
    for matter, summary in zip(sample, overview, strict=True):
        _ended_well(matter, summary)
    pictures = sum(len(summary["pages"]) for summary in overview)
    booklet = text_of(out / "booklet.pdf")
    for matter in sample:
        assert matter.plain_name.zh in booklet.replace("\n", "")
    with pypdfium2.PdfDocument(str(out / "booklet.pdf")) as document:
        assert len(document) > pictures / 6  # six to a page, and a matter begins a new one


def _as_another_office(config: Path, sample: Sequence[Matter]) -> None:
    """A folder with these matters alone, and a base catalogue beside it that lists no other."""
    (config / "matters").mkdir(parents=True)
    listed = {matter.catalog_code: matter for matter in sample}
    items = [
        {
            "catalog_code": code,
            "name": matter.name.zh,
            "item_type": matter.guide.item_type,
            "department": matter.department.zh,
        }
        for code, matter in listed.items()
    ]
    base = {"version": "7", "publisher": "另一省", "published": "2026-01-01", "items": items}
    (config / "base-catalogue.yaml").write_text(json.dumps(base, ensure_ascii=False), encoding="utf-8")
    codes = {matter.task_code for matter in sample}
    for file in DEFAULT_MATTERS_FOLDER.glob("*.yaml"):
        one = load_matter(file)
        if isinstance(one, Matter) and one.task_code in codes:
            shutil.copy(file, config / "matters")


def test_a_rehearsal_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """SDL would keep the signal for itself; what the rehearsal has started ends with it."""
    command = [sys.executable, "-m", "kiosk.cli", "rehearse", CERTIFICATE, "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        [*command, "--timeout", VISIT_SECONDS], stderr=subprocess.PIPE, text=True
    ) as process:
        pictures = tmp_path / "out"
        while not list(pictures.glob("0*.png")) and process.poll() is None:
            time.sleep(0.05)
        process.terminate()
        process.communicate(timeout=120)
    assert process.returncode == 128 + signal.SIGTERM
    assert not (pictures / "summary.json").exists()


def _ended_well(matter: Matter, summary: dict[str, Any]) -> None:
    assert summary["state"] == ("received" if matter.finish else "accepted"), summary
    assert (summary["printed"], summary["wiped"], summary["faults"]) == (True, True, [])
    assert summary["identity"] == {"source": "samv", "kind": "resident"}
    assert summary["project_no"].startswith(matter.task_code)
    pages = [page["name"] for page in summary["pages"]]
    assert pages[0] == "home"
    assert pages[-1] == "wiped"
    assert {"home", "guide", "identify", "check", "done"} <= set(pages)
    assert all(Path(page["picture"]).stat().st_size > 2_000 for page in summary["pages"])
    slip = text_of(summary["receipt"]).replace(" ", "")
    assert ("收件凭证" if matter.finish else "受理通知书") in slip
    assert summary["serial"] in slip
    assert matter.rehearsal.card.number not in slip
    assert matter.rehearsal.card.name not in slip
    assert len(summary["documents"]) == int(matter.result_document)


@pytest.mark.parametrize(
    ("identity", "kind"),
    [
        ({"source": "social_security"}, "social_security"),
        ({"source": "scanner", "code": "TEST-4A7F00C29B11"}, "code"),
        (
            {"kind": "hong_kong_macao", "number": "810000199001010017", "pass_number": "H12345678"},
            "hong_kong_macao",
        ),
        ({"kind": "taiwan", "number": "830000199001010016", "pass_number": "12345678"}, "taiwan"),
        (
            {
                "kind": "permanent_2017",
                "name": "SMITH, JOHN",
                "name_other": "史密斯",
                "number": "USA110190010101",
            },
            "permanent_2017",
        ),
        (
            {
                "kind": "permanent_2023",
                "name": "史密斯",
                "name_other": "SMITH, JOHN",
                "number": "911840199001010010",
            },
            "permanent_2023",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_identity_document_opens_the_same_visit(
    tmp_path: Path, identity: dict[str, str], kind: str
) -> None:
    from kiosk.matters.numbers import citizen_check_character

    number = identity.get("number", "")
    if number and kind != "permanent_2017":
        identity["number"] = number[:17] + citizen_check_character(number[:17])
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"identity": identity}, ensure_ascii=False), encoding="utf-8")
    code, summary, said = rehearse(tmp_path / "out", CERTIFICATE, "--answers", answers)
    assert code == 0, (said, summary)
    assert summary["identity"]["kind"] == kind


def test_a_rare_name_survives_to_database_and_paper(tmp_path: Path, hall: VirtualHall) -> None:
    matter = CATALOGUE.get(CERTIFICATE)
    assert matter is not None
    hall.present(card_of(matter, name=RARE_NAME))
    code, summary, said = rehearse(tmp_path / "out", CERTIFICATE, "--terminal", hall.terminal_file)
    assert code == 0, (said, summary)
    database = (hall.folder / "platform.sqlite").read_bytes()
    assert RARE_NAME.encode() in database
    certificate = text_of(summary["documents"][0])
    assert "\U00020bb7" in certificate
    assert "E863" in certificate.replace("\n", "").replace(" ", "")


def test_a_platform_that_is_away_leaves_one_case_when_it_is_back(tmp_path: Path, hall: VirtualHall) -> None:
    matter = CATALOGUE.get(FILING)
    assert matter is not None
    hall.present(card_of(matter))
    hall.command_platform(down=True)
    code, summary, said = rehearse(tmp_path / "out", FILING, "--terminal", hall.terminal_file)
    assert code == 0, (said, summary)
    assert (summary["state"], summary["project_no"], summary["printed"]) == ("queued", None, True)
    slip = text_of(summary["receipt"]).replace(" ", "")
    assert "收件凭证" in slip
    assert "受理通知书" not in slip
    listed = json.loads(kiosk("outbox", "list", "--terminal", hall.terminal_file, "--json").stdout)
    assert [entry["state"] for entry in listed] == ["queued"]
    assert set(listed[0]) == {
        "key", "task_code", "state", "project_no", "created", "attempts", "last_fault"
    }  # fmt: skip
    hall.command_platform()
    drained = kiosk("outbox", "drain", "--terminal", hall.terminal_file, "--json")
    assert drained.returncode == 0, drained.stderr
    assert kiosk("outbox", "drain", "--terminal", hall.terminal_file).returncode == 0
    cases = cases_of(hall, matter.rehearsal.card.number)
    assert [case["state"] for case in cases] == ["accepted"]


def test_a_lost_answer_never_makes_a_second_case(tmp_path: Path, hall: VirtualHall) -> None:
    matter = CATALOGUE.get(FILING)
    assert matter is not None
    hall.present(card_of(matter))
    hall.command_platform(mode="lose_answer", times=2, path_prefix="/v1/applications")
    code, summary, said = rehearse(tmp_path / "out", FILING, "--terminal", hall.terminal_file)
    assert code == 0, (said, summary)
    assert summary["state"] == "accepted"
    assert len(cases_of(hall, matter.rehearsal.card.number)) == 1


@pytest.mark.parametrize(
    ("decision", "state", "title"),
    [
        ("refused", "refused", "办理结果告知"),
        ("received", "received", "收件凭证"),
        ("supplement", "received", "收件凭证"),
    ],
)
def test_the_platforms_decision_is_told_as_it_is(
    tmp_path: Path, hall: VirtualHall, decision: str, state: str, title: str
) -> None:
    matter = CATALOGUE.get("灵活就业登记")
    assert matter is not None
    hall.present(card_of(matter))
    hall.command_platform(decision=decision)
    code, summary, said = rehearse(tmp_path / "out", "灵活就业登记", "--terminal", hall.terminal_file)
    assert code == 0, (said, summary)
    assert summary["state"] == state
    slip = text_of(summary["receipt"]).replace(" ", "")
    assert title in slip
    assert "受理通知书" not in slip


def test_paper_that_is_out_is_told_and_the_case_stands(tmp_path: Path, hall: VirtualHall) -> None:
    matter = CATALOGUE.get(FILING)
    assert matter is not None
    hall.present(card_of(matter))
    hall.set_paper("receipts", False)
    code, summary, _ = rehearse(tmp_path / "out", FILING, "--terminal", hall.terminal_file)
    assert code == 1
    assert (summary["state"], summary["printed"], summary["receipt"]) == ("accepted", False, None)
    assert "printer.paper_out" in summary["faults"]
    assert len(cases_of(hall, matter.rehearsal.card.number)) == 1


def test_slips_come_out_of_the_document_printer_where_there_is_no_other(
    tmp_path: Path, hall: VirtualHall
) -> None:
    matter = CATALOGUE.get(CERTIFICATE)
    assert matter is not None
    hall.present(card_of(matter))
    head, *devices = hall.terminal_file.read_text(encoding="utf-8").split("[[devices]]")
    without = [head, *(device for device in devices if 'role = "receipt"' not in device)]
    assert len(without) == len(devices)
    hall.terminal_file.write_text("[[devices]]".join(without), encoding="utf-8")
    code, summary, said = rehearse(tmp_path / "out", CERTIFICATE, "--terminal", hall.terminal_file)
    assert code == 0, (said, summary)
    assert (summary["state"], summary["printed"]) == ("accepted", True)
    assert "受理通知书" in text_of(summary["receipt"]).replace(" ", "")
    assert len(summary["documents"]) == 1


def test_nothing_of_the_person_stays_on_the_terminal(tmp_path: Path, hall: VirtualHall) -> None:
    matter = CATALOGUE.get("灵活就业登记")
    assert matter is not None
    hall.present(card_of(matter))
    code, summary, said = rehearse(tmp_path / "out", "灵活就业登记", "--terminal", hall.terminal_file)
    assert code == 0, (said, summary)
    answers = matter.rehearsal.answers
    secrets = [matter.rehearsal.card.name, matter.rehearsal.card.number, answers["phone"]]
    written = {path: path.read_bytes() for path in hall.folder.glob("terminal.sqlite*")}
    assert written
    for secret in secrets:
        assert secret not in said
        for path, content in written.items():
            assert secret.encode() not in content, path.name
            assert secret.encode("utf-16-le") not in content, path.name


def test_diagnose_tells_every_device(hall: VirtualHall) -> None:
    told = kiosk("diagnose", "--terminal", hall.terminal_file, "--json")
    found = json.loads(told.stdout)
    assert told.returncode == 0, found
    assert found["ready"] is True
    assert {row["state"] for row in found["devices"]} == {"online"}
    assert {"name", "driver", "state", "since", "fault", "detail"} <= set(found["devices"][0])
    hall.set_paper("documents", False)
    told = kiosk("diagnose", "A4打印机", "--terminal", hall.terminal_file, "--json")
    found = json.loads(told.stdout)
    assert told.returncode == 1
    assert [row["fault"] for row in found["devices"]] == ["printer.paper_out"]


def test_the_chain_of_events_holds_after_a_visit(tmp_path: Path, hall: VirtualHall) -> None:
    matter = CATALOGUE.get(FILING)
    assert matter is not None
    hall.present(card_of(matter))
    _end_in_a_visit(hall)  # its citizen is told first, and the rehearsal makes its own visit all the same
    code, summary, said = rehearse(tmp_path / "out", FILING, "--terminal", hall.terminal_file)
    assert code == 0, (said, summary)
    assert [page["name"] for page in summary["pages"]][:2] == ["failsafe", "home"]
    assert len(cases_of(hall, matter.rehearsal.card.number)) == 1
    verified = kiosk("audit", "verify", "--terminal", hall.terminal_file, "--json")
    assert verified.returncode == 0
    found = json.loads(verified.stdout)
    assert found["intact"] is True
    assert found["seq"] >= 8


def _end_in_a_visit(hall: VirtualHall) -> None:
    settings = load_settings(hall.terminal_file)
    assert isinstance(settings, Settings)
    store = open_store(settings.storage.path)
    assert isinstance(store, Store)
    trail = AuditTrail(store)
    trail.append("terminal.begin", version="1")
    trail.append("visit.begin", visit="7")
    store.close()
