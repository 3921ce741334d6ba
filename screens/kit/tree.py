"""The page as an ear, a keypad or a test meets it: walked on demand, from the topmost dialog if any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from screens.kit.semantics import TOUCHABLE, Role, Semantic
from values import dataclass

if TYPE_CHECKING:
    from kivy.uix.widget import Widget

Bounds = tuple[float, float, float, float]
LEAVES = TOUCHABLE | {Role.HEADING, Role.TEXT, Role.TEXTFIELD, Role.IMAGE, Role.PROGRESS, Role.TIMER}


@dataclass(frozen=True, repr=False)
class Node:
    """``bounds`` are x, y, width, height in window pixels from the lower left corner."""

    role: Role
    name: str
    value: str
    hint: str
    key: str
    state: dict[str, Any]
    live: str
    bounds: Bounds
    widget: Widget
    page: str
    private: bool = False

    @property
    def centre(self) -> tuple[float, float]:
        x, y, width, height = self.bounds
        return x + width / 2, y + height / 2

    @property
    def touchable(self) -> bool:
        return self.role in TOUCHABLE

    def __repr__(self) -> str:
        return f"Node({self.role} {self.key!r})"  # names may be a person's


def tree(root: Widget) -> list[Node]:
    """All that means something, in reading order."""
    top = topmost(root)
    page = next((each.value for each in _all(root) if each.role is Role.SCREEN), "")
    return [_node(widget, page, private) for widget, private in _meaningful(top, False)]


def topmost(root: Widget) -> Widget:
    """The dialog that takes all touches, or the root."""
    dialogs = [widget for widget in _all(root) if widget.role is Role.DIALOG]
    return dialogs[-1] if dialogs else root


def find(
    nodes: list[Node], role: str | None = None, name: str | None = None, key: str | None = None
) -> Node | None:
    """The first node that has all that is asked for."""
    for node in nodes:
        if (
            (role is None or node.role == role)
            and (name is None or node.name == name)
            and (key is None or node.key == key)
        ):
            return node
    return None


def _ordered(widget: Widget) -> list[Widget]:
    """Children in reading order: as added, unless ``order`` says otherwise."""
    children: list[Widget] = widget.children[::-1]
    children.sort(key=lambda child: getattr(child, "order", 0))
    return children


def _meaningful(widget: Widget, private: bool) -> Iterator[tuple[Widget, bool]]:
    if isinstance(widget, Semantic):
        private = private or widget.private
        if widget.role:
            yield widget, private
            if widget.role in LEAVES:
                return
    for child in _ordered(widget):
        yield from _meaningful(child, private)


def _all(widget: Widget) -> Iterator[Any]:
    if isinstance(widget, Semantic):
        yield widget
    for child in _ordered(widget):
        yield from _all(child)


def _node(widget: Any, page: str, private: bool) -> Node:
    return Node(
        role=widget.role,
        name=widget.name,
        value=widget.value,
        hint=widget.hint,
        key=widget.key,
        state=dict(widget.state),
        live=widget.live,
        bounds=(widget.x, widget.y, widget.width, widget.height),
        widget=widget,
        page=page,
        private=private,
    )
