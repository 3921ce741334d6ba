"""``python -m tests.bench [name ...]``: prints each figure beside its peer's; all of them without a name.

No figure fails the run: times depend on the machine, and only the ratio of two of them in one run tells.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Final

GROUPS: Final = {
    "startup": "start and memory, against Chromium in kiosk mode",
    "cards": "cards, against the wire and the card",
    "devices": "scanner codes, and devices at rest",
    "papers": "papers, against fpdf2",
    "delivery": "the outbox, against bare durable inserts, the platform and an empty queue",
    "console": "pages of the console with ten thousand terminals, against a thousand",
    "visit": "a whole visit",
    "touch": "under the finger, against Chromium showing the same pages",
    "rest": "nobody is here, against Chromium in kiosk mode",
    "fleet": "ten thousand terminals at one server, against a bare web server",
    "bundles": "following bundles, against bare requests for the same files",
    "many": "ten thousand matters, against the product's own",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("groups", metavar="name", nargs="*", choices=[*GROUPS, []], help=", ".join(GROUPS))
    for group in parser.parse_args().groups or GROUPS:
        print(f"\n{GROUPS[group]}", flush=True)
        for figure in import_module(f"tests.bench.{group}").measure():
            print(f"  {figure}", flush=True)


if __name__ == "__main__":
    main()
