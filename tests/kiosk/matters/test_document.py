from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.matters.document import (
    MAX_DEPTH,
    ONE_MATTER,
    Mark,
    Node,
    parse_document,
    read_document,
)
from kiosk.matters.problem import Problem


def tree(text: str) -> Node:
    node = parse_document(text, "a.yaml")
    assert isinstance(node, Node), node
    return node


def problems(text: str) -> list[Problem]:
    found = parse_document(text, "a.yaml")
    assert isinstance(found, list)
    return found


def test_plain_scalars_follow_yaml_1_2() -> None:
    text = (
        "a: yes\nb: 2026-01-01\nc: true\nd: ~\ne: 12\nf: '12'\ng: 0x1F\nh: 1.5\ni: 12:30\nj: .INF\nk: null\n"
    )
    assert tree(text).plain() == {
        "a": "yes",
        "b": "2026-01-01",
        "c": True,
        "d": None,
        "e": 12,
        "f": "12",
        "g": 31,
        "h": 1.5,
        "i": "12:30",
        "j": float("inf"),
        "k": None,
    }


def test_places_count_characters_not_bytes() -> None:
    root = tree("名称: 甲\n表: [一, 二, 𠮷]\n嵌套:\n  里面: { zh: 甲, en: b }\n")
    assert root.find(("名称",))[0] == Mark(1, 5)
    assert root.find(("表", 2))[0] == Mark(2, 11)
    assert root.find(("嵌套", "里面", "en"))[0] == Mark(4, 20)
    assert root.find(("嵌套", "里面"))[0] == Mark(4, 3)
    assert root.find(("嵌套", "里面", "nothing"))[0] == Mark(4, 3)
    assert root.find_key(("嵌套", "里面", "en")) == Mark(4, 16)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "yaml.duplicate_key", 3, 1),
        ("a: &x 1\n", "yaml.alias", 1, 4),
        ("a: !!python/object/apply:os.system ['true']\n", "yaml.tag", 1, 4),
        ("a: !mine 1\n", "yaml.tag", 1, 4),
        ("---\na: 1\n---\nb: 2\n", "yaml.documents", 3, 1),
        ("1: a\n", "yaml.key", 1, 1),
        ("? [a, b]\n: 1\n", "yaml.key", 1, 3),
        ("", "yaml.empty", 1, 1),
        ("# only a remark\n", "yaml.empty", 1, 1),
        ("a: [1, 2\n", "yaml.syntax", 2, 1),
        ("a:\n\t- b\n", "yaml.syntax", 2, 1),
        ("a: b\x00c\n", "yaml.character", 1, 5),
        ("甲: x\ny: \x1b[2J\n", "yaml.character", 2, 4),
        (f"a: {'9' * 5000}\n", "yaml.number", 1, 4),
    ],
)
def test_refused_with_place(text: str, code: str, line: int, column: int) -> None:
    first = problems(text)[0]
    assert (first.code, first.line, first.column) == (code, line, column)
    assert str(first).startswith(f"a.yaml:{line}:{column}: ")


def test_an_alias_bomb_is_refused_and_not_expanded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (found,) = problems("\n".join(lines))
    assert (found.code, found.line, found.column) == ("yaml.alias", 1, 5)
    assert "and 110 more in this file" in found.message  # 11 further anchors, 99 aliases


def test_aliases_hide_nothing_else_that_is_wrong() -> None:
    found = problems("a: &x 1\nb: *x\na: 2\n")
    assert [(each.code, each.line) for each in found] == [("yaml.alias", 1), ("yaml.duplicate_key", 3)]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_depth_is_bounded(opening: str) -> None:
    assert problems(opening * (MAX_DEPTH + 1) + "x")[0].code in ("yaml.too_deep", "yaml.syntax")
    assert problems("[" * 100_000)[0].code == "yaml.too_deep"


def test_depth_up_to_the_limit_is_read() -> None:
    assert tree("[" * MAX_DEPTH + "]" * MAX_DEPTH).value


def test_many_values_are_refused_before_they_cost_anything() -> None:
    assert problems("[" + "," * 250_000 + "]")[0].code in ("yaml.too_many", "yaml.syntax")
    assert problems("[" + "a," * 120_000 + "]")[0].code == "yaml.too_many"


def test_files(tmp_path: Path) -> None:
    def code(path: Path) -> str:
        found = read_document(path)
        assert isinstance(found, list)
        return found[0].code

    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (ONE_MATTER.bytes + 1))
    gbk = tmp_path / "gbk.yaml"
    gbk.write_bytes("a: b\nname: 社保".encode("gb18030"))
    os.mkfifo(tmp_path / "fifo.yaml")
    assert code(tmp_path / "none.yaml") == "file.missing"
    assert code(tmp_path) == "file.not_a_file"
    assert code(tmp_path / "fifo.yaml") == "file.not_a_file"
    assert code(tmp_path / "nul\0.yaml") == "file.unreadable"
    assert code(large) == "file.too_large"
    found = read_document(gbk)
    assert isinstance(found, list)
    assert (found[0].code, found[0].line, found[0].column) == ("file.encoding", 2, 7)


def test_byte_order_mark_and_windows_lines_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffa: 甲\r\nb: 乙\r\n".encode())
    node = read_document(path)
    assert isinstance(node, Node)
    assert node.plain() == {"a": "甲", "b": "乙"}


def test_utf16_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("a: 甲\n".encode("utf-16"))
    found = read_document(path)
    assert isinstance(found, list)
    assert found[0].code == "file.encoding"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("abc:{}[]-,&*!|>%@'\"# \n\t?~01甲𠮷\x00"), max_size=80))
def test_any_text_gives_a_tree_or_problems_within_it(text: str) -> None:
    result = parse_document(text, "a.yaml")
    if isinstance(result, Node):
        result.plain()
        return
    assert result
    for problem in result:
        assert 1 <= problem.line <= text.count("\n") + 2
        assert problem.column >= 1
        assert problem.message


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_tree_or_problems(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(data)
    result = read_document(path)
    assert isinstance(result, Node) or result
