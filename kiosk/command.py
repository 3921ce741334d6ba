"""The ``kiosk`` command, from its first instruction.

A terminal that starts by itself is waited for: ``kiosk run --terminal FILE`` goes straight to its window.
Everything else, and whatever is wrong with that line, is for the command line (``kiosk.cli``), which takes a
tenth of a start to say what it can do.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Final, NoReturn

from kiosk.privacy.allocator import begin_again, start_anew

if TYPE_CHECKING:  # the process may begin again: nothing is loaded before that is decided
    from collections.abc import Sequence
    from pathlib import Path

MODULE: Final = "kiosk"
KEEPS_PERSONAL_DATA: Final = ("run", "demo", "rehearse")  # whose memory is kept clean from the first byte
GARBAGE_THRESHOLD: Final = 20_000  # objects made until garbage is looked for
START_OBJECTS: Final = 1_000_000  # twice as many as a start makes
WRONG_CONFIGURATION: Final = 2


def main() -> None:
    begin(sys.argv[1:])
    terminal = _terminal_alone(sys.argv[1:])
    if terminal is not None:
        serve_hall(terminal)
    from kiosk.cli import app

    app()


def begin(arguments: Sequence[str]) -> None:
    """What a process of this command is, before anything else is loaded."""
    if arguments and arguments[0] in KEEPS_PERSONAL_DATA:
        begin_again(MODULE)
    import logging

    from kiosk.log import take_over_exceptions, take_over_logging

    if arguments and arguments[0] in KEEPS_PERSONAL_DATA:
        take_over_exceptions()
    # Almost all that a start makes stays: looking for garbage in it takes a twentieth of the time.
    gc.set_threshold(GARBAGE_THRESHOLD)
    take_over_logging(logging.WARNING)
    # Nobody's code is taken into ours because it is installed beside it; looking for it takes a while, too.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def serve_hall(terminal: Path) -> NoReturn:
    """``kiosk run``: a real terminal, as its file says."""
    gc.set_threshold(START_OBJECTS)  # until there is a window, which knows better (screens.garbage)
    from kiosk.settings import load_settings

    settings = load_settings(terminal)
    if isinstance(settings, list):
        for problem in settings:
            say(str(problem))
        sys.exit(WRONG_CONFIGURATION)
    from screens import main as window

    end_or_begin_anew(window.run(settings, say=say), window.BEGIN_ANEW)


def end_or_begin_anew(code: int, anew: int) -> NoReturn:
    if code == anew:
        start_anew(MODULE)
    sys.exit(code)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _terminal_alone(arguments: Sequence[str]) -> Path | None:
    """The file of ``run --terminal FILE``; ``None`` for anything else."""
    from pathlib import Path

    match list(arguments):
        case ["run", "--terminal", file] if not file.startswith("-"):
            return Path(file)
        case ["run", option] if option.startswith("--terminal="):
            return Path(option.removeprefix("--terminal="))
    return None
