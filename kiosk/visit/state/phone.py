"""A text that is written with the own telephone."""

from __future__ import annotations

from enum import StrEnum

from values import dataclass


class PhoneState(StrEnum):
    OPENING = "opening"
    OPEN = "open"  # the code is shown
    READ = "read"  # a telephone has opened the page
    WRITTEN = "written"  # the text is here, to be checked
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, repr=False)
class PhoneText:
    """A text that is written with a telephone.  ``until``: monotonic seconds up to which the code holds."""

    place: str
    most: int
    state: PhoneState = PhoneState.OPENING
    url: str = ""
    until: float = 0.0
    text: str = ""
    fault: str = ""

    @property
    def unusable(self) -> bool:
        """It came, and is none; else the platform could not be reached."""
        return self.fault == "phone.text_unusable"
