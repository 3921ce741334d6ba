"""Forms that cannot be completed, conditions that nobody fulfils, and those that only look so."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.matters.guide_model import TimeLimit
from kiosk.matters.kinds import LimitUnit
from kiosk.matters.lint.limits import longer_from
from kiosk.matters.numbers import number_of
from tests.kiosk.matters.lint.changed import GOOD, changed, codes, linted

KIND = """
  - key: kind
    kind: choice
    question: { zh: 您做哪一种工作？, en: "What kind of work is it?" }
    label: { zh: 工作种类, en: Kind of work }
    options:
      - { value: own, label: { zh: 自己做, en: My own } }
      - { value: other, label: { zh: 给别人做, en: For somebody } }
"""
FORM = "form:\n"
RETIRING = "    check: { all: [{ age_at_least: 16 }, { before_retirement: true }] }\n"
ANSWER = "    work: 送外卖\n"


def with_form(entries: str, answers: str = "    kind: own\n") -> str:
    return changed((FORM, FORM + KIND.lstrip("\n") + entries), (ANSWER, ANSWER + answers))


def question(key: str, when: str, kind: str = "yes_no") -> str:
    return (
        f"  - key: {key}\n    kind: {kind}\n    question: {{ zh: 是不是？, en: Is it? }}\n"
        f"    label: {{ zh: 是不是, en: Whether }}\n    required: false\n    when: {when}\n"
    )


WAYS = [
    # what is added to the form, to the end of the file, and what is found
    ("", "", set()),
    (question("more", "{ question: kind, is: [other] }"), "", set()),
    (
        question("more", "{ question: kind, is: [none] }"),
        "",
        {"conditions.unknown_value", "forms.unreachable"},
    ),
    (
        question("more", "{ all: [ { question: hours, at_least: 9 }, { question: hours, at_most: 3 } ] }"),
        "",
        {"conditions.contradiction", "forms.unreachable"},
    ),
    (question("more", "{ question: hours, at_least: 200 }"), "", {"forms.unreachable"}),
    (question("more", "{ question: hours, at_least: 60 }"), "", set()),
    (
        question("more", "{ question: hours, at_least: 60, at_most: 50 }"),
        "",
        {"conditions.empty_range", "forms.unreachable"},
    ),
    (question("more", "{ age_at_least: 60 }"), "", set()),
    (
        question("more", "{ all: [ { sex: male }, { sex: female } ] }"),
        "",
        {"conditions.contradiction", "forms.unreachable"},
    ),
    (
        "",
        "checks:\n  - rule: { question: kind, is: [own] }\n    question: kind\n"
        "    message: { zh: 请选自己做, en: Choose your own }\n",
        {"forms.dead_end"},
    ),
    (
        "",
        "checks:\n  - rule: { all: [ { question: kind, is: [own] }, { question: kind, is: [other] } ] }\n"
        "    question: kind\n    message: { zh: 请重选, en: Choose again }\n",
        {"forms.never_complete", "conditions.contradiction", "forms.rehearsal_wrong"},
    ),
    (
        "",
        "checks:\n  - rule: { left: since, relation: not_after, right: today }\n    question: since\n"
        "    message: { zh: 日期太晚, en: Too late }\n",
        set(),
    ),
]


@pytest.mark.parametrize(("entries", "end", "found"), WAYS)
def test_every_way_through_a_form(tmp_path: Path, entries: str, end: str, found: set[str]) -> None:
    assert codes(linted(tmp_path, with_form(entries) + end)) == found


def test_what_goes_in_circles(tmp_path: Path) -> None:
    circle = question("one", "{ question: two, is: [yes] }") + question("two", "{ question: one, is: [yes] }")
    assert codes(linted(tmp_path, with_form(circle))) == {"forms.unreachable"}
    total = (
        "  - key: total\n    kind: digits\n    question: { zh: 一共多少？, en: How many? }\n"
        "    label: { zh: 合计, en: Total }\n    compute: { sum: [SUM] }\n"
    )
    assert codes(linted(tmp_path, with_form(total.replace("SUM", "hours")))) == set()
    assert codes(linted(tmp_path, with_form(total.replace("SUM", "total")))) == {"forms.never_computed"}


def test_groups_are_gone_through(tmp_path: Path) -> None:
    group = (
        "  - group: child\n    label: { zh: 孩子, en: Child }\n    at_most: 9\n"
        "    more: { zh: 还有别的孩子吗？, en: Is there another child? }\n    questions:\n"
        "      - key: school\n        kind: yes_no\n        question: { zh: 上学吗？, en: At school? }\n"
        "        label: { zh: 上学, en: School }\n"
        "      - key: grade\n        kind: digits\n        question: { zh: 几年级？, en: Which year? }\n"
        "        label: { zh: 年级, en: Year }\n        minimum: 1\n        maximum: 9\n"
        "        when: { question: school, is: [WHEN] }\n"
    )
    answers = "    kind: own\n    child_1_school: 'yes'\n    child_1_grade: '3'\n    child_1_more: 'no'\n"
    assert codes(linted(tmp_path, with_form(group.replace("WHEN", "yes"), answers))) == set()
    found = codes(linted(tmp_path, with_form(group.replace("WHEN", "maybe"), answers)))
    assert found >= {"forms.unreachable", "conditions.unknown_value"}


def test_a_long_form_with_many_choices_ends(tmp_path: Path) -> None:
    """Forty questions that each decide the next: more ways than can be gone one by one."""
    entries = "".join(
        question(f"q{number}", f"{{ question: q{number - 1}, is: [yes, no] }}" if number else
                 "{ question: kind, is: [own] }")
        for number in range(40)
    )  # fmt: skip
    answers = "    kind: own\n" + "".join(f"    q{number}: 'no'\n" for number in range(40))
    found = codes(linted(tmp_path, with_form(entries, answers)))
    assert "forms.unreachable" not in found and "forms.never_complete" not in found


def test_materials_and_eligibility_that_nobody_meets(tmp_path: Path) -> None:
    never = changed(
        (
            "    - code: WORK_PROOF\n",
            "    - code: WORK_PROOF\n      when: { question: hours, at_least: 500 }\n",
        ),
    )
    assert codes(linted(tmp_path, never)) == {"conditions.never"}
    nobody = changed(
        (
            RETIRING,
            "    check: { age_at_least: 60 }\n"
            "  - zh: 不满50周岁\n    en: You are under 50\n    check: { age_at_most: 49 }\n",
        )
    )
    assert "conditions.nobody" in codes(linted(tmp_path, nobody))


def test_the_rehearsal_has_to_fit(tmp_path: Path) -> None:
    assert codes(linted(tmp_path, changed(('    phone: "15937500088"', '    phone: "1593750"')))) == {
        "forms.rehearsal_wrong"
    }
    assert codes(linted(tmp_path, changed(('    phone: "15937500088"\n', "")))) == {
        "forms.rehearsal_incomplete"
    }
    old = changed(
        (
            "  - zh: 年满16周岁，没到法定退休年龄\n    en: You are at least 16 and",
            "  - zh: 到了年龄\n    en: You are",
        ),
        (RETIRING, "    check: { age_at_least: 60 }\n"),
    )
    assert codes(linted(tmp_path, old)) == {"forms.rehearsal_not_eligible"}
    unanswerable = changed(("    latest: today\n", '    latest: "1999-12-31"\n'), text=GOOD)
    assert "matter.bounds" in codes(linted(tmp_path, unanswerable))


@pytest.mark.parametrize(
    ("promised", "legal", "longer"),
    [
        ((5, "workday"), (5, "workday"), "never"),
        ((6, "workday"), (5, "workday"), "always"),
        ((1, "workday"), (0, "immediate"), "always"),
        ((30, "minute"), (1, "hour"), "never"),
        ((2, "hour"), (90, "minute"), "always"),
        ((7, "calendar_day"), (7, "workday"), "never"),
        ((5, "workday"), (7, "calendar_day"), "sometimes"),  # weeks with public holidays
        ((6, "workday"), (6, "calendar_day"), "always"),  # six working days hold a weekend
        ((20, "workday"), (20, "calendar_day"), "always"),
        ((1, "month"), (30, "calendar_day"), "sometimes"),
        ((1, "month"), (31, "calendar_day"), "never"),
        ((2000, "workday"), (2000, "calendar_day"), "always"),
    ],
)
def test_limits_across_units(promised: tuple[int, str], legal: tuple[int, str], longer: str) -> None:
    one, other = (TimeLimit(amount=amount, unit=LimitUnit(unit)) for amount, unit in (promised, legal))
    found = longer_from(one, other)
    if longer == "never":
        assert found is None
    else:
        assert found is not None and (found.year == 1) == (longer == "always")


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("十", 10), ("十二", 12), ("二十", 20), ("两", 2), ("一百零五", 105)]
)
def test_numbers_in_words(text: str, number: int) -> None:
    assert number_of(text) == number
