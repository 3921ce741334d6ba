"""The console with ten thousand terminals: how long its pages take, beside the same with a thousand.

Each page over real HTTP from a server process of its own, as one person asks for it; the database is SQLite.
The peer of a figure is the same page with a tenth of the terminals: what does not grow with them stays at 1.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import requests

from tests.bench.figures import Figure, pss_mib, tree_of

MANY, FEW = 10_000, 1_000
RUNS: Final = 7
PASSWORD: Final = "correct-horse-9-battery"
PAGES: Final = {
    "first page": "/",
    "terminals, first part": "/terminals",
    "terminals, by hall and state": "/terminals?hall=叶县政务服务中心&condition=not_ready",
    "terminals, by text": "/terminals?q=PDS-07",
    "terminals, last part": "/terminals?after_hall=鲁山县政务服务中心&after=PDS-00900",
    "one terminal": "/terminals/PDS-00000",
    "alarms": "/alarms",
    "rollout of all, live": "/rollouts/1",
    "ratings": "/ratings",
    "matters with the linter": "/matters",
}
SERVER: Final = """
import json, sys
from dataclasses import replace
from kiosk.server.console import accounts
from kiosk.server.console.roles import Role
from kiosk.server.fleet import rollouts
from kiosk.server.fleet.machine import Ring
from kiosk.server.run import listen, make_server
from kiosk.server.settings import PlatformSettings
from tests.kiosk.server.console import scene
database, count, password = sys.argv[1:]
server, listener = make_server(PlatformSettings(database=database)), listen(0)
platform = server.config.app.state.platform
object.__setattr__(platform, "fleet", replace(platform.fleet, director=scene.Director()))
accounts.add(platform.engine, "bench", [Role.OPERATOR], password)
scene.fill_fleet(platform.engine, int(count))
scene.fill_voices(platform.engine, 500)
made = rollouts.draft(platform.fleet, "bench", scene.NEW, [Ring(scene.GROUPS, 600)], "one")
rollouts.approve(platform.fleet, made.id, "other")
rollouts.start(platform.fleet, made.id, "one")
print(json.dumps(listener.getsockname()[1]), flush=True)
server.run(sockets=[listener])
"""


def measure() -> Iterator[Figure]:
    few, many = _times(FEW), _times(MANY)
    for name in PAGES:
        yield Figure(f"console: {name}", "ms", many[name], few[name], f"with {FEW}", 4.0)
    yield Figure("console: memory", "MiB", many["memory"], few["memory"], f"with {FEW}", 1.5)


def _times(count: int) -> dict[str, tuple[float, ...]]:
    with _serving(count) as (url, pid):
        session = _signed_in(url)
        found = {name: tuple(_time(session, url + path) for _ in range(RUNS)) for name, path in PAGES.items()}
        found["memory"] = (pss_mib(tree_of(pid)),)
        return found


def _time(session: requests.Session, address: str) -> float:
    begun = time.perf_counter()
    answer = session.get(address, timeout=60)
    taken = (time.perf_counter() - begun) * 1000
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return taken


def _signed_in(url: str) -> requests.Session:
    session = requests.Session()
    found = re.search(r'name="form_token" value="(\w+)"', session.get(f"{url}/login", timeout=60).text)
    assert found is not None
    fields = {"form_token": found[1], "name": "bench", "password": PASSWORD}
    assert session.post(f"{url}/login", data=fields, timeout=60).url.endswith("/console/")
    return session


@contextmanager
def _serving(count: int) -> Iterator[tuple[str, int]]:
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, f"sqlite:///{folder}/platform.sqlite", str(count), PASSWORD],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
        )
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/console", process.pid
        finally:
            process.terminate()
            process.wait(30)
            if process.stdout is not None:
                process.stdout.close()
