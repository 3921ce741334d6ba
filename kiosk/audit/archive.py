"""The chain in files: the oldest records moved out of the store, and copies for whoever wants to check.

A file is lines of JSON: first how the chain stood before it (``{"chain": 1, "after": number, "digest":
hexadecimal, "algorithm": "sha256"}``), then one record a line.  It can be checked without the store, without
a key and with any program that knows SHA-256 or SM3.

Rotation writes such a file whole and synced before anything is taken from the store, in one transaction with
the record ``audit.rotated`` that names the last record taken out.

Fault codes: ``audit.archive_failed`` (the file cannot be written), ``audit.archive_unreadable``, those of the
store.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import apsw

from devices.contract import Fault
from kiosk.audit import chain
from kiosk.audit.chain import ANCHOR, ROTATED, Anchor, Break, Head, Record
from kiosk.audit.digests import ALGORITHMS, algorithm_of, digest_of
from kiosk.delivery.store import Store
from kiosk.durable import sync_folder
from values import dataclass

LAYOUT: Final = 1
MOST_LINE_CHARACTERS: Final = 100_000
_NAME: Final = "audit-{first:012d}-{last:012d}.jsonl"
_TEXTS: Final = ("at", "event", "keys", "digest")
_GLOB: Final = "audit-*-*.jsonl"


@dataclass(frozen=True)
class Stretch:
    """What a file holds, found unbroken: from the record after ``began`` to ``ended``."""

    began: Anchor
    ended: Anchor

    @property
    def records(self) -> int:
        return self.ended.seq - self.began.seq


def archive_folder(store: Path) -> Path:
    """Where the files of a store lie."""
    return store.parent / "audit"


def archived_files(folder: Path) -> list[Path]:
    return sorted(folder.glob(_GLOB)) if folder.is_dir() else []


def export(store: Store, target: Path) -> Stretch | Break | Fault:
    """Copy what is in the store into ``target``, whole and synced, never over a file that is there.

    A chain that does not hold is not exported: first find out why.
    """
    broken = chain.verify(store)
    if broken is not None:
        return broken
    began = chain.anchor_of(store)
    return began if isinstance(began, Fault) else _write(store, target, began, None)


def rotate(store: Store, folder: Path, keep: int) -> Stretch | Break | Fault | None:
    """Where more than ``keep`` records are in the store, move the older half of them into a file.

    ``None`` where nothing is to be done.  A chain that does not hold is left as it is.
    """
    counted = store.read("SELECT count(*), coalesce(max(seq), 0) FROM audit")
    if isinstance(counted, Fault):
        return counted
    count, newest = counted[0]
    if count <= keep:
        return None
    broken = chain.verify(store)
    if broken is not None:
        return broken
    began = chain.anchor_of(store)
    if isinstance(began, Fault):
        return began
    last = int(newest) - keep // 2
    name = _NAME.format(first=began.seq + 1, last=last)
    written = _write(store, folder / name, began, last, replace=True)
    if isinstance(written, Fault):
        return written
    algorithm = chain.algorithm_now(store)
    if isinstance(algorithm, Fault):
        return algorithm

    def work(connection: apsw.Connection) -> None:
        connection.execute("DELETE FROM audit WHERE seq <= ?", (last,))
        connection.execute(
            "INSERT OR REPLACE INTO counters VALUES (?, ?)", (ANCHOR, written.ended.to_bytes())
        )
        chain.append_in(connection, ROTATED, {"count": str(last)}, algorithm)

    done = store.write(work)
    return done if isinstance(done, Fault) else written


def _write(
    store: Store, target: Path, began: Anchor, last: int | None, replace: bool = False
) -> Stretch | Fault:
    """``replace``: a file of the same records, of a rotation that did not come to its end, may be there."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    end = began
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if target.exists() and not replace:
            return Fault("audit.archive_failed", "a file of that name is there", permanent=True)
        with temporary.open("w", encoding="utf-8") as file:
            file.write(_line(_head(began)))
            for record in chain.records(store, began.seq):
                if isinstance(record, Fault):
                    return record
                if last is not None and record.seq > last:
                    break
                algorithm = algorithm_of(record.event, record.keys, end.algorithm)
                end = Anchor(record.seq, record.digest, algorithm)
                file.write(_line({**vars(record), "digest": record.digest.hex()}))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        return Fault("audit.archive_failed", f"errno {error.errno}")
    finally:
        temporary.unlink(missing_ok=True)
    return Stretch(began, end)


def verify_archive(path: Path) -> Stretch | Break | Fault:
    """Check one file by itself."""
    try:
        with path.open(encoding="utf-8") as file:
            lines = _lines(file)
            began = _anchor(next(lines, None))
            if began is None:
                return Fault("audit.archive_unreadable", "line 1", permanent=True)
            return _follow(began, lines)
    except OSError as error:
        return Fault("audit.archive_unreadable", f"errno {error.errno}", permanent=True)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        return Fault("audit.archive_unreadable", type(error).__name__, permanent=True)


def _follow(began: Anchor, lines: Iterator[Any]) -> Stretch | Break:
    end = began
    rows = [_record(line) for line in lines]
    for record in rows:
        expected = end.seq + 1
        if record.seq != expected:
            return Break(expected, "removed")
        algorithm = algorithm_of(record.event, record.keys, end.algorithm)
        if _bound(end.digest, record, expected, algorithm) != record.digest:
            moved = any(
                other is not record and _bound(end.digest, other, expected, algorithm) == other.digest
                for other in rows
            )
            return Break(expected, "reordered" if moved else "changed")
        end = Anchor(record.seq, record.digest, algorithm)
    return Stretch(began, end)


def _bound(before: bytes, record: Record, seq: int, algorithm: str) -> bytes:
    return digest_of(before, seq, record.at, record.event, record.keys, algorithm)


def verify_files(files: Iterable[Path], then: Anchor | None = None) -> Break | Fault | tuple[Stretch, ...]:
    """Check files that follow each other, and that a store which begins at ``then`` follows them."""
    found: list[Stretch] = []
    for file in files:
        stretch = verify_archive(file)
        if not isinstance(stretch, Stretch):
            return stretch
        found.append(stretch)
    found.sort(key=lambda each: each.began.seq)
    following = [*(each.began for each in found[1:]), *([then] if then else [])]
    for stretch, after in zip(found, following, strict=False):
        if after.seq > stretch.ended.seq:
            return Break(stretch.ended.seq + 1, "removed")
        if after != stretch.ended:
            return Break(min(after.seq, stretch.ended.seq), "changed")
    return tuple(found)


def holds_head(files: Iterable[Path], head: Head) -> bool | None:
    """Whether record ``head.seq`` of these files has that digest; ``None`` where none of them has it."""
    for file in files:
        try:
            with file.open(encoding="utf-8") as opened:
                for line in _lines(opened):
                    if isinstance(line, dict) and line.get("seq") == head.seq:
                        return bool(line.get("digest") == head.digest)
        except (OSError, ValueError):
            continue
    return None


def _head(began: Anchor) -> dict[str, Any]:
    return {
        "chain": LAYOUT,
        "after": began.seq,
        "digest": began.digest.hex(),
        "algorithm": began.algorithm,
    }


def _anchor(given: Any) -> Anchor | None:
    if (
        not isinstance(given, dict)
        or given.get("chain") != LAYOUT
        or given.get("algorithm") not in ALGORITHMS
    ):
        return None
    digest = bytes.fromhex(given["digest"])
    return Anchor(int(given["after"]), digest, given["algorithm"]) if len(digest) == 32 else None


def _record(given: Any) -> Record:
    if type(given["seq"]) is not int or not all(isinstance(given[name], str) for name in _TEXTS):
        raise TypeError("a record")
    return Record(given["seq"], given["at"], given["event"], given["keys"], bytes.fromhex(given["digest"]))


def _lines(file: Iterable[str]) -> Iterator[Any]:
    for line in file:
        if len(line) > MOST_LINE_CHARACTERS:
            raise ValueError("a line is far too long")
        if line.strip():
            yield json.loads(line)


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
