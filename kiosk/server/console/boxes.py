"""Forms as pages show them: boxes with what stands in them, rows of boxes, and what is wrong beside each.

A value that cannot be taken stays in its box as it was typed, with the reason: nothing that somebody wrote is
thrown away because it is not right yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kiosk.matters.excel.cells import (
    CellError,
    Choice,
    Limit,
    Lines,
    Number,
    Options,
    Structure,
    Text,
    YesNo,
    Yuan,
)

Place = tuple[str | int, ...]
TEXT: Final = Text()
LONGEST: Final = 4000
MOST_ROWS: Final = 400
USUAL: Final = 8  # boxes of a row
_LONG: Final = 40  # characters from which on a text gets more than one line
_NAME: Final = re.compile(r"(\d{1,4})\.(was|place|gone|\d{1,2})")


@dataclass(frozen=True)
class Line:
    """A box before it has a value; ``known`` names a list of what is usual."""

    label: str
    path: Place
    kind: Text = TEXT
    hint: str = ""
    known: str = ""
    long: bool = False
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Box:
    """``options``: one of them is chosen; ``wrong``: what to mend."""

    name: str
    path: Place
    label: str
    value: str
    kind: str  # line, lines, choice, code, number
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    known: str = ""
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """``was``: which entry of the list it is; empty: a new one."""

    number: int
    was: str
    path: Place
    boxes: tuple[Box, ...]
    wrong: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is known by: the first two things that are said in it."""
        said = [
            box.value.split("\n")[0][:40]
            for place, box in enumerate(self.boxes)
            if box.value and (box.kind != "choice" or place == 0)
        ]
        return "　".join(said[:2])

    @property
    def usual(self) -> tuple[Box, ...]:
        """What is shown at once; what is rarely filled in stands behind it."""
        return tuple(box for place, box in enumerate(self.boxes) if place < USUAL or box.value or box.wrong)

    @property
    def rare(self) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box not in self.usual)


@dataclass(frozen=True)
class Rows:
    """A list; ``spare`` is an empty row, for one more."""

    name: str
    path: Place
    title: str
    hint: str
    rows: tuple[Row, ...]
    spare: Row
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Panel:
    """A card of a page: single boxes, or a list.  ``note`` stands where there is nothing to fill in."""

    title: str
    boxes: tuple[Box, ...] = ()
    rows: Rows | None = None
    note: str = ""


# --- what is shown --------------------------------------------------------------------------------------


def box(line: Line, name: str, value: Any) -> Box:
    shown, wrong = _shown(line.kind, value)
    return Box(
        name,
        line.path,
        line.label,
        shown,
        _look(line.kind, line.long or bool(line.options), shown, bool(line.options)),
        line.hint,
        _offered(line, shown),
        line.known,
        wrong,
    )


def rows(
    name: str, path: Place, title: str, lines: Sequence[Line], entries: Sequence[Any], hint: str = ""
) -> Rows:
    made = [
        Row(
            number,
            str(number),
            (*path, number),
            tuple(
                replace(
                    box(line, f"{name}.{number}.{column}", at(entry, line.path)),
                    path=(*path, number, *line.path),
                )
                for column, line in enumerate(lines)
            ),
        )
        for number, entry in enumerate(entries)
    ]
    empty = tuple(box(line, f"{name}.{len(made)}.{column}", None) for column, line in enumerate(lines))
    return Rows(name, path, title, hint, tuple(made), Row(len(made), "", (*path, len(made)), empty))


def chosen(panel: Panel, choices: Mapping[str, Sequence[tuple[str, str]]]) -> Panel:
    """Boxes of the list, by the last step of their path, to be chosen (value, words) instead of typed."""

    def offered(each: Box) -> Box:
        known = choices.get(str(each.path[-1]))
        if known is None:
            return each
        lost = [] if not each.value or each.value in dict(known) else [(each.value, f"{each.value}（没有）")]
        return replace(each, kind="choice", options=(*lost, *known))

    def row(each: Row) -> Row:
        return replace(each, boxes=tuple(map(offered, each.boxes)))

    listed = panel.rows
    if listed is None:
        return panel
    return replace(panel, rows=replace(listed, rows=tuple(map(row, listed.rows)), spare=row(listed.spare)))


def _shown(kind: Text, value: Any) -> tuple[str, tuple[str, ...]]:
    """The value as text, and why it is none that can be taken."""
    if value is None or value == [] or value == {}:
        return "", ()
    if isinstance(value, str) and type(kind) not in (Text, Choice, Lines):
        try:
            kind.from_cell(value)
        except CellError as error:
            return value, (error.zh,)
        return value, ()
    try:
        return kind.to_cell(value), ()
    except (TypeError, ValueError, KeyError, AttributeError):
        return str(value), ("这一项的写法不对，请重新填写",)


def _look(kind: Text, long: bool, shown: str, chosen: bool) -> str:
    if chosen or isinstance(kind, Choice | YesNo):
        return "choice"
    if isinstance(kind, Structure):
        return "code"
    if isinstance(kind, Number | Yuan):
        return "number"
    return (
        "lines"
        if long or isinstance(kind, Lines | Options) or len(shown) > _LONG or "\n" in shown
        else "line"
    )


def _offered(line: Line, shown: str) -> tuple[tuple[str, str], ...]:
    if line.options:
        found = line.options
    elif isinstance(line.kind, YesNo):
        found = (("是", "是"), ("否", "否"))
    elif isinstance(line.kind, Choice):
        found = tuple((word, word) for _, word in line.kind.words)
    else:
        return ()
    known = {value for value, _ in found}
    return found if not shown or shown in known else ((shown, f"{shown}（不在可选范围）"), *found)


# --- what is typed --------------------------------------------------------------------------------------


def put(plain: dict[str, Any], line: Line, text: str) -> None:
    """What was typed for ``line``, into ``plain``; nothing takes the value away."""
    old = at(plain, line.path)
    if not text:
        take_away(plain, line.path)
        return
    if text == _shown(line.kind, old)[0]:
        return  # it says the same, however it is written in the file
    place(plain, line.path, _taken(line.kind, text, old))


def entries_of(
    name: str, lines: Sequence[Line], before: Sequence[Any], given: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The entries of a list as they were typed, in the order that was asked for."""
    found: dict[int, dict[str, str]] = {}
    for key, value in given.items():
        match = _NAME.fullmatch(key.removeprefix(f"{name}.")) if key.startswith(f"{name}.") else None
        if match is not None:
            found.setdefault(int(match[1]), {})[match[2]] = value
    made: list[tuple[tuple[float, int], dict[str, Any]]] = []
    for number, typed in sorted(found.items())[:MOST_ROWS]:
        was = typed.get("was", "")
        entry: dict[str, Any] = {}
        if was.isdecimal() and int(was) < len(before) and isinstance(before[int(was)], dict):
            entry = copied(before[int(was)])
        if typed.get("gone"):
            continue
        if not was and not any(typed.get(str(column)) for column in range(len(lines))):
            continue
        for column, line in enumerate(lines):
            if str(column) in typed:
                put(entry, line, typed[str(column)])
        wanted = typed.get("place", "")
        order = float(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 5 else number + 1.5
        made.append(((order, number), entry))
    return [entry for _, entry in sorted(made, key=lambda each: each[0])]


def _taken(kind: Text, text: str, old: Any) -> Any:
    try:
        value = kind.from_cell(text)
    except CellError:
        return text  # kept as it was typed; the page says what is wrong with it
    if isinstance(kind, Limit) and isinstance(old, dict):
        value = {**{key: each for key, each in old.items() if key not in ("amount", "unit", "note")}, **value}
    return value


def at(plain: Any, path: Place) -> Any:
    for step in path:
        if isinstance(plain, Mapping):
            plain = plain.get(step)
        elif isinstance(plain, list) and isinstance(step, int) and step < len(plain):
            plain = plain[step]
        else:
            return None
    return plain


def place(plain: dict[str, Any], path: Place, value: Any) -> None:
    here: Any = plain
    for step in path[:-1]:
        inner = here.get(step)
        if not isinstance(inner, dict):
            inner = here[step] = {}
        here = inner
    here[path[-1]] = value


def take_away(plain: dict[Any, Any], path: Place) -> None:
    """The value at ``path``, and what would be empty without it."""
    inner = plain.get(path[0])
    if len(path) == 1:
        plain.pop(path[0], None)
    elif isinstance(inner, dict):
        take_away(inner, path[1:])
        if not inner:
            plain.pop(path[0])


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    return [copied(each) for each in value] if isinstance(value, list) else value


# --- what is wrong --------------------------------------------------------------------------------------


def marked(panels: Sequence[Panel], wrong: Iterable[tuple[str, str]]) -> tuple[tuple[Panel, ...], list[str]]:
    """Each of ``wrong`` (path with dots, words) beside what it is about; what belongs to nothing here."""
    left: list[str] = []
    at_: dict[Place | str, list[str]] = {}
    places = {_dotted(each): each for panel in panels for each in _places(panel)}
    for dotted, words in wrong:
        spot = _nearest(dotted, places)
        if spot is None:
            left.append(words)
        else:
            at_.setdefault(spot, []).append(words)
    return tuple(_with(panel, at_) for panel in panels), left


def _nearest(dotted: str, places: Mapping[str, Place]) -> str | None:
    """The box itself; else what holds it; else the first that it holds."""
    up = dotted
    while up:
        if up in places:
            return up
        below = next((each for each in places if each.startswith(f"{up}.")), None)
        if below is not None and up == dotted:
            return below
        up = up.rpartition(".")[0]
    return None


def _places(panel: Panel) -> Iterable[Place]:
    for each in panel.boxes:
        yield each.path
    if panel.rows is not None:
        for row in panel.rows.rows:
            for each in row.boxes:
                yield each.path
            yield row.path
        yield panel.rows.path


def _with(panel: Panel, at_: Mapping[Any, Sequence[str]]) -> Panel:
    def boxes(given: Sequence[Box]) -> tuple[Box, ...]:
        return tuple(
            replace(
                each,
                wrong=(*each.wrong, *(_by_label(words, each) for words in at_.get(_dotted(each.path), ()))),
            )
            for each in given
        )

    listed = panel.rows
    if listed is not None:
        made = tuple(
            replace(row, boxes=boxes(row.boxes), wrong=tuple(at_.get(_dotted(row.path), ())))
            for row in listed.rows
        )
        listed = replace(listed, rows=made, wrong=tuple(at_.get(_dotted(listed.path), ())))
    return replace(panel, boxes=boxes(panel.boxes), rows=listed)


def _by_label(words: str, box: Box) -> str:
    """What the file calls by a key is called by the box's label beside the box."""
    keys = (step for step in box.path if isinstance(step, str))
    return next((words.replace(f"“{key}”", f"“{box.label}”") for key in keys if f"“{key}”" in words), words)


def _dotted(path: Place) -> str:
    return ".".join(map(str, path))
