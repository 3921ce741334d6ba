"""The whole of a visit: one frozen value per moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from kiosk.matters.kinds import Prefill
from kiosk.visit.state.asking import Appointment, Asking, HelpState
from kiosk.visit.state.case import Rating, Submission
from kiosk.visit.state.form import Form, Keeping, MaterialView
from kiosk.visit.state.handing import CasesState, Handing
from kiosk.visit.state.mode import Mode
from kiosk.visit.state.papers import Paper, PaperText
from kiosk.visit.state.person import Identify, Person
from kiosk.visit.state.phone import PhoneText
from kiosk.visit.state.place import Overlay, Page
from values import dataclass

if TYPE_CHECKING:
    from kiosk.delivery.owed import OwedPapers
    from kiosk.delivery.saved import SavedForm
    from kiosk.matters.models import JointPart, Matter, Question
    from kiosk.matters.rules import Facts
    from kiosk.signing import Signature


@dataclass(frozen=True)
class Browse:
    """What the matters page lists."""

    theme: str | None = None
    department: str | None = None
    text: str = ""
    page: int = 0
    found: tuple[str, ...] = ()  # task codes, best first
    searching: bool = False  # came by the search: the page shows its letters


@dataclass(frozen=True, repr=False)
class Visit:
    """The whole of it.  ``number`` is counted by this terminal and tells old events from new ones."""

    number: int = 0
    page: Page = Page.HOME
    overlay: Overlay = Overlay.NONE
    mode: Mode = field(default_factory=Mode)
    browse: Browse = field(default_factory=Browse)
    matter: Matter | None = None
    guide_expanded: bool = False
    guide_page: int = 0
    guide_paper: Paper | None = None
    identify: Identify = field(default_factory=Identify)
    person: Person | None = None
    form: Form = field(default_factory=Form)
    materials: tuple[MaterialView, ...] = ()
    owing_accepted: bool = False
    parts: tuple[JointPart, ...] = ()  # of a joint matter: those that are done for this person
    notice_paper: Paper | None = None
    saved: tuple[SavedForm, ...] = ()  # what this person has kept on this terminal
    owed: tuple[OwedPapers, ...] = ()  # what did not come out for this person, the newest first
    handing: Handing = field(default_factory=Handing)
    keeping: Keeping = field(default_factory=Keeping)
    signature: Signature | None = None
    check_page: int = 0
    submission: Submission | None = None
    result_page: int = 0
    rating: Rating = field(default_factory=Rating)
    help: HelpState = HelpState.CLOSED
    called_at: float | None = None  # monotonic seconds: somebody was called, and may be on the way
    appointment: Appointment = field(default_factory=Appointment)
    asking: Asking = field(default_factory=Asking)
    phone: PhoneText | None = None
    paper_text: PaperText = field(default_factory=PaperText)
    priority: str = ""  # one of PRIORITIES; goes with what is applied for
    last_touch: float = 0.0  # monotonic seconds
    idle_left: int = 0  # seconds left on the idle warning, while it shows
    warned_at: float = 0.0  # monotonic seconds
    warned: Overlay = Overlay.NONE  # what the idle warning came over: whoever answers it is back there
    unavailable: Mapping[str, str] = field(default_factory=dict)  # task code -> reason code
    card_on: str = ""  # the source of a card that was read and is not known to have been taken
    readers: frozenset[str] | None = None  # identity sources that answer now; None: not known yet
    reader_fault: str = ""  # why the last one of them that does not answer, does not
    readers_permanent: bool = False  # none of those that do not answer comes back by itself
    microphone: bool = False  # one that works: a complaint may be spoken
    headphones: bool = False  # plugged in: what is private may be spoken
    characters: int = 0  # of text on the page shown; long texts give more time
    failsafe: str | None = None  # fault code that led to the failsafe page
    faults: tuple[str, ...] = ()  # every fault code of this visit, in order

    @property
    def begun(self) -> bool:
        """Somebody is in the middle of something."""
        asked = self.handing.state is not CasesState.NOT_ASKED
        return asked or self.matter is not None or self.person is not None or self.submission is not None

    def with_fault(self, code: str) -> Visit:
        return replace(self, faults=(*self.faults, code))

    @property
    def facts(self) -> Facts:
        """What rules may rely on without asking."""
        from kiosk.matters.rules import Facts

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
