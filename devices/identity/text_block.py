"""The 256-byte text block of the resident identity card family, decoded.

UTF-16LE, padded with spaces; character 124 tells the special layouts (``I``, ``J``, ``Y``) from the
resident card's.

No code unit of the card is ever dropped or replaced by another character:

* surrogate pairs become the character that they stand for;
* private-use code points of old cards stay as they are;
* a lone surrogate U+D800..U+DFFF, which no UTF-8, JSON or SQLite text can hold, becomes the private-use
  code point U+10D800..U+10DFFF (its value + 0x100000).  :func:`lone_surrogate` turns it back, and a page
  without a glyph for it shows the code point in a box.

Only the padding at the very end of a field (spaces, NULs) is cut off.
"""

from __future__ import annotations

import re
from typing import Final

from devices.contract import Fault, IdentityDocument
from devices.identity.codes import SEXES
from devices.identity.validity import LONG_TERM, has_valid_check, is_citizen_number, is_date, is_digits

TEXT_BLOCK_BYTES: Final = 256
APPENDED_ADDRESS_BYTES: Final = 70

_LAYOUT_OFFSET: Final = 248
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LONE_SURROGATE_HOME: Final = 0x100000
_PADDING: Final = " \0"


class _Damaged(Exception):  # noqa: N818 - never leaves this module, where it becomes a Fault
    """A field that no card of this layout can hold; the text names the field, never its content."""


def decode_text_block(block: bytes, photo: bytes = b"", source: str = "samv") -> IdentityDocument | Fault:
    """Decode ``block`` (256 bytes) into a document of one of the five kinds.

    Faults, all permanent: ``card.text_damaged`` (wrong length, a date that is none, a name that is not
    there), ``card.number_invalid`` (check character, birth date or length), ``card.layout_unknown``
    (a residence permit of neither Hong Kong, Macao nor Taiwan).  Causes name fields, not contents.
    """
    if len(block) != TEXT_BLOCK_BYTES:
        return Fault("card.text_damaged", f"length {len(block)}, not {TEXT_BLOCK_BYTES}", permanent=True)
    layout = block[_LAYOUT_OFFSET : _LAYOUT_OFFSET + 2]
    try:
        if layout == b"I\0":
            return _permanent_2017(block, photo, source)
        if layout == b"Y\0":
            return _permanent_2023(block, photo, source)
        return _resident(block, photo, source, permit=layout == b"J\0")
    except _Damaged as damage:
        code, cause = damage.args
        return Fault(code, cause, permanent=True)


def decode_appended_address(data: bytes) -> str | Fault:
    """The newest address (70 bytes, same coding); empty when none was appended.

    A wrong length is ``card.text_damaged``.
    """
    if len(data) != APPENDED_ADDRESS_BYTES:
        return Fault("card.text_damaged", f"address length {len(data)}", permanent=True)
    return text_of(data)


def text_of(field: bytes) -> str:
    """UTF-16LE to text that survives UTF-8, see the module's notes; padding at the end is cut off."""
    text = field.decode("utf-16-le", "surrogatepass").rstrip(_PADDING)
    return _LONE_SURROGATE.sub(lambda found: chr(ord(found[0]) + _LONE_SURROGATE_HOME), text)


def lone_surrogate(character: str) -> int | None:
    """The card's code unit behind a character that stands for a lone surrogate, or ``None``."""
    code_unit = ord(character) - _LONE_SURROGATE_HOME
    return code_unit if 0xD800 <= code_unit <= 0xDFFF else None


def code_units(text: str) -> bytes:
    """The reverse of :func:`text_of`, without padding: the card's own UTF-16LE bytes."""
    units = (lone_surrogate(character) for character in text)
    restored = "".join(
        character if unit is None else chr(unit) for character, unit in zip(text, units, strict=True)
    )
    return restored.encode("utf-16-le", "surrogatepass")


# --- layouts --------------------------------------------------------------------------------------


def _resident(block: bytes, photo: bytes, source: str, permit: bool) -> IdentityDocument:
    number = text_of(block[122:158])
    if not is_citizen_number(number):
        raise _Damaged("card.number_invalid", "check character or birth date of the number")
    kind = _permit_kind(number) if permit else "resident"
    ethnicity = "" if permit else text_of(block[32:36])
    return IdentityDocument(
        source=source,
        kind=kind,
        name=_needed(block[0:30], "name"),
        number=number,
        sex=_sex(block[30:32]),
        ethnicity=ethnicity if len(ethnicity) == 2 and is_digits(ethnicity) else "",
        birth=_date(block[36:52], "birth"),
        address=text_of(block[52:122]),
        authority=text_of(block[158:188]),
        valid_from=_date(block[188:204], "valid from"),
        valid_until=_last_day(block[204:220]),
        pass_number=text_of(block[220:238]) if permit else "",
        issue_count=text_of(block[238:242]) if permit else "",
        photo=photo,
    )


def _permit_kind(number: str) -> str:
    if number[:2] in ("81", "82"):
        return "hong_kong_macao"
    if number[:2] == "83":
        return "taiwan"
    raise _Damaged("card.layout_unknown", "residence permit with another prefix than 81, 82 or 83")


def _permanent_2017(block: bytes, photo: bytes, source: str) -> IdentityDocument:
    number = text_of(block[122:152])
    if len(number) != 15 or not (number.isascii() and number.isalnum()):
        raise _Damaged("card.number_invalid", "a permanent residence number of 2017 has 15 characters")
    english, chinese = text_of(block[0:120]), text_of(block[158:188])
    return IdentityDocument(
        source=source,
        kind="permanent_2017",
        name=_either(english, chinese),
        name_other=chinese if english else "",
        number=number,
        sex=_sex(block[120:122]),
        nationality=text_of(block[152:158]),
        valid_from=_date(block[188:204], "issued"),
        valid_until=_last_day(block[204:220]),
        birth=_date(block[220:236], "birth"),
        version=text_of(block[236:240]),
        authority=text_of(block[240:248]),
        photo=photo,
    )


def _permanent_2023(block: bytes, photo: bytes, source: str) -> IdentityDocument:
    number = text_of(block[122:158])
    if not (number.startswith("9") and has_valid_check(number)):
        raise _Damaged("card.number_invalid", "first digit or check character of the number")
    # The two parts are joined before padding is cut: character 35 may be the space between two words.
    chinese, english = text_of(block[0:30]), text_of(block[52:122] + block[220:242])
    return IdentityDocument(
        source=source,
        kind="permanent_2023",
        name=_either(chinese, english),
        name_other=english if chinese else "",
        number=number,
        sex=_sex(block[30:32]),
        issue_count=text_of(block[32:36]),
        birth=_date(block[36:52], "birth"),
        valid_from=_date(block[188:204], "issued"),
        valid_until=_last_day(block[204:220]),
        nationality=text_of(block[242:248]),
        photo=photo,
    )


# --- fields ---------------------------------------------------------------------------------------


def _needed(field: bytes, what: str) -> str:
    text = text_of(field)
    if not text.strip():
        raise _Damaged("card.text_damaged", f"{what} is empty")
    return text


def _either(first: str, second: str) -> str:
    name = first or second
    if not name.strip():
        raise _Damaged("card.text_damaged", "name is empty")
    return name


def _sex(field: bytes) -> str:
    digit = text_of(field)
    return digit if digit in SEXES else ""


def _date(field: bytes, what: str) -> str:
    text = text_of(field)
    if not is_date(text):
        raise _Damaged("card.text_damaged", f"{what} is not a date")
    return text


def _last_day(field: bytes) -> str:
    text = text_of(field)
    return text if text == LONG_TERM else _date(field, "valid until")
