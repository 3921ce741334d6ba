"""A catalogue in one file: what lists and search need is there at once, a whole matter when it is asked for.

The file is made from the folder of the matters (``kiosk.matters.compiling``), lies beside the terminal's
store, and may be thrown away at any time.  Nothing of it is taken on trust: the head has a digest, and so has
every matter; a matter that is taken out is validated as when it was read from its own file.

Layout: a mark, the head's length and digest, the head, then items.  The head is a dictionary in Python's own
``marshal`` form; an item is bytes behind their digest, and the head says where it begins and how long it is.
"""

from __future__ import annotations

import hashlib
import json
import marshal
import os
import struct
import tempfile
import zlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kiosk.matters.offer import Offered, Pair, offer_of

if TYPE_CHECKING:
    from kiosk.matters.catalogue import Alike
    from kiosk.matters.models import Matter
    from kiosk.matters.search import Index

Value = TypeVar("Value")

Item = tuple[int, int]
"""Where it begins behind the head, and how many bytes it has."""

_MARK: Final = b"KIOSKM1\n"
_DIGEST_BYTES: Final = 16
_START: Final = struct.Struct(f"<8sQ{_DIGEST_BYTES}s")
_MAX_HEAD_BYTES: Final = 1 << 28
_WHOLES_KEPT: Final = 8  # a visit has one, and looks at a few before
_OFFERS_KEPT: Final = 256


class DamagedError(Exception):
    """The file is not what was written."""


def digest_of(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()


class Items:
    """Collects items for a file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, data: bytes) -> Item:
        item = (self._length, len(data))
        self._parts += (digest_of(data), data)
        self._length += _DIGEST_BYTES + len(data)
        return item

    def joined(self) -> bytes:
        return b"".join(self._parts)


class CompiledFile:
    """An open file.  It stays readable when a newer one takes its place; any thread may read."""

    def __init__(self, descriptor: int) -> None:
        """Raises :class:`DamagedError`."""
        self._descriptor = descriptor
        mark, length, digest = _START.unpack(self._read(0, _START.size))
        if mark != _MARK or length > _MAX_HEAD_BYTES:
            raise DamagedError("no compiled catalogue")
        head = self._read(_START.size, length)
        if digest_of(head) != digest:
            raise DamagedError("the head")
        try:
            loaded = marshal.loads(head)
        except (ValueError, EOFError, TypeError) as error:  # written by a Python that came later
            raise DamagedError("the head") from error
        if not isinstance(loaded, dict):
            raise DamagedError("the head")
        self.head: Mapping[str, Any] = loaded
        self._items = _START.size + length

    def __del__(self) -> None:
        with suppress(OSError):
            os.close(self._descriptor)

    def item(self, item: Item) -> bytes:
        """Raises :class:`DamagedError`."""
        begins, length = item
        data = self._read(self._items + begins, _DIGEST_BYTES + length)
        if digest_of(data[_DIGEST_BYTES:]) != data[:_DIGEST_BYTES]:
            raise DamagedError("an item")
        return data[_DIGEST_BYTES:]

    def value(self, item: Item) -> Any:
        return marshal.loads(self.item(item))

    def _read(self, begin: int, length: int) -> bytes:
        try:
            data = os.pread(self._descriptor, length, begin)
        except OSError as error:
            raise DamagedError(type(error).__name__) from error
        if len(data) != length:
            raise DamagedError("it ends early")
        return data


def opened(path: Path) -> CompiledFile | None:
    """The file at ``path``; ``None`` when there is none, or it is damaged."""
    try:
        return CompiledFile(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK))
    except (OSError, DamagedError):
        return None


def written(path: Path, head: Mapping[str, Any], items: Items) -> CompiledFile:
    """Write it beside ``path`` and put it in its place; where that cannot be, it is kept without a name."""
    packed = marshal.dumps(dict(head))
    data = _START.pack(_MARK, len(packed), digest_of(packed)) + packed + items.joined()
    with suppress(OSError):
        descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with open(descriptor, "wb", closefd=False) as stream:
                stream.write(data)
            os.fsync(descriptor)
            os.replace(beside, path)
            return CompiledFile(os.dup(descriptor))
        except OSError:
            os.unlink(beside)
            raise
        finally:
            os.close(descriptor)
    with suppress(OSError), tempfile.TemporaryFile() as stream:
        stream.write(data)
        stream.flush()
        return CompiledFile(os.dup(stream.fileno()))
    with open(os.memfd_create("matters"), "wb") as stream:  # no disk takes anything: the terminal still opens
        stream.write(data)
        stream.flush()
        return CompiledFile(os.dup(stream.fileno()))


def packed_matter(plain: Any) -> bytes:
    """What stands in a matter's own file, in the form of an item."""
    return zlib.compress(json.dumps(plain, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)


def matter_of(packed: bytes) -> Matter | None:
    """The matter of an item, checked as if it had been read from its own file."""
    from pydantic import ValidationError

    from kiosk.matters.models import Matter
    from kiosk.matters.wellformed import flaws

    try:
        matter = Matter.model_validate(json.loads(zlib.decompress(packed)))
    except (zlib.error, ValueError, ValidationError):
        return None
    return None if flaws(matter) else matter


class CompiledShelf:
    """The matters of a compiled file; ``folder`` holds their own files, for when an item is damaged."""

    def __init__(self, file: CompiledFile, folder: Path) -> None:
        self._file = file
        self._folder = folder
        head = file.head
        self.codes: Sequence[str] = head["codes"]
        self.base_codes: Sequence[str] = head["base_codes"]
        self.themes: Mapping[str, Sequence[int]] = head["themes"]
        self.version: str = head["version"]
        self._offers: OrderedDict[int, Offered] = OrderedDict()
        self._wholes: OrderedDict[int, Matter] = OrderedDict()

    @cached_property
    def departments(self) -> Mapping[Pair, Sequence[int]]:
        return {Pair(zh, en): places for zh, en, places in self._file.head["departments"]}

    @cached_property
    def alike(self) -> Sequence[Alike]:
        return tuple((offer_of(plain), codes) for plain, codes in self._file.head["alike"])

    def offer(self, place: int) -> Offered:
        known = self._offers.get(place)
        if known is None:
            try:
                known = offer_of(self._file.value(self._file.head["offers"][place]))
            except DamagedError:
                known = self.whole(place)
                if known is None:
                    raise
            _keep(self._offers, place, known, _OFFERS_KEPT)
        return known

    def whole(self, place: int) -> Matter | None:
        known = self._wholes.get(place)
        if known is None:
            known = self._taken_out(place)
            if known is not None:
                _keep(self._wholes, place, known, _WHOLES_KEPT)
        return known

    def index(self) -> Index:
        from kiosk.matters.search import Index, entry

        try:
            return Index(self._file.value(self._file.head["index"]))
        except DamagedError:
            return Index.of([entry(self.offer(place)) for place in range(len(self.codes))])

    def _taken_out(self, place: int) -> Matter | None:
        with suppress(DamagedError):
            matter = matter_of(self._file.item(self._file.head["wholes"][place]))
            if matter is not None:
                return matter
        from kiosk.matters.load import load_matter
        from kiosk.matters.models import Matter

        loaded = load_matter(self._folder / self._file.head["names"][place])
        return loaded if isinstance(loaded, Matter) and loaded.task_code == self.codes[place] else None


def _keep(kept: OrderedDict[int, Value], place: int, value: Value, most: int) -> None:
    """The newest ones; another thread may do the same."""
    kept[place] = value
    while len(kept) > most:
        with suppress(KeyError):
            kept.popitem(last=False)
