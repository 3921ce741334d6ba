"""The bundles that may be rolled out, with what is new in each."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from kiosk.bundles import repository
from kiosk.bundles.fault import BundleFault
from kiosk.server.console.room import Room
from kiosk.server.fleet import rollouts
from kiosk.server.fleet.context import BundleInfo, DirectorError

log = logging.getLogger(__name__)


def approved(room: Room) -> Sequence[BundleInfo]:
    """The newest first; none where the repository cannot be read, which the log says."""
    fleet = room.platform.fleet
    try:
        found = rollouts.bundles(fleet)
    except DirectorError as error:
        log.warning("the repository of bundles cannot be read: %s", error)
        return ()
    folder = room.platform.settings.repository
    if folder is None:
        return found
    return [replace(each, changes=each.changes or _changes(folder, each.id)) for each in found]


def sequences(room: Room) -> dict[str, int]:
    """By the name of the bundle; those below the floor, too."""
    director = room.platform.fleet.director
    try:
        return {each.id: each.sequence for each in director.bundles()} if director is not None else {}
    except DirectorError as error:
        log.warning("the repository of bundles cannot be read: %s", error)
        return {}


@lru_cache(maxsize=64)
def _changes(folder: Path, name: str) -> tuple[str, ...]:
    """From the bundle itself: its name is its digest, so it never changes."""
    bundle = repository.load_bundle(folder, name)
    if isinstance(bundle, BundleFault):
        return ()
    return tuple(each.zh for each in bundle.manifest.changes) or ("第一个配置包",)
