"""``kiosk outbox``: what lies on a terminal's disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from kiosk.cli.output import fail, give, load, say, vars_of

if TYPE_CHECKING:
    from kiosk.delivery.store import Store

NOT_IN_ORDER: Final = 1

outbox_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Applications that are kept on this disk."
)
audit_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The chain of written events.")

TerminalFile = Annotated[
    Path, typer.Option("--terminal", metavar="FILE", help="The terminal's terminal.toml.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output, nothing else.")]


@outbox_app.command("list")
def outbox_list(terminal: TerminalFile, as_json: AsJson = False) -> None:
    """Applications on this disk, without personal data; may run beside a live terminal.

    Exit code 1 when the store cannot be read, or when a damaged one lies beside it.
    """
    from devices.contract import Fault
    from kiosk.delivery import outbox

    path = load(terminal).storage.path
    store = reading(path)
    # A terminal that has never served anybody has nothing in its outbox.
    entries = [] if store is None else outbox.entries(store)
    if store is not None:
        store.close()
    if isinstance(entries, Fault):
        fail(entries)
    rows = [entry.to_json() for entry in entries]
    if as_json:
        give(rows)
    else:
        for row in rows:
            print("  ".join(str(value) if value is not None else "-" for value in row.values()))
    raise typer.Exit(NOT_IN_ORDER if tell_moved_aside(path) else 0)


@outbox_app.command("drain")
def outbox_drain(
    terminal: TerminalFile,
    timeout: Annotated[float, typer.Option(metavar="S", help="Seconds to try at most.")] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Send what waits.  Exit code 0 when nothing waits any more, and no damaged store lies beside."""
    from dataclasses import replace

    from devices.contract import Deadline, Fault
    from kiosk.delivery_line import open_delivery

    settings = load(terminal)
    delivery = open_delivery(settings)
    if isinstance(delivery, Fault):
        fail(delivery)
    with delivery as courier:
        drained = courier.drain(Deadline(timeout))
    moved_aside = tell_moved_aside(settings.storage.path)
    if moved_aside:
        drained = replace(drained, fault=drained.fault or "store.moved_aside")
    if as_json:
        give(vars_of(drained))
    else:
        fault = f"; {drained.fault}" if drained.fault else ""
        print(f"sent {drained.sent}, set aside {drained.set_aside}, left {drained.left}{fault}")
    raise typer.Exit(NOT_IN_ORDER if drained.left or moved_aside else 0)


def no_chain(path: Path) -> NoReturn:
    from devices.contract import Fault

    tell_moved_aside(path)
    fail(Fault("store.absent", path.name, permanent=True))


def reading(path: Path) -> Store | None:
    """The store, for reading; ``None`` when none has been begun here.  Any other reason ends the command."""
    from devices.contract import Fault
    from kiosk.delivery.store import open_reading

    store = open_reading(path)
    if isinstance(store, Fault) and store.code != "store.absent":
        tell_moved_aside(path)
        fail(store)
    return None if isinstance(store, Fault) else store


def tell_moved_aside(path: Path) -> list[str]:
    """The damaged stores beside ``path``; said on standard error, too."""
    from kiosk.delivery.store_file import moved_aside
    from kiosk.faults import technician_words

    found = moved_aside(path)
    for each in found:
        say(f"kiosk: store.moved_aside: {each}")
    if found:
        say(f"    {technician_words('store.moved_aside')}")
    return [each.name for each in found]
