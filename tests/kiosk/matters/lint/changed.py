"""The shipped guide of flexible employment with something changed, linted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kiosk.matters.base import load_base_catalogue
from kiosk.matters.lint.findings import Finding
from kiosk.matters.lint.run import lint
from kiosk.matters.lint.subject import Listing, Surroundings
from tests.kiosk.matters.examples import CONFIG

GOOD = (CONFIG / "matters" / "06-flexible-employment.yaml").read_text(encoding="utf-8")
TODAY = date(2026, 11, 24)


def base() -> Listing:
    loaded = load_base_catalogue(CONFIG / "base-catalogue.yaml")
    assert not isinstance(loaded, list)
    return Listing.of(loaded)


def surroundings() -> Surroundings:
    return Surroundings(base(), TODAY)


def changed(*changes: tuple[str, str], text: str = GOOD) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def linted(folder: Path, text: str) -> tuple[Finding, ...]:
    file = folder / "matter.yaml"
    file.write_text(text, encoding="utf-8")
    return lint(file, surroundings()).findings


def codes(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.code for finding in findings}
