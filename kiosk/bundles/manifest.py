"""What a bundle says about itself: its place in the order, its files, and what is new in plain words.

A bundle is one archive whose first member is this manifest.  Its name is the digest of its bytes, so that
nobody can put another one under the same name.  When it was built stands beside it (in the signed list of
approved bundles), not in it: the same folder gives the same bytes on every machine and every day.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from kiosk.matters.strict import Strict

FORMAT: Final = 1
MOST_FILES: Final = 5_000
MOST_FILE_BYTES: Final = 8 * 1024 * 1024
MOST_BUNDLE_BYTES: Final = 64 * 1024 * 1024
LONGEST_PATH: Final = 200
MOST_SEQUENCE: Final = 2**53 - 1  # what every reader of JSON keeps exactly
SUFFIX: Final = ".bundle"
_NAME: Final = re.compile(r"bundles/([0-9a-f]{64})\.bundle")

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Sequence = Annotated[int, Field(ge=1, le=MOST_SEQUENCE, strict=True)]


class Exact(Strict):
    """Texts stay as they are, blanks at their ends included: what was signed is what is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class FileEntry(Exact):
    """One file.  ``path`` is relative, with ``/``, and cannot lead out of the folder."""

    path: Annotated[str, Field(min_length=1, max_length=LONGEST_PATH)]
    size: Annotated[int, Field(ge=0, le=MOST_FILE_BYTES, strict=True)]
    sha256: Digest

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, given: str) -> str:
        if not is_safe_path(given):
            raise ValueError("this path may not stand in a bundle")
        return given


def visible(text: str) -> str:
    """Nothing in it moves a cursor, hides itself or turns the direction: it is read before signing."""
    text = text.replace("\n", "⏎")
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)


class Change(Exact):
    """One thing that differs from the bundle before, as an official would say it."""

    kind: Literal["added", "removed", "changed"]
    what: Annotated[str, Field(max_length=400)]  # the matter or list: 无证明, 放假安排
    zh: Annotated[str, Field(max_length=4_000)]


class Manifest(Exact):
    """``sequence`` grows with every bundle; ``content`` is the digest of the list of files.

    ``floor``: bundles below this sequence may no longer be taken once this one is approved; it reaches the
    terminals through ``policy.json``.  ``before``: the content that ``changes`` are told against, empty for
    the first bundle.
    """

    format: Literal[1] = 1
    sequence: Sequence
    floor: Sequence = 1
    content: Digest
    before: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    files: Annotated[tuple[FileEntry, ...], Field(min_length=1, max_length=MOST_FILES)]
    changes: Annotated[tuple[Change, ...], Field(max_length=MOST_FILES * 4)] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        paths = [entry.path for entry in self.files]
        if paths != sorted(paths) or len({path.casefold() for path in paths}) != len(paths):
            raise ValueError("the files are not in order, or one stands there twice")
        every = set(paths)
        if any(parent in every for path in paths for parent in _parents(path)):
            raise ValueError("a file stands where a folder is")
        if self.content != content_digest(self.files):
            raise ValueError("the digest of the content is not that of the files")
        if self.floor > self.sequence:
            raise ValueError("the floor is above the bundle itself")
        return self

    def to_bytes(self) -> bytes:
        """Canonical: one way to write the same manifest."""
        return canonical(self.model_dump(mode="json"))

    def change_list(self) -> str:
        """What is new, for a person to read before signing."""
        if not self.changes:
            return "与上一个配置包相比没有变化。\n" if self.before else "第一个配置包。\n"
        return "".join(f"{number}. {each.zh}\n" for number, each in enumerate(self.changes, 1))


def make_manifest(
    files: Mapping[str, bytes],
    sequence: int,
    floor: int = 1,
    before: str = "",
    changes: Iterable[Change] = (),
) -> Manifest:
    entries = tuple(
        FileEntry(path=path, size=len(data), sha256=hashlib.sha256(data).hexdigest())
        for path, data in sorted(files.items())
    )
    return Manifest(
        sequence=sequence,
        floor=floor,
        content=content_digest(entries),
        before=before,
        files=entries,
        changes=tuple(changes),
    )


def content_digest(files: Iterable[FileEntry]) -> str:
    rows = [[entry.path, entry.size, entry.sha256] for entry in files]
    return hashlib.sha256(canonical(rows)).hexdigest()


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def bundle_name(digest: str) -> str:
    """The name of a bundle in a repository: ``bundles/<sha256 of the archive>.bundle``."""
    return f"bundles/{digest}{SUFFIX}"


def digest_of_name(name: str) -> str | None:
    match = _NAME.fullmatch(name)
    return match.group(1) if match else None


def is_safe_path(path: str) -> bool:
    """Relative, in one spelling, without anything that a file system or a shell could read otherwise."""
    parts = path.split("/")
    return (
        unicodedata.normalize("NFC", path) == path
        and all(part and part[0] not in ".-" and part[-1] not in ". " for part in parts)
        and all(sign.isprintable() and sign not in '\\:*?"<>|\ufffd' for sign in path)
        and len(path.encode("utf-8", "surrogatepass")) <= LONGEST_PATH
    )


def _parents(path: str) -> Iterable[str]:
    parts = path.split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts)))
