"""``kiosk technician``: who may open the technician's pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.output import give, load, say, stop

technician_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Who may open the technician's pages."
)

TerminalFile = Annotated[
    Path, typer.Option("--terminal", metavar="FILE", help="The terminal's terminal.toml.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output, nothing else.")]


@technician_app.command("add")
def technician_add(
    name: Annotated[str, typer.Argument(help="Who it is; stands in records and reports.")],
    terminal: TerminalFile,
    card: Annotated[
        bool, typer.Option("--card", help="Ask for the number of the technician's own card, too.")
    ] = False,
    pin: Annotated[bool, typer.Option(help="Ask for a PIN; --no-pin lets in by card only.")] = True,
) -> None:
    """Let somebody in to the technician's pages: asks for a PIN, and writes its hash into the terminal file.

    Without a terminal the PIN, and then the number of the card, are read from standard input, a line each.
    """
    from kiosk.technician.enrol import Refused, add

    settings = load(terminal)
    code = _secret("PIN (6 to 12 digits): ", "PIN again: ") if pin else ""
    number = _secret("Number on the card: ", "Number again: ") if card else ""
    refused = add(settings, name, code, number)
    if isinstance(refused, Refused):
        stop(refused.reason)
    say(f"kiosk: {name} was added to {terminal}; restart the terminal, and {name} may come in")


@technician_app.command("list")
def technician_list(terminal: TerminalFile, as_json: AsJson = False) -> None:
    """Who may open the technician's pages, and how; no hash is shown."""
    rows = [
        {"name": each.name, "pin": bool(each.pin), "card": bool(each.card)}
        for each in load(terminal).technicians
    ]
    if as_json:
        give(rows)
        return
    for row in rows:
        ways = ", ".join(way for way in ("pin", "card") if row[way])
        print(f"{row['name']}  {ways}")


def _secret(prompt: str, again: str) -> str:
    """Asked twice and not shown; from a pipe, one line."""
    import getpass

    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    first = getpass.getpass(prompt).strip()
    if getpass.getpass(again).strip() != first:
        stop("the two entries differ; nothing was written")
    return first
