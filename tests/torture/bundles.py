"""Bundles under torture: archives, and metadata, of a repository, with anything damaged."""

from __future__ import annotations

import io
import tarfile
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final

from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from kiosk.bundles.archive import Bundle, pack, unpack
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.manifest import make_manifest
from kiosk.bundles.office import Office, demonstration_office
from kiosk.bundles.roles import parse_assignment, parse_metadata, parse_policy
from kiosk.settings import DEFAULT_MATTERS_FOLDER
from tests.torture.damage import damaged
from tests.torture.target import Take, Target

FILES: Final = {
    f"matters/{path.name}": path.read_bytes() for path in sorted(DEFAULT_MATTERS_FOLDER.glob("0*.yaml"))[:2]
}
KINDS: Final = (Root, Targets, Snapshot, Timestamp)


def _archives(folder: Path, stack: ExitStack) -> Take:
    """Either the archive is damaged, or its manifest, which is then packed in order."""
    whole = pack(make_manifest(FILES, 3), FILES)

    def take(random: Random) -> list[object]:
        if random.random() < 0.5:
            return [unpack(damaged(whole.data, random))]
        return [unpack(_packed(damaged(whole.manifest.to_bytes(), random)))]

    return take


def _packed(manifest: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in {"manifest.json": manifest, **FILES}.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o644
            tar.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def _metadata(folder: Path, stack: ExitStack) -> Take:
    office = Office(folder / "office")
    fault = demonstration_office(office, DEFAULT_MATTERS_FOLDER.parent, "demo", "only for torture")
    assert fault is None, fault
    signed = [path.read_bytes() for path in sorted((office.repository / "metadata").glob("*.json"))]
    small = [path.read_bytes() for path in sorted((office.repository / "targets").rglob("*.json"))]

    def take(random: Random) -> list[object]:
        bad = damaged(random.choice(small), random)
        parsed = parse_metadata(damaged(random.choice(signed), random), random.choice(KINDS))
        told = [each for each in (parse_policy(bad), parse_assignment(bad)) if isinstance(each, BundleFault)]
        return [parsed, *told]

    return take


BUNDLES: Final = (
    Target("bundles", _archives, (Bundle, BundleFault), cost=40),
    Target("bundle_metadata", _metadata, (Metadata, BundleFault), cost=10),
)
