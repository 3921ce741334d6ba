"""Whole visits through the command, for tests: who lays which card, and what became of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import requests

from devices.virtual.identity_card import IdentityCard
from kiosk.matters.load import load_folder
from kiosk.matters.models import Matter
from kiosk.settings import DEFAULT_MATTERS_FOLDER
from kiosk.virtual_hall import VirtualHall

CATALOGUE = load_folder(DEFAULT_MATTERS_FOLDER)


CERTIFICATE = "社保缴费证明"


VISIT_SECONDS = "600"  # a busy machine is slow; a visit that stands still is ended all the same


COMMAND_SECONDS = 900


def kiosk(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )


def rehearse(out: Path, matter: str, *options: str | Path) -> tuple[int, dict[str, Any], str]:
    ended = kiosk("rehearse", matter, "--out", out, "--timeout", VISIT_SECONDS, *options)
    assert (out / "summary.json").exists(), ended.stderr
    return ended.returncode, json.loads((out / "summary.json").read_text(encoding="utf-8")), ended.stderr


def text_of(pdf: str | Path) -> str:
    document = pypdfium2.PdfDocument(str(pdf))
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def card_of(matter: Matter, **changes: str) -> IdentityCard:
    own = matter.rehearsal.card
    values = {
        "name": own.name,
        "number": own.number,
        "sex": own.sex,
        "ethnicity": own.ethnicity,
        "birth": own.birth,
        "address": own.address,
        "authority": "平顶山市公安局",
        **changes,
    }
    return IdentityCard(**values)  # type: ignore[arg-type]


def cases_of(hall: VirtualHall, number: str) -> list[dict[str, Any]]:
    answer = requests.get(f"{hall.platform_url}/v1/applications", params={"holder": number}, timeout=60)
    answer.raise_for_status()
    return list(answer.json())
