"""What every command says and gives: one JSON value on standard output, people's words on standard error."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from devices.contract import Fault
    from kiosk.settings import Settings

WRONG_USE = 2


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def give(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


def stop(text: str, code: int = WRONG_USE) -> NoReturn:
    say(f"kiosk: {text}")
    raise typer.Exit(code)


def fail(fault: Fault, code: int = 1) -> NoReturn:
    """Stop with what is wrong: the code and its cause, and what a technician can do about it."""
    say_fault(fault)
    raise typer.Exit(code)


def say_fault(fault: Fault, before: str = "") -> None:
    from kiosk.faults import technician_words

    say(f"kiosk: {before}{fault.code}: {fault.cause}".rstrip(": "))
    say(f"    {technician_words(fault.code)}")


def load(path: Path) -> Settings:
    """The settings of a terminal file, or everything that is wrong with it."""
    from kiosk.settings import load_settings

    loaded = load_settings(path)
    if isinstance(loaded, list):
        for problem in loaded:
            say(str(problem))
        raise typer.Exit(WRONG_USE)
    return loaded


def vars_of(record: Any) -> dict[str, Any]:
    return asdict(record)
