"""A whole visit through the real screens and devices, then the real proof: nothing of the person is left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from devices.virtual.identity_card import IdentityCard
from kiosk.privacy.allocator import ENVIRONMENT
from kiosk.virtual_hall import VirtualHall

NAME, NUMBER, ADDRESS = "欧阳筠筱", "410402195608170029", "平顶山市新华区曙光街七号院三单元"
VISIT_SECONDS = 1500
SIZE = (540, 960, 51.0)  # as 1080 x 1920 at 102 ppi, and a quarter of the pixels


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("privacy")
    with VirtualHall(folder / "hall", *SIZE) as hall:
        hall.present(
            IdentityCard(NAME, NUMBER, sex="2", birth="19560817", address=ADDRESS, authority="平顶山市公安局")
        )
        ended = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.kiosk.privacy.visit",
                str(hall.terminal_file),
                "无房证明",
                str(folder / "out"),
            ],
            capture_output=True,
            text=True,
            timeout=VISIT_SECONDS,
            check=False,
            env={**os.environ, **ENVIRONMENT},
        )
        assert ended.returncode == 0, ended.stderr
        found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
        found["stderr"] = ended.stderr
        # Everything that the terminal wrote, beside its papers; the platform's database is somebody else's.
        found["written"] = {
            path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and not path.name.startswith("platform") and path.suffix != ".pdf"
        }
        chain = subprocess.run(
            [sys.executable, "-m", "kiosk.cli", "audit", "verify", "--terminal", str(hall.terminal_file)],
            capture_output=True,
            text=True,
            check=False,
        )
        found["chain"] = chain.stdout + chain.stderr
    return found


def test_nothing_is_left_in_memory_or_files(told: dict[str, Any]) -> None:
    assert (told["wiped"], told["gave_up"]) == (True, "")
    assert (told["disposition"], told["places"], told["restart"]) == ("clean", {}, "")
    assert told["sought"] - told["public"] >= 5  # name, number, address, token, signature
    assert told["mebibytes"] > 100  # it has really read the process


def test_the_verdict_stands_in_an_unbroken_chain(told: dict[str, Any]) -> None:
    assert told["chain"].startswith("intact"), told["chain"]
    store = b"".join(content for path, content in told["written"].items() if "terminal.sqlite" in path.name)
    assert b"privacy.end" in store
    assert b'"disposition":"clean"' in store


@pytest.mark.parametrize("secret", [NAME, NUMBER, ADDRESS])
def test_nothing_that_the_process_wrote_names_the_person(told: dict[str, Any], secret: str) -> None:
    assert told["written"]
    assert secret not in told["stderr"]
    for path, content in told["written"].items():
        for encoding in ("utf-8", "utf-16-le", "utf-32-le", "gb18030"):
            assert secret.encode(encoding) not in content, f"{path} {encoding}"
        assert secret not in str(path)
