"""What goes into a bundle of this platform: matters as given, and the lists beside the platform's folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kiosk.bundles.fault import BundleFault
from kiosk.bundles.manifest import MOST_FILE_BYTES
from kiosk.bundles.source import FOLDERS, MATTERS, SINGLE_FILES, Source, read_source
from kiosk.server.settings import PlatformSettings


def source_of(settings: PlatformSettings, texts: Mapping[str, str]) -> Source | BundleFault:
    """``texts`` by file name."""
    near = settings.matters_folder.parent
    files: dict[str, bytes] = {}
    if settings.matters_folder.name == MATTERS and any((near / name).is_file() for name in SINGLE_FILES):
        beside = read_source(near)  # refuses what may not stand in a bundle
        if isinstance(beside, BundleFault):
            return beside
        files = {name: data for name, data in beside.files.items() if not name.startswith(f"{MATTERS}/")}
    files["base-catalogue.yaml"] = _bytes(settings.base_catalogue)
    files["rating-reasons.yaml"] = _bytes(settings.rating_reasons)
    for file, text in texts.items():
        if Path(file).suffix in FOLDERS[MATTERS]:
            files[f"{MATTERS}/{file}"] = text.encode()
    return Source(near, files)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_FILE_BYTES)
