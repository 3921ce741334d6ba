"""The platform's interface, as a terminal uses it.  Every call gives a value or a fault, and none raises.

Any thread may call; each has a connection of its own.  What a call sends and gets is personal and is in no
``repr``, fault or log.

Fault codes: those of ``exchange`` and ``platform_faults``, of :func:`application.parse_answer`
(``platform.not_json``, ``platform.answer_unreadable``, ``platform.wrong_answer``), and
``identity.unknown``, ``identity.expired``, ``identity.code_expired``, ``identity.mismatch``,
``identity.number_invalid``, ``identity.refused``, ``platform.document_unknown``, ``platform.guide_unknown``,
``platform.not_pdf``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import quote

from devices.contract import Deadline, Fault, IdentityDocument
from devices.printers.measure import extent_of
from kiosk.delivery.application import Answer, Parcel, line_of, parse_answer, parse_json
from kiosk.delivery.exchange import Exchange, Reply
from kiosk.delivery.own_cases import OwnCase, parse_own_cases
from kiosk.delivery.platform_faults import fault_of_reply, problem_code, retry_after_of
from kiosk.delivery.recordings import RecordingClient
from kiosk.delivery.writing_place import WritingPlaceClient
from kiosk.settings import PlatformSettings
from values import dataclass

MAX_PDF_BYTES: Final = 20_000_000
MAX_CATALOGUE_BYTES: Final = 20_000_000  # tens of thousands of items
MAX_GUIDE_BYTES: Final = 1_000_000
WAKE_SECONDS: Final = 50
PDF_MARGIN_BYTES: Final = 1024  # within which a PDF has to begin and to end
PF_TERMINAL: Final = 5  # the exchange's number for a hall's self-service terminal
REPEAT_PAUSES_SECONDS: Final = (0.3, 1.0)
"""Before a call that may safely be repeated is tried again, when its answer was lost or bad."""
_REPEATED: Final = (
    "platform.answer_cut",
    "platform.not_json",
    "platform.error",
    "platform.answer_unreadable",
)
_HOLDER_KEYS: Final = ("name", "number", "kind", "birth", "sex", "ethnicity", "address", "phone")
_TOKEN: Final = re.compile(r"^[\x21-\x7e]{1,4096}$")

Value = TypeVar("Value")


@dataclass(frozen=True, repr=False)
class Verified:
    """``token`` stands for this person in this visit; ``licences`` are codes the platform can supply.

    ``holder`` is what the platform knows: name, number, kind, birth, sex, ethnicity, address, phone.
    """

    token: str
    holder: Mapping[str, str]
    licences: tuple[str, ...]


class PlatformClient:
    def __init__(self, settings: PlatformSettings, terminal_id: str) -> None:
        # What was taken over from another terminal still names that one in its body.
        self._exchange = Exchange(settings, {"Terminal-Id": quote(terminal_id, safe="")})
        self._terminal_id = terminal_id
        self.recordings = RecordingClient(self._exchange)
        self.writing_places = WritingPlaceClient(self._exchange, terminal_id)

    def verify_identity(self, document: IdentityDocument | None, code: str = "") -> Verified | Fault:
        """Ask for a token, with what a card said or with an opaque code."""
        given: dict[str, str] = {"terminal_id": self._terminal_id, "source": "scanner"}
        if document is not None:
            names = (
                "source",
                "kind",
                "name",
                "number",
                "birth",
                "sex",
                "ethnicity",
                "address",
                "valid_until",
            )
            given |= {name: getattr(document, name) for name in names}
        if code:
            given["code"] = code
        given = {name: value for name, value in given.items() if value}

        def once() -> Verified | Fault:
            reply = self._exchange("POST", "/v1/identity/verifications", _json(given), _JSON, fresh=True)
            if isinstance(reply, Fault):
                return reply
            if not _good(reply):
                return _identity_fault(reply, is_code=bool(code) and document is None)
            return _verified(reply)

        return _repeated(once)

    def submit(self, parcel: Parcel, token: str = "", within_seconds: float | None = None) -> Answer | Fault:
        """Send an application once.  Unless the fault is permanent, nobody knows whether it arrived: the
        same parcel has to be sent again, and the platform recognises its key.

        A case number that this connection has brought for another application is the other's answer, sent
        twice, unless a new connection says the same.
        """
        for _ in range(2):
            answer = self._submit(parcel, token, within_seconds)
            if isinstance(answer, Fault) or parcel.project_no:
                break  # what comes later has the number of its application
            if not self._exchange.said_before(answer.project_no, parcel.key):
                break
            self._exchange.renew()
        if isinstance(answer, Fault) and answer.code == "platform.wrong_answer":
            self._exchange.renew()  # what comes next on this connection may be one behind, too
        return answer

    def _submit(self, parcel: Parcel, token: str, within_seconds: float | None) -> Answer | Fault:
        headers = {**_JSON, "Idempotency-Key": parcel.key, **_authorization(token)}
        later = f"/{quote(parcel.project_no, safe='')}/materials" if parcel.project_no else ""
        reply = self._exchange(
            "POST",
            f"/v1/applications{later}",
            parcel.body,
            headers,
            within_seconds=within_seconds,
            # All answers of a case have its number: one sent twice would be taken for the next.
            fresh=bool(parcel.project_no),
        )
        if isinstance(reply, Fault):
            return reply
        return self._answer(reply, parcel)

    def progress(self, project_no: str) -> Answer | Fault:
        """Where a case stands."""

        def once() -> Answer | Fault:
            reply = self._exchange("GET", f"/v1/applications/{quote(project_no, safe='')}")
            return reply if isinstance(reply, Fault) else self._answer(reply, None)

        return _repeated(once)

    def own_cases(self, token: str) -> tuple[OwnCase, ...] | Fault:
        """The cases of the person for whom ``token`` stands, the newest first."""

        def once() -> tuple[OwnCase, ...] | Fault:
            reply = self._exchange("GET", "/v1/applications", headers=_authorization(token))
            if isinstance(reply, Fault):
                return reply
            if not _good(reply):
                return fault_of_reply(reply)
            if _is_a_page(reply):
                return Fault("platform.not_json", reply.media_type)
            return parse_own_cases(reply.content)

        return _repeated(once)

    def document(self, document_id: str) -> bytes | Fault:
        """A result paper: a PDF that opens and has a page, complete as far as its ends tell."""

        def once() -> bytes | Fault:
            path = f"/v1/documents/{quote(document_id, safe='')}.pdf"
            reply = self._exchange(
                "GET", path, headers={"Accept": "application/pdf"}, max_bytes=MAX_PDF_BYTES, fresh=True
            )
            if isinstance(reply, Fault):
                return reply
            if reply.status in (404, 410):
                return Fault("platform.document_unknown", str(reply.status), permanent=True)
            if not _good(reply):
                return fault_of_reply(reply)
            if b"%PDF-" not in reply.content[:PDF_MARGIN_BYTES]:
                return Fault("platform.not_pdf", "does not begin as one")
            if b"%%EOF" not in reply.content[-PDF_MARGIN_BYTES:]:
                return Fault("platform.answer_cut", "the PDF does not end")
            if extent_of(reply.content).pages == 0:
                return Fault("platform.not_pdf", "it cannot be opened, or has no page")
            return reply.content

        return _repeated(once)

    def rate(self, project_no: str, satisfaction: int, reasons: Iterable[str] = ()) -> bool | Fault:
        """好差评: one rating for a case.  True when the platform has one, this or an earlier one."""
        body = {
            "projectNo": project_no,
            "pf": PF_TERMINAL,
            "satisfaction": satisfaction,
            "evalDetail": ",".join(reasons),
            "assessNumber": 1,
        }

        def once() -> bool | Fault:  # a repeat is told as there already
            reply = self._exchange("POST", "/v1/ratings", _json(body), _JSON)
            if isinstance(reply, Fault):
                return reply
            return True if _good(reply) or reply.status == 409 else fault_of_reply(reply)

        return _repeated(once)

    def request(self, kind: str, text: str) -> bool | Fault:
        """诉求: ``kind`` is help, complaint, home_visit or green_channel; ``text`` for whoever acts on it."""
        body = {"kind": kind, "text": text, "terminal_id": self._terminal_id}
        return self._told("POST", "/v1/requests", body)

    def heartbeat(self, state: Mapping[str, Any]) -> Mapping[str, Any] | Fault:
        """How this terminal is: version, ready, queued, devices; no personal data.  What is answered, if that
        is an object: platforms need not say anything."""
        path = f"/v1/terminals/{quote(self._terminal_id, safe='')}/heartbeat"
        reply = self._exchange("POST", path, _json(state), _JSON)
        if isinstance(reply, Fault):
            return reply
        if not _good(reply):
            return fault_of_reply(reply)
        given = _object(reply)
        return {} if isinstance(given, Fault) else given

    def audit_heads(self) -> tuple[str, ...] | Fault:
        """The heads of this terminal's audit chain that the platform keeps (``number:digest``)."""
        given = self._get_object(f"/v1/terminals/{quote(self._terminal_id, safe='')}/audit", MAX_GUIDE_BYTES)
        if isinstance(given, Fault):
            return given
        listed = given.get("heads")
        if not isinstance(listed, list):
            return Fault("platform.answer_unreadable", "heads")
        return tuple(str(each["head"]) for each in listed if isinstance(each, dict) and "head" in each)

    def wake(self, version: int, heard: int = 0) -> tuple[int, int] | Fault:
        """Wait until the fleet's number is another than ``version``, or a newer command than ``heard`` is
        there for this terminal, at most :data:`WAKE_SECONDS`; both numbers."""
        path = f"/v1/fleet/wake?version={version}&seconds={WAKE_SECONDS}&heard={heard}"
        given = self._get_object(path, MAX_GUIDE_BYTES)
        if isinstance(given, Fault):
            return given
        told, called = given.get("version"), given.get("called", 0)
        if type(told) is int and type(called) is int and told >= 0 and called >= 0:
            return told, called
        return Fault("platform.answer_unreadable", "version")

    def ask(
        self, kind: str, key: str, body: Mapping[str, str], within_seconds: float | None = None
    ) -> str | Fault:
        """A request or an appointment under a key of its own, so that it may be sent again: its number."""
        path, name = _ASKED.get(kind, ("/v1/requests", "request_no"))
        given = {**body, "terminal_id": self._terminal_id}
        if path == "/v1/requests":
            given["kind"] = kind
        headers = {**_JSON, "Idempotency-Key": key}
        reply = self._exchange("POST", path, _json(given), headers, within_seconds=within_seconds)
        if isinstance(reply, Fault):
            return reply
        answer = _object(reply)
        if isinstance(answer, Fault):
            return answer
        number = line_of(answer.get(name))
        return number or Fault("platform.answer_unreadable", "number")

    def base_catalogue(self) -> frozenset[str] | Fault:
        """The catalogue codes that may be offered at all (Article 5)."""
        items = self.base_items()
        return items if isinstance(items, Fault) else frozenset(items)

    def base_items(self) -> Mapping[str, str] | Fault:
        """The base catalogue: names by catalogue code."""

        def once() -> Mapping[str, str] | Fault:
            given = self._get_object("/v1/catalogue/base", MAX_CATALOGUE_BYTES)
            if isinstance(given, Fault):
                return given
            items = given.get("items")
            if not isinstance(items, list):
                return Fault("platform.answer_unreadable", "items")
            listed = (item for item in items if isinstance(item, dict))
            pairs = ((item.get("catalog_code"), line_of(item.get("name"))) for item in listed)
            return {code: name for code, name in pairs if isinstance(code, str) and code}

        return _repeated(once)

    def guide(self, task_code: str) -> Mapping[str, Any] | Fault:
        """The guide that the platform publishes; ``platform.guide_unknown`` when it has none."""

        def once() -> Mapping[str, Any] | Fault:
            given = self._get_object(f"/v1/guides/{quote(task_code, safe='')}", MAX_GUIDE_BYTES)
            if isinstance(given, Fault):
                return given
            if not isinstance(given.get("guide"), dict):
                return Fault("platform.answer_unreadable", "guide")
            return given

        return _repeated(once)

    def _get_object(self, path: str, max_bytes: int) -> dict[str, Any] | Fault:
        reply = self._exchange("GET", path, max_bytes=max_bytes)
        if isinstance(reply, Fault):
            return reply
        if reply.status in (404, 410) and path.startswith("/v1/guides/"):
            return Fault("platform.guide_unknown", str(reply.status), permanent=True)
        return _object(reply)

    def _told(self, method: str, path: str, body: Mapping[str, Any]) -> bool | Fault:
        reply = self._exchange(method, path, _json(body), _JSON)
        if isinstance(reply, Fault):
            return reply
        return True if _good(reply) else fault_of_reply(reply)

    def _answer(self, reply: Reply, parcel: Parcel | None) -> Answer | Fault:
        if not _good(reply):
            return fault_of_reply(reply)
        if _is_a_page(reply):
            return Fault("platform.not_json", reply.media_type)
        return parse_answer(reply.content, parcel)


_JSON: Final = {"Content-Type": "application/json"}
_ASKED: Final = {"appointment": ("/v1/appointments", "appointment_no")}
"""Where what citizens ask for goes, beside requests, and how its number is called."""


def _json(body: Mapping[str, Any]) -> bytes:
    # ASCII: half a surrogate pair, from a damaged card, has no UTF-8 and goes as an escape.
    return json.dumps(body, separators=(",", ":")).encode("ascii")


def _authorization(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if _TOKEN.match(token) else {}


def _good(reply: Reply) -> bool:
    return 200 <= reply.status < 300


def _is_a_page(reply: Reply) -> bool:
    """A portal of the network that answers in the platform's place sends a page, often with 200."""
    return reply.media_type not in ("", "application/octet-stream", "text/plain") and not (
        reply.media_type.endswith("json")
    )


def _object(reply: Reply) -> dict[str, Any] | Fault:
    if not _good(reply):
        return fault_of_reply(reply)
    if _is_a_page(reply):
        return Fault("platform.not_json", reply.media_type)
    given = parse_json(reply.content)
    if isinstance(given, Fault):
        return given
    return given if isinstance(given, dict) else Fault("platform.answer_unreadable", "no object")


def _verified(reply: Reply) -> Verified | Fault:
    given = _object(reply)
    if isinstance(given, Fault):
        return given
    token = given.get("token")
    if not isinstance(token, str) or not _TOKEN.match(token):
        return Fault("platform.answer_unreadable", "token")
    holder, licences = given.get("holder"), given.get("licences")
    known = holder if isinstance(holder, dict) else {}
    codes = licences if isinstance(licences, list) else []
    return Verified(
        token,
        {name: text for name in _HOLDER_KEYS if (text := line_of(known.get(name)))},
        tuple(code for code in codes[:1000] if isinstance(code, str) and code),
    )


def _identity_fault(reply: Reply, is_code: bool) -> Fault:
    """Which refusal of a person or code this is, from the problem's code, else from the status alone."""
    problem = problem_code(reply)
    cause = f"{reply.status} {problem}".strip()
    if reply.status == 410 or (reply.status < 500 and "expired" in problem):
        by_code = is_code or "code" in problem
        return Fault("identity.code_expired" if by_code else "identity.expired", cause, permanent=True)
    if reply.status == 404 and (problem or is_code):
        return Fault("identity.unknown", cause, permanent=True)
    if "mismatch" in problem:
        return Fault("identity.mismatch", cause, permanent=True)
    if reply.status == 422 and "number" in problem:
        return Fault("identity.number_invalid", cause, permanent=True)
    fault = fault_of_reply(reply)
    return Fault("identity.refused", cause, permanent=True) if fault.permanent else fault


def _repeated(once: Callable[[], Value | Fault]) -> Value | Fault:
    """Try again a few times where that is safe and may help."""
    result = once()
    for pause in REPEAT_PAUSES_SECONDS:
        if (
            not isinstance(result, Fault)
            or result.code not in _REPEATED
            or (retry_after_of(result) or 0) > pause
        ):
            return result
        Deadline(pause).wait(pause)
        result = once()
    return result
