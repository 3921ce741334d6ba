"""A newcomer's first push by clicks: ``python -m tests.torture.clicks``.

The hall of ``kiosk demo`` with its console and a terminal that follows.  The editor changes how long a matter
takes, two people sign, a third rolls out; the running terminal changes by itself, and goes back when that is
taken back.  Everything through the pages, as a browser without scripts would.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import requests

from kiosk.settings import Settings, load_settings
from kiosk.terminal import Terminal, open_terminal
from kiosk.virtual_hall import VirtualHall

CODE: Final = "124104000058A3384Q3410715021000"
FILE: Final = "02-no-property-certificate.yaml"
PATIENCE_SECONDS: Final = 240.0


class Clicker:
    """One person in the console."""

    def __init__(self, console: str, account: Mapping[str, Any]) -> None:
        self._url = console.rstrip("/")
        self._session = requests.Session()
        self._token = self._found(r'name="form_token" value="(\w+)"', self.get("/login"))
        page = self.post("/login", name=account["name"], password=account["password"])
        self._token = self._found(r'name="form_token" value="(\w+)"', page.text)

    def get(self, path: str) -> str:
        return self._session.get(self._url + path, timeout=60).text

    def post(self, path: str, **fields: str) -> requests.Response:
        fields["form_token"] = self._token
        answer = self._session.post(self._url + path, data=fields, timeout=60)
        print(f"{path}: {answer.status_code}", flush=True)
        answer.raise_for_status()
        return answer

    def value(self, path: str, name: str) -> str:
        """A hidden field of a page."""
        return self._found(rf'name="{name}" value="([^"]*)"', self.get(path))

    @staticmethod
    def _found(pattern: str, text: str) -> str:
        match = re.search(pattern, text)
        assert match is not None, pattern
        return match[1]


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        VirtualHall(Path(folder) / "hall", console=True) as hall,
    ):
        assert not [fault for fault in hall.faults if fault.code.startswith("bundle.")], hall.faults
        settings = load_settings(hall.terminal_file)
        assert isinstance(settings, Settings), settings
        terminal = open_terminal(settings)
        assert isinstance(terminal, Terminal), terminal
        try:
            _push(terminal, hall)
        finally:
            terminal.close()
    sys.exit(0)


def _push(terminal: Terminal, hall: VirtualHall) -> None:
    editor, approver, operator = (
        Clicker(hall.console["console"], account) for account in hall.console["accounts"][:3]
    )
    before = _minutes(terminal)
    change = _approved(editor, approver, str(before + 4))
    editor.post(f"{change}/package")
    editor.post(f"{change}/package/demo", office="editor")
    approver.post(f"{change}/package/demo", office="approver")
    bundle = re.findall(r'<option value="(bundles/[^"]+)"', operator.get("/rollouts/new"))[0]
    plan = {"ring.demo": "0", "soak.0": "0"}
    made = operator.post("/rollouts", title="first push", bundle=bundle, **plan)
    rollout = made.url.split("/console")[1].split("?")[0]
    approver.post(f"{rollout}/approve", seen=approver.value(rollout, "seen"))
    operator.post(f"{rollout}/start", seen=operator.value(rollout, "seen"))
    _until(terminal, lambda: _minutes(terminal) == before + 4)
    print("the terminal shows it", flush=True)
    _until(terminal, lambda: "已完成" in operator.get(f"{rollout}/live"))
    print("the rollout is done", flush=True)
    operator.post(f"{rollout}/rollback", seen=operator.value(rollout, "seen"))
    _until(terminal, lambda: _minutes(terminal) == before)
    print("the terminal shows what it showed before", flush=True)


def _approved(editor: Clicker, approver: Clicker, minutes: str) -> str:
    page = editor.post(f"/matters/{CODE}/edit")
    change = page.url.split("/console")[1].split("/files/")[0]
    editor.post(f"{change}/files/{FILE}", revision="1", **{"f.minutes": minutes})
    editor.post(f"{change}/submit", revision=editor.value(change, "revision"))
    approver.post(f"{change}/approve", digest=approver.value(change, "digest"))
    return change


def _minutes(terminal: Terminal) -> int:
    matter = terminal.catalogue.by_code(CODE)
    assert matter is not None
    return matter.minutes


def _until(terminal: Terminal, wanted: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not wanted():
        assert time.monotonic() < end, "it has not come to this"
        terminal.controller.poll()
        time.sleep(0.1)


if __name__ == "__main__":
    main()
