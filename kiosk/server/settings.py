"""What the embedded platform is told when it starts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import make_url

CONFIG_FOLDER: Final = Path(__file__).resolve().parent.parent.parent / "config"

Mode = Literal["right", "error_500", "not_json", "cut", "lose_answer", "retry_after", "slow_body"]
"""How the answer goes wrong on command (``kiosk.server.rehearsal``)."""

DecisionName = Literal["accepted", "received", "refused", "supplement"]


@dataclass(frozen=True)
class PlatformSettings:
    """``database`` is any SQLAlchemy URL; ``None`` keeps a SQLite file under the user's state folder.

    ``public_url`` is what QR codes lead to; empty: the address at which the platform was asked.
    ``rehearsal`` opens ``/rehearsal``; the three behaviours after it hold from the start.
    ``demo_console``: the accounts of a demonstration may come into the console.

    ``repository`` is the folder of signed bundles, given below ``/repository``; ``online_keys`` the folder of
    the keys that assign them, by default ``keys`` beside it.  ``enrolment``: ``open`` takes in terminals that
    nobody has registered.  ``mqtt``: a broker for the wake-up.  ``certificate``, its key and ``client_ca``:
    TLS, and the authority of the terminals' own certificates.  ``recording_key``: what seals recordings, the
    same for all servers of one database; made on first use, by default beside the console's folder.
    """

    matters_folder: Path = CONFIG_FOLDER / "matters"
    base_catalogue: Path = CONFIG_FOLDER / "base-catalogue.yaml"
    rating_reasons: Path = CONFIG_FOLDER / "rating-reasons.yaml"
    database: str | None = None
    public_url: str = ""
    rehearsal: bool = False
    latency_ms: int = 0
    mode: Mode = "right"
    decision: DecisionName | None = None
    console_folder: Path | None = None
    demo_console: bool = False
    repository: Path | None = None
    online_keys: Path | None = None
    enrolment: Literal["open", "registered"] = "open"
    mqtt: str = ""
    certificate: Path | None = None
    certificate_key: Path | None = None
    client_ca: Path | None = None
    recording_key: Path | None = None

    @property
    def console_files(self) -> Path:
        """Where the console keeps pictures and packages: beside the database, where that is a file."""
        if self.console_folder is not None:
            return self.console_folder
        url = make_url(self.database_url)
        own = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
        return (Path(str(url.database)) if own else default_database_file()).parent / "console"

    @property
    def database_url(self) -> str:
        if self.database is not None:
            return self.database
        return f"sqlite:///{default_database_file()}"


def default_database_file() -> Path:
    """``$XDG_STATE_HOME/kiosk/platform.sqlite``, by default under ``~/.local/state``."""
    state = os.environ.get("XDG_STATE_HOME", "")
    base = Path(state) if state.startswith("/") else Path.home() / ".local" / "state"
    return base / "kiosk" / "platform.sqlite"
