"""Stand-in cards for a PC/SC reader: a social security card (LD/T 32-2015) and cards that are none.

Written from the published files and records; answers only what such a card answers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import field
from typing import Final, Literal

from devices.virtual.vpcd import VPCD_HOST, VPCD_PORT, CardInReader, CardPulled
from values import dataclass

APPLICATION: Final = "sx1.sh.社会保障".encode("gbk")
Access = Literal["tag", "number", "short_id"]

_OK: Final = b"\x90\x00"
_NOT_FOUND: Final = b"\x6a\x82"
_NO_RECORD: Final = b"\x6a\x83"
_WRONG_PARAMETERS: Final = b"\x6a\x86"
_UNKNOWN_INSTRUCTION: Final = b"\x6d\x00"
_NOTHING_SELECTED: Final = b"\x69\x86"
_SHORT_IDS: Final = {5: 0xEF05, 6: 0xEF06}


def atr(protocol: Literal["T=0", "T=1"], historical: bytes) -> bytes:
    """An ATR that offers only ``protocol``."""
    if protocol == "T=0":
        return bytes([0x3B, len(historical)]) + historical
    body = bytes([0x80 | len(historical), 0x01]) + historical
    check = 0
    for byte in body:
        check ^= byte
    return b"\x3b" + body + bytes([check])


class PluggableCard:
    """A card that can be put into the virtual reader; subclasses answer APDUs."""

    protocol: Literal["T=0", "T=1"] = "T=1"

    def __init__(self) -> None:
        self.apdus: list[bytes] = []  # all that was sent to the card
        self.pull_after: int | None = None  # pulled instead of answering APDU number n, from 0
        self.mute_after: int | None = None  # does not answer APDU number n and later ones
        self._reader: CardInReader | None = None
        self._unmuted = threading.Event()

    @property
    def atr(self) -> bytes:
        return atr(self.protocol, b"KIOSK")

    def insert(self, host: str = VPCD_HOST, port: int = VPCD_PORT) -> None:
        self._unmuted.clear()
        self._reader = CardInReader(self, host, port)

    def pull(self) -> None:
        self._unmuted.set()
        if self._reader is not None:
            self._reader.pull()
            self._reader = None

    def power(self, on: bool) -> None:
        """Nothing to forget."""

    def answer(self, apdu: bytes) -> bytes:
        number = len(self.apdus)
        self.apdus.append(apdu)
        if self.pull_after is not None and number >= self.pull_after:
            raise CardPulled
        if self.mute_after is not None and number >= self.mute_after:
            self._unmuted.wait()
            raise CardPulled
        return self.respond(apdu)

    def respond(self, apdu: bytes) -> bytes:
        return _NOT_FOUND


class ForeignCard(PluggableCard):
    """Some other card: knows neither the application nor anything else."""


class ResidentCardOnPlainReader(PluggableCard):
    """A resident identity card without its security module: public data only."""

    def __init__(self, serial: bytes = bytes.fromhex("1122334455667788")) -> None:
        super().__init__()
        self._serial = serial

    def respond(self, apdu: bytes) -> bytes:
        if apdu == bytes.fromhex("0036000008"):
            return self._serial + _OK
        if apdu == bytes.fromhex("0084000008"):
            return bytes(range(8)) + _OK
        return b"\x6e\x00"


@dataclass(frozen=True, repr=False)
class Holder:
    """What a card holds.  ``name`` is written as GB 18030 and may be longer than one record."""

    name: str
    number: str
    sex: str = "1"
    ethnicity: str = "01"
    birthplace: str = "410400"
    birth: str = "19900101"
    card_number: str = "A12345678"
    region: str = "410400"
    institution: str = "410400000000"
    issued: str = "20200101"
    valid_until: str = "20391231"
    records: dict[int, bytes] = field(default_factory=dict)  # tag -> value that replaces the regular one


class SocialSecurityCard(PluggableCard):
    """A card of specification ``version`` 1, 2 or 3.

    ``access`` are the ways in which records can be read; ``select_p1`` the P1 with which a file can be
    selected; ``exact_le`` answers 6Cxx to another Le than the record's length; ``get_response`` answers
    61xx to a SELECT, and to a record on T=0.
    """

    def __init__(
        self,
        holder: Holder,
        version: Literal[1, 2, 3] = 3,
        protocol: Literal["T=0", "T=1"] = "T=1",
        access: tuple[Access, ...] = ("tag", "number", "short_id"),
        select_p1: tuple[int, ...] = (0x00, 0x02),
        exact_le: bool = False,
        get_response: bool = False,
    ) -> None:
        super().__init__()
        self.protocol = protocol
        self._access = access
        self._select_p1 = select_p1
        self._exact_le = exact_le
        self._get_response = get_response
        self._files = {0xEF05: _card_records(holder, version), 0xEF06: _holder_records(holder, version)}
        self._application = False
        self._file = 0
        self._waiting = b""

    def power(self, on: bool) -> None:
        self._application, self._file, self._waiting = False, 0, b""

    def respond(self, apdu: bytes) -> bytes:
        handlers: dict[int, Callable[[bytes], bytes]] = {
            0xA4: self._select,
            0xB2: self._read_record,
            0xC0: self._give_waiting,
        }
        handler = handlers.get(apdu[1])
        if apdu[0] != 0x00 or handler is None or len(apdu) < 4:
            return _UNKNOWN_INSTRUCTION
        return handler(apdu)

    def _select(self, apdu: bytes) -> bytes:
        p1, data = apdu[2], apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""
        if p1 == 0x04:
            if data != APPLICATION:
                return _NOT_FOUND
            self._application, self._file = True, 0
            return self._deliver(b"\x6f" + bytes([len(data) + 2]) + b"\x84" + bytes([len(data)]) + data)
        file_id = int.from_bytes(data, "big")
        if p1 not in self._select_p1:
            return _WRONG_PARAMETERS
        if not self._application or file_id not in self._files:
            return _NOT_FOUND
        self._file = file_id
        return self._deliver(b"\x6f\x04\x83\x02" + data)

    def _deliver(self, control_information: bytes) -> bytes:
        """File control information is fetched by GET RESPONSE, or not given at all."""
        if not self._get_response:
            return _OK
        self._waiting = control_information
        return bytes([0x61, len(control_information)])

    def _read_record(self, apdu: bytes) -> bytes:
        p1, p2, le = apdu[2], apdu[3], apdu[4] if len(apdu) > 4 else 0
        if not self._application:
            return _NOTHING_SELECTED
        short_id, way = p2 >> 3, p2 & 0x07
        if short_id:
            if "short_id" not in self._access or way != 4 or short_id not in _SHORT_IDS:
                return _WRONG_PARAMETERS
            self._file = _SHORT_IDS[short_id]
        if self._file not in self._files:
            return _NOTHING_SELECTED
        records = self._files[self._file]
        if way == 0 and "tag" in self._access:
            record = next((item for item in records if item[0] == p1), b"")
        elif way == 4 and (short_id or "number" in self._access):
            record = records[p1 - 1] if 1 <= p1 <= len(records) else b""
        else:
            return _WRONG_PARAMETERS
        if not record:
            return _NO_RECORD
        if self._exact_le and le != len(record):
            return bytes([0x6C, len(record)])
        if self._get_response and self.protocol == "T=0":
            self._waiting = record
            return bytes([0x61, len(record)])
        return record + _OK

    def _give_waiting(self, apdu: bytes) -> bytes:
        if not self._waiting:
            return _WRONG_PARAMETERS
        if apdu[4] != len(self._waiting):
            return bytes([0x6C, len(self._waiting)])
        waiting, self._waiting = self._waiting, b""
        return waiting + _OK


def _card_records(holder: Holder, version: int) -> list[bytes]:
    values = {
        0x01: _bcd(holder.region + "D15600000599110145", 16),
        0x02: b"1",
        0x03: f"{version}.00".encode("ascii"),
        0x04: _bcd(holder.institution, 12),
        0x05: _bcd(holder.issued, 4),
        0x06: _bcd(holder.valid_until, 4),
        0x07: _text(holder.card_number.encode("ascii"), 9),
    }
    return _records(values, holder)


def _holder_records(holder: Holder, version: int) -> list[bytes]:
    name = holder.name.encode("gb18030")
    values = {0x08: _text(holder.number.encode("ascii"), 18), 0x09: _text(name[:30], 30)}
    if version >= 2:
        values[0x4E] = _text(name[30:], 30)
    elif len(name) > 30:
        raise ValueError("version 1 has no second record for a name")
    values |= {
        0x0A: holder.sex.encode("ascii"),
        0x0B: _bcd(holder.ethnicity, 1),
        0x0C: _bcd(holder.birthplace, 3),
        0x0D: _bcd(holder.birth, 4),
    }
    return _records(values, holder)


def _records(values: dict[int, bytes], holder: Holder) -> list[bytes]:
    return [
        bytes([tag, len(value)]) + value
        for tag, value in ((tag, holder.records.get(tag, regular)) for tag, regular in values.items())
    ]


def _bcd(digits: str, size: int) -> bytes:
    return bytes.fromhex(digits.ljust(2 * size, "F"))


def _text(value: bytes, size: int) -> bytes:
    return value.ljust(size, b"\0")
