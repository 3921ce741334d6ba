"""What the commands of ``kiosk bundle`` share: faults in words, pass phrases, the office's folders."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

from kiosk.cli.output import WRONG_USE, say, stop

if TYPE_CHECKING:
    from kiosk.bundles.fault import BundleFault
    from kiosk.bundles.office import Office
    from kiosk.bundles.proposal import Proposal
    from kiosk.bundles.repository import OnlineKeys

Value = TypeVar("Value")
MOST_DIGITS = 12
"""Of a version: nobody goes above it again, and platforms keep it in 64 bits."""


def office_at(folder: Path) -> Office:
    from kiosk.bundles.office import Office

    return Office(folder)


def good(value: Value | BundleFault) -> Value:
    from kiosk.bundles.fault import BundleFault

    if isinstance(value, BundleFault):
        fail_with(value)
    return value


def fail_with(fault: BundleFault) -> NoReturn:
    """What is wrong and what to do about it."""
    from kiosk.faults import technician_words

    say(f"kiosk: {fault}")
    say(f"    {technician_words(fault.code)}")
    raise typer.Exit(1)


def know_groups(names: Iterable[str]) -> None:
    from kiosk.bundles.fault import BundleFault
    from kiosk.bundles.roles import GROUP

    for name in names:
        if not GROUP.fullmatch(name):
            fail_with(BundleFault("bundle.group", name[:64], permanent=True))


def online_keys(folder: Path) -> OnlineKeys:
    from kiosk.bundles.repository import open_online

    return good(open_online(folder))


def versions_of(given: list[str] | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in [one for several in given or () for one in several.replace(",", " ").split() or [several]]:
        role, _, number = each.partition("=")
        if role not in ("root", "targets", "matters", "director", "snapshot", "timestamp") or not (
            number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS
        ):
            stop(f"{each!r} is no version; give it as timestamp=123")
        found[role] = max(found.get(role, 0), int(number))
    return found


def secret_of(file: Path | None) -> Callable[[str], str]:
    def secret(name: str) -> str:
        if file is not None:
            try:
                return file.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
            except (OSError, UnicodeDecodeError):
                stop(f"{file} cannot be read: give a file with the pass phrase in its first line")
        if not sys.stdin.isatty():
            stop("there is nobody to ask for the pass phrase: give --pass-phrase-file FILE")
        return getpass.getpass(f"{name} 的口令 pass phrase: ")

    return secret


def agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        stop("there is nobody to ask: give --yes once the change list has been read", WRONG_USE)
    return input(question).strip().lower() in ("y", "yes", "是")


def write_down(folder: Path, proposal: Proposal) -> None:
    from kiosk.bundles.proposal import write_proposal

    if fault := write_proposal(folder, proposal):
        fail_with(fault)


def greatest_trusted(database: str) -> dict[str, int]:
    """The greatest version of each role that any terminal has told with its heartbeat."""
    from sqlalchemy import select

    from kiosk.cli.database import platform_database
    from kiosk.server.fleet.tables import beats

    found: dict[str, int] = {}
    engine = platform_database(database)
    with engine.connect() as connection:
        for told in connection.execute(select(beats.c.trusted)).scalars():
            for role, version in (told or {}).items():
                found[role] = max(found.get(role, 0), int(version))
    engine.dispose()
    return found
