"""The panel that types letters, pinyin, digits and symbols."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from kivy.clock import Clock

from screens.kit import keyboard
from screens.kit.block import Block
from screens.kit.candidates import Candidates, Sheet
from screens.kit.keys import Key, KeyRows, fitted
from screens.kit.strokes import SIGNS, StrokesPanel
from screens.kit.writing import STROKES, WritingField, WritingPanel
from screens.theme import TARGET_GAP, TARGET_LEAST

if TYPE_CHECKING:
    from screens.kit.context import Ctx

Typed = Callable[[str], None]

MOST_LETTERS: Final = 60
"""As many letters as nobody spells at once."""
SPELLED: Final = "panel:spelled"
"""In the page's draft: the letters that are not yet characters."""
MODE: Final = "panel:mode"
"""In the page's draft: pinyin, letters or symbols."""
TYPING: Final = ("key:space", "delete", "more-keys")
"""Commands that are meant as often as they are pressed."""
SHORT_LABELS: Final = {"letters": "abc", "symbols": "123", "pinyin": "拼", "strokes": "丿丶"}
BY_HAND: Final = ("writing", "strokes")
"""Modes in which one character is told by its strokes."""


def spelled(ctx: Ctx) -> str:
    """The letters on this page that are not yet turned into characters."""
    letters: str = ctx.draft.get(SPELLED, "")
    return letters


class TextPanel(Block):
    """``on_text`` gets what was typed or chosen; ``on_delete`` takes the last character back.

    Pinyin needs ``ctx.ime``; without it letters, digits and symbols remain.  ``on_spelling`` is told when
    :func:`spelled` has changed and nothing else; a choice changes it before ``on_text`` is called.  The
    field shows what is spelled; letters that are never chosen stay what they are, letters of the text.
    The panel's height never changes, so that keys stay under the finger.
    """

    def __init__(
        self,
        ctx: Ctx,
        on_text: Typed,
        on_delete: Callable[[], None],
        on_spelling: Callable[[], None] | None = None,
        digits: bool = False,
    ) -> None:
        """``digits``: a row of them above the letters, where all letters stand together."""
        super().__init__(ctx)
        self.on_text = on_text
        self.on_delete = on_delete
        self.on_spelling = on_spelling
        self.digits = digits
        first: keyboard.Mode = "pinyin" if ctx.ime is not None and ctx.language == "zh" else "letters"
        self.mode: keyboard.Mode = ctx.draft.setdefault(MODE, first)
        self.capitals = False
        self.page = 0  # of the keys, where not all have room at once
        self.gap = ctx.px(TARGET_GAP)
        self.columns = self._columns()
        self._full = self.columns >= keyboard.FULL
        self._ready = ctx.ime is not None and ctx.ime.prepare(self._opened)
        self._sheet: Sheet | None = None
        self._build()

    def clear(self) -> None:
        """Forget the letters, e.g. when a whole text was entered by other means."""
        self._spell("")
        self._suggest()

    def spell(self, letter: str, instead: bool) -> None:
        """A letter by another way than its key; ``instead`` of the last one."""
        if instead:
            self._delete()
        self._type(letter)

    # --- what the keys do ---------------------------------------------------------------------------

    def _type(self, text: str) -> None:
        letters = spelled(self.ctx)
        coded = bool(letters) and keyboard.CODE.fullmatch(letters + text) is not None
        if coded or (self.mode == "pinyin" and text.isalpha() and text.isascii()):
            if len(letters) < MOST_LETTERS:
                self._respell(letters + text)
            self._back_to_finals()
        elif letters and text == " ":
            self._take_best()
        else:
            self._take_all()
            self.on_text(text.upper() if self.capitals else text)

    def _expect(self, text: str) -> None:
        """A finger is on this key."""
        letters, ime = spelled(self.ctx), self.ctx.ime
        if ime is not None and self.mode == "pinyin" and text.isalpha() and len(letters) < MOST_LETTERS:
            self.candidates.expect(ime.expect(letters + text, self.candidates.most))

    def _choose(self, index: int) -> None:
        ime = self.ctx.ime
        if self._hand is not None:
            self._written(self.candidates.found[index])
            return
        text = ime.choose(index) if ime is not None else ""
        if ime is None or not text:
            return
        self._spell(ime.rest)
        self.on_text(text)
        self._close_sheet()
        self._suggest()

    def _written(self, text: str) -> None:
        self._forget_strokes()
        self.on_text(text)
        self._again()

    def _forget_strokes(self) -> None:
        self.ctx.draft.pop(STROKES, None)
        self.ctx.draft.pop(SIGNS, None)

    def _take_best(self) -> None:
        """Letters that mean nothing stay letters."""
        if self.candidates.found:
            self._choose(0)
        else:
            self._keep_letters()

    def _take_all(self) -> None:
        """Before a digit or a sign, as on a telephone."""
        for _ in spelled(self.ctx):
            if spelled(self.ctx):
                self._take_best()

    def _keep_letters(self) -> None:
        letters = spelled(self.ctx)
        if letters:
            self._spell("")
            self.on_text(letters)
            self._suggest()

    def _delete(self) -> None:
        if self._hand is not None and self._hand.pending:  # what is being written, before what is written
            self._hand.take_back()
            self._suggest()
            return
        letters = spelled(self.ctx)
        if letters:
            self._respell(letters[:-1])
        else:
            self.on_delete()

    def _respell(self, letters: str) -> None:
        self._spell(letters)
        if self.on_spelling is not None:
            self.on_spelling()
        self._suggest()

    def _spell(self, letters: str) -> None:
        self.ctx.draft[SPELLED] = letters

    def _switch(self, mode: keyboard.Mode) -> None:
        if mode in ("letters", *BY_HAND):
            self._keep_letters()
        self._forget_strokes()
        self.mode = self.ctx.draft[MODE] = mode
        self.page = 0
        self._again()

    def _toggle_capitals(self) -> None:
        self.capitals = not self.capitals
        self._again()

    def _turn(self) -> None:
        self.page = (self.page + 1) % keyboard.pages(self.mode, self.columns)
        self._again()

    def _back_to_finals(self) -> None:
        """The letters of the other pages only begin a syllable: what follows stands on the first."""
        if self.page:
            self.page = 0
            self._again()

    # --- candidates -----------------------------------------------------------------------------------

    def _suggest(self) -> None:
        ime = self.ctx.ime
        if ime is None:
            return
        if self._hand is not None:
            self.candidates.show(*self._hand.found(ime))
            return
        letters = spelled(self.ctx)
        if letters:
            found = ime.keys(letters, self.candidates.most)  # all of them are for the sheet
            nothing = self.ctx.words("kit.no_candidates") if self._ready and not found else ""
            self.candidates.show(found, nothing)
        else:
            ime.reset()
            self.candidates.show((), self._how_to())

    def _how_to(self) -> str:
        ime = self.ctx.ime
        if ime is None or not self._ready or self.mode != "pinyin":
            return ""
        return self.ctx.words("kit.spell" if ime.fault is None else "kit.spell_single")

    def _opened(self) -> None:
        """From the engine's thread: letters may have been typed in the meantime."""
        Clock.schedule_once(lambda _seconds: self._now_ready(), 0)

    def _now_ready(self) -> None:
        self._ready = True
        self._suggest()

    def _open_sheet(self) -> None:
        ime, found = self.ctx.ime, self.candidates.found
        if ime is not None and self._hand is None:
            found = ime.keys(spelled(self.ctx))
        self._sheet = Sheet(self.ctx, found, self._choose, self._close_sheet, self._height)
        self.clear_widgets()
        self.hold(self._sheet)
        self.changed()

    def _close_sheet(self) -> None:
        if self._sheet is not None:
            self._again()

    # --- how they stand -----------------------------------------------------------------------------

    def _columns(self) -> int:
        """Ten columns where ten keys of the least size have room, else as many as have."""
        metrics, px = self.ctx.metrics, self.ctx.px
        room = metrics.width - 2 * metrics.margin
        if metrics.orientation == "landscape":
            room -= px(420)
        return min(keyboard.FULL, int((room + px(TARGET_GAP)) // px(TARGET_LEAST + TARGET_GAP)))

    def _again(self) -> None:
        self._build()
        self.changed()

    def _build(self) -> None:
        self.clear_widgets()
        self._sheet = None
        shown: keyboard.Mode = "pinyin" if self.mode in BY_HAND else self.mode  # as high as those keys
        rows = [
            [(self._character(text), 1.0) for text in row]
            for row in keyboard.rows(shown, self.columns, self.page, self.digits)
        ]
        commands = self._commands()
        if not self._full and len(commands) > self.columns:
            space = commands.pop(-2)  # beside the last letters, where those leave room
            if rows[-1] and len(rows[-1]) < self.columns:
                rows[-1].append((space[0], self.columns - len(rows[-1])))
        rows += fitted(commands, self.columns)
        self.candidates = Candidates(self.ctx, self._choose, self._open_sheet)
        keys = KeyRows(self.ctx, rows, columns=self.columns)
        self._hand = self._by_hand(keys) if self.mode in BY_HAND else None
        self.keys: Block = self._hand or keys
        if self.ctx.ime is not None:
            self.hold(self.candidates)
        self.hold(self.keys)
        self._suggest()

    def _by_hand(self, keys: KeyRows) -> WritingPanel | StrokesPanel:
        commands = KeyRows(self.ctx, fitted(self._commands(), self.columns), columns=self.columns)
        if self.mode == "strokes":
            return StrokesPanel(self.ctx, commands, keys.fit, self._suggest)
        field = WritingField(self.ctx, self.ctx.words("kit.write_here"), self._suggest)
        return WritingPanel(self.ctx, field, commands, keys.fit)

    def _undo_stroke(self) -> None:
        if isinstance(self._hand, WritingPanel):
            self._hand.field.take_back()
            self._suggest()

    @property
    def _key_height(self) -> int:
        return 80 if self.ctx.metrics.narrow else 96

    def _character(self, text: str) -> Key:
        shown = text.upper() if self.capitals and self.mode == "letters" else text
        return Key(
            self.ctx,
            f"key:{text}",
            shown,
            lambda: self._type(text),
            high=self._key_height,
            ahead=lambda: self._expect(text),
        )

    def _commands(self) -> list[tuple[Key, float]]:
        """The last row; where there are few columns, in one column each."""
        modes = [mode for mode in keyboard.MODES if mode != self.mode]
        if self.ctx.ime is None:
            modes = [mode for mode in modes if mode != "pinyin"]
        elif self.mode == "writing":
            modes = ["pinyin", "strokes", "symbols"]
        elif self.mode == "strokes":
            modes = ["pinyin", "symbols"]
        keys = [
            self._command(
                f"mode:{mode}", f"kit.{mode}", partial(self._switch, mode), short=SHORT_LABELS.get(mode)
            )
            for mode in modes
        ]
        if self.mode in ("pinyin", "strokes") and self.ctx.ime is not None and self.ctx.ime.can_write:
            icon = None if self._full else "draw-pen"
            keys.insert(
                0, self._command("mode:writing", "kit.writing", partial(self._switch, "writing"), icon=icon)
            )
        if self.mode == "letters":
            capitals = self._command(
                "capitals",
                "kit.capitals",
                self._toggle_capitals,
                icon=None if self._full else "apple-keyboard-shift",
                lively=self.capitals,
            )
            keys.append(capitals)
        if self.mode == "writing":
            icon = None if self._full else "undo"
            keys.append(self._command("take-back", "kit.take_back", self._undo_stroke, icon=icon))
        elif self.mode != "strokes" and keyboard.pages(self.mode, self.columns) > 1:
            following = keyboard.label_of_next_page(self.mode, self.columns, self.page)
            keys.append(self._command("more-keys", "kit.more_keys", self._turn, short=following))
        if self.mode not in BY_HAND:
            space = None if self._full else "keyboard-space"
            keys.append(self._command("key:space", "kit.space", lambda: self._type(" "), icon=space))
        keys.append(self._command("delete", "kit.delete", self._delete, icon="backspace-outline"))
        return [(key, 2.0 if self._full else 1.0) for key in keys]

    def _command(
        self,
        key: str,
        word: str,
        act: Callable[[], None],
        short: str | None = None,
        icon: str | None = None,
        lively: bool = False,
    ) -> Key:
        """``short``: the label where a word has no room."""
        made = Key(
            self.ctx,
            key,
            self.ctx.words(word),
            act,
            label=None if self._full else short,
            icon=icon,
            style="body_bold",
            high=self._key_height,
            lively=lively,
        )
        made.repeats = key in TYPING
        return made

    def _bar(self, width: int) -> int:
        return self.candidates.fit(width) + self.gap if self.ctx.ime is not None else 0

    def _height(self, width: int) -> int:
        return self._bar(width) + self.keys.fit(width)

    def measure(self, width: int) -> float:
        return self._height(width)

    def natural_width(self) -> int:
        return self.keys.natural_width()

    def arrange(self) -> None:
        width = int(self.width)
        if self._sheet is not None:
            self._sheet.place(self.x, self.y, width, self.height)
            return
        if self.ctx.ime is not None:
            high = self.candidates.fit(width)
            self.candidates.place(self.x, self.top - high, width, high)
        high = self.keys.fit(width)
        self.keys.place(self.x, self.top - self._bar(width) - high, width, high)
