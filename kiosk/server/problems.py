"""What goes wrong at the platform, as RFC 9457 problem documents: one catalogue, two languages.

``type`` is ``urn:kiosk:problem:<code>``; ``title`` and ``detail`` are Chinese; ``code`` and ``detail_en``
are extension members, and so is ``errors``, one entry for each field that is wrong.  What the request
held is never echoed: it may be about a person.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.server.problem_words_fleet import FLEET
from kiosk.server.problem_words_recordings import RECORDINGS

MEDIA_TYPE: Final = "application/problem+json"
URN: Final = "urn:kiosk:problem:"
RETRY_AFTER_SECONDS: Final = 2
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """One kind of problem: HTTP status, short title, what it means and what to do."""

    status: int
    title: str
    detail: str
    detail_en: str


KINDS: Final[Mapping[str, Kind]] = {
    "request-malformed": Kind(
        400,
        "请求无法读取",
        "请求不是有效的 JSON，请检查后重新发送。",
        "The request is not valid JSON; check it and send it again.",
    ),
    "request-invalid": Kind(
        422,
        "请求内容有误",
        "请求中有不符合要求的内容，请按 errors 中的说明逐项改正。",
        "Some fields are wrong; put right what `errors` lists.",
    ),
    "body-too-large": Kind(
        413, "内容过大", "提交的内容过大，请精简后重新提交。", "The body is too large; send less."
    ),
    "not-found": Kind(
        404,
        "地址不存在",
        "没有这个地址，请核对接口文档。",
        "There is nothing at this address; see the interface description.",
    ),
    "method-not-allowed": Kind(
        405,
        "不支持的操作",
        "这个地址不支持该操作，请核对接口文档。",
        "This address does not take that method; see `Allow`.",
    ),
    "identity-unknown": Kind(
        404,
        "无法识别该二维码",
        "平台不认识这个码，请在手机上刷新电子证照二维码，或改用身份证、社保卡。",
        "The platform does not know this code. Refresh it on the phone, or use a card.",
    ),
    "identity-code-expired": Kind(
        410,
        "二维码已过期",
        "这个码已过期，请在手机上刷新后再扫。",
        "This code has expired. Refresh it on the phone and scan again.",
    ),
    "identity-number-invalid": Kind(
        422,
        "证件号码校验不通过",
        "证件号码与校验规则不符，请重新读卡；仍不通过请到窗口办理。",
        "The number does not verify. Read the card again, or go to a service window.",
    ),
    "identity-expired": Kind(
        410,
        "证件已过有效期",
        "该证件已过有效期，请换用有效证件或到窗口办理。",
        "This document has expired. Use a valid one, or go to a service window.",
    ),
    "identity-incomplete": Kind(
        422,
        "身份信息不完整",
        "缺少姓名和号码，也没有可识别的码，请重新读卡或扫码。",
        "Neither name and number nor a code were given. Read the card or scan the code again.",
    ),
    "identity-mismatch": Kind(
        403,
        "身份不一致",
        "申请人与已核验的身份不是同一人，请由本人重新核验身份。",
        "The applicant is not the person who was verified. Verify the identity again.",
    ),
    "matter-unknown": Kind(
        404,
        "事项不存在",
        "平台没有这个事项编码，请更新终端的事项配置，或请办事人到窗口办理。",
        "The platform has no such task code. Update the terminal's matters, or use a service window.",
    ),
    "answers-invalid": Kind(
        422,
        "填写内容有误",
        "有填写内容不符合要求，请按 errors 中的说明逐项改正。",
        "Some answers are wrong; put right what `errors` lists.",
    ),
    "writing-place-unknown": Kind(
        404,
        "没有这个填写处",
        "这个填写处不存在、已到期，或不属于本终端。",
        "There is no such writing place, its time is up, or it is another terminal's.",
    ),
    "signature-invalid": Kind(
        422,
        "签名无法读取",
        "手写签名缺少笔画或图片，请在终端上重新签名后再提交。",
        "The drawn signature lacks strokes or picture; have it signed again at the terminal.",
    ),
    "key-reused": Kind(
        409,
        "重复键用于不同内容",
        "同一个 Idempotency-Key 已用于另一份申请，请为新申请使用新的键。",
        "This Idempotency-Key belongs to another application; use a new key for a new one.",
    ),
    "case-unknown": Kind(
        404,
        "未查到办件",
        "没有查到这个办件编号，请核对；如凭条写明“已在本机保存”，平台恢复后会自动收到。",
        "No such case. Check the number; what a terminal has kept arrives by itself later.",
    ),
    "case-closed": Kind(
        410,
        "办件已办结",
        "这个办件不再接收材料，请拨打12345咨询。",
        "This case takes no more materials; call 12345.",
    ),
    "material-late": Kind(
        410,
        "补交期限已过",
        "补交材料的期限已过，请到窗口办理，或拨打12345咨询。",
        "The last day for this material is over; go to a service window, or call 12345.",
    ),
    "evidence-invalid": Kind(
        422,
        "电子凭证不符",
        "扫描的电子凭证不是申请人本人这项材料的，请核对后再扫。",
        "The scanned electronic licence is not the applicant's for this material; scan the right one.",
    ),
    "material-unknown": Kind(
        422,
        "材料编码有误",
        "材料编码不在该事项的材料清单中，请核对办事指南。",
        "The material is not on this matter's list; see the guide.",
    ),
    "document-unknown": Kind(
        404, "文书不存在", "没有这份文书，请核对链接。", "There is no such document; check the link."
    ),
    "rating-reason-missing": Kind(
        422,
        "缺少差评原因",
        "评价为不满意或非常不满意时，请选择原因或写明情况。",
        "A rating below 3 needs a reason code or a text.",
    ),
    "rating-reason-invalid": Kind(
        422,
        "评价原因有误",
        "评价原因与满意度不对应，请重新选择。",
        "A reason code does not belong to this satisfaction level.",
    ),
    "rating-exists": Kind(
        409, "已经评价过", "这次办件已经评价过，感谢您的评价。", "This case has already been rated."
    ),
    "store-unavailable": Kind(
        503,
        "平台暂时无法保存",
        "平台的数据库暂时不可用，请稍后用同一个键重试。",
        "The platform's database is unavailable; retry later with the same key.",
    ),
    "busy": Kind(
        503,
        "平台繁忙",
        "平台繁忙，请按 Retry-After 稍后重试。",
        "The platform is busy; retry after `Retry-After` seconds.",
    ),
    "internal": Kind(
        500,
        "平台内部错误",
        "平台出现内部错误，请稍后用同一个键重试；仍有问题请提供 instance 编号。",
        "The platform has failed. Retry later with the same key; quote `instance` if it persists.",
    ),
    **{code: Kind(*words) for code, words in (*FLEET.items(), *RECORDINGS.items())},
}


@dataclass(frozen=True)
class FieldError:
    """One field that is wrong.  ``field`` is its path, e.g. ``answers.phone``."""

    field: str
    code: str
    detail: str
    detail_en: str


class ProblemError(Exception):
    """Ends a request with the problem document of ``code``."""

    def __init__(
        self,
        code: str,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def document(self, instance: str = "") -> dict[str, Any]:
        kind = KINDS[self.code]
        document: dict[str, Any] = {
            "type": URN + self.code,
            "title": kind.title,
            "status": kind.status,
            "detail": kind.detail,
            "detail_en": kind.detail_en,
            "code": self.code,
        }
        if self.errors:
            document["errors"] = [asdict(error) for error in self.errors]
        if instance:
            document["instance"] = instance
        return document

    def response(self, instance: str = "") -> Response:
        body = json.dumps(self.document(instance), ensure_ascii=False).encode()
        return Response(body, KINDS[self.code].status, headers=self.headers, media_type=MEDIA_TYPE)


def install(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Every way in which a request can end badly ends in a problem document."""
    app.state.routes = [route for router in routers for route in router.routes]
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(OperationalError, _on_store)
    app.add_exception_handler(PoolTimeoutError, _on_store)


_SOURCES: Final = frozenset({"samv", "social_security", "scanner"})

# pydantic's error types in plain words; anything else is "wrong".
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("缺少这一项", "is missing"),
    "string_type": ("应为文字", "must be text"),
    "string_unicode": ("含有不完整的字符", "holds half a character"),
    "string_too_short": ("内容过短", "is too short"),
    "string_too_long": ("内容过长", "is too long"),
    "string_pattern_mismatch": ("格式不符合要求", "has the wrong form"),
    "literal_error": ("不在可选范围内", "is not one of the choices"),
    "enum": ("不在可选范围内", "is not one of the choices"),
    "int_type": ("应为整数", "must be a whole number"),
    "greater_than_equal": ("数值过小", "is too small"),
    "less_than_equal": ("数值过大", "is too large"),
    "moment": ("应为带时区的时间（RFC 3339）", "must be a time with its zone (RFC 3339)"),
    "day": ("应为日期，如 2026-11-25", "must be a day such as 2026-11-25"),
    "date_from_datetime_parsing": ("没有这一天", "is no day of the calendar"),
    "date_parsing": ("没有这一天", "is no day of the calendar"),
    "timezone_aware": ("应为带时区的时间", "must be a time with its zone"),
    "too_long": ("项目过多", "has too many entries"),
}


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return error.response()


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return ProblemError("request-malformed").response()
    return ProblemError("request-invalid", [_field_error(each) for each in found]).response()


def _field_error(error: Mapping[str, Any]) -> FieldError:
    path = [str(part) for part in error["loc"]]
    if len(path) > 1 and path[0] in ("body", "query", "path", "header"):
        path = path[1:]
    if len(path) > 1 and path[0] in _SOURCES:
        path = path[1:]  # which form of a verification it was, not a member of it
    chinese, english = _WORDS.get(str(error["type"]), ("内容有误", "is wrong"))
    # A key of the citizen's own making may stand in the path: only plain names are told back.
    shown = ".".join(part if part.isascii() and len(part) <= 64 else "?" for part in path)
    return FieldError(shown, str(error["type"]), chinese, english)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {404: "not-found", 405: "method-not-allowed", 400: "request-malformed", 413: "body-too-large"}
    code = codes.get(error.status_code, "internal" if error.status_code >= 500 else "request-malformed")
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return ProblemError(code, headers=headers).response()


def _methods(request: Request) -> set[str]:
    """Every method that some route takes at this address; the router tells only those of the first."""
    methods: set[str] = set()
    for route in request.app.state.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return methods


async def _on_store(request: Request, error: Exception) -> Response:
    cause = error.orig if isinstance(error, OperationalError) else error
    # SQLite's own words ("database or disk is full") name no value: parameters are hidden.
    log.error("the database does not answer: %s", cause)
    return ProblemError("store-unavailable", headers={"Retry-After": str(RETRY_AFTER_SECONDS)}).response()


class CrashGuard:
    """A bug ends in a problem document, and its text is written down nowhere: it may hold what a citizen
    sent.  The framework's own way would hand the exception on to the server, which logs all of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - whatever it is, the terminal gets an answer
            instance = f"urn:uuid:{uuid.uuid4()}"
            log.error("%s: %s at %s", instance, type(error).__name__, _place(error))
            if not started:
                await ProblemError("internal").response(instance)(scope, receive, send)


def _place(error: Exception) -> str:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
