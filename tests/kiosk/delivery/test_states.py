"""The table of states is what the outbox does, and what the documentation says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.contract import Fault
from kiosk.delivery.application import ANSWER_STATES, Answer, parse_answer
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.states import ANSWERED, STATES, State, documentation
from tests.kiosk.delivery.samples import draft

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "applications.md"


def answer(state: str) -> Answer:
    parsed = parse_answer(json.dumps({"project_no": "A1", "state": state}).encode())
    assert isinstance(parsed, Answer)
    return parsed


STEPS: dict[State, Callable[[Outbox, str], object]] = {
    State.QUEUED: lambda outbox, key: outbox.retry(key),
    State.SET_ASIDE: lambda outbox, key: outbox.set_aside(key, Fault("platform.gone", permanent=True)),
    **{
        State(name): lambda outbox, key, name=name: outbox.acknowledge(key, answer(name))  # type: ignore[misc]
        for name in ANSWERED
    },
}


@pytest.mark.parametrize("state", list(State))
def test_no_state_leads_anywhere_but_where_the_table_says(outbox: Outbox, state: State) -> None:
    for following in State:
        application = draft(str(following))
        outbox.keep(application)
        if state is not State.QUEUED:
            STEPS[state](outbox, application.key)
        outbox.mark_attempt(application.key, Fault("platform.timeout"))
        STEPS[following](outbox, application.key)
        now = outbox.store.read("SELECT state FROM applications WHERE key = ?", (application.key,))
        assert now == [(following if following in STATES[state].to else state,)]


def test_every_answer_of_a_platform_is_a_state_and_every_state_has_a_meaning() -> None:
    assert set(ANSWER_STATES) == set(ANSWERED)
    assert set(STATES) == set(State)
    assert all(meaning.zh and meaning.en for meaning in STATES.values())


def test_the_documentation_is_written_from_the_code() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == documentation()
