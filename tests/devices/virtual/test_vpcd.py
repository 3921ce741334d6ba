"""A card at the wire, against a reader that the test plays."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from devices.virtual.social_security_card import Holder, SocialSecurityCard, atr

HOLDER = Holder(name="某人", number="11010519491231002X")
APPLICATION = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")


class Reader:
    """vpcd's side: a two-byte length, then the body."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.card = socket.socket()

    def take_card(self) -> None:
        self.card, _ = self._server.accept()
        self.card.settimeout(60)

    def send(self, body: bytes) -> None:
        self.card.sendall(len(body).to_bytes(2, "big") + body)

    def receive(self) -> bytes:
        return self._exactly(int.from_bytes(self._exactly(2), "big"))

    def ask(self, body: bytes) -> bytes:
        self.send(body)
        return self.receive()

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self.card.recv(size - len(data))
            assert piece, "the card was pulled"
            data += piece
        return data

    def close(self) -> None:
        self.card.close()
        self._server.close()


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def test_controls_are_not_answered_and_the_atr_is(reader: Reader) -> None:
    card = SocialSecurityCard(HOLDER)
    card.insert(port=reader.port)
    reader.take_card()
    for control in (b"\x01", b"\x02", b"\x00"):
        reader.send(control)
    assert reader.ask(b"\x04") == card.atr
    card.pull()
    assert reader.card.recv(1) == b""


def test_apdus_in_pieces_are_answered(reader: Reader) -> None:
    card = SocialSecurityCard(HOLDER)
    card.insert(port=reader.port)
    reader.take_card()
    select = b"\x00\xa4\x04\x00\x0f" + APPLICATION
    for byte in len(select).to_bytes(2, "big") + select:
        reader.card.sendall(bytes([byte]))
    assert reader.receive() == b"\x90\x00"
    assert reader.ask(bytes.fromhex("00A4020002EF05")) == b"\x90\x00"
    assert reader.ask(bytes.fromhex("00B2030006")) == bytes.fromhex("0304332E3030 9000")
    card.pull()


def test_a_reset_forgets_what_was_selected(reader: Reader) -> None:
    card = SocialSecurityCard(HOLDER)
    card.insert(port=reader.port)
    reader.take_card()
    reader.ask(b"\x00\xa4\x04\x00\x0f" + APPLICATION)
    reader.send(b"\x02")
    assert reader.ask(bytes.fromhex("00B2010400")) == b"\x69\x86"
    card.pull()


def test_a_card_can_be_pulled_instead_of_answering(reader: Reader) -> None:
    card = SocialSecurityCard(HOLDER)
    card.pull_after = 0
    card.insert(port=reader.port)
    reader.take_card()
    reader.send(bytes.fromhex("00B2010400"))
    assert reader.card.recv(1) == b""
    card.pull()


def test_a_mute_card_leaves_when_it_is_pulled(reader: Reader) -> None:
    card = SocialSecurityCard(HOLDER)
    card.mute_after = 0
    card.insert(port=reader.port)
    reader.take_card()
    reader.send(bytes.fromhex("00B2010400"))
    card.pull()
    assert reader.card.recv(1) == b""


def test_answers_to_reset_offer_one_protocol_each() -> None:
    assert atr("T=0", b"KIOSK") == bytes.fromhex("3B05") + b"KIOSK"
    other = atr("T=1", b"KIOSK")
    assert other[:3] == bytes.fromhex("3B8501")
    check = 0
    for byte in other[1:]:
        check ^= byte
    assert check == 0


def test_sex_is_the_third_record_on_version_1_and_the_fourth_later() -> None:
    for version, number in ((1, 3), (2, 4), (3, 4)):
        card = SocialSecurityCard(HOLDER, version=version)  # type: ignore[arg-type]
        card.answer(b"\x00\xa4\x04\x00\x0f" + APPLICATION)
        assert card.answer(bytes([0x00, 0xB2, number, 0x34, 0x00]))[0] == 0x0A


def test_verify_is_unknown_to_the_stand_in() -> None:
    card = SocialSecurityCard(HOLDER)
    assert card.answer(bytes.fromhex("0020000003313233")) == b"\x6d\x00"
