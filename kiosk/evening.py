"""The evening theme by the clock: a hall that is dark at night is not lit up by a white screen.

What a citizen chose stays chosen, and a visit is never recoloured in its middle: the clock counts when a
visit begins and while the screen rests.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Final

from values import dataclass

SPAN: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Evening:
    """From ``begins`` until ``ends``, local time; over midnight where it ends before it begins."""

    begins: time
    ends: time

    @classmethod
    def parse(cls, span: str) -> Evening | None:
        """``"19:00-07:00"``; ``None`` for anything else, and for a span of no length."""
        found = SPAN.fullmatch(span)
        if found is None:
            return None
        hours = [int(part) for part in found.groups()]
        begins, ends = time(hours[0], hours[1]), time(hours[2], hours[3])
        return cls(begins, ends) if begins != ends else None

    def holds(self, local: datetime) -> bool:
        now = local.time().replace(tzinfo=None)
        if self.begins < self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends
