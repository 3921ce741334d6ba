"""Reading cards, against what the wire and the card themselves take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from devices.contract import (
    CardState,
    Deadline,
    DeviceEvent,
    Fault,
    IdentityDriver,
    IdentityFailed,
    IdentityRead,
    IdentityReading,
    StatusChanged,
)
from devices.identity import pcsc
from devices.identity.samv import SamvDriver, SamvOptions
from devices.identity.samv_commands import FIND, READ, SELECT, Command
from devices.identity.samv_frame import Reply
from devices.identity.samv_link import SamvLink
from devices.identity.social_security import SocialSecurityDriver, SocialSecurityOptions
from devices.serial_port import SerialPort
from devices.supervisor import Supervisor
from devices.virtual.identity_card import IdentityCard
from devices.virtual.pcscd import running_pcscd
from devices.virtual.samv_module import Habits, SamvModule
from devices.virtual.social_security_card import Holder, SocialSecurityCard
from tests.bench.figures import Figure
from tests.parts.pcsc import SLOT_READER, claimed_slot

RUNS: Final = 15
WAIT_SECONDS: Final = 15.0
MS: Final = 1000.0

BAUD: Final = 115200
BITS_PER_BYTE: Final = 10  # 8N1
# Frames of the SAM_V protocol, bytes: request and successful reply.
WIRE_BYTES: Final = {"find": (10, 15), "select": (10, 19), "read": (10, 1295)}
NAME, NUMBER = "王小明", "11010519491231002X"


def measure() -> Iterator[Figure]:
    yield samv_presentation()
    yield samv_read()
    yield social_security()


def wire_ms(frame_bytes: int) -> float:
    return frame_bytes * BITS_PER_BYTE / BAUD * MS


class Heard:
    """When a driver first told of what, since :meth:`forget`."""

    def __init__(self) -> None:
        self._times: dict[type, float] = {}
        self._failure: Fault | None = None
        self._changed = threading.Condition()

    def emit(self, event: DeviceEvent) -> None:
        now = time.monotonic()
        with self._changed:
            if isinstance(event, IdentityFailed):
                self._failure = event.fault
            self._times.setdefault(type(event), now)
            self._changed.notify_all()

    def at(self, kind: type) -> float:
        """The monotonic time of the first event of ``kind``; waits for it."""
        with self._changed:
            came = self._changed.wait_for(lambda: kind in self._times or self._failure, WAIT_SECONDS)
            if not came or self._failure:
                raise RuntimeError(f"no {kind.__name__}: {self._failure}")
            return self._times[kind]

    def forget(self) -> None:
        with self._changed:
            self._times.clear()


@contextmanager
def _supervised(driver: IdentityDriver, heard: Heard) -> Iterator[None]:
    supervisor = Supervisor(driver)
    supervisor.start()
    try:
        heard.at(StatusChanged)
        yield
    finally:
        supervisor.stop()


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError("a driver did not go on")
        time.sleep(0.002)


def samv_presentation() -> Figure:
    """From arming, with the card lying there, to the parsed document."""
    heard = Heard()
    module = SamvModule(Habits(throttled=True))
    driver = SamvDriver("reader", heard.emit, SamvOptions(port=module.start()))
    spent = []
    with _supervised(driver, heard):
        for _ in range(RUNS):
            module.present(IdentityCard(NAME, NUMBER))
            heard.forget()
            module.commands.clear()
            began = time.monotonic()
            driver.arm()
            spent.append((heard.at(IdentityRead) - began) * MS)
            asked = [name for name in module.commands if name in WIRE_BYTES][:3]
            if asked != list(WIRE_BYTES):
                raise RuntimeError(f"a presentation took other commands than it needs: {asked}")
            _until(lambda: module.commands[-1] == "find")  # it has seen that the card gives no second answer
    module.stop()
    wire = wire_ms(sum(map(sum, WIRE_BYTES.values())))
    return Figure("SAM_V presentation, find to parsed", "ms", tuple(spent), (wire,), "its wire times", 1.05)


def samv_read() -> Figure:
    """From the first byte of the read request to the whole reply."""
    module = SamvModule(Habits(throttled=True, finds_read_card_again=True))
    module.present(IdentityCard(NAME, NUMBER))
    port = SerialPort.open(module.start(), BAUD)
    if isinstance(port, Fault):
        raise RuntimeError(str(port))
    link = SamvLink(port)

    def ask(command: Command) -> None:
        reply = link.exchange(command, Deadline(WAIT_SECONDS))
        if not isinstance(reply, Reply) or reply.sw3 != command.success:
            raise RuntimeError(f"{command.name}: {reply}")

    spent = []
    for _ in range(RUNS):
        ask(FIND)
        ask(SELECT)
        began = time.monotonic()
        ask(READ)
        spent.append((time.monotonic() - began) * MS)
    port.close()
    module.stop()
    wire = wire_ms(WIRE_BYTES["read"][1])
    return Figure("SAM_V read alone", "ms", tuple(spent), (wire,), "1295 bytes on the wire", 1.05)


def social_security() -> Figure:
    """From the card's discovery to the parsed document; the peer sends the same APDUs and nothing else.

    Both to a card that was just put in: the first conversation with one takes longer than any later one.
    """
    heard = Heard()
    driver = SocialSecurityDriver("cards", heard.emit, SocialSecurityOptions(reader=SLOT_READER))
    ours, bare = [], []
    with running_pcscd() as fault, claimed_slot() as port:
        if fault is not None:
            raise RuntimeError(str(fault))
        with _supervised(driver, heard):
            for _ in range(RUNS):
                card = SocialSecurityCard(Holder(NAME, NUMBER))
                heard.forget()
                driver.arm()
                card.insert(port=port)
                ours.append((heard.at(IdentityRead) - heard.at(IdentityReading)) * MS)
                card.pull()
                _until(lambda: driver.status.card is CardState.ABSENT)
                again = SocialSecurityCard(Holder(NAME, NUMBER))
                again.insert(port=port)
                _until(lambda: driver.status.card is CardState.PRESENT)
                bare.append(_bare_apdus_ms(list(card.apdus)))
                again.pull()
                _until(lambda: driver.status.card is CardState.ABSENT)
    peer = "the same APDUs, nothing else"
    return Figure("social security card, found to parsed", "ms", tuple(ours), tuple(bare), peer, 1.2)


def _bare_apdus_ms(apdus: list[bytes]) -> float:
    """Connect to the card and send ``apdus``, through pyscard's lowest functions."""
    from smartcard import scard

    context = pcsc.establish()
    began = time.monotonic()
    code, card, protocol = scard.SCardConnect(
        context, SLOT_READER, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    )
    for apdu in apdus:
        code, answer = scard.SCardTransmit(card, protocol, list(apdu))
        if code != scard.SCARD_S_SUCCESS or not answer:
            raise RuntimeError(f"a bare APDU failed: {code}")
    spent = time.monotonic() - began
    scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
    pcsc.release(context)
    return spent * MS
