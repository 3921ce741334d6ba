"""One office for the tests that only look, and copies of it for those that change something."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import pytest

from kiosk.bundles.archive import Bundle
from kiosk.bundles.source import build
from tests.kiosk.bundles.office import Office, good, small_folder


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
