"""The module seen from its port, with bytes from the published protocol."""

from __future__ import annotations

import os
import select
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.virtual.identity_card import IdentityCard
from devices.virtual.samv_module import SamvModule

CARD = IdentityCard(name="某人", number="11010519491231002X", appended_address="新地址")
FIND, SELECT, READ, ADDRESS = "0003200122", "0003200221", "0003300132", "0003300330"
FOUND = bytes.fromhex("AAAAAA9669 0008 00009F 00000000 97")
NO_CARD = bytes.fromhex("AAAAAA9669 0004 000080 84")
SELECTED = bytes.fromhex("AAAAAA9669 000C 000090 0000000000000000 9C")


class Line:
    def __init__(self, port: str) -> None:
        self.descriptor = os.open(port, os.O_RDWR | os.O_NOCTTY)

    def ask(self, body: str, size: int) -> bytes:
        os.write(self.descriptor, bytes.fromhex("AAAAAA9669" + body))
        return self.take(size)

    def take(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            assert select.select([self.descriptor], [], [], 10)[0], data
            data += os.read(self.descriptor, size - len(data))
        return data

    def set_speed(self, speed: int) -> None:
        settings = termios.tcgetattr(self.descriptor)
        settings[4] = settings[5] = speed
        termios.tcsetattr(self.descriptor, termios.TCSANOW, settings)


@pytest.fixture
def module() -> Iterator[SamvModule]:
    module = SamvModule()
    yield module
    module.stop()


@pytest.fixture
def line(module: SamvModule) -> Iterator[Line]:
    line = Line(module.start())
    yield line
    os.close(line.descriptor)


def test_the_published_dialogue(module: SamvModule, line: Line) -> None:
    assert line.ask(FIND, len(NO_CARD)) == NO_CARD
    module.present(CARD)
    assert line.ask(FIND, len(FOUND)) == FOUND
    assert line.ask(SELECT, len(SELECTED)) == SELECTED
    reply = line.ask(READ, 1295)
    assert reply[5:14] == bytes.fromhex("0508 000090 01000400")
    assert reply[14 : 14 + 256] == CARD.text_block()
    check = 0
    for byte in reply[5:]:
        check ^= byte
    assert check == 0
    assert line.ask(ADDRESS, 81)[10:14] == "新地".encode("utf-16-le")
    assert module.commands == ["find", "find", "select", "read", "address"]


def test_a_card_that_was_read_is_not_found_until_it_is_laid_again(module: SamvModule, line: Line) -> None:
    module.present(CARD)
    line.ask(FIND, len(FOUND))
    line.ask(SELECT, len(SELECTED))
    line.ask(READ, 1295)
    assert line.ask(FIND, len(NO_CARD)) == NO_CARD
    module.lift()
    module.present(CARD)
    assert line.ask(FIND, len(FOUND)) == FOUND


@pytest.mark.parametrize(
    ("request_body", "word"),
    [
        ("0003300131", 0x10),  # wrong checksum
        ("0003400142", 0x21),  # no such command
        ("00032002 21".replace(" ", ""), 0x81),  # nothing found yet
        ("0003300132", 0x41),  # nothing selected
    ],
)
def test_wrong_requests_have_their_status_words(
    module: SamvModule, line: Line, request_body: str, word: int
) -> None:
    assert line.ask(request_body, 11)[5:10] == bytes([0, 4, 0, 0, word])


def test_noise_and_split_requests_are_understood(module: SamvModule, line: Line) -> None:
    for byte in b"\x00\xaa\xaa\x96" + bytes.fromhex("AAAAAA9669" + FIND):
        os.write(line.descriptor, bytes([byte]))
    assert line.take(len(NO_CARD)) == NO_CARD


def test_faults_on_command(module: SamvModule, line: Line) -> None:
    module.habits.noise = b"noise"
    assert line.ask(FIND, 5 + len(NO_CARD)) == b"noise" + NO_CARD
    module.habits.noise = b""
    module.habits.corrupt_replies = {module.replies}
    assert line.ask(FIND, len(NO_CARD)) == NO_CARD[:-1] + bytes([NO_CARD[-1] ^ 0x5A])
    module.habits.cut_replies = {module.replies: 3}
    assert line.ask(FIND, len(NO_CARD) - 3) == NO_CARD[:-3]
    module.habits.status_words = {"find": (1, 2, 0x32)}
    assert line.ask(FIND, 11)[7:10] == b"\x01\x02\x32"
    module.habits.mute = True
    os.write(line.descriptor, bytes.fromhex("AAAAAA9669" + FIND))
    assert select.select([line.descriptor], [], [], 0.1)[0] == []


def test_the_rate_can_be_changed_and_is_minded(module: SamvModule, line: Line) -> None:
    module.habits.minds_baud = True
    line.set_speed(termios.B115200)
    assert line.ask("0003600162", 11)[9] == 0x90
    os.write(line.descriptor, bytes.fromhex("AAAAAA9669" + FIND))
    assert select.select([line.descriptor], [], [], 0.1)[0] == []
    line.set_speed(termios.B57600)
    assert line.ask(FIND, len(NO_CARD)) == NO_CARD


def test_a_pulled_cable_hangs_up_and_the_link_leads_to_the_new_port(tmp_path: Path) -> None:
    module = SamvModule(link=tmp_path / "reader")
    line = Line(module.start())
    module.hang_up()
    assert not os.path.lexists(tmp_path / "reader")
    with pytest.raises(OSError, match="Input/output"):
        os.write(line.descriptor, b"x")
    os.close(line.descriptor)
    line = Line(module.plug_in())
    assert line.ask(FIND, len(NO_CARD)) == NO_CARD
    os.close(line.descriptor)
    module.stop()
    module.stop()


def test_a_field_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="30 bytes"):
        IdentityCard(name="长" * 16, number="").text_block()
