"""Runs every rule over a file or a folder."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.matters.calendar import CalendarOverrides
from kiosk.matters.document import read_text
from kiosk.matters.lint import (
    agreement,
    article5,
    article6,
    article7,
    article8,
    asking,
    codes,
    conditions,
    exchange,
    forms,
    limits,
    materials,
    pages,
    samples,
    service,
    signs,
    sums,
    words,
)
from kiosk.matters.lint.article6 import Shared
from kiosk.matters.lint.calendar_days import HOLIDAYS, check_calendar
from kiosk.matters.lint.findings import ARTICLE_5, ARTICLE_7, Finding, Severity, exit_code, in_order
from kiosk.matters.lint.subject import Subject, Surroundings, open_subject
from kiosk.matters.load import load_model, matter_files
from kiosk.matters.problem import Problem

Rule = Callable[[Subject, Surroundings], Iterator[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    article5.check,
    article7.check,
    article8.check,
    materials.check,
    codes.check,
    limits.check,
    sums.check,
    agreement.check,
    exchange.check,
    service.check,
    conditions.check,
    asking.check,
    forms.check,
    pages.check,
    samples.check,
    signs.check,
    words.check,
)
SELDOM: Final = 50_000  # objects between two looks of the collector
MANY_FILES: Final = 200  # from which on all processors work; below, two processes cost more than they save


@dataclass(frozen=True)
class Report:
    files: int
    findings: tuple[Finding, ...]

    def with_(self, other: Report) -> Report:
        """What was found beside the matters, too."""
        return Report(self.files, in_order([*self.findings, *other.findings]))

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def exit_code(self) -> int:
        return exit_code(self.findings)

    def to_json(self) -> dict[str, Any]:
        return {
            "files": self.files,
            "errors": self.count(Severity.ERROR),
            "warnings": self.count(Severity.WARNING),
            "infos": self.count(Severity.INFO),
            "findings": [finding.to_json() for finding in self.findings],
        }


def lint_file(path: Path, around: Surroundings) -> tuple[Shared | None, tuple[Finding, ...]]:
    """One file by itself, and what it shares with others."""
    subject, problems = open_subject(path)
    found = list(problems)
    if subject is None:
        return None, tuple(found)
    if isinstance(subject.root.value, dict):
        for rule in RULES:
            found += rule(subject, around)
    return Shared.of(subject), tuple(found)


def lint(path: Path, around: Surroundings) -> Report:
    """A file, or every file of a folder and what they are together."""
    if not path.is_dir():
        _, found = lint_file(path, around)
        return Report(1, in_order(found))
    problems: list[Problem] = []
    files = matter_files(path, problems)
    found_in_folder = [_of_folder(path, problem) for problem in problems]
    if not files and not problems:
        found_in_folder.append(_of_folder(path, _nothing(path)))
    results = _each(files, around)
    shared = [each for each, _ in results if each is not None]
    findings = [finding for _, found in results for finding in found]
    return Report(
        len(files),
        in_order([*found_in_folder, *findings, *together(shared)]),
    )


def lint_calendar(path: Path) -> Report:
    """A calendar of overrides: whether it can be read, and whether its years can be whole."""
    loaded = load_model(path, CalendarOverrides)
    if isinstance(loaded, list):
        unusable = (
            Finding(each.code, Severity.ERROR, HOLIDAYS, str(path), each.line, each.column, zh, each.message)
            for each in loaded
            for zh in (f"这个文件不能用：{each.message}",)
        )
        return Report(1, in_order(unusable))
    text = read_text(path)
    return Report(1, () if isinstance(text, Problem) else in_order(check_calendar(str(path), text)))


def together(files: Sequence[Shared]) -> Iterator[Finding]:
    """What files say of each other: a code that two have, elements that have to be the same."""
    yield from _twice(files)
    yield from article6.check_together(files)


def _each(files: Sequence[Path], around: Surroundings) -> list[tuple[Shared | None, tuple[Finding, ...]]]:
    workers = len(os.sched_getaffinity(0))
    if len(files) < MANY_FILES or workers < 2:
        return [lint_file(file, around) for file in files]
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(around,)) as pool:
        return list(pool.map(_in_pool, files, chunksize=16))


_around: list[Surroundings] = []  # of this process of the pool: sent once, not with every file


def _begin(around: Surroundings) -> None:
    _around[:] = [around]
    gc.freeze()  # a process of the pool lives for minutes, and what a file leaves is freed without looking
    gc.set_threshold(SELDOM, 20, 20)


def _in_pool(file: Path) -> tuple[Shared | None, tuple[Finding, ...]]:
    return lint_file(file, _around[0])


def _twice(files: Sequence[Shared]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for shared in files:
        known = first.setdefault(shared.task_code, shared.file)
        if known != shared.file:
            yield shared.finding(
                0,
                ("task_code",),
                "codes.duplicate",
                ARTICLE_5,
                f"实施编码与{known}相同：每个事项的编码必须不同",
                f"this task_code is already that of {known}: each matter needs its own",
            )


def _nothing(path: Path) -> Problem:
    return Problem(path.name, 1, 1, "folder.empty", "there is no *.yaml file in this folder: check the path")


def _of_folder(path: Path, problem: Problem) -> Finding:
    zh = (
        "文件夹里没有*.yaml文件：请核对路径"
        if problem.code == "folder.empty"
        else "文件夹读不出来：请检查路径和权限"
    )
    return Finding(problem.code, Severity.ERROR, ARTICLE_7, str(path), 1, 1, zh, problem.message)
