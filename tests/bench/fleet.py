"""Ten thousand simulated terminals against one server on one machine.

A minute of their life: each polls the repository once (two files that have not changed) and says how it is.
The bare web server is Debian's nginx with one worker: it gives the same files, and answers a heartbeat with a
constant.  What ours does on top is check, keep and answer each of them, and let the time pass.

Then one rollout, from ring 0 to done: each terminal downloads, activates and tests the bundle and reports it
with its heartbeats.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kiosk.bundles import repository
from kiosk.server.database import open_database, writing
from kiosk.server.fleet import rollouts
from kiosk.server.fleet.context import Fleet
from kiosk.server.fleet.machine import Limits, Phase, Ring
from kiosk.server.fleet.publisher import Publisher
from kiosk.server.fleet.tables import terminals
from tests.bench.figures import Figure
from tests.bench.fleet_load import Request, Server, get, post
from tests.kiosk.bundles.office import Office, good, small_folder

FEW, MANY = 1_000, 10_000
SOAK_SECONDS: Final = 8
RINGS: Final = ("pilot", "halls", "everybody")
SHARES: Final = (0.01, 0.19)
NGINX: Final = """
daemon off; worker_processes 1; pid {at}/nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000; default_type application/json;
  client_body_temp_path {at}/a; proxy_temp_path {at}/b; fastcgi_temp_path {at}/c;
  uwsgi_temp_path {at}/d; scgi_temp_path {at}/e;
  server {{
    listen 127.0.0.1:{port};
    location /repository/ {{ alias {root}/; }}
    location /v1/ {{ return 200 '{answer}'; }}
  }}
}}
"""
ANSWER: Final = (
    '{"terminal_id":"T-00001","server_time":"2026-11-26T02:00:00Z","group":"halls","commands":[],"wake":1}'
)
DEVICES: Final = [
    {"name": f"设备{number}", "driver": "cups", "state": "online", "since": "2026-11-26T01:00:00Z"}
    for number in range(6)
]


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-fleet-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        office = Office(folder / "office")
        source = small_folder(folder / "config")
        office.publish(office.build(source))
        with nginx(folder, office.repository) as bare:
            minutes = {}
            for count in (FEW, MANY):
                with ours(folder / str(count), office) as (server, database):
                    fill(database, count)
                    minutes[count] = _minute(server, count)
                    if count == MANY:
                        theirs = _minute(bare, count)
                        yield from _beside(minutes[count], theirs)
                        yield from _rollout(server, database, office, count)
            yield from _growth(minutes)


@contextmanager
def nginx(folder: Path, root: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    at = folder / "nginx"
    at.mkdir()
    (at / "nginx.conf").write_text(NGINX.format(at=at, port=port, root=root, answer=ANSWER))
    process = subprocess.Popen(["/usr/sbin/nginx", "-p", str(at), "-c", str(at / "nginx.conf")])
    try:
        time.sleep(0.5)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def ours(folder: Path, office: Office) -> Iterator[tuple[Server, str]]:
    folder.mkdir()
    database = f"sqlite:///{folder}/platform.sqlite"
    command = [sys.executable, "-m", "kiosk.cli", "serve", "--port", "0", "--database", database]
    command += ["--repository", str(office.repository), "--keys", str(office.folder / "online")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        yield Server(process.pid, int(url.rsplit(":", 1)[1])), database
    finally:
        process.terminate()
        process.wait(timeout=30)


def fill(database: str, count: int) -> None:
    engine = open_database(database)
    rows = [
        {
            "id": f"T-{number:05}",
            "hall": f"大厅{number % 300:03}",
            "group": RINGS[ring_of(number, count)],
            "registered": True,
            "registered_at": "2026-11-01T00:00:00Z",
        }
        for number in range(count)
    ]
    with writing(engine) as connection:
        connection.execute(terminals.insert(), rows)
    engine.dispose()


def ring_of(number: int, count: int) -> int:
    return 0 if number < SHARES[0] * count else 1 if number < sum(SHARES) * count else 2


def beat(number: int, bundle: str = "", reports: list[Any] | None = None) -> Request:
    told: dict[str, Any] = {
        "version": "0.1.0",
        "clock": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "ready": True,
        "queued": 0,
        "service": "open",
        "audit_head": f"{number}:{'a' * 64}",
        "devices": DEVICES,
        "bundle": {"name": bundle, "sequence": 1, "self_test": "passed", "trusted": {"timestamp": 3}},
        "commands": [],
        "reports": reports or [],
    }
    return post(f"/v1/terminals/T-{number:05}/heartbeat", told)


def polls(count: int) -> list[Request]:
    """What a cycle without change asks for: whether there is a newer root, and the timestamp."""
    once = [get("/repository/metadata/2.root.json", expected=404), get("/repository/metadata/timestamp.json")]
    return [request for _ in range(count) for request in once]


def _minute(server: Server, count: int) -> dict[str, Any]:
    """First everybody's first heartbeat, which is not counted; then a minute."""
    server.answer(beat(number) for number in range(count))
    used = {
        "poll": server.answer(polls(count)),
        "heartbeat": server.answer(beat(number) for number in range(count)),
    }
    assert not any(each.refused for each in used.values()), used
    return used


def _beside(own: dict[str, Any], bare: dict[str, Any]) -> Iterator[Figure]:
    for name, requests in (("poll", 2 * MANY), ("heartbeat", MANY)):
        yield Figure(
            f"processor for 1,000 {name} requests, {MANY} terminals",
            "ms",
            (own[name].seconds / requests * 1e6,),
            (bare[name].seconds / requests * 1e6,),
            "bare nginx, the same requests",
        )
    whole = own["poll"].seconds + own["heartbeat"].seconds
    yield Figure("of one core, polls and heartbeats every minute", "%", (whole / 60 * 100,))
    memory = own["heartbeat"].mib
    yield Figure(f"memory, {MANY} terminals", "MiB", (memory,), (bare["heartbeat"].mib,), "bare nginx")


def _growth(minutes: dict[int, dict[str, Any]]) -> Iterator[Figure]:
    for name in ("poll", "heartbeat"):
        per_terminal = {count: used[name].seconds / count * 1e6 for count, used in minutes.items()}
        yield Figure(
            f"processor of a {name}, {MANY} terminals",
            "µs",
            (per_terminal[MANY],),
            (per_terminal[FEW],),
            f"each of {FEW} terminals",
            1.2,
        )
    yield Figure(
        "memory",
        "MiB",
        (minutes[MANY]["heartbeat"].mib,),
        (minutes[FEW]["heartbeat"].mib,),
        f"with {FEW} terminals",
        1.2,
    )


def _rollout(server: Server, database: str, office: Office, count: int) -> Iterator[Figure]:
    engine = open_database(database)
    fleet = Fleet(engine, Publisher(office.repository, office.folder / "online"))
    bundle = good(repository.approved(office.repository))[0].name
    plan = tuple(Ring((group,), SOAK_SECONDS) for group in RINGS)
    made = rollouts.draft(fleet, "bench", bundle, plan, "wang", Limits()).id
    rollouts.approve(fleet, made, "li")
    used = server.processor_seconds()
    rollouts.start(fleet, made, "li")
    for ring in range(len(RINGS)):
        while not repository.current_assignment(office.repository, RINGS[ring]):
            time.sleep(0.1)
        members = [number for number in range(count) if ring_of(number, count) == ring]
        server.answer(beat(number, bundle, _reports(number, bundle)) for number in members)
        while rollouts.one(fleet, made).state.ring == ring and not rollouts.one(fleet, made).state.over:
            time.sleep(SOAK_SECONDS + 1)
            server.answer(beat(number, bundle) for number in members)
    shown = rollouts.one(fleet, made)
    assert shown.state.phase is Phase.DONE, shown
    yield Figure(
        f"processor of a rollout to {count}, ring 0 to done", "s", (server.processor_seconds() - used,)
    )
    engine.dispose()


def _reports(number: int, bundle: str) -> list[dict[str, Any]]:
    return [
        {"id": f"bench-{step}-{number:05}", "bundle": bundle, "event": told}
        for step, told in enumerate(("downloaded", "self_tested", "activated"))
    ]
