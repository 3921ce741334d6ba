from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest

from kiosk.log import Log, LogHandler

NUMBER = "11010519491231002X"


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_only_declared_fields_in_their_pattern_get_through() -> None:
    stream = io.StringIO()
    log = Log(stream)
    log.info(
        "device.status",
        device="身份证阅读器",
        state="online",
        fault="",
        seconds=0.25,
        name="张示范",
        address=NUMBER,
    )
    log.warning("matters.problem", file="pension.yaml", code="yaml.not_valid", key=NUMBER, device=NUMBER)
    log.error(f"somebody {NUMBER}", fault=f"x.{NUMBER}", place="step:12", error="ValueError")
    shown = lines(stream)
    for line in shown:
        assert line.pop("at").endswith("+00:00")
    assert shown == [
        *(
            {
                "level": "info",
                "event": "device.status",
                "device": "身份证阅读器",
                "state": "online",
                "fault": "",
                "seconds": 0.25,
            },
        ),
        {"level": "warning", "event": "matters.problem", "file": "pension.yaml", "code": "yaml.not_valid"},
        {"level": "error", "event": "log.undeclared", "place": "step:12", "error": "ValueError"},
    ]


def test_of_an_exception_only_class_and_place() -> None:
    stream = io.StringIO()
    try:
        int(NUMBER)
    except ValueError as error:
        Log(stream).crash("desk.crashed", error)
    (line,) = lines(stream)
    assert line["error"] == "ValueError"
    assert line["place"].startswith("tests/kiosk/test_log.py:")
    assert NUMBER not in stream.getvalue()


@pytest.mark.parametrize(
    ("name", "message", "arguments", "text"),
    [
        (
            "devices.supervisor",
            "device.crashed device=%s cause=%s",
            ("读卡器", "KeyError in open, line 12"),
            "device.crashed device=… cause=KeyError in open, line 12",
        ),
        ("kiosk.server", "number %s, %d", (NUMBER, 7), "number %s, %d"),
        ("kiosk.server", "plain", (), "plain"),
        ("urllib3.connectionpool", "GET %s", (NUMBER,), None),
    ],
)
def test_records_of_the_standard_logging(
    name: str, message: str, arguments: tuple[object, ...], text: str | None
) -> None:
    stream = io.StringIO()
    logger = logging.getLogger(f"{name}.test")
    logger.propagate = False
    logger.addHandler(LogHandler(Log(stream)))
    logger.error(message, *arguments)
    (line,) = lines(stream)
    assert (line["level"], line["event"], line.get("text")) == ("error", "log.record", text)
    assert NUMBER not in stream.getvalue()


def test_a_log_that_nobody_reads_does_not_stop_the_terminal() -> None:
    stream = io.StringIO()
    log = Log(stream)
    stream.close()
    log.info("terminal.begin", version="0.1.0")
    assert stream.closed
