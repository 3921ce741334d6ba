"""Clocks that jump destroy nothing, and delay nothing for good."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from devices.contract import Deadline, Fault
from kiosk.delivery import outbox as outboxes
from kiosk.delivery import steady_clock
from kiosk.delivery.application import Answer
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Outbox, counts
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.saved import SavedForm, SavedForms
from kiosk.delivery.steady_clock import is_steady
from kiosk.delivery.store import Store
from kiosk.settings import PlatformSettings
from tests.kiosk.delivery.fake_platform import FakePlatform, refusing
from tests.kiosk.delivery.samples import NUMBER, TASK_CODE, draft
from tests.parts.life import judge, told_in
from tests.parts.memory import memory_folder

HERE = Path(__file__).resolve().parents[3]
INTERPRETER = Path(sys.executable).resolve()
JUMPS = ("2026-11-26 08:00:00", "2099-01-01 00:00:00", "1970-01-02 00:00:00", "2026-11-27 08:00:00")


def test_a_life_whose_clock_jumps_between_and_within_its_days() -> None:
    """Each day in a process of its own, with the clock set under libc; within the last one it jumps on."""
    told: list[tuple[str, str]] = []
    with memory_folder() as folder:
        clock = folder / "clock"
        for number, moment in enumerate(JUMPS):
            clock.write_text(f"@{moment}", encoding="utf-8")
            environment = os.environ | {
                "FAKETIME_TIMESTAMP_FILE": str(clock),
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "FAKETIME_NO_CACHE": "1",
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            }
            life = (str(INTERPRETER), "-m", "tests.parts.life", str(folder), "6", f"day{number}-")
            day = subprocess.Popen(
                ["faketime", "-f", f"@{moment}", *life],
                env=environment,
                cwd=HERE,
                stdout=subprocess.PIPE,
            )
            assert day.stdout is not None
            told += told_in(day.stdout.readline().decode())
            clock.write_text("@2031-05-05 05:05:05", encoding="utf-8")  # in the middle of it
            told += told_in(day.stdout.read().decode())
            assert day.wait(60) == 0
        assert len([key for what, key in told if what == "kept"]) == 6 * len(JUMPS)
        assert judge(folder, told) == []
        owed = count_of(folder)
    assert owed == 4 * len(JUMPS)  # of each day two that did not come out, and two of visits that never ended


def count_of(folder: Path) -> int:
    """Papers owed in the store there."""
    import apsw

    connection = apsw.Connection(str(folder / "terminal.sqlite"))
    count = connection.execute("SELECT count(*) FROM papers_owed").get
    connection.close()
    assert isinstance(count, int)
    return count


class Clock:
    """What ``datetime.now`` says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime.fromisoformat("2026-11-26T00:00:00+00:00")
        clock = self

        class Told(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
                return clock.now

        for module in (steady_clock, outboxes):
            monkeypatch.setattr(module, "datetime", Told)

    def steady(self, store: Store) -> bool:
        seen = store.write(is_steady)
        assert isinstance(seen, bool)
        return seen

    def pass_days(self, store: Store, days: int) -> bool:
        seen = False
        for _ in range(days):
            self.now += timedelta(days=1)
            seen = self.steady(store)
        return seen


def test_only_a_clock_that_goes_on_steadily_is_believed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    assert not clock.steady(store)
    assert clock.pass_days(store, 2)
    clock.now += timedelta(days=400)  # it jumps on ...
    assert not clock.steady(store)
    assert clock.pass_days(store, 2)
    clock.now -= timedelta(days=400)  # ... and back again
    assert not clock.steady(store)
    assert clock.pass_days(store, 3)
    clock.now -= timedelta(minutes=30)  # set right a little
    assert clock.steady(store)
    store.write(lambda connection: connection.execute("UPDATE counters SET value = x'ff00'").fetchall())
    assert not clock.steady(store)


def test_forms_and_papers_outlive_a_jump_and_not_their_time(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    store, forms = outbox.store, SavedForms(outbox.store, outbox.vault)
    clock.steady(store)
    first, second = draft("1"), draft("2")
    for application in (first, second):
        outbox.keep(application)
    given = answered(outbox, first.key)
    assert given is None
    assert outbox.settle(first.key, papers_out=False) is None
    assert forms.keep(NUMBER, SavedForm(TASK_CODE, "1", "2026-12-26"), date(2026, 11, 26)) is None

    def left() -> list[object]:
        rows = store.read("SELECT (SELECT count(*) FROM papers_owed), (SELECT count(*) FROM saved_forms)")
        assert not isinstance(rows, Fault)
        return list(rows[0])

    clock.now += timedelta(days=4000)
    assert forms.purge(clock.now.date()) is None
    assert outbox.settle(second.key, papers_out=True) is None
    assert left() == [1, 1]
    clock.now -= timedelta(days=4000)
    assert clock.pass_days(store, 33)
    assert forms.purge(clock.now.date()) is None
    assert outbox.settle(second.key, papers_out=True) is None
    assert left() == [0, 0]


def answered(outbox: Outbox, key: str) -> Fault | None:
    return outbox.acknowledge(key, Answer(project_no="P1", state="accepted", raw=b"{}"))


def test_a_retry_after_that_is_a_date_counts_by_the_platforms_clock(
    outbox: Outbox, platform: FakePlatform, quick: None
) -> None:
    """This machine's clock may be years away."""
    when = {"Date": "Thu, 01 Jan 2099 00:00:00 GMT", "Retry-After": "Thu, 01 Jan 2099 00:00:01 GMT"}
    busy = refusing(503, "busy")
    busy.headers.update(when)
    platform.behaviours = [busy]
    application = draft()
    outbox.keep(application)
    courier = Courier(outbox, PlatformClient(PlatformSettings(url=platform.url), "T"))
    assert isinstance(courier.deliver(application.key, Deadline(20)), Answer)
    assert counts(outbox.store) == {"accepted": 1}
