"""Finds every fault code that the sources can produce, by reading them as syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

CODE: Final = re.compile(r"[a-z][a-z_]*\.[a-z][a-z0-9_]*(?<!_)")
FILE_ENDINGS: Final = frozenset(
    {"html", "json", "key", "log", "new", "pdf", "sqlite", "test", "toml", "txt", "yaml"}
)
PREFIX_PARAMETER: Final = "fault_prefix"  # of a line that names its faults after what it leads to
# What carries a code from where it arises; the code is one of the arguments.
CARRIERS: Final = frozenset(
    {
        "Fault",
        "BundleFault",
        "PlatformFault",
        "_Damaged",
        "Crashed",
        "NotVerified",
        "NotKept",
        "NotAnswered",
        "DocumentNotFetched",
        "_report",
        "_crashed",
    }
)
LOG_METHODS: Final = frozenset({"debug", "info", "warning", "error"})


@dataclass
class Found:
    """``carried``: handed to something that carries codes.  ``literals``: whatever else looks like a code.

    ``prefixes`` and ``endings`` are the halves of codes that are put together.
    """

    carried: set[str] = field(default_factory=set)
    literals: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    endings: set[str] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)

    def codes(self, not_codes: Iterable[str] = ()) -> set[str]:
        """Every code: carried, put together, or a literal in a room from which a code is carried."""
        composed = {prefix + ending for prefix in self.prefixes for ending in self.endings}
        rooms = {code.partition(".")[0] for code in self.carried}
        literals = {literal for literal in self.literals if literal.partition(".")[0] in rooms}
        return (literals - set(not_codes) - self.prefixes) | self.carried | composed


def read_sources(files: Iterable[Path]) -> Found:
    found = Found()
    for file in files:
        read_source(file.read_text(encoding="utf-8"), str(file), found)
    return found


def read_source(source: str, name: str, found: Found) -> None:
    """Add what is in ``source`` to ``found``."""
    events: set[ast.AST] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            found.prefixes |= _default_prefixes(node)
        elif isinstance(node, ast.Call):
            called = _name_of(node.func)
            if called in LOG_METHODS and node.args:
                events.add(node.args[0])
            elif called == "__init__":
                found.prefixes |= {code for argument in node.args for code in _codes_in(argument)}
            elif called in CARRIERS:
                _read_carrier(node, f"{name}:{node.lineno}", found)
        elif isinstance(node, ast.Constant) and node not in events:
            found.literals |= set(_codes_in(node))


def _read_carrier(call: ast.Call, where: str, found: Found) -> None:
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        found.carried |= set(_codes_in(argument))
    match call.args:
        case [ast.JoinedStr(values=[ast.FormattedValue(), ast.Constant(value=str(ending))]), *_]:
            found.endings.add(ending)
        case [ast.JoinedStr() | ast.BinOp(), *_]:
            found.unreadable.append(where)


def _codes_in(node: ast.AST) -> Iterator[str]:
    """Codes that an expression may be; of a choice, both."""
    if isinstance(node, ast.IfExp):
        yield from _codes_in(node.body)
        yield from _codes_in(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_code(node.value):
        yield node.value


def _is_code(text: str) -> bool:
    return CODE.fullmatch(text) is not None and text.rpartition(".")[2] not in FILE_ENDINGS


def _default_prefixes(function: ast.FunctionDef) -> set[str]:
    parameters = function.args.args[len(function.args.args) - len(function.args.defaults) :]
    pairs = zip(parameters, function.args.defaults, strict=True)
    defaults = [default for parameter, default in pairs if parameter.arg == PREFIX_PARAMETER]
    return {code for default in defaults for code in _codes_in(default)}


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
