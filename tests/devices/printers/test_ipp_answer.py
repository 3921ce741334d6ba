"""Answers built by libcups through pycups are read back; whatever else comes ends in a value."""

from __future__ import annotations

import io

import cups
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import Fault
from devices.printers.ipp_answer import Group, IppAnswer, decode

JOB, PRINTER = cups.IPP_TAG_JOB, cups.IPP_TAG_PRINTER


def written(*attributes: tuple[int, int, str, object]) -> bytes:
    """(group, kind, name, values) as libcups writes them."""
    message = cups.IPPRequest(cups.IPP_OP_GET_JOBS)
    for attribute in attributes:
        message.add(cups.IPPAttribute(*attribute))
    output = io.BytesIO()
    message.writeIO(output.write)
    return output.getvalue()


def groups_of(content: bytes) -> list[Group]:
    """Without the first one, in which libcups tells character set and language."""
    answer = decode(content)
    assert isinstance(answer, IppAnswer), answer
    assert answer.groups[0]["attributes-charset"] == ["utf-8"]
    return list(answer.groups[1:])


WHOLE = written(
    (PRINTER, cups.IPP_TAG_ENUM, "printer-state", 5),
    (PRINTER, cups.IPP_TAG_KEYWORD, "printer-state-reasons", ["media-empty-error", "paused"]),
    (PRINTER, cups.IPP_TAG_BOOLEAN, "printer-is-accepting-jobs", False),
    (JOB, cups.IPP_TAG_INTEGER, "job-id", -7),
    (JOB, cups.IPP_TAG_NAME, "job-name", "凭证"),
)


def test_what_libcups_writes_is_read() -> None:
    assert groups_of(WHOLE) == [
        {
            "printer-state": [5],
            "printer-state-reasons": ["media-empty-error", "paused"],
            "printer-is-accepting-jobs": [False],
        },
        {"job-id": [-7], "job-name": ["凭证"]},
    ]


def test_like_groups_stay_apart_and_the_first_one_wins() -> None:
    start = WHOLE.index(b"\x02\x21")
    doubled = WHOLE[:-1] + WHOLE[start:].replace((-7).to_bytes(4, "big", signed=True), b"\0\0\0\x08")
    assert [group["job-id"] for group in groups_of(doubled)[1:]] == [[-7], [8]]
    answer = decode(doubled)
    assert isinstance(answer, IppAnswer)
    assert answer.first()["job-id"] == [-7]
    assert answer.first()["printer-state"] == [5]


def test_what_nobody_asks_for_is_passed_over() -> None:
    text = b"\x35\x00\x01t\x00\x0b\x00\x05zh-cn\x00\x02ok"
    members = b"\x4a\x00\x00\x00\x01x" + b"\x21\x00\x00\x00\x04\0\0\0\1"
    collection = b"\x34\x00\x05media\x00\x00" + members + b"\x37\0\0\0\0"
    date = b"\x31\x00\x04when\x00\x0b" + bytes(11)
    found = groups_of(WHOLE[:-1] + b"\x04" + collection + date + text + b"\x03")
    assert found[-1] == {"t": ["ok"]}


@pytest.mark.parametrize("end", range(len(WHOLE)))
def test_a_message_that_breaks_off_is_a_fault(end: int) -> None:
    assert isinstance(decode(WHOLE[:end]), Fault)


@given(st.binary(max_size=200))
def test_anything_is_an_answer_or_a_fault(noise: bytes) -> None:
    assert isinstance(decode(noise), IppAnswer | Fault)
    assert isinstance(decode(WHOLE[:8] + noise + b"\x03"), IppAnswer | Fault)
