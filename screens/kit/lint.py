"""What a page must never be, checked on what is really laid out: run over every page in every shape.

Names, sizes, gaps, reach, cut or covered text, contrast.  Lengths in findings are pixels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from screens.kit.block import Block
from screens.kit.press import Pressable
from screens.kit.semantics import Role
from screens.kit.text import Icon, Text
from screens.kit.tree import Node, topmost, tree
from screens.theme import TARGET_GAP, contrast
from values import dataclass

if TYPE_CHECKING:
    from kivy.uix.widget import Widget

    from screens.theme import Metrics, Theme

NAMED: Final = frozenset(Role) - {Role.NONE, Role.LIST, Role.RADIOGROUP}
LIVE: Final = frozenset({Role.ALERT, Role.STATUS, Role.TEXT})
TEXT_CONTRAST: Final = 7.0
DISABLED_CONTRAST: Final = 4.5
DRAWING_CONTRAST: Final = 3.0
ROUNDING: Final = 1.5
"""Pixels by which whole-pixel places may differ from the exact ones."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Finding:
    """``rule`` is lower-case dotted; ``where`` the key or role of what is wrong, never a name."""

    rule: str
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule} {self.where}: {self.detail}"


def lint(root: Widget, metrics: Metrics) -> list[Finding]:
    """All findings on what is shown; an empty list is a page as it should be."""
    nodes = tree(root)
    top = topmost(root)
    texts = [widget for widget in _walk(top) if isinstance(widget, Text) and widget.lines]
    theme = next((widget.ctx.theme for widget in _walk(top) if isinstance(widget, Block)), None)
    findings = [
        *_names(nodes),
        *_by_ear_and_key(nodes),
        *_targets(nodes, metrics),
        *_gaps(nodes, metrics),
        *_reach(nodes, metrics),
        *_cut(texts, metrics),
        *_covered(texts, top),
    ]
    if theme is not None:
        findings += _contrasts(top, theme)
    return findings


def _where(node: Node) -> str:
    return node.key or str(node.role)


def _names(nodes: list[Node]) -> Iterator[Finding]:
    for node in nodes:
        if node.role in NAMED and not node.name.strip():
            yield Finding("name.empty", _where(node), "nothing to be spoken")
        if node.state.get("invalid") and not node.state.get("error"):
            yield Finding("error.silent", _where(node), "nothing says what to do")
        if node.state.get("disabled") and not node.state.get("reason"):
            yield Finding("disabled.silent", _where(node), "nothing says why")
    touchable = [node for node in nodes if node.touchable]
    for name, count in Counter(node.name for node in touchable).items():
        if count > 1:
            where = ", ".join(_where(node) for node in touchable if node.name == name)
            yield Finding("name.twice", where, f"{count} targets of one name")
    for key, count in Counter(node.key for node in nodes if node.key).items():
        if count > 1:
            yield Finding("key.twice", key, f"{count} widgets")
    for node in touchable:
        if not node.key:
            yield Finding("key.missing", str(node.role), "no test can find it")


def _by_ear_and_key(nodes: list[Node]) -> Iterator[Finding]:
    """A keypad stops at everything that is touched, and an ear hears what it is."""
    from screens.assist.focus import stops

    reached = {id(node.widget) for node in stops(nodes, listening=False)}
    for node in nodes:
        if node.touchable and id(node.widget) not in reached:
            yield Finding("keypad.unreachable", _where(node), "the focus never comes here")
    heard = {id(node.widget) for node in stops(nodes, listening=True)}
    for node in nodes:
        if node.live != "off" and node.role in LIVE and node.name and id(node.widget) not in heard:
            yield Finding("live.unspoken", _where(node), "is live and never spoken")


def _targets(nodes: list[Node], metrics: Metrics) -> Iterator[Finding]:
    least = metrics.px(metrics.target_least) - ROUNDING
    for node in nodes:
        x, y, width, height = node.bounds
        if node.touchable and (width < least or height < least):
            yield Finding(
                "target.small", _where(node), f"{width:.0f}x{height:.0f}, {least:.0f} are the least"
            )
        if not _within(node.bounds, (0, 0, metrics.width, metrics.height)):
            yield Finding("bounds.outside", _where(node), f"{x:.0f},{y:.0f} {width:.0f}x{height:.0f}")


def _gaps(nodes: list[Node], metrics: Metrics) -> Iterator[Finding]:
    least = metrics.px(TARGET_GAP) - ROUNDING
    for one, other in combinations([node for node in nodes if node.touchable], 2):
        gap = _apart(one.bounds, other.bounds)
        if gap < least:
            detail = f"{gap:.0f} apart, {least:.0f} are the least"
            yield Finding("target.gap", f"{_where(one)} and {_where(other)}", detail)


def _apart(one: Box, other: Box) -> float:
    """Pixels between two boxes, across or down; negative when they overlap."""
    across = max(one[0], other[0]) - min(one[0] + one[2], other[0] + other[2])
    down = max(one[1], other[1]) - min(one[1] + one[3], other[1] + other[3])
    return max(across, down)


def _reach(nodes: list[Node], metrics: Metrics) -> Iterator[Finding]:
    if not metrics.reach:
        return
    for node in nodes:
        top = node.bounds[1] + node.bounds[3]
        if (node.touchable or node.role is Role.SIGNATURE) and top > metrics.reach_top + ROUNDING:
            yield Finding("reach.above", _where(node), f"ends at {top:.0f}, reach at {metrics.reach_top}")


def _cut(texts: list[Text], metrics: Metrics) -> Iterator[Finding]:
    for text in texts:
        where = _owner(text)
        high = len(text.lines) * text.style.line
        if high > text.height + ROUNDING:
            yield Finding("text.cut", where, f"{high} high in a box of {text.height:.0f}")
        if text.drawn_width > text.width + ROUNDING:
            yield Finding("text.wide", where, f"{text.drawn_width} wide in a box of {text.width:.0f}")
        x, y, width, height = _ink(text)
        if not _within((x, y, width, height), (0, 0, metrics.width, metrics.height)):
            yield Finding("text.outside", where, f"at {x:.0f},{y:.0f}")
        for ancestor in _ancestors(text):
            box = (ancestor.x, ancestor.y, ancestor.width, ancestor.height)
            if not _within((x, y, width, height), box):
                yield Finding("text.over_edge", where, f"reaches out of {type(ancestor).__name__}")
                break


def _within(inner: Box, outer: Box) -> bool:
    return (
        outer[0] - ROUNDING <= inner[0]
        and outer[1] - ROUNDING <= inner[1]
        and inner[0] + inner[2] <= outer[0] + outer[2] + ROUNDING
        and inner[1] + inner[3] <= outer[1] + outer[3] + ROUNDING
    )


def _covered(texts: list[Text], top: Widget) -> Iterator[Finding]:
    for one, other in combinations(texts, 2):
        if _apart(_ink(one), _ink(other)) < -ROUNDING:
            yield Finding("text.overlap", f"{_owner(one)} and {_owner(other)}", "lie on each other")
    targets = [widget for widget in _walk(top) if isinstance(widget, Pressable)]
    for text in texts:
        for target in targets:
            if target in _ancestors(text) or text is target:
                continue
            box = (target.x, target.y, target.width, target.height)
            if _apart(_ink(text), box) < -ROUNDING:
                yield Finding("text.covered", _owner(text), f"lies under {target.key}")


def _ink(text: Text) -> Box:
    """The box of what is drawn, not of the room that it has."""
    high = len(text.lines) * text.style.line
    x = text.x
    if text.align == "center":
        x += (text.width - text.drawn_width) / 2
    elif text.align == "right":
        x += text.width - text.drawn_width
    return (x, text.y + (text.height - high) / 2, text.drawn_width, high)


def _contrasts(top: Widget, theme: Theme) -> Iterator[Finding]:
    for widget in _walk(top):
        if not isinstance(widget, Text | Icon):
            continue
        ground = ground_of(widget)
        ratio = contrast(theme[widget.color], theme[ground])
        least = TEXT_CONTRAST if isinstance(widget, Text) else DRAWING_CONTRAST
        if widget.color == "disabled":
            least = min(least, DISABLED_CONTRAST)
        if ratio < least:
            yield Finding(
                "contrast.low", _owner(widget), f"{widget.color} on {ground} in {theme.name}: {ratio:.1f}:1"
            )


def ground_of(widget: Block) -> str:
    """The token that lies directly behind a widget."""
    for each in (widget, *_ancestors(widget)):
        if each.ground == "sheet":
            return "surface"
        if each.ground:
            return each.ground
    return "bg"


def _owner(widget: Block) -> str:
    """The key or kind of the widget that a text belongs to: texts themselves may be a person's."""
    for each in (widget, *_ancestors(widget)):
        if each.key:
            return each.key
    return f"{type(widget.parent).__name__}/{type(widget).__name__}"


def _ancestors(widget: Block) -> list[Block]:
    found: list[Block] = []
    above: Any = widget.parent
    while isinstance(above, Block):
        found.append(above)
        above = above.parent
    return found


def _walk(widget: Any) -> Iterator[Any]:
    yield widget
    for child in reversed(widget.children):
        yield from _walk(child)
