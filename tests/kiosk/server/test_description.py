"""The OpenAPI description against the running platform."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.kiosk.server.conftest import Client
from tests.kiosk.server.samples import APPLICATION, FILING

CONFIGURATION = Path(__file__).parent / "schemathesis.toml"


def test_the_platform_does_what_its_description_says(platform: Client, tmp_path: Path) -> None:
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        f"--config-file={CONFIGURATION}",
        "run",
        f"{platform.url}/openapi.json",
        "--max-examples=10",
        "--phases=examples,coverage,fuzzing",
        # Forms for people, and sound, have tests of their own.
        "--exclude-path-regex=^/(rehearsal|w/|p/complaints|v1/recordings)",
        "--generation-deterministic",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path, timeout=1200)
    assert done.returncode == 0, done.stdout


def test_every_operation_names_its_problems_and_shows_an_example(platform: Client) -> None:
    description = platform.get("/openapi.json").json()
    for path, operations in description["paths"].items():
        for operation in operations.values():
            assert operation["summary"]
            if path.startswith("/v1/"):
                wrong = [answer for status, answer in operation["responses"].items() if status >= "4"]
                assert wrong and all("application/problem+json" in answer["content"] for answer in wrong)
    schemas = description["components"]["schemas"]
    for name in ("ApplicationRequest", "CardVerification", "CodeVerification", "RatingRequest", "ProblemOut"):
        assert name in schemas
    assert schemas["ApplicationRequest"]["examples"]


def test_a_guide_can_be_read_on_a_telephone(platform: Client) -> None:
    page = platform.get(f"/p/guides/{FILING}")
    assert page.status_code == 200
    for title in ("事项名称", "法定办结时限", "监督投诉方式"):
        assert title in page.text
    assert platform.get(f"/p/guides/{'0' * 31}").status_code == 404


def test_a_notice_on_a_telephone_names_what_is_missing_and_nobody(platform: Client) -> None:
    page = platform.get(f"/p/notices/{APPLICATION}?missing=PHOTO,NOTHING")
    assert page.status_code == 200
    assert "PHOTO" in page.text
    assert "PROOF" not in page.text
    assert platform.get(f"/p/notices/{APPLICATION}?missing=%3Cscript").status_code == 422
    assert platform.get(f"/p/notices/{'0' * 31}").status_code == 404
