"""A layer under SQLite that knows what a power cut would leave: what was synced, and some of the rest.

    disk = Disk("a-name")                     # registers the layer; open_store(path, vfs="a-name")
    disk.image(random, folder)                # the files as they would be, had the power gone now

Writes go through to the real files, so that everything reads as it should.  What was written since a file's
last sync is remembered; in an image each of these writes is there, missing, or torn at a sector, in any
order, as disks do with their caches.  The shared memory beside a log is never there after a cut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import apsw

SECTOR: Final = 512
_TORN_SHARE: Final = 0.3


@dataclass
class _File:
    """``pending`` since the last sync: (offset, bytes), or (length, None) for a truncation."""

    durable: bytes | None  # None: the file was not there
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def after_a_cut(self, random: Random) -> bytes | None:
        content = bytearray(self.durable or b"")
        survived = False
        kept = [each for each in self.pending if random.random() < 0.5]
        if random.random() < 0.5:
            random.shuffle(kept)
        for offset, data in kept:
            survived = True
            if data is None:
                content += bytes(max(0, offset - len(content)))
                del content[offset:]
                continue
            for start in range(0, len(data), SECTOR):
                if len(data) > SECTOR and random.random() < _TORN_SHARE:
                    continue
                piece = data[start : start + SECTOR]
                content += bytes(max(0, offset + start - len(content)))
                content[offset + start : offset + start + len(piece)] = piece
        return bytes(content) if survived or self.durable is not None else None


class Disk(apsw.VFS):
    def __init__(self, name: str) -> None:
        super().__init__(name, "")
        self.name = name
        self.files: dict[str, _File] = {}
        self.when_touched: Callable[[], None] = lambda: None  # before each write and each sync

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        opened = _Opened(name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is not None and str(path) not in self.files:
            content = Path(path).read_bytes() or None
            self.files[str(path)] = _File(content)
        opened.disk, opened.file = self, self.files.get(str(path), _File(None))
        return opened

    def xDelete(self, name: str, sync_folder: bool) -> None:
        super().xDelete(name, sync_folder)
        self.files[name] = _File(None)

    def image(self, random: Random, folder: Path) -> None:
        folder.mkdir(parents=True)
        for name, file in self.files.items():
            content = file.after_a_cut(random)
            if content is not None:
                (folder / Path(name).name).write_bytes(content)


class _Opened(apsw.VFSFile):
    disk: Disk
    file: _File

    def __init__(self, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.when_touched()
        super().xWrite(data, offset)
        self.file.pending.append((offset, bytes(data)))

    def xTruncate(self, size: int) -> None:
        self.disk.when_touched()
        super().xTruncate(size)
        self.file.pending.append((size, None))

    def xSync(self, flags: int) -> None:
        self.disk.when_touched()
        super().xSync(flags)
        whole = bytearray(self.file.durable or b"")
        for offset, data in self.file.pending:
            whole += bytes(max(0, offset - len(whole)))
            if data is None:
                del whole[offset:]
            else:
                whole[offset : offset + len(data)] = data
        self.file.durable = bytes(whole)
        self.file.pending.clear()
