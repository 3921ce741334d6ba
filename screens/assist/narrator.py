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
from screens.words import Catalogue as Words
from screens.words import languages

if TYPE_CHECKING:
    from screens.kit.context import Ctx

WAITING_PAGES: Final = (Page.IDENTIFY, Page.SUBMITTING)
"""Where things happen by themselves: what changes there is said."""
COUNTDOWN: Final = (30, 15, 5)
"""Seconds left on the idle warning at which it is said again."""

STILL: Final = frozenset({Role.TEXT, Role.LISTITEM, Role.IMAGE})
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
        self._still: set[Said] = set()
        self._at: object = None
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
        at = (ctx.state.number, ctx.state.page, ctx.state.overlay)
        self._remember(nodes, anew=at != self._at)
        self._at = at
        said = [Utterance(ctx.words(before), ctx.tongue), *self._others()] if before else []
        said += spoken.introduced(ctx, nodes, CONTROLS, self._alone)
        if focused is not None and focused.role in CONTROLS:
            if focused.key.startswith("edit:") and (row := spoken.row_of(nodes, focused)) is not None:
                said += spoken.described(ctx, row, self._alone)  # what was changed, as it stands now
            said += self._described(nodes, focused)
        self.speak(said, interrupt)

    def _others(self) -> list[Utterance]:
        """In each other language, how to come to it."""
        said = {Words.of(each).text("speech.own_language"): each for each in reversed(languages())}
        return [
            Utterance(text, language)  # one that lacks the sentence has another's, which says it itself
            for text, language in said.items()
            if language not in (self._ctx.language, self._ctx.tongue)
        ]

    def focused(self, nodes: Sequence[Node], node: Node, interrupt: bool = True) -> None:
        self.speak(self._described(nodes, node), interrupt)

    def changed(self, nodes: Sequence[Node]) -> None:
        """The same page, something on it is new: alerts at once, the rest when there is silence."""
        waiting = self._ctx.state.page in WAITING_PAGES and self._ctx.state.overlay is Overlay.NONE
        new = [node for node in nodes if _key(node) not in self._known]
        self._remember(nodes)
        heading = [node for node in new if node is spoken.first_heading(nodes)]
        urgent = [node for node in new if node.live == "assertive" and node.role is not Role.DIALOG]
        calm = [
            node
            for node in new
            if node.role is not Role.TIMER
            and node not in (*urgent, *heading)
            and (node.live == "polite" or (waiting and node.role in spoken.NAMELESS))
            and node.role not in spoken.SILENT_ROLES
        ]
        # Who is being told the number hears it to its end.
        at_once = self._ctx.state.page is not Page.DONE
        for group, interrupt in ((heading, False), (urgent, at_once), (calm, False)):
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

    def _remember(self, nodes: Sequence[Node], anew: bool = False) -> None:
        """What stands still and comes back is no news; what reports something is, each time."""
        still = set() if anew else self._still
        self._still = still | {_key(node) for node in nodes if node.role in STILL and node.live == "off"}
        self._known = self._still | {_key(node) for node in nodes}


def _key(node: Node) -> Said:
    return str(node.role), node.name, node.value
