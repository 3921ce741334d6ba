"""Scenarios that end pcscd or need both of its slots; run by a test inside a mount namespace."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from devices.contract import (
    CardLifted,
    CardState,
    DeviceState,
    Fault,
    IdentityFailed,
    IdentityRead,
    Status,
)
from devices.identity.pcsc import PcscReaders, Slot
from devices.identity.social_security import SocialSecurityDriver, SocialSecurityOptions
from devices.virtual.pcscd import installed, stop
from devices.virtual.ports import free_port
from devices.virtual.social_security_card import Holder, SocialSecurityCard
from tests.devices.identity.recorder import WAIT_SECONDS, Recorder

HOLDER = Holder(name="某人", number="11010519491231002X")


class PrivatePcscd:
    """pcscd with the virtual reader on ports of its own."""

    def __init__(self, folder: Path) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
        Path("/run/pcscd").mkdir()
        self.port = free_port(2)
        published = next(Path("/etc/reader.conf.d").glob("vpcd")).read_text()
        (folder / "vpcd").write_text(
            re.sub(r"/dev/null:0x[0-9A-Fa-f]+", f"/dev/null:0x{self.port:X}", published)
        )
        self._folder = folder
        self.child = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        self.child = subprocess.Popen(
            [installed() or "pcscd", "--foreground", "--config", str(self._folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self.child

    def end(self) -> None:
        stop(self.child)


def _absent(status: Status) -> bool:
    return status.state is DeviceState.ONLINE and status.card is CardState.ABSENT


def _wait_until_present(count: int) -> None:
    readers, end = PcscReaders("*"), time.monotonic() + WAIT_SECONDS
    slots: list[Slot] | Fault = []
    while isinstance(slots, Fault) or sum(slot.present for slot in slots) < count:
        assert time.monotonic() < end, slots
        slots = readers.poll(0.1)
    readers.close()


def restart(pcscd: PrivatePcscd, recorder: Recorder) -> None:
    """pcscd is ended and comes back in the middle of a visit, twice, once with a card in the reader."""
    driver = SocialSecurityDriver("cards", recorder.emit, SocialSecurityOptions(reader="Virtual PCD 00 00"))
    recorder.supervise(driver)
    recorder.wait_for_status(_absent)
    driver.arm()
    for _ in range(2):
        recorder.forget()
        pcscd.end()
        gone = recorder.wait_for_status(lambda status: status.state is DeviceState.NO_DEVICE)
        assert gone.fault is not None
        assert gone.fault.code == "pcsc.no_service", gone.fault
        recorder.forget()
        pcscd.start()
        recorder.wait_for_status(_absent)
    card = SocialSecurityCard(HOLDER)
    card.insert(port=pcscd.port)
    assert recorder.wait_for(IdentityRead).document.name == HOLDER.name
    # With the card's worker holding a context of the old service, the next card must be readable, too.
    card.pull()
    recorder.wait_for(CardLifted)
    pcscd.end()
    recorder.forget()
    pcscd.start()
    recorder.wait_for_status(_absent)
    driver.arm()
    card.insert(port=pcscd.port)
    recorder.wait_for(IdentityRead)
    card.pull()


def two_cards(pcscd: PrivatePcscd, recorder: Recorder) -> None:
    """Two cards are never chosen between; when one is taken away the other is read."""
    first, second = SocialSecurityCard(HOLDER), SocialSecurityCard(Holder("另一人", HOLDER.number))
    first.insert(port=pcscd.port)
    second.insert(port=pcscd.port + 1)
    _wait_until_present(2)
    driver = SocialSecurityDriver("cards", recorder.emit, SocialSecurityOptions(reader="Virtual PCD*"))
    recorder.supervise(driver)
    recorder.wait_for_status(lambda status: status.card is CardState.PRESENT)
    driver.arm()
    assert recorder.wait_for(IdentityFailed).fault == Fault("pcsc.two_cards", permanent=True)
    first.pull()
    recorder.wait_for(CardLifted)
    assert recorder.wait_for(IdentityRead).document.name == "另一人"
    assert len(recorder.of(IdentityFailed)) == 1
    assert first.apdus == []
    second.pull()


def main() -> None:
    scenario, folder = sys.argv[1:]
    pcscd, recorder = PrivatePcscd(Path(folder)), Recorder()
    try:
        {"restart": restart, "two_cards": two_cards}[scenario](pcscd, recorder)
    finally:
        recorder.stop()
        pcscd.end()


if __name__ == "__main__":
    main()
