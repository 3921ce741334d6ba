"""What terminals call, over HTTP, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from kiosk.server.fleet import alarms, commands, registry, standing, timeline
from kiosk.server.fleet.commands import Kind
from kiosk.server.fleet.context import Fleet
from kiosk.server.fleet.tables import beats
from tests.kiosk.server.conftest import ON_BOTH, Client, problem

HEAD = "12:" + "a" * 64


pytestmark = ON_BOTH


def fleet_of(platform: Client) -> Fleet:
    return Fleet(platform.engine)


def beat(platform: Client, terminal: str, credential: str = "", **told: Any) -> requests.Response:
    headers = {"Terminal-Credential": credential} if credential else {}
    url = f"{platform.url}/v1/terminals/{terminal}/heartbeat"
    return requests.post(url, json=told, headers=headers, timeout=120)


def device(name: str, state: str = "online", **more: str) -> dict[str, str]:
    return {"name": name, "driver": "cups", "state": state, **more}


def test_a_terminal_acts_only_as_itself(platform: Client) -> None:
    fleet = fleet_of(platform)
    mine = registry.register(fleet, "Z-1", "wang")
    others = registry.register(fleet, "Z-2", "wang")
    problem(beat(platform, "Z-1"), 401, "terminal-credential-missing")
    problem(beat(platform, "Z-1", others), 403, "terminal-not-itself")
    assert beat(platform, "Z-1", mine, ready=True).status_code == 200
    reports = {"reports": [{"id": "report-1", "bundle": "b", "event": "downloaded"}]}
    problem(platform.post("/v1/terminals/Z-1/reports", reports), 401, "terminal-credential-missing")
    registry.retire(fleet, "Z-1", "wang")
    problem(beat(platform, "Z-1", mine), 404, "terminal-unknown")


def test_troubles_open_alarms_and_their_end_closes_them(platform: Client) -> None:
    fleet = fleet_of(platform)
    good = [device("reader"), device("receipt", paper="full")]
    bad = [device("reader", "hardware_error", fault="samv.sam"), device("receipt", paper="low")]
    beat(platform, "A-1", ready=True, version="1", devices=good)
    assert not alarms.open_alarms(fleet, "A-1")
    late = "2020-01-01T00:00:00Z"
    for _ in range(2):
        beat(platform, "A-1", ready=False, version="2", devices=bad, clock=late, bundle={"stale": "x.y"})
    kinds = sorted((each.kind, each.subject, each.detail) for each in alarms.open_alarms(fleet, "A-1"))
    assert kinds == [
        ("bundle.stale", "", "x.y"),
        ("device.fault", "reader", "samv.sam"),
        ("paper.low", "receipt", "low"),
        ("terminal.clock", "", "behind"),
    ]
    beat(platform, "A-1", ready=True, version="2", devices=good)
    assert not alarms.open_alarms(fleet, "A-1") and len(alarms.past_alarms(fleet, "A-1")) == 4
    told = [(each.kind, each.detail.get("is")) for each in timeline.of_terminal(fleet, "A-1")]
    assert ("terminal.version", "2") in told and told.count(("terminal.ready", True)) == 2
    shown = standing.terminal(fleet, "A-1")
    assert shown is not None and shown.row.condition == "ready" and len(shown.devices) == 2
    bundle = {"name": "b", "sequence": 3, "since": "2026-11-24T02:20:00Z", "waiting": 4, "checked": "now"}
    beat(platform, "A-1", ready=True, version="2", devices=good, bundle=bundle)
    beat(platform, "A-1", ready=True, version="2", devices=good, bundle={**bundle, "checked": "later"})
    shown = standing.terminal(fleet, "A-1")
    assert shown is not None
    assert (shown.since, shown.waiting, shown.checked) == ("2026-11-24T02:20:00Z", 4, "later")


def test_the_heads_of_a_chain_that_contradict_each_other_are_an_alarm(platform: Client) -> None:
    beat(platform, "H-1", audit_head=HEAD)
    beat(platform, "H-1", audit_head=HEAD)
    assert not alarms.open_alarms(fleet_of(platform), "H-1")
    beat(platform, "H-1", audit_head="11:" + "a" * 64)
    (alarm,) = alarms.open_alarms(fleet_of(platform), "H-1")
    assert (alarm.kind, alarm.detail) == ("audit.chain", "shorter")


def test_a_terminal_that_follows_another_group_than_its_own_is_an_alarm(platform: Client) -> None:
    fleet = fleet_of(platform)
    first = beat(platform, "G-1", bundle={"group": "pilot"}).json()
    assert first["group"] == "pilot"  # nobody had put it anywhere
    registry.move(fleet, "G-1", "wang", group="halls")
    assert beat(platform, "G-1", bundle={"group": "pilot"}).json()["group"] == "halls"
    (alarm,) = alarms.open_alarms(fleet, "G-1")
    assert (alarm.kind, alarm.detail) == ("terminal.group", "pilot")
    beat(platform, "G-1", bundle={"group": "halls"})
    assert not alarms.open_alarms(fleet, "G-1")


def test_a_command_goes_out_until_its_end_was_told(platform: Client) -> None:
    fleet = fleet_of(platform)
    beat(platform, "C-1")
    asked = commands.ask(fleet, "C-1", Kind.OUT_OF_SERVICE, "li", "搬迁")
    for _ in range(2):
        (told,) = beat(platform, "C-1").json()["commands"]
        assert (told["id"], told["kind"], told["by"], told["reason"]) == (
            asked.id,
            "out_of_service",
            "li",
            "搬迁",
        )
    assert commands.of_terminal(fleet, "C-1")[0].state == "delivered"
    assert beat(platform, "C-2").json()["commands"] == []
    end = {"id": asked.id, "outcome": "done"}
    assert beat(platform, "C-2", commands=[end]).status_code == 200  # not its own: it changes nothing
    assert beat(platform, "C-1").json()["commands"]
    answer = beat(platform, "C-1", commands=[end], service="closed_by_platform")
    assert answer.json()["commands"] == []
    assert commands.of_terminal(fleet, "C-1")[0].state == "done"
    shown = standing.terminal(fleet, "C-1")
    assert shown is not None and shown.row.condition == "out_of_service"


def test_reports_are_kept_once(platform: Client) -> None:
    given = {"reports": [{"id": f"report-{number}", "bundle": "b", "event": "failed"} for number in range(3)]}
    kept = [platform.post("/v1/terminals/R-1/reports", given).json()["kept"] for _ in range(2)]
    assert kept == [3, 0]
    assert beat(platform, "R-1", reports=given["reports"]).status_code == 200
    kinds = [each.kind for each in timeline.of_terminal(fleet_of(platform), "R-1")]
    assert kinds.count("bundle.failed") == 3


def test_many_call_at_once_and_every_one_is_kept(platform: Client) -> None:
    ids = [f"M-{number}" for number in range(60)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda each: beat(platform, each, ready=True, queued=int(each[2:])), ids))
    assert {answer.status_code for answer in answers} == {200}
    with platform.engine.connect() as connection:
        rows = connection.execute(beats.select().where(beats.c.terminal_id.in_(ids))).all()
    assert {row.terminal_id: row.queued for row in rows} == {each: int(each[2:]) for each in ids}


def test_who_calls_without_end_is_told_to_wait(platform: Client, no_time_passes: None) -> None:
    answers = [beat(platform, "F-1") for _ in range(80)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused and answers[0].status_code == 200
    assert problem(refused[0], 429, "too-many-requests") and int(refused[0].headers["Retry-After"]) > 0


def test_news_wake_whoever_waits(platform: Client) -> None:
    fleet = platform.engine  # the running server's own
    version = platform.get("/v1/fleet/wake", version="0", seconds="0").json()["version"]
    heard: list[int] = []

    def wait() -> None:
        answer = platform.get("/v1/fleet/wake", version=str(version), seconds="50")
        heard.append(answer.json()["version"])

    waiting = [threading.Thread(target=wait) for _ in range(5)]
    for each in waiting:
        each.start()
    # From another process: the server's own clock finds it in the database.
    from kiosk.server.fleet.wake import Wake

    Wake(fleet).bump()
    for each in waiting:
        each.join(timeout=120)
    assert heard == [version + 1] * 5
    assert platform.get("/v1/fleet/wake", version=str(version)).json()["version"] == version + 1


def test_a_command_calls_its_own_terminal_and_no_other(platform: Client) -> None:
    fleet = platform.application.state.platform.fleet
    for each in ("K-1", "K-2"):
        platform.post(f"/v1/terminals/{each}/heartbeat", {})
    version = platform.get("/v1/fleet/wake", version="0", seconds="0").json()["version"]
    heard: dict[str, int] = {}

    def wait(terminal: str) -> None:
        address = f"{platform.url}/v1/fleet/wake"
        asked = {"version": str(version), "seconds": "50"}
        answer = requests.get(address, params=asked, headers={"Terminal-Id": terminal}, timeout=120)
        heard[terminal] = answer.json()["called"]

    waiting = {each: threading.Thread(target=wait, args=(each,)) for each in ("K-1", "K-2")}
    for thread in waiting.values():
        thread.start()
    made = commands.ask(fleet, "K-1", commands.Kind.OUT_OF_SERVICE, "li", "搬迁")
    waiting["K-1"].join(timeout=120)
    assert heard == {"K-1": made.id}  # the other one still waits
    wait("K-1")  # it was not fetched: told again at once
    answer = platform.post("/v1/terminals/K-1/heartbeat", {}).json()
    assert [each["id"] for each in answer["commands"]] == [made.id]
    fleet.asked("K-1")
    assert platform.application.state.platform.fleet_service.wake.called("K-1") == 0
    platform.application.state.platform.fleet_service.wake.bump()
    waiting["K-2"].join(timeout=120)
    assert heard["K-2"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"devices": [{}] * 51},
        {"reports": [{"id": "x", "bundle": "b", "event": "activated"}]},
        {"bundle": {"trusted": {"ROOT": 1}}},
        {"queued": -1},
        {"service": "perhaps"},
        {"commands": [{"id": 1, "outcome": "maybe"}]},
    ],
)
def test_wrong_heartbeats_are_refused_by_field(platform: Client, body: Any) -> None:
    answer = platform.post("/v1/terminals/W-1/heartbeat", body)
    assert problem(answer, 422, "request-invalid")["errors"]
