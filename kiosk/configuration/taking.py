"""Puts another bundle on the screens, between visits: one step, on the visit's thread, or nothing of it.

Everything is read before anything is changed.  What holds the catalogue goes on holding it: the catalogue
itself becomes the new one.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import BaseModel

from kiosk.configuration.places import pictures_of
from kiosk.log import log
from kiosk.matters.calendar import Calendar, CalendarOverrides
from kiosk.matters.hours import HallHours
from kiosk.matters.opening import compiled_beside, open_catalogue
from kiosk.same_source import Marks, SameSource, marks_file
from values import dataclass

if TYPE_CHECKING:
    from kiosk.audit.chain import AuditTrail
    from kiosk.backstage import Backstage
    from kiosk.bundles.fault import BundleFault
    from kiosk.configuration.places import Places
    from kiosk.delivery.platform import PlatformClient
    from kiosk.matters.catalogue import Catalogue
    from kiosk.matters.kept import KeptFiles
    from kiosk.settings import Settings
    from kiosk.visit.controller import Controller
    from kiosk.watch import AvailabilityWatch

Data = TypeVar("Data", bound=BaseModel)
TAKING: Final = "bundle.not_taken"


class SourceWatch:
    """Marks and withdraws what is no longer what the platform publishes (Articles 5, 9 and 12)."""

    def __init__(
        self,
        catalogue: Catalogue,
        platform: PlatformClient | None,
        audit: AuditTrail,
        watch: AvailabilityWatch,
    ) -> None:
        self._catalogue = catalogue
        self._platform = platform
        self._audit = audit
        self._watch = watch
        self._source: SameSource | None = None

    def follow(self, settings: Settings, ask: bool = True) -> None:
        """Begin with the matters that the catalogue holds now; what was followed before is let go.

        What is known from before holds at once.  ``ask``: the platform is asked, too; else by :meth:`ask`.
        """
        before, self._source = self._source, None
        if before is not None:  # a request of it may be under way, and nobody waits here
            threading.Thread(target=before.stop, name="same-source-end", daemon=True).start()
        policy = settings.matters.drift

        def changed(marks: Marks) -> None:
            self._catalogue.mark(marks.drifted)
            self._watch.withdraw(marks.withdrawn(policy))

        base = self._catalogue.base
        if self._platform is None:
            outside = self._catalogue.outside(base) if base is not None else frozenset[str]()
            self._watch.withdraw(Marks(delisted=outside).withdrawn(policy))
            return
        self._source = SameSource(
            self._catalogue,
            self._platform,
            self._audit,
            marks_file(settings.storage.path),
            settings.matters.verify_hours,
            policy,
            changed,
            base,
        )
        changed(self._source.marks)
        if ask:
            self.ask()

    def ask(self) -> None:
        """Ask the platform from now on."""
        if self._source is not None:
            self._source.start()

    def stop(self) -> None:
        if self._source is not None:
            self._source.stop()


@dataclass(frozen=True)
class Prepared:
    """Matters, and what lies beside them, that have been read."""

    places: Places
    settings: Settings
    catalogue: Catalogue
    hours: HallHours | None
    calendar: Calendar


class Change:
    """What has to know when other matters are shown."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        controller: Controller,
        backstage: Backstage,
        watch: AvailabilityWatch,
        source: SourceWatch,
    ) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._controller = controller
        self._backstage = backstage
        self._watch = watch
        self._source = source
        self._prepared: Prepared | None = None

    def prepare(self, places: Places) -> Prepared:
        """Read everything, on any thread; kept until it is taken."""
        settings = places.settings(self._settings)
        compiled = compiled_beside(self._settings.storage.path)
        catalogue, _ = open_catalogue(settings.matters.folder, compiled)
        fresh = Prepared(
            places,
            settings,
            catalogue,
            from_file(settings.matters.hall_hours, HallHours),
            Calendar(from_file(settings.matters.calendar, CalendarOverrides)),
        )
        self._prepared = fresh
        return fresh

    def take(self, places: Places) -> BundleFault | None:
        """Show what is in ``places`` from now on."""
        ready, self._prepared = self._prepared, None
        fresh = ready if ready is not None and ready.places == places else self.prepare(places)
        matters = fresh.catalogue
        if matters.problems or not len(matters):
            cause = str(matters.problems[0])[:160] if matters.problems else "no matter"
            from kiosk.bundles.fault import BundleFault

            return BundleFault(TAKING, cause)
        places.use()
        self.show(fresh)
        return None

    def show(self, fresh: Prepared) -> None:
        """Show what has been read and is good."""
        info = replace(
            self._controller.info,
            hall_hours=fresh.hours,
            calendar=fresh.calendar,
            texts=fresh.places.texts(),
            pictures=pictures_of(fresh.settings),
        )
        self._catalogue.become(fresh.catalogue)
        self._watch.use_calendar(fresh.calendar)
        self._backstage.use_info(info)
        self._controller.configure(info)
        self._source.follow(fresh.settings)
        self._controller.send(self._watch.now())
        threading.Thread(target=self._catalogue.prepare_search, name="bundles-warm", daemon=True).start()


def from_file(path: Path, model: type[Data], kept: KeptFiles | None = None) -> Data | None:
    """Without it pages say less, and nothing untrue.  ``kept``: what was read before."""
    if kept is not None:
        loaded = kept.load(path, model)
    else:
        from kiosk.matters.load import load_model

        loaded = load_model(path, model)
    if not isinstance(loaded, list):
        return loaded
    for problem in loaded:
        log.info("matters.problem", fault=problem.code)
    return None
