"""How each family of scanners is told to start and to stop looking.  Data only.

* GM65, GM67, GM8xx (serial module manual): write ``7E 00 08 01 <address 2> <value> <CRC 2>``, read
  ``7E 00 07 01 <address 2> <count> <CRC 2>``; ``AB CD`` in place of the CRC skips the check.  Register 0000,
  bits 0-1, is the mode (1: by command); register 0002, bit 0, triggers once.
* Newland NLS (unified commands): ``#`` holds until power is off, ``@`` would wear the flash; ``*`` in place
  of a value asks for it.
* Honeywell: the trigger commands work in serial-trigger mode, which only its own menu codes can set.
"""

from __future__ import annotations

from devices.scanners.acknowledgements import crc_ccitt
from values import dataclass

_NEWLAND_HEAD = b"\x7e\x010000"
_NEWLAND_END = b";\x03"
_GM65_MODE_BITS = 0b11
_GM65_MODE_BY_COMMAND = 0b01
_GM65_VERSIONS = 0x00E1  # hardware; 00E2 software; each a hundredth of what is printed


@dataclass(frozen=True)
class Protocol:
    """Bytes to write.  ``retrigger_seconds``: the scanner gives up by itself; ask again after this long."""

    start: bytes = b""
    stop: bytes = b""
    prepare: bytes = b""  # once after opening
    asks_mode: bool = False  # GM65: the mode register is read, and changed only if it has to be
    retrigger_seconds: float = 2.0
    query: bytes = b""  # answered by a scanner that listens; changes nothing
    version_query: bytes = b""


def _newland(command: bytes) -> bytes:
    return _NEWLAND_HEAD + command + _NEWLAND_END


def gm65_read(address: int, count: int = 1) -> bytes:
    body = b"\x07\x01" + address.to_bytes(2, "big") + bytes([count])
    return b"\x7e\x00" + body + crc_ccitt(body)


def gm65_write(address: int, value: int) -> bytes:
    body = b"\x08\x01" + address.to_bytes(2, "big") + bytes([value])
    return b"\x7e\x00" + body + crc_ccitt(body)


def gm65_mode_change(register_value: int) -> bytes:
    """The write that makes the scanner wait for the trigger, or nothing when it does already.

    Light, aim and sound stay as they are, and nothing is saved: power off brings the old mode back.
    """
    wanted = register_value & ~_GM65_MODE_BITS | _GM65_MODE_BY_COMMAND
    return b"" if wanted == register_value else gm65_write(0x0000, wanted)


PROTOCOLS: dict[str, Protocol] = {
    "gm65": Protocol(
        start=bytes.fromhex("7E 00 08 01 00 02 01 AB CD"),  # as printed in the manual
        stop=bytes.fromhex("7E 00 08 01 00 02 00 AB CD"),
        prepare=gm65_read(0x0000),
        asks_mode=True,
        query=gm65_read(0x0000),
        version_query=gm65_read(_GM65_VERSIONS, 2),
    ),
    "newland": Protocol(
        start=_newland(b"#SCNTRG1"),
        stop=_newland(b"#SCNTRG0"),
        prepare=_newland(b"#SCNMOD0"),
        query=_newland(b"#SCNMOD*"),
    ),
    "honeywell": Protocol(start=b"\x16\x54\x0d", stop=b"\x16\x55\x0d"),
    "plain": Protocol(),
}
