"""The director's role of a repository in a folder: what :class:`~kiosk.server.fleet.context.Director` asks
for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kiosk.bundles import repository
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.repository import OnlineKeys
from kiosk.server.fleet.context import BundleInfo, DirectorError


class Publisher:
    """``keys``: the folder of the three online keys."""

    def __init__(self, folder: Path, keys: Path) -> None:
        self._folder = folder
        self._keys = keys
        self._online: OnlineKeys | None = None

    def bundles(self) -> Sequence[BundleInfo]:
        found = repository.approved(self._folder)
        if isinstance(found, BundleFault):
            raise DirectorError(str(found))
        return [BundleInfo(each.name, each.sequence, each.built_at) for each in found]

    def floor(self) -> int:
        found = repository.floor(self._folder)
        if isinstance(found, BundleFault):
            raise DirectorError(str(found))
        return found

    def assign(self, bundles: Mapping[str, str]) -> None:
        for group, bundle in bundles.items():
            present = repository.current_assignment(self._folder, group)
            if isinstance(present, BundleFault):
                raise DirectorError(str(present))
            if present is not None and present.bundle == bundle:
                continue
            made = repository.assign(self._folder, self._opened(), group, bundle)
            if isinstance(made, BundleFault):
                raise DirectorError(str(made))

    def assigned(self) -> Mapping[str, str]:
        found = repository.assignments(self._folder)
        if isinstance(found, BundleFault):
            raise DirectorError(str(found))
        return {group: each.bundle for group, each in found.items()}

    def versions(self) -> Mapping[str, int]:
        found = repository.versions(self._folder)
        if isinstance(found, BundleFault):
            raise DirectorError(str(found))
        return found

    def renew(self) -> bool:
        done = repository.renew(self._folder, self._opened())
        if isinstance(done, BundleFault):
            raise DirectorError(str(done))
        return done

    def _opened(self) -> OnlineKeys:
        if self._online is None:
            found = repository.open_online(self._keys)
            if isinstance(found, BundleFault):
                raise DirectorError(str(found))
            self._online = found
        return self._online
