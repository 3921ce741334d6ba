"""One office for the tests that only look, and copies of it for those that change something."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import pytest

from kiosk.bundles.archive import Bundle
from kiosk.bundles.source import build
from tests.kiosk.bundles.office import Office, change, good, small_folder
from tests.kiosk.bundles.station import Station

MATTER = "matters/02-no-property-certificate.yaml"


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two good matters; not to be changed."""
    return small_folder(tmp_path_factory.mktemp("small") / "config")


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(small, tmp_path / "config"))


@pytest.fixture(scope="session")
def first(small: Path) -> Bundle:
    return good(build(small))


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A repository with nothing in it yet; pass phrases are slow to open, keys slow to make."""
    return Office(tmp_path_factory.mktemp("office"))


def copy_of(office: Office, folder: Path) -> Office:
    """Another repository with the same keys and people."""
    own = copy.copy(office)
    own.folder = folder
    own.folder.mkdir()
    own.repository = Path(shutil.copytree(office.repository, own.folder / "repository"))
    return own


@pytest.fixture
def office(begun: Office, tmp_path: Path) -> Office:
    """The same, to be changed."""
    return copy_of(begun, tmp_path / "office")


@pytest.fixture(scope="session")
def two(
    begun: Office, small: Path, first: Bundle, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Office, Bundle]:
    """Two approved bundles; the first is assigned.  Signing takes a while: once for all."""
    made = copy_of(begun, tmp_path_factory.mktemp("two") / "office")
    made.publish(first)
    made.assign("ring-0", first.name)
    folder = Path(shutil.copytree(small, made.folder / "config"))
    change(folder, MATTER, "minutes: 3", "minutes: 4")
    bundle = made.build(folder)
    made.publish(bundle)
    return made, bundle


@pytest.fixture
def second(two: tuple[Office, Bundle]) -> Bundle:
    return two[1]


@pytest.fixture
def station(office: Office, second: Bundle, tmp_path: Path) -> Station:
    """It shows the first bundle."""
    made = Station(tmp_path / "terminal", office.repository, office.root_bytes)
    assert made.look().fault is None
    assert made.look().trial is False
    assert made.sequence == 1
    return made
