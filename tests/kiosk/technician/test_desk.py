"""The desk on a whole terminal: devices at the wire, a store on disk, the chain, no window."""

from __future__ import annotations

import json
import socket
import zipfile
from dataclasses import replace
from pathlib import Path

import pypdfium2

from devices.virtual.identity_card import IdentityCard
from devices.virtual.samv_module import SamvModule
from kiosk.delivery.vault import Vault, open_vault
from kiosk.settings import Settings
from kiosk.technician import commands
from kiosk.technician.books import OUT_OF_SERVICE, Books
from kiosk.technician.cards import NOT_READY, rank
from kiosk.technician.credentials import hash_card
from kiosk.technician.desk import ENTRY_SECONDS, TechnicianDesk
from kiosk.technician.state import Phase, View
from kiosk.terminal import Terminal
from kiosk.visit.events import ChooseMatter, GoHome, ShowMatters
from kiosk.visit.state import Page
from tests.kiosk.technician.conftest import (
    NAME,
    PIN,
    PRINTER,
    READER,
    come_in,
    events_of,
    give_pin,
    opened,
    until,
    written,
)

CARD = IdentityCard(name="王建国", number="410402195503080019", birth="19550308")


def leave(desk: TechnicianDesk) -> None:
    desk.send(commands.Leave())
    until(desk, lambda: not desk.state.on)


def test_a_pin_opens_and_a_wrong_one_does_not(terminal: Terminal, desk: TechnicianDesk) -> None:
    desk.send(commands.AskEntry())
    assert desk.state.phase is Phase.ENTER_PENDING
    give_pin(desk, "999999")
    assert desk.state.entry.fault == "technician.pin_wrong"
    assert desk.state.phase is Phase.ENTER_PENDING
    desk.send(commands.Digit("1"))
    assert desk.state.entry.fault == "technician.pin_wrong"  # the page stays as it is under the finger
    desk.send(commands.Erase())
    give_pin(desk, PIN)
    assert (desk.state.phase, desk.state.by) == (Phase.ACTIVE, NAME)
    assert {card.name for card in desk.state.cards} == {READER, PRINTER}
    until(desk, lambda: bool(desk.state.machine))
    leave(desk)


def test_digits_are_counted_and_never_kept_in_the_state(desk: TechnicianDesk) -> None:
    desk.send(commands.AskEntry())
    for digit in "27182":
        desk.send(commands.Digit(digit))
    desk.send(commands.Erase())
    desk.send(commands.Digit("x"))
    desk.send(commands.Digit("12"))
    assert desk.state.entry.digits == 4
    assert "2718" not in repr(desk.state)


def test_never_during_a_visit_and_no_visit_while_it_is_on(terminal: Terminal, desk: TechnicianDesk) -> None:
    terminal.controller.send(ShowMatters())
    desk.send(commands.AskEntry())
    assert not desk.state.on
    terminal.controller.send(GoHome())
    desk.send(commands.AskEntry())
    assert desk.state.on
    matter = next(iter(terminal.catalogue))
    terminal.controller.send(ChooseMatter(matter.task_code))
    assert terminal.controller.state.page is Page.HOME
    leave(desk)
    terminal.controller.send(ChooseMatter(matter.task_code))
    assert terminal.controller.state.page is Page.GUIDE


def test_a_technicians_card_opens_and_a_citizens_does_not(tmp_path: Path, module: SamvModule) -> None:
    opened(written(tmp_path)).close()  # makes the device key
    vault = open_vault(tmp_path / "state" / "device.key", create=False)
    assert isinstance(vault, Vault)
    terminal = opened(written(tmp_path, f'card = "{hash_card(CARD.number, vault.card_key())}"'))
    desk = terminal.desk
    until(desk, lambda: terminal.devices.statuses()[READER].state == "online")
    desk.send(commands.AskEntry())
    assert desk.state.entry.card_possible
    module.present(replace(CARD, name="李四", number="110105199001010010", birth="19900101"))
    until(desk, lambda: desk.state.entry.fault is not None)
    assert desk.state.entry.fault == "technician.card_unknown"
    module.lift()
    asked = module.replies
    until(desk, lambda: module.replies > asked + 4)  # no hand changes cards between two questions
    module.present(CARD)
    until(desk, lambda: desk.state.phase is Phase.ACTIVE)
    assert desk.state.by == NAME
    shown = repr(desk.state)
    assert CARD.number not in shown and CARD.name not in shown
    terminal.close()


def test_self_tests_are_shown_and_written_down_with_who_did_them(
    terminal: Terminal, inside: TechnicianDesk, settings: Settings
) -> None:
    desk = inside
    desk.send(commands.SelfTestAll())
    until(desk, lambda: all(card.last_test is not None and not card.testing for card in desk.state.cards))
    for card in desk.state.cards:
        assert card.last_test is not None
        assert (card.last_test.passed, card.last_test.by) == (True, NAME)
        assert card.last_test.checks
    leave(desk)
    terminal.close()
    events = events_of(settings)
    assert events.count("technician.self_test") == 2
    assert (
        events.index("technician.begin")
        < events.index("technician.self_test")
        < events.index("technician.end")
    )


def test_the_device_at_fault_comes_first_and_comes_back(
    terminal: Terminal, inside: TechnicianDesk, module: SamvModule
) -> None:
    desk = inside
    module.hang_up()
    until(desk, lambda: desk.state.cards[0].name == READER and not desk.state.cards[0].ready)
    assert desk.state.cards[0].fault is not None
    assert rank(desk.state.cards[0]) == NOT_READY
    desk.send(commands.SelfTest(READER))
    until(desk, lambda: desk.state.cards[0].last_test is not None and not desk.state.cards[0].testing)
    assert desk.state.cards[0].last_test is not None and desk.state.cards[0].last_test.passed is False
    module.plug_in()
    desk.send(commands.Restart(READER))
    until(desk, lambda: all(card.ready for card in desk.state.cards))


def test_a_reader_is_tried_with_a_card_that_nobody_sees(inside: TechnicianDesk, module: SamvModule) -> None:
    desk = inside
    desk.send(commands.ReadTest(READER))
    assert desk.state.reading == READER
    module.present(CARD)
    until(desk, lambda: desk.state.reading is None)
    card = desk.state.card(READER)
    assert card is not None and card.last_test is not None
    assert (card.last_test.kind, card.last_test.passed) == ("read_test", True)
    assert CARD.number not in repr(desk.state)


def test_a_test_page_asks_whether_it_came_out(
    terminal: Terminal, inside: TechnicianDesk, tmp_path: Path
) -> None:
    desk = inside
    desk.send(commands.TestPrint(PRINTER))
    assert (desk.state.view, desk.state.device, desk.state.printing) == (View.DEVICE, PRINTER, PRINTER)
    until(desk, lambda: desk.state.asks_paper == PRINTER)
    desk.send(commands.TestPrint(PRINTER))  # pressed again before anybody has answered: no second page
    assert (desk.state.asks_paper, desk.state.printing) == (PRINTER, None)
    printed = list((tmp_path / "out").rglob("*.pdf"))
    assert len(printed) == 1
    assert "测试页" in pypdfium2.PdfDocument(printed[0])[0].get_textpage().get_text_bounded()
    desk.send(commands.PaperCameOut(PRINTER, False))
    card = desk.state.card(PRINTER)
    assert card is not None and card.last_test is not None
    assert (card.last_test.kind, card.last_test.passed) == ("test_print", False)
    assert rank(card) != 2


def test_out_of_service_takes_two_steps_and_survives_a_restart(
    terminal: Terminal, inside: TechnicianDesk, settings: Settings
) -> None:
    desk = inside
    desk.send(commands.SetService(True))
    assert not desk.state.out_of_service
    desk.send(commands.AskService())
    desk.send(commands.AskService(False))
    desk.send(commands.SetService(True))
    assert not desk.state.out_of_service
    desk.send(commands.AskService())
    desk.send(commands.SetService(True))
    assert desk.state.out_of_service
    leave(desk)
    terminal.close()
    again = opened(settings)
    assert again.desk.state.out_of_service and again.desk.closed
    again.controller.send(ShowMatters())
    assert again.controller.state.page is Page.HOME
    come_in(again.desk)
    again.desk.send(commands.AskService())
    again.desk.send(commands.SetService(False))
    leave(again.desk)
    assert not again.desk.closed
    again.close()
    events = events_of(settings)
    assert events.count("service.closed") == events.count("service.opened") == 1


def test_left_alone_it_leaves_by_itself_with_a_warning(terminal: Terminal, desk: TechnicianDesk) -> None:
    now = [1000.0]
    desk._monotonic = lambda: now[0]
    desk._lockout._monotonic = lambda: now[0]
    desk.send(commands.AskEntry())
    now[0] += ENTRY_SECONDS + 1
    until(desk, lambda: not desk.state.on)
    come_in(desk)
    limit = terminal.settings.maintenance.idle_seconds
    until(desk, lambda: desk.hands.idle and bool(desk.state.machine))
    now[0] += limit - 10
    until(desk, lambda: desk.state.idle_left == 10)
    desk.send(commands.Touched())
    assert desk.state.idle_left is None
    now[0] += limit + 1
    until(desk, lambda: not desk.state.on)


def test_report_and_log_go_into_a_chosen_folder_and_nowhere_else(
    terminal: Terminal, inside: TechnicianDesk, settings: Settings, tmp_path: Path
) -> None:
    desk = inside
    desk.send(commands.WriteReport(str(tmp_path)))
    assert desk.state.fault == "technician.place_unknown"
    desk.send(commands.Show(View.EXPORT))
    until(desk, lambda: bool(desk.state.places))
    assert desk.state.places[0].path == str(tmp_path / "export")
    for command in (commands.WriteReport, commands.ExportLog):
        desk.send(command(str(tmp_path / "export")))
        until(desk, lambda: desk.state.export is not None and desk.state.export.state == "done")
    report = next((tmp_path / "export").glob("kiosk-report-PDS-T-01-*.pdf"))
    text = pypdfium2.PdfDocument(report)[0].get_textpage().get_text_bounded()
    assert READER in text and PRINTER in text and "就绪报告" in text
    with zipfile.ZipFile(next((tmp_path / "export").glob("kiosk-log-*.zip"))) as archive:
        lines = archive.read("log.jsonl").decode().splitlines()
        assert any(json.loads(line)["event"] == "device.status" for line in lines)
        assert b"terminal.begin" in archive.read("audit.jsonl")
        assert set(archive.namelist()) == {"about.json", "log.jsonl", "audit.jsonl", "diagnostics.jsonl"}
    leave(desk)
    terminal.close()
    events = events_of(settings)
    assert events.count("technician.report") == events.count("technician.log") == 1


def test_paper_that_was_left_is_known_after_a_restart(
    terminal: Terminal, inside: TechnicianDesk, settings: Settings
) -> None:
    desk = inside
    desk.send(commands.TestPrint(PRINTER))
    until(desk, lambda: desk.state.asks_paper == PRINTER)
    desk.send(commands.PaperCameOut(PRINTER, True))
    leave(desk)
    terminal.close()
    again = opened(settings)
    come_in(again.desk)
    assert left_of(again.desk) == 249
    again.desk.send(commands.Refilled(PRINTER))
    assert left_of(again.desk) == 250
    again.close()


def left_of(desk: TechnicianDesk) -> int | None:
    card = desk.state.card(PRINTER)
    return card.supply.left if card is not None and card.supply is not None else None


def test_a_page_that_fails_leads_back_to_the_overview_and_then_out(inside: TechnicianDesk) -> None:
    desk = inside
    desk.send(commands.Show(View.MACHINE))
    desk.crashed()
    assert (desk.state.view, desk.state.fault) == (View.OVERVIEW, "desk.crashed")
    desk.crashed()
    until(desk, lambda: not desk.state.on)


def test_calibration_is_kept(terminal: Terminal, inside: TechnicianDesk, settings: Settings) -> None:
    desk = inside
    desk.send(commands.Show(View.CALIBRATION))
    for x, y in desk.state.calibration.targets:
        desk.send(commands.CalibrationTouch(x + 0.03, y))
    trial = desk.state.touch_map
    assert trial is not None
    desk.send(commands.ConfirmCalibration())
    leave(desk)
    assert desk.state.touch_map == trial
    terminal.close()
    again = opened(settings)
    assert again.desk.state.touch_map == trial
    again.close()


def test_without_technicians_nobody_comes_in(tmp_path: Path, module: SamvModule) -> None:
    settings = replace(written(tmp_path), technicians=())
    terminal = opened(settings)
    terminal.desk.send(commands.AskEntry())
    assert terminal.desk.state.entry.fault == "technician.nobody_configured"
    terminal.desk.send(commands.Digit("1"))
    terminal.desk.send(commands.GivePin())
    assert terminal.desk.state.phase is Phase.ENTER_PENDING
    assert Books(terminal.desk.bench.store).marked(OUT_OF_SERVICE) is None
    terminal.close()


def test_how_the_platform_is_reached_is_looked_at_without_being_asked_and_is_no_test(
    tmp_path: Path, module: SamvModule
) -> None:
    with socket.socket() as taken:  # bound and not listening: whoever connects is refused
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        terminal = opened(written(tmp_path, f'[platform]\nurl = "{url}"'))
        try:
            come_in(terminal.desk)
            until(terminal.desk, lambda: any(step.fault for step in terminal.desk.state.network))
            until(terminal.desk, lambda: terminal.desk.hands.idle)
            before = terminal.desk.state.network
            terminal.desk.send(commands.Show(View.OVERVIEW))
            assert terminal.desk.state.network == before  # asked anew, and nothing moves on the page
            until(terminal.desk, lambda: terminal.desk.hands.idle)
            assert "network" not in terminal.desk.bench.books.newest(("network",))
        finally:
            terminal.close()
