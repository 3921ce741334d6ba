"""What workers tell.  Those that answer a visit carry its number, so that none reaches the next citizen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from values import dataclass

if TYPE_CHECKING:
    from devices.contract import PrintOutcome
    from kiosk.delivery.application import Answer
    from kiosk.delivery.owed import OwedPapers
    from kiosk.delivery.own_cases import OwnCase
    from kiosk.delivery.saved import SavedForm
    from kiosk.visit.state import PaperKind, Person


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


@dataclass(frozen=True, repr=False)
class CasesFound:
    """How this person's cases stand, as the platform says."""

    visit: int
    cases: tuple[OwnCase, ...]


@dataclass(frozen=True)
class CasesNotFound:
    visit: int
    fault: str


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


@dataclass(frozen=True, repr=False)
class PaperRead:
    """What a paper says, line by line; nothing when it could not be read."""

    visit: int
    lines: tuple[str, ...]


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


@dataclass(frozen=True)
class AskingSettled:
    """``number`` is empty when the platform has not taken it; ``queued``: it is kept and sent by itself.
    ``unspoken``: it takes no recordings, and nothing of it was sent or kept."""

    visit: int
    number: str
    queued: bool = False
    unspoken: bool = False
