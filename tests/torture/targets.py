"""The parsers, each with whole input to damage and the kinds of value that it may give."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from devices.contract import Fault
from kiosk.delivery.application import Answer, parse_answer
from kiosk.delivery.platform import PlatformClient
from kiosk.matters.load import load_matter
from kiosk.matters.models import Matter
from kiosk.matters.problem import Problem
from kiosk.settings import (
    DEFAULT_MATTERS_FOLDER,
    PlatformSettings,
    Settings,
    SettingsProblem,
    load_settings,
)
from tests.kiosk.delivery.samples import TASK_CODE, draft
from tests.torture.bundles import BUNDLES
from tests.torture.damage import damaged
from tests.torture.guides import GUIDES
from tests.torture.printers import PRINTERS
from tests.torture.readers import READERS
from tests.torture.server import BrokenServer, http_answer
from tests.torture.stores import STORES
from tests.torture.target import Take, Target

EXAMPLE_TERMINAL: Final = DEFAULT_MATTERS_FOLDER.parent / "terminal.example.toml"
PARCEL: Final = draft().parcel()
HTTP_SECONDS: Final = 1.0
# --- the platform ---

ANSWER: Final = {
    "project_no": f"{TASK_CODE}202611240001",
    "key": PARCEL.key,
    "task_code": TASK_CODE,
    "state": "accepted",
    "accepted_at": "2026-11-24T03:22:00+00:00",
    "promised_until": "2026-12-01",
    "reason": {"code": "x", "text": "缺少材料\ud83d"},
    "documents": [{"id": "D-1", "title": "参保缴费凭证", "pages": 2}],
    "supplements": [{"code": "PHOTO", "name": "照片", "until": "2026-12-24"}],
    "owed": [{"code": "PHOTO", "name": "照片", "until": "2026-12-24"}],
    "result": {"columns": ["月份", "金额"], "rows": [["2026-01", 1.5], [None, "2"]]},
}


STRANGE_VALUES: Final[tuple[object, ...]] = (
    None,
    True,
    -1,
    1e308,
    10**30,
    "",
    "\ud800",
    "x" * 5000,
    [],
    {},
    [[[]]],
)


def _answers(folder: Path, stack: ExitStack) -> Take:
    whole = json.dumps(ANSWER).encode()

    def take(random: Random) -> list[object]:
        content = json.dumps(_bent(ANSWER, random)).encode() if random.random() < 0.5 else whole
        return [parse_answer(damaged(content, random), random.choice((PARCEL, None)))]

    return take


def _bent(value: object, random: Random) -> object:
    """The same shape with values of other kinds here and there."""
    if random.random() < 0.05:
        return random.choice(STRANGE_VALUES)
    if isinstance(value, dict):
        return {key: _bent(one, random) for key, one in value.items()}
    if isinstance(value, list):
        return [_bent(one, random) for one in value]
    return value


def _http_answers(folder: Path, stack: ExitStack) -> Take:
    server = stack.enter_context(BrokenServer())
    url = f"http://127.0.0.1:{server.port}"
    client = PlatformClient(PlatformSettings(url=url, timeout_seconds=HTTP_SECONDS), "T1")
    problem = json.dumps({"type": "about:blank", "code": "identity.expired", "status": 410}).encode()
    whole = (
        http_answer(json.dumps(ANSWER).encode(), "application/json"),
        http_answer(problem, "application/problem+json", "410 Gone"),
        http_answer(b"", "text/plain", "503 Slow Down\r\nRetry-After: 7"),
    )

    def take(random: Random) -> list[object]:
        server.answer = damaged(random.choice(whole), random)
        return [client.submit(PARCEL)]

    return take


# --- files --------------------------------------------------------------------------------------------


def _file(load: Callable[[Path], object], sources: list[Path], folder: Path, stack: ExitStack) -> Take:
    contents = [source.read_bytes() for source in sources]
    path = folder / sources[0].name

    def take(random: Random) -> list[object]:
        path.write_bytes(damaged(random.choice(contents), random))
        loaded = load(path)
        return list(loaded) if isinstance(loaded, list) else [loaded]

    return take


MATTER_FILES: Final = sorted(DEFAULT_MATTERS_FOLDER.glob("*.yaml"))
MATTERS: Final = partial(_file, load_matter, MATTER_FILES)
TERMINAL: Final = partial(_file, load_settings, [EXAMPLE_TERMINAL])

TARGETS: Final = (
    *READERS,
    *PRINTERS,
    Target("answers", _answers, (Answer, Fault), cost=10),
    Target("http_answers", _http_answers, (Answer, Fault), cost=200),
    Target("matters", MATTERS, (Matter, Problem), cost=500),
    Target("terminal", TERMINAL, (Settings, SettingsProblem), cost=200),
    *GUIDES,
    *STORES,
    *BUNDLES,
)
