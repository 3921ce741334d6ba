"""``kiosk fleet``: which terminals there are, how they are, out of service and back; on the command line.

Works on the platform's database, beside a running ``kiosk serve``: what is asked here reaches a terminal that
waits for news within a second or two, else with its next heartbeat.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from kiosk.cli.database import Database, platform_database
from kiosk.cli.output import give, say, stop, vars_of

if TYPE_CHECKING:
    from kiosk.server.fleet.context import Fleet

fleet_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The terminals of a platform, and how they are."
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output, nothing else.")]
TerminalId = Annotated[str, typer.Argument(metavar="TERMINAL", help="Its id in terminal.toml.")]
By = Annotated[
    str, typer.Option("--by", help="Who does it, for the timeline; else the account on this machine.")
]
AT_ONCE: Final = 500


@fleet_app.command("list")
def fleet_list(
    hall: Annotated[str, typer.Option(help="Only of this hall.")] = "",
    group: Annotated[str, typer.Option(help="Only of this group.")] = "",
    condition: Annotated[
        Literal["", "retired", "never_seen", "silent", "out_of_service", "not_ready", "ready"],
        typer.Option(help="Only in this condition."),
    ] = "",
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Every terminal: hall, group, condition, active bundle, paper, queue, when it was last seen."""
    from kiosk.server.fleet import standing

    wanted = standing.Wanted(hall=hall, group=group, condition=condition)
    with _fleet(database) as fleet:
        rows = standing.listed(fleet, wanted, limit=AT_ONCE)
        page = rows
        while len(page) == AT_ONCE:
            page = standing.listed(fleet, wanted, (page[-1].hall, page[-1].id), AT_ONCE)
            rows += page
    if as_json:
        give([vars_of(row) for row in rows])
        return
    if not rows:
        say("kiosk: there is no such terminal in this database")
    for row in rows:
        parts = (row.id, row.hall, row.group, row.condition, row.bundle[:24], row.paper, row.last_seen)
        print("  ".join(str(part or "-") for part in parts))


@fleet_app.command("show")
def fleet_show(terminal: TerminalId, database: Database = None, as_json: AsJson = False) -> None:
    """One terminal: devices, readiness, alarms, commands, and the newest of its timeline."""
    from kiosk.server.fleet import alarms, commands, standing, timeline

    with _fleet(database) as fleet:
        page = standing.terminal(fleet, terminal)
        if page is None:
            stop(f"there is no terminal {terminal!r}; kiosk fleet list shows them all", 1)
        found = {
            **vars_of(page),
            "alarms": [vars_of(each) for each in alarms.open_alarms(fleet, terminal)],
            "commands": [
                vars_of(each) | {"state": each.state} for each in commands.of_terminal(fleet, terminal)
            ],
            "timeline": [vars_of(each) for each in timeline.of_terminal(fleet, terminal, 50)],
        }
    if as_json:
        give(found)
        return
    row = page.row
    print(f"{row.id}  {row.hall}  {row.name}  {row.group}  {row.condition}  {row.last_seen or 'never seen'}")
    for device in page.devices:
        said = [device.get(name) for name in ("name", "state", "paper", "fault")]
        print("  " + "  ".join(str(part) for part in said if part))
    for alarm in found["alarms"]:
        names = ("opened_at", "kind", "subject", "detail", "owner")
        print("  ! " + "  ".join(alarm[name] for name in names if alarm[name]))
    for event in found["timeline"][:20]:
        print(f"    {event['at']}  {event['kind']}  {event['detail']}")


@fleet_app.command("register")
def fleet_register(
    terminal: TerminalId,
    hall: Annotated[str, typer.Option(help="Where it stands.")] = "",
    name: Annotated[str, typer.Option(help="What it is called.")] = "",
    group: Annotated[str, typer.Option(help="Whose assignments it follows.")] = "default",
    model: Annotated[str, typer.Option(help="Which model of terminal it is.")] = "",
    by: By = "",
    database: Database = None,
) -> None:
    """Take a terminal in; its credential on standard output, this once.

    Put it into a file on the terminal and name that in terminal.toml: [platform] credential_file.
    """
    from kiosk.server.fleet import registry

    if not 1 <= len(terminal) <= 64 or terminal != terminal.strip() or not terminal.isprintable():
        stop("an id has 1 to 64 characters, without spaces around it")
    for given in (hall, name, model):
        if len(given) > 64 or any(ord(sign) < 32 for sign in given):
            stop(f"{given[:20]!r} is too long, or holds a line break")
    with _acting(database, terminal, f"登记，分组 {group}", by, make=True) as fleet:
        print(registry.register(fleet, terminal, by or _me(), hall=hall, name=name, group=group, model=model))


@fleet_app.command("renew")
def fleet_renew(terminal: TerminalId, by: By = "", database: Database = None) -> None:
    """A new credential on standard output; the old one is worth nothing from now on."""
    from kiosk.server.fleet import registry

    with _acting(database, terminal, "换发凭据", by) as fleet:
        print(registry.renew_credential(fleet, terminal, by or _me()))


@fleet_app.command("move")
def fleet_move(
    terminal: TerminalId,
    group: Annotated[str, typer.Argument(help="The group whose assignments it is to follow.")],
    by: By = "",
    database: Database = None,
) -> None:
    """Into another group: from its next poll on it is offered what that group is offered."""
    from kiosk.server.fleet import registry

    with _acting(database, terminal, f"分组改为 {group}", by) as fleet:
        registry.move(fleet, terminal, by or _me(), group=group)


@fleet_app.command("retire")
def fleet_retire(terminal: TerminalId, by: By = "", database: Database = None) -> None:
    """It is no longer part of the fleet; what it says is refused."""
    from kiosk.server.fleet import registry

    with _acting(database, terminal, "撤除", by) as fleet:
        registry.retire(fleet, terminal, by or _me())


@fleet_app.command("out")
def fleet_out(
    terminal: TerminalId,
    reason: Annotated[str, typer.Option(help="Shown to the technician who stands before it.")] = "",
    by: By = "",
    database: Database = None,
) -> None:
    """Out of service: the terminal obeys between visits, after its next heartbeat."""
    _ask(terminal, "out_of_service", by, reason, database)


@fleet_app.command("back")
def fleet_back(terminal: TerminalId, by: By = "", database: Database = None) -> None:
    """Back into service."""
    _ask(terminal, "back_in_service", by, "", database)


@fleet_app.command("alarms")
def fleet_alarms(database: Database = None, as_json: AsJson = False) -> None:
    """Every alarm that is open.  Exit code 1 when there is one."""
    from kiosk.server.fleet import alarms

    with _fleet(database) as fleet:
        found = alarms.open_alarms(fleet)
    if as_json:
        give([vars_of(each) | {"state": each.state} for each in found])
    else:
        for each in found:
            parts = (each.opened_at, each.terminal_id, each.kind, each.subject, each.detail, each.owner)
            print("  ".join(part or "-" for part in parts))
    raise typer.Exit(1 if found else 0)


@fleet_app.command("rollouts")
def fleet_rollouts(database: Database = None, as_json: AsJson = False) -> None:
    """The newest rollouts: where each stands, and how many terminals by ring and status."""
    from kiosk.server.fleet import rollouts

    with _fleet(database) as fleet:
        found = [rollouts.one(fleet, each.id) for each in rollouts.listed(fleet, 20)]
    if as_json:
        give([vars_of(each) for each in found])
        return
    if not found:
        say("kiosk: there was no rollout in this database")
    for each in found:
        state = each.state
        place = f"{state.phase.value} {state.ring}" if state.ring >= 0 else state.phase.value
        print(
            f"{each.id}  {place}{'  paused' if state.paused else ''}  {each.title}  {state.reason}".rstrip()
        )
        for ring, counts in sorted(each.statuses.items()):
            print(f"    ring {ring}: " + ", ".join(f"{many} {status}" for status, many in counts.items()))


def _ask(terminal: str, kind: str, by: str, reason: str, database: str | None) -> None:
    from kiosk.server.fleet import commands

    said = f"停用：{reason}" if kind == commands.Kind.OUT_OF_SERVICE else "恢复服务"
    with _acting(database, terminal, said, by) as fleet:
        asked = commands.ask(fleet, terminal, commands.Kind(kind), by or _me(), reason)
    say(f"kiosk: asked at {asked.asked_at}; kiosk fleet show {terminal} tells when it was obeyed")


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


@contextmanager
def _acting(database: str | None, terminal: str, note: str, by: str, make: bool = False) -> Iterator[Fleet]:
    """The fleet, for something that the console's chain tells, too, in the transaction that does it."""
    from sqlalchemy import Connection

    from kiosk.server.console import chain

    def noted(connection: Connection, _made: str) -> None:
        told = f"{note}（{by or _me()}）"
        chain.append(connection, chain.SHELL, "terminal.note", terminal=terminal, note=told)

    with _fleet(database, make) as fleet:
        yield replace(fleet, noted=noted)


@contextmanager
def _fleet(database: str | None, make: bool = False) -> Iterator[Fleet]:
    """The fleet in this database; what is refused ends the command with its words."""
    from kiosk.server.fleet.context import Fleet
    from kiosk.server.problems import KINDS, ProblemError

    engine = platform_database(database, make)
    try:
        yield Fleet(engine)
    except ProblemError as problem:
        stop(KINDS[problem.code].detail_en, 1)
    finally:
        engine.dispose()
