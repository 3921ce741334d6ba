"""Where the keypad is: one node of what lies on top, never lost, and shown by the ring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from screens.kit.ring import Ring
from screens.kit.semantics import TOUCHABLE, Role
from screens.kit.tree import Node

if TYPE_CHECKING:
    from screens.stage import Stage

CONTROLS: Final = TOUCHABLE | {Role.TEXTFIELD, Role.SIGNATURE}
HEARD: Final = frozenset(
    {Role.HEADING, Role.TEXT, Role.LISTITEM, Role.IMAGE, Role.ALERT, Role.STATUS, Role.PROGRESS, Role.TIMER}
)
"""What an ear goes through beside the controls; eyes see it anyway."""
BACK: Final = ("back", "page-previous")
ONWARD: Final = ("start", "continue", "page-next")
"""What goes on and confirms nothing: an act is only done by who has gone to it."""
TEXT_RADIUS: Final = 8
MOST_PLACES: Final = 40

Mark = tuple[str, str, str, int]
"""Key, role and name, and which of those that have the same: what stays so when a page is built anew."""


class Focus:
    def __init__(self, stage: Stage, ring: Ring) -> None:
        self._stage = stage
        self._ring = ring
        self._mark: Mark | None = None
        self._index = 0
        self._places: dict[object, Mark] = {}  # where the focus was, for who comes back
        self._place: object = None
        self.stops: Sequence[Node] = ()
        self._marks: Sequence[Mark] = ()  # of the stops
        self.shown = False

    @property
    def node(self) -> Node | None:
        return self.stops[self._index] if self.stops else None

    def take(self, nodes: Sequence[Node], place: object, listening: bool) -> bool:
        """What can have the focus now.  True when it had to move to another node."""
        before = self._mark
        if place != self._place:
            if self._place is not None and self._mark is not None:
                self._places[self._place] = self._mark
                while len(self._places) > MOST_PLACES:
                    self._places.pop(next(iter(self._places)))
            self._place = place
            self._mark = self._places.get(place)
            self._index = -1
        self.stops = stops(nodes, listening)
        self._marks = marks_of(self.stops)
        self._settle()
        return self._mark != before

    def renamed(self, place: object) -> None:
        """The same place is called otherwise: the language is another one."""
        self._place = place

    def forget(self) -> None:
        """Another visit: nothing of where the last one was."""
        self._places.clear()
        self._place = self._mark = None

    def move(
        self,
        by: int,
        wrap: bool = False,
        only: frozenset[Role] | None = None,
        past: Callable[[Node], bool] = lambda _node: False,
    ) -> bool:
        """To the next (1) or the one before (-1); False at the end.  ``only``: nothing but these roles, and
        nothing that is disabled.  ``past``: nor these."""
        count = len(self.stops)
        index = self._index
        for _ in range(count):
            index += by
            if not 0 <= index < count:
                if not wrap:
                    return False
                index %= count
            node = self.stops[index]
            wanted = only is None or (node.role in only and not node.state.get("disabled"))
            if wanted and not past(node):
                return self._to(index)
        return False

    def go_to(self, key: str) -> bool:
        found = next((index for index, node in enumerate(self.stops) if node.key == key), None)
        return found is not None and self._to(found)

    def go_to_node(self, node: Node) -> bool:
        found = next((index for index, each in enumerate(self.stops) if each.widget is node.widget), None)
        return found is not None and self._to(found)

    def draw(self) -> None:
        """Put the ring where the node is now; it may have moved, or be gone."""
        node = self.node
        if not self.shown or node is None:
            if self._ring.shown is not None:
                self._ring.hide()
            return
        self._ring.ctx = self._stage.ctx
        if self._ring.shown != node_bounds(node):
            radius = getattr(node.widget, "radius", TEXT_RADIUS)
            self._ring.around(node_bounds(node), radius)
        after = self._stage.canvas.after
        if self._ring.canvas not in after.children:
            after.add(self._ring.canvas)

    def redraw(self) -> None:
        """Another theme or size."""
        self._ring.hide()
        self.draw()

    def _to(self, index: int) -> bool:
        self._index = index
        self._mark = self._marks[index]
        self.draw()
        return True

    def _settle(self) -> None:
        """The same node where it still is; else its neighbour; on a new page the first control."""
        marks = self._marks
        if not marks:
            self._mark, self._index = None, 0
            return
        if self._mark in marks:
            self._index = marks.index(self._mark)
            return
        if self._mark is not None and self._mark[0]:
            same = [index for index, mark in enumerate(marks) if mark[0] == self._mark[0]]
            if same:
                self._index, self._mark = same[0], marks[same[0]]
                return
        self._index = first(self.stops) if self._index < 0 else min(self._index, len(marks) - 1)
        self._mark = marks[self._index]


def stops(nodes: Sequence[Node], listening: bool) -> list[Node]:
    """In reading order; texts only for who listens."""
    wanted = CONTROLS | HEARD if listening else CONTROLS
    return [
        node
        for node in nodes
        if node.role in wanted
        # A mark before a line says nothing; a key is met even if it types no letter.
        and (node.role in CONTROLS or any(map(str.isalnum, node.name + node.value)))
    ]


def first(nodes: Sequence[Node]) -> int:
    """The first control that can be used, but the way on rather than the way back; else the first stop."""
    usable = [i for i, node in enumerate(nodes) if node.role in CONTROLS and not node.state.get("disabled")]
    if not usable:
        return 0
    if nodes[usable[0]].key in BACK:
        return next((index for index in usable if nodes[index].key in ONWARD), usable[0])
    return usable[0]


def marks_of(nodes: Sequence[Node]) -> list[Mark]:
    """Cells of a table and labels of a list are alike, and still each is met once."""
    met: Counter[tuple[str, str, str]] = Counter()
    marks: list[Mark] = []
    for node in nodes:
        alike = node.key, str(node.role), "" if node.key else node.name
        marks.append((*alike, met[alike]))
        met[alike] += 1
    return marks


def node_bounds(node: Node) -> tuple[float, float, float, float]:
    widget = node.widget
    return widget.x, widget.y, widget.width, widget.height
