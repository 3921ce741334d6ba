"""For a demonstration: an office whose keys nobody has to bring, and the place of its one terminal."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from kiosk.bundles.fault import BundleFault
from kiosk.bundles.office import DEMONSTRATION_FILE, Office, demonstration_office
from kiosk.server.database import now_text, writing
from kiosk.server.fleet.context import upsert
from kiosk.server.fleet.tables import terminals
from kiosk.server.settings import PlatformSettings

GROUP: Final = "demo"
TERMINAL: Final = "PDS-DEMO-01"


def make(settings: PlatformSettings) -> Office | BundleFault:
    """An office of its own for a server that was given none; one that is there is left as it is."""
    office = Office(settings.console_files / "office")
    config = settings.matters_folder.parent
    return demonstration_office(office, config, GROUP, secrets.token_hex(16)) or office


def key_of(repository: Path, name: str) -> tuple[Path, str] | None:
    """The key of the invented editor or approver, and its pass phrase; ``None`` elsewhere."""
    office = Office(repository.parent)
    phrase = office.folder / DEMONSTRATION_FILE
    if name not in ("editor", "approver") or not phrase.is_file():
        return None
    return office.keys / name, phrase.read_text(encoding="utf-8").strip()


def place_terminal(engine: Engine) -> None:
    """The demonstration's terminal follows its own group; it is put there before it first calls."""
    row = {"id": TERMINAL, "group": GROUP, "registered_at": now_text(), "registered": False}
    with writing(engine) as connection:
        upsert(connection, terminals, [row], ("id",), update=())
