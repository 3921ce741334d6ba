"""The platform's database, as the commands beside ``kiosk serve`` are told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.output import say, stop

if TYPE_CHECKING:
    from sqlalchemy import Engine

Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="The platform's database, as given to kiosk serve."),
]


def platform_database(database: str | None, make: bool = False) -> Engine:
    """The database, or the end of the command with what is wrong with it.

    ``make``: for what may be the first thing that is written there.  Whoever looks makes nothing: a path
    that was mistyped would look like a platform without a single terminal.
    """
    from kiosk.server.console import tables  # noqa: F401 - made with all others
    from kiosk.server.database import DatabaseUnusableError, NoDatabaseError, open_database
    from kiosk.server.settings import PlatformSettings

    url = PlatformSettings(database=database).database_url
    try:
        return open_database(url, make=False)
    except NoDatabaseError as error:
        if not make:
            stop(str(error))
    except DatabaseUnusableError as error:
        stop(str(error))
    try:
        engine = open_database(url)
    except DatabaseUnusableError as error:
        stop(str(error))
    say(f"kiosk: a new database was made: {engine.url.render_as_string()}")
    return engine
