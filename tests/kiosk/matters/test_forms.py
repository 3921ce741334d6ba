from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.matters.answer_words import WORDS
from kiosk.matters.answers import luhn_holds
from kiosk.matters.forms import (
    check_answer,
    check_answers,
    display,
    masked,
    normalise,
    open_questions,
    prefilled,
)
from kiosk.matters.models import Bilingual, FieldKind, Option, Prefill, Question
from kiosk.matters.rules import Facts
from tests.kiosk.matters.examples import MATTERS, TODAY, question

NOTHING = Facts()
GROWN_UP = Facts.of(birth="19910617", sex="2")
GOOD_CARD = "6228480000000000018"


def outcome(asked: Question, raw: str, today: date = TODAY) -> str:
    wrong = check_answer(asked, normalise(asked, raw), today)
    return wrong.code if wrong else normalise(asked, raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("12800138000", "answer.phone"),
        ("1380013800", "answer.phone_length"),
        ("138001380001", "answer.phone_length"),
        ("0375-2612345", "answer.phone"),
        ("1380013800x", "answer.phone"),
        ("١٣٨٠٠١٣٨٠٠٠", "answer.phone"),
        ("", "answer.required"),
        ("   ", "answer.required"),
    ],
)
def test_phone(raw: str, expected: str) -> None:
    result = outcome(question(FieldKind.PHONE), raw)
    assert result == expected or (expected == "answer.phone" and result == "answer.phone_length")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (GOOD_CARD, GOOD_CARD),
        ("6228 4800 0000 0000 018", GOOD_CARD),
        ("６２２８４８００００００００００018", GOOD_CARD),
        ("6228480000000000019", "answer.bank_card"),
        ("6228480000000000081", "answer.bank_card"),
        ("0000000000000000", "answer.bank_card"),
        ("622848000001", "answer.bank_card_length"),
        ("62284800000000000180", "answer.bank_card_length"),
        ("6228480000000000O18", "answer.not_digits"),
    ],
)
def test_bank_card(raw: str, expected: str) -> None:
    assert outcome(question(FieldKind.BANK_CARD), raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-11-24", "2026-11-24"),
        ("20261124", "2026-11-24"),
        ("2026/1/2", "2026-01-02"),
        ("2026年1月2日", "2026-01-02"),
        ("２０２６．１．２", "2026-01-02"),
        ("2024-02-29", "2024-02-29"),
        ("2026-02-29", "answer.date"),
        ("2026-13-01", "answer.date_month"),
        ("2026-91-03", "answer.date_month"),
        ("2026-00-03", "answer.date_month"),
        ("2026-01-32", "answer.date_day"),
        ("2026-01", "answer.date_unfinished"),
        ("2026", "answer.date_unfinished"),
        ("0000-01-01", "answer.date"),
        ("1899-12-31", "answer.date_too_early"),
        ("2026-11-25", "answer.date_too_late"),
        ("24.11.2026", "answer.date"),
        ("", "answer.date_required"),
    ],
)
def test_date_until_today(raw: str, expected: str) -> None:
    assert outcome(question(FieldKind.DATE, latest="today"), raw) == expected


def test_bounds_of_dates_are_inclusive_and_told() -> None:
    asked = question(FieldKind.DATE, earliest="today", latest="2026-12-31")
    assert check_answer(asked, "2026-11-24", TODAY) is None
    assert check_answer(asked, "2026-12-31", TODAY) is None
    early = check_answer(asked, "2026-11-23", TODAY)
    late = check_answer(asked, "2027-01-01", TODAY)
    assert early is not None and late is not None
    assert "2026年11月24日" in early.zh and "24 November 2026" in early.en
    assert "2026年12月31日" in late.zh and "31 December 2026" in late.en


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2025-01/2025-12", "2025-01/2025-12"),
        ("2025-03/2025-03", "2025-03/2025-03"),
        ("2025年1月至2025年12月", "2025-01/2025-12"),
        ("202501-202512", "2025-01/2025-12"),
        ("2025.1～2025.12", "2025-01/2025-12"),
        ("2025-12/2025-01", "answer.months_order"),
        ("2019-12/2025-01", "answer.months_too_early"),
        ("2025-01/2026-12", "answer.months_too_late"),
        ("2025-00/2025-12", "answer.months"),
        ("2025-01", "answer.months"),
        ("2025-01/", "answer.months"),
        ("", "answer.months_required"),
    ],
)
def test_month_range(raw: str, expected: str) -> None:
    asked = question(FieldKind.MONTH_RANGE, earliest="2020-01", latest="this_month")
    assert outcome(asked, raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("河南省平顶山市新华区体育路中段26号", "河南省平顶山市新华区体育路中段26号"),
        ("新华区光明路12号", "新华区光明路12号"),
        ("鲁山县下汤镇松垛沟村", "鲁山县下汤镇松垛沟村"),
        ("宝丰县𠮷庄村十二组", "宝丰县𠮷庄村十二组"),
        ("12 Guangming Road, Xinhua", "12 Guangming Road, Xinhua"),
        ("410402", "answer.address"),
        ("1234567890", "answer.address"),
        ("路路路路路路路", "answer.address"),
        ("我家就在那边那里", "answer.address"),
        ("平顶山市", "answer.too_short"),
        ("路" * 101, "answer.too_long"),
    ],
)
def test_address(raw: str, expected: str) -> None:
    assert outcome(question(FieldKind.ADDRESS), raw) == expected


@pytest.mark.parametrize(
    ("rules", "raw", "expected"),
    [
        ({}, "０12 3", "0123"),
        ({}, "12a", "answer.not_digits"),
        ({}, "²", "answer.not_digits"),
        ({}, "1" * 31, "answer.digits_too_many"),
        ({"min_length": 6, "max_length": 6}, "46700", "answer.digits_exact"),
        ({"min_length": 2}, "1", "answer.digits_too_few"),
        ({"minimum": 1, "maximum": 112}, "0", "answer.number_too_small"),
        ({"minimum": 1, "maximum": 112}, "113", "answer.number_too_large"),
        ({"minimum": 1, "maximum": 112}, "112", "112"),
    ],
)
def test_digits(rules: dict[str, int], raw: str, expected: str) -> None:
    assert outcome(question(FieldKind.DIGITS, **rules), raw) == expected


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        (FieldKind.CHOICE, "first", "first"),
        (FieldKind.CHOICE, "乙", "second"),
        (FieldKind.CHOICE, "two", "second"),
        (FieldKind.CHOICE, "third", "answer.choice"),
        (FieldKind.CHOICE, "", "answer.choice_required"),
        (FieldKind.YES_NO, "yes", "yes"),
        (FieldKind.YES_NO, "否", "no"),
        (FieldKind.YES_NO, "perhaps", "answer.yes_no"),
        (FieldKind.YES_NO, "", "answer.choice_required"),
    ],
)
def test_choices(kind: FieldKind, raw: str, expected: str) -> None:
    assert outcome(question(kind), raw) == expected


@pytest.mark.parametrize(
    "text", ["𠮷", "\ue123", "\U00100000", "豈", "买买提·艾合买提", "葛\U000e0100", "㼆"]
)
def test_rare_characters_are_kept_code_point_by_code_point(text: str) -> None:
    asked = question(FieldKind.TEXT)
    assert normalise(asked, f" {text}\u3000") == text
    assert check_answer(asked, text, TODAY) is None
    assert display(asked, text, "zh") == text


@pytest.mark.parametrize("text", ["。", "...", "\u200d", "——", "( )"])
def test_signs_alone_are_no_answer(text: str) -> None:
    assert outcome(question(FieldKind.TEXT), text) == "answer.no_words"


def test_surrogate_pairs_are_joined_and_halves_refused() -> None:
    asked = question(FieldKind.TEXT)
    assert normalise(asked, "\ud842\udfb7") == "𠮷"
    wrong = check_answer(asked, normalise(asked, "\ud842"), TODAY)
    assert wrong is not None and wrong.code == "answer.character"
    wrong.zh.encode("utf-8")


@pytest.mark.parametrize(
    "bad", ["\x00", "\x1b", "\n", "\u202e", "\u200b", "\ufeff", "\u2028", "\ufffe", "\x7f"]
)
def test_control_and_hiding_characters_are_refused(bad: str) -> None:
    for kind in FieldKind:
        asked = question(kind)
        wrong = check_answer(asked, normalise(asked, f"甲{bad}乙"), TODAY)
        assert wrong is not None


def test_optional_questions_may_stay_open() -> None:
    for kind in FieldKind:
        assert check_answer(question(kind, required=False), "", TODAY) is None


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FieldKind), st.text(max_size=60))
def test_normalising_is_stable_and_checking_never_fails(kind: FieldKind, raw: str) -> None:
    asked = question(kind, sensitive=True)
    answer = normalise(asked, raw)
    assert normalise(asked, answer) == answer
    wrong = check_answer(asked, answer, TODAY)
    if wrong is None:
        answer.encode("utf-8")
        assert not any(unicodedata.category(character) == "Cc" for character in answer)
        for language in ("zh", "en"):
            assert display(asked, answer, language)
            assert masked(asked, answer, language)
    else:
        assert wrong.code in WORDS
        assert "{" not in wrong.zh + wrong.en


@settings(deadline=None)
@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_survives_the_way_from_card_to_check_page(day: date) -> None:
    asked = question(FieldKind.DATE)
    for raw in (day.strftime("%Y%m%d"), f"{day.year}年{day.month}月{day.day}日", day.isoformat()):
        assert normalise(asked, raw) == day.isoformat()
    assert check_answer(asked, day.isoformat(), TODAY) is None
    shown = display(asked, day.isoformat(), "zh")
    assert shown == f"{day.year}年{day.month}月{day.day}日"
    assert normalise(asked, shown) == day.isoformat()
    late = question(FieldKind.DATE, latest="today")
    assert (check_answer(late, day.isoformat(), day - timedelta(days=1))) is not None


@given(st.text(alphabet="0123456789", min_size=12, max_size=18), st.data())
def test_luhn_finds_every_single_wrong_digit(digits: str, data: st.DataObject) -> None:
    number = next(digits + check for check in "0123456789" if luhn_holds(digits + check))
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert not luhn_holds(number[:place] + other + number[place + 1 :])


def test_shown_in_words() -> None:
    assert display(question(FieldKind.DATE), "1949-12-31", "zh") == "1949年12月31日"
    assert display(question(FieldKind.DATE), "1949-12-31", "en") == "31 December 1949"
    assert display(question(FieldKind.MONTH_RANGE), "2025-01/2025-12", "zh") == "2025年1月至2025年12月"
    assert (
        display(question(FieldKind.MONTH_RANGE), "2025-01/2025-12", "en") == "January 2025 to December 2025"
    )
    assert display(question(FieldKind.CHOICE), "second", "zh") == "乙"
    assert display(question(FieldKind.YES_NO), "no", "en") == "No"
    assert display(question(FieldKind.PHONE), "13800138000", "zh") == "138 0013 8000"
    assert display(question(FieldKind.TEXT), "", "zh") == "未填写"


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        (FieldKind.PHONE, "13800138000", "138 0013 8000"),
        (FieldKind.BANK_CARD, GOOD_CARD, "尾号 0018"),
        (FieldKind.DATE, "1958-02-14", "1958年2月14日"),
        (FieldKind.TEXT, "送外卖", "送外卖"),
        (FieldKind.DIGITS, "467000", "467000"),
        (FieldKind.DIGITS, "114104000058", "尾号 0058"),
        (FieldKind.ADDRESS, "河南省平顶山市新华区体育路中段26号", "河南省平顶山市新华区体育路中段26号"),
    ],
)
def test_what_is_to_be_checked_can_be_seen(kind: FieldKind, answer: str, expected: str) -> None:
    assert masked(question(kind, sensitive=True), answer) == expected
    assert masked(question(kind), answer) == display(question(kind), answer, "zh")


def test_a_quantity_has_its_unit_in_the_answer_and_in_the_error() -> None:
    hours = question(FieldKind.DIGITS, minimum=1, maximum=112, unit=Bilingual(zh="小时", en="hours"))
    assert display(hours, "48", "zh") == "48小时" and display(hours, "48", "en") == "48 hours"
    wrong = check_answer(hours, "113", TODAY)
    assert wrong is not None and wrong.code == "answer.quantity_too_large" and "112小时" in wrong.zh


def test_prefilled_answers_are_not_asked_again() -> None:
    matter = MATTERS.get("老年优待证")
    assert matter is not None
    known = {
        Prefill.CARD_BIRTH: "19580214",
        Prefill.CARD_ADDRESS: matter.rehearsal.card.address,
        Prefill.PLATFORM_PHONE: "139 3750 0026",
    }
    answers = prefilled(matter, known, NOTHING, TODAY)
    assert answers == {
        "birth": "1958-02-14",
        "address": matter.rehearsal.card.address,
        "phone": "13937500026",
    }
    unknown = [asked.key for asked in open_questions(matter, answers, NOTHING, TODAY)]
    assert unknown == ["eligible_1", "eligible_2", "pick_up"]
    old_enough = Facts.of(birth="19580214", number=matter.rehearsal.card.number)
    assert [asked.key for asked in open_questions(matter, answers, old_enough, TODAY)] == ["pick_up"]


def test_what_the_card_says_badly_is_asked() -> None:
    matter = MATTERS.get("老年优待证")
    assert matter is not None
    known = {
        Prefill.CARD_BIRTH: "19580231",
        Prefill.CARD_ADDRESS: "\ud842",
        Prefill.PLATFORM_PHONE: "0375-2612345",
    }
    assert prefilled(matter, known, NOTHING, TODAY) == {}


@pytest.mark.parametrize(
    ("kind", "source", "known", "expected"),
    [
        (FieldKind.TEXT, Prefill.CARD_SEX, "1", "男"),
        (FieldKind.TEXT, Prefill.CARD_ETHNICITY, "16", "哈尼族"),
        (FieldKind.TEXT, Prefill.CARD_ETHNICITY, "36", "毛南族"),
        (FieldKind.TEXT, Prefill.CARD_ETHNICITY, "56", "基诺族"),
        (FieldKind.TEXT, Prefill.CARD_ETHNICITY, "97", None),
        (FieldKind.TEXT, Prefill.CARD_NAME, "陈𠮷林", "陈𠮷林"),
        (FieldKind.DATE, Prefill.CARD_BIRTH, "1958", None),
        (FieldKind.CHOICE, Prefill.CARD_SEX, "2", "f"),
        (FieldKind.CHOICE, Prefill.CARD_SEX, "9", None),
        (FieldKind.CHOICE, Prefill.CARD_ETHNICITY, "03", "hui"),
    ],
)
def test_card_codes_become_words(kind: FieldKind, source: Prefill, known: str, expected: str | None) -> None:
    options = (
        Option(value="f", label=Bilingual(zh="女", en="Female")),
        Option(value="hui", label=Bilingual(zh="回族", en="Hui")),
    )
    rules = {"options": options} if kind is FieldKind.CHOICE else {}
    matter = MATTERS.matters[0].model_copy(update={"form": (question(kind, prefill=source, **rules),)})
    assert prefilled(matter, {source: known}, NOTHING, TODAY).get("a") == expected


def test_a_whole_form_is_checked_with_keys_that_nobody_asked_for() -> None:
    matter = MATTERS.get("灵活就业登记")
    assert matter is not None
    found = check_answers(matter, {"work": "送外卖", "phone": "1", "shoe_size": "42"}, GROWN_UP, TODAY)
    assert {key: wrong.code for key, wrong in found.items()} == {
        "since": "answer.date_required",
        "hours": "answer.required",
        "workplace": "answer.required",
        "phone": "answer.phone_length",
        "shoe_size": "answer.unknown_question",
    }


def test_an_answer_that_the_card_has_given_already_is_no_mistake() -> None:
    matter = MATTERS.get("老年优待证")
    assert matter is not None
    card = matter.rehearsal.card
    here = Facts.of(birth=card.birth, number=card.number)
    elsewhere = Facts.of(birth=card.birth, number="110101" + card.number[6:])
    answers = {"birth": "1958-02-14", **matter.rehearsal.answers}
    assert all(check_answers(matter, answers, facts, TODAY) == {} for facts in (here, elsewhere))
    unsaid = {key: answer for key, answer in answers.items() if key != "eligible_2"}
    assert check_answers(matter, unsaid, here, TODAY) == {}
    assert [*check_answers(matter, unsaid, elsewhere, TODAY)] == ["eligible_2"]


def test_no_problem_repeats_the_answer() -> None:
    for kind in FieldKind:
        wrong = check_answer(question(kind, max_length=None), "４１０４０２秘密\x01", TODAY)
        assert wrong is not None
        assert "秘密" not in wrong.zh + wrong.en + repr(wrong)
