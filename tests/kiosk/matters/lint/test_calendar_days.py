"""A calendar that is said to be whole and cannot be; those of the State Council are never doubted."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from chinese_calendar import constants
from typer.testing import CliRunner

from kiosk.bundles.parts import check_parts
from kiosk.cli import app
from kiosk.matters.lint.calendar_days import check_calendar
from kiosk.matters.lint.findings import Severity
from kiosk.server.settings import CONFIG_FOLDER

YEARS = sorted({day.year for day in constants.holidays})


def calendar(year: int, days: Iterable[tuple[object, str]], complete: bool = True) -> str:
    lines = [f"  - {{ day: {day}, kind: {kind} }}" for day, kind in days]
    head = ['version: "1"', "years:", f"- year: {year}", f"  complete: {str(complete).lower()}"]
    return "\n".join([*head, "  days:" if lines else "  days: []", *lines, ""])


def noticed(year: int) -> list[tuple[object, str]]:
    off = [day for day in constants.holidays if day.year == year]
    worked = [day for day in constants.workdays if day.year == year]
    return [(day, "public_holiday") for day in off] + [(day, "make_up_workday") for day in worked]


def codes(text: str) -> list[str]:
    found = list(check_calendar("calendar.yaml", text))
    assert all(each.severity is Severity.WARNING and each.zh and each.en for each in found)
    return [each.code for each in found]


@pytest.mark.parametrize("year", YEARS)
def test_no_notice_that_there_was_is_doubted(year: int) -> None:
    assert codes(calendar(year, noticed(year))) == []


@pytest.mark.parametrize(
    ("name", "months"),
    [("春节", (1, 2)), ("清明节", (4,)), ("端午节", (6,)), ("中秋节", (9,))],
)
def test_a_festival_that_was_left_out_is_named(name: str, months: tuple[int, ...]) -> None:
    kept = [
        (day, kind)
        for day, kind in noticed(2026)
        if getattr(day, "month", 0) not in months or str(day)[5:] < "01-04"
    ]
    (found,) = [
        each for each in check_calendar("c", calendar(2026, kept)) if each.code == "calendar.festival"
    ]
    assert name in found.zh and found.line == 3 and "2026" in found.en


def test_a_year_of_which_next_to_nothing_was_entered() -> None:
    assert codes(calendar(2027, [("2027-01-01", "public_holiday")])) == [
        "calendar.festival",
        "calendar.no_make_up",
    ]
    assert codes(calendar(2027, [("2027-01-01", "public_holiday")], complete=False)) == []
    sparse = ["01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "06-09", "09-15"]
    days = [(f"2027-{day}", "public_holiday") for day in sparse]
    assert codes(calendar(2027, [*days, ("2027-02-20", "make_up_workday")])) == []  # 13 with those of the law
    assert codes(calendar(2024, [(f"2024{day[4:]}", kind) for day, kind in days])) != []


def test_a_day_that_is_called_what_it_cannot_be_is_shown_at_its_line() -> None:
    days = [
        ("2027-02-19", "make_up_workday"),  # a Friday
        ("2027-02-20", "workday"),  # a Saturday
        ("2027-02-22", "weekend"),  # a Monday
        ("2027-02-28", "make_up_workday"),  # a Sunday
    ]
    found = list(check_calendar("c", calendar(2027, days, complete=False)))
    assert [(each.code, each.line, each.path) for each in found] == [
        ("calendar.weekday", 6, "years.0.days.0"),
        ("calendar.weekday", 7, "years.0.days.1"),
        ("calendar.weekday", 8, "years.0.days.2"),
    ]


@pytest.mark.parametrize("text", ["", "[", "years: 3", "version: '1'\nyears:\n- year: x\n", "a: &a [*a]"])
def test_what_cannot_be_read_is_somebody_elses_find(text: str) -> None:
    assert codes(text) == []


def test_a_package_and_the_command_tell_it(tmp_path: Path) -> None:
    text = calendar(2027, [("2027-01-01", "public_holiday")])
    file = tmp_path / "calendar.yaml"
    file.write_text(text, encoding="utf-8")
    found = [each.code for each in check_parts(tmp_path, tmp_path, {"calendar.yaml": text.encode()})]
    assert "calendar.festival" in found
    done = CliRunner().invoke(app, ["matters", "lint", str(file)])
    assert done.exit_code == 1 and "calendar.yaml:3:3" in done.stdout and "清明节" in done.stdout
    matters = tmp_path / "matters"
    matters.mkdir()
    shutil.copy(CONFIG_FOLDER / "matters" / "02-no-property-certificate.yaml", matters)
    beside = CliRunner().invoke(app, ["matters", "lint", str(matters)])
    assert beside.exit_code == 1 and "清明节" in beside.stdout and "1 files" in beside.stderr
    file.write_text("version: '1'\nyears: 3\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["matters", "lint", str(file)]).exit_code == 2


def test_the_products_own_is_in_order() -> None:
    text = (CONFIG_FOLDER / "calendar.yaml").read_text(encoding="utf-8")
    assert codes(text) == []
