"""Files of matters that somebody edits while the terminal runs: taken between visits, all of them or none.

For a terminal that nothing is pushed to: a developer's, or that of a single hall.  Nothing is watched.  When
a visit has ended, and when home wakes or falls asleep, a thread looks at the files' times; what has changed
is read and checked there, compared by content, and shown when nobody is here.  As long as one of the files
is wrong everything stays as it was, and log, chain and the technician's overview say so.

Looked at are the matters, the base catalogue, hall hours, calendar and texts.  Lists of choices and the
rating's reasons are read once for the whole process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import BaseModel

from kiosk.configuration.places import LANGUAGES, beside
from kiosk.configuration.taking import Prepared
from kiosk.log import log
from kiosk.matters.calendar import Calendar, CalendarOverrides
from kiosk.matters.folder import matter_names
from kiosk.matters.hours import HallHours
from kiosk.matters.opening import base_file, compiled_beside, open_catalogue, standing
from kiosk.matters.problem import Problem
from kiosk.technician.state import NotTaken
from kiosk.visit.state import nobody_is_here

if TYPE_CHECKING:
    from kiosk.audit.chain import AuditTrail
    from kiosk.configuration.taking import Change
    from kiosk.matters.catalogue import Catalogue
    from kiosk.settings import Settings
    from kiosk.visit.controller import TerminalInfo
    from kiosk.visit.state import Visit

Data = TypeVar("Data", bound=BaseModel)
REFUSED: Final = "matters.edit_wrong"
STOP_SECONDS: Final = 3.0
LONGEST: Final = 200  # characters of what is wrong


class WrongError(Exception):
    """A file that was edited cannot be used; the text says which, where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class EditedFiles:
    """:meth:`noticed` and :meth:`take` belong to the visit's thread; the rest to any."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        info: Callable[[], TerminalInfo],
        change: Change,
        audit: AuditTrail,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """``info``: what is shown now; ``wake`` is told when there is something to :meth:`take`."""
        self._settings = settings
        self._catalogue = catalogue
        self._info = info
        self._change = change
        self._audit = audit
        self._wake = wake
        self._lock = threading.Lock()
        self._looking: threading.Thread | None = None
        self._again = False
        self._stopped = False
        self._seen = b""  # how the files stood when they were last read
        self._waiting: Prepared | None = None
        self._refused: NotTaken | None = None

    def not_taken(self) -> NotTaken | None:
        """For the technician: what is wrong with the files as they lie there."""
        return self._refused

    def noticed(self, before: Visit, after: Visit) -> None:
        """Each step of the visit: a look when somebody has gone, and when home wakes or falls asleep."""
        if nobody_is_here(after) and (after.overlay is not before.overlay or not nobody_is_here(before)):
            self.look()

    def look(self) -> None:
        """Look at the files, on a thread of its own; once more, if that is under way."""
        with self._lock:
            self._again = True
            if self._looking is None and not self._stopped:
                self._looking = threading.Thread(target=self._run, name="edited-files", daemon=True)
                self._looking.start()

    def take(self) -> bool:
        """Between visits: show what was read; whether there was anything."""
        with self._lock:
            fresh, self._waiting = self._waiting, None
        if fresh is None:
            return False
        self._change.show(fresh)
        self._audit.append("matters.edited", count=str(len(fresh.catalogue)))
        log.info("matters.edited", count=len(fresh.catalogue))
        return True

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            looking = self._looking
        if looking is not None:
            looking.join(STOP_SECONDS)

    # --- where nobody waits -----------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._again or self._stopped:
                    self._looking = None
                    return
                self._again = False
            try:
                self._look()
            except Exception as crash:  # noqa: BLE001 - what is shown stays
                log.crash("bundle.crashed", crash)

    def _look(self) -> None:
        stands = self._standing()
        if stands == self._seen:
            return
        self._seen = stands
        try:
            fresh = self._read()
        except WrongError as wrong:
            self._refuse(wrong.problem)
            return
        self._refused = None
        with self._lock:
            self._waiting = fresh if self._differs(fresh) else None
            found = self._waiting is not None
        if found:
            self._wake()

    def _refuse(self, wrong: Problem) -> None:
        with self._lock:
            self._waiting = None
        self._refused = NotTaken(REFUSED, str(wrong)[:LONGEST])
        log.warning("matters.edit_refused", fault=REFUSED, file=Path(wrong.file).name, line=wrong.line)
        self._audit.append("matters.edit_refused", fault=REFUSED)

    def _standing(self) -> bytes:
        folder = self._settings.matters.folder
        found = [standing(folder, matter_names(folder, []), base_file(folder))]
        found += [standing(path.parent, [path.name]) for path in self._beside()]
        return b"".join(found)

    def _beside(self) -> Iterator[Path]:
        matters = self._settings.matters
        yield from (matters.hall_hours, matters.calendar)
        yield from (matters.folder.parent / f"texts/{language}.toml" for language in LANGUAGES)

    def _read(self) -> Prepared:
        """Raises :class:`WrongError`."""
        matters = self._settings.matters
        catalogue, _ = open_catalogue(matters.folder, compiled_beside(self._settings.storage.path))
        known = {str(problem) for problem in self._catalogue.problems}  # these files were wrong at the start
        for problem in catalogue.problems:
            if str(problem) not in known:
                raise WrongError(problem)
        if not len(catalogue):
            message = "there is no good matter file in this folder"
            raise WrongError(Problem(str(matters.folder), 1, 1, "matters.none", message))
        hours, overrides = _good(matters.hall_hours, HallHours), _good(matters.calendar, CalendarOverrides)
        self._check_texts()
        return Prepared(beside(self._settings), self._settings, catalogue, hours, Calendar(overrides))

    def _check_texts(self) -> None:
        from kiosk.bundles.parts import texts_of

        for language in LANGUAGES:
            path = self._settings.matters.folder.parent / f"texts/{language}.toml"
            if path.is_file() and texts_of(path.read_bytes()) is None:
                raise WrongError(Problem(path.name, 1, 1, "parts.texts", "this is not TOML with texts only"))

    def _differs(self, fresh: Prepared) -> bool:
        """By content: a file that was only touched, or written anew with the same in it, changes nothing."""
        info, now = self._info(), self._catalogue
        return (
            fresh.catalogue.version != now.version
            or fresh.catalogue.base != now.base
            or fresh.hours != info.hall_hours
            or vars(fresh.calendar) != vars(info.calendar)
            or fresh.places.texts() != info.texts
        )


def _good(path: Path, model: type[Data]) -> Data:
    from kiosk.matters.load import load_model

    loaded = load_model(path, model)
    if isinstance(loaded, list):
        raise WrongError(loaded[0])
    return loaded
