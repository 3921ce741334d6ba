"""Power that ends at any write of an activation leaves one whole, verified, active bundle."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from kiosk.bundles.archive import Bundle
from kiosk.bundles.client.slots import Slots
from kiosk.bundles.fault import BundleFault
from tests.kiosk.bundles.conftest import copy_of
from tests.kiosk.bundles.office import Office, change, good
from tests.kiosk.bundles.station import Station

CUT: Final = 9
WRITES: Final = ("fsync", "replace", "rename", "mkdir", "rmdir", "unlink")
MATTER: Final = "matters/02-no-property-certificate.yaml"


def _cut_at(number: int) -> None:
    """In a process that will not come back: power ends at the ``number``-th change of the disk."""
    left = [number]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os._exit(CUT)
            return real(*arguments, **named)

        return call

    for name in WRITES:
        setattr(os, name, counted(getattr(os, name)))


def _dies(station: Station, number: int) -> bool:
    """Whether power ended before the terminal was through."""
    child = os.fork()
    if child == 0:
        _cut_at(number)
        station.restart()
        station.look()
        station.look()
        os._exit(0 if station.sequence == 2 else 1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, CUT)
    return code == CUT


def test_power_may_end_at_every_write(begun: Office, small: Path, first: Bundle, tmp_path: Path) -> None:
    office = copy_of(begun, tmp_path / "office")
    folder = Path(shutil.copytree(small, tmp_path / "config"))
    office.publish(first)
    office.assign("ring-0", first.name)
    change(folder, MATTER, "minutes: 3", "minutes: 4")
    second = office.build(folder)
    office.publish(second)
    whole = Station(tmp_path / "whole", office.repository, office.root_bytes)
    whole.look()
    whole.look()
    office.assign("ring-0", second.name)
    number, cut = 0, 0
    while True:
        place = Path(shutil.copytree(whole.folder, tmp_path / f"cut-{number}", symlinks=True))
        station = Station(place, office.repository, office.root_bytes)
        station.notes.kept = dict(whole.notes.kept)
        died = _dies(station, number)
        station.restart()
        assert station.sequence in (1, 2)  # whole: looked through byte by byte
        station.look()
        station.look()
        assert station.sequence == 2
        assert not station.slots.state.trial
        shutil.rmtree(place)
        if not died:
            break
        cut += 1
        number += 1 if number < 12 else 3
    assert cut > 12


@pytest.mark.parametrize("what", ["matters/02-no-property-certificate.yaml", "manifest.json"])
def test_a_slot_that_rots_is_left_for_the_other_one(
    begun: Office, small: Path, first: Bundle, tmp_path: Path, what: str
) -> None:
    office = copy_of(begun, tmp_path / "office")
    folder = Path(shutil.copytree(small, tmp_path / "config"))
    office.publish(first)
    office.assign("ring-0", first.name)
    station = Station(tmp_path / "terminal", office.repository, office.root_bytes)
    station.look()
    station.look()
    change(folder, MATTER, "minutes: 3", "minutes: 4")
    second = office.build(folder)
    office.publish(second)
    office.assign("ring-0", second.name)
    station.look()
    station.look()
    assert station.sequence == 2 and station.shown is not None
    (station.shown.folder / what).write_bytes(b"rotten")
    station.restart()
    assert station.sequence == 1
    office.assign("ring-0", second.name)
    station.look()
    assert station.sequence == 2  # fetched anew


def test_a_full_disk_keeps_what_is_active(first: Bundle, tmp_path: Path) -> None:
    archive = tmp_path / "x.bundle"
    archive.write_bytes(first.data)
    slots = Slots(tmp_path / "slots", write=lambda path, _: BundleFault("bundle.disk_full", path.name))
    staged = slots.stage(archive)
    assert isinstance(staged, BundleFault) and staged.code == "bundle.disk_full"
    whole = Slots(tmp_path / "slots")
    good(whole.activate(good(whole.stage(archive))))
    assert slots.state.active is None and whole.state.active is not None


def test_a_disk_that_is_full_while_metadata_comes_is_told_as_that(
    begun: Office, first: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = copy_of(begun, tmp_path / "office")
    office.publish(first)
    office.assign("ring-0", first.name)
    station = Station(tmp_path / "terminal", office.repository, office.root_bytes)
    real = os.fsync

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert station.code() == "bundle.disk_full"
    assert station.sequence is None
    monkeypatch.setattr(os, "fsync", real)
    assert station.code() == ""
    assert station.sequence == 1
