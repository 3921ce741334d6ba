"""What a citizen's page is: what it shows, cut to what fits, and when it has to be built anew.

``screens.citizen`` gives the window three functions: ``page_class(page: Page) -> type[CitizenPage]``,
which imports the page's module only then; ``overlay(ctx: Ctx) -> Block | None``, the dialog or veil that
``ctx.state.overlay`` asks for; ``overlay_signature(ctx: Ctx) -> object``, equal while it looks the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from screens.kit.block import Block
from screens.theme import NARROW_GAP

if TYPE_CHECKING:
    from kiosk.visit.state import Page, Visit
    from screens.kit.buttons import Button
    from screens.kit.context import Ctx


@dataclass(frozen=True)
class Extract:
    """What part of a list too long to be measured whole the body is.  ``said`` on the pager, for short."""

    before: bool
    after: bool
    said: str
    short: str


@dataclass
class Parts:
    """A page's parts; the frame puts them where the panel's shape wants them.

    ``heading`` and ``lead`` may be a text or a widget of its own.  ``secondary`` stand left of ``primary``,
    which names the act.  ``aside`` (across only: a drawing, a summary) must repeat or illustrate, never
    be the only place where something is said.  ``step`` is (i, n), counted from 1.  A body that does not
    fit is cut into pages; ``on_turn`` is for those whose page number is the visit's, not the window's.
    ``read_first``: on a small panel the act comes on the last of them, because all is to be seen before.
    """

    heading: str | Block
    lead: str | Block | None = None
    body: Sequence[Block] = ()
    primary: Button | None = None
    secondary: Sequence[Button] = ()
    aside: Block | None = None
    step: tuple[int, int] | None = None
    gap: float = field(default=24)  # between the parts of the body, in units
    page: int = 0  # of a body that does not fit, counted from 0; used with on_turn
    on_turn: Callable[[int], None] | None = None  # gets the number of the page asked for
    read_first: bool = False
    extract: Extract | None = None  # given: the body is one page of many, and the page has cut it itself


class CitizenPage:
    """One page.  Subclasses set ``name`` and give ``parts``; they draw from ``ctx.state`` and send events.

    The window builds a new page when ``signature`` of the state changes, and calls ``refresh`` otherwise,
    so ``refresh`` only has to keep up what the signature leaves out.
    """

    name: ClassVar[Page]

    def __init__(self, ctx: Ctx) -> None:
        self.ctx = ctx

    def parts(self) -> Parts:
        raise NotImplementedError(type(self).__name__)

    def signature(self, state: Visit) -> object:
        """Equal for states that look the same.  By default all but clocks, overlay and call for help.

        A device that comes or goes is drawn where it is shown only: it must not take the keys from under
        a finger that is filling in a form.
        """
        from kiosk.visit.state import Appointment, Asking, HelpState, Overlay, Page, PaperText

        asking = self.name is Page.IDENTIFY
        offering = self.name in (Page.HOME, Page.MATTERS, Page.GUIDE)
        return replace(
            state,
            overlay=Overlay.NONE,
            help=HelpState.CLOSED,
            appointment=Appointment(),
            asking=Asking(),
            phone=None,
            paper_text=PaperText(),
            unavailable=state.unavailable if offering else {},
            readers=state.readers if asking else None,
            reader_fault="",
            readers_permanent=asking and state.readers_permanent,
            headphones=False,
            characters=0,
            last_touch=0.0,
            idle_left=0,
        )

    def refresh(self, state: Visit) -> None:
        """The state changed, the signature did not."""

    def context(self) -> Block | None:
        """What stands beside the content where the panel lies across: see ``Parts.aside``."""
        return None

    def complete(self) -> Parts:
        """``parts`` with the context beside them, where there is room for it."""
        parts = self._with_context(self.parts())
        if self.ctx.metrics.narrow:
            return replace(parts, gap=min(parts.gap, NARROW_GAP))
        return parts

    def _with_context(self, parts: Parts) -> Parts:
        metrics = self.ctx.metrics
        if parts.aside is not None or not metrics.has_aside:
            return parts
        return replace(parts, aside=self.context())

    def body_width(self) -> int:
        """Pixels across for the body."""
        from screens.kit.areas import body_width

        return body_width(self.ctx, self._with_context(Parts("")).aside is not None)

    def is_tight(self, parts: Parts) -> bool:
        """Whether the panel has no room for all that ``parts`` has beside the body."""
        from screens.kit.areas import Areas

        return Areas(self.ctx, self._with_context(parts)).tight

    def extract_room(self, parts: Parts) -> tuple[int, int]:
        """Pixels across and down for the body of ``parts``, whose ``extract`` is as long as it may get."""
        from screens.kit.areas import Areas

        whole = self._with_context(parts)
        areas = Areas(self.ctx, whole)
        if areas.tight:
            return areas.width, Areas(self.ctx, whole, leaves=True).body[3]
        return areas.width, areas.body[3] - areas.pager()

    def body_height(self, parts: Parts) -> int:
        """Pixels that are left for the body beside the rest of ``parts``, whose body does not count."""
        from screens.kit.areas import Areas

        return Areas(self.ctx, self._with_context(parts)).body[3]

    def leaf_height(self, parts: Parts) -> int:
        """Pixels that are left for each leaf of a body that is turned over."""
        from screens.kit.areas import Areas

        whole = self._with_context(parts)
        areas = Areas(self.ctx, whole)
        if self.ctx.metrics.narrow and (among := Areas.with_turning(self.ctx, whole)) is not None:
            return max(among.body[3], areas.body[3] - areas.pager())
        return areas.body[3] - areas.pager()
