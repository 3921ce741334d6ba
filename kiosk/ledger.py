"""The audit chain of a terminal: how it is begun, kept short, and what deliveries write into it."""

from __future__ import annotations

from dataclasses import replace

from devices.contract import Fault
from kiosk.audit.archive import archive_folder, rotate
from kiosk.audit.chain import AuditTrail, Break, Record
from kiosk.audit.left_over import ChainLeft, chain_left
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.store import Store
from kiosk.log import log


def trail_of(store: Store, outbox: Outbox) -> AuditTrail:
    """The chain, beginning with what had to be done to go on at all."""
    audit = AuditTrail(store)
    if store.moved_aside is not None:
        log.error("store.moved_aside", fault="store.moved_aside")
        audit.append("store.moved_aside")
    for rescued in outbox.rescued:
        if rescued.other_key:
            log.error("store.other_key", fault="vault.wrong_key")
            audit.append("store.other_key")
        for kind, count in rescued.kinds.items():
            if count.taken or count.lost:
                audit.append("store.rescued", name=kind, count=str(count.taken), lost=str(count.lost))
        _tell_chain(audit, chain_left(rescued.events, rescued.counters))
    return audit


def _tell_chain(audit: AuditTrail, left: ChainLeft) -> None:
    if left.head is not None:
        counted = {"count": str(left.whole), "lost": str(left.lost)}
        audit.append("store.chain_before", head=str(left.head), **counted)


def cut_off(outbox: Outbox) -> tuple[Record, ...]:
    """The last records before the store was found damaged, the newest first; given once, they are large."""
    if not outbox.rescued:
        return ()
    last = outbox.rescued[-1]
    outbox.rescued = tuple(replace(each, events={}, counters={}) for each in outbox.rescued)
    return chain_left(last.events, last.counters).tail


def rotate_trail(store: Store, keep: int) -> None:
    """At the start only, before anybody waits; the software begins anew each night."""
    done = rotate(store, archive_folder(store.path), keep)
    if isinstance(done, Break):
        log.error("audit.broken", count=done.seq)
    elif isinstance(done, Fault):
        log.warning("audit.not_rotated", fault=done.code)
    elif done is not None:
        log.info("audit.rotated", count=done.ended.seq)


class Ledger:
    """Writes what became of each application into the log and the chain."""

    def __init__(self, audit: AuditTrail) -> None:
        self._audit = audit

    def __call__(self, event: str, key: str, detail: str) -> None:
        """``event``: sent (``detail`` is the platform's state), set_aside, failed, crashed (a fault)."""
        if event == "sent":
            log.info("delivery.sent", key=key, state=detail)
            self._audit.append("delivery.sent", key=key, state=detail)
            return
        log.info(f"delivery.{event}", key=key, fault=detail)
        if event == "set_aside":
            self._audit.append("delivery.set_aside", key=key, fault=detail)
