"""The APDUs and records, against a card without a reader."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.contract import Fault, IdentityDocument
from devices.identity.social_security_card import (
    APPLICATION,
    is_resident_card,
    read_document,
    select_application,
)
from devices.virtual.identity_card import numbered
from devices.virtual.social_security_card import (
    ForeignCard,
    Holder,
    PluggableCard,
    ResidentCardOnPlainReader,
    SocialSecurityCard,
)

NUMBER = "11010519491231002X"
HOLDER = Holder(name="欧阳\U00020089", number=NUMBER, sex="2", ethnicity="46", birth="19491231")


def read(card: PluggableCard) -> IdentityDocument | Fault:
    assert select_application(card.answer) is True
    return read_document(card.answer)


def document_of(card: PluggableCard) -> IdentityDocument:
    document = read(card)
    assert isinstance(document, IdentityDocument), document
    return document


class Gappy(SocialSecurityCard):
    """A card some of whose records are refused, however they are asked for."""

    def __init__(self, gaps: dict[int, set[int]], access: Any) -> None:
        super().__init__(HOLDER, version=3, protocol="T=1", access=access)
        self.gaps = gaps  # P1 of the records that are missing, by short file id
        self.file = 0

    def answer(self, apdu: bytes) -> bytes:
        if apdu[1] == 0xA4 and apdu[-2] == 0xEF:
            self.file = apdu[-1]
        if apdu[1] == 0xB2 and apdu[2] in self.gaps.get(self.file, set()):
            return bytes.fromhex("6A83")
        return super().answer(apdu)


@pytest.mark.parametrize(
    ("gaps", "access"),
    [
        ({5: {1}}, ("number",)),
        ({5: {1, 3}}, ("number",)),
        ({5: set(range(256))}, ("number",)),
        ({5: {0x01, 0x03, 0x06, 0x07}}, ("tag",)),
    ],
)
def test_gaps_in_the_records_of_the_card_do_not_keep_its_holder_out(
    gaps: dict[int, set[int]], access: Any
) -> None:
    document = document_of(Gappy(gaps, access))
    assert (document.name, document.number) == (HOLDER.name, NUMBER)


def test_the_application_is_selected_by_the_published_name() -> None:
    assert bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF") == APPLICATION
    assert "sx1.sh.社会保障".encode("gbk") == APPLICATION
    card = SocialSecurityCard(HOLDER)
    select_application(card.answer)
    assert card.apdus == [bytes.fromhex("00A404000F") + APPLICATION]


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("protocol", ["T=0", "T=1"])
@pytest.mark.parametrize(
    "habits",
    [
        {},
        {"access": ("tag",)},
        {"access": ("number",)},
        {"access": ("short_id",)},
        {"access": ("short_id",), "select_p1": ()},
        {"select_p1": (0x00,)},
        {"exact_le": True},
        {"get_response": True},
        {"exact_le": True, "get_response": True, "access": ("number",)},
    ],
)
def test_every_kind_of_card_gives_the_same_document(
    version: Any, protocol: Any, habits: dict[str, Any]
) -> None:
    card = SocialSecurityCard(HOLDER, version=version, protocol=protocol, **habits)
    assert document_of(card) == IdentityDocument(
        source="social_security",
        kind="social_security",
        name=HOLDER.name,
        number=NUMBER,
        sex="2",
        ethnicity="46",
        birth="19491231",
        valid_until="20391231",
        card_number="A12345678",
        region="410400",
        version=f"{version}.00",
    )
    assert all(apdu[:2] in (b"\x00\xa4", b"\x00\xb2", b"\x00\xc0") for apdu in card.apdus)


def test_only_needed_records_are_read() -> None:
    card = SocialSecurityCard(HOLDER, version=1)
    document_of(card)
    tags = [apdu[2] for apdu in card.apdus if apdu[1] == 0xB2]
    assert tags == [0x01, 0x03, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0D]


NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs"]).filter(
        lambda c: len(c.encode("gb18030", "ignore")) > 0
    ),
    min_size=1,
    max_size=15,
)


@given(NAMES)
@settings(max_examples=200)
def test_every_gb_18030_name_is_read_also_across_the_two_records(name: str) -> None:
    assert document_of(SocialSecurityCard(Holder(name=name, number=NUMBER))).name == name


def test_a_name_whose_character_is_cut_in_two_by_the_records() -> None:
    name = "a" + "齉" * 20
    assert document_of(SocialSecurityCard(Holder(name=name, number=NUMBER))).name == name


def test_a_first_part_that_is_filled_is_joined_without_the_fill() -> None:
    holder = Holder(name="欧阳", number=NUMBER, records={0x4E: "娜娜".encode("gb18030").ljust(30, b"\0")})
    assert document_of(SocialSecurityCard(holder)).name == "欧阳娜娜"


def test_the_published_sample_records() -> None:
    holder = Holder(
        name="某",
        number=NUMBER,
        records={0x01: bytes.fromhex("330300D15600000599110145FFFFFFFF"), 0x03: bytes.fromhex("332E3030")},
    )
    document = document_of(SocialSecurityCard(holder))
    assert (document.region, document.version) == ("330300", "3.00")


@pytest.mark.parametrize("value", [b"\xff\xff\xff\xff", b"\0\0\0\0", bytes.fromhex("20231301")])
def test_a_card_without_a_last_day(value: bytes) -> None:
    card = SocialSecurityCard(Holder(name="某", number=NUMBER, records={0x06: value}))
    assert document_of(card).valid_until == ""


@pytest.mark.parametrize("number", ["USA110119900101" + "001", NUMBER, numbered("99999919900101001")])
def test_numbers_that_are_accepted(number: str) -> None:
    assert document_of(SocialSecurityCard(Holder(name="某", number=number))).number == number


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ({0x08: b"110105194912310021"}, "card.number_invalid"),
        ({0x08: b"\0" * 18}, "social_security.record_missing"),
        ({0x09: b"\0" * 30, 0x4E: b"\0" * 30}, "social_security.record_missing"),
        ({0x09: b"\xff\xfe\xfd".ljust(30, b"\0")}, "social_security.record_damaged"),
    ],
)
def test_unusable_contents_are_faults_that_quote_nothing(records: dict[int, bytes], code: str) -> None:
    fault = read(SocialSecurityCard(Holder(name="某人", number=NUMBER, records=records)))
    assert isinstance(fault, Fault)
    assert fault.code == code
    assert "某人" not in fault.cause
    assert "1101" not in fault.cause


class Scripted(PluggableCard):
    """Answers by prefix of the APDU; anything else is refused."""

    def __init__(self, answers: dict[str, str]) -> None:
        super().__init__()
        self._answers = {bytes.fromhex(apdu): bytes.fromhex(answer) for apdu, answer in answers.items()}

    def respond(self, apdu: bytes) -> bytes:
        found = [answer for prefix, answer in self._answers.items() if apdu.startswith(prefix)]
        return found[-1] if found else b"\x6a\x83"


def test_a_record_with_another_tag_than_the_asked_one_is_not_taken() -> None:
    """A card that takes the tag for a number gives sex where the name was asked for."""
    card = Scripted({"00A4": "9000", "00B2": "0A01319000"})
    fault = read(card)
    assert isinstance(fault, Fault)
    assert fault.code == "social_security.record_missing"


@pytest.mark.parametrize("answer", ["9000", "089000", "08129000", "0812319000"])
def test_a_truncated_record_is_damage(answer: str) -> None:
    fault = read(Scripted({"00A4": "9000", "00B2": answer}))
    assert isinstance(fault, Fault)
    assert fault.code == "social_security.record_damaged"


def test_a_card_that_wants_no_length_in_advance() -> None:
    """67 00 to an exact Le; the same record to Le = 00."""

    class Strict(SocialSecurityCard):
        def respond(self, apdu: bytes) -> bytes:
            return b"\x67\x00" if apdu[1] == 0xB2 and apdu[4] != 0 else super().respond(apdu)

    assert document_of(Strict(HOLDER, access=("tag",))).name == HOLDER.name


def test_endless_chaining_ends() -> None:
    assert select_application(Scripted({"00": "6101"}).answer) is False


@given(st.lists(st.binary(min_size=2, max_size=40), min_size=1, max_size=30))
def test_any_card_gives_a_document_or_a_fault(answers: list[bytes]) -> None:
    sent: list[bytes] = []

    def transmit(apdu: bytes) -> bytes:
        sent.append(apdu)
        return answers[len(sent) % len(answers)]

    select_application(transmit)
    assert isinstance(read_document(transmit), IdentityDocument | Fault)
    assert all(apdu[1] in (0xA4, 0xB2, 0xC0) for apdu in sent)


def test_a_broken_connection_is_passed_on() -> None:
    gone = Fault("pcsc.card_removed")
    assert select_application(lambda apdu: gone) is gone
    assert read_document(lambda apdu: gone) is gone


def test_a_resident_card_is_recognised_by_its_public_serial() -> None:
    assert is_resident_card(ResidentCardOnPlainReader().answer) is True
    assert is_resident_card(ForeignCard().answer) is False


def test_documents_are_compared_whole() -> None:
    assert document_of(SocialSecurityCard(HOLDER, version=1)) != document_of(SocialSecurityCard(HOLDER))
