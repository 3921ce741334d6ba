"""Reads one YAML file into a tree whose every value knows its line and column.

Stricter than YAML, because these files are written by many hands and travel far: no anchors and
aliases, no tags, no duplicate keys, one document, UTF-8, bounded in size, depth and number of values.
Plain scalars are resolved by YAML 1.2's core schema, so that ``yes`` and ``2026-01-01`` stay text.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml
from yaml import ScalarEvent

from kiosk.matters.problem import Problem

MAX_DEPTH: Final = 30
MAX_NUMBER_CHARACTERS: Final = 100
MAX_PROBLEMS: Final = 100

# libyaml, when PyYAML was built with it, is ten times faster and gives the same events.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE: Final = frozenset({"true", "True", "TRUE"})
_FALSE: Final = frozenset({"false", "False", "FALSE"})
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_INTEGER_WITH_BASE: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_NOT_PRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(frozen=True)
class Limits:
    """How much a file may hold, and what the file is, for the words of a refusal."""

    bytes: int
    values: int
    what: str


ONE_MATTER: Final = Limits(256 * 1024, 20_000, "one matter")
ONE_CATALOGUE: Final = Limits(16 * 1024 * 1024, 500_000, "one catalogue")  # tens of thousands of items


class Mark(NamedTuple):
    line: int  # 1-based
    column: int  # 1-based, in characters


@dataclass(slots=True)
class Node:
    """``value`` is a scalar, a ``dict[str, Node]`` or a ``list[Node]``."""

    value: Any
    mark: Mark
    keys: dict[str, Mark] = field(default_factory=dict)  # of a mapping: where each key stands

    def plain(self) -> Any:
        """The same tree as ordinary Python values."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def find(self, path: tuple[str | int, ...]) -> tuple[Mark, Node | None]:
        """Where ``path`` stands: the value's place; for what is not there, the place it belongs to.

        The place of a mapping or list is that of its key, which is where a person looks for it.
        """
        node, mark = self, self.mark
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                key_mark, node = node.keys[str(step)], node.value[step]
                mark = key_mark if isinstance(node.value, dict | list) else node.mark
            elif isinstance(node.value, list) and isinstance(step, int) and 0 <= step < len(node.value):
                node = node.value[step]
                mark = node.mark
            else:
                return mark, None
        return mark, node

    def find_key(self, path: tuple[str | int, ...]) -> Mark:
        """Where the key at the end of ``path`` itself stands."""
        _, parent = self.find(path[:-1])
        if parent is not None and path and str(path[-1]) in parent.keys:
            return parent.keys[str(path[-1])]
        return self.find(path)[0]


def read_document(path: Path, limits: Limits = ONE_MATTER) -> Node | list[Problem]:
    """The tree of the file at ``path``, or everything that is wrong with it."""
    text = read_text(path, limits)
    return parse_document(text, path.name, limits) if isinstance(text, str) else [text]


def parse_document(text: str, file: str, limits: Limits = ONE_MATTER) -> Node | list[Problem]:
    """The tree of ``text``; ``file`` is what problems call it."""
    unprintable = _NOT_PRINTABLE.search(text)
    if unprintable:
        before = text[: unprintable.start()]
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        shown = f"U+{ord(unprintable.group()):04X}"
        message = f"the character {shown} may not stand in a text file: delete it"
        return [Problem(file, line, column, "yaml.character", message)]
    builder = _Builder(file, limits)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not builder.take(event):
                break
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = ", ".join(part for part in (error.context, error.problem) if part)
        message = f"this is not YAML: {what}; check indentation, colons and quotes here and just above"
        builder.problems.append(Problem(file, line, column, "yaml.syntax", message))
    except yaml.YAMLError as error:
        message = f"this is not YAML: {type(error).__name__}; save the file as UTF-8 text"
        builder.problems.append(Problem(file, 1, 1, "yaml.syntax", message))
    if builder.problems:
        return builder.problems[:MAX_PROBLEMS]
    if builder.root is None:
        return [Problem(file, 1, 1, "yaml.empty", "the file is empty: it needs keys and values")]
    return builder.root


def read_text(path: Path, limits: Limits = ONE_MATTER) -> str | Problem:
    """The text of an ordinary UTF-8 file, or what is wrong with it."""
    data = read_bytes(path, limits)
    return data if isinstance(data, Problem) else text_of(data, path.name)


def read_bytes(path: Path, limits: Limits = ONE_MATTER) -> bytes | Problem:
    """What an ordinary file holds, or why that cannot be had."""

    def problem(code: str, message: str) -> Problem:
        return Problem(path.name, 1, 1, code, message)

    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return problem("file.not_a_file", "this is not an ordinary file: give the path of a YAML file")
        with path.open("rb") as stream:
            data = stream.read(limits.bytes + 1)
    except FileNotFoundError:
        return problem("file.missing", "there is no such file: check the path")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the path is not valid"
        return problem("file.unreadable", f"the file cannot be read ({reason}): check its permissions")
    if len(data) > limits.bytes:
        message = f"the file is larger than {limits.bytes // 1024} KiB: {limits.what} is far smaller"
        return problem("file.too_large", message)
    return data


def text_of(data: bytes, file: str) -> str | Problem:
    """``data`` as UTF-8 text, or where it is none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "ignore")) + 1
        message = "the file is not UTF-8 from here on: save it again with the encoding UTF-8"
        return Problem(file, line, column, "file.encoding", message)


class _Builder:
    """Turns the parser's events into nodes; iterative, so that depth never meets Python's stack."""

    def __init__(self, file: str, limits: Limits) -> None:
        self.file = file
        self.limits = limits
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[Node] = []
        self._keys: list[tuple[str, Mark] | None] = []  # of each open mapping: the key that awaits its value
        self._values = 0
        self._aliases = 0
        self._first_alias = 0, ""  # its place among the problems, and what was said
        self._documents = 0

    def take(self, event: yaml.Event) -> bool:
        """False when reading on makes no sense."""
        if type(event) is ScalarEvent:  # nearly all are
            if event.anchor is not None or event.tag is not None:
                self._refuse_decoration(event)
            value = event.value if event.style else self._resolved(event)
            return self._add(event, Node(value, _mark(event)))
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._complain(event, "yaml.documents", "one file holds one document: remove '---'")
                    return False
            case yaml.AliasEvent():
                self._refuse_alias(event, "aliases (*name) are not allowed: write the value out")
                return self._add(event, Node(None, _mark(event)))
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_decoration(event)
                node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], _mark(event))
                if not self._add(event, node):
                    return False
                if len(self._open) >= MAX_DEPTH:
                    message = f"more than {MAX_DEPTH} levels deep: no matter is, check the indentation"
                    self._complain(event, "yaml.too_deep", message)
                    return False
                self._open.append(node)
                self._keys.append(None)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
                self._keys.pop()
        return len(self.problems) < MAX_PROBLEMS

    def _add(self, event: yaml.Event, node: Node) -> bool:
        self._values += 1
        if self._values > self.limits.values:
            message = f"more than {self.limits.values} values: {self.limits.what} needs far fewer"
            self._complain(event, "yaml.too_many", message)
            return False
        if not self._open:
            self.root = node
            return True
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
            return True
        pending = self._keys[-1]
        if pending is None:
            return self._take_key(event, node)
        key, mark = pending
        parent.value[key] = node
        parent.keys[key] = mark
        self._keys[-1] = None
        return True

    def _take_key(self, event: yaml.Event, node: Node) -> bool:
        if not isinstance(node.value, str):
            message = "a key must be a word: write a name, or put it between quotes"
            self._complain(event, "yaml.key", message)
            if isinstance(node.value, dict | list):
                return False
            node = Node(f"\0{self._values}", node.mark)  # a key that nobody can have written
        if node.value in self._open[-1].value:
            first = self._open[-1].keys[node.value].line
            message = f"the key “{node.value}” stands here twice (first in line {first}): keep one of them"
            self._complain(event, "yaml.duplicate_key", message)
        self._keys[-1] = (node.value, node.mark)
        return True

    def _refuse_decoration(self, event: Any) -> None:
        if event.anchor is not None:
            message = f"anchors (&{event.anchor}) are not allowed: write the value out where it is used"
            self._refuse_alias(event, message)
        if event.tag is not None:
            message = f"tags ({event.tag}) are not allowed: remove the word that begins with '!'"
            self._complain(event, "yaml.tag", message)

    def _refuse_alias(self, event: Any, message: str) -> None:
        """Once for the file, however many there are: it is one thing to mend, and nothing else is hidden."""
        self._aliases += 1
        if self._aliases == 1:
            self._first_alias = len(self.problems), message
            self._complain(event, "yaml.alias", message)
            return
        at, said = self._first_alias
        more = f"{said} (and {self._aliases - 1} more in this file)"
        self.problems[at] = replace(self.problems[at], message=more)

    def _resolved(self, event: yaml.ScalarEvent) -> str | int | float | bool | None:
        """What a plain scalar is; one between quotes is text, whatever it looks like."""
        text: str = event.value
        if text in _NULL:
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if not text[0].isascii() or not (text[0].isdigit() or text[0] in "+-."):
            return text
        if len(text) > MAX_NUMBER_CHARACTERS:
            self._complain(event, "yaml.number", "this number is too long: a code is put between quotes")
            return text
        if _INTEGER.fullmatch(text):
            return int(text)
        if _INTEGER_WITH_BASE.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        return text

    def _complain(self, event: yaml.Event, code: str, message: str) -> None:
        mark = _mark(event)
        self.problems.append(Problem(self.file, mark.line, mark.column, code, message))


def _mark(event: yaml.Event) -> Mark:
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1)


def place(root: Node, file: str, path: tuple[str | int, ...], code: str, message: str) -> Problem:
    """The problem ``code`` of the value at ``path``."""
    mark, _ = root.find(path)
    return Problem(file, mark.line, mark.column, code, message, ".".join(map(str, path)))
