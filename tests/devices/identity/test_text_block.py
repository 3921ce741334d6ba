from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import Fault, IdentityDocument
from devices.identity.text_block import (
    code_units,
    decode_appended_address,
    decode_text_block,
    lone_surrogate,
    text_of,
)
from devices.virtual.identity_card import IdentityCard, numbered

CITIZEN = "11010519491231002X"

RESIDENT = IdentityCard(
    name="张三丰",
    number=CITIZEN,
    sex="2",
    ethnicity="16",
    birth="19491231",
    address="河南省平顶山市新华区 建设路 1 号",
    authority="平顶山市公安局新华分局",
    valid_from="20200229",
    valid_until="20400229",
)


def read(card: IdentityCard) -> IdentityDocument:
    document = decode_text_block(card.text_block(), card.photo)
    assert isinstance(document, IdentityDocument), document
    return document


def fault_of(block: bytes) -> Fault:
    fault = decode_text_block(block)
    assert isinstance(fault, Fault)
    return fault


def test_the_resident_layout_at_its_published_offsets() -> None:
    """Written by hand, without the encoder: both could share an error."""
    block = bytearray(b" \0" * 128)

    def put(offset: int, text: str) -> None:
        data = text.encode("utf-16-le")
        block[offset : offset + len(data)] = data

    for offset, text in {
        0: "张三丰",
        30: "2",
        32: "16",
        36: "19491231",
        52: "平顶山市 新华区",
        122: CITIZEN,
        158: "平顶山市公安局",
        188: "20200229",
        204: "长期",
    }.items():
        put(offset, text)
    assert decode_text_block(bytes(block), b"photo") == IdentityDocument(
        source="samv",
        kind="resident",
        name="张三丰",
        number=CITIZEN,
        sex="2",
        ethnicity="16",
        birth="19491231",
        address="平顶山市 新华区",
        authority="平顶山市公安局",
        valid_from="20200229",
        valid_until="长期",
    )


def test_all_fields_of_a_resident_card() -> None:
    document = read(RESIDENT)
    assert document.address == RESIDENT.address
    assert (document.kind, document.valid_until, document.photo) == ("resident", "20400229", RESIDENT.photo)


@pytest.mark.parametrize(
    ("prefix", "kind"), [("81", "hong_kong_macao"), ("82", "hong_kong_macao"), ("83", "taiwan")]
)
def test_residence_permits_are_told_apart_by_their_number(prefix: str, kind: str) -> None:
    card = replace(
        RESIDENT,
        kind=kind,
        number=numbered(prefix + "000019491231002"),
        pass_number="H12345678",
        issue_count="03",
    )
    document = read(card)
    assert (document.kind, document.pass_number, document.issue_count) == (kind, "H12345678", "03")
    assert document.ethnicity == ""


def test_a_residence_permit_of_another_place_is_not_guessed_at() -> None:
    card = replace(RESIDENT, kind="taiwan", number=numbered("84000019491231002"))
    assert fault_of(card.text_block()).code == "card.layout_unknown"


def test_the_permanent_residence_card_of_2017() -> None:
    card = IdentityCard(
        kind="permanent_2017",
        name="MARIA DEL CARMEN VON HOHENZOLLERN-SIGMARINGEN Y BORBON",
        name_other="马丽亚",
        number="DEU440077110101",
        sex="2",
        nationality="DEU",
        birth="19771101",
        valid_from="20180101",
        valid_until="20380101",
        version="01",
        authority="1500",
    )
    document = read(card)
    assert (document.kind, document.name, document.name_other) == (card.kind, card.name, "马丽亚")
    assert (document.number, document.nationality, document.birth) == ("DEU440077110101", "DEU", "19771101")
    assert (document.version, document.authority, document.valid_until) == ("01", "1500", "20380101")


@pytest.mark.parametrize("name_other", ["JOHN", "A" * 34 + " B", "A" * 35 + " SMITH", "X" * 46])
def test_the_english_name_of_2023_is_joined_with_its_inner_spaces(name_other: str) -> None:
    card = IdentityCard(
        kind="permanent_2023",
        name="约翰",
        name_other=name_other,
        number=numbered("91100119770101001"),
        nationality="GBR",
        issue_count="02",
        birth="19770101",
    )
    document = read(card)
    assert (document.kind, document.name, document.name_other) == ("permanent_2023", "约翰", name_other)
    assert (document.nationality, document.issue_count) == ("GBR", "02")


def test_a_holder_without_a_chinese_name_has_the_english_one() -> None:
    card = IdentityCard(
        kind="permanent_2023", name="", name_other="JOHN SMITH", number=numbered("91100119770101001")
    )
    assert (read(card).name, read(card).name_other) == ("JOHN SMITH", "")


# --- every code unit ---------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=15))
def test_no_code_unit_is_ever_lost_and_the_text_survives_every_store(units: list[int]) -> None:
    field = b"".join(unit.to_bytes(2, "little") for unit in units)
    text = text_of(field)
    kept = field
    while kept[-2:] in (b" \0", b"\0\0"):
        kept = kept[:-2]
    assert code_units(text) == kept
    assert json.loads(json.dumps(text, ensure_ascii=False).encode("utf-8")) == text
    with sqlite3.connect(":memory:") as store:
        assert store.execute("select ?", (text,)).fetchone()[0].encode("utf-8") == text.encode("utf-8")


def test_rare_private_and_broken_characters_of_a_name() -> None:
    name = "王\U00020089\ue863\ud842"
    document = read(replace(RESIDENT, name=name))
    assert document.name == "王\U00020089\ue863\U0010d842"
    assert [lone_surrogate(character) for character in document.name] == [None, None, None, 0xD842]


def test_only_padding_at_the_end_is_cut_off() -> None:
    assert text_of(" 张 三 \0 \0\0".encode("utf-16-le")) == " 张 三"


# --- damage --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 1, 255, 257, 1024])
def test_a_block_of_another_length_is_damaged(length: int) -> None:
    assert fault_of(bytes(length)).code == "card.text_damaged"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"birth": "19491331"}, "card.text_damaged"),
        ({"birth": ""}, "card.text_damaged"),
        ({"valid_from": "2020"}, "card.text_damaged"),
        ({"valid_until": "短期"}, "card.text_damaged"),
        ({"name": ""}, "card.text_damaged"),
        ({"number": "110105194912310021"}, "card.number_invalid"),
        ({"number": ""}, "card.number_invalid"),
        ({"number": numbered("11010519490230002")}, "card.number_invalid"),
        ({"kind": "permanent_2017", "number": "DEU44", "authority": "1500"}, "card.number_invalid"),
        ({"kind": "permanent_2023", "number": CITIZEN}, "card.number_invalid"),
    ],
)
def test_damage_is_a_permanent_fault_that_quotes_nothing(change: dict[str, Any], code: str) -> None:
    fault = fault_of(replace(RESIDENT, **change).text_block())
    assert (fault.code, fault.permanent) == (code, True)
    assert "张三丰" not in fault.cause
    assert all(not value or value not in fault.cause for value in change.values())


@given(st.binary(min_size=256, max_size=256), st.sampled_from(["", "I", "J", "Y"]))
def test_any_block_is_a_document_or_a_fault(block: bytes, letter: str) -> None:
    if letter:
        block = block[:248] + letter.encode("utf-16-le") + block[250:]
    assert isinstance(decode_text_block(block), IdentityDocument | Fault)


@pytest.mark.parametrize(("ethnicity", "known"), [("01", "01"), ("58", "58"), ("9", ""), ("甲乙", "")])
def test_an_ethnicity_is_two_digits_or_unknown(ethnicity: str, known: str) -> None:
    assert read(replace(RESIDENT, ethnicity=ethnicity)).ethnicity == known


def test_documents_show_nothing_of_a_person() -> None:
    assert "张三丰" not in repr(read(RESIDENT))
    assert CITIZEN not in repr(read(RESIDENT))


def test_the_appended_address() -> None:
    block = replace(RESIDENT, appended_address="新地址 2 号").address_block()
    assert block is not None
    assert decode_appended_address(block) == "新地址 2 号"
    short = decode_appended_address(block[:-2])
    assert isinstance(short, Fault)
    assert short.code == "card.text_damaged"
