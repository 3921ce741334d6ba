"""Forms that can be completed: proved by going through them.

Starting with every kind of applicant, the first open question is answered in each way that can make a
difference, until nothing is open.  What was never asked cannot be reached; a choice behind which no way
leads to a complete form is a dead end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any, Final

from kiosk.matters.asking import computed, first_open
from kiosk.matters.forms import check_across, check_answers, normalise, open_questions, prefilled
from kiosk.matters.lint.findings import ARTICLE_22, Finding, Severity
from kiosk.matters.lint.sampling import applicants, deciding, rules_of, values
from kiosk.matters.lint.subject import Path_, Subject, Surroundings
from kiosk.matters.models import Group, JointPart, Material, Matter, Prefill, Question
from kiosk.matters.rules import Facts, holds

MOST_STATES: Final = 6000  # of all applicants together
FEWEST_STATES: Final = 150  # of each
FIRST_WALKS: Final = 48
WALKS: Final = 400  # when the form has more ways than can all be gone
MOST_EXPLORED: Final = 512
_DECIDING: Final[Any] = {  # all that the ways through a form follow from
    **dict.fromkeys(("form", "eligibility", "checks", "parts", "rehearsal"), True),
    "guide": {"materials": {"__all__": {"when"}}},
}
MOST_MORE: Final = 2  # of a group: a third child is asked as the second is
_CARD: Final = {
    Prefill.CARD_NAME: "name",
    Prefill.CARD_NUMBER: "number",
    Prefill.CARD_BIRTH: "birth",
    Prefill.CARD_SEX: "sex",
    Prefill.CARD_ETHNICITY: "ethnicity",
    Prefill.CARD_ADDRESS: "address",
}


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    if subject.matter is None:
        return
    yield from _rehearsal(subject, subject.matter, around.today)
    if subject.matter.form or subject.matter.checks:
        yield from _ways(subject, subject.matter, around.today)


# --- the rehearsal -----------------------------------------------------------------------------------


def _rehearsal(subject: Subject, matter: Matter, today: date) -> Iterator[Finding]:
    card = matter.rehearsal.card
    facts = Facts.of(birth=card.birth, sex=card.sex, number=card.number, document="resident")
    given = matter.rehearsal.answers
    eligible = {key: answer for key, answer in given.items() if key.startswith("eligible_")}
    for index, condition in enumerate(matter.eligibility):
        if condition.check is not None and holds(condition.check, eligible, facts, today) is False:
            yield _finding(
                subject,
                ("rehearsal", "card"),
                "forms.rehearsal_not_eligible",
                Severity.ERROR,
                f"演练用的人不符合第{index + 1}个条件：请换一个符合条件的人",
                f"the person of the rehearsal does not fulfil condition {index + 1}: invent another",
            )
    yield from _answered(subject, matter, facts, today)


def _answered(subject: Subject, matter: Matter, facts: Facts, today: date) -> Iterator[Finding]:
    card, given = matter.rehearsal.card, matter.rehearsal.answers
    known = {source: getattr(card, name) for source, name in _CARD.items()}
    answers = prefilled(matter, known, facts, today)
    for _ in range(len(given) + len(matter.answer_keys()) + 1):
        open_ = open_questions(matter, answers, facts, today)
        if not open_:
            break
        question = open_[0]
        if question.key not in given and question.required:
            yield _finding(
                subject,
                ("rehearsal", "answers"),
                "forms.rehearsal_incomplete",
                Severity.ERROR,
                f"演练答案里没有“{question.label.zh}”（{question.key}）：请补上",
                f"the rehearsal has no answer to “{question.label.en}” ({question.key}): add it",
            )
            return
        answers[question.key] = normalise(question, given.get(question.key, ""))
    answers |= computed(matter, answers, facts, today)
    for key, wrong in check_answers(matter, answers, facts, today).items():
        yield _finding(
            subject,
            ("rehearsal", "answers", key) if key in given else ("rehearsal", "answers"),
            "forms.rehearsal_wrong",
            Severity.ERROR,
            f"演练答案“{key}”填不进表单：{wrong.zh}",
            f"the form does not take the rehearsal's answer “{key}”: {wrong.en}",
        )
    unused = [key for key in given if key not in answers and not key.startswith("eligible_")]
    for key in unused:
        yield _finding(
            subject,
            ("rehearsal", "answers", key),
            "forms.rehearsal_unused",
            Severity.INFO,
            f"演练没有问到“{key}”：答案用不上，可以删去",
            f"the rehearsal never asks “{key}”: this answer is not used",
        )


# --- all ways ----------------------------------------------------------------------------------------


def _ways(subject: Subject, matter: Matter, today: date) -> Iterator[Finding]:
    found = _explored(matter, today)
    certain = Severity.ERROR if found.all_ways else Severity.WARNING
    for key, question in found.unanswerable.items():
        yield _finding(
            subject,
            _place(matter, key),
            "forms.unanswerable",
            Severity.ERROR,
            f"“{question.label.zh}”填什么都不对：请核对上下限和选项",
            f"nothing is a good answer to “{question.label.en}”: correct its bounds or options",
        )
    if found.unanswerable:
        return
    if not found.complete:
        where: Path_ = ("checks", min(found.blocked), "rule") if found.blocked else ("form",)
        yield _finding(
            subject,
            where,
            "forms.never_complete",
            certain,
            "这个表单怎么填都完不成：请核对条件和校验是否互相矛盾",
            "no answers complete this form: correct the conditions and checks that contradict each other",
        )
        return
    for path, key, question in _questions(matter):
        yield from _on_the_way(subject, found, path, key, question, certain)
    for path, key, question in _questions(matter, computed_ones=True):
        if not any(_same(key, worked_out) for worked_out in found.computed):
            yield _finding(
                subject,
                (*path, "compute"),
                "forms.never_computed",
                certain,
                f"“{question.label.zh}”永远算不出来：请核对它由哪些问题算出",
                f"“{question.label.en}” can never be worked out: correct the questions that it is made of",
            )
    yield from _never_wanted(subject, matter, found, certain)


def _on_the_way(
    subject: Subject, found: Explorer, path: Path_, key: str, question: Question, certain: Severity
) -> Iterator[Finding]:
    if not any(_same(key, reached) for reached in found.reached):
        yield _finding(
            subject,
            (*path, "when") if question.when is not None else path,
            "forms.unreachable",
            certain,
            f"永远不会问到“{question.label.zh}”：请核对它的条件（when）",
            f"“{question.label.en}” is never asked: correct its condition (when)",
        )
        return
    for number, option in enumerate(question.options):
        pairs = {pair for pair in found.taken if pair[1] == option.value and _same(key, pair[0])}
        if pairs and not pairs & found.left:
            yield _finding(
                subject,
                (*path, "options", number),
                "forms.dead_end",
                certain,
                f"选了“{option.label.zh}”就完不成表单：请核对后面的条件和校验",
                f"whoever chooses “{option.label.en}” cannot complete the form: correct what follows",
            )


def _never_wanted(subject: Subject, matter: Matter, found: Explorer, certain: Severity) -> Iterator[Finding]:
    lists: tuple[tuple[Path_, Sequence[Material | JointPart]], ...] = (
        (("guide", "materials"), matter.guide.materials),
        (("parts",), matter.parts),
    )
    for path, entries in lists:
        for index, entry in enumerate(entries):
            if entry.when is not None and (path[-1], index) not in found.wanted:
                yield _finding(
                    subject,
                    (*path, index, "when"),
                    "conditions.never",
                    certain,
                    f"“{entry.name.zh}”的条件（when）永远不成立：请核对",
                    f"the condition (when) of “{entry.name.en}” never holds: correct it",
                )


_EXPLORED: Final[dict[tuple[str, date], Explorer]] = {}


def _explored(matter: Matter, today: date) -> Explorer:
    """Counties have the same forms (Article 6): each is gone through once."""
    told = matter.model_dump_json(include=_DECIDING)
    found = _EXPLORED.get((told, today))
    if found is None:
        found = Explorer(matter, today)
        found.explore()
        if len(_EXPLORED) >= MOST_EXPLORED:
            _EXPLORED.clear()
        _EXPLORED[told, today] = found
    return found


class Explorer:
    """Goes every way through a form.

    ``reached`` holds keys of questions, ``taken`` and ``left`` (key, answer): tried at all, and on a way that
    ends in a complete form.  ``wanted`` holds materials and parts that were wanted at the end of one.
    """

    def __init__(self, matter: Matter, today: date) -> None:
        self.reached: set[str] = set()
        self.taken: set[tuple[str, str]] = set()
        self.left: set[tuple[str, str]] = set()
        self.wanted: set[tuple[str | int, int]] = set()
        self.computed: set[str] = set()
        self.unanswerable: dict[str, Question] = {}
        self.blocked: set[int] = set()  # numbers of checks that stood in the way
        self.complete = 0
        self.all_ways = True
        self._matter = matter
        self._today = today
        self._names = deciding(matter)
        self._values: dict[str, tuple[str, ...]] = {}
        self._choices: set[str] = set()  # keys of questions with options
        self._budget = 0

    def explore(self) -> None:
        """A few walks show most forms to be right; only where they do not, every way is gone."""
        people = applicants(rules_of(self._matter), self._today)
        random = Random(1)
        for number in range(FIRST_WALKS):
            self._walk(people[number % len(people)], random)
            if number % 6 == 5 and self._covered():
                return
        for facts in people:
            self._budget = max(FEWEST_STATES, MOST_STATES // len(people))
            self._go({}, facts)
            if self._budget <= 0:
                self.all_ways = False
                for _ in range(max(1, WALKS // len(people))):
                    self._walk(facts, random)
            if self._covered():
                return

    def _covered(self) -> bool:
        """Nothing is left to be found: all asked, every choice has led on, everything was wanted once."""
        matter = self._matter
        conditions = [each.when for each in matter.guide.materials] + [each.when for each in matter.parts]
        return (
            self.complete > 0
            and not self.unanswerable
            and all(any(_same(key, had) for had in self.computed) for _, key, _ in _questions(matter, True))
            and all(any(_same(key, reached) for reached in self.reached) for _, key, _ in _questions(matter))
            and all((key, value) in self.left for key in self._choices for value in self._values[key])
            and len(self.wanted) == sum(when is not None for when in conditions)
        )

    def _go(self, answers: dict[str, str], facts: Facts) -> bool:
        """Whether a complete form lies behind ``answers``.  As deep as the form has questions."""
        self._budget -= 1
        if self._budget <= 0:
            return False
        question = self._next(answers, facts)
        if question is None:
            return self._ended(answers, facts)
        led = False
        for answer in self._tried(question):
            self.taken.add((question.key, answer))
            if self._go({**answers, question.key: answer}, facts):
                self.left.add((question.key, answer))
                led = True
        return led

    def _walk(self, facts: Facts, random: Random) -> None:
        answers: dict[str, str] = {}
        while (question := self._next(answers, facts)) is not None:
            tried = self._tried(question)
            if not tried:
                return
            answers[question.key] = random.choice(tried)
        self.taken |= set(answers.items())
        if self._ended(answers, facts):
            self.left |= set(answers.items())

    def _next(self, answers: Mapping[str, str], facts: Facts) -> Question | None:
        return first_open(self._matter, answers, facts, self._today)

    def _tried(self, question: Question) -> tuple[str, ...]:
        self.reached.add(question.key)
        if question.key not in self._values:
            self._values[question.key] = self._thought_of(question)
        return self._values[question.key]

    def _thought_of(self, question: Question) -> tuple[str, ...]:
        if question.key.endswith("_more"):
            number = question.key.split("_")[-2]
            return ("no", "yes") if number.isdigit() and int(number) < MOST_MORE else ("no",)
        name = question.key if question.key in self._names else ""
        name = name or next((each for each in self._names if question.key.endswith(f"_{each}")), "")
        answers = values(question, name, self._matter, self._today)
        if question.options:
            self._choices.add(question.key)
        if not any(answers):
            self.unanswerable[question.key] = question
        return answers if name else answers[:1]

    def _ended(self, answers: dict[str, str], facts: Facts) -> bool:
        matter, today = self._matter, self._today
        full = answers | computed(matter, answers, facts, today)
        if check_across(matter, full, facts, today):
            self.blocked |= {
                number
                for number, each in enumerate(matter.checks)
                if holds(each.rule, full, facts, today) is False
            }
            return False
        self.complete += 1
        self.computed |= full.keys()
        lists: tuple[tuple[str, Sequence[Material | JointPart]], ...] = (
            ("materials", matter.guide.materials),
            ("parts", matter.parts),
        )
        for name, entries in lists:
            self.wanted |= {
                (name, index)
                for index, entry in enumerate(entries)
                if entry.when is not None and holds(entry.when, full, facts, today) is not False
            }
        return True


def _questions(matter: Matter, computed_ones: bool = False) -> Iterator[tuple[Path_, str, Question]]:
    """Those that are asked, or those that are worked out."""
    for index, entry in enumerate(matter.form):
        if isinstance(entry, Group):
            for inner, question in enumerate(entry.questions):
                if (question.compute is not None) is computed_ones:
                    yield ("form", index, "questions", inner), f"{entry.group}_#_{question.key}", question
        elif (entry.compute is not None) is computed_ones:
            yield ("form", index), entry.key, entry


def _same(key: str, asked_key: str) -> bool:
    """Whether ``asked_key`` is the question ``key``; ``#`` stands for a number in a group."""
    if "#" not in key:
        return key == asked_key
    head, tail = key.split("#")
    middle = asked_key[len(head) : len(asked_key) - len(tail)]
    return asked_key.startswith(head) and asked_key.endswith(tail) and middle.isdigit()


def _place(matter: Matter, asked_key: str) -> Path_:
    return next((path for path, key, _ in _questions(matter) if _same(key, asked_key)), ("form",))


def _finding(subject: Subject, path: Path_, code: str, severity: Severity, zh: str, en: str) -> Finding:
    return subject.finding(path, code, severity, ARTICLE_22, zh, en)
