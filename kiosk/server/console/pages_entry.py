"""Coming in, going out, another password."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update
from starlette.responses import Response

from kiosk.server.console import chain, devices, lockout, passwords, sessions
from kiosk.server.console.desk import ENTRY, ROOT, SESSION, Call, Entry, Refusal, local_path, new_entry_key
from kiosk.server.console.roles import Right
from kiosk.server.console.tables import users
from kiosk.server.database import now_text, writing

_WRONG = "账号或密码不对。"


def login_page(call: Call, told: str = "", name: str = "", status: int = 200) -> Response:
    if call.user is not None:
        return call.go("/")
    key = call.request.cookies.get(ENTRY, "") or new_entry_key()
    call.request.scope["kiosk_entry_key"] = key
    with call.room.engine.connect() as connection:
        count = connection.execute(select(func.count()).select_from(users)).scalar_one()
    wanted = call.query("next", 400) if call.request.method == "GET" else call.text("next", 400)
    page = call.page("login.html", status, told=told, name=name, next=local_path(wanted), empty=not count)
    _keep(call, page, ENTRY, key)
    return page


def login(call: Call) -> Response:
    if call.user is not None:
        return call.go("/")
    name = call.text("name", 64)
    password = call.text("password", 1000, strip=False)
    engine = call.room.engine
    device = call.request.cookies.get(devices.COOKIE, "")
    address = call.request.client.host if call.request.client is not None else ""
    attempt = lockout.begin_try(engine, name, lockout.Source(address, device))
    if attempt.locked_seconds:
        minutes = -(-attempt.locked_seconds // 60)
        return login_page(call, f"输错次数过多，请 {minutes} 分钟后再试。", name, 429)
    with engine.connect() as connection:
        row = connection.execute(select(users).where(users.c.name == name)).first()
    open_here = row is not None and not row.disabled and (call.room.demo or not row.demo)
    right = passwords.matches(row.password_hash if row is not None and open_here else "", password)
    if row is None or not right:
        _tell_refused(call, row.name if row is not None else chain.NOBODY, attempt)
        return login_page(call, _wrong(attempt), name, 401)
    lockout.succeeded(engine, attempt)
    with writing(engine) as connection:
        device = devices.renew(connection, device, row.name)
        sessions.end(connection, call.request.cookies.get(SESSION, ""))
        token = sessions.begin(connection, row.name)
        kept = {"seen_at": now_text()}
        if passwords.outdated(row.password_hash):
            kept["password_hash"] = passwords.hashed(password)
        connection.execute(update(users).where(users.c.name == row.name).values(**kept))
        chain.append(connection, row.name, "session.begun")
    wanted = local_path(call.text("next", 400))
    answer = call.go(wanted.removeprefix(ROOT) if wanted else "/")
    _keep(call, answer, SESSION, token)
    _keep(call, answer, devices.COOKIE, device, devices.KEPT)
    answer.delete_cookie(ENTRY, path=ROOT)
    return answer


def logout(call: Call) -> Response:
    with writing(call.room.engine) as connection:
        sessions.end(connection, call.token)
        chain.append(connection, call.who, "session.ended")
    answer = call.go("/login", "left")
    answer.delete_cookie(SESSION, path=ROOT)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def password_page(call: Call, told: str = "", status: int = 200) -> Response:
    return call.page("password.html", status, told=told)


def change_password(call: Call) -> Response:
    old, new = call.text("old", 1000, strip=False), call.text("new", 1000, strip=False)
    engine = call.room.engine
    attempt = lockout.begin_own_try(engine, call.who)
    if attempt.locked_seconds:
        raise Refusal(429, "输错次数过多", f"请 {-(-attempt.locked_seconds // 60)} 分钟后再试。")
    with engine.connect() as connection:
        stored = connection.execute(
            select(users.c.password_hash).where(users.c.name == call.who)
        ).scalar_one()
    if not passwords.matches(stored, old):
        _tell_refused(call, call.who, attempt)
        return password_page(call, "原密码不对，没有更换。", 422)
    lockout.succeeded(engine, attempt)
    if new != call.text("again", 1000, strip=False):
        return password_page(call, "两次输入的新密码不一样，没有更换。", 422)
    if reason := passwords.unfit(new, call.who):
        return password_page(call, f"{reason}。没有更换。", 422)
    fresh = passwords.hashed(new)
    with writing(engine) as connection:
        connection.execute(update(users).where(users.c.name == call.who).values(password_hash=fresh))
        sessions.end_all(connection, call.who)
        token = sessions.begin(connection, call.who)
        chain.append(connection, call.who, "account.password", account=call.who)
    answer = call.go("/", "password")
    _keep(call, answer, SESSION, token)
    return answer


def _wrong(attempt: lockout.Try) -> str:
    if not attempt.wait:
        return _WRONG
    return f"{_WRONG}输错次数过多，{int(attempt.wait.total_seconds() // 60)} 分钟内不能再试。"


def _tell_refused(call: Call, who: str, attempt: lockout.Try) -> None:
    with writing(call.room.engine) as connection:
        chain.append(connection, who, "session.refused", reason="账号或密码不对")
        if attempt.wait:
            chain.append(connection, who, "session.locked", minutes=int(attempt.wait.total_seconds() // 60))


def _keep(call: Call, answer: Response, name: str, value: str, kept: timedelta | None = None) -> None:
    """For this visit of the browser, or as long as ``kept``; for this site only, out of reach of scripts."""
    secure = call.request.url.scheme == "https"
    seconds = int(kept.total_seconds()) if kept is not None else None
    answer.set_cookie(name, value, seconds, path=ROOT, httponly=True, samesite="strict", secure=secure)


ENTRIES = (
    Entry("GET", "/login", None, login_page),
    Entry("POST", "/login", None, login),
    Entry("POST", "/logout", Right.SEE, logout),
    Entry("GET", "/password", Right.SEE, password_page),
    Entry("POST", "/password", Right.SEE, change_password),
)
