"""A bundle as bytes: an uncompressed tar in exactly one form, and reading it back without trusting it.

Uncompressed, because what a compressor makes differs from one of its versions to the next, and the same
folder must give the same bytes at the editor's, at the approver's and in a year.  What is read is packed
again and must come out the same: nothing can hide in padding, headers, links or after the end.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from kiosk.bundles.fault import BundleFault
from kiosk.bundles.files import make_whole_folder
from kiosk.bundles.manifest import MOST_BUNDLE_BYTES, MOST_FILES, Manifest, bundle_name
from values import dataclass

MANIFEST_NAME: Final = "manifest.json"
_MODE: Final = 0o644


@dataclass(frozen=True)
class Bundle:
    """A whole, checked bundle in memory.  ``digest`` is that of ``data``, the archive."""

    manifest: Manifest
    files: Mapping[str, bytes]
    data: bytes
    digest: str

    @property
    def name(self) -> str:
        return bundle_name(self.digest)

    def __repr__(self) -> str:
        return f"Bundle({self.manifest.sequence}, {self.digest[:12]}, {len(self.files)} files)"


def pack(manifest: Manifest, files: Mapping[str, bytes]) -> Bundle:
    """The archive of ``files``, which are those of the manifest."""
    data = _tar(manifest.to_bytes(), {entry.path: files[entry.path] for entry in manifest.files})
    return Bundle(manifest, dict(files), data, hashlib.sha256(data).hexdigest())


def unpack(data: bytes) -> Bundle | BundleFault:
    """Read an archive from anywhere.  Fault ``bundle.malformed`` names what is wrong with it."""
    if len(data) > MOST_BUNDLE_BYTES:
        return BundleFault("bundle.too_large", f"{len(data)} bytes", permanent=True)
    members = _members(data)
    if isinstance(members, str):
        return _malformed(members)
    if not members or next(iter(members)) != MANIFEST_NAME:
        return _malformed("the first file is not the manifest")
    raw = members.pop(MANIFEST_NAME)
    try:
        manifest = Manifest.model_validate_json(raw)
    except ValidationError as error:
        return _malformed(f"manifest: {error.errors(include_url=False, include_input=False)[0]['msg']}")
    except RecursionError:
        return _malformed("manifest: nested too deep")
    if [entry.path for entry in manifest.files] != list(members):
        return _malformed("the files are not those of the manifest")
    for entry in manifest.files:
        if hashlib.sha256(members[entry.path]).hexdigest() != entry.sha256:
            return _malformed(f"{entry.path}: another digest than in the manifest")
    bundle = pack(manifest, members)
    if bundle.data != data:
        return _malformed("not in the one form that a bundle has")
    return bundle


def read_bundle(path: Path) -> Bundle | BundleFault:
    """The bundle in the file at ``path``."""
    try:
        if path.is_symlink() or not path.is_file():
            return BundleFault("bundle.absent", path.name, permanent=True)
        with path.open("rb") as file:
            data = file.read(MOST_BUNDLE_BYTES + 1)
    except OSError as error:
        return BundleFault("bundle.unreadable", f"{path.name}: {error.strerror}")
    return unpack(data)


def unfold(bundle: Bundle, folder: Path) -> BundleFault | None:
    """Write the files of a bundle into the new folder ``folder``, all or nothing, and synced."""
    everything = {MANIFEST_NAME: bundle.manifest.to_bytes(), **bundle.files}
    return make_whole_folder(folder, everything)


def verify_folder(folder: Path) -> Manifest | BundleFault:
    """The manifest of an unfolded bundle whose every byte is as it was signed; anything else is a fault."""
    try:
        raw = (folder / MANIFEST_NAME).read_bytes()
        manifest = Manifest.model_validate_json(raw)
        found = sorted(_walk(folder))
        expected = sorted([MANIFEST_NAME, *(entry.path for entry in manifest.files)])
        if found != expected:
            return BundleFault("bundle.slot_damaged", "files are missing or too many")
        for entry in manifest.files:
            path = folder / entry.path
            if path.is_symlink() or path.stat().st_size != entry.size:
                return BundleFault("bundle.slot_damaged", entry.path)
            if hashlib.sha256(path.read_bytes()).hexdigest() != entry.sha256:
                return BundleFault("bundle.slot_damaged", entry.path)
    except (OSError, ValidationError) as error:
        return BundleFault("bundle.slot_damaged", type(error).__name__)
    return manifest


def _walk(folder: Path) -> list[str]:
    return [
        str((Path(parent) / name).relative_to(folder))
        for parent, _, names in os.walk(folder)
        for name in names
    ]


def _tar(manifest: bytes, files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8") as tar:
        for name, data in {MANIFEST_NAME: manifest, **files}.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = len(data), _MODE, 0
            tar.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def _members(data: bytes) -> dict[str, bytes] | str:
    """The files of an archive in their order, or what is wrong with it."""
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="utf-8", errors="strict") as tar:
            for member in tar:
                if len(found) > MOST_FILES:
                    return "too many files"
                if member.type != tarfile.REGTYPE or member.issparse():
                    return "something other than a plain file"
                if member.name in found:
                    return "a file stands there twice"
                if not 0 <= member.size <= len(data):
                    return "a size that the archive cannot have"
                stream = tar.extractfile(member)
                content = stream.read(member.size) if stream is not None else b""
                if len(content) != member.size:
                    return "cut off"
                found[member.name] = content
    except (tarfile.TarError, ValueError, EOFError, KeyError, IndexError, OverflowError) as error:
        return f"no archive ({type(error).__name__})"
    return found


def _malformed(cause: str) -> BundleFault:
    return BundleFault("bundle.malformed", cause[:200], permanent=True)
