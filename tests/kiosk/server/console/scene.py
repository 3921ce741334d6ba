"""A city with terminals, ratings and requests, to look at and to measure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, insert

from kiosk.server.database import applications, as_text, ratings, requests, writing
from kiosk.server.fleet import alarms, timeline
from kiosk.server.fleet.alarms import Trouble
from kiosk.server.fleet.context import BundleInfo
from kiosk.server.fleet.tables import assignments, beats, terminals
from tests.kiosk.server import samples

HALLS: Final = (
    "平顶山市政务服务大厅",
    "卫东区政务服务中心",
    "湛河区政务服务中心",
    "新华区政务服务中心",
    "石龙区政务服务中心",
    "宝丰县政务服务中心",
    "叶县政务服务中心",
    "鲁山县政务服务中心",
    "郏县政务服务中心",
    "舞钢市政务服务中心",
)
GROUPS: Final = ("pilot", "city", "county-1", "county-2")
OLD: Final = "bundles/" + "a1" * 32 + ".bundle"
NEW: Final = "bundles/" + "b2" * 32 + ".bundle"
READINESS: Final = {
    "terminal": "PDS-00000",
    "ready": True,
    "devices": [{"name": "身份证阅读器", "state": "online", "self_test": "passed"}],
    "network": {"platform": "reached", "milliseconds": 12},
}


@dataclass
class Director:
    """Two approved bundles; remembers what was assigned."""

    assigned: dict[str, str] = field(default_factory=dict)

    def bundles(self) -> Sequence[BundleInfo]:
        return (
            BundleInfo(NEW, 2, "", ("“身份证补领换领”：收费标准由“免费”改为“20元”",)),
            BundleInfo(OLD, 1, "第一个配置包"),
        )

    def floor(self) -> int:
        return 1

    def assign(self, bundles: Mapping[str, str]) -> None:
        self.assigned |= bundles


def fill_fleet(engine: Engine, count: int, seed: int = 7) -> None:
    """``count`` terminals: most are well, some are not, one has all sorts of trouble."""
    chance = random.Random(seed)
    now = datetime.now(UTC)
    rows: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    troubles: list[tuple[Trouble, str]] = []
    for number in range(count):
        terminal = f"PDS-{number:05}"
        group = GROUPS[0] if number % 50 == 0 else GROUPS[1 + number % 3]
        rows.append(_terminal(terminal, number, group, now))
        luck = chance.random()
        seen = now - timedelta(seconds=chance.randrange(50) + (90_000 if luck < 0.02 else 0))
        paper = "out" if luck > 0.985 else "low" if luck > 0.95 else "full"
        fault = 0.02 <= luck < 0.05
        told.append(_beat(terminal, as_text(seen), paper, fault, luck, chance))
        if fault:
            troubles.append((Trouble(terminal, "device.fault", "身份证阅读器"), "samv.timeout"))
        if luck < 0.02:
            troubles.append((Trouble(terminal, "terminal.silent"), ""))
        if paper == "out":
            troubles.append((Trouble(terminal, "paper.out", "凭条打印机"), "out"))
    at = as_text(now)
    with writing(engine) as connection:
        for start in range(0, count, 500):
            connection.execute(insert(terminals), rows[start : start + 500])
            connection.execute(insert(beats), told[start : start + 500])
        connection.execute(
            insert(assignments),
            [
                {"group": group, "bundle": OLD, "rollout_id": 0, "wanted_at": at, "written_at": at}
                for group in GROUPS
            ],
        )
        for start in range(0, len(troubles), 50):
            alarms.raise_alarms(connection, at, troubles[start : start + 50])
        timeline.write(
            connection,
            [
                timeline.Event("PDS-00000", at, "device.state", {"device": "扫码器", "state": "offline"}),
                timeline.Event("PDS-00000", at, "bundle.activated", {"bundle": OLD}),
            ],
        )


def _terminal(terminal: str, number: int, group: str, now: datetime) -> dict[str, Any]:
    return {
        "id": terminal,
        "hall": HALLS[number % len(HALLS)],
        "name": f"{number % 7 + 1} 号机",
        "group": group,
        "model": "ZZJ-215",
        "registered": True,
        "registered_at": as_text(now - timedelta(days=30)),
        "credential_sha256": "0" * 64,
        "retired_at": None,
    }


def _beat(
    terminal: str, seen: str, paper: str, fault: bool, luck: float, chance: random.Random
) -> dict[str, Any]:
    return {
        "terminal_id": terminal,
        "last_seen": seen,
        "silent": luck < 0.02,
        "version": "0.1.0",
        "ready": not fault and paper != "out",
        "queued": 3 if luck > 0.97 else 0,
        "clock_skew": 185 if luck > 0.99 else chance.randrange(-3, 4),
        "paper": paper,
        "faults": int(fault),
        "bundle": OLD,
        "bundle_sequence": 1,
        "self_test": "passed",
        "trusted": {"root": 1, "snapshot": 4},
        "service": "closed_here" if 0.05 <= luck < 0.055 else "open",
        "audit_head": "12:" + "0" * 64,
        "devices": [
            {
                "name": "身份证阅读器",
                "driver": "samv",
                "state": "offline" if fault else "online",
                "since": seen,
                **({"fault": "samv.timeout"} if fault else {}),
            },
            {"name": "凭条打印机", "driver": "cups", "state": "online", "since": seen, "paper": paper},
        ],
        "readiness": READINESS if terminal == "PDS-00000" else None,
        "readiness_at": seen if terminal == "PDS-00000" else None,
    }


def fill_voices(engine: Engine, count: int, seed: int = 7) -> None:
    """Cases with a rating each, some bad ones among them, and requests."""
    chance = random.Random(seed)
    now = datetime.now(UTC)
    levels = {5: "510", 4: "406", 3: "307", 2: "207", 1: "115"}
    with writing(engine) as connection:
        for number in range(count):
            at = as_text(now - timedelta(hours=chance.randrange(29 * 24)))
            project = f"{samples.FILING}20261101{number:04}"
            connection.execute(insert(applications).values(**_case(project, number, at)))
            level = chance.choices((5, 4, 3, 2, 1), (70, 18, 6, 4, 2))[0] if number > 2 else (1, 2, 1)[number]
            body = {
                "projectNo": project,
                "satisfaction": level,
                "evalDetail": levels[level],
                "writingEvaluation": "<b>等了很久</b>，没有人来" if level < 3 else "",
                "taskName": "异地就医备案",
                "userName": "张示范",
                "certKey": samples.NUMBER,
            }
            connection.execute(
                insert(ratings).values(
                    project_no=project, assess_number=1, satisfaction=level, body=body, received_at=at
                )
            )
        for number, kind in enumerate(("complaint", "help", "home_visit", "green_channel")):
            body = {
                "kind": kind,
                "text": "打印机没有出纸" if kind == "complaint" else "",
                "phone": "13937500026" if number % 2 == 0 else None,
                "terminal_id": f"PDS-{number:05}",
            }
            connection.execute(
                insert(requests).values(
                    request_no=f"SQ2026112{number}-0001-7f3a",
                    kind=kind,
                    body=body,
                    received_at=as_text(now - timedelta(days=number * 4)),
                )
            )


def _case(project: str, number: int, at: str) -> dict[str, Any]:
    return {
        "project_no": project,
        "idempotency_key": f"key-{number}",
        "body_sha256": "0" * 64,
        "first_answer": "{}",
        "answer": "{}",
        "state": "accepted",
        "task_code": samples.FILING,
        "task_version": "1",
        "terminal_id": f"PDS-{number % 40:05}",
        "serial": f"S{number:09}",
        "holder_number": samples.NUMBER,
        "holder_name": "张示范",
        "holder": {},
        "answers": {},
        "materials": {},
        "verified": True,
        "applied_at": at,
        "received_at": at,
    }
