"""The public cannot get out: whatever is pressed, dragged or scanned, only citizens' pages come."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any, Final

import pytest

from devices.contract import CodeScanned, IdentityDocument, IdentityRead
from kiosk.matters.catalogue import Catalogue
from kiosk.visit.controller import Controller
from kiosk.visit.effects import Effect, VerifyIdentity
from kiosk.visit.events import AdaptMode, Touch
from kiosk.visit.state import Mode, Overlay, Page, Visit
from screens.app import CitizenWindow
from screens.kit.tree import tree
from tests.screens.pages import PAGES
from tests.screens.samples import PERSON

SPECIAL: Final = {
    "escape": 27, "enter": 13, "tab": 9, "space": 32, "backspace": 8, "delete": 127, "menu": 319,
    "print": 316, "sysreq": 317, "break": 318, "power": 320, "pause": 19, "home": 278, "up": 273,
    "super": 311, "compose": 314,
    **{f"f{number}": 281 + number for number in range(1, 16)},
}  # fmt: skip
LETTERS: Final = "acdefiklmnpqrstvwxz"
MODIFIERS: Final[tuple[list[str], ...]] = (
    [],
    ["ctrl"],
    ["alt"],
    ["meta"],
    ["shift"],
    ["ctrl", "alt"],
    ["ctrl", "shift"],
)
PAYLOADS: Final = (
    "[b]粗[/b]",
    "[ref=reboot]点这里[/ref]",
    "[size=400]大[/size][color=ff0000]",
    "[font=/etc/passwd]字[/font]",
    "张\u202e三\u2066丰\u2069",
    "李\u200b\u200d\ufeff四",
    "王\n\r\t五\0六",
    "$(reboot);`id`|cat /etc/passwd",
    "'; DROP TABLE applications; --",
    "../../../../etc/passwd",
    "<script>alert(1)</script>&amp;%s%n{0}{ctx}",
    "\ud800孤\udfff",
    "e" + "\u0301" * 300,
    "长" * 1500,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
)


class Hands:
    """Ten fingers at once, as a panel reports them."""

    def __init__(self) -> None:
        from screens.finger import Finger, Hand

        self._make = Finger
        self._place = Hand._place
        self._numbers = itertools.count(9000)
        self.frame = Hand.frame
        Hand()

    def down(self, x: float, y: float) -> Any:
        from kivy.base import EventLoop

        finger = self._make(next(self._numbers), self._place(x, y))
        EventLoop.post_dispatch_input("begin", finger)
        return finger

    def move(self, finger: Any, x: float, y: float) -> None:
        from kivy.base import EventLoop

        finger.move(self._place(x, y))
        EventLoop.post_dispatch_input("update", finger)

    def up(self, finger: Any) -> None:
        from kivy.base import EventLoop

        EventLoop.post_dispatch_input("end", finger)


@pytest.fixture
def hands(window: CitizenWindow) -> Hands:
    return Hands()


@pytest.fixture
def handle() -> Any:
    from kivy.base import EventLoop

    return EventLoop.window


@pytest.fixture
def living(window: CitizenWindow, catalogue: Catalogue) -> Iterator[tuple[Controller, list[Effect]]]:
    """The real flow behind the real window; what it asks for is only noted."""
    puppet = window.controller
    asked: list[Effect] = []
    crashes: list[BaseException] = window.crashes  # type: ignore[attr-defined]
    controller = Controller(
        puppet.info,
        catalogue,
        Mode(),
        lambda effect, _visit: asked.append(effect),
        lambda _code, crash: crashes.append(crash),
    )
    window.controller = controller
    window.show_again()
    yield controller, asked
    window.controller = puppet
    window.show_again()


def only_a_citizens_page(window: CitizenWindow, handle: Any) -> None:
    assert [type(child).__name__ for child in handle.children] == ["Stage"]
    assert type(window.stage.page).__name__ == "Frame"
    assert {type(child).__module__.split(".")[0] for child in handle.children[0].children} == {"screens"}
    assert not window.crashes  # type: ignore[attr-defined]


def strike(handle: Any, key: int, codepoint: str, modifiers: list[str]) -> None:
    """As SDL reports a key: down, its text, up."""
    handle.dispatch("on_key_down", key, key, codepoint, modifiers)
    handle.dispatch("on_keyboard", key, key, codepoint, modifiers)
    if codepoint and not modifiers:
        handle.dispatch("on_textinput", codepoint)
    handle.dispatch("on_key_up", key, key)


@pytest.mark.parametrize("page", ["home", "check", "done-printed"])
def test_no_key_opens_anything(window: CitizenWindow, handle: Any, page: str) -> None:
    """Kivy's settings (F1), inspector and console (Ctrl+E), screenshot (F12), its end (Escape)."""
    page = page if page in PAGES else next(name for name in PAGES if name.startswith(page.split("-")[0]))
    controller: Any = window.controller
    controller.state = PAGES[page]
    window.show_again()
    size = tuple(handle.size)
    for modifiers in MODIFIERS:
        for name, key in SPECIAL.items():
            strike(handle, key, "", modifiers)
            assert type(window.stage.page).__name__ == "Frame", (name, modifiers)
        for letter in LETTERS:
            strike(handle, ord(letter), letter, modifiers)
    handle.dispatch("on_drop_file", b"/etc/passwd", 10, 10)
    handle.dispatch("on_drop_text", b"text", 10, 10)
    handle.dispatch("on_joy_button_down", 0, 1)
    only_a_citizens_page(window, handle)
    assert tuple(handle.size) == size
    # Keys are a keypad for who cannot see or touch: what they may send is what a finger may.
    assert all(isinstance(event, (Touch, AdaptMode)) for event in controller.sent)


def test_many_fingers_drags_and_long_presses_reach_nothing_but_buttons(
    window: CitizenWindow, handle: Any, hands: Hands, living: tuple[Controller, list[Effect]]
) -> None:
    random = Random("fingers")
    width, height = window.display.width, window.display.height
    for _ in range(20):
        fingers = [hands.down(random.uniform(0, width), random.uniform(0, height)) for _ in range(10)]
        for finger in fingers:
            for _ in range(3):
                hands.move(finger, random.uniform(-50, width + 50), random.uniform(-50, height + 50))
        hands.frame()
        random.shuffle(fingers)
        for finger in fingers:
            hands.up(finger)
        hands.frame()
        only_a_citizens_page(window, handle)
    for x, y, to_x, to_y in (
        (0, height / 2, width, height / 2),  # from each edge inward, as systems bring menus
        (width - 1, height / 2, 0, height / 2),
        (width / 2, height - 1, width / 2, 0),
        (width / 2, 0, width / 2, height),
    ):
        finger = hands.down(x, y)
        for part in range(1, 6):
            hands.move(finger, x + (to_x - x) * part / 5, y + (to_y - y) * part / 5)
            hands.frame()
        hands.up(finger)
        only_a_citizens_page(window, handle)


def test_somebody_who_touches_everything_sees_only_pages_of_the_flow(
    window: CitizenWindow, handle: Any, hands: Hands, living: tuple[Controller, list[Effect]]
) -> None:
    controller, _ = living
    random = Random("monkey")
    seen: set[tuple[Page, Overlay]] = set()
    for _ in range(40):
        nodes = [node for node in tree(window.stage) if node.touchable]
        if nodes and random.random() < 0.8:
            x, y = random.choice(nodes).centre
        else:
            x, y = random.uniform(0, window.display.width), random.uniform(0, window.display.height)
        finger = hands.down(x, y)
        hands.frame()
        hands.up(finger)
        hands.frame()
        if random.random() < 0.2:
            strike(handle, random.choice(list(SPECIAL.values())), "", random.choice(MODIFIERS))
        seen.add((controller.state.page, controller.state.overlay))
        only_a_citizens_page(window, handle)
    assert len(seen) >= 2  # it has got around
    assert Page.FAILSAFE not in {page for page, _ in seen}


def _person(payload: str) -> Any:
    document = replace(PERSON.document, name=payload, address=payload, number=PERSON.document.number)
    return replace(PERSON, document=document)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_what_a_card_says_is_drawn_as_text_and_nothing_else(
    window: CitizenWindow, handle: Any, payload: str
) -> None:
    controller: Any = window.controller
    for page in ("identify-read", "check"):
        name = page if page in PAGES else next(each for each in PAGES if each.startswith(page))
        visit: Visit = PAGES[name]
        form = replace(
            visit.form, answers={**visit.form.answers, **dict.fromkeys(visit.form.answers, payload)}
        )
        controller.state = replace(visit, person=_person(payload), form=form)
        window.show_again()
        only_a_citizens_page(window, handle)
        for drawn in _drawn(window.stage):
            assert not any(unicodedata.bidirectional(each) in _OVERRIDES for each in drawn)


_OVERRIDES: Final = ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI")


def _drawn(widget: Any) -> Iterator[str]:
    """The runs that go to the renderer; what no face has is drawn as its code in a frame."""
    from screens.kit import faces
    from screens.kit.text import Text

    if isinstance(widget, Text):
        for line in widget.lines:
            yield from (run.text for run in faces.runs(line, widget.style.bold) if run.face is not None)
    for child in widget.children:
        yield from _drawn(child)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_code_is_handed_on_as_it_is_and_does_nothing(
    window: CitizenWindow, handle: Any, living: tuple[Controller, list[Effect]], payload: str
) -> None:
    controller, asked = living
    controller.state = replace(PAGES["identify-waiting"], person=None)
    window.show_again()
    controller.post(CodeScanned("扫码器", payload))
    document = IdentityDocument("samv", "resident", payload, "410402195503080014")
    controller.post(IdentityRead("读卡器", document))  # beside it, on another reader
    window.poll()
    verifying = [effect for effect in asked if isinstance(effect, VerifyIdentity)]
    assert [effect.code for effect in verifying] == [payload]
    assert controller.state.page is Page.IDENTIFY
    only_a_citizens_page(window, handle)
