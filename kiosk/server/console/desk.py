"""What every page of the console goes through: who asks, may they, was it meant, and how it is answered."""

from __future__ import annotations

import logging
import re
import secrets
import unicodedata
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from kiosk.server.console import chain, drafts, sessions
from kiosk.server.console.render import Renderer
from kiosk.server.console.roles import Right
from kiosk.server.console.room import Room
from kiosk.server.database import writing
from kiosk.server.fleet.context import DirectorError, Fleet
from kiosk.server.problems import KINDS, ProblemError

log = logging.getLogger(__name__)

ROOT: Final = "/console"
SESSION: Final = "kiosk_console"
ENTRY: Final = "kiosk_console_entry"
MAX_FIELDS: Final = 6000
MAX_PART_BYTES: Final = 2 * 1024 * 1024
MAX_PAGE: Final = 1_000_000
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LOCAL: Final = re.compile(r"/console/[A-Za-z0-9/_.~%?&=+,:\-]{0,400}")

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


class Refusal(Exception):  # noqa: N818 - not an error: an answer that ends the request
    """Ends a request with a page that says why and what to do."""

    def __init__(self, status: int, title: str, *words: str, back: str = "", own: str = "") -> None:
        """``own`` is what somebody has typed and shall not lose."""
        super().__init__(title)
        self.status = status
        self.title = title
        self.words = words
        self.back = back
        self.own = own


@dataclass
class Call:
    """One request of somebody who may make it."""

    room: Room
    renderer: Renderer
    request: Request
    user: sessions.User | None
    token: str
    form: FormData = field(default_factory=FormData)

    @property
    def who(self) -> str:
        return self.user.name if self.user is not None else chain.NOBODY

    def may(self, right: Right) -> bool:
        return self.user is not None and self.user.may(right)

    def part(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def number(self, name: str) -> int:
        """A number in the address."""
        given = self.part(name)
        if not given.isascii() or not given.isdecimal() or len(given) > 9:
            raise not_found()
        return int(given)

    def query(self, name: str, most: int = 100) -> str:
        return _CONTROLS.sub("", self.request.query_params.get(name, ""))[:most].strip()

    def query_number(self, name: str, otherwise: int = 1) -> int:
        given = self.request.query_params.get(name, "")
        if not given.isascii() or not given.isdecimal() or len(given) > 9:
            return otherwise
        return min(max(int(given), 1), MAX_PAGE)

    def text(self, name: str, most: int = 200, *, lines: bool = False, strip: bool = True) -> str:
        """A text of the form; 422 with words for one that is too long."""
        given = self.form.get(name, "")
        if not isinstance(given, str):
            raise Refusal(422, "这一项应为文字", "请返回后重新填写。")
        text = _CONTROLS.sub("", given.replace("\r\n", "\n").replace("\r", "\n"))
        if not lines:
            text = text.replace("\n", " ")
        if len(text) > most:
            raise Refusal(422, "内容过长", f"这一项最多 {most} 个字符，收到 {len(text)} 个。请返回后精简。")
        return text.strip() if strip else text

    def fields(self) -> dict[str, str]:
        """Everything that was typed, as it was typed."""
        return {
            name: _CONTROLS.sub("", given.replace("\r\n", "\n").replace("\r", "\n"))
            for name, given in self.form.multi_items()
            if isinstance(given, str) and name not in ("form_token", "act")
        }

    def digits(self, name: str, most: int = 6) -> str:
        """A number as it was typed, also in full width, as Chinese keyboards write it."""
        return unicodedata.normalize("NFKC", self.text(name, most))

    def number_typed(self, name: str) -> int:
        given = self.form.get(name, "")
        good = isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 10
        return int(str(given)) if good else 0

    def draft(self) -> drafts.Draft | None:
        """What this person has typed on this page and not saved."""
        return drafts.of(self.room.engine, self.who, self.request.url.path)

    def saved(self) -> None:
        """What was typed on this page is kept elsewhere now."""
        drafts.drop(self.room.engine, self.who, self.request.url.path)

    def wanted(self, name: str, words: str, most: int = 200, *, lines: bool = False) -> str:
        """A text that must be there; ``words`` say what is missing."""
        text = self.text(name, most, lines=lines)
        if not text:
            raise Refusal(422, "还缺一项", words)
        return text

    def revision(self, name: str = "revision") -> int:
        """Which state of a thing the page was made from."""
        given = self.text(name, 9)
        if not given.isascii() or not given.isdecimal():
            raise Refusal(422, "页面已过期", "请返回后刷新页面再试。")
        return int(given)

    def upload(self, name: str) -> bytes | None:
        """The bytes of a file of the form; ``None`` when none was chosen."""
        given = self.form.get(name)
        if not isinstance(given, UploadFile) or not given.size:
            return None
        given.file.seek(0)
        return given.file.read()

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        return self.renderer.page(self, template, status, context)

    def fleet(self, event: str, made: str = "", **keys: object) -> Fleet:
        """The fleet, for an act that is written into the chain in its own transaction.

        ``made``: the key that names what came of it.
        """

        def noted(connection: Connection, name: str) -> None:
            chain.append(connection, self.who, event, **keys, **({made: name} if made else {}))

        return replace(self.room.platform.fleet, noted=noted)

    def note(self, event: str, **keys: object) -> None:
        """A record of what cannot be done in the database's own transaction: before it, and after it."""
        with writing(self.room.engine) as connection:
            chain.append(connection, self.who, event, **keys)

    def go(self, path: str, done: str = "") -> Response:
        """On to another page after something was done; ``done`` names a notice of the renderer."""
        join = "&" if "?" in path else "?"
        return RedirectResponse(f"{ROOT}{path}" + (f"{join}done={done}" if done else ""), 303)


Handler = Callable[[Call], Response]


@dataclass(frozen=True)
class Entry:
    """One page or act.  ``right`` is what it needs; ``None``: open to everybody.

    ``by_itself``: asked by a page that refreshes, which does not keep a session alive.  ``keeps``: what was
    typed is kept as a draft where it cannot be saved, or is not meant to be saved yet.
    """

    method: str
    path: str
    right: Right | None
    handler: Handler
    by_itself: bool = False
    keeps: bool = False


def endpoint_of(entry: Entry, room: Room, renderer: Renderer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        form = FormData()
        try:
            if entry.method == "POST":
                form = await request.form(max_fields=MAX_FIELDS, max_files=4, max_part_size=MAX_PART_BYTES)
            return await run_in_threadpool(_answer, entry, room, renderer, request, form)
        except Refusal as refusal:
            return await run_in_threadpool(_error_page, renderer, room, request, refusal)
        except HTTPException:
            raise
        except Exception as error:  # noqa: BLE001 - a page says so; the text of the error may hold what was typed
            return await on_error(renderer, room, request, error)
        finally:
            await form.close()

    return endpoint


def _answer(entry: Entry, room: Room, renderer: Renderer, request: Request, form: FormData) -> Response:
    token = request.cookies.get(SESSION, "")
    user = sessions.find(room.engine, token, demo=room.demo, used=not entry.by_itself)
    call = Call(room, renderer, request, user, token if user else "", form)
    if entry.method == "POST":
        if entry.keeps and user is None and (owner := _owner_of_ended(call, token)):
            drafts.keep(room.engine, owner, request.url.path, call.fields(), call.number_typed("revision"))
            return _to_login(call, entry)
        _meant(call)
    if entry.right is not None:
        if user is None:
            return _to_login(call, entry)
        if not user.may(entry.right):
            with writing(room.engine) as connection:
                chain.append(connection, user.name, "right.refused", page=f"{entry.method} {entry.path}")
            raise Refusal(
                403,
                "没有权限",
                f"您的账号（{renderer.role_words(user)}）不能做这件事。",
                "如工作需要，请联系管理员调整账号角色。这次访问已记入审计。",
            )
    try:
        if entry.keeps and call.form.get("act") == "draft":
            drafts.keep(room.engine, call.who, request.url.path, call.fields(), call.number_typed("revision"))
            return Response(status_code=204)
        if entry.keeps and call.form.get("act") == "undo":
            call.saved()
            return call.go(request.url.path.removeprefix(ROOT), "undone")
        return entry.handler(call)
    except ProblemError as problem:  # the fleet refuses in the words of the platform's interface
        kind = KINDS[problem.code]
        raise Refusal(kind.status, kind.title, kind.detail) from problem
    except DirectorError as error:
        raise Refusal(
            503, "配置包仓库暂时不可用", "这次操作没有完成，请联系系统管理员。", str(error)
        ) from error


def _meant(call: Call) -> None:
    """A post comes from a page of ours, and from this very session."""
    origin = call.request.headers.get("origin")
    site = call.request.headers.get("sec-fetch-site", "same-origin")
    other = origin is not None and urlsplit(origin).netloc != call.request.headers.get("host", "")
    # A browser that says where it comes from is believed: a proxy may have another name for this host.
    foreign = other and "sec-fetch-site" not in call.request.headers
    key = call.token or call.request.cookies.get(ENTRY, "")
    given = call.form.get("form_token", "")
    if foreign or site not in ("same-origin", "none") or not key or not isinstance(given, str):
        raise _forged()
    if not sessions.is_form_token(key, given):
        raise _forged()


def _owner_of_ended(call: Call, token: str) -> str:
    """Who has typed in a session that ended meanwhile; only where the form is that session's own."""
    given = call.form.get("form_token", "")
    if not isinstance(given, str) or not token or not sessions.is_form_token(token, given):
        return ""
    return sessions.owner_of_ended(call.room.engine, token, demo=call.room.demo)


def _forged() -> Refusal:
    return Refusal(
        403,
        "页面已失效，没有做任何更改",
        "登录可能已过期，或请求不是从本系统页面发出的。",
        "请返回上一页，刷新后再试。",
    )


def _to_login(call: Call, entry: Entry) -> Response:
    if entry.by_itself:
        return Response(status_code=401)
    path = call.request.url.path
    asked = path + (f"?{call.request.url.query}" if call.request.url.query else "")
    wanted = asked if (entry.method == "GET" or entry.keeps) and local_path(asked) else ""
    return call.go("/login" + (f"?next={_quoted(wanted)}" if wanted and wanted != f"{ROOT}/" else ""))


def local_path(given: str) -> str:
    """``given`` if it is an address of the console, else nothing: a login leads nowhere else."""
    good = _LOCAL.fullmatch(given) and "//" not in given and ".." not in given
    return given if good else ""


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="/")


def not_found() -> Refusal:
    return Refusal(404, "没有这一页", "它可能已被删除，或地址有误。请从左侧菜单重新进入。")


def stale(words: str, back: str = "", own: str = "") -> Refusal:
    """Somebody else was faster: nothing was overwritten."""
    return Refusal(409, "别人刚刚改过，没有保存您的更改", words, back=back, own=own)


async def on_error(renderer: Renderer, room: Room, request: Request, error: Exception) -> Response:
    """Everything else that ends a request: an address that is none, a database that is away, a bug."""
    words: tuple[str, ...]
    if isinstance(error, HTTPException):
        status, title, words = error.status_code, *_HTTP.get(error.status_code, _HTTP[400])
    elif isinstance(error, DBAPIError | PoolTimeoutError):
        log.error("the console's database does not answer: %s", type(error).__name__)
        status, title = 503, "数据库暂时不可用"
        words = ("这次操作没有完成。请稍后再试；持续出现请联系系统管理员检查数据库。",)
        return renderer.bare(status, title, words)
    elif isinstance(error, ClientDisconnect):
        return Response(status_code=400)
    else:
        number = uuid.uuid4().hex[:12]
        log.error("console failure %s: %s at %s", number, type(error).__name__, _place_of(error))
        status, title = 500, "系统内部错误"
        words = (f"这次操作没有完成。请稍后再试；仍有问题请提供编号 {number}。",)
        return renderer.bare(status, title, words)
    return await run_in_threadpool(_error_page, renderer, room, request, Refusal(status, title, *words))


_HTTP: Final[Mapping[int, tuple[str, tuple[str, ...]]]] = {
    400: ("请求有误", ("请返回后重试。",)),
    404: ("没有这一页", ("它可能已被删除，或地址有误。请从左侧菜单重新进入。",)),
    405: ("不支持的操作", ("请从页面上的按钮操作。",)),
    413: ("内容过大", ("一次提交最多 2 MB。请精简后重新提交；没有保存任何更改。",)),
}


def _error_page(renderer: Renderer, room: Room, request: Request, refusal: Refusal) -> Response:
    token = request.cookies.get(SESSION, "")
    user = sessions.find(room.engine, token, demo=room.demo, used=False)
    call = Call(room, renderer, request, user, token if user else "")
    said = {"title": refusal.title, "words": refusal.words, "back": refusal.back, "own": refusal.own}
    return call.page("refused.html", refusal.status, **said)


def _place_of(error: BaseException) -> str:
    """Where it happened; the text of an exception may hold what somebody typed."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place is not None else "?"


def new_entry_key() -> str:
    return secrets.token_urlsafe(sessions.TOKEN_BYTES)
