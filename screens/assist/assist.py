"""Keys, switches and voice of one window: what a press means, where the focus goes, and what is said of it.

Up and down move the focus; left and right turn pages, and only move the focus where something is confirmed;
enter presses, cancel goes back, help repeats.  Two switches: next and select.  One switch, held for two
seconds, starts scanning: the focus goes on by itself, and the switch presses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kiosk import keypad
from kiosk.visit import events as ev
from kiosk.visit.state import SCAN_SECONDS, Overlay
from screens.assist import spoken
from screens.assist.adjusting import adjusted
from screens.assist.focus import CONTROLS, Focus
from screens.assist.meaning import BACKWARD, CANCEL, FORWARD, HOLD_SECONDS, SAFE, confirms
from screens.assist.narrator import Mouth
from screens.assist.place import back_on_done, of_focus, only_named_otherwise, where
from screens.assist.presses import Presses
from screens.assist.scanning import Scanning
from screens.assist.spelling import Speller, active, follows, passed, typing
from screens.assist.voice import Voice
from screens.kit.press import Pressable
from screens.kit.ring import Ring
from screens.kit.semantics import Role
from screens.kit.tree import Node, find, tree
from screens.twice import PATIENCE

if TYPE_CHECKING:
    from kiosk.visit.events import Event
    from screens.kit.context import Ctx
    from screens.stage import Stage


class Assist:
    """``send`` takes an event and draws; ``mouth`` is ``None`` where the terminal has no voice."""

    def __init__(
        self,
        ctx: Ctx,
        stage: Stage,
        send: Callable[[Event], None],
        quietly: Callable[[Event], None],
        mouth: Mouth | None = None,
        keys: Mapping[int, str] | None = None,
        jack_by_keys: bool = False,
    ) -> None:
        """``quietly`` takes an event without drawing.  ``jack_by_keys``: the keypad tells of headphones."""
        self._ctx = ctx
        self._stage = stage
        self._send = send
        self._quietly = quietly
        self._keys = dict(keys) if keys is not None else keypad.key_map({})
        self._jack_by_keys = jack_by_keys
        self._voice = Voice(ctx, mouth)
        ctx.listen = self._voice.read_out if mouth is not None else None
        self.focus = Focus(stage, Ring(ctx))
        self._nodes: list[Node] = []
        self._place: object = None
        self._built: tuple[object, object] = (None, None)
        self._look: object = None
        self._visit = 0
        self._invited = 0
        self._presses = Presses(ctx)
        self._deaf_until = float("-inf")
        self._last: str | None = None
        self._scanning = Scanning()
        self._speller = Speller()
        self._second = -1
        self._language = ctx.language

    # --- what the window tells ------------------------------------------------------------------------

    @property
    def speaking(self) -> bool:
        return self._voice.speaking

    @property
    def lively(self) -> bool:
        """A voice comes to its end, or the focus goes on, by itself."""
        return self._voice.busy or self._ctx.state.mode.scan_seconds > 0

    def shown(self) -> None:
        """Something was drawn."""
        state = self._ctx.state
        if state.number != self._visit:
            self._visit = state.number
            self.focus.forget()
            self.focus.shown = False
        built = (self._stage.page, self._stage.overlay)
        place = self._where()
        if built == self._built and place == self._place and self.speaking == self._voice.spoke:
            return
        self._built = built
        self._take(place)
        characters = spoken.text_of(self._nodes)
        if characters != state.characters:
            self._quietly(ev.TextShown(characters))
        self._tell(place)

    def poll(self) -> None:
        """Several times a second: what moved or changed without being built anew."""
        self.shown()
        self.focus.draw()
        self._scan()
        second = int(self._ctx.monotonic())
        if second == self._second:
            return
        self._second = second
        if self.speaking:
            self._retake()
            self._voice.look(self._nodes)
        if self._voice.busy and self._ctx.state.overlay is not Overlay.IDLE:
            self._quietly(ev.ReadAloud())

    def touched(self) -> None:
        """A finger: eyes are used, and nobody has to hear the rest."""
        self.focus.shown = False
        self.focus.draw()
        self._voice.hush()

    def leave(self) -> None:
        """Something else than a citizen's page is shown now."""
        self.focus.shown = False
        self.focus.draw()
        self._built = (None, None)
        self._place = None
        self._voice.hush()

    @property
    def accepts_enter(self) -> bool:
        """False for a moment after a page has come: the same key again is a trembling hand's."""
        return self._ctx.monotonic() >= self._deaf_until

    @property
    def accepts_again(self) -> bool:
        """Whether the same key would be heard again now."""
        return self.accepts_enter and self._presses.ready

    # --- keys -----------------------------------------------------------------------------------------

    def key_down(self, code: int) -> bool:
        """True when the key means something here."""
        action = self._keys.get(code)
        digit = keypad.DIGITS.get(code) if action is None else None
        if action is None and digit is None:
            return False
        jack = action in ("headphones_in", "headphones_out")
        if not self._presses.came(code, types=jack or digit is not None):
            return True
        if jack:
            self._plug(action == "headphones_in")
            return True
        self._voice.hush()
        if self._ctx.state.overlay is Overlay.ASLEEP:
            self._send(ev.Wake())
            self._send(ev.AdaptMode(keypad=True))
            self._begin_keys(action)
            return True
        scanning = self._ctx.state.mode.scan_seconds > 0
        self._quietly(ev.AnyTouch())
        if not self._ctx.state.mode.keypad:
            self._send(ev.AdaptMode(keypad=True))
        first = not self.focus.shown
        self._begin_keys(action)
        if first and not self.speaking and action in ("up", "down", "next", "left", "right"):
            return True  # the first press shows where one is
        self._retake()
        if action != self._last:  # only the same key again may be a trembling hand's
            self._ctx.pressed_at.clear()
            self._deaf_until = float("-inf")
        self._last = action
        if scanning and action in ("next", "select", "enter"):
            self._enter()
        elif digit is not None:
            self._digit(digit)
        else:
            self._speller.end()
            self._act(str(action))
        return True

    def key_up(self, code: int) -> bool:
        action = self._keys.get(code)
        if self._presses.lifted(code) >= HOLD_SECONDS and action in ("next", "select"):
            self._toggle_scanning()
        return action is not None or code in keypad.DIGITS

    def _begin_keys(self, action: str | None) -> None:
        self.focus.shown = True
        self.focus.draw()
        state = self._ctx.state
        if self.speaking or action == "help" or self._invited == state.number:
            return
        self._invited = state.number
        self._voice.announce("speech.invite")

    def _act(self, action: str) -> None:
        match action:
            case "up" | "down":
                self._move(1 if action == "down" else -1)
            case "next":
                self.focus.move(1, wrap=True, only=CONTROLS)
                self._say_focus()
            case "left" | "right":
                self._sideways(1 if action == "right" else -1)
            case "enter" | "select":
                self._enter()
            case "cancel":
                self._press_first(CANCEL)
            case "help":
                self._help()
            case "delete":
                self._press_first(("delete",))
                self._say_field()
            case "faster" | "slower" | "louder" | "quieter":
                self._adjust(action)

    def _move(self, by: int) -> None:
        listens = self.speaking
        if self.focus.move(by, past=lambda node: listens and passed(self._nodes, node)):
            self._say_focus()
        else:
            self._voice.say("speech.last" if by > 0 else "speech.first")

    def _sideways(self, by: int) -> None:
        turns = not confirms(self._ctx.state, self._nodes)
        if not turns or not self._press_first(FORWARD if by > 0 else BACKWARD):
            self._move(by)

    def _press_first(self, keys: tuple[str, ...]) -> bool:
        if not self.accepts_enter:
            return True  # it has brought this page
        for key in keys:
            node = find(self._nodes, key=key)
            if node is not None and not node.state.get("disabled"):
                self._press(node)
                return True
        return False

    def _enter(self) -> None:
        node = self.focus.node
        if node is None or not self.accepts_enter:
            return
        if node.state.get("disabled") or node.widget.action is None:
            self._say_focus()
            if node.role is Role.TEXTFIELD:
                self._voice.say("speech.how_to_type", interrupt=False)
            return
        before = self._where()
        self._press(node)
        same = self._where() == before
        if typing(node):
            self._say_field()
        elif same and node.private and node.role in spoken.CHOICES and not self._ctx.state.headphones:
            self._voice.say("speech.chosen")

    def _press(self, node: Node) -> None:
        place, described = self._where(), self._described()
        if isinstance(node.widget, Pressable):
            node.widget.press_by_key()
        elif node.widget.action is not None:
            node.widget.action()
        if self._where() != place and node.key not in ("page-previous", "page-next"):
            self._deaf_until = self._ctx.monotonic() + PATIENCE * self._ctx.double_tap_seconds
            self._presses.page_changed()
        self.shown()
        self._retake()
        onward = follows(node, self._nodes, self.speaking)
        if onward is not None and self.focus.go_to_node(onward):
            if node.key.startswith("candidate:"):  # what it is called was heard before
                self._say_field()
                return
            if node.key.startswith("mode:"):
                self._voice.say("speech.digit", digit=node.name)
            self._say_focus(interrupt=False)
        elif place == self._where() and (self._described() != described or node.state.get("selected")):
            self._say_focus(interrupt=False)

    def _digit(self, digit: str) -> None:
        if self.speaking and (letter := self._speller.press(self._nodes, digit, self._ctx.monotonic())):
            self.shown()
            self._retake()
            if (field := find(self._nodes, role=Role.TEXTFIELD)) is not None:
                self.focus.go_to_node(field)  # below it stands what the letters may become
            self._voice.spelled(letter, active(self._nodes), self._nodes)
            return
        node = find(self._nodes, key=f"digit:{digit}") or find(self._nodes, key=f"key:{digit}")
        if node is None or node.state.get("disabled"):
            return
        before = active(self._nodes)
        self._press(node)
        self._retake()
        self._voice.typed(digit, before, active(self._nodes), self._nodes)

    def _help(self) -> None:
        if not self._voice.there:
            self._press_first(("help",))
            return
        if not self.speaking:
            self._send(ev.AdaptMode(voice=True))
            return
        self._voice.page(self._nodes, self.focus.node)

    # --- voice ----------------------------------------------------------------------------------------

    def _tell(self, place: object) -> None:
        before, self._place = self._place, place
        new = of_focus(place) != of_focus(before)
        if new and self._voice.spoke and self.speaking and back_on_done(before, place):
            self._voice.again(self._nodes, self.focus.node)
            return
        if self._voice.spoke and self.speaking and not new and not self._voice.adjusted:
            self._to_error()
        self._voice.shown(self._nodes, self.focus.node, new)

    def _to_error(self) -> None:
        """A summary of errors takes the focus to what is wrong."""
        wrong = next(
            (node for node in self._nodes if node.state.get("invalid") and node.role in CONTROLS), None
        )
        focused = self.focus.node
        if wrong is not None and (focused is None or not focused.state.get("invalid")):
            self.focus.go_to_node(wrong)

    def _say_focus(self, interrupt: bool = True) -> None:
        node = self.focus.node
        if node is not None:
            self._voice.focused(self._nodes, node, interrupt)

    def _say_field(self) -> None:
        self._retake()
        self._voice.field(active(self._nodes))

    def _described(self) -> object:
        node = self.focus.node
        if node is None:
            return None
        return [each.text for each in spoken.described(self._ctx, node, True)]

    def _plug(self, inside: bool) -> None:
        if not self._jack_by_keys:
            return
        self._voice.headphones(inside)
        self._send(ev.HeadphonesChanged(inside))

    def _adjust(self, action: str) -> None:
        before = self._ctx.state.mode
        self._send(adjusted(before, action))
        if self._ctx.state.mode == before:
            self._voice.say("speech.manner", rate=before.rate, volume=before.volume)

    # --- scanning -------------------------------------------------------------------------------------

    def _toggle_scanning(self) -> None:
        scanning = self._ctx.state.mode.scan_seconds > 0
        self._send(ev.AdaptMode(scan_seconds=0.0 if scanning else SCAN_SECONDS[0]))
        self._voice.announce("speech.scan_off" if scanning else "speech.scan_on")

    def _scan(self) -> None:
        """The focus goes on by itself; a voice finishes what it says first."""
        seconds = self._ctx.state.mode.scan_seconds
        if seconds > 0:
            self.focus.shown = True
        if self._scanning.due(seconds, self._ctx.monotonic(), self._voice.busy, self._presses.held):
            self._retake()
            self.focus.move(1, wrap=True, only=CONTROLS)
            self._say_focus()

    # --- the tree -------------------------------------------------------------------------------------

    def _where(self) -> object:
        return where(self._ctx.state, self._stage.page, self._stage.overlay)

    def _take(self, place: object) -> None:
        self._nodes = tree(self._stage)
        new = place != self._place
        if self._language != self._ctx.language and only_named_otherwise(place, self._place):
            self.focus.renamed(of_focus(place))
        self._language = self._ctx.language
        self.focus.take(self._nodes, of_focus(place), self.speaking)
        if new and self._ctx.state.overlay in (Overlay.IDLE, Overlay.LEAVE):
            self.focus.go_to(SAFE)
        look = (self._ctx.state.mode, self._ctx.metrics.width, self._ctx.metrics.height)
        if look != self._look:
            self._look = look
            self.focus.redraw()
        else:
            self.focus.draw()

    def _retake(self) -> None:
        """Keys of a panel come and go without a new page."""
        self._nodes = tree(self._stage)
        self.focus.take(self._nodes, of_focus(self._place), self.speaking)
        self.focus.draw()
