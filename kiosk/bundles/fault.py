"""What this room says instead of raising: a code of the fault catalogue and its cause.

The shape is that of ``devices.contract.Fault``, which this room may not know; :mod:`kiosk.terminal` turns
one into the other.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BundleFault:
    """An expected failure.  ``code`` is a key of ``config/faults.toml``, ``cause`` is for the technician.

    ``permanent``: trying again without somebody doing something will not help.
    """

    code: str
    cause: str = ""
    permanent: bool = False

    def __str__(self) -> str:
        return f"{self.code}: {self.cause}".rstrip(": ")
