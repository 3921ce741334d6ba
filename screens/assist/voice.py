"""The voice of one window: silent where there is none, and where nobody has asked for pages to be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiosk.speech.speaker import Utterance
from screens.assist import spoken
from screens.assist.narrator import Mouth, Narrator
from screens.kit.tree import Node

if TYPE_CHECKING:
    from screens.kit.context import Ctx


class Voice:
    """``mouth`` is ``None`` where the terminal has no voice."""

    def __init__(self, ctx: Ctx, mouth: Mouth | None) -> None:
        self._ctx = ctx
        self._mouth = mouth
        self._narrator = Narrator(ctx, mouth) if mouth is not None else None
        self._manner: object = None
        self.spoke = False
        """Pages were read aloud when something was last drawn."""

    @property
    def there(self) -> bool:
        return self._narrator is not None

    @property
    def speaking(self) -> bool:
        """Pages are read aloud."""
        return self._narrator is not None and self._ctx.state.mode.speaks

    @property
    def busy(self) -> bool:
        return self._mouth is not None and self._mouth.busy

    @property
    def adjusted(self) -> bool:
        """Rate or volume is another one than when something was last drawn."""
        return self._manner is not None and self._manner_now() != self._manner

    def hush(self) -> None:
        if self._mouth is not None:
            self._mouth.hush()

    def headphones(self, inside: bool) -> None:
        if self._mouth is not None:
            self._mouth.headphones(inside)

    def announce(self, key: str) -> None:
        """Said also where pages are not read aloud: to offer that, or because it was asked for."""
        if self._narrator is not None:
            self._narrator.say(key)

    def read_out(self, text: str) -> None:
        """What somebody asked to hear, also where the pages are not read aloud."""
        if self._narrator is not None:
            self._narrator.speak([Utterance(text, self._ctx.tongue)])

    def say(self, key: str, interrupt: bool = True, private: bool = False, **args: object) -> None:
        if self._narrator is not None and self.speaking:
            self._narrator.say(key, interrupt, private, **args)

    def page(self, nodes: Sequence[Node], focused: Node | None) -> None:
        if self._narrator is not None and self.speaking:
            self._narrator.page(nodes, focused)

    def focused(self, nodes: Sequence[Node], node: Node, interrupt: bool = True) -> None:
        if self._narrator is not None and self.speaking:
            self._narrator.focused(nodes, node, interrupt)

    def spelled(self, letter: str, field: Node | None, nodes: Sequence[Node]) -> None:
        """A letter, and after a pause what is meant by it so far."""
        private = field is None or field.private
        if private and not self._ctx.state.headphones:
            self.field(field)
            return
        self.say("speech.digit", private=private, digit=letter)
        if self._narrator is not None and self.speaking:
            self._narrator.speak(spoken.best(self._ctx, nodes, private), interrupt=False)

    def typed(self, digit: str, before: Node | None, field: Node | None, nodes: Sequence[Node]) -> None:
        """A digit, and where it was the last of its box, which one is next or what they say together."""
        if self._ctx.state.headphones:
            self.say("speech.digit", private=True, digit=digit)
        else:
            self.field(field)
        if field is not None and before is not None and field.key != before.key:
            self.say("speech.digit", interrupt=False, digit=field.name)
        elif whole := spoken.whole_date(nodes):
            self.say("speech.digit", interrupt=False, private=True, digit=whole)

    def field(self, field: Node | None) -> None:
        """What stands in the box now; if it is private, only headphones hear more than how much."""
        if field is None or not field.value:
            self.say("speech.empty")
        elif self._ctx.state.headphones or not field.private:
            self.say("speech.digit", private=field.private, digit=spoken.one_by_one(self._ctx, field.value))
        else:
            self.say("speech.typed", count=len([sign for sign in field.value if sign.isalnum()]))

    def again(self, nodes: Sequence[Node], focused: Node | None) -> None:
        """A page that was heard before: what is new on it, and where one is."""
        if self._narrator is not None and self.speaking:
            self._narrator.changed(nodes)
            if focused is not None:
                self._narrator.focused(nodes, focused, interrupt=False)

    def look(self, nodes: Sequence[Node]) -> None:
        """Once a second: what changed by itself, and how long is left."""
        if self._narrator is not None and self.speaking:
            self._narrator.changed(nodes)
            self._narrator.countdown()

    def shown(self, nodes: Sequence[Node], focused: Node | None, new: bool) -> None:
        """Say what there is to be said of what was drawn; ``new``: it is another page."""
        spoke, adjusted = self.spoke, self.adjusted
        self.spoke, self._manner = self.speaking, self._manner_now()
        narrator, state = self._narrator, self._ctx.state
        if narrator is None:
            return
        if not self.speaking:
            if spoke:
                self.hush()
        elif not spoke:
            by_keys = state.headphones or state.mode.keypad
            narrator.page(nodes, focused, before="speech.begun_keys" if by_keys else "speech.begun")
        elif adjusted and not new:
            narrator.say("speech.manner", rate=state.mode.rate, volume=state.mode.volume)
        elif new:
            narrator.page(nodes, focused)
        else:
            narrator.changed(nodes)

    def _manner_now(self) -> tuple[float, int]:
        mode = self._ctx.state.mode
        return mode.rate, mode.volume
