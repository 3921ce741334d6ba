"""What is said when: a new page, what has the focus, and what changes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from kiosk.speech.speaker import Manner, Utterance
from kiosk.visit.state import Overlay, Page
from screens.assist import spoken
from screens.assist.focus import CONTROLS
from screens.kit.semantics import Role
from screens.kit.tree import Node

if TYPE_CHECKING:
    from screens.kit.context import Ctx

WAITING_PAGES: Final = (Page.IDENTIFY, Page.SUBMITTING)
"""Where things happen by themselves: what changes there is said."""
COUNTDOWN: Final = (30, 15, 5)
"""Seconds left on the idle warning at which it is said again."""

Said = tuple[str, str, str]


class Mouth(Protocol):
    """What a window needs of ``kiosk.speech.speaker.Speaker``."""

    @property
    def busy(self) -> bool: ...

    def say(self, utterances: Sequence[Utterance], manner: Manner = ..., interrupt: bool = True) -> None: ...

    def hush(self) -> None: ...

    def headphones(self, inside: bool) -> None: ...


class Narrator:
    def __init__(self, ctx: Ctx, mouth: Mouth) -> None:
        self._ctx = ctx
        self._mouth = mouth
        self._known: set[Said] = set()
        self._left = 0

    @property
    def _alone(self) -> bool:
        return self._ctx.state.headphones

    def say(self, key: str, interrupt: bool = True, private: bool = False, **args: object) -> None:
        """One sentence of the words."""
        self.speak([Utterance(self._ctx.words(key, **args), self._ctx.tongue, private)], interrupt)

    def speak(self, utterances: Sequence[Utterance], interrupt: bool = True) -> None:
        mode = self._ctx.state.mode
        self._mouth.say(utterances, Manner(mode.rate, mode.volume), interrupt)

    # --- pages ----------------------------------------------------------------------------------------

    def page(
        self, nodes: Sequence[Node], focused: Node | None, interrupt: bool = True, before: str = ""
    ) -> None:
        """A new page: heading, step, what stands before the first control, and that control."""
        ctx = self._ctx
        self._remember(nodes)
        said = [Utterance(ctx.words(before), ctx.tongue)] if before else []
        said += spoken.introduced(ctx, nodes, CONTROLS, self._alone)
        if focused is not None and focused.role in CONTROLS:
            said += self._described(nodes, focused)
        self.speak(said, interrupt)

    def focused(self, nodes: Sequence[Node], node: Node, interrupt: bool = True) -> None:
        self.speak(self._described(nodes, node), interrupt)

    def changed(self, nodes: Sequence[Node]) -> None:
        """The same page, something on it is new: alerts at once, the rest when there is silence."""
        waiting = self._ctx.state.page in WAITING_PAGES and self._ctx.state.overlay is Overlay.NONE
        new = [node for node in nodes if _key(node) not in self._known]
        self._remember(nodes)
        urgent = [node for node in new if node.live == "assertive" and node.role is not Role.DIALOG]
        calm = [
            node
            for node in new
            if node.role is not Role.TIMER
            and node not in urgent
            and (node.live == "polite" or (waiting and node.role in spoken.NAMELESS))
            and node.role not in spoken.SILENT_ROLES
        ]
        for group, interrupt in ((urgent, True), (calm, False)):
            heard = [node for node in group if not spoken.withheld(node, not self._alone)]
            said = [each for node in heard for each in spoken.described(self._ctx, node, self._alone)]
            if said:
                self.speak(said, interrupt)

    def countdown(self) -> None:
        """The idle warning again, now and then; each second would be noise."""
        left = self._ctx.state.idle_left
        if self._ctx.state.overlay is Overlay.IDLE and left != self._left and left in COUNTDOWN:
            self.say("idle.left", seconds=left)
        self._left = left

    def _described(self, nodes: Sequence[Node], node: Node) -> list[Utterance]:
        position = spoken.positions(nodes).get(node.key)
        return [
            *spoken.described(self._ctx, node, self._alone, position),
            *spoken.hint(self._ctx, node, self._alone),
        ]

    def _remember(self, nodes: Sequence[Node]) -> None:
        self._known = {_key(node) for node in nodes}


def _key(node: Node) -> Said:
    return str(node.role), node.name, node.value
