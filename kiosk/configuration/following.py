"""Ties a terminal to the bundles that are pushed to it: memory in its store, words in its log and chain.

:class:`Configuration` is what :mod:`kiosk.terminal` holds.  Its seam to everything else is one folder: that
of the active bundle (:class:`~kiosk.configuration.places.Places`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from devices.contract import Fault
from kiosk.audit.chain import AuditTrail
from kiosk.bundles.client.fetching import Access
from kiosk.bundles.client.follower import Follower, Report, Standing
from kiosk.bundles.client.slots import Active, Slots
from kiosk.bundles.client.updating import Source, source_at
from kiosk.bundles.fault import BundleFault
from kiosk.configuration.places import Places, bundles_folder
from kiosk.configuration.standing import STANDING
from kiosk.configuration.trial import Machine, try_out
from kiosk.configuration.waking import BrokerEar, LongPoll
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, utc_now
from kiosk.log import log
from kiosk.settings import BundlesSettings, Settings
from kiosk.technician.places import MOUNTS, sticks
from kiosk.technician.state import Pushed

GROUP, REPORTS = "bundle-group", "bundle-reports"
MOST_REPORTS: Final = 100
STANDING_SECONDS: Final = 900.0
DEFAULT_GROUP: Final = "default"
STICK_FOLDER: Final = "kiosk-repository"


class StoreMemory:
    """What a terminal remembers of bundles, in its store: durable when ``put`` returns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> str | None:
        rows = self._store.read("SELECT value FROM marks WHERE name = ?", (name,))
        return None if isinstance(rows, Fault) or not rows else str(rows[0][0])

    def put(self, name: str, value: str) -> bool:
        written = self._store.write(
            lambda connection: connection.execute(
                "INSERT INTO marks VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
                " SET value = excluded.value, updated = excluded.updated",
                (name, value, utc_now()),
            )
        )
        return not isinstance(written, Fault)


class Configuration:
    """``places`` are in force.  ``start`` begins to follow; ``take_waiting`` is for between visits."""

    def __init__(self, own: Settings, store: Store, audit: AuditTrail, mounts: Path = MOUNTS) -> None:
        assert own.bundles is not None
        self._own = own
        self._mounts = mounts
        self._bundles: BundlesSettings = own.bundles
        self._audit = audit
        self._memory = StoreMemory(store)
        self.slots = Slots(bundles_folder(own))
        self.slots.clear_up()
        before = self.slots.active()
        found = self.slots.open()
        self._said: str = ""
        self._standing: dict[str, Any] = {}
        self._standing_due = 0.0
        if isinstance(found, BundleFault):
            self._note("bundle.unusable", found)
            found = None
        elif self.slots.state.went_back and before is not None and found is not None:
            self._note("bundle.went_back", BundleFault(self.slots.state.went_back))
        self.places = Places(found.folder if found is not None else None)
        self.follower: Follower | None = None
        self._ears: list[LongPoll | BrokerEar] = []
        self._reports: list[dict[str, Any]] = self._kept_reports()
        self.called: Callable[[], None] = lambda: None  # the platform wants a heartbeat now
        self.waits: Callable[[], None] = lambda: None  # :meth:`take_waiting` has something to take

    @property
    def settings(self) -> Settings:
        """The terminal's own, with what is in force."""
        return self.places.settings(self._own)

    @property
    def standing(self) -> Standing:
        return self.follower.standing if self.follower is not None else Standing()

    def pushed(self) -> Pushed:
        """For the technician's overview."""
        now = self.standing
        return Pushed(
            now.sequence,
            now.since,
            now.trial,
            now.assigned if now.waiting else 0,
            now.checked,
            now.fault.code if now.fault is not None else None,
        )

    def start(
        self,
        platform: PlatformClient | None,
        machine: Callable[[], Machine],
        prepare: Callable[[Places], object],
    ) -> None:
        """``machine`` tells what a trial has to know of the terminal, at that moment; ``prepare`` reads, on
        a thread where nobody waits, what will be taken."""
        given = self._bundles
        access = Access(given.ca, given.client_certificate, given.client_key)
        self.follower = Follower(
            source_at(self.slots.folder / "metadata", given.place, given.root.read_bytes(), access),
            self._group(),
            self.slots,
            self._memory,
            lambda folder: try_out(folder, machine()),
            ready=lambda folder: prepare(Places(folder)),
            changed=self._changed,
            report=self._report,
            crashed=log.crash,
            elsewhere=self._sticks,
            waits=self._waits,
            poll_seconds=given.poll_seconds,
            trial_seconds=given.prove_seconds,
        )
        self.follower.start()
        if platform is not None and given.wake:
            self._ears.append(LongPoll(platform, self.follower.wake, self._call))
        if given.mqtt:
            self._ears.append(BrokerEar(given.mqtt, self.follower.wake))
        for ear in self._ears:
            ear.start()

    def stop(self) -> None:
        for ear in self._ears:
            ear.stop()
        if self.follower is not None:
            self.follower.stop()

    def take_waiting(self, take: Callable[[Places], BundleFault | None]) -> bool:
        """Between visits, on the visit's thread: make a waiting bundle count and show it."""
        if self.follower is None or not self.follower.waiting:
            return False

        def shown(active: Active) -> BundleFault | None:
            places = Places(active.folder)
            fault = take(places)
            if fault is None:
                self.places = places
                self._audit.append("bundle.activated", count=str(active.sequence))
                log.info("bundle.activated", count=active.sequence)
            return fault

        return self.follower.activate(shown)

    def _call(self) -> None:
        self.called()

    def _waits(self) -> None:
        self.waits()

    # --- for the heartbeat --------------------------------------------------------------------------

    def told(self) -> dict[str, Any]:
        """What a heartbeat says of bundles; reports stay until :meth:`heard`."""
        told = self.standing.to_heartbeat() | {"group": self._group()}
        return {"bundle": told, "reports": self._reports[:MOST_REPORTS]}

    def heard(self, told: Sequence[dict[str, Any]], group: str) -> None:
        """The platform has kept what was told, and says whose assignment is followed."""
        ids = {each["id"] for each in told}
        self._reports = [each for each in self._reports if each["id"] not in ids]
        if ids:
            self._memory.put(REPORTS, json.dumps(self._reports))
        if group and not self._bundles.group and group != self._memory.get(GROUP):
            self._memory.put(GROUP, group)
            if self.follower is not None:
                self.follower.change_group(group)

    # --- what the follower says -----------------------------------------------------------------------

    def _sticks(self) -> Iterator[Source]:
        """Repositories on sticks that are put in, for when the usual one is away."""
        for folder in sticks(self._mounts):
            if (folder / STICK_FOLDER / "metadata").is_dir():
                place = str(folder / STICK_FOLDER)
                yield source_at(self.slots.folder / "metadata", place, self._bundles.root.read_bytes())

    def _group(self) -> str:
        return self._bundles.group or self._memory.get(GROUP) or DEFAULT_GROUP

    def _changed(self, standing: Standing) -> None:
        self._keep_standing(standing)
        code = standing.fault.code if standing.fault is not None else ""
        if code == self._said:
            return
        if standing.fault is not None:
            self._note("bundle.trouble", standing.fault)
        else:
            self._audit.append("bundle.in_order")
            log.info("bundle.in_order")
        self._said = code

    def _keep_standing(self, standing: Standing) -> None:
        """For ``kiosk bundle status``; of a check that found nothing new, not every minute."""
        told = standing.to_json()
        kept = {name: told[name] for name in ("fault", "detail", "assigned")} | {"checked": told["checked"]}
        steady = {name: value for name, value in kept.items() if name != "checked"}
        now = time.monotonic()
        if steady != self._standing or now > self._standing_due:
            self._standing, self._standing_due = steady, now + STANDING_SECONDS
            self._memory.put(STANDING, json.dumps(kept))

    def _report(self, report: Report) -> None:
        log.info(f"bundle.{report.told}", fault=report.reason)
        self._reports = [*self._reports, report.to_json()][-MOST_REPORTS:]
        self._memory.put(REPORTS, json.dumps(self._reports))

    def _kept_reports(self) -> list[dict[str, Any]]:
        try:
            kept = json.loads(self._memory.get(REPORTS) or "[]")
        except ValueError:
            return []
        return [each for each in kept if isinstance(each, dict) and "id" in each]

    def _note(self, event: str, fault: BundleFault) -> None:
        log.warning(event, fault=fault.code)
        self._audit.append(event, fault=fault.code)
