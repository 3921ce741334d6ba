"""Complaining with a telephone: the page, the number to follow it, and the console where it arrives."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from sqlalchemy import select, update

from kiosk.matters.calendar import Calendar
from kiosk.server.console import tickets
from kiosk.server.console.tables import tickets as table
from kiosk.server.database import requests as filed
from tests.kiosk.server.conftest import Client

PAGE = "/p/complaints"
TEXT = "机器吞了我的身份证，等了一个小时。\n<b>没有人来</b>"


def form(client: Client, terminal: str = "PDS-HALL-01") -> dict[str, str]:
    page = client.get(PAGE, terminal=terminal)
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


def send(client: Client, fields: dict[str, Any], follow: bool = True) -> requests.Response:
    return requests.post(client.url + PAGE, data=fields, timeout=120, allow_redirects=follow)


def kept(client: Client) -> list[dict[str, Any]]:
    with client.engine.connect() as connection:
        return [row.body for row in connection.execute(select(filed).order_by(filed.c.received_at))]


def test_a_complaint_gets_a_number_and_a_deadline_and_lands_in_the_console(platform: Client) -> None:
    fields = form(platform) | {"text": TEXT, "reason": ["machine", "slow"], "phone": "139 3750 0026"}
    told = send(platform, fields)
    assert told.status_code == 200
    number = told.url.rsplit("/", 1)[1]
    assert number in told.text and "已登记" in told.text
    assert "吞了" not in told.text and "0026" not in told.text  # whoever finds the number learns nothing
    (body,) = [each for each in kept(platform) if "吞了" in each["text"]]
    assert body["text"] == f"自助终端不好用或坏了；办得太慢\n{TEXT}"
    assert (body["phone"], body["terminal_id"]) == ("139 3750 0026", "PDS-HALL-01")
    assert "name" not in body
    ticket = tickets.of_request(platform.engine, Calendar(), number)
    assert ticket is not None and ticket.deadline in told.text
    with platform.engine.begin() as connection:
        connection.execute(update(table).where(table.c.id == ticket.id).values(state="done"))
    assert "已处理完" in platform.get(f"{PAGE}/{number}").text
    again = send(platform, fields)  # the same form twice is one complaint
    assert again.url == told.url
    changed = send(platform, fields | {"text": "还有一件事"})
    assert changed.status_code == 409 and "还有一件事" in changed.text
    renewed = dict(re.findall(r'name="(once)" value="([^"]*)"', changed.text))
    other = send(platform, fields | {"text": "还有一件事"} | renewed)
    assert other.status_code == 200 and other.url != told.url


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "请写一写是什么事"),
        ({"text": "\u202e \x00"}, "请写一写是什么事"),
        ({"reason": "no-such"}, "请写一写是什么事"),
        ({"text": "长" * 1501}, "写得太长"),
        ({"text": "好", "phone": "12"}, "7 到 12 位数字"),
        ({"text": "好", "phone": "打我电话"}, "7 到 12 位数字"),
        ({"text": "好", "project_no": "<script>"}, "办件编号只有数字和字母"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    platform: Client, fields: dict[str, str], said: str
) -> None:
    before = len(kept(platform))
    answer = send(platform, form(platform) | {"text": "", **fields})
    assert answer.status_code == 422
    assert answer.text.count(said) == 2  # in the summary and at the field
    assert len(kept(platform)) == before
    typed = fields.get("text", "").strip("\u202e \x00")
    assert typed in answer.text and "<script" not in answer.text


def test_a_number_that_nobody_gave_and_a_form_that_is_none(platform: Client) -> None:
    assert platform.get(f"{PAGE}/SQ20260101-0001-0000").status_code == 404
    other = platform.post("/v1/requests", {"kind": "help", "text": "form"}).json()["request_no"]
    assert platform.get(f"{PAGE}/{other}").status_code == 404  # a call for help is no complaint
    assert requests.post(platform.url + PAGE, data=b"text=%FF", timeout=120).status_code == 400


def test_a_terminal_complains_with_the_number_of_the_case(platform: Client) -> None:
    number = "11410400005459150K3442014001001202611210001"
    body = {"kind": "complaint", "text": "办得太慢", "project_no": number}
    assert platform.post("/v1/requests", body).status_code == 201
