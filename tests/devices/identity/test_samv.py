"""The driver against a module on a pseudo-terminal, under its supervisor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from devices.contract import (
    CardLifted,
    DeviceState,
    IdentityFailed,
    IdentityRead,
    IdentityReading,
    StatusChanged,
)
from devices.identity.samv import SamvDriver, SamvOptions
from devices.virtual.samv_module import StatusWord
from tests.devices.identity.samv_bench import CARD, Bench, wait_until

NOISE = bytes.fromhex("00FFAAAA9669AAAAAA96690BB8AAAAAA")


def test_a_card_is_read_and_the_driver_disarms_itself(bench: Bench) -> None:
    driver = bench.start()
    assert "05.01-20240101-0000000555-1234567890" in driver.status.detail
    driver.arm()
    bench.looks()
    bench.module.present(CARD)
    document = bench.recorder.document()
    assert (document.name, document.number, document.source) == (CARD.name, CARD.number, "samv")
    assert document.photo == b""  # nobody here can decode it
    assert not driver.armed
    kinds = [type(event) for event in bench.recorder.events if not isinstance(event, StatusChanged)]
    assert kinds == [IdentityReading, IdentityRead]
    bench.asked_after_read()
    wait_until(lambda: driver.status.card is None)  # "no card" now tells nothing, and nothing is claimed


@pytest.mark.parametrize(
    "habits",
    [
        {"piece_bytes": 1},
        {"piece_bytes": 7, "noise": NOISE},
        {"noise": NOISE, "corrupt_every": 3},
        {"noise": b"\xaa\xaa\xaa\x96\x69\x05\x08"},
    ],
)
def test_a_bad_line_does_not_keep_a_card_from_being_read(bench: Bench, habits: dict[str, object]) -> None:
    for key, value in habits.items():
        setattr(bench.habits, key, value)
    driver = bench.start()
    driver.arm()
    bench.module.present(CARD)
    assert bench.recorder.document().name == CARD.name


@pytest.mark.parametrize("lost", ["checksum", "end"])
def test_a_damaged_read_is_asked_for_again(bench: Bench, lost: str) -> None:
    driver = bench.start()
    read = bench.module.replies + 2  # find, select, read
    if lost == "checksum":
        bench.habits.corrupt_replies = {read}
    else:
        bench.habits.cut_replies = {read: 40}
    bench.module.present(CARD)
    driver.arm()
    assert bench.recorder.document().name == CARD.name
    assert bench.module.commands.count("read") == 2


def test_a_module_that_wants_the_card_selected_again(bench: Bench) -> None:
    bench.habits.read_ends_selection = True
    driver = bench.start()
    bench.habits.corrupt_replies = {bench.module.replies + 2}
    bench.module.present(CARD)
    driver.arm()
    assert bench.recorder.document().name == CARD.name


def test_a_module_that_knows_no_status_command_is_alive_all_the_same(bench: Bench) -> None:
    bench.habits.status_words = {"status": (0, 0, 0x21), "number": (0, 0, 0x21)}
    driver = bench.start()
    assert "not told" in driver.status.detail
    bench.module.present(CARD)
    driver.arm()
    assert bench.recorder.document().name == CARD.name


def test_a_card_that_stays_unreadable_fails_once_and_can_be_lifted(bench: Bench) -> None:
    driver = bench.start()
    bench.module.present(replace(CARD, number="110105194912310021"))
    driver.arm()
    fault = bench.recorder.fault()
    assert (fault.code, fault.permanent) == ("card.number_invalid", True)
    assert driver.armed
    bench.module.lift()
    bench.looks()
    bench.module.present(CARD)
    bench.recorder.wait_for(IdentityRead)
    assert len(bench.recorder.of(IdentityFailed)) == 1


@pytest.mark.parametrize(
    ("command", "word", "code"),
    [
        ("read", 0x31, "samv.card_refuses_module"),
        ("read", 0x32, "samv.module_refuses_card"),
        ("read", 0x33, "samv.information_unverified"),
        ("read", 0x41, "samv.read_failed"),
        ("read", 0x47, "samv.random_failed"),
        ("read", 0x23, "samv.no_permission"),
        ("select", 0x81, "samv.select_failed"),
        ("select", 0x40, "samv.card_type_unknown"),
        ("find", 0x32, "samv.module_refuses_card"),
    ],
)
def test_status_words_are_told_apart(bench: Bench, command: str, word: int, code: str) -> None:
    driver = bench.start()
    bench.module.present(CARD)
    bench.habits.status_words = {command: (0x69, 0x82, word)}
    driver.arm()
    fault = bench.recorder.fault()
    assert fault.code == code
    assert fault.cause.endswith(f"69 82 {word:02X}")
    assert driver.status.state is DeviceState.ONLINE


def test_a_passing_failure_is_tried_again_by_itself(bench: Bench) -> None:
    driver = bench.start()
    bench.habits.status_words = {"select": (0, 0, 0x81)}
    bench.module.present(CARD)
    driver.arm()
    assert bench.recorder.fault().code == "samv.select_failed"
    bench.habits.status_words = {}
    bench.recorder.wait_for(IdentityRead)
    assert len(bench.recorder.of(IdentityReading)) == 1


def test_a_card_taken_away_before_it_was_read(bench: Bench) -> None:
    driver = bench.start()

    class TakenAway(dict[str, StatusWord]):
        """Whoever looks up what to answer to "select" has just lost the card."""

        def get(self, command: str, default: Any = None) -> Any:
            if command == "select":
                bench.module.lift()
            return super().get(command, default)

    bench.habits.status_words = TakenAway(select=(0, 0, 0x81))
    bench.module.present(CARD)
    driver.arm()
    assert bench.recorder.fault().code == "samv.card_removed"
    bench.recorder.wait_for(CardLifted)


@pytest.mark.parametrize(("word", "code"), [(0x60, "samv.self_test_failed"), (0x66, "samv.not_authorised")])
def test_an_unfit_module_is_a_hardware_error(bench: Bench, word: int, code: str) -> None:
    bench.habits.status_words = {"status": (0, 0, word)}
    bench.module.start()
    driver = SamvDriver("reader", bench.recorder.emit, SamvOptions(port=str(bench.link)))
    bench.recorder.supervise(driver)
    status = bench.recorder.wait_for_status(lambda status: status.state is DeviceState.HARDWARE_ERROR)
    assert status.fault is not None
    assert (status.fault.code, status.fault.permanent) == (code, True)


@pytest.mark.parametrize(("word", "code"), [(0x60, "samv.self_test_failed"), (0x66, "samv.not_authorised")])
def test_a_module_that_is_unfit_only_for_cards_is_never_said_to_be_ready(
    bench: Bench, word: int, code: str
) -> None:
    bench.habits.status_words = {"find": (0, 0, word)}
    bench.module.start()
    driver = SamvDriver("reader", bench.recorder.emit, SamvOptions(port=str(bench.link)))
    bench.recorder.supervise(driver)
    bench.looks()
    driver.arm()
    bench.looks()
    statuses = [event.status for event in bench.recorder.of(StatusChanged)]
    assert [(each.state, each.fault and each.fault.code) for each in statuses] == [
        (DeviceState.HARDWARE_ERROR, code)
    ]
    bench.habits.status_words = {}
    bench.module.present(CARD)
    assert bench.recorder.document().name == CARD.name


def test_a_module_that_falls_unfit_stays_so_until_it_finds_again(bench: Bench) -> None:
    driver = bench.start()
    driver.arm()
    bench.looks()
    bench.recorder.forget()
    bench.habits.status_words = {"find": (0, 0, 0x66)}
    bench.recorder.wait_for_status(lambda status: status.state is DeviceState.HARDWARE_ERROR)
    since = driver.status_since
    bench.habits.status_words = {"find": (0, 0, 0x24)}  # no answer that shows it well again
    bench.looks()
    assert driver.status_since == since
    assert len(bench.recorder.of(StatusChanged)) == 1
    bench.habits.status_words = {}
    bench.recorder.wait_for_status(lambda status: status.state is DeviceState.ONLINE)


def test_a_module_that_is_unfit_for_reading_is_not_tried_on_the_same_card_each_second(bench: Bench) -> None:
    driver = bench.start()
    bench.habits.status_words = {"read": (0, 0, 0x66)}
    bench.module.present(CARD)
    driver.arm()
    bench.recorder.wait_for_status(lambda status: status.state is DeviceState.HARDWARE_ERROR)
    bench.looks()
    assert bench.module.commands.count("read") == 1
    assert driver.status.state is DeviceState.HARDWARE_ERROR
    bench.habits.status_words = {}
    bench.module.lift()
    bench.recorder.forget()
    bench.recorder.wait_for_status(lambda status: status.state is DeviceState.ONLINE)
    bench.module.present(CARD)
    assert bench.recorder.wait_for(IdentityRead).document.name == CARD.name


def test_a_card_found_while_the_reader_is_opened_is_read_when_it_is_asked_for(bench: Bench) -> None:
    bench.module.present(CARD)
    driver = bench.start()
    assert driver.status.card is None
    bench.recorder.forget()
    driver.arm()
    assert bench.recorder.document().name == CARD.name


def test_an_expired_card_is_refused_and_its_document_withheld(bench: Bench) -> None:
    driver = bench.start()
    bench.module.present(replace(CARD, valid_from="20000101", valid_until="20100101"))
    driver.arm()
    assert bench.recorder.fault().code == "card.expired"
    bench.looks()
    assert not bench.recorder.of(IdentityRead)


# --- the appended address -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("appended", "expected"), [("新地址 2 号", "新地址 2 号"), (None, CARD.address), ("", CARD.address)]
)
def test_the_newest_address_replaces_the_printed_one(
    bench: Bench, appended: str | None, expected: str
) -> None:
    driver = bench.start(appended_address=True)
    bench.module.present(replace(CARD, appended_address=appended))
    driver.arm()
    assert bench.recorder.document().address == expected
    assert "address" in bench.module.commands
