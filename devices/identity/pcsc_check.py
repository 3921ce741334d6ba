"""The self-test of PC/SC, on a context of its own: ``service``, ``reader``, ``driver`` and ``slot``.

No card is spoken to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from devices.contract import Check, Fault
from devices.identity import pcsc

TELLS_NOTHING: Final = "tells no version"
_ATTRIBUTES: Final = ("VENDOR_NAME", "VENDOR_IFD_TYPE", "VENDOR_IFD_VERSION", "VENDOR_IFD_SERIAL_NO")


def checks(matches: Callable[[str], bool], pattern: str) -> list[Check]:
    """``matches``: whether a reader of this name is ours; ``pattern`` is what the configuration says."""
    context = pcsc.establish()
    if isinstance(context, Fault):
        return [Check("service", False, context.cause, context)]
    made = [Check("service", True, "pcscd answers")]
    try:
        names = pcsc.reader_names(context)
        if isinstance(names, Fault):
            return [*made, Check("reader", False, names.cause, names)]
        ours = [name for name in names if matches(name)]
        if not ours:
            others = f"{pattern} is not there; there are: {', '.join(names) or 'none'}"
            return [*made, Check("reader", False, others, Fault("pcsc.no_reader", pattern))]
        made.append(Check("reader", True, ", ".join(ours)))
        for name in ours:
            made += _look_at(context, name)
        return made
    finally:
        pcsc.release(context)


def driver_of(context: Any, reader: str) -> str | Fault:
    """Vendor, type, version and serial number, as far as the reader's driver tells them."""
    scard = pcsc.low_level()
    code, handle, _ = scard.SCardConnect(context, reader, scard.SCARD_SHARE_DIRECT, 0)
    if code != scard.SCARD_S_SUCCESS:
        return pcsc.card_fault(code)
    try:
        told = (_attribute(scard, handle, f"SCARD_ATTR_{name}") for name in _ATTRIBUTES)
        return " ".join(text for text in told if text)
    finally:
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)


def _look_at(context: Any, reader: str) -> list[Check]:
    scard = pcsc.low_level()
    driver = driver_of(context, reader)
    if isinstance(driver, Fault):
        return [Check("driver", False, f"{reader}: {driver.cause}", driver)]
    driver_check = Check("driver", True, f"{reader}: {driver or TELLS_NOTHING}")
    code, states = scard.SCardGetStatusChange(context, 0, [(reader, scard.SCARD_STATE_UNAWARE)])
    if code not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT):
        fault = pcsc.card_fault(code)
        return [driver_check, Check("slot", False, fault.cause, fault)]
    state = states[0][1]
    if state & scard.SCARD_STATE_MUTE:
        mute = Fault("pcsc.card_unresponsive", reader, permanent=True)
        return [driver_check, Check("slot", False, "a card that says nothing", mute)]
    present = "a card is there" if state & scard.SCARD_STATE_PRESENT else "no card"
    return [driver_check, Check("slot", True, present)]


def _attribute(scard: Any, handle: Any, name: str) -> str:
    code, value = scard.SCardGetAttrib(handle, getattr(scard, name))
    if code != scard.SCARD_S_SUCCESS or not value:
        return ""
    if name.endswith("VERSION") and len(value) == 4:  # PC/SC part 3: 0xMMmmbbbb, little-endian here
        return f"{value[3]}.{value[2]}.{value[0] | value[1] << 8}"
    return bytes(value).rstrip(b"\0").decode("utf-8", "replace").strip()
