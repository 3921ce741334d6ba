"""``kiosk outbox export``, ``import`` and ``retry``: what an administrator does with what waits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk.cli.output import fail, give, load, say, vars_of
from kiosk.cli.store import NOT_IN_ORDER, AsJson, TerminalFile, outbox_app


@outbox_app.command("export")
def outbox_export(
    terminal: TerminalFile,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE|DIR", help="A new file, or a folder for one; standard output without it."
        ),
    ] = None,
    masked: Annotated[
        bool,
        typer.Option("--masked", help="For support: form and sizes, and no answer; cannot be taken up."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write everything that waits, or whose papers are owed, into a file; may run beside a live terminal.

    The file stays sealed under this terminal's device key. To take it up elsewhere, kiosk outbox import needs
    a copy of that key: carry both, apart from each other, before a terminal is scrapped. Nothing is removed
    here, and what both terminals send, the platform counts once. Kept forms stay: only their owner's card
    finds them, on this terminal.
    """
    from devices.contract import Fault
    from kiosk.delivery import transfer
    from kiosk.delivery.vault import Vault, open_vault

    settings = load(terminal)
    export = transfer.export_of(settings.storage.path, settings.terminal.id)
    if isinstance(export, Fault):
        fail(export)
    if not export.records:
        say(f"kiosk: nothing waits in {settings.storage.path}")
    if masked:
        vault = open_vault(settings.storage.key_file, create=False)
        if isinstance(vault, Fault):
            say(f"kiosk: {vault.code}: contents stay sealed and are left out")
        shown = transfer.masked(export, vault if isinstance(vault, Vault) else None)
        content = json.dumps(shown, ensure_ascii=False, indent=1)
    else:
        content = transfer.to_text(export)
    if out is None:
        print(content)
        return
    if out.is_dir():
        out = out / transfer.file_name(export, masked)
    fault = transfer.write_file(content + "\n", out)
    if fault is not None:
        fail(fault)
    told: dict[str, Any] = {"file": str(out), "applications": len(export.records), "masked": masked}
    if as_json:
        give(told)
    else:
        print(f"{len(export.records)} applications are in {out}")
        if not masked:
            say(f"kiosk: it opens only with a copy of {settings.storage.key_file}")


@outbox_app.command("import")
def outbox_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What kiosk outbox export wrote.")],
    terminal: TerminalFile,
    key: Annotated[
        Path, typer.Option("--key", metavar="FILE", help="The device key of the terminal that wrote it.")
    ],
    as_json: AsJson = False,
) -> None:
    """Take up what another terminal has exported; this one delivers it from now on.

    What is here already stays as it is, so that the same file may be given twice. Exit code 1 when something
    in the file is not whole: the rest is taken up all the same.
    """
    from devices.contract import Fault
    from kiosk.delivery import transfer
    from kiosk.delivery.outbox import Outbox
    from kiosk.delivery.store import open_store
    from kiosk.delivery.vault import open_vault
    from kiosk.ledger import trail_of

    settings = load(terminal)
    export = transfer.read_file(file)
    if isinstance(export, Fault):
        fail(export)
    theirs = open_vault(key, create=False, private=False)
    if isinstance(theirs, Fault):
        fail(theirs)
    store = open_store(settings.storage.path)
    if isinstance(store, Fault):
        fail(store)
    try:
        outbox = Outbox.open(store, settings.storage.key_file)
        taken = outbox if isinstance(outbox, Fault) else transfer.take_up(outbox, export, theirs)
        if isinstance(taken, Fault):
            fail(taken)
        if isinstance(outbox, Outbox):
            trail_of(store, outbox).append("outbox.taken_up", count=str(taken.taken))
    finally:
        store.close()
    if as_json:
        give(vars_of(taken))
    else:
        print(f"taken up {taken.taken}, here before {taken.there_before}, not whole {len(taken.unreadable)}")
    for each in taken.unreadable:
        say(f"kiosk: {each} is not whole and was left out")
    raise typer.Exit(NOT_IN_ORDER if taken.unreadable else 0)


@outbox_app.command("retry")
def outbox_retry(
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="From kiosk outbox list.")],
    terminal: TerminalFile,
    as_json: AsJson = False,
) -> None:
    """Send what was set aside once more, when its cause has been mended; after what waits now.

    Exit code 1 when a key is not that of an application that was set aside.
    """
    from devices.contract import Fault
    from kiosk.delivery.outbox import Outbox
    from kiosk.delivery.store import open_store
    from kiosk.ledger import trail_of

    settings = load(terminal)
    store = open_store(settings.storage.path)
    if isinstance(store, Fault):
        fail(store)
    done: dict[str, bool] = {}
    try:
        outbox = Outbox.open(store, settings.storage.key_file)
        if isinstance(outbox, Fault):
            fail(outbox)
        trail = trail_of(store, outbox)
        for key in keys:
            again = outbox.retry(key)
            if isinstance(again, Fault):
                fail(again)
            done[key] = again
            if again:
                trail.append("delivery.retried", key=key)
    finally:
        store.close()
    if as_json:
        give(done)
    for key, again in done.items():
        if not again:
            say(f"kiosk: {key} is not set aside here; kiosk outbox list shows what is")
        elif not as_json:
            print(f"{key} waits again")
    raise typer.Exit(0 if all(done.values()) else NOT_IN_ORDER)
