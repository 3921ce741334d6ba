"""The parsers, each with whole input to damage and the kinds of value that it may give."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Final, Literal, get_args

from devices.contract import Fault, IdentityDocument
from devices.identity import social_security_card
from devices.identity.samv_commands import split_card_data
from devices.identity.samv_frame import PREAMBLE, FrameDamage, Reply, ReplyDecoder
from devices.identity.text_block import decode_appended_address, decode_text_block
from devices.printers import ipp_client
from devices.scanners.assembler import Code, CodeAssembler
from devices.virtual.identity_card import IdentityCard, numbered
from devices.virtual.social_security_card import Holder, SocialSecurityCard
from kiosk.delivery.application import Answer, parse_answer
from kiosk.delivery.platform import PlatformClient
from kiosk.matters.document import Problem
from kiosk.matters.load import load_matter
from kiosk.matters.models import Matter
from kiosk.settings import (
    DEFAULT_MATTERS_FOLDER,
    PlatformSettings,
    Settings,
    SettingsProblem,
    load_settings,
)
from tests.kiosk.delivery.samples import NUMBER, TASK_CODE, draft
from tests.torture.damage import damaged, pieces
from tests.torture.server import BrokenServer

EXAMPLE_TERMINAL: Final = DEFAULT_MATTERS_FOLDER.parent / "terminal.example.toml"
PARCEL: Final = draft().parcel()
MOST_APDUS: Final = 200  # a card that answers nonsense must not be asked for ever
HTTP_SECONDS: Final = 1.0
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

Take = Callable[[Random], list[object]]
"""Damages some input, hands it to the parser, and gives every value that came out."""


@dataclass(frozen=True)
class Target:
    """``open`` gets a folder to write in and a stack for what has to be closed.  ``values``: the kinds that
    may come out.  ``cost``: one input of it takes as long as so many of the cheapest."""

    name: str
    open: Callable[[Path, ExitStack], Take]
    values: tuple[type, ...]
    cost: int = 1


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


# --- the platform and the printer ---------------------------------------------------------------------

ANSWER: Final = {
    "project_no": f"{TASK_CODE}202611240001",
    "key": PARCEL.key,
    "task_code": TASK_CODE,
    "state": "accepted",
    "accepted_at": "2026-11-24T03:22:00+00:00",
    "promised_until": "2026-12-01",
    "reason": {"code": "x", "text": "缺少材料\ud83d"},
    "documents": [{"id": "D-1", "title": "参保缴费凭证", "pages": 2}],
    "supplements": [{"code": "PHOTO", "name": "照片", "until": "2026-12-24"}],
    "owed": [{"code": "PHOTO", "name": "照片", "until": "2026-12-24"}],
    "result": {"columns": ["月份", "金额"], "rows": [["2026-01", 1.5], [None, "2"]]},
}


STRANGE_VALUES: Final[tuple[object, ...]] = (
    None,
    True,
    -1,
    1e308,
    10**30,
    "",
    "\ud800",
    "x" * 5000,
    [],
    {},
    [[[]]],
)


def _answers(folder: Path, stack: ExitStack) -> Take:
    whole = json.dumps(ANSWER).encode()

    def take(random: Random) -> list[object]:
        content = json.dumps(_bent(ANSWER, random)).encode() if random.random() < 0.5 else whole
        return [parse_answer(damaged(content, random), random.choice((PARCEL, None)))]

    return take


def _bent(value: object, random: Random) -> object:
    """The same shape with values of other kinds here and there."""
    if random.random() < 0.05:
        return random.choice(STRANGE_VALUES)
    if isinstance(value, dict):
        return {key: _bent(one, random) for key, one in value.items()}
    if isinstance(value, list):
        return [_bent(one, random) for one in value]
    return value


def _http(content: bytes, media_type: str, status: str = "201 Created") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def _http_answers(folder: Path, stack: ExitStack) -> Take:
    server = stack.enter_context(BrokenServer())
    url = f"http://127.0.0.1:{server.port}"
    client = PlatformClient(PlatformSettings(url=url, timeout_seconds=HTTP_SECONDS), "T1")
    problem = json.dumps({"type": "about:blank", "code": "identity.expired", "status": 410}).encode()
    whole = (
        _http(json.dumps(ANSWER).encode(), "application/json"),
        _http(problem, "application/problem+json", "410 Gone"),
        _http(b"", "text/plain", "503 Slow Down\r\nRetry-After: 7"),
    )

    def take(random: Random) -> list[object]:
        server.answer = damaged(random.choice(whole), random)
        return [client.submit(PARCEL)]

    return take


def _ipp_answers(folder: Path, stack: ExitStack) -> Take:
    server = stack.enter_context(BrokenServer())
    uri = f"ipp://127.0.0.1:{server.port}/ipp/print"
    whole = _http(_printer_attributes(), "application/ipp", "200 OK")
    body = whole.index(b"\r\n\r\n") + 4

    def take(random: Random) -> list[object]:
        content = damaged(whole[body:], random)
        server.answer = _http(content, "application/ipp", "200 OK")
        if random.random() < 0.2:
            server.answer = damaged(server.answer, random)
        if random.random() < 0.5:
            return [ipp_client.get_printer(uri, HTTP_SECONDS)]
        return [ipp_client.get_jobs(uri, "kiosk", seconds=HTTP_SECONDS)]

    return take


def _printer_attributes() -> bytes:
    """An answer with a printer's state and two jobs, RFC 8010."""
    charset = _attribute(0x47, "attributes-charset", b"utf-8")
    language = _attribute(0x48, "attributes-natural-language", b"zh-cn")
    state = _attribute(0x23, "printer-state", (3).to_bytes(4, "big"))
    reasons = _attribute(0x44, "printer-state-reasons", b"media-empty-error")
    accepting = _attribute(0x22, "printer-is-accepting-jobs", b"\x01")
    jobs = b"".join(
        b"\x02"
        + _attribute(0x21, "job-id", number.to_bytes(4, "big"))
        + _attribute(0x42, "job-name", "凭证".encode())
        + _attribute(0x23, "job-state", (5).to_bytes(4, "big"))
        for number in (7, 8)
    )
    head = bytes.fromhex("0200 0000 00000001 01")
    return head + charset + language + b"\x04" + state + reasons + accepting + jobs + b"\x03"


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    written = name.encode()
    return bytes([tag]) + len(written).to_bytes(2, "big") + written + len(value).to_bytes(2, "big") + value


# --- files --------------------------------------------------------------------------------------------


def _file(load: Callable[[Path], object], sources: list[Path], folder: Path, stack: ExitStack) -> Take:
    contents = [source.read_bytes() for source in sources]
    path = folder / sources[0].name

    def take(random: Random) -> list[object]:
        path.write_bytes(damaged(random.choice(contents), random))
        loaded = load(path)
        return list(loaded) if isinstance(loaded, list) else [loaded]

    return take


MATTER_FILES: Final = sorted(DEFAULT_MATTERS_FOLDER.glob("*.yaml"))
MATTERS: Final = partial(_file, load_matter, MATTER_FILES)
TERMINAL: Final = partial(_file, load_settings, [EXAMPLE_TERMINAL])
DOCUMENT: Final = (IdentityDocument, Fault)
IPP: Final = (ipp_client.PrinterAnswer, list, Fault)

TARGETS: Final = (
    Target("samv_frames", _samv_frames, (Reply, FrameDamage, *DOCUMENT), cost=4),
    Target("text_blocks", _text_blocks, DOCUMENT),
    Target("card_records", _card_records, (bool, *DOCUMENT), cost=4),
    Target("scanned_bytes", _scanned_bytes, (Code, Fault), cost=4),
    Target("answers", _answers, (Answer, Fault), cost=2),
    Target("http_answers", _http_answers, (Answer, Fault), cost=40),
    Target("ipp_answers", _ipp_answers, IPP, cost=20),
    Target("matters", MATTERS, (Matter, Problem), cost=100),
    Target("terminal", TERMINAL, (Settings, SettingsProblem), cost=40),
)
