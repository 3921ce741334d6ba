"""What can happen to a visit.  Touches come from the screens, everything else from devices and workers.

Events of devices (``devices.contract``) go into the flow as they are.  Events of workers carry the
``visit`` that they belong to, so that an answer which comes too late never reaches the next citizen.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.contract import DeviceEvent, PrintOutcome
from kiosk.delivery.application import Answer
from kiosk.delivery.owed import OwedPapers
from kiosk.delivery.saved import SavedForm
from kiosk.visit.state import PaperKind, Person


class Touch:
    """Base of whatever a finger, key or scanner switch did on a page."""


@dataclass(frozen=True)
class Wake(Touch):
    """The first touch on the sleeping screen."""


@dataclass(frozen=True)
class GoHome(Touch):
    pass


@dataclass(frozen=True)
class ShowMatters(Touch):
    theme: str | None = None
    department: str | None = None


@dataclass(frozen=True)
class SearchMatters(Touch):
    text: str


@dataclass(frozen=True)
class TurnPage(Touch):
    """Forward (1) or back (-1) on a page that has pages: matters, guide, check, result."""

    by: int


@dataclass(frozen=True)
class ChooseMatter(Touch):
    task_code: str


@dataclass(frozen=True)
class ExpandGuide(Touch):
    expanded: bool


@dataclass(frozen=True)
class PrintGuide(Touch):
    pass


@dataclass(frozen=True)
class Start(Touch):
    """开始办理."""


@dataclass(frozen=True)
class Continue(Touch):
    """继续, on a page that asks nothing: identity read."""


@dataclass(frozen=True)
class Back(Touch):
    pass


@dataclass(frozen=True, repr=False)
class GiveAnswer(Touch):
    """继续 on a question, with what was typed or chosen."""

    key: str
    raw: str


@dataclass(frozen=True)
class Declare(Touch):
    code: str
    agreed: bool


@dataclass(frozen=True)
class AcceptOwing(Touch):
    """先办理, 材料后补."""


@dataclass(frozen=True)
class PrintNotice(Touch):
    pass


@dataclass(frozen=True)
class KeepForm(Touch):
    """保存, 下次接着办."""


@dataclass(frozen=True)
class Resume(Touch):
    """继续上次的办理."""


@dataclass(frozen=True)
class StartAnew(Touch):
    """重新填写: what was kept is destroyed."""


@dataclass(frozen=True)
class PrintOwed(Touch):
    """补打凭条: the papers of an earlier visit that did not come out."""


@dataclass(frozen=True)
class LeaveOwed(Touch):
    """先不打: they stay owed."""


@dataclass(frozen=True)
class EditAnswer(Touch):
    """修改 on the check page."""

    key: str


@dataclass(frozen=True, repr=False)
class Sign(Touch):
    """What the finger drew: strokes of points from the box's upper left corner, its height being 1000."""

    strokes: tuple[tuple[tuple[float, float], ...], ...]
    width: int


@dataclass(frozen=True)
class SignByButton(Touch):
    """不方便手写: confirmed by a button instead."""


@dataclass(frozen=True)
class SignAgain(Touch):
    """修改 beside the signature on the check page."""


@dataclass(frozen=True)
class Submit(Touch):
    pass


@dataclass(frozen=True)
class PrintResult(Touch):
    """打印 on the result page of a query."""


@dataclass(frozen=True)
class SkipPrint(Touch):
    """不打印."""


@dataclass(frozen=True)
class PrintAgain(Touch):
    kind: PaperKind
    document_id: str = ""


@dataclass(frozen=True)
class Rate(Touch):
    satisfaction: int  # 1..5
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class SkipRating(Touch):
    pass


@dataclass(frozen=True)
class AnotherMatter(Touch):
    """再办一件: the same person, home."""


@dataclass(frozen=True)
class AskLeave(Touch):
    """退出, before it is confirmed."""


@dataclass(frozen=True)
class Leave(Touch):
    """离开: wipe and go home."""


@dataclass(frozen=True)
class Stay(Touch):
    """继续办理, on the idle warning or the leave question; also closes help and tools."""


@dataclass(frozen=True)
class OpenHelp(Touch):
    pass


@dataclass(frozen=True)
class CallStaff(Touch):
    pass


@dataclass(frozen=True)
class OpenAppointment(Touch):
    """预约窗口."""


@dataclass(frozen=True)
class MakeAppointment(Touch):
    """One of the times offered; ``day`` is ``YYYY-MM-DD``."""

    day: str
    period: str


@dataclass(frozen=True)
class OpenAsking(Touch):
    """绿色通道, 上门服务 or 投诉: complaint, home_visit, green_channel."""

    kind: str


@dataclass(frozen=True)
class ChoosePriority(Touch):
    """Which group of the green channel; empty: none."""

    group: str


@dataclass(frozen=True)
class ChooseReason(Touch):
    """One of the offered reasons, chosen or taken back."""

    reason: str


@dataclass(frozen=True)
class GivePhone(Touch):
    """Go on to the telephone number, or back to the reasons."""

    back: bool = False


@dataclass(frozen=True, repr=False)
class Ask(Touch):
    """Send it; ``phone`` may be empty where nobody has to call back."""

    phone: str = ""


@dataclass(frozen=True)
class ReadPaper(Touch):
    """听一听纸上写的; ``title`` as the page calls it."""

    kind: PaperKind
    title: str
    document_id: str = ""


@dataclass(frozen=True)
class OpenTools(Touch):
    pass


@dataclass(frozen=True)
class SetMode(Touch):
    """Only what is given changes."""

    elder: bool | None = None
    theme: str | None = None
    language: str | None = None
    reach: bool | None = None
    voice: bool | None = None
    rate: int | None = None
    volume: int | None = None
    scan_seconds: float | None = None


@dataclass(frozen=True)
class AnyTouch(Touch):
    """A finger came down somewhere: somebody is here."""


# --- ears and keys: these change how the terminal is used, whatever lies over the page --------------


@dataclass(frozen=True)
class AdaptMode:
    """A key, a switch or a plug: somebody is here and uses the terminal this way.  Only what is given
    changes."""

    voice: bool | None = None
    rate: int | None = None
    volume: int | None = None
    keypad: bool | None = None
    scan_seconds: float | None = None


@dataclass(frozen=True)
class HeadphonesChanged:
    """Headphones were put in or pulled out."""

    inside: bool


@dataclass(frozen=True)
class TextShown:
    """How many characters the page shows now."""

    characters: int


@dataclass(frozen=True)
class ReadAloud:
    """Something is being read to the citizen: nobody is timed meanwhile."""


# --- workers -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tick:
    """About once a second, from the clock of the window."""


@dataclass(frozen=True, repr=False)
class Verified:
    """``saved``: what this person has kept on this terminal; ``owed``: papers that did not come out."""

    visit: int
    person: Person
    saved: tuple[SavedForm, ...] = ()
    owed: tuple[OwedPapers, ...] = ()


@dataclass(frozen=True)
class NotVerified:
    """``saved``: for a card that the terminal itself has read, while the platform is away."""

    visit: int
    fault: str
    saved: tuple[SavedForm, ...] = ()
    owed: tuple[OwedPapers, ...] = ()


@dataclass(frozen=True)
class FormKept:
    """What was filled in is sealed on disk, committed and synced."""

    visit: int


@dataclass(frozen=True)
class FormNotKept:
    visit: int
    fault: str


@dataclass(frozen=True)
class Kept:
    """The application is on disk, committed and synced."""

    visit: int
    key: str


@dataclass(frozen=True)
class NotKept:
    visit: int
    key: str
    fault: str


@dataclass(frozen=True, repr=False)
class Answered:
    visit: int
    key: str
    answer: Answer


@dataclass(frozen=True)
class NotAnswered:
    """The platform did not answer in time; ``set_aside`` when it will not take it as it is.

    ``reached``: an attempt may have come further than this terminal.
    """

    visit: int
    key: str
    fault: str
    set_aside: bool = False
    reached: bool = True


@dataclass(frozen=True)
class DocumentFetched:
    visit: int
    document_id: str


@dataclass(frozen=True)
class DocumentNotFetched:
    visit: int
    document_id: str
    fault: str


@dataclass(frozen=True)
class PaperSettled:
    visit: int
    kind: PaperKind
    outcome: PrintOutcome
    document_id: str = ""


@dataclass(frozen=True)
class RatingSettled:
    visit: int
    sent: bool


@dataclass(frozen=True)
class HelpSettled:
    visit: int
    called: bool


@dataclass(frozen=True)
class AppointmentSettled:
    """``number`` is empty when it was not made; ``queued``: it is kept and sent by itself."""

    visit: int
    number: str
    queued: bool = False


@dataclass(frozen=True, repr=False)
class PaperRead:
    """What a paper says, line by line; nothing when it could not be read."""

    visit: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class AskingSettled:
    """``number`` is empty when the platform has not taken it; ``queued``: it is kept and sent by itself."""

    visit: int
    number: str
    queued: bool = False


@dataclass(frozen=True)
class AvailabilityChanged:
    """Which matters cannot be done here now: task code -> reason code."""

    unavailable: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReadersChanged:
    """Which identity sources (samv, social_security, scanner) answer now; ``fault`` of one that has gone.

    ``permanent``: none of those that do not answer will come back by itself.
    """

    ready: frozenset[str]
    fault: str = ""
    permanent: bool = False


@dataclass(frozen=True)
class Crashed:
    """Something that cannot happen happened; ``code`` is written down, the page tells the truth."""

    code: str


Event = (
    Touch
    | DeviceEvent
    | Tick
    | Verified
    | NotVerified
    | FormKept
    | FormNotKept
    | Kept
    | NotKept
    | Answered
    | NotAnswered
    | DocumentFetched
    | DocumentNotFetched
    | PaperSettled
    | RatingSettled
    | HelpSettled
    | AppointmentSettled
    | AskingSettled
    | PaperRead
    | AvailabilityChanged
    | ReadersChanged
    | AdaptMode
    | HeadphonesChanged
    | TextShown
    | ReadAloud
    | Crashed
)
