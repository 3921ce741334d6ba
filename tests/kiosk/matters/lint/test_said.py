"""What a guide says in several places, what it asks, and what the regulation asks of the service itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.matters.lint.findings import Severity
from tests.kiosk.matters.examples import CONFIG
from tests.kiosk.matters.lint.changed import GOOD, changed, codes, linted


def shipped(number: int) -> str:
    return next((CONFIG / "matters").glob(f"{number:02}-*.yaml")).read_text(encoding="utf-8")


LICENCE, ALLOWANCE, RETIREMENT, CERTIFICATE = (shipped(number) for number in (24, 29, 61, 1))
ELEMENTS, SHARED, SCREENS = "第七条", "第十三条", "第二十二条第三项"
PROOF = "name: { zh: 灵活就业凭证（近一个月的接单记录、摊位租赁协议或收入流水，提供一种）"

BEFORE = """
checks:
  - rule: { left: work, relation: before, right: since }
    question: since
    message: { zh: 请重新选择日期。, en: Please choose again. }

rehearsal:"""
NO_DOCUMENT = "result_document: false\n"

# Text, what stands there, what is written instead, the finding, its article.
CASES = (
    # Sums and days that differ from place to place.
    (LICENCE, "zh: 到窗口时：驾驶证和工本费10元", "zh: 到窗口时：驾驶证和工本费15元", "sums.fee", ELEMENTS),
    (LICENCE, "交旧证和工本费10元", "交旧证和工本费12元", "sums.fee", ELEMENTS),
    (LICENCE, "工本费每证10元，到窗口缴纳", "工本费每证100元，到窗口缴纳", "sums.fee", ELEMENTS),
    (LICENCE, "licence and 10 yuan;", "licence and 15 yuan;", "words.numbers_differ", SCREENS),
    (LICENCE, "online_payment: 不在网上支付", "online_payment: 不收费，不", "sums.fee", ELEMENTS),
    (LICENCE, "  days: 30\n", "  days: 20\n", "limits.told_differently", ELEMENTS),
    (
        LICENCE,
        "zh: 这只是预先申报，还要本人在30天内到车管窗口拍照片、",
        "zh: 已经办好了，回家等就行。",
        "finish.untold",
        ELEMENTS,
    ),
    (
        GOOD,
        "zh: 材料齐全后3个工作日内办好",
        "zh: 材料齐全后10个工作日内办好",
        "limits.told_differently",
        ELEMENTS,
    ),
    (
        GOOD,
        "unit: workday, note: 从材料齐全",
        "unit: workday, note: 9个工作日内办结，从材料齐全",
        "limits.told_differently",
        ELEMENTS,
    ),
    (GOOD, "可以在受理后20天内补交", "可以在受理后60天内补交", "owing.disagrees", ELEMENTS),
    (GOOD, "owing_rule: 可以容缺受理：", "owing_rule: 不适用容缺受理：", "owing.disagrees", ELEMENTS),
    (
        LICENCE,
        "owing_rule: 不适用容缺受理：",
        "owing_rule: 可以容缺受理：30天内补交，",
        "owing.disagrees",
        ELEMENTS,
    ),
    (CERTIFICATE, "result_document: true", "result_document: false", "shape.no_document", ELEMENTS),
    (
        CERTIFICATE,
        "promised_limit: { amount: 0, unit: immediate }",
        "promised_limit: { amount: 3, unit: workday }",
        "shape.not_at_once",
        ELEMENTS,
    ),
    # Elements that say nothing, each in its own way.
    (GOOD, "authority: 平顶山市公共就业服务中心", "authority: 是", "article7.placeholder", ELEMENTS),
    (GOOD, "scope: 平顶山市全市通办", "scope: 根据实际情况确定", "article7.placeholder", ELEMENTS),
    (
        GOOD,
        "    - 申请人年满16周岁，未达到法定退休年龄",
        "    - 符合相关条件的人员",
        "article7.placeholder",
        ELEMENTS,
    ),
    (
        GOOD,
        "review_standard: 年龄符合条件",
        "review_standard: 依法依规审查\n  x: 年龄符合条件",
        "article7.placeholder",
        ELEMENTS,
    ),
    (
        GOOD,
        "express: 登记结果在系统中生效，不需要快递送达",
        "express: 详询12345",
        "article7.placeholder",
        ELEMENTS,
    ),
    (GOOD, "17:00，其中", "27:00，其中", "article7.hours", ELEMENTS),
    (
        GOOD,
        "{ kind: web, value: 河南政务服务网 www.hnzwfw.gov.cn }",
        '{ kind: web, value: "http://" }',
        "article7.web",
        ELEMENTS,
    ),
    (GOOD, '{ kind: phone, value: "12333" }', '{ kind: phone, value: "037512" }', "article7.phone", ELEMENTS),
    (GOOD, "appointment: 无需预约", "appointment: 否", "article7.bare_no", ELEMENTS),
    # Materials without a name, twice, or without a law.
    (GOOD, PROOF, "name: { zh: 申报所需全部资料", "article8.vague", "第八条"),
    (GOOD, PROOF, "name: { zh: 当地派出所要求的证件", "article8.vague", "第八条"),
    (GOOD, PROOF, "name: { zh: 合法有效的凭证", "article8.vague", "第八条"),
    (GOOD, PROOF, "name: { zh: 單位證明及相關證明", "article8.vague", "第八条"),
    (GOOD, PROOF, "name: { zh: 单位证明（如有）", "article8.vague", "第八条"),
    (GOOD, PROOF, "name: { zh: 收入流水若干份", "article8.vague", "第八条"),
    (GOOD, PROOF, "name: { zh: 居民身份证或社会保障卡", "article8.twice", "第八条"),
    (GOOD, PROOF, "name: { zh: 身份证复印件", "article8.card_again", SHARED),
    (
        GOOD,
        "        - title: 国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见\n",
        "        - title: 局长办公会议纪要\n",
        "article8.no_law",
        "第八条",
    ),
    # What the service has to be.
    (
        GOOD,
        '    - { kind: phone, value: "12345" }\n    - { kind: counter',
        "    - { kind: counter",
        "article28.hotline",
        "第二十八条第一项",
    ),
    (GOOD, "audience: 自然人", "audience: 企业法人", "article22.not_personal", SCREENS),
    (
        GOOD,
        "9:00至17:00，其中12:00至13:00由综合窗口办理",
        "9:00至12:00、14:00至17:00",
        "article22.noon",
        "第二十二条第二项",
    ),
    (
        GOOD,
        "handling_forms: [自助终端办理, 窗口办理",
        "handling_forms: [窗口办理",
        "article22.not_at_terminals",
        SCREENS,
    ),
    (
        GOOD,
        NO_DOCUMENT,
        NO_DOCUMENT + 'hours: [{ days: [workday], from: "08:00", until: "20:00" }]\n',
        "article22.closed",
        SCREENS,
    ),
    (
        GOOD,
        NO_DOCUMENT,
        NO_DOCUMENT + 'exchange: { plan_effective_date: "2027-01-01", plan_cancel_date: "2026-01-01" }\n',
        "article5.never_in_force",
        "第五条",
    ),
    (
        GOOD,
        NO_DOCUMENT,
        NO_DOCUMENT + 'exchange: { plan_cancel_date: "2026-11-24" }\n',
        "article5.no_longer_in_force",
        "第五条",
    ),
    (GOOD, "icon: ", "icon: no-such-icon-", "pages.unknown_icon", SCREENS),
    # A joint matter.
    (
        RETIREMENT,
        "    lead: true\n",
        '    lead: true\n    when: { question: withdraw_fund, is: ["yes"] }\n',
        "article14.lead",
        "第十四条",
    ),
    (
        RETIREMENT,
        '"124104000058A5320L3410736006000"\n',
        '"124104000058A2138D3410714014000"\n',
        "article14.repeated",
        "第十四条",
    ),
    (RETIREMENT, "zh: 职工基本医疗保险退休待遇核定, en", "zh: 退休医保, en", "article14.name", "第十四条"),
    # Questions: known, twice, alike, never decided.
    (GOOD, "question: { zh: 您现在做什么工作？", "question: { zh: 您的姓名是什么？", "forms.known", SHARED),
    (
        GOOD,
        "question: { zh: 您主要在哪里工作？",
        "question: { zh: 您现在做什么工作？",
        "forms.asked_twice",
        SHARED,
    ),
    (
        LICENCE,
        "label: { zh: 邮寄（寄递费自付）",
        "label: { zh: 在车管窗口当场领取",
        "forms.options_alike",
        ELEMENTS,
    ),
    (GOOD, "\nrehearsal:", BEFORE, "conditions.cannot_compare", ELEMENTS),
    # Ages as they are said, and as they are checked.
    (
        ALLOWANCE,
        "check: { age_at_least: 80 }",
        "check: { age_at_least: 60 }",
        "conditions.age_differs",
        ELEMENTS,
    ),
    (ALLOWANCE, "    check: { age_at_least: 80 }\n", "", "conditions.age_unchecked", SCREENS),
    (GOOD, 'birth: "19910617"', 'birth: "19910616"', "rehearsal.card", SCREENS),
)


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "article"), CASES, ids=[f"{c[3]}-{c[2][:18]}" for c in CASES]
)
def test_it_is_found_with_its_article_and_how_to_mend_it(
    tmp_path: Path, text: str, old: str, new: str, code: str, article: str
) -> None:
    found = [each for each in linted(tmp_path, changed((old, new), text=text)) if each.code == code]
    assert found, (code, old, new)
    assert {each.article.zh for each in found} == {article}
    assert all("：" in each.zh and ":" in each.en for each in found)


INNOCENT = (
    ("scope: 平顶山市全市通办", "scope: 全国通办"),
    ("appointment: 无需预约", "appointment: 拨打12333预约"),
    (PROOF, "name: { zh: 无犯罪记录证明"),
    (PROOF, "name: { zh: 配偶的居民身份证复印件"),
    (PROOF, "name: { zh: 申请材料真实性承诺书"),
    (PROOF, "name: { zh: 收入证明（工资流水或者完税证明，提供一种）"),
    ("zh: 材料齐全后3个工作日内办好", "zh: 材料齐全后3个工作日内办好，公示5个工作日"),
    ("question: { zh: 您现在做什么工作？", "question: { zh: 您爱人的姓名是什么？"),
    ("    - 申请人年满16周岁，未达到法定退休年龄", "    - 申请人符合本市最低生活保障条件，年满16周岁"),
)


@pytest.mark.parametrize(("old", "new"), INNOCENT)
def test_innocent_words_are_left_alone(tmp_path: Path, old: str, new: str) -> None:
    assert codes(linted(tmp_path, changed((old, new)))) <= {"words.numbers_differ"}


def test_two_keys_of_a_group_and_a_question(tmp_path: Path) -> None:
    other = ("- key: hospital\n", "- key: child_2_name\n")
    newborn = changed(other, ("    hospital: 平顶山市妇幼保健院\n", ""), text=shipped(62))
    assert "matter.repeated" in codes(linted(tmp_path, newborn))


def test_a_joint_matter_of_one(tmp_path: Path) -> None:
    start, end = (
        RETIREMENT.index("  - task_code", RETIREMENT.index("lead: true")),
        RETIREMENT.index("\nguide:"),
    )
    found = linted(tmp_path, RETIREMENT[:start] + RETIREMENT[end:])
    assert [each.article.zh for each in found if each.code == "article14.single"] == ["第十四条"]
    assert all(each.severity is not Severity.ERROR for each in found if each.code == "article14.single")
