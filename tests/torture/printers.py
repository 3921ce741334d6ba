"""What printers say, damaged."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final

from devices.contract import Fault, Status
from devices.printers import ipp_client
from devices.printers.escpos_line import EscposLine, SocketLine
from devices.printers.escpos_status import RawStatus, status_of
from devices.printers.ipp_answer import IppAnswer, decode
from devices.printers.markers import Marker, markers_of
from devices.printers.reasons import status_of as status_of_reasons
from tests.torture.damage import damaged
from tests.torture.server import BrokenServer, http_answer
from tests.torture.target import Take, Target

HTTP_SECONDS: Final = 1.0


def _ipp_answers(folder: Path, stack: ExitStack) -> Take:
    server = stack.enter_context(BrokenServer())
    uri = f"ipp://127.0.0.1:{server.port}/ipp/print"
    whole = http_answer(_printer_attributes(), "application/ipp", "200 OK")
    body = whole.index(b"\r\n\r\n") + 4

    def take(random: Random) -> list[object]:
        content = damaged(whole[body:], random)
        server.answer = http_answer(content, "application/ipp", "200 OK")
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
    supply = b"index=1;class=supplyThatIsConsumed;type=toner;maxcapacity=100;level=80;colorantname=black;"
    supplies = _attribute(0x30, "printer-supply", supply)
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
    return head + charset + language + b"\x04" + state + supplies + reasons + accepting + jobs + b"\x03"


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    written = name.encode()
    return bytes([tag]) + len(written).to_bytes(2, "big") + written + len(value).to_bytes(2, "big") + value


def _ipp_messages(folder: Path, stack: ExitStack) -> Take:
    whole = _printer_attributes()

    def take(random: Random) -> list[object]:
        answer = decode(damaged(whole, random))
        if isinstance(answer, Fault):
            return [answer]
        found = answer.first()
        reasons = [str(reason) for reason in found.get("printer-state-reasons", [])]
        return [answer, status_of_reasons(random.randint(3, 5), reasons, ""), *markers_of(found)]

    return take


def _escpos_answers(folder: Path, stack: ExitStack) -> Take:
    ours, theirs = socket.socketpair()
    stack.callback(ours.close)
    stack.callback(theirs.close)
    ours.setblocking(False)
    line = EscposLine(SocketLine(ours, "torture"))
    whole = bytes((0x12, 0x16, 0x1E, 0x72, 0x00, 0x0C)) + b"_TM-T88\0"

    def take(random: Random) -> list[object]:
        os.write(theirs.fileno(), damaged(whole, random) + b"\x12")
        fault = line.receive(0.0)
        line.fences.clear()
        raw = RawStatus(*(random.choice((None, random.randrange(256))) for _ in range(4)))
        answer = line.take_status()
        return [status_of(raw, ""), *([fault] if fault else []), *([answer] if answer is not None else [])]

    return take


PRINTERS: Final = (
    Target("escpos_answers", _escpos_answers, (Status, Fault, int)),
    Target("ipp_messages", _ipp_messages, (IppAnswer, Status, Marker, Fault)),
    Target("ipp_answers", _ipp_answers, (ipp_client.PrinterAnswer, list, Fault), cost=100),
)
