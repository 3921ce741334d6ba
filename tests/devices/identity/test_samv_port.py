"""When the driver looks for cards, and what becomes of it when its port comes, goes or falls silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from devices.contract import (
    CardLifted,
    CardState,
    DeviceState,
    IdentityFailed,
    IdentityRead,
)
from devices.identity.samv import SamvDriver, SamvOptions
from tests.devices.identity.samv_bench import CARD, Bench, wait_until

# --- arming ------------------------------------------------------------------------------------------


def test_nothing_is_looked_for_at_rest(bench: Bench) -> None:
    bench.start()
    bench.module.present(CARD)
    wait_until(lambda: bench.module.commands.count("status") >= 2)
    assert bench.module.commands.count("find") == 1  # while it was opened: whether it can deal with cards


def test_disarming_in_the_middle_of_a_read_tells_nothing_of_it(bench: Bench) -> None:
    driver = bench.start()
    bench.habits.piece_bytes = 1
    bench.habits.piece_seconds = 0.002
    bench.module.present(CARD)
    driver.arm()
    wait_until(lambda: "read" in bench.module.commands)
    driver.disarm()
    bench.recorder.forget()
    bench.habits.piece_bytes = 0
    before = bench.module.commands.count("status")
    wait_until(lambda: bench.module.commands.count("status") > before)
    assert not bench.recorder.of(IdentityRead)
    assert not bench.recorder.of(IdentityFailed)


def test_the_next_card_is_read_after_the_first_was_lifted(bench: Bench) -> None:
    driver = bench.start()
    for name in ("第一", "第二", "第三"):
        bench.recorder.forget()
        driver.arm()
        bench.module.present(replace(CARD, name=name))
        assert bench.recorder.document().name == name
        bench.asked_after_read()
        bench.module.lift()


def test_a_card_that_was_read_is_not_read_for_the_next_citizen(bench: Bench) -> None:
    driver = bench.start()
    bench.module.present(CARD)
    driver.arm()
    bench.recorder.document()
    bench.recorder.forget()
    driver.arm()
    bench.looks()
    assert not bench.recorder.of(IdentityRead)
    assert driver.status.card is None


def test_a_card_that_is_known_to_lie_there_is_said_to_be_left_behind(bench: Bench) -> None:
    bench.habits.finds_read_card_again = True
    driver = bench.start()
    bench.module.present(CARD)
    driver.arm()
    bench.recorder.document()
    bench.looks()
    bench.recorder.forget()
    driver.arm()
    assert bench.recorder.fault().code == "card.left_behind"
    assert driver.status.card is CardState.LEFT_BEHIND
    assert not bench.recorder.of(IdentityRead)
    bench.module.lift()
    bench.recorder.wait_for(CardLifted)
    bench.module.present(replace(CARD, name="下一位"))
    assert bench.recorder.wait_for(IdentityRead).document.name == "下一位"


def test_a_lift_is_noticed_after_the_read_where_the_module_shows_it(bench: Bench) -> None:
    bench.habits.finds_read_card_again = True
    driver = bench.start()
    bench.module.present(CARD)
    driver.arm()
    bench.recorder.document()
    bench.asked_after_read()
    bench.module.lift()
    bench.recorder.wait_for(CardLifted)
    wait_until(lambda: driver.status.card is None)


# --- the port ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [57600, 9600])
def test_another_rate_is_found(bench: Bench, rate: int) -> None:
    bench.habits.minds_baud = True
    bench.habits.baud = rate
    driver = bench.start()
    assert f"{rate} baud" in driver.status.detail
    bench.module.present(CARD)
    driver.arm()
    assert bench.recorder.document().name == CARD.name


def test_a_missing_port_is_no_device_and_is_used_when_it_comes(bench: Bench) -> None:
    driver = bench.start(plugged_in=False)
    status = bench.recorder.wait_for_status(lambda status: status.state is DeviceState.NO_DEVICE)
    assert status.fault is not None
    assert status.fault.code == "serial.port_missing"
    driver.arm()
    bench.module.present(CARD)
    bench.module.start()
    assert bench.recorder.document().name == CARD.name


def test_a_reader_pulled_and_put_back_goes_on_for_the_same_visit(bench: Bench) -> None:
    driver = bench.start()
    driver.arm()
    bench.looks()
    bench.recorder.forget()
    bench.module.hang_up()
    status = bench.recorder.wait_for_status(lambda status: status.state is DeviceState.NO_DEVICE)
    assert status.fault is not None
    bench.recorder.forget()
    bench.module.present(CARD)
    bench.module.plug_in()
    assert bench.recorder.document().name == CARD.name


def test_a_reader_pulled_in_the_middle_of_a_card_ends_the_reading(bench: Bench) -> None:
    driver = bench.start()
    bench.habits.piece_bytes = 1
    bench.habits.piece_seconds = 0.002
    bench.module.present(CARD)
    driver.arm()
    wait_until(lambda: "read" in bench.module.commands)
    bench.module.hang_up()
    assert bench.recorder.fault().code == "serial.port_lost"


def test_a_module_that_falls_silent_is_offline_until_it_answers(bench: Bench) -> None:
    driver = bench.start()
    bench.recorder.forget()
    bench.habits.mute = True
    driver.arm()
    status = bench.recorder.wait_for_status(lambda status: status.state is DeviceState.OFFLINE)
    assert status.fault is not None
    assert status.fault.code == "samv.no_answer"
    bench.habits.mute = False
    bench.recorder.forget()
    bench.recorder.wait_for_status(lambda status: status.state is DeviceState.ONLINE)


def test_two_programs_cannot_share_a_port(bench: Bench) -> None:
    bench.start()
    other = SamvDriver("other", bench.recorder.emit, SamvOptions(port=str(bench.link)))
    fault = other.open()
    assert fault is not None
    assert fault.code == "serial.port_busy"
    assert other.status.state is DeviceState.BUSY
    other.close()
    other.close()


@pytest.mark.parametrize("options", [{}, {"port": ""}, {"port": "x", "baud": 1200}, {"port": "x", "bad": 1}])
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SamvOptions.model_validate(options)
