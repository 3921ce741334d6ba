"""Who comes in: passwords, lock-out, sessions, forged forms, headers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from argon2 import PasswordHasher
from sqlalchemy import select, update

from kiosk.server.console import accounts, chain, events, lockout, pages_audit, passwords, sessions
from kiosk.server.console.desk import SESSION, local_path
from kiosk.server.console.tables import audit, tries, users
from kiosk.server.console.tables import sessions as session_table
from kiosk.server.database import as_text, writing
from tests.kiosk.server.conftest import running
from tests.kiosk.server.console.conftest import PASSWORD, Hall, Visitor, people


def test_a_password_opens_and_logout_ends_the_session(hall: Hall) -> None:
    visitor = hall.stranger()
    assert visitor.login("王编辑").url.endswith("/console/")
    cookie = visitor.session.cookies[SESSION]
    assert visitor.post("/logout").status_code == 200
    again = hall.stranger()
    again.session.cookies.set(SESSION, cookie, path="/console")
    assert again.get("/", allow_redirects=False).status_code == 303
    with hall.engine.connect() as connection:
        events = (
            connection.execute(select(audit.c.event).where(audit.c.who == "王编辑").order_by(audit.c.seq))
            .scalars()
            .all()
        )
    assert list(events)[-2:] == ["session.begun", "session.ended"]


def test_cookies_are_out_of_reach_and_every_answer_has_its_headers(hall: Hall) -> None:
    visitor = hall.stranger()
    visitor.get("/login")
    answer = visitor.raw_post(
        "/login",
        {"form_token": visitor.token, "name": "王编辑", "password": PASSWORD},
        allow_redirects=False,
        headers={"X-Forwarded-Proto": "https"},
    )
    cookie = next(each for each in answer.raw.headers.getlist("Set-Cookie") if each.startswith(SESSION))
    for word in ("HttpOnly", "SameSite=strict", "Path=/console", "Secure"):
        assert word in cookie
    for path in ("/login", "/nothing", "/static/console.css", "/static/nothing"):
        headers = visitor.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
    assert visitor.get("/login").headers["Cache-Control"] == "no-store"
    assert "immutable" in visitor.get("/static/console.css").headers["Cache-Control"]


def test_no_page_has_styles_or_scripts_inside() -> None:
    folder = Path(accounts.__file__).parent / "templates"
    templates = list(folder.glob("*.html"))
    assert templates
    for template in templates:
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|\|safe", text), template.name
        assert "<script" not in text.replace('<script src="{{ js }}" defer></script>', ""), template.name


def test_wrong_passwords_lock_and_a_restart_does_not_help(tmp_path: Path) -> None:
    with running(tmp_path) as client:
        people(client.engine)
        visitor = Visitor(client.url)
        for _ in range(lockout.FREE_TRIES):
            answer = visitor.login("王编辑", "wrong-wrong-wrong")
            assert answer.status_code == 401 and "账号或密码不对" in answer.text
        assert "5 分钟" in answer.text
        assert visitor.login("王编辑").status_code == 429
    with running(tmp_path) as client:
        assert Visitor(client.url).login("王编辑").status_code == 429  # with the right password
        assert Visitor(client.url).login("李审批").url.endswith("/console/")
        with writing(client.engine) as connection:  # five minutes later
            past = as_text(datetime.now(UTC) - timedelta(seconds=1))
            connection.execute(update(tries).values(locked_until=past))
        assert Visitor(client.url).login("王编辑").url.endswith("/console/")
        with client.engine.connect() as connection:
            rows = (
                connection.execute(select(audit.c.event).where(audit.c.who == "王编辑").order_by(audit.c.seq))
                .scalars()
                .all()
            )
            assert list(rows).count("session.refused") == lockout.FREE_TRIES
            assert "session.locked" in rows
            (row,) = connection.execute(
                select(tries)
            ).all()  # of all strangers together; the right one is none
            assert (row.failures, row.locked_until) == (lockout.FREE_TRIES, "")


def test_an_unknown_name_is_refused_and_locked_as_a_known_one_and_not_written_down(hall: Hall) -> None:
    visitor = hall.stranger()
    typed = "my-secret-typed-as-name"
    answers = [visitor.login(typed, "whatever-it-is") for _ in range(lockout.FREE_TRIES + 1)]
    assert [each.status_code for each in answers] == [401] * lockout.FREE_TRIES + [429]
    with hall.engine.connect() as connection:
        everything = json.dumps(
            [
                [str(value) for value in row]
                for table in (audit, tries)
                for row in connection.execute(select(table))
            ]
        )
    assert typed not in everything


def test_a_session_of_before_is_not_taken_over(hall: Hall) -> None:
    """Fixation: somebody else has put a session into the browser before."""
    visitor = hall.stranger()
    visitor.session.cookies.set(SESSION, "planted-by-somebody-else", domain="127.0.0.1", path="/console")
    visitor.login("李审批")
    mine = [each.value for each in visitor.session.cookies if each.name == SESSION]
    assert "planted-by-somebody-else" not in mine
    other = hall.stranger()
    other.session.cookies.set(SESSION, "planted-by-somebody-else", path="/console")
    assert other.get("/", allow_redirects=False).status_code == 303
    before = visitor.session.cookies[SESSION]
    visitor.session.cookies.clear()
    visitor.login("李审批")
    assert visitor.session.cookies[SESSION] != before


@pytest.mark.parametrize(
    "change",
    [
        lambda visitor, other: ({"form_token": ""}, {}),
        lambda visitor, other: ({"form_token": "0" * 64}, {}),
        lambda visitor, other: ({"form_token": other.token}, {}),
        lambda visitor, other: ({}, {}),
        lambda visitor, other: ({"form_token": visitor.token}, {"Origin": "https://evil.example"}),
        lambda visitor, other: ({"form_token": visitor.token}, {"Sec-Fetch-Site": "cross-site"}),
        lambda visitor, other: ({"form_token": visitor.token}, {"Origin": "null"}),
    ],
)
def test_forged_forms_change_nothing(
    hall: Hall, change: Callable[[Visitor, Visitor], tuple[dict[str, str], dict[str, str]]]
) -> None:
    visitor, other = hall.as_("王编辑"), hall.as_("钱编辑")
    visitor.get("/changes"), other.get("/changes")
    fields, headers = change(visitor, other)
    answer = visitor.raw_post("/changes", {"title": "伪造", **fields}, headers=headers)
    assert answer.status_code == 403 and "没有做任何更改" in answer.text
    assert "伪造" not in visitor.get("/changes").text


def test_login_leads_only_back_into_the_console(hall: Hall) -> None:
    assert local_path("/console/changes/1?done=x") == "/console/changes/1?done=x"
    for bad in (
        "//evil.example",
        "https://evil.example",
        "/console//evil",
        "/console/..%2f",
        "/v1/x",
        "/console/../x",
    ):
        assert local_path(bad) in ("", "/console/..%2f") and (bad != "/console/../x" or not local_path(bad))
    visitor = hall.stranger()
    visitor.get("/login")
    answer = visitor.post("/login", name="赵运维", password=PASSWORD, next="//evil.example/")
    assert answer.url == f"{hall.platform.url}/console/"
    fresh = hall.stranger()
    asked = fresh.get("/ratings?state=open")
    assert "next=/console/ratings%3Fstate%3Dopen" in asked.url
    wanted = re.search(r'name="next" value="([^"]*)"', asked.text)
    assert wanted is not None
    landed = fresh.post("/login", name="赵运维", password=PASSWORD, next=wanted[1])
    assert landed.url.endswith("/console/ratings?state=open")


def test_sessions_end_when_idle_and_after_a_day_of_work(hall: Hall) -> None:
    for column, age in (("seen_at", sessions.IDLE), ("created_at", sessions.LONGEST)):
        visitor = hall.stranger()
        visitor.login("孙审计")
        with writing(hall.engine) as connection:
            past = as_text(datetime.now(UTC) - age - timedelta(seconds=1))
            connection.execute(
                update(session_table).where(session_table.c.user == "孙审计").values({column: past})
            )
        assert visitor.get("/", allow_redirects=False).status_code == 303


def test_another_password_ends_all_other_sessions(alone: Hall) -> None:
    mine, elsewhere = alone.as_("王编辑"), alone.stranger()
    elsewhere.login("王编辑")
    fresh = "a-whole-new-secret-7"
    wrong = mine.post("/password", old="not-this-one", new=fresh, again=fresh)
    assert wrong.status_code == 422 and "原密码不对" in wrong.text
    short = mine.post("/password", old=PASSWORD, new="short", again="short")
    assert short.status_code == 422 and "至少 10" in short.text
    assert mine.post("/password", old=PASSWORD, new=fresh, again=fresh).status_code == 200
    assert mine.get("/", allow_redirects=False).status_code == 200
    assert elsewhere.get("/", allow_redirects=False).status_code == 303
    assert alone.stranger().login("王编辑").status_code == 401
    assert alone.stranger().login("王编辑", fresh).status_code == 200


def test_a_disabled_account_is_out_at_once(alone: Hall) -> None:
    visitor = alone.as_("赵运维")
    assert accounts.set_disabled(alone.engine, "赵运维", True)
    assert visitor.get("/", allow_redirects=False).status_code == 303
    assert alone.stranger().login("赵运维").status_code == 401
    assert not accounts.set_disabled(alone.engine, "没有这人", True)


def test_accounts_of_a_demonstration_open_nothing_else(tmp_path: Path) -> None:
    with running(tmp_path, demo_console=True) as client:
        made = accounts.make_demo(client.engine)
        assert {role for each in made for role in each.roles} == {"editor", "approver", "operator", "auditor"}
        for each in made:
            assert Visitor(client.url).login(each.name, each.password).url.endswith("/console/")
    with running(tmp_path) as client:
        assert Visitor(client.url).login(made[0].name, made[0].password).status_code == 401


def test_passwords_that_are_none() -> None:
    for bad in (
        "short",
        "aaaaaaaaaaaa",
        "1234567890",
        "abcdefghijkl",
        "Password-123",
        "xx王编辑xx-9d8f",
        "x" * 200,
    ):
        assert passwords.unfit(bad, "王编辑"), bad
    assert passwords.unfit("correct-horse-9-battery", "王编辑") is None
    ours = PasswordHasher()  # what the product hashes with: RFC 9106, 64 MiB
    assert ours.memory_cost >= 65536 and ours.time_cost >= 3
    assert not passwords.matches("", PASSWORD)
    assert not passwords.matches("no hash at all", PASSWORD)


def test_markup_in_what_people_type_stays_text(hall: Hall) -> None:
    visitor = hall.as_("王编辑")
    nasty = "<script>alert(1)</script>\"'&{{7*7}}"
    answer = visitor.post("/changes", title=nasty)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text and "&lt;script&gt;" in answer.text and "{{7*7}}" in answer.text
    login = hall.stranger()
    assert "<script>alert" not in login.login(nasty, "x").text


def test_huge_and_broken_inputs_are_refused_with_words(hall: Hall) -> None:
    visitor = hall.as_("王编辑")
    visitor.get("/changes")
    long_title = visitor.post("/changes", title="长" * 5000)
    assert long_title.status_code == 422 and "80" in long_title.text
    huge = visitor.raw_post("/changes", {"form_token": visitor.token, "title": "x" * 3_000_000})
    assert huge.status_code == 413 and "没有保存" in huge.text
    many = visitor.raw_post(
        "/changes", [("form_token", visitor.token), *[(f"f{n}", "") for n in range(7000)]]
    )
    assert many.status_code == 400
    broken = visitor.session.post(
        f"{visitor.url}/console/changes",
        data=b"--x\r\nnonsense",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
        timeout=120,
    )
    assert broken.status_code in (400, 403)
    for path in (
        "/changes?page=999999999",
        "/changes?page=-1&state=%00",
        "/audit",
        "/tickets/99999999999999999999",
    ):
        assert visitor.get(path).status_code in (200, 403, 404)
    assert (
        visitor.raw_post("/changes", b"\xff\xfe\x00", headers={"Content-Type": "text/plain"}).status_code
        == 403
    )


def test_the_chain_holds_and_shows_what_was_changed_or_cut_off(alone: Hall) -> None:
    visitor = alone.as_("孙审计")
    answer = visitor.post("/audit/verify")
    assert "审计链完整" in answer.text
    verdict = chain.verify(alone.engine)
    assert verdict.broken is None and verdict.records > len(accounts.DEMO)
    number, digest = verdict.head.split(":")
    assert chain.verify(alone.engine, (int(number), digest)).broken is None
    assert chain.verify(alone.engine, (int(number), "0" * 64)).broken == int(number)
    with writing(alone.engine) as connection:
        connection.execute(update(audit).where(audit.c.seq == 3).values(who="别人"))
    assert chain.verify(alone.engine).broken == 3
    assert "第 3 条" in visitor.post("/audit/verify").text


def test_each_event_is_asked_for_by_words_of_its_own() -> None:
    labels = {pages_audit._plain(each.words) for each in events.EVENTS.values()}
    assert len(labels) == len(events.EVENTS) and not any("{" in label for label in labels), sorted(labels)


def test_a_tail_that_was_cut_off_shows_also_after_new_records(alone: Hall) -> None:
    last = chain.verify(alone.engine).records
    with writing(alone.engine) as connection:
        connection.execute(audit.delete().where(audit.c.seq == last))
    found = chain.verify(alone.engine)
    assert (found.broken, found.kind) == (last, "removed")
    with writing(alone.engine) as connection:
        chain.append(connection, "王编辑", "session.begun")
    assert chain.verify(alone.engine).broken == last


def test_the_account_is_there_for_who_asks_without_scripts(hall: Hall) -> None:
    with hall.engine.connect() as connection:
        hashes = connection.execute(select(users.c.password_hash)).scalars().all()
    assert all(each.startswith("$argon2id$") for each in hashes)
    answer = requests.get(f"{hall.platform.url}/console", timeout=120)
    assert answer.status_code == 200 and "<h1>登录</h1>" in answer.text
