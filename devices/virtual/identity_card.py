"""Cards of the resident identity card family, as bytes: what a stand-in reader gives for them.

Written from the published layouts and apart from the decoder, so that neither hides the other's errors.
Every text may hold private-use characters, characters beyond the BMP and lone surrogates.
"""

from __future__ import annotations

from typing import Final

from values import dataclass

TEXT_BYTES: Final = 256
PHOTO_BYTES: Final = 1024


@dataclass(frozen=True, repr=False)
class IdentityCard:
    """One card.  Kinds: ``resident``, ``hong_kong_macao``, ``taiwan``, ``permanent_2017``,
    ``permanent_2023``.  ``name_other`` is the second name of a permanent residence card: Chinese on the
    one of 2017, English on the one of 2023.  ``damaged`` replaces the text block by these bytes.
    """

    name: str
    number: str
    kind: str = "resident"
    sex: str = "1"
    ethnicity: str = "01"
    birth: str = "19900101"
    address: str = ""
    authority: str = ""
    valid_from: str = "20200101"
    valid_until: str = "长期"
    name_other: str = ""
    nationality: str = ""
    pass_number: str = ""
    issue_count: str = "01"
    version: str = "01"
    appended_address: str | None = None
    photo: bytes = b"WLf" + bytes(PHOTO_BYTES - 3)
    serial: bytes = bytes(8)
    damaged: bytes | None = None

    def text_block(self) -> bytes:
        """The 256 bytes that a module hands out."""
        if self.damaged is not None:
            return self.damaged
        if self.kind == "permanent_2017":
            return self._permanent_2017()
        if self.kind == "permanent_2023":
            return self._permanent_2023()
        return self._resident()

    def address_block(self) -> bytes | None:
        """The 70 bytes of the newest appended address, or ``None`` without one."""
        return None if self.appended_address is None else _field(self.appended_address, 70)

    def _resident(self) -> bytes:
        permit = self.kind in ("hong_kong_macao", "taiwan")
        if permit:
            tail = _field(self.pass_number, 18) + _field(self.issue_count, 4) + _field("", 6) + _field("J", 8)
        else:
            tail = _field("", 36)
        return (
            _field(self.name, 30)
            + _field(self.sex, 2)
            + _field("" if permit else self.ethnicity, 4)
            + _field(self.birth, 16)
            + _field(self.address, 70)
            + _field(self.number, 36)
            + _field(self.authority, 30)
            + _field(self.valid_from, 16)
            + _field(self.valid_until, 16)
            + tail
        )

    def _permanent_2017(self) -> bytes:
        return (
            _field(self.name, 120)
            + _field(self.sex, 2)
            + _field(self.number, 30)
            + _field(self.nationality, 6)
            + _field(self.name_other, 30)
            + _field(self.valid_from, 16)
            + _field(self.valid_until, 16)
            + _field(self.birth, 16)
            + _field(self.version, 4)
            + _field(self.authority, 8)
            + _field("I", 8)
        )

    def _permanent_2023(self) -> bytes:
        english = _field(self.name_other, 92)
        return (
            _field(self.name, 30)
            + _field(self.sex, 2)
            + _field(self.issue_count, 4)
            + _field(self.birth, 16)
            + english[:70]
            + _field(self.number, 36)
            + _field("", 30)
            + _field(self.valid_from, 16)
            + _field(self.valid_until, 16)
            + english[70:]
            + _field(self.nationality, 6)
            + _field("Y", 2)
            + _field("", 6)
        )


def numbered(first_17: str) -> str:
    """``first_17`` digits with their GB 11643 check character."""
    remainder = 0
    for digit in first_17:  # the weights are the powers of 2 modulo 11
        remainder = (remainder + int(digit)) * 2 % 11
    return first_17 + "0123456789X"[(1 - remainder) % 11]


def _field(text: str, size: int) -> bytes:
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) > size:
        raise ValueError(f"a field of {size} bytes cannot hold {len(data)}")
    return data + b" \0" * ((size - len(data)) // 2)
