"""Keeps the repository and what the fleet knows of it together.

Bundles may be assigned by hand, too (``kiosk bundle assign``): what the repository says is what holds.  What
would soon be too old is signed anew, and a repository that is older than what terminals trust, because it
came from a backup, is an alarm: terminals take nothing from it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from kiosk.server.database import writing
from kiosk.server.fleet import alarms, registry
from kiosk.server.fleet.alarms import Trouble
from kiosk.server.fleet.context import DirectorError, Fleet, upsert
from kiosk.server.fleet.tables import assignments

BEHIND: Final = Trouble("", "repository.behind")
UNUSABLE: Final = Trouble("", "repository.unusable")


def adopt(fleet: Fleet) -> int:
    """Take over what was assigned by others.  How many groups that were."""
    if fleet.director is None:
        return 0
    try:
        there = fleet.director.assigned()
    except DirectorError:
        return 0  # `renew` says so
    with fleet.engine.connect() as connection:
        known = {row.group: row for row in connection.execute(select(assignments))}
    now = fleet.now()
    rows = [
        {"group": group, "bundle": bundle, "rollout_id": 0, "wanted_at": now, "written_at": now}
        for group, bundle in there.items()
        if group not in known or (known[group].written_at is not None and known[group].bundle != bundle)
    ]
    if rows:
        with writing(fleet.engine) as connection:
            upsert(connection, assignments, rows, ("group",))
        fleet.changed()
    return len(rows)


def renew(fleet: Fleet) -> bool:
    """Sign anew what needs it; an alarm when the repository cannot be used."""
    if fleet.director is None:
        return False
    try:
        done = fleet.director.renew()
    except DirectorError as error:
        with writing(fleet.engine) as connection:
            alarms.raise_alarms(connection, fleet.now(), [(UNUSABLE, str(error))])
        return False
    with writing(fleet.engine) as connection:
        alarms.settle_alarms(connection, fleet.now(), [UNUSABLE])
    return done


def look_behind(fleet: Fleet) -> dict[str, int]:
    """Roles whose metadata some terminal trusts in a later version than the repository has."""
    if fleet.director is None:
        return {}
    try:
        versions = fleet.director.versions()
    except DirectorError:
        return {}
    ahead = {
        role: version
        for role, version in registry.trusted(fleet).items()
        if role in versions and version > versions[role]
    }
    with writing(fleet.engine) as connection:
        if ahead:
            told = ", ".join(f"{role} {version}" for role, version in sorted(ahead.items()))
            alarms.raise_alarms(connection, fleet.now(), [(BEHIND, told)])
        else:
            alarms.settle_alarms(connection, fleet.now(), [BEHIND])
    return ahead
