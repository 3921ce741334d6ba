"""Two places for a bundle on the terminal's disk, and which of them counts.

A new bundle goes into the place that is not active; one small file then says which counts, and is replaced
in one step.  So power may end at any moment: afterwards the one bundle counts or the other, whole.  A bundle
is on trial until the terminal has shown it for a while; one that keeps the terminal from starting is left
after a few starts, by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from kiosk.bundles.archive import MANIFEST_NAME, read_bundle, unfold, verify_folder
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.files import BESIDE, disk_fault, remove_tree, write_whole
from kiosk.bundles.manifest import Manifest
from kiosk.matters.strict import Strict
from values import dataclass

Slot = Literal["a", "b"]
SLOTS: Final[tuple[Slot, Slot]] = ("a", "b")
STATE_FILE: Final = "state.json"
MOST_TRIALS: Final = 3  # starts of a bundle that has not proved itself
MOST_REJECTED: Final = 20
ROTTEN: Final = "bundle.slot_damaged"  # the disk's fault, not the bundle's


class Held(Strict):
    """What lies in a slot, for which assignment.  ``manifest`` is its digest, and so that of every file."""

    digest: str  # of the archive, as it was signed
    sequence: Annotated[int, Field(ge=1)]
    manifest: str
    number: int = 0
    since: str = ""


class Rejected(Strict):
    """A bundle that this terminal does not take, and under which assignment it found that out."""

    digest: str
    number: int
    code: str
    at: str
    cause: str = ""  # which matter, which device


class SlotState(Strict):
    """``trial``: the active bundle has not proved itself; ``starts``: how often it was started so."""

    format: Literal[1] = 1
    active: Slot | None = None
    held: Mapping[Slot, Held] = Field(default_factory=dict)
    trial: bool = False
    starts: int = 0
    went_back: str = ""  # the code of the fault for which the active one is not the newest
    rejected: tuple[Rejected, ...] = ()

    def to_bytes(self) -> bytes:
        return self.model_dump_json(indent=1).encode()


@dataclass(frozen=True)
class Active:
    """The bundle that is shown.  ``folder`` holds ``matters`` and the rest; it does not change."""

    folder: Path
    digest: str
    sequence: int
    manifest: Manifest
    since: str = ""


@dataclass(frozen=True)
class Staged:
    """A bundle that waits in the other slot, whole."""

    slot: Slot
    held: Held
    folder: Path


class Slots:
    """One process at a time: the terminal's store is locked."""

    def __init__(
        self, folder: Path, write: Callable[[Path, bytes], BundleFault | None] = write_whole
    ) -> None:
        self.folder = folder
        self._write = write
        self.state = self._read()

    def open(self) -> Active | BundleFault | None:
        """What counts at a start: the active bundle, else the other one; ``None`` if there is none.

        A trial that has been started too often is over.  The fault tells what could not be used; then nothing
        of a bundle is shown.
        """
        state = self.state
        if state.active is not None and state.trial:
            if state.starts >= MOST_TRIALS:
                self.go_back("bundle.trial_failed")
                state = self.state
            else:
                self._keep(state.model_copy(update={"starts": state.starts + 1}))
                state = self.state
        if state.active is None:
            return None
        found = self._whole(state.active)
        if not isinstance(found, BundleFault):
            return found
        other = self.other(state.active)
        if other in state.held and not isinstance(back := self._whole(other), BundleFault):
            self.go_back(found.code)
            return back
        return found

    def active(self) -> Held | None:
        state = self.state
        return state.held.get(state.active) if state.active is not None else None

    def other(self, slot: Slot | None) -> Slot:
        return "b" if slot == "a" else "a"

    def stage(self, archive: Path, number: int = 0) -> Staged | BundleFault:
        """Unfold an archive into the slot that is not active, for the assignment ``number``."""
        bundle = read_bundle(archive)
        if isinstance(bundle, BundleFault):
            return bundle
        slot = self.other(self.state.active)
        held = Held(
            digest=bundle.digest,
            sequence=bundle.manifest.sequence,
            manifest=hashlib.sha256(bundle.manifest.to_bytes()).hexdigest(),
            number=number,
        )
        if self.state.held.get(slot) != held or isinstance(self._whole(slot), BundleFault):
            # Until it is whole, nothing says that the slot holds anything.
            without = {key: value for key, value in self.state.held.items() if key != slot}
            fault = self._keep(self.state.model_copy(update={"held": without}))
            fault = fault or unfold(bundle, self.path(slot))
            fault = fault or self._keep(self.state.model_copy(update={"held": {**without, slot: held}}))
            if fault is not None:
                return fault
        whole = self._whole(slot)
        return whole if isinstance(whole, BundleFault) else Staged(slot, held, whole.folder)

    def activate(self, staged: Staged, now: datetime | None = None) -> Active | BundleFault:
        """From now on ``staged`` counts, on trial."""
        found = self._whole(staged.slot)
        if isinstance(found, BundleFault):
            return found
        since = (now or datetime.now(UTC)).isoformat(timespec="seconds")
        held = staged.held.model_copy(update={"since": since})
        state = self.state.model_copy(
            update={
                "active": staged.slot,
                "held": {**self.state.held, staged.slot: held},
                "trial": True,
                "starts": 1,
                "went_back": "",
                "rejected": tuple(each for each in self.state.rejected if each.digest != held.digest),
            }
        )
        if fault := self._keep(state):
            return fault
        return Active(found.folder, held.digest, held.sequence, found.manifest, since)

    def confirm(self) -> BundleFault | None:
        """The active bundle has proved itself."""
        if not self.state.trial:
            return None
        return self._keep(self.state.model_copy(update={"trial": False, "starts": 0}))

    def go_back(self, code: str) -> Active | BundleFault | None:
        """The other bundle counts again, or none; the one that did not work is not tried again by itself."""
        state = self.state
        bad = state.held.get(state.active) if state.active is not None else None
        other = self.other(state.active)
        target = other if other in state.held else None
        held = {key: value for key, value in state.held.items() if key != state.active}
        changed = state.model_copy(
            update={"active": target, "held": held, "trial": False, "starts": 0, "went_back": code}
        )
        if fault := self._keep(changed):
            return fault
        if bad is not None and code != ROTTEN:
            self.reject(bad.digest, bad.number, code)
        return self._whole(target) if target is not None else None

    def reject(self, digest: str, number: int, code: str, cause: str = "") -> BundleFault | None:
        """Remember not to try ``digest`` again under the assignment ``number``."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        row = Rejected(digest=digest, number=number, code=code, at=at, cause=cause)
        kept = tuple(each for each in self.state.rejected if each.digest != digest)
        return self._keep(self.state.model_copy(update={"rejected": (*kept, row)[-MOST_REJECTED:]}))

    def rejection(self, digest: str, number: int) -> Rejected | None:
        """Why ``digest`` is not tried; an assignment that is made anew is tried again."""
        return next(
            (each for each in self.state.rejected if each.digest == digest and each.number == number),
            None,
        )

    def path(self, slot: Slot) -> Path:
        return self.folder / f"slot-{slot}"

    def clear_up(self, keep: Path | None = None) -> None:
        """Remove what a power cut left beside, and archives that have been unfolded."""
        for path in (*self.folder.glob(f"{BESIDE}*"), *(self.folder / "incoming").glob("*")):
            if path != keep:
                try:
                    remove_tree(path)
                except OSError:
                    continue

    def _whole(self, slot: Slot) -> Active | BundleFault:
        held = self.state.held.get(slot)
        if held is None:
            return BundleFault("bundle.slot_damaged", f"slot {slot} holds nothing")
        folder = self.path(slot)
        manifest = verify_folder(folder)
        if isinstance(manifest, BundleFault):
            return manifest
        written = hashlib.sha256((folder / MANIFEST_NAME).read_bytes()).hexdigest()
        if written != held.manifest or manifest.sequence != held.sequence:
            return BundleFault("bundle.slot_damaged", f"slot {slot}: another manifest")
        return Active(folder, held.digest, held.sequence, manifest, held.since)

    def _read(self) -> SlotState:
        try:
            return SlotState.model_validate_json((self.folder / STATE_FILE).read_bytes())
        except (OSError, ValidationError):
            return SlotState()

    def _keep(self, state: SlotState) -> BundleFault | None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return disk_fault(error, str(self.folder))
        if fault := self._write(self.folder / STATE_FILE, state.to_bytes()):
            return fault
        self.state = state
        return None
