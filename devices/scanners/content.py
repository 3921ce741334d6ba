"""What a code may be: an opaque text that the platform resolves.  What it may not be gets its own fault.

Fault codes: ``code.payment``, ``code.url``, ``code.too_long``, ``code.binary``.
"""

from __future__ import annotations

import re

from devices.contract import Fault

MAX_CODE_BYTES = 512  # identity and social security codes stay well below

# Alipay begins with 25-30, WeChat with 10-15; both have 18 digits.
_PAYMENT = re.compile(r"(?:2[5-9]|30|1[0-5])[0-9]{16}")
# What a scanner may be set to put around every code: STX and ETX, and the symbology as "]Q1" (AIM).
_STX, _ETX = b"\x02", b"\x03"
_SYMBOLOGY = re.compile(rb"\][A-Za-z][0-9A-Za-z](?=.)", re.DOTALL)
_URL = re.compile(r"[a-z][a-z0-9+.\-]*://|www\.|(?:mailto|tel|sms|javascript|data|weixin):", re.IGNORECASE)

TOO_LONG = Fault("code.too_long", f"more than {MAX_CODE_BYTES} bytes")
BINARY = Fault("code.binary", "control bytes or no valid text")


def unframed(data: bytes) -> bytes:
    """``data`` without what the scanner itself has put around the code."""
    data = data.removeprefix(_STX).removesuffix(_ETX)
    symbology = _SYMBOLOGY.match(data)
    return data[symbology.end() :] if symbology else data


def read_code(data: bytes) -> str | Fault:
    """The code in ``data`` as a text, or why it is none of ours.  Nothing of it is put into the fault."""
    if len(data) > MAX_CODE_BYTES:
        return TOO_LONG
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return BINARY
    if not text.isprintable():
        return BINARY
    if _PAYMENT.fullmatch(text):
        return Fault("code.payment", "18 digits of a payment code")
    if _URL.match(text):
        return Fault("code.url", "a web address")
    return text
