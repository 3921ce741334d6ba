"""What the platform publishes: the matters that were approved and rolled out, each terminal's own.

Articles 9 and 12 want one source.  Before anything is rolled out that is the platform's folder.  From then
on it is the bundles: a terminal is told the guides of the bundle that its group has been given, so that what
it shows and what is published to it are one thing, ring by ring.  While a rollout is under way the bundle
that the group had before is as good: whoever has not come to the change yet, or has gone back by itself,
shows nothing wrong.  When it is over, only the new one is.  Everybody else, a telephone that follows a QR
code, is told what most terminals have been given.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, and_, func, select

from kiosk.matters.base import BaseCatalogue
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.document import ONE_CATALOGUE, Node, parse_document
from kiosk.matters.load import checked_matter
from kiosk.matters.models import Matter
from kiosk.matters.ratings import RatingReasons
from kiosk.server.fleet.context import DEFAULT_GROUP
from kiosk.server.fleet.machine import Phase
from kiosk.server.fleet.tables import assignments, beats, rollouts, targets, terminals

if TYPE_CHECKING:
    from kiosk.bundles.archive import Bundle

UNDER_WAY: Final = (Phase.RING, Phase.SOAK, Phase.HALTED)
PUBLIC_SECONDS: Final = 3.0
LOOKED_THROUGH: Final = 8  # bundles, the newest first, for a case of a matter that is no longer published
_REASONS: Final = "rating-reasons.yaml"
_BASE: Final = "base-catalogue.yaml"
log = logging.getLogger(__name__)


class Publication:
    """Any thread.  ``folder``: the repository of bundles; without one nothing but ``catalogue`` is known."""

    def __init__(
        self,
        engine: Engine,
        catalogue: Catalogue,
        reasons: RatingReasons,
        base: BaseCatalogue,
        folder: Path | None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._catalogue = catalogue
        self._reasons = reasons
        self._base = base
        self._folder = folder
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._public: tuple[float, str] = (-PUBLIC_SECONDS, "")

    def matter(self, task_code: str, terminal_id: str = "") -> Matter | None:
        """As it is published to a terminal, or without one to everybody; ``None``: it is not."""
        bundle = self._bundle(terminal_id)
        return self._catalogue.by_code(task_code) if bundle is None else _matter(bundle, task_code)

    def of_case(self, task_code: str, terminal_id: str, version: str = "") -> Matter | None:
        """As the applicant has seen it, as far as that is known: an application may come days later, of a
        matter that has changed or gone meanwhile."""
        first: Matter | None = None
        for find in self._places(terminal_id):
            found = find(task_code)
            if found is not None and (not version or found.task_version == version):
                return found
            first = first or found
        return first

    def matters(self, terminal_id: str = "") -> Sequence[Matter]:
        """All that is published to a terminal."""
        bundle = self._bundle(terminal_id)
        return tuple(self._catalogue) if bundle is None else _matters(bundle)

    def reasons(self, terminal_id: str = "") -> RatingReasons:
        bundle = self._bundle(terminal_id)
        return (_reasons(bundle) if bundle is not None else None) or self._reasons

    def base(self, terminal_id: str = "") -> BaseCatalogue:
        """What may be offered at all (Article 5): pushed with the matters, as it came from the province."""
        bundle = self._bundle(terminal_id)
        data = bundle.files.get(_BASE) if bundle is not None else None
        return (base_of(data.decode("utf-8-sig", "replace")) if data is not None else None) or self._base

    # --- within ---------------------------------------------------------------------------------------

    def _places(self, terminal_id: str) -> Iterator[Callable[[str], Matter | None]]:
        for bundle in (self._bundle(terminal_id), self._bundle("") if terminal_id else None):
            if bundle is not None:
                yield lambda code, bundle=bundle: _matter(bundle, code)  # type: ignore[misc]
        yield self._catalogue.by_code
        for name in self._approved():
            bundle = self._loaded(name)
            if bundle is not None:
                yield lambda code, bundle=bundle: _matter(bundle, code)  # type: ignore[misc]

    def _bundle(self, terminal_id: str) -> Bundle | None:
        if self._folder is None:
            return None
        if terminal_id:
            with self._engine.connect() as connection:
                name = _given(connection, terminal_id)
        else:
            name = self._most()
        return self._loaded(name) if name else None

    def _most(self) -> str:
        """What most terminals have been given; looked up every few seconds."""
        with self._lock:
            at, name = self._public
        if self._monotonic() - at < PUBLIC_SECONDS:
            return name
        with self._engine.connect() as connection:
            name = _most_given(connection)
        with self._lock:
            self._public = (self._monotonic(), name)
        return name

    def _loaded(self, name: str) -> Bundle | None:
        assert self._folder is not None
        return _load(self._folder, name)

    def _approved(self) -> Sequence[str]:
        if self._folder is None:
            return ()
        from kiosk.bundles import repository
        from kiosk.bundles.fault import BundleFault

        found = repository.approved(self._folder)
        return () if isinstance(found, BundleFault) else [each.name for each in found[:LOOKED_THROUGH]]


def _given(connection: Connection, terminal_id: str) -> str:
    """The bundle whose guides are published to a terminal; empty: its group has been given none."""
    own = connection.execute(
        select(terminals.c.group, beats.c.bundle)
        .select_from(terminals.outerjoin(beats, beats.c.terminal_id == terminals.c.id))
        .where(terminals.c.id == terminal_id)
    ).first()
    group, active = (own.group, own.bundle or "") if own is not None else (DEFAULT_GROUP, "")
    wanted = (
        select(assignments.c.bundle, targets.c.previous, rollouts.c.phase)
        .select_from(
            assignments.outerjoin(
                targets,
                and_(
                    targets.c.rollout_id == assignments.c.rollout_id,
                    targets.c.group == assignments.c.group,
                ),
            ).outerjoin(rollouts, rollouts.c.id == assignments.c.rollout_id)
        )
        .where(assignments.c.group == group)
    )
    row = connection.execute(wanted).first()
    if row is None:
        return ""
    before = row.phase in UNDER_WAY and active == (row.previous or "") != row.bundle
    if before and own is not None:
        return active
    return str(row.bundle)


def _most_given(connection: Connection) -> str:
    """Of groups with terminals; where there is no terminal yet, the default group's."""
    many = func.count()
    wanted = (
        select(assignments.c.bundle, many)
        .select_from(terminals.outerjoin(assignments, assignments.c.group == terminals.c.group))
        .where(terminals.c.retired_at.is_(None))
        .group_by(assignments.c.bundle)
        .order_by(many.desc())
    )
    row = connection.execute(wanted).first()
    if row is not None:
        return row.bundle or ""
    default = select(assignments.c.bundle).where(assignments.c.group == DEFAULT_GROUP)
    return connection.execute(default).scalar() or ""


@lru_cache(maxsize=6)
def _load(folder: Path, name: str) -> Bundle | None:
    """Its name is its digest: it never changes."""
    from kiosk.bundles import repository
    from kiosk.bundles.fault import BundleFault

    found = repository.load_bundle(folder, name)
    if isinstance(found, BundleFault):
        log.warning("a bundle that was rolled out cannot be read: %s", found)
        return None
    return found


_parsed: dict[tuple[str, str], Matter | None] = {}
_MOST_PARSED: Final = 4000


def _matter(bundle: Bundle, task_code: str) -> Matter | None:
    """Only files that name the code are read whole: a bundle may hold thousands."""
    key = (bundle.digest, task_code)
    if key not in _parsed:
        if len(_parsed) >= _MOST_PARSED:
            _parsed.clear()
        sign = task_code.encode()
        named = (data for name, data in bundle.files.items() if name.startswith("matters/") and sign in data)
        found = (_read(data) for data in named)
        _parsed[key] = next(
            (each for each in found if each is not None and each.task_code == task_code), None
        )
    return _parsed[key]


_wholes: dict[str, Sequence[Matter]] = {}


def _matters(bundle: Bundle) -> Sequence[Matter]:
    if bundle.digest not in _wholes:
        while len(_wholes) >= 3:
            _wholes.pop(next(iter(_wholes)))
        read = (_read(data) for name, data in sorted(bundle.files.items()) if name.startswith("matters/"))
        _wholes[bundle.digest] = tuple(each for each in read if each is not None)
    return _wholes[bundle.digest]


def _read(data: bytes) -> Matter | None:
    root = parse_document(data.decode("utf-8-sig", "replace"), "matter")
    matter = checked_matter(root, "matter") if isinstance(root, Node) else None
    return matter if isinstance(matter, Matter) else None


@lru_cache(maxsize=6)
def _reasons_of(data: bytes) -> RatingReasons | None:
    root = parse_document(data.decode("utf-8-sig", "replace"), _REASONS)
    try:
        return RatingReasons.model_validate(root.plain()) if isinstance(root, Node) else None
    except ValidationError:
        return None


@lru_cache(maxsize=6)
def base_of(text: str) -> BaseCatalogue | None:
    """The base catalogue of this text; ``None`` when it is none."""
    root = parse_document(text, _BASE, ONE_CATALOGUE)
    try:
        return BaseCatalogue.model_validate(root.plain()) if isinstance(root, Node) else None
    except ValidationError:
        return None


def _reasons(bundle: Bundle) -> RatingReasons | None:
    data = bundle.files.get(_REASONS)
    return _reasons_of(data) if data is not None else None
