"""The driver through pcscd and the virtual reader, under its supervisor."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from devices.contract import (
    Capability,
    CardLifted,
    CardState,
    Deadline,
    DeviceState,
    IdentityFailed,
    IdentityRead,
    IdentityReading,
    StatusChanged,
)
from devices.identity.social_security import SocialSecurityDriver, SocialSecurityOptions
from devices.virtual.identity_card import IdentityCard
from devices.virtual.social_security_card import (
    ForeignCard,
    Holder,
    PluggableCard,
    ResidentCardOnPlainReader,
    SocialSecurityCard,
)
from tests.devices.identity.recorder import Recorder
from tests.parts.pcsc import SLOT_READER

HOLDER = Holder(name="王\U00020089小明", number="11010519491231002X", sex="2", birth="19491231")
INS_VERIFY = 0x20


class Bench:
    def __init__(self, port: int) -> None:
        self.port = port
        self.recorder = Recorder()
        self.card: PluggableCard | None = None

    def start(self, **options: object) -> SocialSecurityDriver:
        settings = SocialSecurityOptions.model_validate({"reader": SLOT_READER, **options})
        driver = SocialSecurityDriver("cards", self.recorder.emit, settings)
        self.recorder.supervise(driver)
        self.recorder.wait_for_status(lambda status: status.card is CardState.ABSENT)
        self.recorder.forget()  # pcscd may have found the card of an earlier run still there, and lifted
        return driver

    def insert(self, card: PluggableCard) -> None:
        self.card = card
        card.insert(port=self.port)

    def pull(self) -> None:
        assert self.card is not None
        self.card.pull()
        self.card = None

    def close(self) -> None:
        if self.card is not None:
            self.pull()
        self.recorder.stop()


@pytest.fixture
def bench(slot: int) -> Iterator[Bench]:
    bench = Bench(slot)
    yield bench
    bench.close()


@pytest.mark.parametrize(
    "card",
    [
        SocialSecurityCard(HOLDER, version=1, protocol="T=0", exact_le=True),
        SocialSecurityCard(HOLDER, version=2, protocol="T=0", get_response=True),
        SocialSecurityCard(HOLDER, version=3, protocol="T=1"),
        SocialSecurityCard(HOLDER, version=3, protocol="T=1", access=("number",), select_p1=(0,)),
    ],
)
def test_a_card_is_read_once_and_its_pin_is_never_tried(bench: Bench, card: SocialSecurityCard) -> None:
    driver = bench.start()
    driver.arm()
    bench.insert(card)
    document = bench.recorder.document()
    assert (document.name, document.number, document.birth) == (HOLDER.name, HOLDER.number, "19491231")
    assert not driver.armed
    bench.recorder.wait_for_status(lambda status: status.card is CardState.PRESENT)
    bench.pull()
    bench.recorder.wait_for(CardLifted)
    kinds = [type(event) for event in bench.recorder.events if not isinstance(event, StatusChanged)]
    assert kinds == [IdentityReading, IdentityRead, CardLifted]
    assert card.apdus
    assert all(apdu[1] != INS_VERIFY for apdu in card.apdus)


def test_a_card_that_was_laid_before_is_read_when_armed(bench: Bench) -> None:
    driver = bench.start()
    card = SocialSecurityCard(HOLDER)
    bench.insert(card)
    bench.recorder.wait_for_status(lambda status: status.card is CardState.PRESENT)
    assert card.apdus == []
    driver.arm()
    assert bench.recorder.document().name == HOLDER.name


def test_a_card_left_behind_is_not_read_for_the_next_citizen(bench: Bench) -> None:
    driver = bench.start()
    bench.insert(SocialSecurityCard(HOLDER))
    driver.arm()
    bench.recorder.document()
    bench.recorder.forget()
    driver.arm()
    assert bench.recorder.fault().code == "card.left_behind"
    bench.recorder.wait_for_status(lambda status: status.card is CardState.LEFT_BEHIND)
    bench.pull()
    bench.recorder.wait_for(CardLifted)
    bench.insert(SocialSecurityCard(replace(HOLDER, name="下一位")))
    assert bench.recorder.wait_for(IdentityRead).document.name == "下一位"


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (ResidentCardOnPlainReader(), "pcsc.resident_card_not_readable"),
        (ForeignCard(), "pcsc.card_unknown"),
        (SocialSecurityCard(replace(HOLDER, valid_until="20200101")), "card.expired"),
        (SocialSecurityCard(replace(HOLDER, number="110105194912310021")), "card.number_invalid"),
    ],
)
def test_cards_that_cannot_be_used_fail_once_until_they_are_lifted(
    bench: Bench, card: PluggableCard, code: str
) -> None:
    driver = bench.start()
    driver.arm()
    bench.insert(card)
    fault = bench.recorder.fault()
    assert (fault.code, fault.permanent) == (code, True)
    bench.recorder.wait_for_status(lambda status: status.card is CardState.UNREADABLE)
    sent = len(card.apdus)
    bench.pull()
    bench.recorder.wait_for(CardLifted)
    assert len(card.apdus) == sent
    assert driver.armed
    bench.insert(SocialSecurityCard(HOLDER))
    bench.recorder.wait_for(IdentityRead)
    assert len(bench.recorder.of(IdentityFailed)) == 1
    assert all(apdu[1] != INS_VERIFY for apdu in card.apdus)


@pytest.mark.parametrize("after", [0, 1, 5, 9])
def test_a_card_pulled_half_way(bench: Bench, after: int) -> None:
    driver = bench.start()
    driver.arm()
    card = SocialSecurityCard(HOLDER)
    card.pull_after = after
    bench.insert(card)
    assert bench.recorder.fault().code == "pcsc.card_removed"
    bench.recorder.wait_for(CardLifted)
    bench.pull()
    bench.insert(SocialSecurityCard(HOLDER))
    bench.recorder.wait_for(IdentityRead)


def test_a_card_that_never_answers_is_given_up_and_the_next_one_read(bench: Bench) -> None:
    driver = bench.start()
    driver.arm()
    card = SocialSecurityCard(HOLDER)
    card.mute_after = 4
    bench.insert(card)
    fault = bench.recorder.fault()
    assert (fault.code, fault.permanent) == ("pcsc.card_unresponsive", True)
    bench.pull()
    bench.recorder.wait_for(CardLifted)
    bench.insert(SocialSecurityCard(HOLDER))
    bench.recorder.wait_for(IdentityRead)


def test_disarming_in_the_middle_of_a_card_tells_nothing_of_it(bench: Bench) -> None:
    driver = bench.start()
    driver.arm()
    card = SocialSecurityCard(HOLDER)
    card.mute_after = 4
    bench.insert(card)
    bench.recorder.wait_for(IdentityReading)
    driver.disarm()
    bench.recorder.forget()
    bench.pull()
    bench.recorder.wait_for(CardLifted)
    assert not bench.recorder.of(IdentityRead)
    assert not bench.recorder.of(IdentityFailed)


def test_without_its_reader_it_says_so(pcscd: None) -> None:
    recorder = Recorder()
    driver = SocialSecurityDriver("cards", recorder.emit, SocialSecurityOptions(reader="No such reader*"))
    recorder.supervise(driver)
    status = recorder.wait_for_status(lambda status: status.state is DeviceState.NO_DEVICE)
    recorder.stop()
    assert status.fault is not None
    assert status.fault.code == "pcsc.no_reader"


# --- a reader that passes a security module's data through ------------------------------------------------

COMMANDS = [f"FF B0 0{block} 00 00" for block in range(6)]


class ReaderWithModule(PluggableCard):
    """Six blocks of at most 256 bytes, as one vendor's reader gives them."""

    def __init__(self, card: IdentityCard) -> None:
        super().__init__()
        self._stream = bytes.fromhex("01000400") + card.text_block() + card.photo

    def respond(self, apdu: bytes) -> bytes:
        if apdu[:2] != b"\xff\xb0":
            return b"\x6a\x82"
        return self._stream[apdu[2] * 256 : apdu[2] * 256 + 256] + b"\x90\x00"


def test_a_resident_card_through_a_pass_through_profile(bench: Bench) -> None:
    driver = bench.start(resident_commands=COMMANDS)
    assert driver.capabilities == {Capability.SOCIAL_SECURITY_CARD, Capability.RESIDENT_CARD}
    driver.arm()
    bench.insert(ReaderWithModule(IdentityCard(name="某\ue863", number="11010519491231002X")))
    document = bench.recorder.document()
    assert (document.name, document.kind, document.photo) == ("某\ue863", "resident", b"")


def test_a_profile_that_the_reader_refuses_changes_nothing(bench: Bench) -> None:
    driver = bench.start(resident_commands=COMMANDS)
    driver.arm()
    bench.insert(ResidentCardOnPlainReader())
    assert bench.recorder.fault().code == "pcsc.resident_card_not_readable"


@pytest.mark.parametrize(
    "options",
    [
        {"reader": ""},
        {"reader": "x", "port": "y"},
        {"reader": "x", "resident_commands": ["FF"]},
        {"reader": "x", "resident_commands": ["FF B0 00 00 00", "00 20 00 01 03 31 32 33"]},
        {"reader": "x", "resident_head": "0"},
        {"reader": "x", "resident_skip": -1},
    ],
)
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SocialSecurityOptions.model_validate(options)


# --- with a pcscd of our own, that can be ended -----------------------------------------------------------


@pytest.mark.parametrize("scenario", ["restart", "two_cards"])
def test_in_a_private_pcscd(scenario: str, tmp_path: Path) -> None:
    """In a mount namespace with its own /run, so that nobody else's pcscd is touched."""
    command = [sys.executable, "-m", "tests.devices.identity.private_pcscd", scenario, str(tmp_path)]
    command = ["unshare", "--map-root-user", "--mount", *command]
    environment = {name: value for name, value in os.environ.items() if name != "PCSCLITE_CSOCK_NAME"}
    ended = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=600)
    assert ended.returncode == 0, ended.stdout + ended.stderr


# --- the self-test ----------------------------------------------------------------------------------------


def test_the_self_test_names_service_reader_driver_and_slot(bench: Bench) -> None:
    driver = bench.start()
    checks = driver.self_test(Deadline(60))
    assert [(check.name, check.passed) for check in checks] == [
        ("service", True),
        ("reader", True),
        ("driver", True),
        ("slot", True),
    ]
    assert checks[-1].detail == "no card"
    card = SocialSecurityCard(HOLDER)
    bench.recorder.forget()
    bench.insert(card)
    bench.recorder.wait_for_status(lambda status: status.card is CardState.PRESENT)
    assert driver.self_test(Deadline(60))[-1].detail == "a card is there"
    assert card.apdus == []


def test_the_self_test_without_its_reader_lists_the_others(pcscd: None) -> None:
    options = SocialSecurityOptions(reader="No such reader*")
    driver = SocialSecurityDriver("cards", lambda _event: None, options)
    last = driver.self_test(Deadline(60))[-1]
    assert (last.name, last.passed) == ("reader", False)
    assert SLOT_READER in last.detail
    driver.close()


class ReaderWithPrefix(ReaderWithModule):
    """Another vendor's: three bytes of its own before each piece, no lengths, no photo."""

    def respond(self, apdu: bytes) -> bytes:
        answer = super().respond(apdu)
        return b"\x01\x02\x03" + answer if answer.endswith(b"\x90\x00") else answer

    def __init__(self, card: IdentityCard) -> None:
        super().__init__(card)
        self._stream = card.text_block()


def test_another_readers_profile_is_data_too(bench: Bench) -> None:
    driver = bench.start(
        resident_commands=["FF B0 00 00 00"], resident_head="", resident_skip=3, resident_photo=False
    )
    driver.arm()
    bench.insert(ReaderWithPrefix(IdentityCard(name="某人", number="11010519491231002X")))
    assert bench.recorder.document().name == "某人"
