"""What a citizen knows of herself: an answer for every question that she may hear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kiosk.matters import choices, eligibility, forms
from kiosk.matters.asking import own_keys
from kiosk.matters.form_model import Group
from kiosk.matters.models import Bilingual, FieldKind, Matter, Question
from kiosk.speech.reading import said
from screens.words import Catalogue as Words
from values import dataclass

SPELLED: Final = frozenset({FieldKind.TEXT, FieldKind.ADDRESS})
TYPED: Final = frozenset(
    {
        FieldKind.DIGITS,
        FieldKind.PHONE,
        FieldKind.BANK_CARD,
        FieldKind.DATE,
        FieldKind.DATE_RANGE,
        FieldKind.AMOUNT,
    }
)


@dataclass(frozen=True, repr=False)
class Known:
    """What the citizen knows of herself: an answer for a question that she hears."""

    kind: FieldKind
    answer: str
    labels: tuple[str, ...] = ()  # of a choice, the levels that lead to it


def known(matter: Matter, answers: Mapping[str, str], language: str) -> dict[str, list[Known]]:
    """By the question as it is heard; the longest first, as one may begin like another.  A question that is
    put in the same words after each relative has an answer for each time."""
    found: dict[str, list[Known]] = {}
    for question, key, put in _questions(matter):
        answer = forms.normalise(question, answers.get(key, ""))
        told = Known(question.kind, answer, _labels(question, answer, language))
        found.setdefault(said(of(put, language), language), []).append(told)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def word(key: str, language: str) -> str:
    """A sentence of the pages as it is heard."""
    return said(Words.of(language).texts[key], language)


def of(text: Bilingual, language: str) -> str:
    return text.en if language == "en" else text.zh


def _questions(matter: Matter) -> Iterator[tuple[Question, str, Bilingual]]:
    """With the key of the answer, and how it is put."""
    for number, condition in enumerate(matter.eligibility, 1):
        if condition.check is not None or condition.ask is not None:
            asked = eligibility.question_of(number, condition)
            yield asked, asked.key, asked.question
    for entry in matter.form:
        if not isinstance(entry, Group):
            yield entry, entry.key, entry.question
            continue
        for number in range(1, entry.at_most + 1):
            own = own_keys(entry, number)
            for question in entry.questions:
                zh, en = f"第{number}个{entry.label.zh}：", f"{entry.label.en} {number}: "
                put = question.question
                several = Bilingual(zh=f"{zh}{put.zh}", en=f"{en}{put.en}")
                yield question, own[question.key], several if entry.at_most > 1 else put
            more = f"{entry.group}_{number}_more"
            yield (
                Question(key=more, kind=FieldKind.YES_NO, question=entry.more, label=entry.more),
                more,
                entry.more,
            )


def _labels(question: Question, answer: str, language: str) -> tuple[str, ...]:
    if not answer:
        return ()
    if question.kind is FieldKind.YES_NO:
        return (word("form.yes" if answer == "yes" else "form.no", language),)
    if question.kind is not FieldKind.CHOICE:
        return ()
    if question.catalogue:
        listed = choices.listed(question.catalogue)
        return tuple(of(each.label, language) for each in listed.path(answer))
    return tuple(of(each.label, language) for each in choices.options(question) if each.value == answer)
