"""An application on its way to the platform, and what the platform answers.

The body of ``POST /v1/applications`` is fixed once, as bytes, when the application is kept: every repeat
sends the same bytes, also after an update of this software, so that the same key never meets another body.

What a platform answers is somebody else's text.  :func:`parse_answer` takes what is there, leaves out what
is missing or of the wrong kind, and gives ``platform.answer_unreadable`` only when the case number or the
state, without which nothing true can be said, is not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, cast
from zoneinfo import ZoneInfo

from devices.contract import Fault
from values import dataclass

AnswerState = Literal["accepted", "received", "refused", "supplement"]
ANSWER_STATES: Final = ("accepted", "received", "refused", "supplement")

MAX_LINE_CHARS: Final = 200  # names, titles, codes
MAX_TEXT_CHARS: Final = 2_000  # reasons, notes
MAX_LIST: Final = 200  # documents, supplements, owed materials
MAX_COLUMNS: Final = 24
MAX_ROWS: Final = 5_000
SHOWN_TIMEZONE: Final = ZoneInfo("Asia/Shanghai")

# What an address, a file name and a slip can carry without escaping; the longest code known has 50.
_REFERENCE: Final = re.compile(r"^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$")
_UNSHOWABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
_LONE_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, repr=False)
class Parcel:
    """What goes over the line: the exact bytes of the body, and what the answer is checked against."""

    key: str
    serial: str
    task_code: str
    body: bytes
    project_no: str = ""  # of the case that it belongs to, where it brings materials later

    def __repr__(self) -> str:
        return f"Parcel(key={self.key!r}, task_code={self.task_code!r})"


@dataclass(frozen=True, repr=False)
class Draft:
    """An application as the applicant confirmed it.

    ``key`` is the idempotency key, made before the first attempt.  ``applied_at`` is ISO 8601 in UTC.
    ``applicant`` holds name, number, kind, source, birth, sex, ethnicity, address and code, as far as known.
    ``materials`` are pairs of code and ``provided``, ``shared``, ``declared`` or ``owed``.
    """

    key: str
    serial: str
    task_code: str
    task_version: str
    task_name: str
    terminal_id: str
    applied_at: str
    applicant: Mapping[str, str]
    answers: Mapping[str, str]
    materials: tuple[tuple[str, str], ...]
    signature: Mapping[str, Any] | None = None  # strokes and picture, or that a button was pressed
    priority: str = ""  # whom Article 23 puts first: one of PRIORITIES
    project_no: str = ""  # materials for this case, that come later; ``applied_at`` is then when
    evidence: Mapping[str, str] = field(default_factory=dict)  # codes of electronic licences, by material

    def __repr__(self) -> str:
        return f"Draft(key={self.key!r}, task_code={self.task_code!r})"

    def to_json(self) -> dict[str, Any]:
        """The body of ``POST /v1/applications``, or of ``/v1/applications/{project_no}/materials``."""
        if self.project_no:
            return self._handed_in()
        signed = {} if self.signature is None else {"signature": dict(self.signature)}
        return signed | {
            "task_code": self.task_code,
            "task_version": self.task_version,
            "terminal_id": self.terminal_id,
            "serial": self.serial,
            "applied_at": self.applied_at,
            "applicant": dict(self.applicant),
            "answers": dict(self.answers),
            "materials": [{"code": code, "status": status} for code, status in self.materials],
            **({"priority": self.priority} if self.priority else {}),
        }

    def _handed_in(self) -> dict[str, Any]:
        evidence = {code: {"evidence": said} for code, said in self.evidence.items()}
        return {
            "project_no": self.project_no,
            "terminal_id": self.terminal_id,
            "serial": self.serial,
            "handed_in_at": self.applied_at,
            "applicant": dict(self.applicant),
            "materials": [
                {"code": code, "status": status} | evidence.get(code, {}) for code, status in self.materials
            ],
        }

    def parcel(self) -> Parcel:
        body = json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        # A lone surrogate (half of a character, from a damaged card) has no UTF-8: it goes as an escape.
        escaped = _LONE_SURROGATES.sub(lambda match: f"\\u{ord(match.group()):04x}", body)
        return Parcel(self.key, self.serial, self.task_code, escaped.encode(), self.project_no)

    @property
    def holder(self) -> str:
        """What says whose application this is: a document's number, an opaque code, or name and birth."""
        return _holder(self.applicant)


def holder_of(body: bytes) -> str:
    """The same of an application that is already bytes (:meth:`Draft.parcel`)."""
    applicant = json.loads(body)["applicant"]
    return _holder({name: value for name, value in applicant.items() if isinstance(value, str)})


def later_for(body: bytes) -> str:
    """The case for which this body brings materials later; empty for an application."""
    if b'"handed_in_at"' not in body or b'"project_no"' not in body:
        return ""
    given = json.loads(body)
    return str(given.get("project_no", "")) if "handed_in_at" in given else ""


def holder_of_number(number: str) -> str:
    """Whose applications somebody with this number has."""
    return _holder({"number": number})


def _holder(applicant: Mapping[str, str]) -> str:
    number = applicant.get("number", "").strip().upper()
    code = applicant.get("code", "").strip()
    if number:
        return f"number {number}"
    return f"code {code}" if code else f"{applicant.get('name')} {applicant.get('birth')}"


# --- answers -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """A result paper that ``GET /v1/documents/{id}.pdf`` gives.  ``pages`` is 0 when unknown."""

    id: str
    title: str
    pages: int = 0


@dataclass(frozen=True, repr=False)
class ResultTable:
    """The answer to a query.  Every row has as many cells as there are columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class WantedMaterial:
    """A material to be supplemented or still owed.  ``until``: a day as ``YYYY-MM-DD``, or empty.

    A time in other words stands at the beginning of ``how``.
    """

    code: str
    name: str
    until: str = ""
    how: str = ""

    def is_over(self, today: date) -> bool:
        """Its last day was before ``today``."""
        return bool(self.until) and self.until < today.isoformat()


@dataclass(frozen=True)
class PartAnswer:
    """How one body's part of a joint case stands."""

    task_code: str
    state: AnswerState
    project_no: str = ""


@dataclass(frozen=True, repr=False)
class Answer:
    """What the platform says of a case.  Times are ISO 8601 in UTC, or ``None``.

    ``promised_by`` is a day as ``YYYY-MM-DD``; what the platform promises in other words ("20个工作日内")
    is ``promised_words``.
    """

    project_no: str
    state: AnswerState
    reason_zh: str | None = None
    reason_en: str | None = None
    received_at: str | None = None
    accepted_at: str | None = None
    promised_by: str | None = None
    promised_words: str = ""
    documents: tuple[Document, ...] = ()
    result: ResultTable | None = None
    supplements: tuple[WantedMaterial, ...] = ()
    owed: tuple[WantedMaterial, ...] = ()
    parts: tuple[PartAnswer, ...] = ()  # of a joint matter
    raw: bytes = field(default=b"", compare=False)  # as it came, for the sealed store

    def __repr__(self) -> str:
        return f"Answer(project_no={self.project_no!r}, state={self.state!r})"


def parse_json(content: bytes) -> Any | Fault:
    """The JSON value in ``content``; ``platform.not_json`` when it is none or nobody could mean it."""
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        return Fault("platform.not_json", type(error).__name__)


def parse_answer(content: bytes, parcel: Parcel | None = None) -> Answer | Fault:
    """Read an answer.  With ``parcel``, an answer to another application is ``platform.wrong_answer``."""
    given = parse_json(content)
    if isinstance(given, Fault):
        return given
    if not isinstance(given, dict):
        return Fault("platform.answer_unreadable", "no object")
    project_no = given.get("project_no")
    if not isinstance(project_no, str) or not _REFERENCE.match(project_no.strip()):
        return Fault("platform.answer_unreadable", "project_no")
    state = given.get("state")
    if state not in ANSWER_STATES:
        return Fault("platform.answer_unreadable", "state")
    if parcel is not None and _is_for_another(given, parcel):
        return Fault("platform.wrong_answer", "serial or task_code differ")
    reason_zh, reason_en = _reason(given.get("reason"))
    promised_by, promised_words = _day_or_words(given.get("promised_by"))
    return Answer(
        project_no=project_no.strip(),
        state=cast(AnswerState, state),
        reason_zh=reason_zh,
        reason_en=reason_en,
        received_at=_moment(given.get("received_at")),
        accepted_at=_moment(given.get("accepted_at")),
        promised_by=promised_by,
        promised_words=promised_words,
        documents=_documents(given.get("documents")),
        result=_table(given.get("result")),
        supplements=_wanted(given.get("supplements")),
        owed=_wanted(given.get("owed")),
        parts=_parts(given.get("parts")),
        raw=content,
    )


def line_of(value: object, limit: int = MAX_LINE_CHARS) -> str:
    """``value`` as one showable line: text and numbers only, no control or direction characters."""
    return " ".join(text_of(value, limit).split())


def text_of(value: object, limit: int = MAX_TEXT_CHARS) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    shown = _UNSHOWABLE.sub("", _LONE_SURROGATES.sub("\ufffd", str(value))).strip()
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _is_for_another(given: dict[str, Any], parcel: Parcel) -> bool:
    own = ("project_no", parcel.project_no) if parcel.project_no else ("serial", parcel.serial)
    ours = dict([own, ("task_code", parcel.task_code)])
    return any(isinstance(given.get(key), str) and given[key] != value for key, value in ours.items())


def _reason(given: object) -> tuple[str | None, str | None]:
    if isinstance(given, dict):
        return text_of(given.get("zh")) or None, text_of(given.get("en")) or None
    return text_of(given) or None, None


def _moment(given: object) -> str | None:
    try:
        moment = datetime.fromisoformat(given) if isinstance(given, str) else None
        if moment is None:
            return None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=SHOWN_TIMEZONE)
        return aware.astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return None


def _day_or_words(given: object) -> tuple[str | None, str]:
    """A day as ``YYYY-MM-DD``, as the calendar in China has it, else the words as they are."""
    if not isinstance(given, str):
        return None, ""
    try:
        return date.fromisoformat(given.strip()).isoformat(), ""
    except ValueError:
        moment = _moment(given.strip())
    if moment is None:
        return None, line_of(given)
    return datetime.fromisoformat(moment).astimezone(SHOWN_TIMEZONE).date().isoformat(), ""


def _objects(given: object) -> list[dict[str, Any]]:
    return [each for each in given[:MAX_LIST] if isinstance(each, dict)] if isinstance(given, list) else []


def _documents(given: object) -> tuple[Document, ...]:
    documents: dict[str, Document] = {}
    for each in _objects(given):
        reference = each.get("id")
        if isinstance(reference, str) and _REFERENCE.match(reference):
            pages = each.get("pages")
            known = (
                pages if isinstance(pages, int) and not isinstance(pages, bool) and 0 < pages < 1000 else 0
            )
            documents.setdefault(
                reference, Document(reference, line_of(each.get("title")) or "办理结果", known)
            )
    return tuple(documents.values())


def _wanted(given: object) -> tuple[WantedMaterial, ...]:
    wanted = []
    for each in _objects(given):
        code, name = line_of(each.get("code")), line_of(each.get("name"))
        if code or name:
            until, words = _day_or_words(each.get("until"))
            how = "\n".join(part for part in (words, text_of(each.get("how"))) if part)
            wanted.append(WantedMaterial(code, name or code, until or "", how))
    return tuple(wanted)


def _parts(given: object) -> tuple[PartAnswer, ...]:
    """Those that can be told apart; a part without a state says nothing."""
    found: dict[str, PartAnswer] = {}
    for each in _objects(given):
        task_code, state, number = each.get("task_code"), each.get("state"), each.get("project_no")
        if isinstance(task_code, str) and state in ANSWER_STATES:
            shown = number if isinstance(number, str) and _REFERENCE.match(number) else ""
            found.setdefault(task_code, PartAnswer(task_code, cast(AnswerState, state), shown))
    return tuple(found.values())


def _table(given: object) -> ResultTable | None:
    if not isinstance(given, dict):
        return None
    columns = given.get("columns")
    rows = given.get("rows")
    headings = [line_of(each) for each in columns[:MAX_COLUMNS]] if isinstance(columns, list) else []
    lists = [each for each in rows[:MAX_ROWS] if isinstance(each, list)] if isinstance(rows, list) else []
    cells = [[line_of(cell) for cell in each[:MAX_COLUMNS]] for each in lists]
    width = max((len(headings), *(len(each) for each in cells)))
    if width == 0:
        return None
    return ResultTable(
        title=line_of(given.get("title")),
        columns=tuple(headings + [""] * (width - len(headings))),
        rows=tuple(tuple(each + [""] * (width - len(each))) for each in cells),
        note=text_of(given.get("note")),
    )
