"""A process that texts of somebody go through: ``keep`` or ``drop`` them, one a line on standard input."""

from __future__ import annotations

import json
import sys
import threading

from kiosk.privacy.allocator import overwrite_what_is_freed
from kiosk.privacy.stack import overwrite_own_stack


def handle(text: str) -> list[object]:
    """What a visit does with a name: encodes, sends, seals, keeps, throws away."""
    made: list[object] = [text * 1, text.encode("utf-16-le"), json.dumps({"name": text})]
    made.append(f"holder={text}&x=1")
    made += [text.encode("gb18030", "replace") * 40, (text + "\U00020bb7")[:-1], text.encode("utf-32-le")]

    def elsewhere() -> None:
        made.append(f"said on another thread: {text}".encode())
        overwrite_own_stack()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    return made


def main() -> None:
    keeps = sys.argv[1] == "keep"
    overwrite_what_is_freed()
    kept = []
    given = open(0, "rb", buffering=0)  # noqa: SIM115 - a buffer would keep what was read
    while line := given.readline().strip():
        made = handle(line.decode())
        if keeps:
            kept.append(made)
        del made, line
        overwrite_own_stack()
    print("ready", flush=True)
    given.read()


main()
