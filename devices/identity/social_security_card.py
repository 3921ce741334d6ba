"""Reading a social security card (LD/T 32-2015): which APDUs, and what the records mean.

EF05 (the card) and EF06 (its holder) need no PIN.  Nothing in here can send VERIFY: it would burn tries.

Records are read by tag, because their order differs between versions (sex is the third record on
version 1 and the fourth on 2 and 3).  Where a card does not know that way, the record is looked for by
number, in the selected file or by short file id, and taken only if its tag is the right one.
"""

from __future__ import annotations

from typing import Final

from devices.contract import Fault, IdentityDocument
from devices.identity.codes import SEXES
from devices.identity.pcsc import Transmit
from devices.identity.validity import is_citizen_number, is_date, is_digits
from values import dataclass

APPLICATION: Final = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
CARD_FILE: Final = 0x05
HOLDER_FILE: Final = 0x06

TAG_IDENTIFICATION: Final = 0x01
TAG_VERSION: Final = 0x03
TAG_VALID_UNTIL: Final = 0x06
TAG_CARD_NUMBER: Final = 0x07
TAG_NUMBER: Final = 0x08
TAG_NAME: Final = 0x09
TAG_NAME_CONTINUED: Final = 0x4E
TAG_SEX: Final = 0x0A
TAG_ETHNICITY: Final = 0x0B
TAG_BIRTH: Final = 0x0D

# Length of the value by tag: asking for exactly so much saves the 6Cxx of a T=0 card.
_LENGTHS: Final = {
    TAG_IDENTIFICATION: 16,
    TAG_VERSION: 4,
    TAG_VALID_UNTIL: 4,
    TAG_CARD_NUMBER: 9,
    TAG_NUMBER: 18,
    TAG_NAME: 30,
    TAG_SEX: 1,
    TAG_ETHNICITY: 1,
    TAG_BIRTH: 4,
}
_MOST_RECORDS: Final = 12
_MOST_GAPS: Final = 3  # numbers refused in a row: the file has ended
_SW_OK: Final = 0x9000
_SW_END_BEFORE_LE: Final = 0x6282
_SW_WRONG_LENGTH: Final = 0x6700
_SELECT_FILE_P1: Final = (0x02, 0x00)


@dataclass(frozen=True)
class _Refused:
    """The card's own "no" to one command; another command may do better."""

    status: int


@dataclass(frozen=True)
class _Way:
    """How records of a file are asked for: P2, and whether P1 is the tag or a number."""

    p2: int
    by_tag: bool


def exchange(transmit: Transmit, command: bytes) -> bytes | Fault | _Refused:
    """Send ``command``, follow 61xx and 6Cxx; the data of a successful answer."""
    data = b""
    for _ in range(8):
        answer = transmit(command)
        if isinstance(answer, Fault):
            return answer
        status = int.from_bytes(answer[-2:], "big")
        data += answer[:-2]
        if status in (_SW_OK, _SW_END_BEFORE_LE):
            return data
        if status >> 8 == 0x61:
            command = bytes([0x00, 0xC0, 0x00, 0x00, status & 0xFF])
        elif status >> 8 == 0x6C and len(command) == 5:
            command = command[:4] + bytes([status & 0xFF])
        else:
            return _Refused(status)
    return _Refused(status)


def select_application(transmit: Transmit) -> bool | Fault:
    """Select the application by its name; false when the card has none."""
    answer = exchange(transmit, b"\x00\xa4\x04\x00" + bytes([len(APPLICATION)]) + APPLICATION)
    if isinstance(answer, _Refused):
        return False
    return answer if isinstance(answer, Fault) else True


def is_resident_card(transmit: Transmit) -> bool | Fault:
    """Whether the chip serial of a resident identity card can be read: all that a plain reader sees."""
    answer = exchange(transmit, bytes.fromhex("0036000008"))
    return answer if isinstance(answer, Fault) else isinstance(answer, bytes) and len(answer) == 8


def read_document(transmit: Transmit) -> IdentityDocument | Fault:
    """Read the selected application's records into a document.

    Faults: those of ``transmit``, ``social_security.record_missing`` and
    ``social_security.record_damaged`` (the cause names file and tag), ``card.number_invalid``.
    """
    card = _RecordFile(transmit, CARD_FILE)
    values: dict[int, bytes] = {}
    fault = card.read_into(values, (TAG_IDENTIFICATION, TAG_VERSION, TAG_VALID_UNTIL, TAG_CARD_NUMBER))
    if fault is not None and fault.code != "social_security.record_missing":
        return fault  # who the holder is stands in EF06: a card without the other records serves as well
    version = _ascii(values.get(TAG_VERSION, b""))
    holder = _RecordFile(transmit, HOLDER_FILE)
    continued = () if version.startswith("1") else (TAG_NAME_CONTINUED,)
    fault = holder.read_into(values, (TAG_NUMBER, TAG_NAME, *continued, TAG_SEX, TAG_ETHNICITY, TAG_BIRTH))
    if fault is not None:
        return fault
    return _document(values, version)


class _RecordFile:
    """EF05 or EF06 of the selected application."""

    def __init__(self, transmit: Transmit, short_id: int) -> None:
        self._transmit = transmit
        self._short_id = short_id
        self._way: _Way | None = None
        self._seen: dict[int, bytes] = {}  # tag -> value, of the records that were met by number
        self._next_number: dict[_Way, int] = {}

    def read_into(self, values: dict[int, bytes], tags: tuple[int, ...]) -> Fault | None:
        """Read ``tags``; one that the card does not have is left out.  No record at all is a fault."""
        selected = self._select()
        if isinstance(selected, Fault):
            return selected
        by_tag = [_Way(0x00, by_tag=True), _Way(0x04, by_tag=False)] if selected else []
        ways = [*by_tag, _Way(self._short_id << 3 | 0x04, by_tag=False)]
        for tag in tags:
            value = self._read(tag, ways)
            if isinstance(value, Fault):
                return value
            if value is not None:
                values[tag] = value
        if self._way is None:
            return Fault("social_security.record_missing", f"EF0{self._short_id}: no record", permanent=True)
        return None

    def _select(self) -> bool | Fault:
        for p1 in _SELECT_FILE_P1:
            answer = exchange(self._transmit, bytes([0x00, 0xA4, p1, 0x00, 0x02, 0xEF, self._short_id]))
            if isinstance(answer, Fault):
                return answer
            if isinstance(answer, bytes):
                return True
        return False

    def _read(self, tag: int, ways: list[_Way]) -> bytes | Fault | None:
        """The value of ``tag`` in the way that is known to work, else in the first one that does."""
        damage: Fault | None = None
        for way in ways if self._way is None else [self._way]:
            value = self._read_by_tag(tag) if way.by_tag else self._find_by_number(tag, way)
            if isinstance(value, Fault):
                if value.code != "social_security.record_damaged":
                    return value
                damage = value
            elif value is not None or self._seen:
                self._way = way
                return value
        return damage

    def _read_by_tag(self, tag: int) -> bytes | Fault | None:
        record = self._record(tag, 0x00, _LENGTHS.get(tag))
        if isinstance(record, Fault):
            return record
        return record[1] if record is not None and record[0] == tag else None

    def _find_by_number(self, tag: int, way: _Way) -> bytes | Fault | None:
        """Go on through the records, each asked for once, until ``tag`` was met; single ones may miss."""
        number, gaps = self._next_number.get(way, 1), 0
        while tag not in self._seen and number <= _MOST_RECORDS:
            record = self._record(number, way.p2, None)
            if isinstance(record, Fault):
                return record
            number += 1
            if record is not None:
                gaps = 0
                self._seen.setdefault(*record)
            elif (gaps := gaps + 1) >= _MOST_GAPS:
                number = _MOST_RECORDS + 1
            self._next_number[way] = number
        return self._seen.get(tag)

    def _record(self, p1: int, p2: int, length: int | None) -> tuple[int, bytes] | Fault | None:
        """One record as tag and value; ``None`` when the card refuses or knows no such record."""
        expected = 0 if length is None else length + 2
        answer = exchange(self._transmit, bytes([0x00, 0xB2, p1, p2, expected]))
        short = not _is_whole(answer) if isinstance(answer, bytes) else answer == _Refused(_SW_WRONG_LENGTH)
        if expected and short:
            answer = exchange(self._transmit, bytes([0x00, 0xB2, p1, p2, 0x00]))
        if isinstance(answer, Fault):
            return answer
        if isinstance(answer, _Refused):
            return None
        if not _is_whole(answer):
            cause = f"EF0{self._short_id} P1 {p1:02X}: {len(answer)} bytes"
            return Fault("social_security.record_damaged", cause)
        return answer[0], answer[2 : 2 + answer[1]]


def _is_whole(record: bytes) -> bool:
    """Tag, length and that many bytes; some cards pad a record beyond its length."""
    return len(record) >= 2 and len(record) >= 2 + record[1]


# --- values ---------------------------------------------------------------------------------------


def _document(values: dict[int, bytes], version: str) -> IdentityDocument | Fault:
    number = _ascii(values.get(TAG_NUMBER, b""))
    if not number:
        return Fault("social_security.record_missing", "EF06 tag 08", permanent=True)
    # A foreigner's number has letters and another check; a citizen's is all digits but the last.
    citizen = is_digits(number[:17])
    if len(number) != 18 or not number.isalnum() or (citizen and not is_citizen_number(number)):
        return Fault("card.number_invalid", "EF06 tag 08", permanent=True)
    raw_name = values.get(TAG_NAME, b"").rstrip(b"\0") + values.get(TAG_NAME_CONTINUED, b"").rstrip(b"\0")
    try:
        name = raw_name.decode("gb18030").rstrip(" ")
    except UnicodeDecodeError:
        return Fault("social_security.record_damaged", "EF06 tag 09: not GB 18030")
    if not name.strip():
        return Fault("social_security.record_missing", "EF06 tag 09", permanent=True)
    sex = _ascii(values.get(TAG_SEX, b""))
    ethnicity = _bcd(values.get(TAG_ETHNICITY, b""))
    return IdentityDocument(
        source="social_security",
        kind="social_security",
        name=name,
        number=number,
        sex=sex if sex in SEXES else "",
        ethnicity=ethnicity if len(ethnicity) == 2 else "",
        birth=_day(values, TAG_BIRTH),
        valid_until=_day(values, TAG_VALID_UNTIL),
        card_number=_ascii(values.get(TAG_CARD_NUMBER, b"")),
        region=_region(values.get(TAG_IDENTIFICATION, b"")),
        version=version,
    )


def _ascii(value: bytes) -> str:
    """Text filled with 00; empty when it is not ASCII."""
    text = value.rstrip(b"\0 ")
    return text.decode("ascii") if text.isascii() else ""


def _bcd(value: bytes) -> str:
    """BCD filled with F on the right; empty when a half byte is no digit."""
    digits = value.hex().rstrip("f")
    return digits if is_digits(digits) else ""


def _day(values: dict[int, bytes], tag: int) -> str:
    """A date, or empty: cards without one are filled with F or 0."""
    text = _bcd(values.get(tag, b""))
    return text if is_date(text) else ""


def _region(identification: bytes) -> str:
    """The first six digits of the card identification; what follows may hold other half bytes."""
    region = identification[:3].hex()
    return region if len(region) == 6 and is_digits(region) else ""
