"""What a technician's page gets: how to draw, what is true, and where commands go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kiosk.technician.state import TechnicianState
from screens.kit.block import Block
from screens.kit.buttons import Button, Kind
from screens.technician.site import Site
from screens.technician.words import words_of

if TYPE_CHECKING:
    from kiosk.technician.commands import Command
    from screens.kit.context import Ctx


class Desk(Protocol):
    """What a window needs of ``kiosk.technician.desk.TechnicianDesk``."""

    woken: Callable[[], None]
    """The window's: what is to be called, from any thread, when :meth:`poll` has something to take."""

    @property
    def state(self) -> TechnicianState: ...

    def send(self, command: Command) -> None: ...

    def poll(self) -> bool: ...

    def crashed(self) -> None: ...


class Room:
    """One for the window; ``ctx`` is its own, with smaller type, and its draft is emptied with each view."""

    def __init__(self, ctx: Ctx, desk: Desk, site: Site) -> None:
        self.ctx = ctx
        self.desk = desk
        self.site = site
        self.act: Callable[[Command], None] = desk.send  # the window draws afterwards

    @property
    def state(self) -> TechnicianState:
        return self.desk.state

    @property
    def language(self) -> str:
        return self.ctx.language

    def words(self, key: str, **args: object) -> str:
        return words_of(self.ctx.language).text(key, **args)

    def button(
        self,
        key: str,
        label: str,
        command: Command | Callable[[], None],
        kind: Kind = "secondary",
        icon: str | None = None,
        disabled: str | None = None,
        name: str = "",
    ) -> Button:
        """A technician's button; ``command`` is sent, or called where it is a function.

        ``disabled``: why it cannot be pressed now, which is spoken.
        """

        def press() -> None:
            if callable(command):
                command()
            else:
                self.act(command)

        made = Button(self.ctx, key, label, press, kind, icon, high=self.ctx.metrics.dense_high)
        if disabled is not None:
            made.disable(disabled)
            made.repaint()
        if name:
            made.name = name
        return made


@dataclass
class TechParts:
    """``side`` stands beside the body where the panel lies across, and below it where it stands upright."""

    heading: str
    lead: str = ""
    body: Sequence[Block] = ()
    buttons: Sequence[Button] = ()  # the affirmative one last
    side: Block | None = None
    gap: float = 16


class TechPage:
    """One view.  Built anew when the state looks different; ``refresh`` keeps up what ticks."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.ctx = room.ctx

    def parts(self) -> TechParts:
        raise NotImplementedError(type(self).__name__)

    def refresh(self) -> None:
        """Only what counts by itself has changed."""

    def words(self, key: str, **args: object) -> str:
        return self.room.words(key, **args)
