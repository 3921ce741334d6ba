"""Wrong passwords keep out whoever sends them, and nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from kiosk.server.console import accounts, devices, lockout
from kiosk.server.console.lockout import Source
from kiosk.server.console.roles import Role
from kiosk.server.console.tables import audit, tries
from kiosk.server.database import as_text, writing
from tests.kiosk.server.console.conftest import PASSWORD, Hall, Visitor

OFFICIAL = "王编辑"
WRONG = "wrong-wrong-wrong"


def from_elsewhere(hall: Hall, address: str = "203.0.113.7") -> Visitor:
    """A browser behind the hall's own proxy, which tells whom it speaks for."""
    visitor = hall.stranger()
    visitor.session.headers["X-Forwarded-For"] = address
    return visitor


def later(engine: Engine, by: timedelta) -> None:
    """All that was noted is so much older."""
    with writing(engine) as connection:
        for row in connection.execute(select(tries)).all():
            moved = {
                name: as_text(datetime.fromisoformat(getattr(row, name)) - by) if getattr(row, name) else ""
                for name in ("last_at", "locked_until")
            }
            connection.execute(update(tries).where(tries.c.name_sha256 == row.name_sha256).values(**moved))


def guess(engine: Engine, source: Source, name: str = OFFICIAL) -> lockout.Try:
    return lockout.begin_try(engine, name, source)


def test_a_stranger_locks_himself_out_and_not_the_official(alone: Hall) -> None:
    stranger, official = from_elsewhere(alone), alone.stranger()
    codes = [stranger.login(OFFICIAL, WRONG).status_code for _ in range(lockout.FREE_TRIES + 2)]
    assert codes == [401] * lockout.FREE_TRIES + [429] * 2
    assert stranger.login(OFFICIAL).status_code == 429  # with the right password, too
    assert official.login(OFFICIAL).url.endswith("/console/")  # never seen before, from another address
    with alone.engine.connect() as connection:
        events = connection.execute(select(audit.c.event).where(audit.c.who == OFFICIAL)).scalars().all()
    assert list(events).count("session.refused") == lockout.FREE_TRIES and "session.locked" in events


def test_a_known_browser_comes_in_from_a_locked_address_and_under_a_storm(alone: Hall) -> None:
    """Behind one proxy everybody has one address."""
    official, stranger = alone.stranger(), alone.stranger()
    official.login(OFFICIAL)
    official.post("/logout")
    while stranger.login(OFFICIAL, WRONG).status_code != 429:
        pass
    for number in range(2 * lockout.FREE_OF_STRANGERS):
        guess(alone.engine, Source(f"198.51.100.{number}"))
    assert alone.stranger().login(OFFICIAL).status_code == 429
    assert official.login(OFFICIAL).url.endswith("/console/")


def test_a_known_browser_is_locked_by_its_own_wrong_passwords(alone: Hall) -> None:
    thief = alone.stranger()
    thief.login(OFFICIAL)
    thief.post("/logout")
    codes = [thief.login(OFFICIAL, WRONG).status_code for _ in range(lockout.FREE_TRIES + 1)]
    assert codes == [401] * lockout.FREE_TRIES + [429]
    assert from_elsewhere(alone).login(OFFICIAL).url.endswith("/console/")


def test_a_thousand_addresses_get_no_more_than_a_pause_lets_through(alone: Hall) -> None:
    engine, looked_at = alone.engine, 0
    for number in range(200):
        looked_at += not guess(engine, Source(f"198.51.{number // 250}.{number % 250}")).locked_seconds
    assert looked_at == lockout.FREE_OF_STRANGERS
    waits = []
    for number in range(40):  # whoever has patience gets one guess after each pause
        later(engine, lockout.LONGEST_PAUSE + timedelta(seconds=1))
        waits.append(guess(engine, Source(f"192.0.2.{number}")).wait)
    assert waits == sorted(waits) and waits[0] < waits[-1] == lockout.LONGEST_PAUSE
    later(engine, lockout.FORGOTTEN_AFTER + timedelta(hours=1))
    assert not guess(engine, Source("192.0.2.250")).wait


def test_each_wait_of_one_address_is_longer_than_the_one_before(alone: Hall) -> None:
    source, waits = Source("203.0.113.7"), []
    for _ in range(lockout.FREE_TRIES + 6 * lockout.TRIES_PER_ROUND):
        attempt = guess(alone.engine, source)
        assert not attempt.locked_seconds
        if attempt.wait:
            waits.append(attempt.wait)
            later(alone.engine, attempt.wait + timedelta(seconds=1))
    assert waits[0] == lockout.FIRST_WAIT and waits[1] == 2 * waits[0] and waits[-1] == lockout.LONGEST_WAIT


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one hall has 2^64 of them
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "", True),
    ],
)
def test_what_counts_as_one_address(alone: Hall, one: str, other: str, same: bool) -> None:
    for _ in range(lockout.FREE_TRIES):
        guess(alone.engine, Source(one))
    assert bool(guess(alone.engine, Source(other)).locked_seconds) is same


def test_the_right_password_is_not_counted_among_strangers(alone: Hall) -> None:
    for number in range(lockout.FREE_OF_STRANGERS + 5):
        attempt = guess(alone.engine, Source(f"192.0.2.{number}"))
        assert not attempt.locked_seconds
        lockout.succeeded(alone.engine, attempt)
    with alone.engine.connect() as connection:
        assert not connection.execute(select(tries)).all()


def test_a_token_is_new_each_time_and_a_planted_one_is_worth_nothing(alone: Hall) -> None:
    planted = alone.stranger()
    planted.login("李审批")
    token = planted.session.cookies[devices.COOKIE]
    victim = alone.stranger()
    victim.session.cookies.set(devices.COOKIE, token, domain="127.0.0.1", path="/console")
    victim.login(OFFICIAL)
    with alone.engine.connect() as connection:
        assert not devices.knows(connection, token, OFFICIAL)
        fresh = victim.session.cookies.get(devices.COOKIE, path="/console", domain="127.0.0.1")
        assert devices.knows(connection, str(fresh), OFFICIAL)
        assert devices.knows(connection, str(fresh), "李审批")  # colleagues at one browser
        assert not devices.knows(connection, "x" * 5000, OFFICIAL)


def test_a_new_password_from_the_server_ends_every_wait_and_an_end_forgets_the_browsers(alone: Hall) -> None:
    visitor = alone.stranger()
    visitor.login(OFFICIAL)
    token = visitor.session.cookies[devices.COOKIE]
    stranger = from_elsewhere(alone)
    while stranger.login(OFFICIAL, WRONG).status_code != 429:
        pass
    assert accounts.add(alone.engine, OFFICIAL, [Role.EDITOR], PASSWORD) is None
    assert stranger.login(OFFICIAL).url.endswith("/console/")
    accounts.set_disabled(alone.engine, OFFICIAL, True)
    with alone.engine.connect() as connection:
        assert not devices.knows(connection, token, OFFICIAL)
