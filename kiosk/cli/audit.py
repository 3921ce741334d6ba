"""``kiosk audit``: the chain of written events, in the store, in files, and against the platform."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kiosk.cli.output import fail, give, load, say, stop
from kiosk.cli.store import NOT_IN_ORDER, AsJson, TerminalFile, no_chain, reading, tell_moved_aside
from values import dataclass

if TYPE_CHECKING:
    from kiosk.audit.chain import Break, Head
    from kiosk.settings import Settings

audit_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The chain of written events.")


@dataclass(frozen=True)
class Found:
    """``after``: the record before the first that was looked at; ``head``: the last."""

    broken: Break | None
    seq: int
    digest: str
    after: int = 0
    archived: int = 0


@audit_app.command("verify")
def audit_verify(
    terminal: Annotated[
        Path | None, typer.Option("--terminal", metavar="FILE", help="The terminal's terminal.toml.")
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option("--file", metavar="FILE", help="Exported or archived files instead; may be repeated."),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option(
            "--head",
            metavar="NUMBER:DIGEST",
            help="A head that this command told earlier: shows also a chain that was cut or made anew.",
        ),
    ] = None,
    against: Annotated[
        Literal["platform"] | None,
        typer.Option(
            help="Ask the platform which heads it was told with the heartbeats, and hold them against it."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the chain of written events; names what was removed, changed or reordered.

    The store keeps a mark of the last record, so that records cut off at the end show.  Against somebody
    who can write to the store as the terminal can: --against platform, or --head with a head told here.
    """
    from kiosk.audit.chain import Head

    known = [] if head is None else [_head(head)]
    if (terminal is None) == (not file):
        stop("give either --terminal FILE or --file FILE")
    if file:
        found = _of_files(file, known)
        aside: list[str] = []
    else:
        assert terminal is not None
        settings = load(terminal)
        if against is not None:
            known += _told_to_platform(settings)
        found = _of_store(settings, known)
        aside = tell_moved_aside(settings.storage.path)
    broken = found.broken
    if as_json:
        give(
            {
                "intact": broken is None,
                "break": vars(broken) if broken else None,
                "seq": found.seq,
                "digest": found.digest,
                "after": found.after,
                "archived": found.archived,
                "against": [str(each) for each in known],
                "moved_aside": aside,
            }
        )
    else:
        archived = f", {found.archived} of them archived" if found.archived else ""
        print(
            broken
            or f"intact: {found.seq - found.after} records{archived}, head {Head(found.seq, found.digest)}"
        )
        if broken is None and found.after:
            print(f"records 1 to {found.after} were archived and are not here; check their files with --file")
    raise typer.Exit(0 if broken is None and not aside else NOT_IN_ORDER)


@audit_app.command("export")
def audit_export(
    terminal: TerminalFile,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Lines of JSON; must not be there yet.")],
    as_json: AsJson = False,
) -> None:
    """Copy the chain into a file that can be checked anywhere: kiosk audit verify --file FILE.

    Runs beside a live terminal.  No personal data are in it.
    """
    from devices.contract import Fault
    from kiosk.audit import archive
    from kiosk.audit.chain import Break

    path = load(terminal).storage.path
    store = reading(path)
    if store is None:
        no_chain(path)
    done = archive.export(store, out)
    store.close()
    if isinstance(done, Fault):
        fail(done)
    if isinstance(done, Break):
        stop(f"the chain does not hold: {done}; nothing was exported", NOT_IN_ORDER)
    if as_json:
        give(
            {
                "file": str(out),
                "records": done.records,
                "seq": done.ended.seq,
                "digest": done.ended.digest.hex(),
            }
        )
    else:
        print(f"{done.records} records, head {done.ended.seq}:{done.ended.digest.hex()}, in {out}")


@audit_app.command("events")
def audit_events(as_json: AsJson = False) -> None:
    """Every event that may be written down, with the keys that it may carry."""
    from kiosk.audit.events import EVENTS, documentation

    if as_json:
        give(
            [
                {"event": each.code, "meaning": each.meaning, "keys": sorted(each.keys)}
                for each in EVENTS.values()
            ]
        )
    else:
        print(documentation(), end="")


def _of_store(settings: Settings, known: Sequence[Head]) -> Found:
    from devices.contract import Fault
    from kiosk.audit import archive
    from kiosk.audit.chain import AuditTrail, Break, anchor_of, verify

    path = settings.storage.path
    store = reading(path)
    if store is None:
        if known:
            stop(f"there is no store at {path}, and {known[0]} was told of one", NOT_IN_ORDER)
        no_chain(path)
    broken, last, began = verify(store, known), AuditTrail(store).head(), anchor_of(store)
    store.close()
    for each in (broken, last, began):
        if isinstance(each, Fault):
            fail(each)
    assert not isinstance(broken, Fault) and not isinstance(last, Fault) and not isinstance(began, Fault)
    files = archive.archived_files(archive.archive_folder(path))
    stretches = archive.verify_files(files, began if began.seq else None)
    if isinstance(stretches, Fault):
        fail(stretches)
    if isinstance(stretches, Break):
        return Found(stretches, last.seq, last.digest)
    after = stretches[0].began.seq if stretches else began.seq
    archived = began.seq - after
    if broken is None:
        broken = _archived_head(files, [each for each in known if each.seq <= began.seq])
    return Found(broken, last.seq, last.digest, after, archived)


def _of_files(files: Sequence[Path], known: Sequence[Head]) -> Found:
    from devices.contract import Fault
    from kiosk.audit import archive
    from kiosk.audit.chain import Break

    stretches = archive.verify_files(files)
    if isinstance(stretches, Fault):
        fail(stretches)
    if isinstance(stretches, Break):
        return Found(stretches, 0, "")
    began, ended = stretches[0].began, stretches[-1].ended
    broken = _archived_head(files, known)
    if broken is None and any(each.seq > ended.seq for each in known):
        broken = Break(ended.seq + 1, "removed")
    return Found(broken, ended.seq, ended.digest.hex(), began.seq)


def _archived_head(files: Sequence[Path], known: Sequence[Head]) -> Break | None:
    from kiosk.audit import archive
    from kiosk.audit.chain import Break

    wrong = [each.seq for each in known if archive.holds_head(files, each) is False]
    return Break(min(wrong), "changed") if wrong else None


def _told_to_platform(settings: Settings) -> list[Head]:
    from devices.contract import Fault
    from kiosk.audit.chain import head_of
    from kiosk.delivery.platform import PlatformClient

    if settings.platform is None:
        stop(f"{settings.file} names no platform; add [platform] url, or leave --against out")
    told = PlatformClient(settings.platform, settings.terminal.id).audit_heads()
    if isinstance(told, Fault):
        fail(told)
    heads = [head for text in told if (head := head_of(text.encode())) is not None]
    if not heads:
        say("kiosk: the platform has not been told of this terminal's chain yet")
    return heads


def _head(given: str) -> Head:
    from kiosk.audit.chain import head_of

    found = head_of(given.lower().encode())
    if found is None:
        stop(f"{given!r} is no head; give what kiosk audit verify told, such as 12:0a1b…")
    return found
