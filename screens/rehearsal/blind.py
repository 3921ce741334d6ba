"""A visit made blind: keys of a keypad in, spoken words out, and nothing else to decide by.

Who walks here knows what a blind citizen knows: the name of the matter, her own answers to the questions she
hears, and how a keypad works, which the terminal tells her itself.  The state of the visit is looked at for
the summary only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from kiosk.matters import choices, forms
from kiosk.matters.models import FieldKind, Matter, Question
from kiosk.speech.reading import said
from kiosk.speech.transcript import Transcript
from kiosk.visit.state import Page
from screens.rehearsal.walker import Course
from screens.robot import Robot, RobotFault
from screens.words import Catalogue as Words
from values import dataclass

QUIET_FRAMES: Final = 3
ITEMS_AT_MOST: Final = 120
LEAVES_AT_MOST: Final = 60
SHORT: Final = 20
"""Characters; no paper says less."""
PAUSE_SECONDS: Final = 0.005
TURNING: Final = frozenset({"enter", "left", "right", "escape"})
"""Keys after which another page may come, which takes a moment."""
LANGUAGE: Final = "zh"
TYPED: Final = frozenset(
    {FieldKind.DIGITS, FieldKind.PHONE, FieldKind.BANK_CARD, FieldKind.DATE, FieldKind.DATE_RANGE}
)


@dataclass(frozen=True, repr=False)
class Known:
    """What the citizen knows of herself: an answer for a question that she hears."""

    kind: FieldKind
    answer: str
    labels: tuple[str, ...] = ()  # of a choice, the levels that lead to it


class BlindWalker:
    """``busy`` tells whether the terminal is still speaking, as anybody hears."""

    def __init__(
        self,
        robot: Robot,
        ear: Transcript,
        busy: Callable[[], bool],
        matter: Matter,
        answers: Mapping[str, str],
        present: Callable[[], object],
        take: Callable[[], object],
        timeout_seconds: float,
    ) -> None:
        """``present`` lays the card, ``take`` takes it away again."""
        self._robot = robot
        self._ear = ear
        self._busy = busy
        self._name = _said(matter.plain_name.zh)
        self._answers = _known(matter, answers)
        self._present = present
        self._take = take
        self._end = time.monotonic() + timeout_seconds
        self._count = 0
        self._presented = False
        self._heard_papers = False
        self.course = Course()
        self.transcript: list[str] = []  # what was heard, and "> key" for what was pressed

    def run(self) -> Course:
        try:
            page = self._listen()
            while time.monotonic() < self._end and not self._over(page):
                page = self._act(page) or self._listen()
        except RobotFault as fault:
            self.course.gave_up = str(fault)
        if not self.course.wiped and not self.course.gave_up:
            self.course.gave_up = "the time was up"
        return self.course

    # --- ears and fingers -----------------------------------------------------------------------------

    def _listen(self, until_said: bool = True, frames: int = QUIET_FRAMES) -> str:
        """All that was said since the last time, once there is silence for so many frames."""
        quiet = 0
        while quiet < frames:
            self._robot.frame()
            self._note()
            heard = len(self._ear.heard) > self._count
            quiet = quiet + 1 if not self._busy() and (heard or not until_said) else 0
            if time.monotonic() > self._end:
                raise RobotFault("nothing more was said")
            time.sleep(PAUSE_SECONDS)
        new = self._ear.heard[self._count :]
        self._count += len(new)
        words = "。".join(each.said for each in new)
        if words:
            self.transcript.append(words)
        return words

    def _press(self, key: str) -> str:
        self.transcript.append(f"> {key}")
        self.course.touches += 1
        self._robot.key(key)
        return self._listen(until_said=False, frames=QUIET_FRAMES if key in TURNING else 1)

    def _note(self) -> None:
        """For the summary: what the visit was, whose it was, and that it is forgotten."""
        visit = self._robot.state
        if visit.begun:
            self.course.last = visit
            if visit.person is not None:
                self.course.source = visit.person.document.source
                self.course.kind = visit.person.document.kind

    def _over(self, page: str) -> bool:
        """Home again after an end: the words of the home page."""
        if self.course.last is None or not _is(page, "home.lead"):
            return False
        state = self._robot.state
        self.course.wiped = state.person is None and state.page is Page.HOME and not state.begun
        return True

    # --- deciding, by what was heard ------------------------------------------------------------------

    def _act(self, page: str) -> str:
        """What the citizen does when she hears this; what she hears then, if she pressed anything."""
        if _is(page, "identify.heading") or "identify" in _fault_of(page):
            return self._show_card()
        if _is(page, "take_card.heading"):
            self._take()
            return self._choose(_word("take_card.close"))
        if _is(page, "identify.done_lead", "identify.done_code", "identify.offline_lead"):
            return self._choose(_word("common.continue"))
        if _is(page, "form.declare_heading"):
            return self._choose(_word("form.declare"))
        if _is(page, "form.apply_heading"):
            return self._choose(_word("form.apply"))
        if _is(page, "sign.heading"):  # nobody signs what she cannot see
            page = self._choose(_word("sign.other"))
            return page if _is(page, "sign.other_heading") else self._choose(_word("sign.by_button"))
        if _is(page, "sign.other_heading"):
            return self._choose(_word("sign.by_button"))
        if question := next((text for text in self._answers if text in page), ""):
            return self._answer(self._answers[question])
        if _is(page, "notice.owe_note"):
            return self._choose(_word("notice.owe"))
        if _is(page, "check.heading"):
            return self._choose(_word("check.submit")[:2])
        if _is(page, "result.heading", "result.empty"):
            return self._choose(_word("result.print"), exactly=True)
        if _is(page, "done.next", "done.printed", "rating.sent", "rating.kept"):
            return self._finish(page)
        if self._name in page and _word("guide.time") in page:
            return self._choose(_word("guide.start"))
        if _is(page, "home.lead"):
            return self._find_matter()
        return ""

    def _find_matter(self) -> str:
        found = self._seek(self._name)
        if not found:
            self._listen(until_said=False)
            self._go_to(_word("home.all"))
            self._press("enter")
            for _ in range(LEAVES_AT_MOST):
                if found := self._seek(self._name):
                    break
                self._press("right")
        if not found:
            raise RobotFault("the matter's name was never spoken")
        return self._press("enter")

    def _show_card(self) -> str:
        if not self._presented:
            self._presented = True
            self._present()
        return ""

    def _answer(self, known: Known) -> str:
        if known.labels:
            for label in known.labels:
                self._choose(_said(label), exactly=True)
        elif known.kind in TYPED:
            for digit in re.sub(r"\D", "", known.answer):
                self._press(digit)
        elif known.answer and known.kind is not FieldKind.MONTH_RANGE:  # the last year is chosen beforehand
            raise RobotFault("a text has to be spelled letter by letter, which this walker does not do")
        return self._press("right")

    def _finish(self, page: str) -> str:
        if _is(page, "done.printing", "done.waiting", "done.accepted_printing"):
            return ""  # the rest of the papers is said when it has come
        if not self._heard_papers:
            self._heard_papers = True
            return self._hear_papers()
        return self._choose(_word("done.leave"), exactly=True)

    def _hear_papers(self) -> str:
        """What is printed is heard, too, before she leaves with it."""
        if not self._seek(_said(Words.of(LANGUAGE).texts["paper.hear"].split("{")[0])):
            raise RobotFault("nothing was spoken that reads the papers out")
        heard = self._press("enter")
        while _waits(heard, "paper.reading"):
            heard = self._listen()
        return self._press("escape")

    # --- going through a page -------------------------------------------------------------------------

    def _choose(self, name: str, exactly: bool = False) -> str:
        self._go_to(name, exactly)
        return self._press("enter")

    def _go_to(self, name: str, exactly: bool = False) -> None:
        if not self._seek(name, exactly):
            raise RobotFault(f"{name} was never spoken as something to press")

    def _seek(self, name: str, exactly: bool = False) -> bool:
        """Down to the last item, then up to the first, until the name of something to press is heard."""
        sign = re.compile(
            rf"^{re.escape(name)}{'' if not exactly else '，'}.*(?:按钮|单选|复选框)", re.DOTALL
        )
        if any(sign.match(words) for words in self._said_last()):
            return True
        for key, end in (("down", "speech.last"), ("up", "speech.first")):
            for _ in range(ITEMS_AT_MOST):
                heard = self._press(key)
                if sign.match(heard):
                    return True
                if _is(heard, end):
                    break
        return False

    def _said_last(self) -> list[str]:
        """What has the focus was said last; its state may have been a sentence of its own."""
        heard = [line for line in self.transcript if not line.startswith("> ")]
        return heard[-1].split("。")[-2:] if heard else []


def _known(matter: Matter, answers: Mapping[str, str]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for question in matter.questions():
        answer = forms.normalise(question, answers.get(question.key, ""))
        found[_said(question.question.zh)] = Known(question.kind, answer, _labels(question, answer))
    # The longest first: one question may begin like another.
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _labels(question: Question, answer: str) -> tuple[str, ...]:
    if not answer:
        return ()
    if question.kind is FieldKind.YES_NO:
        return (_word("form.yes") if answer == "yes" else _word("form.no"),)
    if question.kind is not FieldKind.CHOICE:
        return ()
    if question.catalogue:
        listed = choices.listed(question.catalogue)
        return tuple(each.label.zh for each in listed.path(answer))
    return tuple(each.label.zh for each in choices.options(question) if each.value == answer)


def _waits(heard: str, key: str) -> bool:
    """Whether this sentence was the last thing said, but for the button below it."""
    _, asked, after = heard.rpartition(_word(key))
    return bool(asked) and len(after) < SHORT


def _word(key: str) -> str:
    return _said(Words.of(LANGUAGE).texts[key])


def _said(text: str) -> str:
    return said(text, LANGUAGE)


def _is(page: str, *keys: str) -> bool:
    """Whether one of these sentences was heard, up to its first place for a value."""
    return any(_said(Words.of(LANGUAGE).texts[key].split("{")[0]) in page for key in keys)


def _fault_of(page: str) -> str:
    return "identify" if _is(page, "identify.heading_again") else ""


def keep(path: Path, walker: BlindWalker) -> None:
    """What was heard and pressed, line by line."""
    path.write_text("\n".join(walker.transcript) + "\n", encoding="utf-8")
