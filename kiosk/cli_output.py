"""What every command says and gives: one JSON value on standard output, people's words on standard error."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any, NoReturn

import typer

WRONG_USE = 2


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def give(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


def stop(text: str, code: int = WRONG_USE) -> NoReturn:
    say(f"kiosk: {text}")
    raise typer.Exit(code)


def vars_of(record: Any) -> dict[str, Any]:
    return asdict(record)
