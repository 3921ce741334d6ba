"""``kiosk console-user``: who may come into the console; ``kiosk console-audit``: what was done there."""

from __future__ import annotations

import re
import sys
from typing import Annotated, Final

import typer

from kiosk.cli.database import Database, platform_database
from kiosk.cli.output import give, say, stop

console_user_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Who may come into the administrators' console."
)
console_audit_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The chain of what was done in the console."
)

HEAD: Final = re.compile(r"([0-9]{1,9}):([0-9a-f]{64})")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output, nothing else.")]
Name = Annotated[str, typer.Argument(help="The account; stands in the audit chain.")]


@console_user_app.command("add")
def user_add(
    name: Name,
    role: Annotated[
        list[str], typer.Option("--role", help="editor, approver, operator or auditor; may be given again.")
    ],
    database: Database = None,
) -> None:
    """Make an account, or give one that is there a new password and roles; asks for the password.

    Without a terminal the password is read from standard input, one line.  An auditor has no other role, and
    nobody approves what they have edited themselves.
    """
    from kiosk.server.console.accounts import Refused, add
    from kiosk.server.console.roles import Role

    words = {each.value for each in Role}
    unknown = [each for each in role if each not in words]
    if unknown:
        stop(f"there is no role {unknown[0]!r}: editor, approver, operator or auditor")
    password = _password()
    refused = add(platform_database(database, make=True), name, [Role(each) for each in role], password)
    if isinstance(refused, Refused):
        stop(refused.reason)
    say(f"kiosk: {name} may come into the console as {', '.join(dict.fromkeys(role))}")


@console_user_app.command("list")
def user_list(database: Database = None, as_json: AsJson = False) -> None:
    """Every account, its roles and when it was last used; no password is shown."""
    from kiosk.server.console.accounts import listed

    rows = listed(platform_database(database))
    if as_json:
        give(rows)
        return
    for row in rows:
        state = "disabled" if row["disabled"] else "demo" if row["demo"] else "open"
        print(f"{row['name']}  {','.join(row['roles'])}  {state}  {row['last_seen'] or 'never'}")
    if not rows:
        say("kiosk: there is no account yet: kiosk console-user add NAME --role editor")


@console_user_app.command("disable")
def user_disable(name: Name, database: Database = None) -> None:
    """End an account: its sessions end at once.  `add` opens it again."""
    from kiosk.server.console.accounts import set_disabled

    if not set_disabled(platform_database(database), name, True):
        stop(f"there is no account {name}; kiosk console-user list shows them all", 1)
    say(f"kiosk: {name} is disabled")


@console_audit_app.command("verify")
def audit_verify(
    database: Database = None,
    head: Annotated[
        str | None, typer.Option(metavar="NUMBER:DIGEST", help="A head that was told earlier.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that no record was changed or removed.  Exit code 0 only if the chain holds."""
    from kiosk.server.console.chain import verify

    known = None
    if head is not None:
        match = HEAD.fullmatch(head)
        if match is None:
            stop("--head is NUMBER:DIGEST, as this command told it earlier")
        known = (int(match[1]), match[2])
    verdict = verify(platform_database(database), known)
    if as_json:
        give(
            {
                "intact": verdict.broken is None,
                "records": verdict.records,
                "head": verdict.head,
                "record": verdict.broken,
                "kind": verdict.kind,
            }
        )
    elif verdict.broken is None:
        print(f"{verdict.records} records, unbroken; head {verdict.head}")
    else:
        print(f"record {verdict.broken} {'is missing' if verdict.kind == 'removed' else 'was changed'}")
    raise typer.Exit(0 if verdict.broken is None else 1)


def _password() -> str:
    """Asked twice and not shown; from a pipe, one line."""
    import getpass

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password (10 characters or more): ")
    if getpass.getpass("Password again: ") != first:
        stop("the two entries differ; nothing was written")
    return first
