"""The SAM_V commands that the driver uses, and what their replies mean.

Replies carry no echo of their command, so that a late reply of an earlier command can arrive in the
place of the one that is waited for.  Each command therefore knows the shape of its own reply.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from devices.contract import Fault
from devices.identity.samv_frame import MAX_REPLY_LENGTH, MIN_REPLY_LENGTH, Reply, encode_request
from devices.identity.text_block import TEXT_BLOCK_BYTES
from devices.identity.validity import is_date
from values import dataclass

SW_DONE: Final = 0x90
SW_CARD_FOUND: Final = 0x9F
SW_NO_CARD: Final = 0x80
SW_ITEM_EMPTY: Final = 0x91
SW_COMMAND_UNKNOWN: Final = 0x21

SHORT_SECONDS: Final = 1.0  # what vendors' clients wait for a short command
READ_SECONDS: Final = 3.0

BAUD_RATES: Final = (115200, 57600, 38400, 19200, 9600)

_TEXT_HEAD: Final = TEXT_BLOCK_BYTES.to_bytes(2, "big")


@dataclass(frozen=True)
class Command:
    """``success`` is SW3 when it worked; a reply then holds ``data_bytes`` (the fewest, the most)."""

    name: str
    frame: bytes
    success: int
    data_bytes: tuple[int, int]
    seconds: float = SHORT_SECONDS

    def accepts(self, reply: Reply) -> bool:
        """Whether ``reply`` can be this command's: its own success in shape, or any failure."""
        if reply.sw3 == self.success:
            fewest, most = self.data_bytes
            return fewest <= len(reply.data) <= most
        return reply.sw3 not in (SW_DONE, SW_CARD_FOUND)

    def has_length(self, length: int) -> bool:
        """Whether a frame of this ``Len`` could have been this command's reply."""
        fewest, most = self.data_bytes
        return length == MIN_REPLY_LENGTH or fewest <= length - MIN_REPLY_LENGTH <= most


RESET: Final = Command("reset module", encode_request(b"\x10\xff"), SW_DONE, (0, 0))
STATUS: Final = Command("module status", encode_request(b"\x11\xff"), SW_DONE, (0, 0))
NUMBER: Final = Command("module number", encode_request(b"\x12\xff"), SW_DONE, (16, 16))
FIND: Final = Command("find card", encode_request(b"\x20\x01"), SW_CARD_FOUND, (0, 16))
SELECT: Final = Command("select card", encode_request(b"\x20\x02"), SW_DONE, (4, 16))
READ: Final = Command(
    "read card",
    encode_request(b"\x30\x01"),
    SW_DONE,
    (4 + TEXT_BLOCK_BYTES, MAX_REPLY_LENGTH - MIN_REPLY_LENGTH),
    READ_SECONDS,
)
# For a module that does not know the one before.  Nobody here wants the fingerprint: it is cut off at once.
READ_WITH_FINGERPRINT: Final = replace(
    READ,
    name="read card with fingerprint",
    frame=encode_request(b"\x30\x10"),
    data_bytes=(6 + TEXT_BLOCK_BYTES, MAX_REPLY_LENGTH - MIN_REPLY_LENGTH),
)
ADDRESS: Final = Command("read address", encode_request(b"\x30\x03"), SW_DONE, (70, 70), READ_SECONDS)

# SW3 -> fault code and permanence.  Permanent: the same card or module will answer the same again.
_STATUS_WORDS: Final[dict[int, tuple[str, bool]]] = {
    0x10: ("samv.request_checksum", False),
    0x11: ("samv.request_length", False),
    SW_COMMAND_UNKNOWN: ("samv.command_unknown", True),
    0x23: ("samv.no_permission", True),
    0x24: ("samv.unknown_error", False),
    0x31: ("samv.card_refuses_module", True),
    0x32: ("samv.module_refuses_card", True),
    0x33: ("samv.information_unverified", True),
    0x40: ("samv.card_type_unknown", True),
    0x41: ("samv.read_failed", False),
    0x47: ("samv.random_failed", False),
    0x60: ("samv.self_test_failed", True),
    0x66: ("samv.not_authorised", True),
    SW_NO_CARD: ("samv.no_card", False),
    0x81: ("samv.select_failed", False),
    SW_ITEM_EMPTY: ("samv.item_empty", True),
}

# SW3 that speak of the card on the reader, whichever command they answer.
CARD_WORDS: Final = frozenset({0x31, 0x32, 0x33, 0x40, 0x41, 0x47, 0x81})

# The module itself is unfit, whatever card lies on it.
MODULE_FAULTS: Final = frozenset({"samv.self_test_failed", "samv.not_authorised"})


def fault_of(command: Command, reply: Reply) -> Fault:
    """The fault that ``reply`` tells of; SW1 and SW2, relayed from the card, are in the cause."""
    code, permanent = _STATUS_WORDS.get(reply.sw3, ("samv.status_unknown", False))
    return Fault(code, f"{command.name}: {reply.status}", permanent)


def module_fault(reply: Reply | Fault, command: Command = FIND) -> Fault | None:
    """What ``reply`` says against the module itself; any other reply shows one that is alive."""
    if isinstance(reply, Fault):
        return None
    fault = fault_of(command, reply)
    return fault if fault.code in MODULE_FAULTS else None


def set_baud(rate: int) -> Command:
    """The command that sets the module to one of :data:`BAUD_RATES`; it answers at the old one."""
    return Command(f"set {rate} baud", encode_request(bytes((0x60, BAUD_RATES.index(rate)))), SW_DONE, (0, 0))


def split_card_data(reply: Reply, with_fingerprint: bool = False) -> tuple[bytes, bytes] | Fault:
    """Text and photo of a successful read; ``samv.reply_malformed`` when its inner lengths disagree."""
    text_bytes, photo_bytes = reply.data[:2], int.from_bytes(reply.data[2:4], "big")
    content = reply.data[6:] if with_fingerprint else reply.data[4:]
    if text_bytes != _TEXT_HEAD or len(content) < TEXT_BLOCK_BYTES + photo_bytes:
        lengths = reply.data[:4].hex(" ")
        return Fault("samv.reply_malformed", f"{len(reply.data)} bytes, inner lengths {lengths}")
    return content[:TEXT_BLOCK_BYTES], content[TEXT_BLOCK_BYTES : TEXT_BLOCK_BYTES + photo_bytes]


def module_number(data: bytes) -> str:
    """The 16 bytes as vendors print them, ``05.01-YYYYMMDD-n-n``; in hexadecimal if no date is in there.

    The order of the words is not published; little-endian words are what vendors' tools show.
    """
    day = f"{int.from_bytes(data[4:8], 'little'):08d}"
    if not is_date(day):
        return data.hex()
    standard, variant = int.from_bytes(data[0:2], "little"), int.from_bytes(data[2:4], "little")
    serial, check = int.from_bytes(data[8:12], "little"), int.from_bytes(data[12:16], "little")
    return f"{standard:02d}.{variant:02d}-{day}-{serial:010d}-{check:010d}"
