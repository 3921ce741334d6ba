"""The command answers that scanners put into the same stream as the codes.

* GM65 family: ``02 00 00 <n> <n bytes> <CRC 2>``; CRC-CCITT (0x1021, start 0) from the second ``00`` to the
  last of the n bytes.  A write is acknowledged by ``02 00 00 01 00 33 31``.
* Newland: ``02 01 30 30 30 30``, then ``@`` or ``#``, the command, 06 done / 15 refused / 05 unknown, and
  ``3B 03``; several commands may be answered at once.

Both start with 02, which no code of ours holds, so they are recognised whatever the configured protocol.
"""

from __future__ import annotations

import binascii

START = 0x02
_GM65_HEAD = b"\x02\x00\x00"
_GM65_MAX_DATA_BYTES = 64
_NEWLAND_HEAD = b"\x02\x010000"
_NEWLAND_END = b";\x03"
_NEWLAND_MAX_BYTES = 256
_NEWLAND_RESULTS = frozenset({0x05, 0x06, 0x15})

NOT_ONE = -1
INCOMPLETE = 0


def crc_ccitt(data: bytes) -> bytes:
    """The two CRC bytes of the GM65 family, high byte first."""
    return binascii.crc_hqx(data, 0).to_bytes(2, "big")


def length_at(data: bytes | bytearray) -> int:
    """How many bytes from the start of ``data`` are one answer; ``INCOMPLETE`` or ``NOT_ONE`` otherwise."""
    for head, measure in ((_GM65_HEAD, _gm65), (_NEWLAND_HEAD, _newland)):
        if data.startswith(head):
            return measure(data)
        if head.startswith(data):
            return INCOMPLETE
    return NOT_ONE


def gm65_data(answer: bytes) -> bytes:
    """What a complete GM65 answer says, without its frame."""
    return answer[4:-2]


def answer_in_words(answer: bytes) -> str:
    """For the technician; holds nothing of a code."""
    if answer.startswith(_GM65_HEAD):
        return f"answers {gm65_data(answer).hex(' ')}"
    refused = {0x15: "refused", 0x05: "command unknown"}
    found = next((word for byte, word in refused.items() if byte in answer), "done")
    text = "".join(chr(byte) for byte in answer[len(_NEWLAND_HEAD) : -2] if 0x20 <= byte < 0x7F)
    return f"answers {text}: {found}"


def _gm65(data: bytes | bytearray) -> int:
    if len(data) < 4:
        return INCOMPLETE
    if not 1 <= data[3] <= _GM65_MAX_DATA_BYTES:
        return NOT_ONE
    total = 4 + data[3] + 2
    if len(data) < total:
        return INCOMPLETE
    return total if crc_ccitt(bytes(data[2 : total - 2])) == bytes(data[total - 2 : total]) else NOT_ONE


def _newland(data: bytes | bytearray) -> int:
    for index in range(len(_NEWLAND_HEAD), min(len(data), _NEWLAND_MAX_BYTES)):
        if data[index] == _NEWLAND_END[1] and data[index - 1] == _NEWLAND_END[0]:
            return index + 1
        if not (0x20 <= data[index] < 0x7F or data[index] in _NEWLAND_RESULTS):
            return NOT_ONE
    return NOT_ONE if len(data) >= _NEWLAND_MAX_BYTES else INCOMPLETE
