"""How a terminal stands with its bundles, from what lies on its disk: also beside a living terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from devices.contract import Fault
from kiosk.bundles.client.slots import Slots
from kiosk.bundles.client.updating import MARK
from kiosk.configuration.places import bundles_folder
from kiosk.delivery.store import open_reading
from kiosk.settings import Settings

STANDING: Final = "bundle-standing"


def standing_of(settings: Settings) -> dict[str, Any] | None:
    """As JSON values; ``None`` for a terminal that nothing is pushed to.

    ``fault``: why nothing new is taken; ``checked``: when everything was last verified.
    """
    if settings.bundles is None:
        return None
    slots = Slots(bundles_folder(settings))
    held = slots.active()
    marks = _marks(settings.storage.path, MARK, STANDING)
    told: dict[str, Any] = marks.get(STANDING, {})
    return {
        "sequence": held.sequence if held else None,
        "digest": held.digest if held else None,
        "since": held.since if held else None,
        "trial": slots.state.trial,
        "went_back": slots.state.went_back or None,
        "rejected": [each.model_dump(mode="json") for each in slots.state.rejected],
        "checked": told.get("checked"),
        "fault": told.get("fault"),
        "detail": told.get("detail", ""),
        "trusted": {role: pair[0] for role, pair in marks.get(MARK, {}).items()},
    }


def _marks(store_path: Path, *names: str) -> dict[str, Any]:
    store = open_reading(store_path)
    if isinstance(store, Fault):
        return {}
    found: dict[str, Any] = {}
    for name in names:
        rows = store.read("SELECT value FROM marks WHERE name = ?", (name,))
        try:
            if not isinstance(rows, Fault) and rows:
                found[name] = json.loads(rows[0][0])
        except ValueError:
            continue
    store.close()
    return found
