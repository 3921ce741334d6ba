"""Bad ratings and requests as tickets, until they are put right."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select, update

from kiosk.matters.calendar import Calendar
from kiosk.server.console import tickets
from kiosk.server.console.tables import audit
from kiosk.server.console.tables import tickets as table
from kiosk.server.database import requests as asked_table
from kiosk.server.database import writing
from tests.kiosk.server import samples
from tests.kiosk.server.console.conftest import Hall


def rate(hall: Hall, satisfaction: int, text: str = "") -> None:
    project = hall.platform.apply(samples.application()).json()["project_no"]
    answer = hall.platform.post(
        "/v1/ratings",
        {
            "projectNo": project,
            "satisfaction": satisfaction,
            "writingEvaluation": text,
            "userName": "张示范",
            "certKey": samples.NUMBER,
            "taskName": "异地就医备案",
        },
    )
    assert answer.status_code == 201, answer.text


def test_a_bad_rating_is_a_ticket_until_it_is_put_right(alone: Hall) -> None:
    operator = alone.as_("赵运维")
    rate(alone, 5)
    rate(alone, 1, "<i>机器</i>坏了")
    page = operator.get("/ratings").text
    assert "差评 1" in page and "差评 2" not in page
    assert "&lt;i&gt;机器" in page
    assert "终端-1" in page  # where it was
    ticket = operator.get("/tickets/1").text
    assert "张*范" in ticket and "张示范" not in ticket and samples.NUMBER not in ticket
    assert "由 赵运维" not in ticket
    assert "已由您处理" in operator.post("/tickets/1/take", revision="1").text
    assert operator.post("/tickets/1/take", revision="1").status_code == 409
    assert operator.post("/tickets/1/finish", revision="2", action="", outcome="content").status_code == 422
    assert operator.post("/tickets/1/finish", revision="2", action="换了", outcome="").status_code == 422
    done = operator.post("/tickets/1/finish", revision="2", action="换了打印头", outcome="content")
    assert "换了打印头" in done.text and "群众认可" in done.text and "赵运维" in done.text
    assert "100%" in operator.get("/ratings").text
    again = operator.post("/tickets/1/reopen", revision="3", reason="又坏了")
    assert "办理中" in again.text
    with alone.engine.connect() as connection:
        events = connection.execute(
            select(audit.c.event).where(audit.c.event.like("ticket.%")).order_by(audit.c.seq)
        ).scalars()
        assert list(events) == ["ticket.taken", "ticket.done", "ticket.reopened"]


def test_the_deadline_is_in_workdays_and_put_off_once(alone: Hall) -> None:
    rate(alone, 2, "慢")
    operator = alone.as_("赵运维")
    operator.get("/ratings")
    ticket = tickets.get(alone.engine, 1)
    assert ticket is not None
    came = date.fromisoformat(ticket.opened_at[:10])
    calendar = Calendar()
    workdays = [
        calendar.is_workday_by_law(date.fromordinal(each))
        for each in range(came.toordinal() + 1, date.fromisoformat(ticket.deadline).toordinal() + 1)
    ]
    assert abs(sum(workdays) - tickets.WORKDAYS) <= 1  # the day it came is one of Shanghai
    assert operator.post("/tickets/1/extend", revision="1", reason="").status_code == 422
    assert "期限已延长" in operator.post("/tickets/1/extend", revision="1", reason="要等备件").text
    longer = tickets.get(alone.engine, 1)
    assert longer is not None and longer.deadline > ticket.deadline
    assert operator.post("/tickets/1/extend", revision="2", reason="再等").status_code == 403


def test_what_is_overdue_lowers_the_rate(alone: Hall) -> None:
    for _ in range(3):
        rate(alone, 1, "差")
    operator = alone.as_("赵运维")
    operator.get("/ratings")
    with writing(alone.engine) as connection:
        connection.execute(update(table).where(table.c.id <= 2).values(deadline="2020-01-01"))
    assert "0.0%" in operator.get("/ratings").text
    operator.post("/tickets/1/finish", revision="1", action="已改", outcome="unreached")
    page = operator.get("/ratings").text
    assert "50.0%" in page and "晚于期限" in page
    assert len(re.findall(r"差评 \d+</a>", operator.get("/ratings?state=overdue").text)) == 1
    tally = tickets.tally(alone.engine, "rating", "2026-11-26")
    assert (tally.total, tally.done, tally.late, tally.overdue) == (3, 1, 1, 1)


def test_one_that_is_closed_while_the_citizen_is_not_content_was_not_put_right(alone: Hall) -> None:
    for _ in range(4):
        rate(alone, 1, "差")
    operator = alone.as_("赵运维")
    operator.get("/ratings")
    for number, outcome in ((1, "content"), (2, "unreached"), (3, "not_content")):
        operator.post(f"/tickets/{number}/finish", revision="1", action="已答复", outcome=outcome)
    page = operator.get("/ratings").text
    assert "66.7%" in page and "已整改 2 ÷ 应整改 3" in page and "100%</span>" not in page
    assert "群众仍不满意 1" in page and "1 件未能回访到" in page
    assert "群众仍不满意 1" in operator.get("/").text
    unsettled = operator.get("/ratings?state=not_content").text
    assert "差评 3" in unsettled and "差评 1<" not in unsettled
    ticket = operator.get("/tickets/3").text
    assert "已办结，群众仍不满意" in ticket and "已整改</" not in ticket
    with alone.engine.connect() as connection:
        events = connection.execute(select(audit.c.event).where(audit.c.event.like("ticket.%"))).scalars()
        assert sorted(events) == ["ticket.done", "ticket.done", "ticket.not_content"]
    operator.post("/tickets/3/reopen", revision="2", reason="再次整改")
    operator.post("/tickets/3/finish", revision="3", action="换了机器", outcome="content")
    assert "100%</span>" in operator.get("/ratings").text


def test_a_rate_is_never_rounded_up_to_all() -> None:
    assert tickets.Tally(100_001, 100_001, 0, 0, 0, not_content=1).rate_words == "99.9%"
    assert tickets.Tally(100_001, 100_000, 0, 0, 1).rate_words == "99.9%"
    assert tickets.Tally(0, 0, 0, 0, 0).rate_words == "—"
    assert tickets.Tally(3, 2, 0, 1, 0).rate_words == "100%"


def test_a_telephone_number_is_shown_to_who_answers_and_that_is_written_down(alone: Hall) -> None:
    body = {"kind": "complaint", "text": "没有人接待", "phone": "13937500026", "terminal_id": "T1"}
    number = alone.platform.post("/v1/requests", body).json()["request_no"]
    operator, editor = alone.as_("赵运维"), alone.as_("王编辑")
    assert "投诉" in operator.get("/requests").text
    for visitor in (operator, editor):
        page = visitor.get("/tickets/1").text
        assert "139****0026" in page and "13937500026" not in page and number in page
    assert "显示完整电话" not in editor.get("/tickets/1").text
    assert "13937500026" in operator.post("/tickets/1/phone").text
    with alone.engine.connect() as connection:
        rows = connection.execute(select(audit).where(audit.c.event == "request.contact")).all()
    assert [(row.who, number in row._mapping["keys"]) for row in rows] == [("赵运维", True)]


@pytest.mark.parametrize("body", [{}, {"kind": 3, "text": None}, {"text": "x" * 5000}])
def test_an_odd_request_of_another_version_is_shown_all_the_same(
    alone: Hall, body: dict[str, object]
) -> None:
    with writing(alone.engine) as connection:
        connection.execute(
            asked_table.insert().values(
                request_no="SQ1", kind="new_kind", body=body, received_at="2026-11-20T01:02:03Z"
            )
        )
    assert alone.as_("赵运维").get("/requests").status_code == 200
    assert alone.as_("赵运维").get("/tickets/1").status_code == 200
