from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.delivery.vault import Vault
from kiosk.settings_sections import TechnicianSettings
from kiosk.technician.credentials import (
    card_fault,
    card_matches,
    hash_card,
    hash_pin,
    is_card_hash,
    is_pin_hash,
    pin_fault,
    pin_matches,
    who_has_card,
    who_has_pin,
)

NUMBER = "410402195503080019"
KEY = Vault(bytes(32)).card_key()


def test_a_pin_opens_its_own_hash_and_no_other() -> None:
    kept = hash_pin("271828")
    assert "271828" not in kept
    assert pin_matches("271828", kept)
    assert not pin_matches("271829", kept)
    assert hash_pin("271828") != kept, "each has a salt of its own"


@pytest.mark.parametrize(
    "pin", ["", "12345", "123456", "987654", "000000", "1234567890123", "27182a", "２７１８２８"]
)
def test_pins_that_anybody_tries_first_or_cannot_type(pin: str) -> None:
    assert pin_fault(pin) is not None


@pytest.mark.parametrize("pin", ["271828", "112358", "900001", "271828182845"])
def test_pins_that_will_do(pin: str) -> None:
    assert pin_fault(pin) is None


@given(st.text(max_size=80))
def test_what_is_no_hash_opens_for_nobody(text: str) -> None:
    assert not is_pin_hash(text)
    assert not pin_matches("271828", text)
    assert not card_matches(NUMBER, text, KEY)


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: kept.replace("scrypt", "plain"),
        lambda kept: kept.replace("$32768$", "$32767$"),
        lambda kept: kept.replace("$32768$", "$1073741824$"),  # gigabytes of memory for one guess
        lambda kept: kept.replace("$8$", "$0$"),
        lambda kept: kept[:-4],
        lambda kept: kept + "$",
    ],
)
def test_a_damaged_hash_opens_for_nobody(damage: object) -> None:
    assert callable(damage)
    assert not pin_matches("271828", damage(hash_pin("271828")))


def test_a_card_is_known_only_with_the_device_key() -> None:
    kept = hash_card(NUMBER, KEY)
    assert is_card_hash(kept) and NUMBER not in kept
    assert card_matches(NUMBER, kept, KEY)
    assert not card_matches(NUMBER, kept, Vault(b"\x01" * 32).card_key())
    assert not card_matches("110105199001010010", kept, KEY)
    assert not card_matches("", kept, KEY)
    assert card_fault(NUMBER[:-1] + "5") is not None


def test_who_it_is() -> None:
    some = (
        TechnicianSettings(name="甲", pin=hash_pin("271828")),
        TechnicianSettings(name="乙", card=hash_card(NUMBER, KEY)),
    )
    assert who_has_pin("271828", some) == "甲"
    assert who_has_pin("314159", some) is None
    assert who_has_card(NUMBER, some, KEY) == "乙"
    assert who_has_card("110105199001010010", some, KEY) is None
