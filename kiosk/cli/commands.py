"""The ``kiosk`` command.  ``--json`` prints one JSON value and nothing else on standard output.

Exit codes: 0 as it should be, 1 something is not as it should be (said on standard error), 2 wrong use
or wrong configuration.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kiosk.cli import matters_ready  # noqa: F401 - adds its commands
from kiosk.cli.audit import audit_app
from kiosk.cli.bundle import bundle_app
from kiosk.cli.console import console_audit_app, console_user_app
from kiosk.cli.fleet import fleet_app
from kiosk.cli.matters import matters_app
from kiosk.cli.output import give, load, say, stop, vars_of
from kiosk.cli.store import TerminalFile, outbox_app
from kiosk.cli.technician import technician_app
from kiosk.cli.transfer import outbox_export, outbox_import, outbox_retry  # noqa: F401 - they add themselves
from kiosk.command import begin, end_or_begin_anew, serve_hall

if TYPE_CHECKING:
    from kiosk.matters.catalogue import Catalogue

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # brackets in a help text are brackets
    pretty_exceptions_enable=False,
    help="Software for 24-hour self-service terminals in government service halls.",
)
app.add_typer(matters_app, name="matters")
app.add_typer(bundle_app, name="bundle")
app.add_typer(outbox_app, name="outbox")
app.add_typer(audit_app, name="audit")
app.add_typer(technician_app, name="technician")
app.add_typer(fleet_app, name="fleet")
app.add_typer(console_user_app, name="console-user")
app.add_typer(console_audit_app, name="console-audit")

OptionalTerminalFile = Annotated[
    Path | None,
    typer.Option(
        "--terminal", metavar="FILE", help="The terminal's terminal.toml; without it, virtual devices."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output, nothing else.")]
MattersFolder = Annotated[
    Path | None, typer.Option("--matters", metavar="FOLDER", help="The folder of the matter files.")
]


@app.command()
def demo(
    headless: Annotated[bool, typer.Option("--headless", help="A scripted visit, without a window.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where pictures and papers go.")
    ] = None,
    matter: Annotated[str, typer.Option(help="The matter of the scripted visit.")] = "参保缴费凭证",
    script: Annotated[
        Path | None,
        typer.Option("--script", metavar="FILE", help="What befalls the virtual devices meanwhile."),
    ] = None,
    office: Annotated[
        Path | None,
        typer.Option(
            "--office",
            metavar="DIR",
            help="Follow the bundles of this office, which is made if need be.",
        ),
    ] = None,
) -> None:
    """Everything embedded: platform and virtual devices.  Without a display, a scripted visit.

    With --office and without a display the terminal stays until it is told to stop (Ctrl-C), tells each
    bundle that it comes to show, and leaves pictures of what that changed.
    """
    unseen = headless or not has_display()
    if unseen and office is None:
        from screens.rehearsal import rehearse as walk

        raise typer.Exit(walk(matter, out or Path("build/visit"), say=say, script_file=script))
    from screens import main as window

    pictures = (out or Path("build/demo")) if unseen else None
    end_or_begin_anew(
        window.demo(say=say, script_file=script, office=office, pictures=pictures), window.BEGIN_ANEW
    )


@app.command()
def run(terminal: TerminalFile) -> None:
    """A real terminal, as its file says."""
    serve_hall(terminal)


def _end_when_told() -> None:
    """SIGTERM ends a rehearsal, and with it the platform and devices that it has started.

    Without a handler SDL takes the signal for its own and makes a press on a close button of it, which
    nobody in a rehearsal looks at.
    """
    import signal

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


@app.command()
def rehearse(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where pictures, papers and summary.json go.")
    ],
    matter: Annotated[str | None, typer.Argument(help="A task code or a name.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every matter with its own answers, and a booklet of them (PDF).")
    ] = False,
    terminal: OptionalTerminalFile = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--answers", metavar="FILE", help="TOML or JSON: [answers], rating, reasons, [identity]."
        ),
    ] = None,
    timeout: Annotated[float, typer.Option(metavar="S", help="Seconds for the whole visit.")] = 120.0,
    script: Annotated[
        Path | None,
        typer.Option("--script", metavar="FILE", help="What befalls the virtual devices meanwhile."),
    ] = None,
    matters: MattersFolder = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="By keypad and spoken words alone; heard.txt has both.")
    ] = False,
    english: Annotated[bool, typer.Option("--english", help="With --blind: in English.")] = False,
) -> None:
    """Make a visit through the real screens, page by page, with a picture of each.

    With --all a visit for each matter of the terminal; --timeout is for each of them.

    Exit code 0 only if the visit ended as it should: an end that the citizen was told truly, the papers
    out, everything wiped.
    """
    _end_when_told()
    if every:
        if matter is not None or answers is not None or script is not None or blind:
            stop("--all makes every visit with its own answers; leave the matter, --answers and --script out")
        from screens.rehearsal.everything import rehearse_all

        raise typer.Exit(
            rehearse_all(out, say, load(terminal) if terminal else None, timeout, matters=matters)
        )
    if english and not blind:
        stop("--english is for --blind; the pictures of other rehearsals are in Chinese")
    if matter is None:
        stop("name a matter (kiosk matters list shows them all), or give --all")
    from screens.rehearsal import rehearse as walk

    raise typer.Exit(
        walk(
            matter,
            out,
            settings=load(terminal) if terminal else None,
            answers_file=answers,
            timeout_seconds=timeout,
            script_file=script,
            say=say,
            matters_folder=matters,
            blind=blind,
            language="en" if english else "zh",
        )
    )


@app.command()
def diagnose(
    device: Annotated[str | None, typer.Argument(help="One device by its name; all without it.")] = None,
    terminal: OptionalTerminalFile = None,
    as_json: AsJson = False,
    test: Annotated[bool, typer.Option(help="Have every device test itself, too.")] = True,
) -> None:
    """The state of every device and of the platform, with self-tests.

    Runs beside a live terminal, which is asked and keeps its devices.  Exit code 0 only when everything that
    a matter of this terminal needs is ready; of one device, when it is.
    """
    from kiosk.diagnosis import diagnose as look

    if terminal is not None:
        raise typer.Exit(look(load(terminal), device, as_json, say, test))
    import tempfile

    from kiosk.virtual_hall import VirtualHall

    with tempfile.TemporaryDirectory(prefix="kiosk-hall-") as folder, VirtualHall(Path(folder)) as hall:
        code = look(load(hall.terminal_file), device, as_json, say, test)
    raise typer.Exit(code)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 8000,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="sqlite:////… or postgresql://… (any SQLAlchemy URL).")
    ] = None,
    matters: MattersFolder = None,
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Take orders at /rehearsal.")] = False,
    latency_ms: Annotated[int, typer.Option(help="Slow: wait before every answer.", min=0)] = 0,
    mode: Annotated[
        Literal["right", "error_500", "not_json", "cut", "lose_answer", "retry_after", "slow_body"],
        typer.Option(help="Wrong on purpose: how answers go wrong."),
    ] = "right",
    decision: Annotated[
        Literal["accepted", "received", "refused", "supplement"] | None,
        typer.Option(help="Decide every application like this."),
    ] = None,
    demo_console: Annotated[
        bool,
        typer.Option(
            "--demo-console", help="Make accounts of the console for a demonstration, and print them."
        ),
    ] = False,
    repository: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The repository of signed bundles, given at /repository."),
    ] = None,
    online_keys: Annotated[
        Path | None,
        typer.Option("--keys", metavar="DIR", help="Its online keys; by default keys beside it."),
    ] = None,
    enrolment: Annotated[
        Literal["open", "registered"], typer.Option(help="Which terminals may call: all, or registered ones.")
    ] = "open",
    mqtt: Annotated[str, typer.Option(metavar="URL", help="A broker that wakes terminals, too.")] = "",
    tls_certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Speak TLS with this certificate (PEM).")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its key (PEM).")] = None,
    tls_client_ca: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Whose certificates terminals show; their name is the terminal's."),
    ] = None,
    recording_key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What seals spoken complaints; made on first use."),
    ] = None,
) -> None:
    """The embedded platform, and the administrators' console at /console.

    The first line on standard output is {"url": "http://127.0.0.1:..."}; with --demo-console the second is
    {"console": "http://...", "accounts": [{"name", "password", "roles"}]}, with new passwords at each start.
    """
    from kiosk.server import run as server

    if matters is not None and not matters.is_dir():
        stop(f"{matters} is no folder; name the folder of the matter files")
    raise typer.Exit(
        server.serve(
            port,
            database=database,
            matters_folder=matters or _product_matters(),
            rehearsal=rehearsal,
            latency_ms=latency_ms,
            mode=mode,
            decision=decision,
            demo_console=demo_console,
            fleet=server.FleetOptions(
                repository,
                online_keys,
                enrolment,
                mqtt,
                tls_certificate,
                tls_key,
                tls_client_ca,
                recording_key,
            ),
        )
    )


@matters_app.command("list")
def matters_list(matters: MattersFolder = None, as_json: AsJson = False) -> None:
    """Every matter: code, name, department, shape, what it needs."""
    catalogue = _catalogue(matters)
    rows = [vars_of(row) for row in catalogue.rows()]
    if as_json:
        give(rows)
    else:
        for row in rows:
            needs = ",".join(row["needs"])
            print(f"{row['task_code']}  {row['name']}  {row['department']}  {row['shape']}  {needs}")
    if not rows:
        stop(f"there is no good matter file in {matters or _product_matters()}", 1)
    raise typer.Exit(1 if catalogue.problems else 0)


@matters_app.command("show")
def matters_show(
    matter: Annotated[str, typer.Argument(help="A task code or a name.")],
    matters: MattersFolder = None,
    as_json: AsJson = False,
) -> None:
    """One matter with its guide."""
    catalogue = _catalogue(matters)
    found = catalogue.get(matter)
    if found is None:
        stop(f"there is no single matter called {matter!r}; kiosk matters list shows them all")
    if as_json:
        give(found.model_dump(mode="json"))
        return
    from kiosk.matters.guide import elements

    plain = f"（{found.plain_name.zh}）" if found.plain_name.zh not in found.name.zh else ""
    print(f"{found.name.zh}{plain}\n{found.name.en}\n")
    for element in elements(found):
        print(f"{element.number}. {element.zh}")
        for paragraph in element.paragraphs:
            print(f"   {paragraph}")


def has_display() -> bool:
    return bool(os.environ.get("DISPLAY"))


def _product_matters() -> Path:
    from kiosk.settings import DEFAULT_MATTERS_FOLDER

    return DEFAULT_MATTERS_FOLDER


def _catalogue(folder: Path | None) -> Catalogue:
    from kiosk.matters.load import load_folder

    if folder is not None and not folder.is_dir():
        stop(f"{folder} is no folder; name the folder of the matter files")
    catalogue = load_folder(folder or _product_matters())
    for problem in catalogue.problems:
        say(str(problem))
    return catalogue


def main() -> None:
    begin(sys.argv[1:])
    app()
