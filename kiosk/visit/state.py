"""Everything that a page may show: one frozen value per moment of a visit.

The flow (``kiosk.visit.flow``) turns a state and an event into the next state and a list of effects.
Screens draw from the state and never keep facts of their own.  Sentences are not in here: a page gets
keys and context, and finds the words in its message catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from devices.contract import IdentityDocument
from kiosk.delivery.application import Answer
from kiosk.delivery.owed import OwedPapers
from kiosk.delivery.saved import SavedForm
from kiosk.matters.models import JointPart, Matter, Prefill, Question
from kiosk.matters.rules import Facts
from kiosk.signing import Signature


class Page(StrEnum):
    HOME = "home"
    MATTERS = "matters"
    GUIDE = "guide"
    IDENTIFY = "identify"
    OWED = "owed"  # 补打上次的凭条?
    RESUME = "resume"  # 继续上次的办理?
    INELIGIBLE = "ineligible"  # a condition is not fulfilled: said before the form
    FORM = "form"
    NOTICE = "notice"
    SIGN = "sign"
    CHECK = "check"
    SUBMITTING = "submitting"
    RESULT = "result"
    DONE = "done"
    FAILSAFE = "failsafe"


class Overlay(StrEnum):
    """What lies over the page and takes all touches."""

    NONE = "none"
    ASLEEP = "asleep"  # 轻触屏幕开始; the touch that ends it does nothing else
    HELP = "help"
    APPOINTMENT = "appointment"  # 预约窗口
    ASKING = "asking"  # 绿色通道, 上门服务, 投诉
    PAPER = "paper"  # what a printed paper says
    TOOLS = "tools"  # 更多
    LEAVE = "leave"  # 确认退出?
    IDLE = "idle"  # 您还在吗?
    TAKE_CARD = "take_card"  # over home, after a visit whose card nobody has seen being taken


@dataclass(frozen=True)
class Mode:
    """How pages are drawn; back to the terminal's own with each visit."""

    elder: bool = False
    theme: str = "light"  # light | contrast | evening
    language: str = "zh"  # zh | en
    reach: bool = False
    voice: bool | None = None  # None: with the large type only
    rate: int = 100  # per cent, one of RATES
    volume: int = 60  # per cent, one of VOLUMES
    keypad: bool = False  # somebody uses the keys: the focus shows, and time runs slower
    scan_seconds: float = 0.0  # one-switch scanning: how long each target keeps the focus; 0 off

    @property
    def speaks(self) -> bool:
        return self.elder if self.voice is None else self.voice

    @property
    def slow(self) -> bool:
        """Large type, ears and keys need more time than eyes and a finger."""
        return self.elder or self.speaks or self.keypad or self.scan_seconds > 0


RATES: Final = (50, 75, 100, 125, 150, 175, 200)
VOLUMES: Final = (20, 40, 60, 80, 100)
SCAN_SECONDS: Final = (4.0, 2.5, 1.5)
"""Slow, middle, fast."""


@dataclass(frozen=True)
class Browse:
    """What the matters page lists."""

    theme: str | None = None
    department: str | None = None
    text: str = ""
    page: int = 0
    found: tuple[str, ...] = ()  # task codes, best first
    searching: bool = False  # came by the search: the page shows its letters


class IdentifyPhase(StrEnum):
    WAITING = "waiting"
    READING = "reading"  # a card is being read: do not move it
    VERIFYING = "verifying"  # the platform is asked
    FAILED = "failed"  # ``fault`` says why; the readers are waiting again
    DONE = "done"


@dataclass(frozen=True)
class Identify:
    phase: IdentifyPhase = IdentifyPhase.WAITING
    fault: str | None = None
    since: float = 0.0  # monotonic seconds at which the page began to wait


@dataclass(frozen=True, repr=False)
class Person:
    """Who is here.  Wiped at the end of the visit."""

    document: IdentityDocument
    token: str = ""
    licences: frozenset[str] = frozenset()
    phone: str = ""
    code: str = ""  # the opaque code, when the identity came from a scanner
    offline: bool = False  # the platform was away: it will verify later


class MaterialStatus(StrEnum):
    PROVIDED = "provided"  # read from the card
    SHARED = "shared"  # the platform has it
    DECLARED = "declared"
    OWED = "owed"  # accepted as to be handed in later
    MISSING = "missing"


@dataclass(frozen=True)
class MaterialView:
    code: str
    status: MaterialStatus
    may_be_owed: bool = False
    until: str = ""  # YYYY-MM-DD, for what may be owed


@dataclass(frozen=True)
class FormStep:
    """One page of the form: a question of the matter, or the declaration of one material."""

    key: str
    declaration: bool = False


@dataclass(frozen=True, repr=False)
class Form:
    steps: tuple[FormStep, ...] = ()
    index: int = 0
    questions: tuple[Question, ...] = ()  # those that apply, with computed ones, in the form's order
    between: tuple[Question, ...] = ()  # "is there another one?": asked, and not shown afterwards
    answers: Mapping[str, str] = field(default_factory=dict)  # normalised, by question key
    left_open: frozenset[str] = frozenset()  # optional questions that were put and not answered
    declared: frozenset[str] = frozenset()  # material codes
    declined: frozenset[str] = frozenset()
    error: str | None = None  # code of kiosk.matters.forms, for the step shown
    error_words: tuple[str, str] | None = None  # zh, en
    editing: bool = False  # came from the check page and goes straight back
    before: Mapping[str, str] | None = None  # the answers before a change from the check page
    raw: str = ""  # what was typed and found wrong, so that nothing is lost


class StepName(StrEnum):
    KEEP = "keep"  # on disk, synced
    SEND = "send"
    DECIDE = "decide"
    FETCH = "fetch"  # the result paper
    PRINT = "print"


class StepState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # did not happen now; ``fault`` of the submission says why


class PaperKind(StrEnum):
    SLIP = "slip"
    DOCUMENT = "document"
    GUIDE = "guide"
    NOTICE = "notice"


class PaperState(StrEnum):
    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"  # the printer cannot tell whether it came out


@dataclass(frozen=True)
class Paper:
    kind: PaperKind
    title: str = ""  # of a document, as the platform named it
    document_id: str = ""
    state: PaperState = PaperState.WAITING
    fault: str | None = None
    tries: int = 0  # how often it went to the printer
    fetched: bool = False  # a document of the platform that is here


class CaseState(StrEnum):
    """What became of the application; ``queued`` means on this disk and not yet answered."""

    NOT_SENT = "not_sent"
    QUEUED = "queued"
    ACCEPTED = "accepted"
    RECEIVED = "received"
    REFUSED = "refused"
    SUPPLEMENT = "supplement"
    SET_ASIDE = "set_aside"  # the platform will not take it as it is


@dataclass(frozen=True, repr=False)
class Submission:
    key: str
    serial: str  # the short number on the slip, known before any answer
    state: CaseState = CaseState.NOT_SENT
    steps: tuple[tuple[StepName, StepState], ...] = ()
    began: float = 0.0  # monotonic seconds
    began_utc: str = ""  # ISO 8601
    answer: Answer | None = None
    fault: str | None = None
    reached: bool = False  # not answered, and nobody can say that nothing has reached the platform
    papers: tuple[Paper, ...] = ()

    @property
    def told(self) -> str:
        """The state as it may be told: ``set_aside`` only where the platform certainly has nothing."""
        doubtful = self.state is CaseState.SET_ASIDE and self.fault == "delivery.unconfirmed"
        return "unconfirmed" if doubtful else self.state.value

    @property
    def project_no(self) -> str | None:
        return self.answer.project_no if self.answer else None


class RatingState(StrEnum):
    OPEN = "open"
    REASONS = "reasons"  # below 3: asks for a reason
    SENDING = "sending"
    SENT = "sent"
    KEPT = "kept"  # the platform is away; not sent, and the page says so
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Rating:
    state: RatingState = RatingState.OPEN
    satisfaction: int = 0
    reasons: tuple[str, ...] = ()


class HelpState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    CALLING = "calling"
    CALLED = "called"  # the platform has taken the call
    FAILED = "failed"  # the call did not get through: the page gives the telephone number


class KeepingState(StrEnum):
    NOT_KEPT = "not_kept"
    KEEPING = "keeping"
    KEPT = "kept"  # on disk, sealed, synced
    FAILED = "failed"


@dataclass(frozen=True, repr=False)
class Keeping:
    """Whether what was filled in is kept for another day; ``until`` is ``YYYY-MM-DD``."""

    state: KeepingState = KeepingState.NOT_KEPT
    until: str = ""
    form: SavedForm | None = None


class AppointmentState(StrEnum):
    OPEN = "open"
    MAKING = "making"
    MADE = "made"  # the platform has given a number
    QUEUED = "queued"  # kept here and sent by itself; nobody has given a number yet
    FAILED = "failed"  # not made: the page says so and gives the telephone number


@dataclass(frozen=True)
class Appointment:
    """A time at a counter (预约服务).  ``day`` is ``YYYY-MM-DD``."""

    state: AppointmentState = AppointmentState.OPEN
    day: str = ""
    period: str = ""  # morning | noon | afternoon
    number: str = ""


class AskingState(StrEnum):
    OPEN = "open"
    PHONE = "phone"  # under which number somebody can be reached
    SENDING = "sending"
    SENT = "sent"  # the platform has given a number
    QUEUED = "queued"  # on this disk, sent by itself
    FAILED = "failed"


@dataclass(frozen=True, repr=False)
class Asking:
    """What is asked for beside an application: ``kind`` is complaint, home_visit or green_channel."""

    kind: str = ""
    state: AskingState = AskingState.OPEN
    reasons: tuple[str, ...] = ()
    number: str = ""


class PaperTextState(StrEnum):
    READING = "reading"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, repr=False)
class PaperText:
    """What a paper of this visit says, for who has it read out."""

    state: PaperTextState = PaperTextState.READING
    title: str = ""
    lines: tuple[str, ...] = ()


PRIORITIES: Final = ("elderly", "ill", "disabled", "pregnant", "military", "fire_rescue", "medical")
"""Article 23 (1): whom the green channel serves first."""
ELDERLY_YEARS: Final = 60


@dataclass(frozen=True, repr=False)
class Visit:
    """The whole of it.  ``number`` is counted by this terminal and tells old events from new ones."""

    number: int = 0
    page: Page = Page.HOME
    overlay: Overlay = Overlay.NONE
    mode: Mode = Mode()
    browse: Browse = Browse()
    matter: Matter | None = None
    guide_expanded: bool = False
    guide_page: int = 0
    guide_paper: Paper | None = None
    identify: Identify = Identify()
    person: Person | None = None
    form: Form = Form()
    materials: tuple[MaterialView, ...] = ()
    owing_accepted: bool = False
    parts: tuple[JointPart, ...] = ()  # of a joint matter: those that are done for this person
    notice_paper: Paper | None = None
    saved: tuple[SavedForm, ...] = ()  # what this person has kept on this terminal
    owed: tuple[OwedPapers, ...] = ()  # what did not come out for this person, the newest first
    keeping: Keeping = Keeping()
    signature: Signature | None = None
    check_page: int = 0
    submission: Submission | None = None
    result_page: int = 0
    rating: Rating = Rating()
    help: HelpState = HelpState.CLOSED
    appointment: Appointment = Appointment()
    asking: Asking = Asking()
    paper_text: PaperText = PaperText()
    priority: str = ""  # one of PRIORITIES; goes with what is applied for
    last_touch: float = 0.0  # monotonic seconds
    idle_left: int = 0  # seconds left on the idle warning, while it shows
    unavailable: Mapping[str, str] = field(default_factory=dict)  # task code -> reason code
    card_on: str = ""  # the source of a card that was read and is not known to have been taken
    readers: frozenset[str] | None = None  # identity sources that answer now; None: not known yet
    reader_fault: str = ""  # why the last one of them that does not answer, does not
    readers_permanent: bool = False  # none of those that do not answer comes back by itself
    headphones: bool = False  # plugged in: what is private may be spoken
    characters: int = 0  # of text on the page shown; long texts give more time
    failsafe: str | None = None  # fault code that led to the failsafe page
    faults: tuple[str, ...] = ()  # every fault code of this visit, in order

    @property
    def begun(self) -> bool:
        """Somebody is in the middle of something."""
        return self.matter is not None or self.person is not None or self.submission is not None

    def with_fault(self, code: str) -> Visit:
        return replace(self, faults=(*self.faults, code))

    @property
    def facts(self) -> Facts:
        """What rules may rely on without asking."""
        if self.person is None:
            return Facts()
        card = self.person.document
        return Facts.of(birth=card.birth, sex=card.sex, number=card.number, document=card.kind)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions of the form as they stand now."""
        if self.form.questions or self.matter is None:
            return self.form.questions
        return tuple(self.matter.questions())

    @property
    def question(self) -> Question | None:
        """The question of the step that is shown; ``None`` where something is declared."""
        key = self.form.steps[self.form.index].key
        return next((each for each in (*self.questions, *self.form.between) if each.key == key), None)

    @property
    def known(self) -> dict[Prefill, str]:
        """What need not be asked: from the card and from the platform."""
        if self.person is None:
            return {}
        document = self.person.document
        known = {
            Prefill.CARD_NAME: document.name,
            Prefill.CARD_NUMBER: document.number,
            Prefill.CARD_BIRTH: document.birth,
            Prefill.CARD_SEX: document.sex,
            Prefill.CARD_ETHNICITY: document.ethnicity,
            Prefill.CARD_ADDRESS: document.address,
            Prefill.PLATFORM_PHONE: self.person.phone,
        }
        return {source: value for source, value in known.items() if value}


def nobody_is_here(visit: Visit) -> bool:
    """Nobody has begun anything: the home page, awake or asleep."""
    return visit.page is Page.HOME and not visit.begun and visit.overlay in (Overlay.NONE, Overlay.ASLEEP)
