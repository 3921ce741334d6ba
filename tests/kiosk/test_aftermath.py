"""A process that ended in a visit is followed by a page that says what became of the matter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.aftermath import CODE, aftermath
from kiosk.audit.chain import AuditTrail, Head
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.store import Store, open_store
from kiosk.visit.state import CaseState, Mode, Page, Visit
from tests.kiosk.delivery.samples import draft

SECRET = "欧阳筠筱 410402195608170029"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(opened, Store)
    yield opened
    opened.close()


@pytest.fixture
def audit(store: Store) -> AuditTrail:
    trail = AuditTrail(store)
    trail.append("terminal.begin", version="1")
    return trail


def outbox_of(store: Store, tmp_path: Path) -> Outbox:
    opened = Outbox.open(store, tmp_path / "device.key")
    assert isinstance(opened, Outbox)
    return opened


def told(store: Store) -> Visit:
    found = aftermath(store, Mode(theme="evening"))
    assert found is not None
    assert (found.page, found.failsafe, found.mode.theme) == (Page.FAILSAFE, CODE, "evening")
    return found


def begin(audit: AuditTrail, key: str = "") -> None:
    audit.append("visit.begin", visit="7")
    audit.append("identity.begin", visit="7")
    if key:
        assert isinstance(audit.append("application.begin", visit="7", key=key), Head)


def test_nothing_was_sent(store: Store, audit: AuditTrail) -> None:
    begin(audit)
    assert told(store).submission is None


def test_an_application_that_is_not_on_disk_was_not_kept(store: Store, audit: AuditTrail) -> None:
    begin(audit, draft().key)
    submission = told(store).submission
    assert submission is not None
    assert (submission.state, submission.fault) == (CaseState.NOT_SENT, CODE)


def test_what_is_on_disk_is_told_with_its_serial(store: Store, audit: AuditTrail, tmp_path: Path) -> None:
    outbox, kept = outbox_of(store, tmp_path), draft()
    begin(audit, kept.key)
    outbox.keep(kept)
    submission = told(store).submission
    assert submission is not None
    assert (submission.state, submission.serial, submission.project_no) == (
        CaseState.QUEUED,
        kept.serial,
        None,
    )


@pytest.mark.parametrize("events", [["visit.end"], ["terminal.end"], ["visit.end", "delivery.sent"]])
def test_a_visit_or_process_that_ended_in_order_has_no_aftermath(
    store: Store, audit: AuditTrail, events: list[str]
) -> None:
    begin(audit)
    for event in events:
        audit.append(event)
    assert aftermath(store, Mode()) is None


def test_a_visit_of_long_ago_concerns_nobody_who_stands_here(store: Store, audit: AuditTrail) -> None:
    begin(audit)
    store.write(
        lambda connection: connection.execute(
            "UPDATE audit SET at = '2026-01-01T00:00:00.000+00:00'"
        ).fetchall()
    )
    assert aftermath(store, Mode()) is None


def test_what_nobody_has_caught_is_told_without_its_words() -> None:
    program = f"""
import sys, threading
from kiosk.log import take_over_exceptions
take_over_exceptions()
class Bad:
    def __del__(self): raise ValueError({SECRET!r})
Bad()
thread = threading.Thread(target=lambda: int({SECRET!r}))
thread.start(); thread.join()
raise RuntimeError({SECRET!r})
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    for event in ("clean_up.crashed", "thread.crashed", "process.crashed"):
        assert event in ended.stderr
    assert not [part for part in SECRET.split() if part in ended.stdout + ended.stderr]
