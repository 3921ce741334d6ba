"""Tries a bundle out as this terminal would use it: every form filled in, every paper drawn, needs met.

In a process of its own, at the lowest priority: citizens are being served meanwhile, and whatever a bundle
does, loop, crash or fill the memory, it does to that process.  What it says is one line of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from devices.contract import Fault, IdentityDocument, IdentityRead
from kiosk.bundles.fault import BundleFault
from kiosk.configuration.places import Places
from kiosk.delivery.application import Answer
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.models import Matter, Need
from kiosk.visit import events as ev
from kiosk.visit import flow, papers
from kiosk.visit.controller import TerminalInfo
from kiosk.visit.state import MaterialStatus, Mode, Page, PaperKind, Person, Visit
from kiosk.visit.world import World
from values import dataclass

TRIAL_SECONDS: Final = 300.0
MOST_MEMORY_BYTES: Final = 2 * 1024**3
MOST_STEPS: Final = 400  # of one form; the longest has some dozens
NICE: Final = 10
FAILED: Final = "bundle.test_failed"


@dataclass(frozen=True)
class Machine:
    """What a trial has to know of the terminal.  ``offered``: matters that can be done at it now."""

    terminal_id: str
    name: str
    hall: str
    phone: str
    lookup_url: str
    identity_sources: tuple[str, ...]
    printers: tuple[str, ...]
    offered: tuple[str, ...] = ()

    def meets(self, needs: Sequence[str]) -> bool:
        have = set(self.printers) | ({Need.IDENTITY.value} if self.identity_sources else set())
        # A slip can be shown instead of printed; a paper of the platform cannot.
        return all(need in have or need == Need.RECEIPT.value for need in needs)


def machine_of(info: TerminalInfo, catalogue: Catalogue) -> Machine:
    machine = Machine(
        terminal_id=info.id,
        name=info.name,
        hall=info.hall,
        phone=info.phone,
        lookup_url=info.lookup_url,
        identity_sources=tuple(sorted(info.identity_sources)),
        printers=tuple(sorted(info.printers)),
    )
    offered = tuple(row.task_code for row in catalogue.rows() if machine.meets(row.needs))
    return replace(machine, offered=offered)


def try_out(
    folder: Path,
    machine: Machine,
    seconds: float = TRIAL_SECONDS,
    called_off: Callable[[], bool] = lambda: False,
) -> BundleFault | None:
    """What does not work with the bundle in ``folder``; ``None`` when everything does."""
    told = json.dumps({"folder": str(folder), "machine": vars(machine)}, ensure_ascii=False)
    command = [sys.executable, "-m", "kiosk.configuration.trial"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            answer, _ = process.communicate(told, timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return BundleFault(FAILED, f"not through after {seconds:.0f} s")
    try:
        said = json.loads(answer)
        return BundleFault(str(said["code"]), str(said["cause"])) if said["code"] else None
    except (ValueError, KeyError, TypeError):
        return BundleFault(FAILED, f"the trial ended with {process.returncode}")


def trial(folder: Path, machine: Machine) -> BundleFault | None:
    """As :func:`try_out`, here and now."""
    from kiosk.bundles.parts import check_parts
    from kiosk.bundles.source import errors_of
    from kiosk.matters.load import load_folder

    places = Places(folder)
    try:
        places.use()
        files = {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        for finding in errors_of(tuple(check_parts(folder, folder, files))):
            return BundleFault(FAILED, f"{Path(finding.file).name}: {finding.en}"[:200])
        catalogue = load_folder(folder / "matters")
        if catalogue.problems:
            return BundleFault(FAILED, str(catalogue.problems[0])[:160])
        if fault := _needs(catalogue, machine):
            return fault
        info = _info(machine, places)
        for matter in catalogue:
            if wrong := next(_walked(matter, catalogue, info), None):
                return BundleFault(FAILED, f"{matter.name.zh}: {wrong}"[:200])
    except Exception as crash:  # noqa: BLE001 - whatever a bundle makes happen is told, and that it was this
        return BundleFault(FAILED, f"{type(crash).__name__}: {crash}"[:200])
    return None


def _needs(catalogue: Catalogue, machine: Machine) -> BundleFault | None:
    """Nothing that could be done at this terminal may be lost, and something must be possible."""
    rows = catalogue.rows()
    possible = {row.task_code for row in rows if machine.meets(row.needs)}
    lost = [row.name for row in rows if row.task_code in machine.offered and row.task_code not in possible]
    if lost:
        return BundleFault("bundle.test_needs", f"no device for what is needed by {'、'.join(lost[:3])}")
    if not possible:
        return BundleFault("bundle.test_needs", "nothing of it can be done with the devices here")
    return None


def _info(machine: Machine, places: Places) -> TerminalInfo:
    from kiosk.matters.calendar import Calendar, CalendarOverrides
    from kiosk.matters.hours import HallHours
    from kiosk.matters.load import load_model

    hours, calendar = places.part("hall-hours.yaml"), places.part("calendar.yaml")
    hall = load_model(hours, HallHours) if hours is not None else None
    overrides = load_model(calendar, CalendarOverrides) if calendar is not None else None
    if isinstance(hall, list) or isinstance(overrides, list):
        raise ValueError("hall-hours.yaml or calendar.yaml cannot be read")
    return TerminalInfo(
        id=machine.terminal_id,
        name=machine.name,
        hall=machine.hall,
        phone=machine.phone,
        lookup_url=machine.lookup_url,
        identity_sources=frozenset(machine.identity_sources),
        printers=frozenset(machine.printers),
        hall_hours=hall,
        calendar=Calendar(overrides),
    )


# --- one matter, as a citizen does it -----------------------------------------------------------------------


class _Walk:
    def __init__(self, catalogue: Catalogue, info: TerminalInfo) -> None:
        self._catalogue = catalogue
        self._info = info
        self.visit = Visit(number=1)
        self.now = 1_000.0

    def do(self, *events: ev.Event) -> None:
        for event in events:
            self.now += 1.0
            self.visit, _ = flow.step(self.visit, event, self._world())

    def _world(self) -> World:
        return World(
            now=self.now,
            utc=datetime.now(UTC),
            catalogue=self._catalogue,
            printers=self._info.printers,
            home_mode=Mode(),
            new_key=lambda: "key",
            new_serial=lambda: "2345678923",
        )


def _walked(matter: Matter, catalogue: Catalogue, info: TerminalInfo) -> Iterator[str]:
    """What goes wrong on the way through a matter."""
    walk = _Walk(catalogue, info)
    card = matter.rehearsal.card
    document = IdentityDocument(
        source="samv",
        kind="resident",
        name=card.name,
        number=card.number,
        sex=card.sex,
        ethnicity=card.ethnicity,
        birth=card.birth,
        address=card.address,
        valid_until="长期",
    )
    walk.do(ev.ChooseMatter(matter.task_code))
    yield from _drawn(PaperKind.GUIDE, walk.visit, info)
    walk.do(ev.Start(), IdentityRead("trial", document))
    walk.do(ev.Verified(walk.visit.number, Person(document, token="t")), ev.Continue())
    for _ in range(MOST_STEPS):
        if walk.visit.page is not Page.FORM:
            break
        step = walk.visit.form.steps[walk.visit.form.index]
        if step.declaration:
            walk.do(ev.Declare(step.key, True))
            continue
        walk.do(ev.GiveAnswer(step.key, matter.rehearsal.answers.get(step.key, "")))
        if walk.visit.form.error is not None:
            yield f"{step.key}: {walk.visit.form.error}"
            return
    if walk.visit.page is Page.NOTICE:
        walk.do(ev.AcceptOwing())
    if walk.visit.page is Page.SIGN:
        walk.do(ev.SignByButton())
    if walk.visit.page is not Page.CHECK:
        yield f"the form leads to {walk.visit.page.value}"
        return
    missing = tuple(replace(view, status=MaterialStatus.MISSING) for view in walk.visit.materials)
    if missing:
        yield from _drawn(PaperKind.NOTICE, replace(walk.visit, materials=missing), info)
    walk.do(ev.Submit(), ev.Kept(walk.visit.number, "key"))
    accepted = Answer(project_no="0" * 20, state="accepted")
    walk.do(ev.Answered(walk.visit.number, "key", accepted))
    if walk.visit.submission is None or walk.visit.failsafe is not None:
        yield "the application comes to no end"
        return
    for language in ("zh", "en"):
        mode = replace(walk.visit.mode, language=language)
        yield from _drawn(PaperKind.SLIP, replace(walk.visit, mode=mode), info)


def _drawn(kind: PaperKind, visit: Visit, info: TerminalInfo) -> Iterator[str]:
    drawn = papers.draw(kind, visit, info)
    if isinstance(drawn, Fault):
        yield f"{kind.value}: {drawn.code}"
    elif not drawn.startswith(b"%PDF"):
        yield f"{kind.value}: no paper"


def main() -> int:
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    asked: Mapping[str, Any] = json.load(sys.stdin)
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in asked["machine"].items()
    }
    fault = trial(Path(asked["folder"]), Machine(**given))
    code, cause = (fault.code, fault.cause) if fault else ("", "")
    print(json.dumps({"code": code, "cause": cause}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
