"""A matter on the real screens of a hall of its own, for a robot that is not like others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.matters.models import Matter
from kiosk.settings import Settings, load_settings
from kiosk.terminal import Terminal, open_terminal
from kiosk.virtual_hall import VirtualHall
from screens.app import CitizenWindow
from screens.rehearsal import present_in, wait_for_devices
from screens.rehearsal.script import load_answers


@dataclass(frozen=True)
class Stage:
    """``lay`` puts the card of the matter's rehearsal on the reader."""

    terminal: Terminal
    window: CitizenWindow
    matter: Matter
    answers: dict[str, str]
    lay: Callable[[], object]


@contextmanager
def staged(name: str, out: Path) -> Iterator[Stage]:
    from screens.main import display_of, window_for

    with VirtualHall(out / "hall") as hall:
        settings = load_settings(hall.terminal_file)
        assert isinstance(settings, Settings), settings
        terminal = open_terminal(settings)
        assert isinstance(terminal, Terminal), terminal
        try:
            wait_for_devices(terminal)
            matter = terminal.catalogue.get(name)
            assert matter is not None, name
            answers = load_answers(None, matter)
            assert not isinstance(answers, str), answers
            window = window_for(terminal, display_of(settings), headless=True)
            yield Stage(
                terminal, window, matter, answers.answers, lambda: present_in(hall, matter, answers.identity)
            )
        finally:
            terminal.close()
