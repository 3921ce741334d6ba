"""The lists that ship, and how something is found on them."""

from __future__ import annotations

import pytest

from kiosk.matters import choices
from kiosk.matters.forms import check_answer, display, normalise
from kiosk.matters.models import FieldKind, Prefill
from kiosk.matters.prefill import candidates
from tests.kiosk.matters.examples import TODAY, question

REGIONS = question(FieldKind.CHOICE, options=(), catalogue="regions")
ETHNICITIES = question(FieldKind.CHOICE, options=(), catalogue="ethnicities", prefill="card.ethnicity")


@pytest.mark.parametrize(
    ("name", "least"), [("regions", 500), ("banks", 20), ("ethnicities", 56), ("relations", 15)]
)
def test_every_list_has_names_of_its_own(name: str, least: int) -> None:
    listed = choices.listed(name)
    assert len(listed.entries) >= least
    assert len({entry.value for entry in listed.entries}) == len(listed.entries)
    names = [listed.name(entry.value) for entry in listed.entries]
    assert len({each.zh for each in names if each}) == len(names)
    assert all(entry.label.en.replace("(", "").isprintable() for entry in listed.entries)


def test_levels_lead_to_an_answer() -> None:
    regions = choices.listed("regions")
    assert regions.has_levels
    assert regions.inside("")[0].label.zh == "河南省"  # the own place first
    assert choices.way_to(REGIONS, "410402") == ("410000", "410400", "410402")
    assert display(REGIONS, "410402", "zh") == "河南省平顶山市新华区"
    assert display(REGIONS, "410402", "en") == "Xinhua District, Pingdingshan, Henan"
    assert check_answer(REGIONS, "410402", TODAY) is None
    assert check_answer(REGIONS, "310000", TODAY) is None  # nothing lies within
    for no_answer in ("410000", "410400", "999999"):  # which part of it?
        wrong = check_answer(REGIONS, no_answer, TODAY)
        assert wrong
        assert wrong.code == "answer.choice"


def test_a_name_is_taken_for_its_value_where_only_one_has_it() -> None:
    assert normalise(REGIONS, "河南省平顶山市新华区") == "410402"
    assert normalise(REGIONS, "舞钢市") == "410481"
    assert normalise(question(FieldKind.CHOICE, options=(), catalogue="banks"), "中国银行") == "boc"
    twice = [entry.label.zh for entry in choices.listed("regions").answers].count("海南藏族自治州")
    assert twice == 1
    assert normalise(REGIONS, "没有这个地方") == "没有这个地方"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("pds", "平顶山市"),
        ("pingdingshan", "平顶山市"),
        ("xhq", "新华区"),
        ("cy", "长垣市"),
        ("cys", "朝阳市"),  # chao, not zhao: each reading of a character finds it
        ("luohe", "漯河市"),
        ("shanghai", "上海市"),
        ("叶县", "叶县"),
        ("Xi'an", "西安市"),
    ],
)
def test_letters_find_regions(typed: str, first: str) -> None:
    found = [entry.label.zh for entry in choices.find(REGIONS, typed)]
    assert first in found[:3], found[:5]


def test_nothing_and_nonsense_find_nothing() -> None:
    for typed in ("", "  ", "'", "qqqqqq", "\u3000", "x" * 5000):
        assert choices.find(REGIONS, typed) == ()


def test_the_card_knows_the_ethnicity() -> None:
    for code in ("01", "03", "56"):
        assert candidates(ETHNICITIES, code)[0] in choices.listed("ethnicities").values
    assert candidates(ETHNICITIES, "97")[0] not in ("01", "02")
    assert ETHNICITIES.prefill is Prefill.CARD_ETHNICITY
