"""Owed papers are sealed, found by their owner alone, given so often and no more, and then erased."""

from __future__ import annotations

import json
from pathlib import Path

from devices.contract import Fault
from kiosk.delivery.application import Answer, parse_answer
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.owed import MOST_OFFERS, count_offer, owed_to
from kiosk.delivery.store import Store, open_store
from tests.kiosk.delivery.samples import NUMBER, SECRETS, draft

SOMEBODY = "110105194912310021"


def accepted() -> Answer:
    given = parse_answer(json.dumps({"project_no": "P1", "state": "accepted"}).encode())
    assert isinstance(given, Answer)
    return given


def with_owed(outbox: Outbox) -> str:
    made = draft()
    outbox.keep(made)
    outbox.acknowledge(made.key, accepted())
    outbox.settle(made.key, papers_out=False)
    return made.key


def test_only_the_same_person_finds_them(outbox: Outbox, store: Store, tmp_path: Path) -> None:
    key = with_owed(outbox)
    [owed] = owed_to(outbox, NUMBER.lower())
    assert (owed.key, owed.state, owed.serial) == (key, "accepted", "7K3M9Q2XRA")
    assert owed.answer is not None
    assert owed.answer.project_no == "P1"
    assert owed.materials == (("ID_CARD", "provided"),)
    assert owed_to(outbox, SOMEBODY) == ()
    assert owed_to(outbox, "  ") == ()
    written = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert not [secret for secret in SECRETS if secret.encode() in written or secret in repr(owed)]


def test_the_slip_of_what_was_handed_in_later_says_when_and_for_what(outbox: Outbox) -> None:
    made = draft(project_no="P1", evidence={"ID_CARD": "ELC.1"})
    outbox.keep(made)
    outbox.settle(made.key, papers_out=False)
    [owed] = owed_to(outbox, NUMBER)
    assert (owed.of, owed.applied_at) == ("P1", made.applied_at)
    assert owed.materials == (("ID_CARD", "provided"),)


def test_what_came_out_is_erased_and_offered_no_more(outbox: Outbox) -> None:
    key = with_owed(outbox)
    assert outbox.settle(key, papers_out=True) is None
    assert owed_to(outbox, NUMBER) == ()
    assert outbox.store.read("SELECT body, answer, data_key, holder FROM applications") == [(None,) * 4]
    assert outbox.store.read("SELECT * FROM papers_owed") == []


def test_the_roll_is_not_emptied_by_asking(outbox: Outbox) -> None:
    key = with_owed(outbox)
    for _ in range(MOST_OFFERS):
        assert len(owed_to(outbox, NUMBER)) == 1
        assert count_offer(outbox, key) is None
        outbox.settle(key, papers_out=False)
    assert owed_to(outbox, NUMBER) == ()


def test_a_visit_that_ended_with_the_power_is_offered_its_slip(outbox: Outbox, tmp_path: Path) -> None:
    made = draft()
    outbox.keep(made)
    outbox.store.close()
    again = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(again, Store)
    restarted = Outbox.open(again, tmp_path / "device.key")
    assert not isinstance(restarted, Fault)
    [owed] = owed_to(restarted, NUMBER)
    assert (owed.state, owed.answer, owed.reached) == ("queued", None, True)
    again.close()


def test_what_was_changed_is_not_printed_from(outbox: Outbox) -> None:
    key = with_owed(outbox)
    outbox.store.write(
        lambda connection: connection.execute(
            "UPDATE applications SET answer = randomblob(80) WHERE key = ?", (key,)
        ).fetchall()
    )
    assert owed_to(outbox, NUMBER) == ()
