"""What a script can take hold of: the stand-ins of one hall, and what each action does to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from devices.contract import Fault
from devices.printers.file_printer import Condition, read_condition, set_condition
from devices.virtual.identity_card import IdentityCard
from devices.virtual.samv_module import Habits, SamvModule
from devices.virtual.scanner import VirtualScanner
from devices.virtual.script import Step
from devices.virtual.social_security_card import Holder

_OWN: Final = "card"
_HOLDER_FIELDS: Final = frozenset(each.name for each in fields(Holder)) - {"records"}
_WHOLE_PIECES: Final = 4096


class NotHere(Exception):  # noqa: N818 - a finding about the script and this stage, told at the end
    """The stage has no such part."""


@dataclass
class Stage:
    """``folders``: of the file printers, by their names in scripts.  ``card`` is the one that ``present`` and
    ``insert`` take when no other is named.  ``insert``, ``pull``: the slot.  ``platform``: makes the platform
    behave, with the keywords of ``PUT /rehearsal``; none for right again."""

    reader: SamvModule | None = None
    scanner: VirtualScanner | None = None
    folders: Mapping[str, Path] = field(default_factory=dict)
    card: IdentityCard | None = None
    insert: Callable[[Holder], Fault | None] | None = None
    pull: Callable[[], None] | None = None
    platform: Callable[..., None] | None = None

    def do(self, step: Step, cards: Mapping[str, Mapping[str, str]]) -> None:
        """Carry one step out.  Raises :class:`NotHere` where the stage has nothing for it."""
        handler: Callable[..., None] = getattr(self, f"_{step.verb.replace('-', '_')}")
        if step.verb in ("present", "insert"):
            handler(self._card_of(step, cards))
        else:
            handler(*step.arguments)

    def _card_of(self, step: Step, cards: Mapping[str, Mapping[str, str]]) -> IdentityCard:
        name = step.arguments[0] if step.arguments else _OWN
        values: Mapping[str, Any] = cards.get(name, {})
        if self.card is not None:
            return replace(self.card, **values)
        if not {"name", "number"} <= values.keys():
            raise NotHere("this stage has no card of its own; give name and number in the script")
        return IdentityCard(**values)

    # --- cards and codes ------------------------------------------------------------------------------

    def _present(self, card: IdentityCard) -> None:
        self._module().present(card)

    def _lift(self) -> None:
        self._module().lift()

    def _insert(self, card: IdentityCard) -> None:
        if self.insert is None:
            raise NotHere("no slot for cards")
        values = {name: getattr(card, name) for name in _HOLDER_FIELDS if hasattr(card, name)}
        if not values["valid_until"].isdigit():
            del values["valid_until"]
        if (fault := self.insert(Holder(**values))) is not None:
            raise NotHere(fault.code)

    def _pull(self) -> None:
        if self.pull is None:
            raise NotHere("no slot for cards")
        self.pull()

    def _scan(self, code: str) -> None:
        self._scanner().scan(code)

    # --- lines ----------------------------------------------------------------------------------------

    def _hang_up(self, part: str = "reader") -> None:
        if part == "scanner":
            self._scanner().unplug()
        else:
            self._module().hang_up()

    def _plug_in(self, part: str = "reader") -> None:
        if part == "scanner":
            self._scanner().plug_in()
        else:
            self._module().plug_in()

    def _mute(self) -> None:
        self._module().habits.mute = True

    def _speak(self) -> None:
        self._module().habits.mute = False

    def _noise(self, noise: str, part: str = "reader") -> None:
        if part == "scanner":
            self._scanner().send(bytes.fromhex(noise))
        else:
            self._module().habits.noise = bytes.fromhex(noise)

    def _split(self, size: str, part: str = "reader") -> None:
        if part == "scanner":
            self._scanner().piece_bytes = int(size) or _WHOLE_PIECES
        else:
            self._module().habits.piece_bytes = int(size)

    def _slow(self, seconds: str) -> None:
        self._module().habits.piece_seconds = float(seconds)

    def _corrupt(self, every: str) -> None:
        self._module().habits.corrupt_every = int(every)

    def _cut(self, count: str) -> None:
        module = self._module()
        module.habits.cut_replies[module.replies] = int(count)

    def _answer(self, command: str, words: str) -> None:
        habits = self._module().habits
        answers = dict(habits.status_words)
        answers.pop(command, None)
        if (word := bytes.fromhex(words)) != bytes(3):
            answers[command] = (word[0], word[1], word[2])
        habits.status_words = answers

    def _baud(self, rate: str) -> None:
        habits = self._module().habits
        habits.minds_baud, habits.baud = True, int(rate)

    # --- printers and platform ------------------------------------------------------------------------

    def _paper(self, printer: str, paper: str) -> None:
        self._change(printer, paper=paper)

    def _door(self, printer: str, door: str) -> None:
        self._change(printer, door_open=door == "open")

    def _printer(self, printer: str, line: str) -> None:
        self._change(printer, offline=line == "offline")

    def _job(self, printer: str, seconds: str) -> None:
        self._change(printer, job_seconds=float(seconds))

    def _break_off(self, printer: str, yes: str) -> None:
        self._change(printer, fails="half_way" if yes == "yes" else "never")

    def _change(self, printer: str, **values: object) -> None:
        folder = self.folders.get(printer)
        if folder is None:
            raise NotHere(f"no printer {printer}")
        now = read_condition(folder)
        kept = {} if isinstance(now, Fault) else now.model_dump()
        set_condition(folder, Condition.model_validate({**kept, **values}))

    def _platform(self, behaviour: str) -> None:
        if self.platform is None:
            raise NotHere("no platform that takes orders")
        match behaviour:
            case "up":
                self.platform()
            case "down":
                self.platform(down=True)
            case mode:
                self.platform(mode=mode)

    def _right(self) -> None:
        if self.reader is not None:
            self.reader.habits = Habits()
            self.reader.plug_in_again()
        if self.scanner is not None:
            self.scanner.piece_bytes = _WHOLE_PIECES
            self.scanner.plug_in()
        for folder in self.folders.values():
            set_condition(folder, Condition())
        if self.platform is not None:
            self.platform()

    def _module(self) -> SamvModule:
        if self.reader is None:
            raise NotHere("no reader for resident cards")
        return self.reader

    def _scanner(self) -> VirtualScanner:
        if self.scanner is None:
            raise NotHere("no scanner")
        return self.scanner
