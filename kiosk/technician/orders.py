"""What the platform has told this terminal to do: out of service, and back.

Orders come with the answer to a heartbeat, on its thread, again and again until their end was told.  They are
obeyed on the window's thread, between visits; back into service only when no technician is in the room.  What
was obeyed last is on disk: after a restart the same order is not obeyed a second time.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from devices.contract import Fault
from kiosk.audit.events import KEY_PATTERNS
from kiosk.technician.books import OUT_OF_SERVICE, Books
from values import dataclass

if TYPE_CHECKING:
    from kiosk.technician.state import TechnicianState

LAST_ORDER: Final = "last_order"
OUT, BACK = "out_of_service", "back_in_service"
KINDS: Final = (OUT, BACK)
MOST_WAITING: Final = 20
SHOWN_CHARACTERS: Final = 60
# Also what turns the direction of a text, and halves of a character, which no store takes.
_NOT_SHOWN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Order:
    """``number`` and ``asked_at`` together make it the same order when it comes again."""

    number: int
    asked_at: str
    kind: str
    by: str
    reason: str


class Orders:
    """:meth:`take`, :meth:`told` and :meth:`heard` from any thread; :meth:`obey` on the window's."""

    def __init__(
        self, books: Books, write_event: Callable[..., None], came: Callable[[], None] = lambda: None
    ) -> None:
        """``came`` hears, on the heartbeat's thread, that something waits to be obeyed."""
        self._books = books
        self._write_event = write_event
        self._came = came
        self._lock = threading.Lock()
        self._waiting: list[Order] = []
        self._ends: list[dict[str, Any]] = []
        last = books.marked(LAST_ORDER) or {}
        self._last = (last.get("number"), last.get("asked_at"))
        self._last_outcome = str(last.get("outcome", "done"))
        self._service = service_of(books.marked(OUT_OF_SERVICE))
        self.obeyed: Callable[[], None] = lambda: None  # something was: the platform should hear it soon

    def take(self, given: object) -> None:
        """The commands of a heartbeat's answer, whatever the platform sent there."""
        for each in given if isinstance(given, list) else ():
            order = _order(each)
            if order is not None:
                self._put(order)
        if self._waiting:
            self._came()

    def told(self) -> dict[str, Any]:
        """For the next heartbeat: in service or not, and what became of orders."""
        with self._lock:
            return {"service": self._service, "commands": list(self._ends[:MOST_WAITING])}

    def heard(self, told: Iterable[Mapping[str, Any]]) -> None:
        """The platform has kept these ends."""
        known = [each["id"] for each in told]
        with self._lock:
            self._ends = [each for each in self._ends if each["id"] not in known]

    def obey(self, state: TechnicianState, nobody_is_here: bool) -> TechnicianState:
        """Carry out what waits, as far as it may be now."""
        while self._waiting and nobody_is_here:
            order = self._waiting[0]
            if order.kind == BACK and state.on:
                return state
            state, outcome, detail = self._carry_out(order, state)
            with self._lock:
                self._waiting.pop(0)
            self._end(order, outcome, detail)
        return state

    def note(self, out: bool) -> None:
        """A technician has done it here."""
        with self._lock:
            self._service = "closed_here" if out else "open"

    # --- within ---------------------------------------------------------------------------------------

    def _put(self, order: Order) -> None:
        same = (order.number, order.asked_at)
        with self._lock:
            if any((each.number, each.asked_at) == same for each in self._waiting):
                return
            if same == self._last:
                if all(each["id"] != order.number for each in self._ends):
                    self._ends.append({"id": order.number, "outcome": self._last_outcome, "detail": ""})
                return
            if order.kind in KINDS and len(self._waiting) < MOST_WAITING:
                self._waiting.append(order)
                return
        self._end(order, "refused", "unknown_kind")

    def _carry_out(self, order: Order, state: TechnicianState) -> tuple[TechnicianState, str, str]:
        out = order.kind == OUT
        mark = {"by": order.by, "reason": order.reason, "platform": True} if out else None
        if out == state.out_of_service and (not out or not state.closed_by_platform):
            return state, "done", ""  # it is so already, by a technician's hand: that stays told
        fault = self._books.mark(OUT_OF_SERVICE, mark)
        if isinstance(fault, Fault):
            return state, "refused", fault.code
        self._write_event(f"service.{'closed' if out else 'opened'}", by=audited(order.by))
        with self._lock:
            self._service = service_of(mark)
        return closed(replace(state, service_asked=False), mark), "done", ""

    def _end(self, order: Order, outcome: str, detail: str) -> None:
        """On disk first: told twice is harmless, done twice is not."""
        mark = {"number": order.number, "asked_at": order.asked_at, "outcome": outcome}
        self._books.mark(LAST_ORDER, mark)
        with self._lock:
            self._last, self._last_outcome = (order.number, order.asked_at), outcome
            self._ends.append({"id": order.number, "outcome": outcome, "detail": detail})
        self.obeyed()


def closed(state: TechnicianState, mark: Mapping[str, Any] | None) -> TechnicianState:
    """``state``, in or out of service as the mark on disk says; by whom and why."""
    if mark is None:
        return replace(state, out_of_service=False, closed_by="", closed_reason="", closed_by_platform=False)
    return replace(
        state,
        out_of_service=True,
        closed_by=str(mark.get("by", "")),
        closed_reason=str(mark.get("reason", "")),
        closed_by_platform=mark.get("platform") is True,
    )


def service_of(mark: Mapping[str, Any] | None) -> str:
    """In the words of the platform's interface."""
    if mark is None:
        return "open"
    return "closed_by_platform" if mark.get("platform") is True else "closed_here"


def audited(name: str) -> str:
    """A name as the chain takes it: one with a long number in it is not written down."""
    return name if KEY_PATTERNS["by"].fullmatch(name) else "platform"


def _order(given: object) -> Order | None:
    if not isinstance(given, Mapping):
        return None
    number, asked_at, kind = given.get("id"), given.get("asked_at"), given.get("kind")
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(kind, str):
        return None
    return Order(number, str(asked_at or "")[:40], kind, _shown(given.get("by")), _shown(given.get("reason")))


def _shown(given: object) -> str:
    return _NOT_SHOWN.sub("", given)[:SHOWN_CHARACTERS] if isinstance(given, str) else ""
