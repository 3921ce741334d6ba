"""Decoding an IPP answer (RFC 8010, section 3): groups of attributes, each with its values.

pycups is not used for this: its ``IPPRequest.attributes`` (2.0.4) never frees what it gives, two kilobytes
a second for a printer that is watched, and ends the process at the separator between two like groups.
"""

from __future__ import annotations

import struct
from typing import Final

from devices.contract import Fault
from values import dataclass

Value = int | bool | str
Group = dict[str, list[Value]]

_HEAD: Final = struct.Struct(">BBHI")  # version, status code, request number
_LENGTH: Final = struct.Struct(">H")
_INTEGER: Final = struct.Struct(">i")
_FIRST_VALUE_TAG: Final = 0x10  # below are the tags that begin a group
_END_OF_ATTRIBUTES: Final = 0x03
_INTEGER_TAGS: Final = (0x21, 0x23)  # integer, enum
_BOOLEAN_TAG: Final = 0x22
_WITH_LANGUAGE_TAGS: Final = (0x35, 0x36)
_OCTETS_TAG: Final = 0x30  # printer-supply and its like: text by their own definition
_TEXT_TAGS: Final = range(0x40, 0x4A)
_BEGIN_COLLECTION: Final = 0x34
_END_COLLECTION: Final = 0x37


@dataclass(frozen=True)
class IppAnswer:
    status: int
    groups: tuple[Group, ...]

    def first(self) -> Group:
        """All attributes as one group; of a name that comes several times, the first."""
        merged: Group = {}
        for group in self.groups:
            for name, values in group.items():
                merged.setdefault(name, values)
        return merged


def decode(content: bytes) -> IppAnswer | Fault:
    """The answer in ``content``, or the fault ``printer.bad_answer``.

    Values of kinds that nobody here asks for (dates, ranges, collections) are left out, and attributes
    without any other with them.
    """
    try:
        return _decode(content)
    except (struct.error, IndexError):
        return Fault("printer.bad_answer", "no whole IPP message")


def _decode(content: bytes) -> IppAnswer:
    _, _, status, _ = _HEAD.unpack_from(content)
    groups: list[Group] = []
    name = ""
    depth = 0  # of collections, which nobody here asks for
    place = _HEAD.size
    while (tag := content[place]) != _END_OF_ATTRIBUTES:
        place += 1
        if tag < _FIRST_VALUE_TAG:
            groups.append({})
            name, depth = "", 0
            continue
        raw_name, place = _piece(content, place)
        raw, place = _piece(content, place)
        name = raw_name.decode("utf-8", "replace") or name  # without one: a further value of the last name
        depth += (tag == _BEGIN_COLLECTION) - (tag == _END_COLLECTION)
        value = _value(tag, raw) if depth == 0 else None
        if value is not None and name and groups:
            groups[-1].setdefault(name, []).append(value)
    return IppAnswer(status, tuple(groups))


def _piece(content: bytes, place: int) -> tuple[bytes, int]:
    (length,) = _LENGTH.unpack_from(content, place)
    end = place + _LENGTH.size + length
    if end > len(content):
        raise IndexError(end)
    return content[place + _LENGTH.size : end], end


def _value(tag: int, raw: bytes) -> Value | None:
    if tag in _INTEGER_TAGS:
        return int(_INTEGER.unpack(raw)[0])
    if tag == _BOOLEAN_TAG:
        return raw[0] != 0
    if tag in _WITH_LANGUAGE_TAGS:
        _, place = _piece(raw, 0)
        raw, _ = _piece(raw, place)
        return raw.decode("utf-8", "replace")
    return raw.decode("utf-8", "replace") if tag in _TEXT_TAGS or tag == _OCTETS_TAG else None
