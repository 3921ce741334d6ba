from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import Fault
from kiosk.delivery.application import ANSWER_STATES, Answer, line_of, parse_answer
from tests.kiosk.delivery.samples import NUMBER, SECRETS, TASK_CODE, draft

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
answer_keys = [
    "reason",
    "received_at",
    "accepted_at",
    "promised_by",
    "documents",
    "result",
    "supplements",
    "owed",
    "serial",
    "task_code",
]
table = st.fixed_dictionaries(
    {}, optional={"title": json_values, "columns": json_values, "rows": json_values, "note": json_values}
)
listed = st.lists(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("id", "title", "pages", "code", "name", "until", "how"), json_values)
    ),
    max_size=3,
)


@given(content=st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_a_value_or_a_fault(content: bytes) -> None:
    assert isinstance(parse_answer(content), Answer | Fault)


@given(
    state=st.sampled_from(ANSWER_STATES),
    rest=st.dictionaries(st.sampled_from(answer_keys), json_values | table | listed),
)
def test_number_and_state_are_enough_and_nothing_else_can_spoil_them(
    state: str, rest: dict[str, Any]
) -> None:
    given = {**rest, "project_no": "11410400005459150K3442014001001202611210001", "state": state}
    answer = parse_answer(json.dumps(given).encode())
    assert isinstance(answer, Answer)
    assert (answer.project_no[-4:], answer.state) == ("0001", state)
    texts = [answer.reason_zh or "", answer.promised_by or "", *(each.title for each in answer.documents)]
    if answer.result:
        assert {len(row) for row in answer.result.rows} <= {len(answer.result.columns)}
        texts += [cell for row in (answer.result.columns, *answer.result.rows) for cell in row]
    for text in texts:
        text.encode()  # whatever is shown can be shown
        assert "\0" not in text
        assert "\u202e" not in text  # nothing turns the direction of what follows


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"project_no": 7, "state": "accepted"}',
        b'{"project_no": "", "state": "accepted"}',
        b'{"project_no": "../../etc", "state": "accepted"}',
        b'{"project_no": "A1"}',
        b'{"project_no": "A1", "state": "Accepted"}',
        b'{"project_no": "A1", "state": ["accepted"]}',
        b'{"project_no": "A1", "state": NaN}',
        b'{"project_no": "A1", "state": "accepted"',
        b"\xff\xfe{}",
        b"[" * 200_000,
        b'{"n":' + b"9" * 10_000 + b"}",
    ],
)
def test_what_has_no_number_or_state_is_no_answer(content: bytes) -> None:
    fault = parse_answer(content)
    assert isinstance(fault, Fault)
    assert fault.code in ("platform.not_json", "platform.answer_unreadable")
    assert not fault.permanent  # the platform may have taken it: it has to be asked again


def test_a_full_answer() -> None:
    answer = parse_answer(
        json.dumps(
            {
                "project_no": "A1",
                "state": "refused",
                "reason": {"zh": "不符合条件", "en": "Not eligible"},
                "received_at": "2026-11-21T20:30:00+08:00",
                "accepted_at": "never",
                "promised_by": "2026-11-21T23:30:00Z",
                "documents": [{"id": "d-1", "title": "凭证", "pages": 2}, {"id": "a/b"}, {"id": "d-1"}],
                "result": {"title": "明细", "columns": ["月份"], "rows": [["2026-01", 12.5], ["x"], 7]},
                "supplements": [{"code": "PHOTO", "name": "照片", "until": "2026-12-01"}, {}],
                "owed": [{"name": "证明", "how": "到窗口"}],
            }
        ).encode()
    )
    assert isinstance(answer, Answer)
    assert (answer.reason_zh, answer.reason_en) == ("不符合条件", "Not eligible")
    assert answer.received_at == "2026-11-21T12:30:00+00:00"
    assert answer.accepted_at is None
    assert answer.promised_by == "2026-11-22"  # the day in China
    assert [(each.id, each.pages) for each in answer.documents] == [("d-1", 2)]
    assert answer.result is not None
    assert answer.result.columns == ("月份", "")
    assert answer.result.rows == (("2026-01", "12.5"), ("x", ""))
    assert [each.name for each in answer.supplements] == ["照片"]
    assert [each.how for each in answer.owed] == ["到窗口"]


@pytest.mark.parametrize("words", ["20个工作日内", "尽快", "2026年12月1日", "tomorrow\u202e", "2026-13-41"])
def test_a_time_in_words_is_told_as_words_and_never_as_a_day(words: str) -> None:
    given = {"project_no": "A1", "state": "accepted", "promised_by": words}
    wanted = [{"code": "PHOTO", "name": "照片", "until": words, "how": "到窗口"}]
    answer = parse_answer(json.dumps(given | {"supplements": wanted}).encode())
    assert isinstance(answer, Answer)
    assert (answer.promised_by, answer.promised_words) == (None, line_of(words))
    assert answer.supplements[0].until == ""
    assert answer.supplements[0].how == f"{line_of(words)}\n到窗口"


def test_an_answer_to_another_application_is_none_to_ours() -> None:
    parcel = draft().parcel()
    base = {"project_no": "A1", "state": "accepted"}
    for strange in ({"serial": "OTHER"}, {"task_code": "X" * 31}):
        fault = parse_answer(json.dumps(base | strange).encode(), parcel)
        assert isinstance(fault, Fault)
        assert fault.code == "platform.wrong_answer"
    ours = base | {"serial": parcel.serial, "task_code": TASK_CODE}
    assert isinstance(parse_answer(json.dumps(ours).encode(), parcel), Answer)


def test_private_use_and_surrogate_pairs_survive_and_directions_do_not() -> None:
    assert line_of("王\ue123𠮷\u202e\n x") == "王\ue123𠮷 x"


def test_the_body_has_what_the_interface_says() -> None:
    body = json.loads(draft().parcel().body)
    assert set(body) == {
        *("task_code", "task_version", "terminal_id", "serial"),
        *("applied_at", "applicant", "answers", "materials"),
    }
    assert body["materials"] == [{"code": "ID_CARD", "status": "provided"}]
    assert body["applicant"]["number"] == NUMBER


def test_half_a_surrogate_pair_from_a_damaged_card_goes_as_an_escape() -> None:
    body = draft(applicant={"name": "王\ud842"}).parcel().body
    assert rb"\ud842" in body
    assert json.loads(body)["applicant"]["name"] == "王\ud842"


def test_nothing_personal_in_what_a_debugger_or_a_traceback_shows() -> None:
    application = draft()
    answer = parse_answer(
        json.dumps(
            {"project_no": "A1", "state": "accepted", "reason": NUMBER, "result": {"rows": [[NUMBER]]}}
        ).encode()
    )
    assert isinstance(answer, Answer)
    shown = f"{application!r} {application.parcel()!r} {answer!r} {answer.result!r}"
    assert not [secret for secret in SECRETS if secret in shown]
