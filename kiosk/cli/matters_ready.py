"""``kiosk matters home`` and ``compile``: what a terminal shows first, and its matters made ready before."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from kiosk.cli.matters import matters_app
from kiosk.cli.output import give, load, say, stop
from kiosk.cli.store import AsJson, TerminalFile

WHY = {
    "configured": "在配置中固定 configured",
    "used": "本时段常办 begun most at this hour",
    "order": "按文件顺序 in the order of the files",
}


@matters_app.command("compile")
def matters_compile(terminal: TerminalFile, as_json: AsJson = False) -> None:
    """Read and check the matters of a terminal before it starts, so that its start need not.

    A terminal does it by itself whenever a file has changed; of ten thousand new ones it takes a minute.
    Exit code 1 when a file cannot be taken.
    """
    import time

    from kiosk.configuration.places import in_force
    from kiosk.matters.opening import compiled_beside, open_catalogue

    own = load(terminal)
    settings = in_force(own).settings(own)  # with the bundle that is active
    began = time.monotonic()
    file = compiled_beside(settings.storage.path)
    catalogue, counted = open_catalogue(settings.matters.folder, file)
    seconds = round(time.monotonic() - began, 2)
    for problem in catalogue.problems:
        say(str(problem))
    if as_json:
        give(
            {
                "file": str(file),
                "matters": len(catalogue),
                "compiled": counted.compiled,
                "problems": len(catalogue.problems),
                "version": catalogue.version,
                "seconds": seconds,
            }
        )
    else:
        print(f"{file}: {len(catalogue)} matters, {counted.compiled} compiled anew, {seconds} s")
    raise typer.Exit(1 if catalogue.problems or not len(catalogue) else 0)


@matters_app.command("home")
def matters_home(
    terminal: TerminalFile,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="YYYY-MM-DDTHH:MM; without it, now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The matters that the home page shows at an hour, and why each of them.

    First those of [matters] home, then those begun most at this hour on this kind of day, then the rest in
    the order of the files.  May run beside a live terminal, which changes its page only while it is asleep.
    """
    from zoneinfo import ZoneInfo

    from devices.contract import Fault
    from kiosk import use
    from kiosk.configuration.places import in_force
    from kiosk.delivery.store import open_reading
    from kiosk.home import TILES, codes_of
    from kiosk.matters.opening import compiled_beside, open_catalogue
    from kiosk.terminal_info import calendar_of

    own = load(terminal)
    settings = in_force(own).settings(own)  # with the bundle that is active
    zone = ZoneInfo(settings.terminal.timezone)
    try:
        moment = datetime.fromisoformat(at).replace(tzinfo=zone) if at else datetime.now(zone)
    except ValueError:
        stop(f"{at!r} is no time; write it as 2026-11-26T09:30")
    catalogue, _ = open_catalogue(settings.matters.folder, compiled_beside(settings.storage.path))
    for name in settings.matters.home:
        if not codes_of(catalogue, [name]):
            say(f"kiosk: [matters] home: there is no single matter called {name!r}; it is left out")
    store = open_reading(settings.storage.path)
    counted = use.Use()
    if not isinstance(store, Fault):
        known = use.read(store)
        store.close()
        counted = counted if isinstance(known, Fault) else known
    now = use.Now.of(moment, calendar_of(settings))
    found = use.tiles(catalogue.codes, codes_of(catalogue, settings.matters.home), counted, now, TILES)
    rows = [
        {
            "task_code": tile.task_code,
            "name": catalogue.offers([tile.task_code])[0].plain_name.zh,
            "reason": tile.reason,
            "score": round(tile.score, 2),
        }
        for tile in found
    ]
    if as_json:
        give({"kind": now.kind, "hour": now.hour, "tiles": rows})
        return
    print(f"{now.kind} {now.hour}:00")
    for row in rows:
        score = f" {row['score']}" if row["reason"] == "used" else ""
        print(f"{row['task_code']}  {row['name']}  {WHY[str(row['reason'])]}{score}")
