"""What a form asks: nothing twice, nothing that the card says, and nothing that cannot be told apart.

And what a guide says about ages is what is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from kiosk.matters.choices import options
from kiosk.matters.kinds import FieldKind, Prefill
from kiosk.matters.lint.conditions import placed
from kiosk.matters.lint.findings import ARTICLE_7, ARTICLE_13, ARTICLE_22, Article, Finding, Severity
from kiosk.matters.lint.sampling import within
from kiosk.matters.lint.subject import Path_, Subject, Surroundings
from kiosk.matters.models import Condition, Group, Matter, Question
from kiosk.matters.numbers import birth_of, check_citizen_number, sex_of
from kiosk.matters.periods import TODAY, parse_card_date

_OWN: Final = r"(?:请(?:您)?(?:填写?|输入|写下)?)?(?:您|你|本人|申请人)(?:本人|自己)?的?"
_KNOWN: Final = tuple(
    (re.compile(rf"{_OWN}(?:{asked})"), re.compile(rf"(?:本人|申请人)?(?:{label})"), source, zh, en)
    for asked, label, source, zh, en in (
        ("真实)?(?:姓名|名字|叫什么", "姓名|真实姓名", Prefill.CARD_NAME, "姓名", "the name"),
        (
            "身份证号码?|公民身份号码|身份号码|证件号码",
            "身份证号码?|公民身份号码",
            Prefill.CARD_NUMBER,
            "身份号码",
            "the number",
        ),
        (
            "出生日期|出生年月|生日|哪一?天出生|多大|年龄|年纪|今年多大",
            "出生日期|出生年月日?|年龄",
            Prefill.CARD_BIRTH,
            "出生日期",
            "the birth date",
        ),
        ("性别|是男|男还是女", "性别", Prefill.CARD_SEX, "性别", "the sex"),
        ("民族|是什么民族|是哪个民族", "民族", Prefill.CARD_ETHNICITY, "民族", "the ethnicity"),
    )
)
_SIGNS: Final = re.compile(r"[\s，。？?！!、：:（）()“”]+")
_DAYS: Final = frozenset({FieldKind.DATE})
_NUMBERS: Final = frozenset({FieldKind.DIGITS, FieldKind.AMOUNT})
_AGE: Final = re.compile(r"(?<![\d.])(\d{1,3})\s*(?:周?岁|至|到|—|-|~|～)")
_AGE_ENGLISH: Final = re.compile(
    r"(?i)(?<![\d.])(\d{1,3})(?=\s*(?:years|or older|and older|or over|or younger|or more|to \d|[.,;)]|$))|"
    r"(?i:of|under|over|aged?|from|than|turn(?:ed|s)?) (\d{1,3})(?!\d)(?! (?:days|hours|minutes|yuan|months))"
)
_OWN_AGE: Final = re.compile(
    r"^(?:(?:申请人|本人|您|须|应当?|已经?|需要?)+)?(?:年龄)?(?:年?满|不满|未满)\s*\d{1,3}\s*周?岁"
)


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    matter = subject.matter
    if matter is None:
        return
    yield from _known(subject, matter)
    yield from _twice(subject, matter)
    yield from _alike(subject, matter)
    yield from _counted_out(subject, matter)
    yield from _compared(subject, matter)
    yield from _ages(subject, matter)
    yield from _invented(subject, matter)


def _known(subject: Subject, matter: Matter) -> Iterator[Finding]:
    """What the card has said is filled in, not asked (Article 13: shared, not asked for again)."""
    for index, entry in enumerate(matter.form):
        if isinstance(entry, Group) or entry.prefill is not None or entry.compute is not None:
            continue
        if entry.kind is FieldKind.PHONE and re.match(_OWN, entry.question.zh):
            yield _finding(
                subject,
                ("form", index),
                "forms.known",
                Severity.INFO,
                ARTICLE_13,
                "平台知道手机号码的就不用再填：请加上prefill: platform.phone",
                "the platform may know the number: add prefill: platform.phone",
            )
        asked, label = _bare(entry.question.zh), _bare(entry.label.zh)
        for question, name, source, zh, en in _KNOWN:
            if question.match(asked) or name.fullmatch(label):
                yield _finding(
                    subject,
                    ("form", index),
                    "forms.known",
                    Severity.WARNING,
                    ARTICLE_13,
                    f"证件上有{zh}，不要再问：请加上prefill: {source.value}；问的是别人的，请写明是谁的",
                    f"the card says {en}: add prefill: {source.value}; if another person is meant, say so",
                )
                break


def _twice(subject: Subject, matter: Matter) -> Iterator[Finding]:
    for at, questions in _levels(matter):
        for number, (path, question) in enumerate(questions):
            for _, earlier in questions[:number]:
                same = _bare(question.question.zh) == _bare(earlier.question.zh)
                if (same or question.label.zh == earlier.label.zh) and not _apart(question, earlier):
                    yield _finding(
                        subject,
                        (*at, *path),
                        "forms.asked_twice",
                        Severity.WARNING,
                        ARTICLE_13,
                        f"和前面的“{earlier.label.zh}”（{earlier.key}）问的一样：请删去一个，或者写清楚区别",
                        f"this asks the same as “{earlier.label.en}” ({earlier.key}): delete one, "
                        "or say what differs",
                    )
                    break


def _levels(matter: Matter) -> Iterator[tuple[Path_, list[tuple[Path_, Question]]]]:
    """The questions that stand side by side: those of the form, and those within each group."""
    yield ("form",), [((i,), each) for i, each in enumerate(matter.form) if isinstance(each, Question)]
    for index, entry in enumerate(matter.form):
        if isinstance(entry, Group):
            yield ("form", index, "questions"), [((i,), each) for i, each in enumerate(entry.questions)]


def _apart(one: Question, other: Question) -> bool:
    """Whether they may well never be asked both: each has a condition, and not the same."""
    return one.when is not None and other.when is not None and one.when != other.when


def _alike(subject: Subject, matter: Matter) -> Iterator[Finding]:
    for at, questions in _levels(matter):
        for path, question in questions:
            seen: set[str] = set()
            for index, option in enumerate(question.options):
                if option.label.zh in seen:
                    yield _finding(
                        subject,
                        (*at, *path, "options", index, "label"),
                        "forms.options_alike",
                        Severity.ERROR,
                        ARTICLE_7,
                        f"有两个选项都叫“{option.label.zh}”：请写出区别，或者删去一个",
                        f"two options are called “{option.label.en}”: say what differs, or delete one",
                    )
                seen.add(option.label.zh)
            if question.kind is FieldKind.CHOICE and len(options(question)) == 1:
                yield _finding(
                    subject,
                    (*at, *path, "options"),
                    "forms.no_choice",
                    Severity.WARNING,
                    ARTICLE_22,
                    "只有一个选项，不用问：请写全选项，或者删去这一题",
                    "there is only one option, so there is nothing to ask: add the others, or delete it",
                )


def _counted_out(subject: Subject, matter: Matter) -> Iterator[Finding]:
    """The second child's name is ``child_2_name``: no other question may have this key."""
    outer = {entry.key: index for index, entry in enumerate(matter.form) if isinstance(entry, Question)}
    for group in matter.form:
        if not isinstance(group, Group):
            continue
        inner = [*(question.key for question in group.questions), "more"]
        made = {f"{group.group}_{n}_{key}" for n in range(1, group.at_most + 1) for key in inner}
        for key in sorted(made & outer.keys()):
            yield _finding(
                subject,
                ("form", outer[key], "key"),
                "matter.repeated",
                Severity.ERROR,
                ARTICLE_7,
                f"“{key}”和“{group.label.zh}”的第几个那一组的键重了：请换一个键名",
                f"“{key}” is also a key of the group “{group.label.en}”: use another",
            )


def _compared(subject: Subject, matter: Matter) -> Iterator[Finding]:
    """Days with days and numbers with numbers: anything else is never decided, and nobody is stopped."""
    inner: Mapping[str, Question] = {
        each.key: each for entry in matter.form if isinstance(entry, Group) for each in entry.questions
    }
    for path, rule, known in placed(matter):
        asked = {**inner, **known}
        if rule.relation in ("before", "not_after"):
            wanted, zh, en = _DAYS, "日期", "days"
        elif rule.relation in ("less", "not_more"):
            wanted, zh, en = _NUMBERS, "数字或者金额", "numbers or amounts"
        elif rule.question is not None and not rule.is_:
            wanted, zh, en = _DAYS | _NUMBERS, "数字、金额或者日期", "a number, an amount or a date"
        else:
            continue
        wrong = [
            question
            for key in (rule.left, rule.right, rule.question)
            if key
            and key != TODAY
            and (question := asked.get(key)) is not None
            and question.kind not in wanted
        ]
        for question in wrong:
            yield _finding(
                subject,
                path,
                "conditions.cannot_compare",
                Severity.ERROR,
                ARTICLE_7,
                f"“{question.label.zh}”不是{zh}，这个条件永远判断不了，谁也拦不住：请改用{zh}的题，或者换一种条件",
                f"“{question.label.en}” is not of the kind {en}: this can never be decided; compare others",
            )


def _ages(subject: Subject, matter: Matter) -> Iterator[Finding]:
    for index, condition in enumerate(matter.eligibility):
        at = ("eligibility", index)
        if condition.check is None:
            if condition.ask is None and _OWN_AGE.match(condition.zh):
                yield _finding(
                    subject,
                    at,
                    "conditions.age_unchecked",
                    Severity.WARNING,
                    ARTICLE_22,
                    "写了年龄但不核对，不符合的人要填完才知道：请加上check，例如check: { age_at_least: 60 }",
                    "an age is said and not checked, so people find out after the form: add check",
                )
            continue
        yield from _said_age(subject, at, condition)
        if condition.otherwise is None:
            yield _finding(
                subject,
                at,
                "conditions.no_way_on",
                Severity.INFO,
                ARTICLE_22,
                "不符合的人不知道怎么办：请写otherwise，说明可以怎么办、到哪里办",
                "who does not fulfil this is not told what to do: write otherwise",
            )


def _said_age(subject: Subject, at: Path_, condition: Condition) -> Iterator[Finding]:
    assert condition.check is not None
    rules = [*within(condition.check)]
    least = {rule.age_at_least for rule in rules if rule.age_at_least is not None}
    most = {rule.age_at_most for rule in rules if rule.age_at_most is not None}
    most_said = {each + 1 for each in most} | most
    for key, text, pattern in (("zh", condition.zh, _AGE), ("en", condition.en, _AGE_ENGLISH)):
        said = {int(next(filter(None, groups))) for groups in map(_groups, pattern.finditer(text))}
        upper = said - least
        low = bool(least - said) and bool(upper - most_said)
        high = bool(most) and bool(upper) and not upper & most_said
        if said and (low or high):
            checked = "、".join(map(str, sorted(least | most)))
            yield _finding(
                subject,
                (*at, key),
                "conditions.age_differs",
                Severity.ERROR,
                ARTICLE_7,
                f"这里写的是{'、'.join(map(str, sorted(said)))}岁，核对的是{checked}岁（check）：请改成一致",
                f"the ages said here are not those checked ({checked}): correct one of them",
            )


def _groups(hit: re.Match[str]) -> tuple[str, ...]:
    return tuple(group or "" for group in hit.groups())


def _invented(subject: Subject, matter: Matter) -> Iterator[Finding]:
    """The person of the rehearsal is one: number, birth date and sex go together."""
    card = matter.rehearsal.card
    born = birth_of(card.number)
    wrong = check_citizen_number(card.number) is not None
    if wrong or born != parse_card_date(card.birth) or sex_of(card.number) != card.sex:
        yield _finding(
            subject,
            ("rehearsal", "card", "number"),
            "rehearsal.card",
            Severity.INFO,
            ARTICLE_22,
            "演练用的身份号码和出生日期、性别不是一个人，或者校验位不对：请改成一致",
            "number, birth date and sex are not one person's: make them agree",
        )


def _bare(text: str) -> str:
    return _SIGNS.sub("", text)


def _finding(
    subject: Subject, path: Path_, code: str, severity: Severity, article: Article, zh: str, en: str
) -> Finding:
    return subject.finding(path, code, severity, article, zh, en)
