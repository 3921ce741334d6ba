"""The locks hold what pyproject.toml asks for, and nothing that depends on the day or the place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIN = re.compile(r"([A-Za-z0-9._-]+)==([0-9][0-9A-Za-z.]*)")


def lines(name: str) -> list[str]:
    text = (ROOT / "config/lock" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def pins(name: str) -> dict[str, str]:
    found = [PIN.fullmatch(line) for line in lines(name) if line != "-r run.txt"]
    assert all(found), "every line is an exact version, without an address"
    return {canonicalize_name(match[1]): match[2] for match in found if match}


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("run.txt", PROJECT["dependencies"]),
        ("test.txt", PROJECT["optional-dependencies"]["test"]),
    ],
)
def test_every_requirement_has_a_version_that_suits_it(lock: str, wanted: list[str]) -> None:
    pinned = pins(lock)
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


def test_the_lock_for_tests_goes_on_from_the_one_for_running() -> None:
    assert lines("test.txt")[0] == "-r run.txt"
    assert not pins("run.txt").keys() & pins("test.txt").keys()
    assert {"setuptools", "wheel"} <= pins("run.txt").keys()  # what bindings without a wheel are built with
