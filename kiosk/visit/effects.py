"""What the flow asks for.  ``kiosk.terminal`` carries these out on workers; none of them blocks the flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from values import dataclass

if TYPE_CHECKING:
    from devices.contract import IdentityDocument
    from kiosk.delivery.saved import SavedForm
    from kiosk.visit.state import PaperKind


@dataclass(frozen=True)
class ArmIdentity:
    """Let every reader and scanner look for a card or a code."""


@dataclass(frozen=True)
class DisarmIdentity:
    pass


@dataclass(frozen=True, repr=False)
class VerifyIdentity:
    """Ask the platform for a token: with what the card said, or with an opaque ``code``."""

    visit: int
    document: IdentityDocument | None
    code: str = ""


@dataclass(frozen=True, repr=False)
class KeepApplication:
    """Put the application on disk under ``key`` before anything is called submitted."""

    visit: int
    key: str
    serial: str
    task_code: str
    task_version: str
    task_name: str
    applied_at: str  # ISO 8601, UTC
    applicant: Mapping[str, str]
    answers: Mapping[str, str]
    materials: tuple[tuple[str, str], ...]  # (code, provided|shared|declared|owed)
    token: str
    signature: Mapping[str, Any] | None = None  # kiosk.signing
    priority: str = ""
    project_no: str = ""  # materials that come later, for this case
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class FindCases:
    """Ask the platform how the cases stand of the person for whom ``token`` stands."""

    visit: int
    token: str


@dataclass(frozen=True, repr=False)
class KeepForm:
    """Seal what was filled in, for the person with ``number`` and until a day."""

    visit: int
    number: str
    form: SavedForm


@dataclass(frozen=True, repr=False)
class DropForm:
    """Destroy what that person has kept of a matter."""

    number: str
    task_code: str


@dataclass(frozen=True)
class DeliverApplication:
    """Send what is kept under ``key`` now, and say what the platform answered."""

    visit: int
    key: str


@dataclass(frozen=True)
class FetchDocument:
    visit: int
    document_id: str


@dataclass(frozen=True)
class PrintPaper:
    """Draw and print one paper of the visit; the runner reads the data for it from the state."""

    visit: int
    kind: PaperKind
    document_id: str = ""


@dataclass(frozen=True)
class SendRating:
    visit: int
    project_no: str
    satisfaction: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class CallForHelp:
    """``text``: where somebody is stuck, for whoever comes; nothing of the person."""

    visit: int
    text: str


@dataclass(frozen=True, repr=False)
class BookWindow:
    """Make an appointment at a counter; ``name`` and ``phone`` where they are known."""

    visit: int
    task_code: str
    day: str
    period: str
    name: str = ""
    phone: str = ""
    key: str = ""


@dataclass(frozen=True)
class ReadPaper:
    """Say what a paper of the visit says."""

    visit: int
    kind: PaperKind
    document_id: str = ""


@dataclass(frozen=True, repr=False)
class SendRequest:
    """A complaint, a home visit or the green channel (诉求), kept under ``key`` until the platform has it."""

    visit: int
    key: str
    kind: str
    text: str
    phone: str = ""
    project_no: str = ""
    recording: str = ""  # the take that goes with it


@dataclass(frozen=True)
class BeginRecording:
    """Record under the name ``take``, when the terminal's own voice is silent."""

    visit: int
    take: str


@dataclass(frozen=True)
class EndRecording:
    """It was all said."""


@dataclass(frozen=True)
class PlayRecording:
    """Through headphones."""

    visit: int
    take: str


@dataclass(frozen=True)
class HushRecording:
    """Nobody listens to it any more."""


@dataclass(frozen=True)
class DropRecording:
    """Overwrite what was recorded."""


@dataclass(frozen=True)
class OpenWritingPlace:
    """Ask the platform where a text of at most ``most`` characters may be written with a telephone."""

    visit: int
    place: str
    most: int


@dataclass(frozen=True)
class CloseWritingPlace:
    """Nobody waits for that text any more."""


@dataclass(frozen=True)
class CountOffer:
    """Papers that were owed are asked for; so often, and no more."""

    key: str


@dataclass(frozen=True)
class SettleApplication:
    """The visit is over for this application: nothing more is printed from it here."""

    key: str
    papers_out: bool


@dataclass(frozen=True)
class WipeVisit:
    """Forget the person: caches, fetched papers, entered text, drawn pictures."""

    visit: int


@dataclass(frozen=True)
class WriteEvent:
    """One line for the audit chain; the keys are those of the event's declaration."""

    event: str
    keys: tuple[tuple[str, str], ...] = ()


Effect = (
    ArmIdentity
    | DisarmIdentity
    | VerifyIdentity
    | KeepApplication
    | FindCases
    | KeepForm
    | DropForm
    | DeliverApplication
    | FetchDocument
    | PrintPaper
    | SendRating
    | CallForHelp
    | BookWindow
    | BeginRecording
    | EndRecording
    | PlayRecording
    | HushRecording
    | DropRecording
    | OpenWritingPlace
    | CloseWritingPlace
    | CountOffer
    | ReadPaper
    | SendRequest
    | SettleApplication
    | WipeVisit
    | WriteEvent
)
