"""What groups were given before this server knew of it, by ``kiosk bundle publish --assign`` for example.

Without it the first rollout of a group would have nothing to go back to.
"""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Engine

from kiosk.bundles import repository
from kiosk.bundles.fault import BundleFault
from kiosk.server.database import now_text, writing
from kiosk.server.fleet.context import upsert
from kiosk.server.fleet.tables import assignments

log = logging.getLogger(__name__)


def adopt_assignments(engine: Engine, folder: Path) -> None:
    """Write down what the repository gives to groups that this database knows nothing of."""
    if not (folder / "metadata").is_dir():
        return  # an empty one; it is begun later
    found = repository.assignments(folder)
    if isinstance(found, BundleFault):
        log.warning("what groups were given before cannot be read: %s", found)
        return
    now = now_text()
    rows = [
        {"group": group, "bundle": each.bundle, "rollout_id": 0, "wanted_at": now, "written_at": now}
        for group, each in found.items()
    ]
    with writing(engine) as connection:
        upsert(connection, assignments, rows, ("group",), update=())
