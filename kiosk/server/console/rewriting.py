"""Writes a changed matter back into its file: what has not changed stays as its author wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

from kiosk.matters.document import Node, parse_document
from kiosk.matters.excel.yaml_text import HEAD, yaml_text
from kiosk.matters.lint.wording import ELEMENTS
from kiosk.matters.models import Matter

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ORDER: Final = tuple(Matter.model_fields)


def plain_of(text: str) -> dict[str, Any] | None:
    """The file as plain values; ``None`` when it cannot be read as a mapping."""
    root = parse_document(text, "matter")
    found = root.plain() if isinstance(root, Node) else None
    return found if isinstance(found, dict) else None


def rewritten(text: str, after: Mapping[str, Any]) -> str:
    """``text`` with the values of ``after``; only the parts that differ are written anew."""
    before = plain_of(text)
    if before == after:
        return text
    made = _patched(text, before, after) if before is not None else ""
    return made if made and plain_of(made) == after else yaml_text(_ordered(after), HEAD)


def same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _patched(text: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Key by key; inside the guide element by element.  Nothing where the file is not laid out so."""
    root = yaml.compose(text, Loader=_LOADER)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return ""
    guide = next((value for key, value in root.value if key.value == "guide"), None)
    inner = "guide" in before and "guide" in after and isinstance(guide, yaml.MappingNode)
    changed = {key for key in {*before, *after} if key != "guide" or not inner}
    spots = list(_spots(text, root, before, after, changed, _ORDER, 0))
    if inner and before["guide"] != after["guide"]:
        assert isinstance(guide, yaml.MappingNode)
        if guide.flow_style or not isinstance(after["guide"], dict) or not guide.value:
            return ""
        column = guide.value[0][0].start_mark.column
        keys = {*before["guide"], *after["guide"]}
        spots += _spots(text, guide, before["guide"], after["guide"], keys, tuple(ELEMENTS), column)
    for start, end, words in sorted(spots, key=lambda spot: (spot[0], spot[1]), reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _spots(
    text: str,
    node: yaml.MappingNode,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    keys: set[str],
    order: Sequence[str],
    column: int,
) -> Iterator[tuple[int, int, str]]:
    """Where the text of a key begins and ends, and what stands there instead."""
    spans = {}
    for key, value in node.value:
        start = key.start_mark.index - key.start_mark.column
        spans[key.value] = (start, _end_of(text, value))
    for key in _sorted(keys, order):
        if key in before and key in after and same(before[key], after[key]):
            continue
        words = _block(key, after[key], column) if key in after else ""
        if key in spans:
            yield (*spans[key], words)
        elif words:
            where = _before(key, order, spans, text)
            yield where, where, words


def _end_of(text: str, value: yaml.Node) -> int:
    """After the line on which the value ends; a comment behind it goes with it."""
    last = value
    while isinstance(last, yaml.MappingNode | yaml.SequenceNode) and last.value and not last.flow_style:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    end: int = last.end_mark.index
    if end and text[end - 1] == "\n":
        return end
    stop = text.find("\n", end)
    return len(text) if stop < 0 else stop + 1


def _before(key: str, order: Sequence[str], spans: Mapping[str, tuple[int, int]], text: str) -> int:
    """Where a new key goes: behind the last one that comes before it in the model's order."""
    rank = {name: number for number, name in enumerate(order)}
    earlier = [end for name, (_, end) in spans.items() if rank.get(name, 99) < rank.get(key, 99)]
    return max(earlier, default=min((start for start, _ in spans.values()), default=len(text)))


def _block(key: str, value: Any, column: int) -> str:
    body = yaml_text({key: value}, "")
    return "".join(
        f"{' ' * column}{line}" if line.strip() else line for line in body.splitlines(keepends=True)
    )


def _ordered(plain: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: plain[key] for key in _sorted(set(plain), _ORDER)}
    guide = found.get("guide")
    if isinstance(guide, dict):
        found["guide"] = {key: guide[key] for key in _sorted(set(guide), tuple(ELEMENTS))}
    return found


def _sorted(keys: set[str], order: Sequence[str]) -> list[str]:
    rank = {name: number for number, name in enumerate(order)}
    return sorted(keys, key=lambda key: (rank.get(key, len(rank)), key))
