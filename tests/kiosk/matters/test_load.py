from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.matters.document import Node, read_document
from kiosk.matters.load import Problem, load_folder, load_matter
from kiosk.matters.models import Matter
from tests.kiosk.matters.examples import CONFIG

APPLICATION = CONFIG / "matters" / "06-flexible-employment.yaml"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def changed(tmp_path: Path, old: str, new: str) -> list[Problem]:
    text = APPLICATION.read_text(encoding="utf-8")
    assert old in text
    result = load_matter(write(tmp_path / "changed.yaml", text.replace(old, new, 1)))
    assert isinstance(result, list), "the change was accepted"
    return result


def line_of(words: str) -> int:
    text = APPLICATION.read_text(encoding="utf-8")
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column"),
    [
        (
            'catalog_code: "410714110000"',
            "catalog_code: 410714110000",
            "matter.text_wanted",
            line_of("catalog_code:"),
            15,
        ),
        (
            'catalog_code: "410714110000"',
            'catalog_code: "41071411000"',
            "matter.malformed",
            line_of("catalog_code:"),
            15,
        ),
        ("minutes: 8", "minutes: eight", "matter.value", line_of("minutes:"), 10),
        ("minutes: 8", "minuts: 8", "matter.unknown_key", line_of("minutes:"), 1),
        ("shape: application", "shape: form", "matter.choice", line_of("shape:"), 8),
        ("  authority: 平顶山市公共就业服务中心\n", "", "matter.missing", line_of("guide:"), 1),
        ("audience: 自然人", 'audience: "  "', "matter.empty", line_of("audience:"), 13),
        ("audience: 自然人", "audience: [自然人]", "matter.text_wanted", line_of("audience:"), 3),
        (
            "{ zh: 手机号码, en: Mobile number }",
            "手机号码",
            "matter.mapping_wanted",
            line_of("手机号码, en"),
            12,
        ),
        (
            "result_document: false",
            "result_document: perhaps",
            "matter.truth_wanted",
            line_of("result_document:"),
            18,
        ),
        ("themes: [就业, 社保]", "themes: 就业", "matter.list_wanted", line_of("themes:"), 9),
    ],
)
def test_every_mistake_has_its_place(
    tmp_path: Path, old: str, new: str, code: str, line: int, column: int
) -> None:
    assert (code, line, column) in {
        (problem.code, problem.line, problem.column) for problem in changed(tmp_path, old, new)
    }


def test_a_typing_slip_gets_a_suggestion(tmp_path: Path) -> None:
    messages = [problem.message for problem in changed(tmp_path, "minutes: 8", "minuts: 8")]
    assert any("did you mean “minutes”" in message for message in messages)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("key: since", "key: work", "matter.repeated"),
        ("latest: today", "latest: tomorrow", "matter.bounds"),
        ("latest: today", 'latest: "2026-02-30"', "matter.bounds"),
        ("latest: today", 'latest: "1999-12-31"', "matter.bounds"),
        ("maximum: 112", "maximum: 0", "matter.bounds"),
        ("min_length: 2\n    max_length: 40", "min_length: 50\n    max_length: 40", "matter.bounds"),
        ("    kind: phone", "    kind: choice", "matter.options_missing"),
        ("    kind: phone", "    kind: phone\n    max_length: 11", "matter.out_of_place"),
        ("    kind: phone", "    kind: phone\n    latest: today", "matter.out_of_place"),
        ("    kind: phone", "    kind: phone\n    minimum: 1", "matter.out_of_place"),
        (
            "    kind: phone",
            "    kind: phone\n    options: [{ value: a, label: { zh: 甲, en: a } }]",
            "matter.out_of_place",
        ),
        ("code: WORK_PROOF", "code: ID_CARD", "matter.repeated"),
        ("source: applicant", "source: platform", "matter.out_of_place"),
        ("source: applicant", "source: declaration", "matter.declaration_missing"),
        ("source: declaration", "source: platform", "matter.out_of_place"),
        ("work: 送外卖", "job: 送外卖", "matter.unknown_answer"),
    ],
)
def test_parts_that_contradict_each_other(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert code in {problem.code for problem in changed(tmp_path, old, new)}


def test_a_bad_file_never_takes_the_others_down(tmp_path: Path) -> None:
    for path in (CONFIG / "matters").glob("*.yaml"):
        shutil.copy(path, tmp_path)
    write(tmp_path / "00-broken.yaml", "task_code: [")
    write(tmp_path / "99-list.yaml", "- a\n")
    shutil.copy(APPLICATION, tmp_path / "98-twice.yaml")
    write(tmp_path / ".hidden.yaml", "task_code: [")
    write(tmp_path / "notes.txt", "not a matter")
    (tmp_path / "folder.yaml").mkdir()
    catalogue = load_folder(tmp_path)
    assert len(catalogue) == len([*(CONFIG / "matters").glob("*.yaml")])
    assert {(problem.file, problem.code) for problem in catalogue.problems} == {
        ("00-broken.yaml", "yaml.syntax"),
        ("99-list.yaml", "yaml.not_a_mapping"),
        ("98-twice.yaml", "matter.duplicate_code"),
        ("folder.yaml", "file.not_a_file"),
    }


def test_a_missing_folder_is_a_problem_of_an_empty_catalogue(tmp_path: Path) -> None:
    catalogue = load_folder(tmp_path / "nowhere")
    assert len(catalogue) == 0
    assert [problem.code for problem in catalogue.problems] == ["folder.unreadable"]


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, one in inner for deeper in _paths(one, (*path, key)))]


DOCUMENT = read_document(APPLICATION)
assert isinstance(DOCUMENT, Node)
PLAIN = DOCUMENT.plain()
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20).filter(lambda text: text.isprintable()),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["zh", "en", "code"]), st.integers(), max_size=2),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_paths(PLAIN)[1:]), JUNK)
def test_junk_anywhere_is_a_matter_or_problems(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str | int, ...], junk: Any
) -> None:
    plain = copy.deepcopy(PLAIN)
    at = plain
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = junk
    text = json.dumps(plain, ensure_ascii=False, indent=1)  # JSON is YAML, too
    result = load_matter(write(tmp_path_factory.getbasetemp() / "junk.yaml", text))
    if not isinstance(result, Matter):
        assert result
        assert all(1 <= problem.line <= text.count("\n") + 1 for problem in result)
