"""What a terminal tells about itself and about bundles, and what it is told, as it goes over the wire.

Unknown members are ignored, so that a newer terminal can talk to an older platform.  No personal data.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue

from kiosk.server.api_fields import LINE, WHOLE, Moment, Name, Short, Wire
from kiosk.server.fleet.progress import Told

MOST_DEVICES = 50
MOST_REPORTS = 100
Code = Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9_.:-]*$")]
Count = Annotated[int, Field(ge=0, le=1_000_000_000, strict=True), WHOLE]
BundleName = Annotated[
    str,
    Field(max_length=128, pattern=r"^[\x21-\x7e]*$", description="as assignments name it, e.g. bundles/…"),
]


class DeviceReport(Wire):
    """One device in the words of ``kiosk diagnose --json``; other members are not kept."""

    name: Short | None = None
    driver: Short | None = None
    state: Short | None = None
    since: Short | None = None
    paper: Short | None = None
    card: Short | None = None
    fault: Name | None = None
    detail: Name | None = None


class BundleState(Wire):
    """Which matters the terminal shows.  ``trusted``: the version of each role's metadata that it trusts.

    ``stale`` is the fault code of why nothing new is taken: expired, unreachable, torn, a full disk, a wrong
    clock.
    """

    name: BundleName = ""
    group: Annotated[
        str,
        Field(
            pattern=r"^([a-z0-9][a-z0-9_-]{0,63})?$",
            description="whose assignment the terminal follows, where its own file says so",
        ),
    ] = ""
    sequence: Annotated[int, Field(ge=0, le=2**53 - 1, strict=True), WHOLE] | None = None
    self_test: Literal["passed", "failed", ""] = ""
    stale: Code = ""
    since: Annotated[Short, Field(description="when the terminal began to show it, by its own clock")] = ""
    waiting: Annotated[
        int,
        Field(ge=0, le=2**53 - 1, strict=True, description="tested, and shown to the next citizen; 0: none"),
        WHOLE,
    ] = 0
    checked: Annotated[Short, Field(description="when everything was last verified")] = ""
    trusted: Annotated[
        dict[Annotated[str, Field(pattern=r"^[a-z]{1,16}$")], Count],
        Field(max_length=10, json_schema_extra={"additionalProperties": False}),
    ] = Field(default_factory=dict)


class BundleReport(Wire):
    """What became of one bundle.  ``id`` is the terminal's own: sent again, it is the same report.

    ``attempt`` counts how often the terminal has tried this bundle; only the last attempt counts.
    """

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{8,64}$")]
    bundle: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]
    event: Told
    at: Moment | None = None
    attempt: Annotated[int, Field(ge=1, le=10_000, strict=True), WHOLE] = 1
    reason: Code = ""
    detail: Name = ""


class CommandEnd(Wire):
    """What became of a command: ``done``, or why not."""

    id: Count
    outcome: Literal["done", "refused"]
    detail: Code = ""


class ReadinessTest(Wire):
    device: Short
    kind: Short
    passed: Annotated[bool, Field(strict=True)] | None = None
    at: Short = ""
    by: Short = ""


class Readiness(Wire):
    """The last time that somebody proved that everything works: by device, the newest test."""

    at: Short = ""
    passed: Annotated[bool, Field(strict=True)] | None = None
    tests: Annotated[tuple[ReadinessTest, ...], Field(max_length=MOST_DEVICES)] = ()


EXAMPLE_REPORTS: JsonValue = {
    "reports": [
        {
            "id": "6f1c2d0e-0001",
            "bundle": "bundles/new.bundle",
            "event": "activated",
            "at": "2026-11-21T12:30:00Z",
        }
    ]
}


class Heartbeat(Wire):
    """How a terminal is; no personal data.  Every member is optional."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={"examples": [{"version": "0.1.0", "ready": True, "queued": 0, "devices": []}]},
    )

    version: Short | None = None
    ready: Annotated[bool, Field(strict=True)] | None = None
    queued: Count | None = None
    clock: Moment | None = None
    service: Literal["open", "closed_by_platform", "closed_here"] | None = None
    audit_head: (
        Annotated[
            str,
            Field(
                pattern=r"^[0-9]{1,12}:[0-9a-f]{64}$",
                description="the last record of the terminal's audit chain, kept here against it",
            ),
        ]
        | None
    ) = None
    devices: Annotated[tuple[DeviceReport, ...], Field(max_length=MOST_DEVICES)] = ()
    bundle: BundleState | None = None
    readiness: Readiness | None = None
    commands: Annotated[tuple[CommandEnd, ...], Field(max_length=20)] = ()
    reports: Annotated[tuple[BundleReport, ...], Field(max_length=MOST_REPORTS)] = ()


class CommandOut(Wire):
    """To be obeyed between visits; it comes again until its end was told."""

    id: int
    kind: str
    by: str
    reason: str
    asked_at: str


class HeartbeatAnswer(Wire):
    """``group`` is whose assignment the terminal follows; ``wake`` the version of ``/v1/fleet/wake``."""

    terminal_id: str
    server_time: str
    group: str
    commands: list[CommandOut]
    wake: int


class Reports(Wire):
    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [EXAMPLE_REPORTS]})

    reports: Annotated[tuple[BundleReport, ...], Field(min_length=1, max_length=MOST_REPORTS)]


class ReportsAnswer(Wire):
    """``kept``: how many were new.  Every one is kept when this answer comes."""

    terminal_id: str
    kept: int


class WakeAnswer(Wire):
    """Something has been assigned since an older version: poll now.  ``called`` is the number of the newest
    command that this terminal has not fetched: a greater one than before means, send a heartbeat now."""

    version: int
    called: int = 0


TerminalIdPath = Annotated[str, Field(min_length=1, max_length=64, pattern=LINE)]
