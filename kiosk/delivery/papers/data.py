"""What the papers say, as plain values: already masked, already true, nothing looked up while drawing.

Times are aware datetimes (UTC); the papers show them in Asia/Shanghai.  Texts that citizens read are
simplified Chinese; a field that ends in ``_en`` is its English line, used only when ``bilingual`` is
set and left out where empty.  Names and numbers arrive masked: the papers never see the full ones.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from values import dataclass

SlipState = Literal["accepted", "received", "refused", "supplement", "queued", "set_aside"]
"""``accepted``: the platform has accepted · ``received``: the platform has it, not yet decided ·
``refused`` · ``supplement``: the platform wants something mended or added · ``queued``: kept on this
terminal, not answered · ``set_aside``: the platform will not take it as it is."""

SlipMaterialStatus = Literal["provided", "shared", "declared", "owed", "missing"]
"""As in a visit: read or handed in here · taken from the platform · declared · to be handed in later (容缺) ·
not there."""

DocumentState = Literal["printed", "owed", "unknown"]
"""The result paper: came out here · did not come out and is still owed · the printer cannot tell."""


@dataclass(frozen=True)
class SlipMaterial:
    """One material of the application.  ``until`` is the last day for an owed one, ``YYYY-MM-DD``."""

    name: str
    status: SlipMaterialStatus
    until: str | None = None
    how: str = ""  # owed: where and how to hand it in
    name_en: str = ""
    how_en: str = ""


@dataclass(frozen=True)
class SlipPart:
    """One body's part of a joint matter; ``state`` in words, empty while nobody has answered."""

    name: str
    department: str
    lead: bool = False
    state: str = ""
    name_en: str = ""


@dataclass(frozen=True, repr=False)
class SlipData:
    """What a receipt slip says.  Its title follows from ``state`` alone (:func:`slip.title`).

    ``serial`` is the number that this terminal gave before any answer; ``project_no`` the platform's
    case number, ``None`` until it has given one.  ``lookup_url`` goes into the QR code and must hold
    no personal data; empty: no code is printed.
    """

    state: SlipState
    matter_name: str
    department: str
    serial: str
    masked_name: str
    masked_number: str
    at: datetime
    terminal_name: str
    terminal_id: str
    hall: str
    project_no: str | None = None
    signed: Literal["", "drawn", "button", "helped"] = ""  # by finger, by a button, by somebody's help
    promised: str = ""  # promised time limit in words: 当场办结, 5个工作日
    parts: tuple[SlipPart, ...] = ()  # of a joint matter, the leading one first
    materials: tuple[SlipMaterial, ...] = ()
    next_text: str = ""  # what comes next
    lookup_url: str = ""
    phone: str = "12345"
    reason: str | None = None  # the platform's words for a refusal or a request to supplement
    unsure: bool = False  # queued or set aside, and the platform may have it all the same
    wanted: tuple[SlipMaterial, ...] = ()  # what the platform wants supplemented: all of it, once
    later: bool = False  # not an application: materials that were handed in later for a case
    document_state: DocumentState | None = None  # None: no result paper belongs to this matter
    bilingual: bool = False
    matter_name_en: str = ""
    department_en: str = ""
    promised_en: str = ""
    next_text_en: str = ""
    hall_en: str = ""


@dataclass(frozen=True)
class NoticeItem:
    """One missing material: what it is, why it is asked for, where it comes from, what can be done now."""

    name: str
    basis: tuple[str, ...]  # each as 《...》第...条
    source: str  # who issues it, where it comes from
    action: str  # what the applicant can do now
    name_en: str = ""
    action_en: str = ""


@dataclass(frozen=True, repr=False)
class NoticeData:
    """一次性告知书: everything that is missing, at once.  ``kept_until`` is ``YYYY-MM-DD`` or ``None``."""

    matter_name: str
    department: str
    items: tuple[NoticeItem, ...]
    at: datetime
    terminal_name: str
    terminal_id: str
    hall: str
    serial: str = ""
    masked_name: str = ""  # empty when nobody has identified themselves yet
    masked_number: str = ""
    kept_until: str | None = None  # until when what was entered is kept; None: it is not kept
    lookup_url: str = ""
    phone: str = "12345"
    bilingual: bool = False
    matter_name_en: str = ""
    department_en: str = ""


@dataclass(frozen=True)
class GuideData:
    """Where and when a guide was printed; the guide itself is the matter's."""

    at: datetime
    terminal_name: str
    terminal_id: str
    hall: str
    lookup_url: str = ""  # the published guide, to take along
    phone: str = "12345"
    bilingual: bool = False


@dataclass(frozen=True, repr=False)
class ResultData:
    """A query's answer as a table: ``rows`` have as many cells as ``headings``, all of them text."""

    title: str
    matter_name: str
    department: str
    masked_name: str
    masked_number: str
    at: datetime
    terminal_name: str
    terminal_id: str
    hall: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    summary: tuple[tuple[str, str], ...] = ()  # (label, value) above the table, e.g. totals
    note: str = ""
    project_no: str | None = None
    serial: str = ""
    lookup_url: str = ""
    phone: str = "12345"
