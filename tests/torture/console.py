"""Every page of the console in Chromium, as every role, under axe: ``python -m tests.torture.console``.

With a folder, a picture of each page is left there to be looked at.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.kiosk.server.console.looking import PAGES, chromium, city, faults_of, page_of

REFUSED = ("403", "404")  # pages that are refused are looked at, too, and the browser says so


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.console", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where the pictures go")
    folder = parser.parse_args().folder
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    bad = 0
    with tempfile.TemporaryDirectory() as name, city(Path(name)) as hall, chromium() as browser:
        for person, paths in PAGES.items():
            said: list[str] = []
            page = page_of(browser, hall, person, said)
            for path in paths:
                picture = (
                    folder / f"{person}{path.replace('/', '-').replace('?', '-')}.png" if folder else None
                )
                faults = faults_of(page, f"{hall.platform.url}/console{path}", picture)
                faults += [each for each in said if not any(code in each for code in REFUSED)]
                said.clear()
                bad += bool(faults)
                print(f"{person} {path}: {'; '.join(faults) or 'good'}", flush=True)
            page.context.close()
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
