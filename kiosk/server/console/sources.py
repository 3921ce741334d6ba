"""What goes into a bundle of this platform: matters, and the lists, texts and pictures beside them.

Everything is named as in a bundle, but for matters, which go by their file's name alone.  In a change and in
the database a picture is written in base64.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kiosk.bundles.fault import BundleFault
from kiosk.bundles.manifest import MOST_FILE_BYTES
from kiosk.bundles.source import FOLDERS, MATTERS, SINGLE_FILES, Source, read_source
from kiosk.server.settings import PlatformSettings

PICTURES: Final = "pictures/"
REASONS: Final = "rating-reasons.yaml"
CALENDAR: Final = "calendar.yaml"
BASE: Final = "base-catalogue.yaml"
CHOICES: Final = "choices/"
HALL_HOURS: Final = "hall-hours.yaml"


def is_matter(file: str) -> bool:
    return "/" not in file and file not in SINGLE_FILES


def in_bundle(file: str) -> str:
    """What a file of a change is called in a bundle."""
    return f"{MATTERS}/{file}" if is_matter(file) else file


def as_bytes(file: str, text: str) -> bytes:
    if not file.startswith(PICTURES):
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def as_text(file: str, data: bytes) -> str:
    return (
        base64.b64encode(data).decode() if file.startswith(PICTURES) else data.decode("utf-8-sig", "replace")
    )


def parts_beside(settings: PlatformSettings) -> dict[str, bytes]:
    """Lists, texts and pictures as they lie beside the platform's matters."""
    near = settings.matters_folder.parent
    found = {BASE: _bytes(settings.base_catalogue), REASONS: _bytes(settings.rating_reasons)}
    if not _is_office(settings):
        return found
    for name in SINGLE_FILES:
        if name not in found and (near / name).is_file():
            found[name] = _bytes(near / name)
    for part, suffixes in FOLDERS.items():
        if part == MATTERS or not (near / part).is_dir():
            continue
        for path in sorted((near / part).iterdir()):
            if path.suffix in suffixes and path.is_file() and not path.name.startswith("."):
                found[f"{part}/{path.name}"] = _bytes(path)
    return found


def source_of(settings: PlatformSettings, texts: Mapping[str, str]) -> Source | BundleFault:
    """Of ``texts`` by file name; what is approved here stands in the place of what lies in the folder."""
    near = settings.matters_folder.parent
    if _is_office(settings):
        beside = read_source(near)  # refuses what may not stand in a bundle
        if isinstance(beside, BundleFault):
            return beside
    files = parts_beside(settings)
    for file, text in texts.items():
        if not is_matter(file):
            files.pop(file, None)
        if text and (not is_matter(file) or Path(file).suffix in FOLDERS[MATTERS]):
            files[in_bundle(file)] = as_bytes(file, text)
    return Source(near, files)


def _is_office(settings: PlatformSettings) -> bool:
    """Whether the lists beside the matters are those of a bundle's folder."""
    near = settings.matters_folder.parent
    return settings.matters_folder.name == MATTERS and any((near / name).is_file() for name in SINGLE_FILES)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_FILE_BYTES)
