"""A visit made blind: keys of a keypad in, spoken words out, and nothing else to decide by.

Who walks here knows what a blind citizen knows: the name of the matter, her own answers to the questions she
hears, and how a keypad works, which the terminal tells her itself.  The state of the visit is looked at for
the summary only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.matters.models import FieldKind, Matter
from kiosk.speech.reading import said
from kiosk.speech.transcript import Transcript
from kiosk.visit.state import Page
from screens.rehearsal.closed import why
from screens.rehearsal.knowing import SPELLED, TYPED, Known, known, of, word
from screens.rehearsal.spelling import SpellingByEar
from screens.rehearsal.walker import Course
from screens.robot import Robot, RobotFault
from screens.theme import DOUBLE_TAP_SECONDS
from screens.words import Catalogue as Words

QUIET_FRAMES: Final = 3
ITEMS_AT_MOST: Final = 120
LEAVES_AT_MOST: Final = 60
FIRST_LANGUAGE: Final = "zh"
PRESSED: Final = ("role_button", "role_radio", "role_checkbox")
SHORT: Final = 20
"""Characters; no paper says less."""
PAUSE_SECONDS: Final = 0.005
SUBMITS: Final = tuple(
    f"check.submit{shape}{length}"
    for shape in ("", "_certificate", "_query", "_filing", "_offline")
    for length in ("", "_short")
)
"""What the last button may be called, by the matter's shape and the panel's width."""
SIDEWAYS: Final = frozenset({"left", "right"})
TURNING: Final = frozenset({"enter", "left", "right", "escape"})
"""Keys after which another page may come, which takes a moment."""


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
        language: str = "zh",
    ) -> None:
        """``present`` lays the card, ``take`` takes it away again.  ``language``: which she has it speak."""
        self._language, self._wanted = FIRST_LANGUAGE, language
        self._robot = robot
        self._ear = ear
        self._busy = busy
        self._name = said(of(matter.plain_name, language), language)
        self._answers = known(matter, answers, language)
        self._code = matter.task_code
        self._present = present
        self._take = take
        self._end = time.monotonic() + timeout_seconds
        self._count = 0
        self._presented = False
        self._heard_papers = False
        self._pressed = ""
        self.course = Course()
        self.transcript: list[str] = []  # what was heard, and "> key" for what was pressed

    def run(self) -> Course:
        try:
            page = self._listen()
            if self._wanted != self._language:
                page = self._change_language()
            while time.monotonic() < self._end and not self._over(page):
                page = self._act(page) or self._listen()
                if any(word(key, FIRST_LANGUAGE) in page for key in ("home.lead", "take_card.heading")):
                    self._language = FIRST_LANGUAGE  # the visit is over, and with it what she has chosen
        except RobotFault as fault:
            self.course.gave_up = str(fault)
        if not self.course.wiped and not self.course.gave_up:
            self.course.gave_up = "the time was up"
        return self.course

    def _change_language(self) -> str:
        """Under 更多, where her own language stands in its own words."""
        self._choose(self._word("kit.more"), exactly=True)
        own = word("tools.own", self._wanted)
        self._go_to(own, exactly=True)
        self._language = self._wanted
        self._press("enter")
        return self._press("escape") or self._press("f1")

    # --- ears and fingers -----------------------------------------------------------------------------

    def _listen(self, until_said: bool = True, frames: int = QUIET_FRAMES, to_the_end: bool = True) -> str:
        """All that was said since the last time, once there is silence for so many frames."""
        quiet = 0
        while quiet < frames:
            self._robot.frame()
            self._note()
            heard = len(self._ear.heard) > self._count
            silent = not self._busy() if to_the_end else heard
            quiet = quiet + 1 if silent and (heard or not until_said) else 0
            if time.monotonic() > self._end:
                raise RobotFault("nothing more was said")
            time.sleep(PAUSE_SECONDS)
        new = self._ear.heard[self._count :]
        self._count += len(new)
        words = "。".join(each.said for each in new)
        if words:
            self.transcript.append(words)
        return words

    def _press(self, key: str, to_the_end: bool = True) -> str:
        if key in SIDEWAYS and self._pressed == key:  # at once it would be the trembling of the last
            self._rest(DOUBLE_TAP_SECONDS)
        self._pressed = key
        self.transcript.append(f"> {key}")
        self.course.touches += 1
        self._robot.key(key)
        frames = QUIET_FRAMES if key in TURNING else 1
        return self._listen(until_said=False, frames=frames, to_the_end=to_the_end)

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
        if self.course.last is None or not self._is(page, "home.lead"):
            return False
        state = self._robot.state
        self.course.wiped = state.person is None and state.page is Page.HOME and not state.begun
        return True

    # --- deciding, by what was heard ------------------------------------------------------------------

    def _act(self, page: str) -> str:
        """What the citizen does when she hears this; what she hears then, if she pressed anything."""
        if self._is(page, "identify.heading") or "identify" in self._fault_of(page):
            return self._show_card()
        if self._is(page, "take_card.heading"):
            self._take()
            return self._choose(self._word("take_card.close"))
        if self._is(page, "identify.done_lead", "identify.done_code", "identify.offline_lead"):
            return self._choose(self._word("common.continue"))
        if self._is(page, "form.declare_heading"):
            return self._choose(self._word("form.declare"))
        if self._is(page, "form.apply_heading"):
            return self._choose(self._word("form.apply"))
        if self._is(page, "sign.heading"):  # nobody signs what she cannot see
            page = self._choose(self._word("sign.other"))
            return (
                page if self._is(page, "sign.other_heading") else self._choose(self._word("sign.by_button"))
            )
        if self._is(page, "sign.other_heading"):
            return self._choose(self._word("sign.by_button"))
        if question := next((text for text in self._answers if text in page), ""):
            told = self._answers[question]
            page = self._answer(told.pop(0) if len(told) > 1 else told[0])
            leaves = iter(range(LEAVES_AT_MOST))
            while (
                question in page and not self._is(page, "speech.invalid") and next(leaves, None) is not None
            ):
                page = self._press("right")  # the rest of what may be chosen comes before the next question
            return page
        if self._is(page, "notice.owe_note"):
            return self._choose(self._word("notice.owe"))
        if self._is(page, "check.heading"):
            return self._choose(*(self._word(key) for key in SUBMITS), exactly=True)
        if self._is(page, "result.heading", "result.empty"):
            return self._choose(self._word("result.print"), exactly=True)
        if self._is(page, "done.next", "done.printed", "rating.sent", "rating.kept"):
            return self._finish(page)
        if self._name in page and self._word("guide.time") in page:
            if reason := self._robot.state.unavailable.get(self._code, ""):
                raise RobotFault(why(reason))
            return self._choose(self._word("guide.start"))
        if self._is(page, "home.lead"):
            return self._find_matter()
        return ""

    def _find_matter(self) -> str:
        found = self._seek(self._name)
        if not found:
            self._listen(until_said=False)
            self._go_to(self._word("home.all"))
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
                self._choose(self._said(label), exactly=True)
        elif known.kind in TYPED:
            for digit in re.sub(r"[^0-9.]", "", known.answer.removesuffix(".00")):
                if digit.isdigit():
                    self._press(digit)
                else:
                    self._choose(self._word("kit.point"), exactly=True)
        elif known.answer and known.kind in SPELLED:
            self._spell(known.answer)
        elif known.answer and known.kind is not FieldKind.MONTH_RANGE:  # the last year is chosen beforehand
            raise RobotFault(f"nobody has told how a {known.kind} is answered by keys")
        return self._press("right")

    def _spell(self, text: str) -> None:
        choose = partial(self._choose, exactly=True)
        SpellingByEar(self._language, self._press, self._tap, choose, self._rest).spell(text)

    def _tap(self, digit: str) -> str:
        """Pressed on as soon as the letter is heard."""
        return self._press(digit, to_the_end=False)

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._robot.frame()
            time.sleep(PAUSE_SECONDS)

    def _finish(self, page: str) -> str:
        if self._is(page, "done.printing", "done.waiting", "done.accepted_printing"):
            return ""  # the rest of the papers is said when it has come
        if not self._heard_papers:
            self._heard_papers = True
            return self._hear_papers()
        return self._choose(self._word("done.leave"), exactly=True)

    def _hear_papers(self) -> str:
        """What is printed is heard, too, before she leaves with it."""
        if not self._seek_leaves(self._said(Words.of(self._language).texts["paper.hear"].split("{")[0])):
            raise RobotFault("nothing was spoken that reads the papers out")
        heard = self._press("enter")
        while self._waits(heard, "paper.reading"):
            heard = self._listen()
        return self._press("escape")

    # --- words ----------------------------------------------------------------------------------------

    def _word(self, key: str) -> str:
        return word(key, self._language)

    def _said(self, text: str) -> str:
        return said(text, self._language)

    def _is(self, page: str, *keys: str) -> bool:
        """Whether one of these sentences was heard, up to its first place for a value."""
        texts = Words.of(self._language).texts
        return any(self._said(texts[key].split("{")[0]) in page for key in keys)

    def _fault_of(self, page: str) -> str:
        return "identify" if self._is(page, "identify.heading_again") else ""

    def _waits(self, heard: str, key: str) -> bool:
        """Whether this sentence was the last thing said, but for the button below it."""
        _, asked, after = heard.rpartition(self._word(key))
        return bool(asked) and len(after) < SHORT

    # --- going through a page -------------------------------------------------------------------------

    def _choose(self, *names: str, exactly: bool = False) -> str:
        self._go_to(*names, exactly=exactly)
        return self._press("enter")

    def _go_to(self, *names: str, exactly: bool = False) -> None:
        if not self._seek_leaves(*names, exactly=exactly):
            raise RobotFault(f"{names[0]} was never spoken as something to press")

    def _seek_leaves(self, *names: str, exactly: bool = False) -> bool:
        """On this leaf, or on those that follow it."""
        for _ in range(LEAVES_AT_MOST):
            if self._seek(*names, exactly=exactly):
                return True
            if not self._seek(self._word("kit.next_page"), exactly=True):
                return False
            if any(self._is(words, "speech.disabled") for words in self._said_last()):
                return False  # the last leaf
            self._press("enter")
        return False

    def _seek(self, *names: str, exactly: bool = False) -> bool:
        """Down to the last item, then up to the first, until something to press with such a name is heard."""
        roles = "|".join(re.escape(self._word(f"speech.{role}")) for role in PRESSED)
        wanted = "|".join(map(re.escape, names))
        sign = re.compile(rf"^(?:{wanted}){'[，,]' if exactly else ''}.*(?:{roles})", re.DOTALL)
        if any(sign.match(words) for words in self._said_last()):
            return True
        for key, end in (("down", "speech.last"), ("up", "speech.first")):
            for _ in range(ITEMS_AT_MOST):
                heard = self._press(key)
                if sign.match(heard):
                    return True
                if self._is(heard, end):
                    break
        return False

    def _said_last(self) -> list[str]:
        """What has the focus was said last; its state may have been a sentence of its own."""
        heard = [line for line in self.transcript if not line.startswith("> ")]
        return heard[-1].split("。")[-2:] if heard else []


def keep(path: Path, walker: BlindWalker) -> None:
    """What was heard and pressed, line by line."""
    path.write_text("\n".join(walker.transcript) + "\n", encoding="utf-8")
