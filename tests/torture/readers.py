"""Card readers, cards, scanners and scripts, damaged."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final, Literal, get_args

from devices.contract import Fault, IdentityDocument
from devices.identity import resident_pass_through, social_security_card
from devices.identity.resident_pass_through import Profile
from devices.identity.samv_commands import split_card_data
from devices.identity.samv_frame import PREAMBLE, FrameDamage, Reply, ReplyDecoder
from devices.identity.text_block import decode_appended_address, decode_text_block
from devices.scanners.assembler import Code, CodeAssembler
from devices.virtual.identity_card import IdentityCard, numbered
from devices.virtual.script import Script, ScriptProblem, parse_script
from devices.virtual.social_security_card import Holder, SocialSecurityCard
from tests.kiosk.delivery.samples import NUMBER
from tests.torture.damage import damaged, pieces
from tests.torture.target import Take, Target

MOST_APDUS: Final = 200  # a card that answers nonsense must not be asked for ever
INS_VERIFY: Final = 0x20
VERSIONS: Final = get_args(Literal[1, 2, 3])
PROTOCOLS: Final = get_args(Literal["T=0", "T=1"])
ACCESSES: Final = (("tag", "number", "short_id"), ("number",), ("short_id",))
NUMBERS: Final = {  # by kind of card
    "resident": NUMBER,
    "hong_kong_macao": numbered("81000019491231002"),
    "taiwan": numbered("83000019491231002"),
    "permanent_2017": "CAN110049123101",
    "permanent_2023": numbered("91112419491231002"),
}


# --- a reader's line ----------------------------------------------------------------------------------


def _frame(status: str, data: bytes = b"") -> bytes:
    body = (len(data) + 4).to_bytes(2, "big") + bytes.fromhex(status) + data
    check = 0
    for byte in body:
        check ^= byte
    return PREAMBLE + body + bytes([check])


def _card(random: Random) -> IdentityCard:
    kind, number = random.choice(list(NUMBERS.items()))
    return IdentityCard("王\U00020089\ue863", number, kind, address="平顶山市新华区", birth="19491231")


def _samv_frames(folder: Path, stack: ExitStack) -> Take:
    decoder = ReplyDecoder()
    found, selected = _frame("00009F", bytes(4)), _frame("000090", bytes(8))

    def take(random: Random) -> list[object]:
        card = _card(random)
        read = _frame("000090", bytes.fromhex("01000400") + card.text_block() + card.photo)
        stream = b"".join(damaged(frame, random) for frame in (found, selected, read))
        decoder.reset()
        values: list[object] = []
        for piece in pieces(stream, random):
            values += decoder.feed(piece)
        values += decoder.settle()
        for reply in [value for value in values if isinstance(value, Reply)]:
            parts = split_card_data(reply)
            values.append(parts if isinstance(parts, Fault) else decode_text_block(*parts))
        decoder.reset()
        if not isinstance(decoder.feed(found)[0], Reply):
            raise AssertionError("an intact frame was not found after a damaged one")
        return values

    return take


def _text_blocks(folder: Path, stack: ExitStack) -> Take:
    def take(random: Random) -> list[object]:
        block = damaged(_card(random).text_block(), random)
        if random.random() < 0.5:
            block = block[:256].ljust(256, b" ")
        address = decode_appended_address(damaged("河南省平顶山市".encode("utf-16-le").ljust(70), random))
        if not isinstance(address, str | Fault):
            raise TypeError(type(address).__name__)
        return [decode_text_block(block)]

    return take


# --- cards and codes ----------------------------------------------------------------------------------


def _card_records(folder: Path, stack: ExitStack) -> Take:
    def take(random: Random) -> list[object]:
        card = SocialSecurityCard(
            Holder("欧阳\U00020089", NUMBER),
            version=random.choice(VERSIONS),
            protocol=random.choice(PROTOCOLS),
            access=random.choice(ACCESSES),
        )
        rarely = random.choice((0.02, 0.1, 0.5))

        def transmit(apdu: bytes) -> bytes | Fault:
            if len(card.apdus) > MOST_APDUS:
                raise AssertionError(f"more than {MOST_APDUS} commands to one card")
            if apdu[1] == INS_VERIFY:
                raise AssertionError("a PIN was tried")
            answer = card.answer(apdu)
            if random.random() >= rarely:
                return answer
            broken = damaged(answer, random)
            return broken if len(broken) >= 2 else Fault("pcsc.card_removed")

        selected = social_security_card.select_application(transmit)
        return [
            selected,
            social_security_card.is_resident_card(transmit),
            social_security_card.read_document(transmit),
        ]

    return take


def _scanned_bytes(folder: Path, stack: ExitStack) -> Take:
    assembler = CodeAssembler()
    clock = 0.0
    whole = (
        b"https://zwfw.example.gov.cn/c/0123456789ABCDEF\r\n",
        b"\x02\x00\x00\x01\x00\x33\x31",
        b"\x02\x010000#SCNTRG1\x06;\x03",
        "电子社保卡0123456789\r".encode("gb18030"),
        b"CODE\t",
    )

    def take(random: Random) -> list[object]:
        nonlocal clock
        stream = b"".join(damaged(random.choice(whole), random) for _ in range(3))
        values: list[object] = []
        for piece in pieces(stream, random):
            clock += random.choice((0.0, 0.001, 0.2, 2.0))
            values += assembler.feed(piece, clock)
        clock += 5.0
        return values + list(assembler.tick(clock))

    return take


def _passed_through(folder: Path, stack: ExitStack) -> Take:
    commands = tuple(bytes((0xFF, 0xB0, block, 0, 0)) for block in range(6))

    def take(random: Random) -> list[object]:
        card = _card(random)
        stream = damaged(bytes.fromhex("01000400") + card.text_block() + card.photo, random)
        profile = random.choice((Profile(commands), Profile(commands, b"", 2, with_photo=False)))

        refused = random.random() < 0.1

        def transmit(apdu: bytes) -> bytes | Fault:
            block = stream[apdu[2] * 256 : apdu[2] * 256 + 256]
            return b"\x6a\x82" if refused else block + b"\x90\x00"

        return [resident_pass_through.read_document(transmit, profile)]

    return take


def _scripts(folder: Path, stack: ExitStack) -> Take:
    whole = (
        b'card guest name="SMITH, JOHN" number=USA110190010101\n'
        b"on identify +1.5 present guest  # laid\nafter 0.2 noise 00FF scanner\nat 3 paper receipts out\n"
    )

    def take(random: Random) -> list[object]:
        read = parse_script(damaged(whole, random).decode("utf-8", "replace"))
        return list(read) if isinstance(read, list) else [read]

    return take


DOCUMENT: Final = (IdentityDocument, Fault)
READERS: Final = (
    Target("samv_frames", _samv_frames, (Reply, FrameDamage, *DOCUMENT), cost=3),
    Target("text_blocks", _text_blocks, DOCUMENT),
    Target("card_records", _card_records, (bool, *DOCUMENT), cost=12),
    Target("passed_through", _passed_through, (type(None), *DOCUMENT), cost=6),
    Target("scanned_bytes", _scanned_bytes, (Code, Fault), cost=3),
    Target("scripts", _scripts, (Script, ScriptProblem), cost=4),
)
