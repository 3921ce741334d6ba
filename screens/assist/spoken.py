"""A node of the tree as it is said: name, role, value, state, position, and after a pause the hint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from kiosk.speech.signs import named
from kiosk.speech.speaker import Utterance
from kiosk.speech.surnames import MARK
from screens.kit.pager import PAGE_OF
from screens.kit.semantics import Role
from screens.kit.tree import Node

if TYPE_CHECKING:
    from screens.kit.context import Ctx

HINT_PAUSE_SECONDS: Final = 1.5
SILENT_ROLES: Final = frozenset({Role.SCREEN, Role.DIALOG, Role.RADIOGROUP, Role.LIST, Role.NONE})
NAMELESS: Final = frozenset(
    {Role.TEXT, Role.LISTITEM, Role.STATUS, Role.TIMER, Role.ALERT, Role.HEADING, Role.IMAGE, Role.SIGNATURE}
)
"""Roles that say themselves by what they say."""
CHOICES: Final = frozenset({Role.RADIO, Role.CHECKBOX})
TEXTS: Final = frozenset({Role.TEXT, Role.HEADING, Role.STATUS, Role.ALERT, Role.IMAGE})
DATE_DIGITS: Final = [4, 2, 2]
_NAMES: Final = frozenset({"姓名", "Name"})
"""Whose row begins with a surname, which is read as one."""
UNCOUNTED: Final = ("digit", "key", "mode", "tool", "edit")
"""Groups of keys whose place in their row helps nobody."""


def described(ctx: Ctx, node: Node, alone: bool, position: tuple[int, int] | None = None) -> list[Utterance]:
    """``alone``: headphones are in.  What is private is an utterance of its own."""
    if withheld(node, True):
        return [_say(ctx, node.name, True)] if alone else [_say(ctx, ctx.words("speech.private"))]
    public = [named(node.name, ctx.language), _which(ctx, node), _role(ctx, node)]
    private: list[str] = []
    value = _value(ctx, node, alone)
    (private if node.private and alone else public).append(value)
    for words, is_private in _states(ctx, node):
        if not is_private:
            public.append(words)
        elif alone:
            private.append(words)
    if position := node.state.get("position") or position:
        public.append(ctx.words("speech.position", number=position[0], count=position[1]))
    found = [_say(ctx, _joined(ctx, public))]
    if private := [part for part in private if part]:
        found.append(_say(ctx, _joined(ctx, private), True))
    return found


def withheld(node: Node, loudly: bool) -> bool:
    """Whether a loudspeaker says nothing of it; a fact with a label keeps its label."""
    told_whole = node.role in TEXTS or (node.role is Role.LISTITEM and not node.value)
    return loudly and node.private and told_whole


def hint(ctx: Ctx, node: Node, alone: bool) -> list[Utterance]:
    """What else helps, for who waits for it."""
    private = node.private and node.role is not Role.TEXTFIELD  # how to fill it in is nobody's secret
    if not node.hint or (private and not alone):
        return []
    return [Utterance(node.hint, ctx.tongue, private, HINT_PAUSE_SECONDS)]


def best(ctx: Ctx, nodes: Sequence[Node], private: bool) -> list[Utterance]:
    """Of what the letters may become, or have found, the first one: for who waits after a letter."""
    node = next((node for node in nodes if node.key.startswith(("candidate:", "matter:"))), None)
    if node is None:
        return []
    found = "speech.best" if node.key.startswith("candidate:") else "speech.best_found"
    told = _joined(ctx, (node.name, _which(ctx, node)))
    return [Utterance(ctx.words(found, first=told), ctx.tongue, private, HINT_PAUSE_SECONDS)]


def one_by_one(ctx: Ctx, value: str) -> str:
    """What stands in a box of digits, as it was typed: ``159`` is no hundred and fifty-nine."""
    groups = value.split()
    if not "".join(groups).isdigit() or (len(groups) > 1 and all(len(group) > 1 for group in groups)):
        return value
    return _joined(ctx, (" ".join(group) for group in groups))


def whole_date(nodes: Sequence[Node]) -> str:
    """Year, month and day once all three are typed."""
    boxes = [node for node in nodes if node.role is Role.TEXTFIELD]
    if len(boxes) != len(DATE_DIGITS) or [len(box.value) for box in boxes] != DATE_DIGITS:
        return ""
    return "-".join(box.value for box in boxes)


def introduced(ctx: Ctx, nodes: Sequence[Node], until: frozenset[Role], alone: bool) -> list[Utterance]:
    """A page as it begins: its heading, how far one is, and what stands before the first control."""
    before: list[Node] = []
    silent = SILENT_ROLES
    if any(node.role is Role.DIALOG for node in nodes):
        silent |= {Role.PROGRESS}  # of the idle warning: the sentence before it says the seconds
    for node in nodes:
        if node.role in until:
            break
        if node.role not in silent:
            before.append(node)
    heading = first_heading(before)
    before.sort(key=lambda node: node is not heading)
    rest = [node for node in nodes if node not in before]
    before[1:1] = [node for node in rest if node.key == PAGE_OF][:1]
    before += [node for node in rest if node.role is Role.ALERT and node.live == "assertive"]
    open_to_all = [node for node in before if not withheld(node, not alone)]
    found = [each for node in open_to_all for each in described(ctx, node, alone)]
    if len(open_to_all) < len(before):
        found.append(_say(ctx, ctx.words("speech.private")))
    return found


def positions(nodes: Sequence[Node]) -> dict[str, tuple[int, int]]:
    """Which of how many: matters, options, and whatever else shares the first part of its key; of a dialog
    the buttons at its end, or who stands on the harmless one does not know of the other before it."""
    of = [_group(node) for node in nodes]
    if any(node.role is Role.DIALOG for node in nodes):
        for place in range(len(nodes) - 1, -1, -1):
            if nodes[place].role is not Role.BUTTON or ":" in nodes[place].key:
                break
            of[place] = "dialog"
    groups = Counter(filter(None, of))
    seen: Counter[str] = Counter()
    found: dict[str, tuple[int, int]] = {}
    for node, group in zip(nodes, of, strict=True):
        if group and groups[group] > 1:
            seen[group] += 1
            found[node.key] = (seen[group], groups[group])
    return found


def text_of(nodes: Iterable[Node]) -> int:
    """How many characters there are to read."""
    return sum(len(node.name) + len(node.value) for node in nodes if node.role not in SILENT_ROLES)


def first_heading(nodes: Sequence[Node]) -> Node | None:
    return next((node for node in nodes if node.role is Role.HEADING), None)


def row_of(nodes: Sequence[Node], node: Node) -> Node | None:
    """The row that a button stands behind."""
    place = next((place for place, each in enumerate(nodes) if each.widget is node.widget), 0)
    return nodes[place - 1] if place and nodes[place - 1].role is Role.LISTITEM else None


def _group(node: Node) -> str:
    prefix, colon, _ = node.key.partition(":")
    return prefix if colon and node.touchable and prefix not in UNCOUNTED else ""


def _which(ctx: Ctx, node: Node) -> str:
    """Of characters that sound alike, which one this is."""
    if not node.key.startswith("candidate:") or len(node.name) != 1:
        return ""
    from kiosk.speech.describing import describe

    return describe(node.name)


def _role(ctx: Ctx, node: Node) -> str:
    return "" if node.role in NAMELESS else ctx.words(f"speech.role_{node.role}")


def _value(ctx: Ctx, node: Node, alone: bool) -> str:
    if node.role is Role.TEXTFIELD and not node.value:
        return ctx.words("speech.empty")
    if node.private and node.value and not alone:
        return ctx.words("speech.filled" if node.role is Role.TEXTFIELD else "speech.private_value")
    if node.role is Role.TEXTFIELD:
        return one_by_one(ctx, node.value)
    return MARK + node.value if node.name in _NAMES else node.value


def _states(ctx: Ctx, node: Node) -> list[tuple[str, bool]]:
    """In words, and whether they tell something private."""
    state, words = node.state, ctx.words
    found: list[tuple[str, bool]] = []
    if node.role in CHOICES:
        found.append((words("speech.checked" if state.get("checked") else "speech.unchecked"), node.private))
    if state.get("selected"):
        found.append((words("speech.selected"), node.private))
    if state.get("expanded"):
        found.append((words("speech.expanded"), False))
    if state.get("busy") and not node.value:
        found.append((words("speech.busy"), False))
    if state.get("required"):
        found.append((words("speech.required"), False))
    if state.get("invalid"):
        found.append((words("speech.invalid", error=state.get("error", "")), False))
    if state.get("disabled"):
        found.append((words("speech.disabled", reason=state.get("reason", "")), False))
    return found


def _joined(ctx: Ctx, parts: Iterable[str]) -> str:
    comma = ", " if ctx.language == "en" else "，"
    return comma.join(part for part in parts if part)


def _say(ctx: Ctx, text: str, private: bool = False) -> Utterance:
    return Utterance(text, ctx.tongue, private)
