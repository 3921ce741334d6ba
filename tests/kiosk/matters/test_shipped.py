"""The matters, the base catalogue and the reasons as they are shipped."""

from __future__ import annotations

import re

import pytest
import yaml

from assets import icons
from kiosk.matters.asking import asked
from kiosk.matters.base import BaseCatalogue, load_base_catalogue
from kiosk.matters.document import Node, read_document
from kiosk.matters.forms import check_answers, open_questions, prefilled
from kiosk.matters.guide import elements, fee_text, limit_text
from kiosk.matters.guide import facts as guide_facts
from kiosk.matters.models import (
    Fee,
    FieldKind,
    Group,
    LimitUnit,
    MaterialSource,
    Matter,
    Prefill,
    Shape,
    TimeLimit,
)
from kiosk.matters.numbers import check_citizen_number, credit_code_warning
from kiosk.matters.ratings import RatingReasons, load_rating_reasons
from kiosk.matters.rules import Facts, holds
from tests.kiosk.matters.examples import CONFIG, MATTERS, TODAY

# Article 7 of the regulation, word for word.
ARTICLE_7 = (
    "事项名称、事项编码、事项类型、设定依据、实施主体、受理条件、服务对象、法定办结时限、承诺办结时限、结果名称、"
    "结果样本、收费标准、收费依据、所需材料、容缺受理、办理流程、办理形式、审查标准、通办范围、预约办理、网上支付、"
    "物流快递、办理地点、办理时间、咨询方式、监督投诉方式"
)

ALL = pytest.mark.parametrize("matter", MATTERS.matters, ids=lambda matter: matter.plain_name.en)

CARD = {
    Prefill.CARD_NAME: "name",
    Prefill.CARD_NUMBER: "number",
    Prefill.CARD_BIRTH: "birth",
    Prefill.CARD_SEX: "sex",
    Prefill.CARD_ETHNICITY: "ethnicity",
    Prefill.CARD_ADDRESS: "address",
}


def test_the_files_mean_the_same_to_any_yaml_reader() -> None:
    for path in (CONFIG / "matters").glob("*.yaml"):
        node = read_document(path)
        assert isinstance(node, Node)
        assert yaml.safe_load(path.read_text(encoding="utf-8")) == node.plain()


def test_every_file_is_a_matter_and_every_shape_and_kind_of_question_is_there() -> None:
    assert MATTERS.problems == ()
    files = sorted((CONFIG / "matters").glob("*.yaml"))
    assert len(list(MATTERS)) == len(files) >= 6
    assert [path.name[:2] for path in files] == sorted({path.name[:2] for path in files})
    assert {matter.shape for matter in MATTERS} == set(Shape)
    asked = [question for matter in MATTERS for question in matter.questions()]
    assert {question.kind for question in asked} == set(FieldKind)
    assert {question.catalogue for question in asked} == {
        None,
        "regions",
        "banks",
        "ethnicities",
        "relations",
    }
    assert any(isinstance(entry, Group) for matter in MATTERS for entry in matter.form)
    assert any(question.compute for question in asked)


def test_a_body_has_one_code_and_no_two_matters_one_name() -> None:
    codes = {(matter.guide.authority, matter.task_code[:18]) for matter in MATTERS}
    assert len(codes) == len({authority for authority, _ in codes}) == len({code for _, code in codes})
    names = [text for matter in MATTERS for text in (matter.plain_name.zh, matter.plain_name.en)]
    assert len(set(names)) == len(names)
    numbers = [matter.rehearsal.card.number for matter in MATTERS]
    assert len(set(numbers)) == len(numbers)


@ALL
def test_codes(matter: Matter) -> None:
    assert credit_code_warning(matter.task_code[:18]) is None
    assert matter.task_code[19:] == matter.catalog_code
    assert matter.guide.item_code == matter.task_code
    assert matter.guide.item_name == matter.name.zh


@ALL
def test_the_guide_has_26_elements_of_substance(matter: Matter) -> None:
    found = elements(matter)
    assert [element.number for element in found] == list(range(1, 27))
    assert "、".join(element.zh for element in found) == ARTICLE_7
    for element in found:
        assert element.paragraphs
        assert all(len(paragraph) >= 2 for paragraph in element.paragraphs)
        assert not re.search(r"待定|暂无|TODO|xxx|详见", "".join(element.paragraphs))


@ALL
def test_materials_have_a_basis_and_no_catch_all_words(matter: Matter) -> None:
    for material in matter.guide.materials:
        assert material.basis
        own_words = material.model_dump_json(exclude={"basis"})  # names of laws may hold such words
        assert not re.search(r"其他|其它|有关|相关|等材料|等证明", own_words)
    promised, legal = matter.guide.promised_limit, matter.guide.legal_limit
    assert promised.unit is LimitUnit.IMMEDIATE or promised.unit == legal.unit
    assert promised.amount <= legal.amount


@ALL
def test_short_names_fit_a_tile_and_the_icon_exists(matter: Matter) -> None:
    assert len(matter.plain_name.zh) <= 9
    assert len(matter.plain_name.en) <= 28
    assert icons.known(matter.icon)


@ALL
def test_rehearsed_through_the_form(matter: Matter) -> None:
    card = matter.rehearsal.card
    known = {source: getattr(card, name) for source, name in CARD.items()}
    facts = Facts.of(birth=card.birth, sex=card.sex, number=card.number, document="resident")
    answers = prefilled(matter, known, facts, TODAY)
    while open_ := open_questions(matter, answers, facts, TODAY):
        answers[open_[0].key] = matter.rehearsal.answers[open_[0].key]
    assert check_answers(matter, answers, facts, TODAY) == {}
    # With nothing known but the birth date, which only the card can say, the answers suffice as well.
    born = prefilled(matter, {Prefill.CARD_BIRTH: card.birth}, facts, TODAY)
    filled_in = born | matter.rehearsal.answers
    applying = {question.key for question in asked(matter, filled_in, facts, TODAY)}
    filled_in = {key: answer for key, answer in filled_in.items() if key in applying}
    assert check_answers(matter, filled_in, facts, TODAY) == {}


@ALL
def test_the_rehearsed_person_may_apply(matter: Matter) -> None:
    card = matter.rehearsal.card
    facts = Facts.of(birth=card.birth, sex=card.sex, number=card.number, document="resident")
    for condition in matter.eligibility:
        if condition.check is not None:
            assert holds(condition.check, matter.rehearsal.answers, facts, TODAY) is True
            assert condition.otherwise is not None


def test_a_pre_application_says_so_and_what_is_still_to_be_done() -> None:
    finished = [matter for matter in MATTERS if matter.finish is not None]
    for matter in finished:
        assert matter.shape is Shape.APPLICATION
        assert matter.finish is not None
        assert "预先申报" in matter.next.zh and "pre-application" in matter.next.en
        assert f"{matter.finish.days}天" in matter.next.zh
        assert "自助终端预先申报" in matter.guide.handling_forms


@ALL
def test_rehearsal_cards_are_consistent_invented_persons(matter: Matter) -> None:
    card = matter.rehearsal.card
    assert check_citizen_number(card.number, TODAY) is None
    assert card.number[6:14] == card.birth
    assert int(card.number[16]) % 2 == int(card.sex) % 2


def test_one_person_has_a_name_beyond_the_bmp_and_the_elder_is_over_65() -> None:
    assert any(ord(character) > 0xFFFF for matter in MATTERS for character in matter.rehearsal.card.name)
    elder = MATTERS.get("老年优待证")
    assert elder is not None
    assert TODAY.year - int(elder.rehearsal.card.birth[:4]) > 65


def test_what_may_be_owed() -> None:
    owed = {
        matter.plain_name.zh: material.code
        for matter in MATTERS
        for material in matter.guide.materials
        if material.owing
    }
    assert owed.items() >= {"老年优待证": "PHOTO", "灵活就业登记": "WORK_PROOF"}.items()
    sources = {material.source for matter in MATTERS for material in matter.guide.materials}
    assert sources == set(MaterialSource)


def test_limits_and_fees_in_plain_words() -> None:
    assert limit_text(TimeLimit(amount=0, unit=LimitUnit.IMMEDIATE)) == "即办（当场办结）"
    assert limit_text(TimeLimit(amount=5, unit=LimitUnit.WORKDAY)) == "5个工作日"
    assert limit_text(TimeLimit(amount=1, unit=LimitUnit.WORKDAY), "en") == "1 working day"
    assert limit_text(TimeLimit(amount=30, unit=LimitUnit.CALENDAR_DAY, note="含邮寄")) == "30天（含邮寄）"
    assert fee_text(Fee(amount_fen=0, standard="免费")) == "免费"
    assert fee_text(Fee(amount_fen=2050, standard="每证")) == "20.50元（每证）"
    assert fee_text(Fee(amount_fen=2000, standard="每证"), "en") == "20 yuan"
    depends = Fee(amount_fen=2000, up_to_fen=4000, standard="换领20元，补领40元")
    assert fee_text(depends) == "20至40元（换领20元，补领40元）"
    assert fee_text(depends, "en") == "20 to 40 yuan"
    said = [value.zh for _, value in guide_facts(MATTERS.matters[0])]
    assert said == [
        "大约3分钟",
        "即办（当场办结）",
        "免费",
    ]


@pytest.mark.parametrize(
    ("called", "plain_name"),
    [
        ("参保缴费凭证", "社保缴费证明"),
        ("无房证明", "无房证明"),
        ("公积金缴存明细", "公积金缴存明细"),
        ("异地就医备案", "外地看病备案"),
        ("老年优待证", "老年优待证"),
        ("灵活就业登记", "灵活就业登记"),
        ("养老保险证明", "社保缴费证明"),
    ],
)
def test_a_matter_answers_to_what_people_call_it(called: str, plain_name: str) -> None:
    found = MATTERS.get(called)
    assert found is not None and found.plain_name.zh == plain_name


@pytest.mark.parametrize("vague", ["", " ", "人社局", "市", "of", "没有这个"])
def test_a_name_of_several_matters_or_none_is_no_name(vague: str) -> None:
    assert MATTERS.get(vague) is None


def test_catalogue() -> None:
    first = MATTERS.matters[0]
    assert MATTERS.by_code(first.task_code) is first
    assert (
        MATTERS.get(first.name.zh) is MATTERS.get(" 社保缴费证明 ") is MATTERS.get("social insurance record")
    )
    assert MATTERS.get("社保") is None
    homes = {matter.plain_name.zh for matter in MATTERS.listing(theme="住房")}
    assert homes >= {"无房证明", "公积金缴存明细"} and "老年优待证" not in homes
    for department in MATTERS.departments:
        listed = MATTERS.listing(department=department.zh)
        assert listed == tuple(matter for matter in MATTERS if matter.department.zh == department.zh) != ()
    card = MATTERS.listing(theme="养老", department="市卫生健康委员会")
    assert "老年优待证" in {matter.plain_name.zh for matter in card}
    assert len(MATTERS.departments) == len({matter.department.zh for matter in MATTERS})
    assert set(MATTERS.themes) >= {"社保", "住房", "医疗", "养老", "就业", "教育"}
    assert {need.value for need in MATTERS.needs} == {"identity", "receipt", "document"}
    row = MATTERS.rows()[4]
    assert (row.name, row.shape, row.needs) == ("老年人优待证办理", "application", ("identity", "receipt"))


def test_every_matter_is_in_the_base_catalogue() -> None:
    base = load_base_catalogue(CONFIG / "base-catalogue.yaml")
    assert isinstance(base, BaseCatalogue)
    assert base.not_listed(MATTERS) == ()
    for matter in MATTERS:
        item = base.item(matter.catalog_code)
        assert item is not None and item.name == matter.name.zh
    assert base.item("000000000000") is None
    assert len({item.catalog_code for item in base.items}) == len(base.items) >= 36
    shorter = base.model_copy(update={"items": base.items[1:]})
    assert shorter.not_listed(MATTERS) == (MATTERS.matters[0],)


def test_rating_reasons() -> None:
    reasons = load_rating_reasons(CONFIG / "rating-reasons.yaml")
    assert isinstance(reasons, RatingReasons)
    assert [level.word.zh for level in reasons.levels] == [
        "非常满意",
        "满意",
        "基本满意",
        "不满意",
        "非常不满意",
    ]
    assert all(len(level.reasons) == 8 for level in reasons.levels)
    label = reasons.label("207")
    assert label is not None and label.zh == "没有提供材料样本"
    assert reasons.label("999") is None
    assert reasons.accepts(5, ()) and reasons.accepts(3, ())
    assert not reasons.accepts(2, ()) and not reasons.accepts(2, (), "  ")
    assert reasons.accepts(2, ("207", "213")) and reasons.accepts(1, (), "等了很久")
    assert not reasons.accepts(5, ("207",))
    assert not reasons.accepts(2, ("207", "207"))
    assert not reasons.accepts(0, ())
