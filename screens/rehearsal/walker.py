"""A visit made by a robot through the real screens: every touch is a touch, every page leaves a picture.

The robot reads the same tree that a screen reader reads, presses what a citizen would press, and waits
where a citizen waits.  It knows the answers of a script and nothing of the flow behind the pages.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kiosk.aftermath import CODE as AFTERMATH
from kiosk.matters import choices, forms
from kiosk.matters.models import FieldKind, Matter, Question
from kiosk.visit.state import (
    CaseState,
    IdentifyPhase,
    Overlay,
    Page,
    PaperState,
    RatingState,
    Visit,
)
from kiosk.visit.submitting import SETTLED
from screens.rehearsal.closed import Closed, why
from screens.robot import Robot, RobotFault

LIST_PAGES_AT_MOST: Final = 400
STEP_SECONDS: Final = 0.02
PNG_END: Final = b"IEND"
SIGNED: Final = (  # 王, as somebody writes it who is in no hurry
    ((0.36, 0.22), (0.43, 0.21), (0.50, 0.20), (0.60, 0.20)),
    ((0.38, 0.46), (0.46, 0.45), (0.58, 0.44)),
    ((0.48, 0.20), (0.48, 0.40), (0.485, 0.60), (0.48, 0.76)),
    ((0.33, 0.78), (0.42, 0.76), (0.52, 0.76), (0.64, 0.77)),
)
LEAVING_TOUCHES: Final = 3  # 退出, and 退出 again where it is asked back


@dataclass(frozen=True)
class Script:
    """What the citizen of a rehearsal answers.  ``present`` lays the card, once, when it is asked for."""

    answers: Mapping[str, str]
    rating: int | None = None
    reasons: tuple[str, ...] = ()
    present: Callable[[], object] | None = None


@dataclass
class Course:
    """What happened on the way."""

    pages: list[tuple[str, str]] = field(default_factory=list)  # (page, picture's file name)
    touches: int = 0
    last: Visit | None = None  # the last state before the wipe
    source: str = ""
    kind: str = ""
    wiped: bool = False
    texts: list[tuple[str, ...]] = field(default_factory=list)  # of each picture: what stands on it
    lost_pictures: int = 0  # could not be written
    gave_up: str = ""  # why the robot could not go on, in words


class Walker:
    def __init__(
        self,
        robot: Robot,
        matter: Matter,
        script: Script,
        out: Path,
        timeout_seconds: float,
        patient: bool = False,
    ) -> None:
        """``patient``: devices that are away may be brought back meanwhile."""
        self._robot = robot
        self._matter = matter
        self._script = script
        self._out = out
        self._end = time.monotonic() + timeout_seconds
        self._while_closed = Closed(patient)
        self._presented = False
        self._pictured: set[tuple[Any, ...]] = set()
        self._rated = False
        self.course = Course()

    def run(self) -> Course:
        """Walk until the terminal is back at its start, or say why not."""
        begun = False
        try:
            while time.monotonic() < self._end:
                self._robot.settle()
                visit = self._robot.state
                if begun and not visit.begun and visit.page is Page.HOME:
                    self.course.wiped = visit.person is None and not visit.form.answers
                    self._picture("wiped")
                    return self.course
                if visit.failsafe == AFTERMATH and not begun:
                    self._leave_what_was(visit)
                    continue
                if visit.begun:
                    begun = True
                    self.course.last = visit
                    if visit.person is not None:
                        self.course.source = visit.person.document.source
                        self.course.kind = visit.person.document.kind
                self._picture_once(visit)
                if not self._act(visit):
                    time.sleep(STEP_SECONDS)
            self.course.gave_up = f"the time was up on page {self._robot.state.page.value}"
            if reason := self._closed(self._robot.state):
                self.course.gave_up += f"; {why(reason)}"
        except RobotFault as fault:
            self.course.gave_up = str(fault)
        self._give_up()
        return self.course

    def _leave_what_was(self, visit: Visit) -> None:
        """The last process ended in a visit, and its citizen is told first; this visit comes after."""
        self._picture_once(visit)
        self._press("leave")

    def _give_up(self) -> None:
        """What a citizen does who has had enough: 退出.  The last picture shows where it was."""
        self.course.last = self._robot.state if self._robot.state.begun else self.course.last
        try:
            self._picture("gave-up")
            for _ in range(LEAVING_TOUCHES):
                if not self._robot.state.begun:
                    break
                self._press("leave" if self._robot.has("leave") else "exit")
                self._robot.settle()
        except RobotFault as fault:
            self.course.gave_up += f"; and could not leave: {fault}"
        state = self._robot.state
        self.course.wiped = state.person is None and not state.begun

    # --- one step on each page ----------------------------------------------------------------------

    def _act(self, visit: Visit) -> bool:
        """Do what is to be done on the page shown; false while there is only waiting."""
        match visit.overlay:
            case Overlay.ASLEEP:
                return self._press("wake")
            case Overlay.IDLE:
                return self._press("stay")
            case Overlay.LEAVE:  # asked because a certificate is not out; the summary tells that, too
                return self._press("leave")
            case Overlay.NONE:
                pass
            case _:
                return self._press("close")
        match visit.page:
            case Page.HOME:
                return self._choose()
            case Page.MATTERS:
                return self._find()
            case Page.GUIDE:
                # What cannot be done now may be possible in a moment: a reader comes back.
                reason = self._closed(visit)
                self._while_closed.look(reason)
                return False if reason else self._press("start")
            case Page.IDENTIFY:
                return self._identify(visit)
            case Page.OWED:  # the script's matter comes first
                return self._press("leave-owed")
            case Page.RESUME:  # the script's answers, not those of another day
                return self._press("start-anew")
            case Page.CASES | Page.HAND_IN:  # somebody else's touch: a rehearsal does a matter
                return self._press("back")
            case Page.INELIGIBLE:
                raise RobotFault("the person of this rehearsal does not fulfil a condition of the matter")
            case Page.FORM:
                return self._answer(visit)
            case Page.NOTICE:
                return self._notice(visit)
            case Page.SIGN:
                return self._sign()
            case Page.CHECK:
                return self._press("submit")
            case Page.SUBMITTING:
                return False
            case Page.RESULT:
                return self._press("print-result")
            case Page.DONE:
                return self._finish(visit)
            case Page.FAILSAFE:
                return self._press("leave")

    def _closed(self, visit: Visit) -> str:
        """The reason's code, while the matter cannot be begun."""
        begun = visit.page is not Page.GUIDE
        return "" if begun else visit.unavailable.get(self._matter.task_code, "")

    def _choose(self) -> bool:
        tile = f"matter:{self._matter.task_code}"
        return self._press(tile if self._robot.has(tile) else "all-matters")

    def _find(self) -> bool:
        row = f"matter:{self._matter.task_code}"
        for _ in range(LIST_PAGES_AT_MOST):
            if self._robot.has(row):
                return self._press(row)
            if not self._robot.has("page-next"):
                break
            self._press("page-next")
            self._robot.settle()
        raise RobotFault(f"{self._matter.name.zh} is on no page of the list")

    def _identify(self, visit: Visit) -> bool:
        phase = visit.identify.phase
        if phase is IdentifyPhase.DONE:
            return self._press("continue")
        waits = phase in (IdentifyPhase.WAITING, IdentifyPhase.FAILED)  # after a failure it waits again
        if waits and not self._presented and self._script.present:
            self._presented = True
            self._script.present()
        return False

    def _answer(self, visit: Visit) -> bool:
        step = visit.form.steps[visit.form.index]
        if visit.form.error:
            raise RobotFault(f"the answer to {step.key} is refused: {visit.form.error}")
        if step.declaration:
            return self._press("declare-yes")
        question = visit.question
        assert question is not None
        answer = self._script.answers.get(step.key, "")
        if not answer and question.required:
            raise RobotFault(f"there is no answer to the required question {step.key}")
        self._enter(question, forms.normalise(question, answer))
        return self._press("continue") if self._robot.has("continue") else True

    def _enter(self, question: Question, answer: str) -> None:
        if not answer:
            return
        match question.kind:
            case FieldKind.CHOICE:
                self._choose_option(question, answer)
            case FieldKind.YES_NO:
                self._press(f"answer:{answer}")
            case FieldKind.DIGITS | FieldKind.PHONE | FieldKind.BANK_CARD | FieldKind.AMOUNT:
                self._type(answer)
            case FieldKind.DATE | FieldKind.DATE_RANGE:
                self._type(answer.replace("-", "").replace("/", ""))
            case _:
                self._robot.set_value("answer", answer)

    def _choose_option(self, question: Question, answer: str) -> None:
        """Down the levels of a list that has them; an answer given before may have it open lower down."""
        way = choices.way_to(question, answer)
        while way and not self._robot.has(f"answer:{way[0]}") and self._robot.has("level-up"):
            self._press("level-up")
        for value in way or (answer,):
            self._press(f"answer:{value}")

    def _sign(self) -> bool:
        """With a finger, as the page asks; the picture shows the box signed."""
        self._robot.draw("signature", SIGNED)
        self.course.touches += len(SIGNED)
        self._picture("sign")
        return self._press("sign")

    def _notice(self, visit: Visit) -> bool:
        if self._robot.has("accept-owing"):
            return self._press("accept-owing")
        if visit.notice_paper is None:
            return self._press("print-notice")
        if visit.notice_paper.state not in SETTLED:
            return False
        return self._press("leave")

    def _finish(self, visit: Visit) -> bool:
        assert visit.submission is not None
        if any(paper.state not in SETTLED for paper in visit.submission.papers):
            return False
        if visit.rating.state is RatingState.REASONS:
            return self._give_reasons()
        wanted = f"rate:{self._script.rating}"
        # What is only kept on this disk has no number yet and cannot be rated.
        if visit.rating.state is RatingState.OPEN and not self._rated and self._robot.has("rate"):
            self._press("rate")
        if visit.rating.state is RatingState.OPEN and not self._rated and self._robot.has(wanted):
            self._rated = True
            return self._press(wanted)
        if visit.rating.state is RatingState.SENDING:
            return False
        return self._press("leave")

    def _give_reasons(self) -> bool:
        """A low rating asks why: the script's reasons, or leave it."""
        if not self._script.reasons:
            return self._press("skip-rating")
        for reason in self._script.reasons:
            self._press(f"reason:{reason}")
        return self._press("send-rating")

    # --- touches and pictures -----------------------------------------------------------------------

    def _press(self, key: str) -> bool:
        self._robot.press(key)
        self.course.touches += 1
        return True

    def _type(self, digits: str) -> None:
        small = self._robot.has("type")  # a panel too small for question and keys on one page
        if small:
            self._press("type")
        for digit in digits:
            self._press(f"digit:{digit}")
        if small:
            self._press("typed")

    def _picture_once(self, visit: Visit) -> None:
        """A picture of each page, and of each phase of a page in which a citizen waits."""
        moment: tuple[Any, ...] = (visit.page, visit.overlay)
        match visit.page:
            case Page.IDENTIFY:
                moment += (visit.identify.phase,)
            case Page.FORM:
                moment += (visit.form.index,)
            case Page.DONE if visit.submission:
                settled = all(paper.state in SETTLED for paper in visit.submission.papers)
                moment += (settled, visit.rating.state)
        if moment in self._pictured:
            return
        self._pictured.add(moment)
        self._picture(visit.page.value if visit.overlay is Overlay.NONE else visit.overlay.value)

    def _picture(self, name: str) -> None:
        path = self._out / f"{len(self.course.pages) + 1:02d}-{name}.png"
        try:
            self._robot.picture(path)
            whole = path.read_bytes()[-8:-4] == PNG_END
        except OSError:
            whole = False
        if not whole:  # a full disk; the visit goes on, and the end tells it
            self.course.lost_pictures += 1
            return
        self.course.pages.append((name, path.name))
        self.course.texts.append(tuple(node.name for node in self._robot.nodes() if node.name))


def ended_as_it_should(course: Course) -> bool:
    """The case came to an end that the citizen was told truly, its papers are out, and all is wiped."""
    visit = course.last
    if visit is None or visit.submission is None or course.gave_up or not course.wiped:
        return False
    if visit.submission.state not in (
        CaseState.ACCEPTED,
        CaseState.RECEIVED,
        CaseState.REFUSED,
        CaseState.SUPPLEMENT,
        CaseState.QUEUED,
    ):
        return False
    return all(paper.state is PaperState.PRINTED for paper in visit.submission.papers)
