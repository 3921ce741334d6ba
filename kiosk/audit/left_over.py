"""What is left of the audit chain in a damaged store: how far it is whole, and the head that it had.

A new store begins a new chain.  Its first records name the head of the old one, so that the two, and what the
platform was told of the old one, can be put together again; the damaged store keeps the records themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kiosk.audit.chain import ANCHOR, MARK, Head, Record, anchor_from, head_of
from kiosk.audit.digests import ALGORITHMS, algorithm_of, digest_of
from values import dataclass

if TYPE_CHECKING:
    from kiosk.delivery.carving import EventLeft

TAIL: Final = 300
"""As many as are looked at for a visit that the end of the process has cut off."""


@dataclass(frozen=True)
class ChainLeft:
    """``whole`` records fit what stands before them; ``lost`` do not, or are not there any more."""

    head: Head | None
    whole: int
    lost: int
    tail: tuple[Record, ...] = ()  # of the whole ones, the newest first


def chain_left(events: Mapping[int, EventLeft], counters: Mapping[str, bytes]) -> ChainLeft:
    began = anchor_from(counters.get(ANCHOR))
    digests = {began.seq: began.digest} | {each.seq: each.digest for each in events.values()}
    whole: list[EventLeft] = []
    algorithm = began.algorithm
    for seq in sorted(events):
        each = events[seq]
        before = digests.get(seq - 1)
        named = algorithm_of(each.event, each.keys, algorithm)
        for tried in dict.fromkeys((named, *ALGORITHMS)):
            if before is not None and seq > began.seq and _fits(before, each, tried):
                whole.append(each)
                algorithm = tried
                break
    marked = head_of(counters.get(MARK))
    last = Head(whole[-1].seq, whole[-1].digest.hex()) if whole else None
    head = max((each for each in (marked, last) if each is not None), key=lambda each: each.seq, default=None)
    written = max(0, head.seq - began.seq) if head is not None else 0
    tail = [Record(each.seq, each.at, each.event, each.keys, each.digest) for each in whole[: -TAIL - 1 : -1]]
    return ChainLeft(head, len(whole), max(0, written - len(whole)), tuple(tail))


def _fits(before: bytes, each: EventLeft, algorithm: str) -> bool:
    return digest_of(before, each.seq, each.at, each.event, each.keys, algorithm) == each.digest
