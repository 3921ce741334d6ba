"""The embedded platform as an application: small, honest, complete enough for every path of a terminal.

It is what ``kiosk serve`` starts.  A city's real platform is somebody else's; whoever adapts to it finds
the interface that the terminal speaks in ``/openapi.json``.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Final, TypeVar

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from sqlalchemy import Engine
from starlette.types import ASGIApp

from kiosk.matters.base import load_base_catalogue
from kiosk.matters.load import load_folder
from kiosk.matters.models import Matter
from kiosk.matters.problem import Problem as FileProblem
from kiosk.matters.ratings import load_rating_reasons
from kiosk.server import problems
from kiosk.server.console import CONSOLE, LazyConsole
from kiosk.server.console import tables as console_tables  # noqa: F401 - made with all others
from kiosk.server.context import Platform
from kiosk.server.database import open_database
from kiosk.server.described import with_known_matter, with_problem_schema
from kiosk.server.fleet import tables as fleet_tables  # noqa: F401
from kiosk.server.fleet import upkeep
from kiosk.server.fleet.audit_heads import audit_routes
from kiosk.server.fleet.context import Fleet
from kiosk.server.fleet.credentials import HEADER
from kiosk.server.fleet.routes import fleet_routes
from kiosk.server.fleet.service import FleetService
from kiosk.server.fleet.wake import Wake
from kiosk.server.limits import BodyLimit, HeadAsGet
from kiosk.server.publication import Publication
from kiosk.server.recordings import Recordings, key_file_of
from kiosk.server.rehearsal import Rehearsal, RehearsalLayer
from kiosk.server.repository_files import RepositoryFiles
from kiosk.server.routes_cases import case_routes
from kiosk.server.routes_complaints import complaint_routes
from kiosk.server.routes_public import public_routes
from kiosk.server.routes_recordings import recording_routes
from kiosk.server.routes_rehearsal import rehearsal_routes
from kiosk.server.routes_voices import voice_routes
from kiosk.server.routes_writing import writing_routes
from kiosk.server.settings import PlatformSettings

VERSION: Final = "1.0.0"
log = logging.getLogger(__name__)
T = TypeVar("T")

_DESCRIPTION: Final = """\
The interface between a self-service terminal and the integrated platform (一体化政务服务平台).

Times are UTC (ISO 8601), days are those of Asia/Shanghai. Errors are RFC 9457 problem documents whose
`code` is stable. Texts may hold any character of Unicode and come back unchanged. A request body holds at
most 256 KiB, and a recording 4 MiB.

This server is a demonstration: it invents the persons of scanned codes and the data of its registers, and
its papers say so.
"""


class ConfigurationError(Exception):
    """A file that the platform needs is missing or wrong.  The text names it and what is wrong."""


def create_app(settings: PlatformSettings) -> FastAPI:
    """The application for one process.

    Raises :class:`ConfigurationError` and ``kiosk.server.database.DatabaseUnusableError``.
    """
    catalogue = load_folder(settings.matters_folder)
    for problem in catalogue.problems:
        log.warning("%s:%s:%s: %s", problem.file, problem.line, problem.column, problem.message)
    if not len(catalogue):
        raise ConfigurationError(
            f"{settings.matters_folder}: there is no good matter file in this folder; give one that has some"
        )
    engine = open_database(settings.database_url)
    fleet, service = _fleet(settings, engine)
    reasons = _wanted(load_rating_reasons(settings.rating_reasons), settings.rating_reasons)
    base = _wanted(load_base_catalogue(settings.base_catalogue), settings.base_catalogue)
    platform = Platform(
        settings=settings,
        base=base,
        reasons=reasons,
        catalogue=catalogue,
        engine=engine,
        rehearsal=Rehearsal(settings),
        fleet=fleet,
        fleet_service=service,
        published=Publication(engine, catalogue, reasons, base, settings.repository),
        recordings=Recordings(engine, key_file_of(settings, engine)),
    )
    app = FastAPI(
        title="政务服务平台接口 Platform interface",
        version=VERSION,
        description=_DESCRIPTION,
        docs_url=None,  # its pages load their scripts from outside
        redoc_url=None,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.platform = platform
    routers = [writing_routes(platform), complaint_routes(platform)]  # before /p/{reference}
    routers += [public_routes(platform), case_routes(platform), voice_routes(platform)]
    routers.append(recording_routes(platform))
    routers += [fleet_routes(service), audit_routes(platform.engine)]
    if settings.rehearsal:
        routers.append(rehearsal_routes(platform))
    for router in routers:
        app.include_router(router)
    problems.install(app, routers)
    app.mount(CONSOLE, LazyConsole(lambda: _console(platform)))
    app.add_middleware(problems.CrashGuard)
    app.add_middleware(BodyLimit)
    # Outermost: what goes wrong on command goes wrong around everything else.
    app.add_middleware(RehearsalLayer, rehearsal=platform.rehearsal)
    app.add_middleware(HeadAsGet)
    if settings.repository is not None:
        app.add_middleware(RepositoryFiles, folder=settings.repository)
    _describe(app, next(iter(catalogue)))
    return app


def _console(platform: Platform) -> ASGIApp:
    from kiosk.server.console.app import create_console

    return create_console(platform)


def _fleet(settings: PlatformSettings, engine: Engine) -> tuple[Fleet, FleetService]:
    director = None
    if settings.repository is not None:
        from kiosk.server.fleet.publisher import Publisher  # what signs is loaded only where it signs

        keys = settings.online_keys or settings.repository.parent / "keys"
        director = Publisher(settings.repository, keys)
    announcer = None
    if settings.mqtt:
        from kiosk.server.fleet.mqtt import Announcer, Broker, BrokerAddressError

        try:
            announcer = Announcer(Broker.parse(settings.mqtt))
        except BrokerAddressError as error:
            raise ConfigurationError(str(error)) from error
    wake = Wake(engine)
    fleet = Fleet(engine, director, settings.enrolment, changed=wake.bump, asked=wake.call)
    upkeep.adopt(fleet)
    return fleet, FleetService(fleet, wake, announcer)


def _describe(app: FastAPI, matter: Matter) -> None:
    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                license_info=app.license_info,
                routes=app.routes,
            )
            app.openapi_schema = with_known_matter(with_problem_schema(made), matter)
            app.openapi_schema["components"]["securitySchemes"] = {
                "terminalCredential": {
                    "type": "apiKey",
                    "in": "header",
                    "name": HEADER,
                    "description": "a registered terminal's own; a client certificate in its name does, too",
                },
                "holderToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "from `POST /v1/identity/verifications`, valid for a quarter of an hour",
                },
            }
        return app.openapi_schema

    app.openapi = description  # type: ignore[method-assign]


def _wanted(loaded: T | list[FileProblem], path: Path) -> T:
    if isinstance(loaded, list):
        first = loaded[0]
        raise ConfigurationError(f"{path}:{first.line}:{first.column}: {first.message}")
    return loaded
