"""Codes well formed: 31 = 18 (credit code) + 1 (level) + 12 (base code), GB/T 39554.1-2020."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kiosk.matters.lint.findings import CODES, CREDIT_CODE, Finding, Severity
from kiosk.matters.lint.subject import Path_, Subject, Surroundings
from kiosk.matters.numbers import credit_code_warning

LEVELS: Final = {"1": "国家级", "2": "省级", "3": "市级", "4": "县级", "5": "乡级", "6": "村级"}
_TASK: Final = re.compile(r"[0-9A-Z]{31}")
_BASE: Final = re.compile(r"[0-9A-Z]{12}")


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    yield from _pair(subject, ())
    for path, _ in subject.items("parts"):
        yield from _pair(subject, path)


def _pair(subject: Subject, at: Path_) -> Iterator[Finding]:
    task, base = subject.text(*at, "task_code"), subject.text(*at, "catalog_code")
    if task is None or not _TASK.fullmatch(task):
        return  # that it is malformed has been said by the model
    path = (*at, "task_code")
    credit = credit_code_warning(task[:18])
    if credit is not None:
        yield subject.finding(
            path, "codes.credit_code", Severity.WARNING, CREDIT_CODE, f"前18位：{credit.zh}", credit.en
        )
    if task[18] not in LEVELS:
        yield subject.finding(
            path,
            "codes.level",
            Severity.ERROR,
            CODES,
            f"第19位是行使层级，不能是“{task[18]}”：1国家级，2省级，3市级，4县级，5乡级，6村级",
            f"character 19 is the level and cannot be “{task[18]}”: 1 state, 2 province, 3 city, 4 county",
        )
    if base is not None and _BASE.fullmatch(base) and task[19:] != base:
        yield subject.finding(
            path,
            "codes.base_code",
            Severity.ERROR,
            CODES,
            f"第20至31位应当是基本编码{base}，现在是{task[19:]}：请核对两个编码",
            f"characters 20 to 31 must be the base code {base}, not {task[19:]}: correct one of the two",
        )
