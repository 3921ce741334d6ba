"""Timelines for stand-ins: what happens to cards, lines, paper and platform, and when.  See SCRIPTS.md.

    card guest name=王小明 number=11010519491231002X
    on identify        hang-up
    on identify +1.5   plug-in
    after 0.2          present guest
    on submitting      paper receipts out
    at 20              right

Parsing is pure: a script is a frozen value or a list of everything that is wrong with it, each with its
line and what would be right.  :mod:`devices.virtual.runner` carries one out.
"""

from __future__ import annotations

import difflib
import math
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Final, Literal

from devices.virtual.script_cards import KEYS, nearest, wrong_card
from values import dataclass

LONGEST_SCRIPT_BYTES: Final = 1 << 20
LONGEST_SECONDS: Final = 86_400.0

Kind = Literal["card", "part", "printer", "number", "count", "rate", "hex", "status", "word", "text"]


@dataclass(frozen=True)
class Verb:
    """One action: the kinds of its arguments in their order; those in ``optional`` may be left out."""

    arguments: tuple[Kind, ...]
    optional: tuple[Kind, ...] = ()
    words: tuple[str, ...] = ()  # what an argument of kind ``word`` may be
    says: str = ""


VERBS: Final[Mapping[str, Verb]] = {
    # cards and codes
    "present": Verb((), ("card",), says="lay a card of the resident family on the reader"),
    "lift": Verb((), says="take it away"),
    "insert": Verb((), ("card",), says="put a social security card into the slot"),
    "pull": Verb((), says="take it out"),
    "scan": Verb(("text",), says="hold a code before the scanner"),
    # lines; part is reader or scanner, reader when it is left out
    "hang-up": Verb((), ("part",), says="pull the cable"),
    "plug-in": Verb((), ("part",), says="put it back"),
    "mute": Verb((), says="the reader's module answers nothing"),
    "speak": Verb((), says="it answers again"),
    "noise": Verb(("hex",), ("part",), says="bytes before each reply of the reader, or once by the scanner"),
    "split": Verb(("count",), ("part",), says="at most so many bytes at once; 0 whole again"),
    "slow": Verb(("number",), says="seconds between the pieces of the reader's replies"),
    "corrupt": Verb(("count",), says="damage every n-th reply of the reader; 0 none"),
    "cut": Verb(("count",), says="the next reply of the reader loses so many bytes at its end"),
    "answer": Verb(
        ("word", "status"),
        words=("find", "select", "read", "address", "status", "number", "reset", "read_fingerprint"),
        says="status words, three bytes, to a command of the reader; 000000: its own again",
    ),
    "baud": Verb(("rate",), says="the rate at which the reader's module listens and speaks"),
    # printers
    "paper": Verb(("printer", "word"), words=("full", "low", "out", "jammed"), says="the paper of a printer"),
    "door": Verb(("printer", "word"), words=("open", "closed"), says="its door"),
    "printer": Verb(("printer", "word"), words=("offline", "online"), says="its line"),
    "job": Verb(("printer", "number"), says="seconds that each of its jobs takes"),
    "break-off": Verb(("printer", "word"), words=("yes", "no"), says="each of its jobs fails half-way"),
    # the platform and all together
    "platform": Verb(
        ("word",),
        words=("down", "up", "error_500", "not_json", "cut", "lose_answer", "retry_after", "slow_body"),
        says="the platform is away, back, or wrong in this way",
    ),
    "right": Verb((), says="every device and the platform as they should be, cards where they lie"),
}
PARTS: Final = ("reader", "scanner")
PRINTERS: Final = ("receipts", "documents")
RATES: Final = ("115200", "57600", "38400", "19200", "9600")
PAGES: Final = (
    *("home", "matters", "guide", "identify", "resume", "ineligible", "form", "notice", "check"),
    *("sign", "submitting", "result", "done", "owed", "cases", "hand_in", "failsafe"),
)
_OWN_CARD: Final = "card"
_MARK: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")


@dataclass(frozen=True)
class When:
    """``at``: seconds from the start; ``after``: from the line before; ``on``: from the first time that a
    page of this name was shown."""

    kind: Literal["at", "after", "on"]
    seconds: float
    mark: str = ""


@dataclass(frozen=True)
class Step:
    line: int
    when: When
    verb: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.verb, *self.arguments))


@dataclass(frozen=True)
class Script:
    steps: tuple[Step, ...]
    cards: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def presents(self) -> bool:
        """Whether it lays, inserts or scans something itself."""
        return any(step.verb in ("present", "insert", "scan") for step in self.steps)


@dataclass(frozen=True)
class ScriptProblem:
    line: int  # from 1; 0 for the whole file
    problem: str
    remedy: str

    def __str__(self) -> str:
        told = f"{self.problem}; {self.remedy}"
        return f"line {self.line}: {told}" if self.line else told


def load_script(path: Path) -> Script | list[ScriptProblem]:
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_SCRIPT_BYTES + 1)
    except OSError as error:
        return [
            ScriptProblem(0, f"{path} cannot be read ({type(error).__name__})", "name a file with a script")
        ]
    if len(content) > LONGEST_SCRIPT_BYTES:
        return [ScriptProblem(0, "more than a megabyte", "give a shorter script")]
    try:
        return parse_script(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return [ScriptProblem(0, "is not UTF-8", "save it as UTF-8 text")]


def parse_script(text: str) -> Script | list[ScriptProblem]:
    """The script, or everything that is wrong with it."""
    steps: list[Step] = []
    cards: dict[str, Mapping[str, str]] = {}
    named: set[str] = set()  # those with a mistake, too: it is told once
    problems: list[ScriptProblem] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            problems.append(ScriptProblem(number, "a quotation mark is not closed", "close it"))
            continue
        if not words:
            continue
        named.update(words[1:2] if words[0] == "card" else ())
        read = _card(number, words) if words[0] == "card" else _step(number, words)
        if isinstance(read, ScriptProblem):
            problems.append(read)
        elif isinstance(read, Step):
            steps.append(read)
        elif words[1] in cards:
            problems.append(ScriptProblem(number, f"there are two cards {words[1]!r}", "give each its name"))
        else:
            cards[words[1]] = read
    problems += _unknown_cards(steps, named)
    return sorted(problems, key=lambda problem: problem.line) or Script(tuple(steps), cards)


def _card(line: int, words: list[str]) -> Mapping[str, str] | ScriptProblem:
    if len(words) < 2 or not _MARK.fullmatch(words[1]):
        return ScriptProblem(line, "a card needs a name", "write: card NAME key=value ...")
    values: dict[str, str] = {}
    for word in words[2:]:
        key, equals, value = word.partition("=")
        if not equals or key not in KEYS:
            return ScriptProblem(line, f"{word!r} is no key=value of a card", nearest(key, KEYS))
        if key in values:
            return ScriptProblem(line, f"{key} is given twice", "give it once")
        values[key] = value
    wrong = wrong_card(values)
    return values if wrong is None else ScriptProblem(line, f"card {words[1]}: {wrong[0]}", wrong[1])


def _step(line: int, words: list[str]) -> Step | ScriptProblem:
    when, rest = _when(line, words)
    if isinstance(when, ScriptProblem):
        return when
    if not rest:
        return ScriptProblem(line, "nothing is to happen", _shapes())
    verb = VERBS.get(rest[0])
    if verb is None:
        meant = nearest(rest[0], VERBS) + "; " if difflib.get_close_matches(rest[0], VERBS) else ""
        return ScriptProblem(line, f"{rest[0]!r} is no action", meant + _shapes())
    given = tuple(rest[1:])
    kinds = verb.arguments + verb.optional
    if not len(verb.arguments) <= len(given) <= len(kinds):
        return ScriptProblem(line, f"{rest[0]} has {len(given)} arguments", f"write: {usage(rest[0])}")
    for kind, argument in zip(kinds, given, strict=False):
        if (wrong := _wrong(kind, argument, verb)) is not None:
            return ScriptProblem(line, f"{rest[0]}: {argument!r} {wrong}", f"write: {usage(rest[0])}")
    return Step(line, when, rest[0], given)


def _shapes() -> str:
    return "write one of: " + "; ".join(map(usage, VERBS))


def usage(name: str) -> str:
    """How an action is written, e.g. ``paper receipts|documents full|low|out|jammed``."""
    verb = VERBS[name]
    shown = {
        "part": "|".join(PARTS),
        "printer": "|".join(PRINTERS),
        "word": "|".join(verb.words),
        "number": "SECONDS",
        "count": "NUMBER",
        "rate": "|".join(RATES),
        "hex": "HEX",
        "status": "HEX",
        "card": "CARD",
        "text": "TEXT",
    }
    optional = [f"[{shown[kind]}]" for kind in verb.optional]
    return " ".join([name, *(shown[kind] for kind in verb.arguments), *optional])


def _when(line: int, words: list[str]) -> tuple[When | ScriptProblem, list[str]]:
    kind, given = words[0], words[1] if len(words) > 1 else ""
    if kind in ("at", "after"):
        seconds = _seconds(given)
        if seconds is None:
            return ScriptProblem(line, f"{given!r} are no seconds", f"write: {kind} 0.5 ACTION"), []
        return When("at" if kind == "at" else "after", seconds), words[2:]
    if kind == "on" and _MARK.fullmatch(given):
        if given not in PAGES:
            return ScriptProblem(line, f"there is no page {given!r}", nearest(given, PAGES)), []
        if len(words) > 2 and words[2].startswith("+"):
            seconds = _seconds(words[2][1:])
            if seconds is None:
                return ScriptProblem(
                    line, f"{words[2]!r} are no seconds", f"write: on {given} +0.5 ACTION"
                ), []
            return When("on", seconds, given), words[3:]
        return When("on", 0.0, given), words[2:]
    remedy = "begin with: at SECONDS, after SECONDS, on PAGE, or on PAGE +SECONDS"
    return ScriptProblem(line, f"{' '.join(words[:2])!r} is no time", remedy), []


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and 0.0 <= seconds <= LONGEST_SECONDS else None


def _wrong(kind: Kind, argument: str, verb: Verb) -> str | None:
    match kind:
        case "part":
            return None if argument in PARTS else "is no part with a cable"
        case "printer":
            return None if argument in PRINTERS else "is no printer"
        case "word":
            return None if argument in verb.words else "is not known"
        case "number":
            return None if _seconds(argument) is not None else "is no number of seconds"
        case "count":
            good = argument.isascii() and argument.isdigit() and len(argument) <= 7
            return None if good else "is no whole number"
        case "rate":
            return None if argument in RATES else "is no rate of such a module"
        case "status":
            good = re.fullmatch(r"[0-9A-Fa-f]{6}", argument) is not None
            return None if good else "are no three bytes in hexadecimal"
        case "hex":
            good = re.fullmatch(r"([0-9A-Fa-f]{2}){1,1024}", argument) is not None
            return None if good else "are no bytes in hexadecimal"
        case _:
            return None


def _unknown_cards(steps: Iterable[Step], cards: Iterable[str]) -> list[ScriptProblem]:
    known = {_OWN_CARD, *cards}
    return [
        ScriptProblem(step.line, f"there is no card {step.arguments[0]!r}", nearest(step.arguments[0], known))
        for step in steps
        if step.verb in ("present", "insert") and step.arguments and step.arguments[0] not in known
    ]
