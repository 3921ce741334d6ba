"""What happens, one JSON object a line on standard error, for the journal; never who it happened to.

``log.info("delivery.sent", key=key, state="accepted")``: only fields on the list get through, each in its
pattern, so that a value that could be personal is left out whoever passes it.  Exceptions are told by
class and place: messages may quote what they failed on.  Records of the standard ``logging`` get the same
treatment; their text is the constant that stands in the code, and only for our own modules.

``structlog`` is not used here: importing it brings rich and asyncio along, 14 MB and a tenth of a second
of every start, for one line of JSON.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

from kiosk.audit.events import KEY_PATTERNS

PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    **KEY_PATTERNS,
    "file": re.compile(r"(?!.*\d{8})[\w.-]{1,80}"),  # a configuration file's name
    "code": KEY_PATTERNS["name"],
    "error": re.compile(r"[A-Za-z_]\w{0,63}"),  # an exception's class
    "place": re.compile(r"[\w./<>: -]{1,300}"),  # module, function, line
    "seconds": re.compile(r"-?\d{1,9}(\.\d{1,9})?"),
    "logger": re.compile(r"[\w.]{1,120}"),
    "line": re.compile(r"\d{1,9}"),
}
_FRAME: Final[Mapping[str, re.Pattern[str]]] = {  # what every line has
    "at": re.compile(r"[0-9T:.+-]{10,40}"),
    "level": re.compile(r"info|warning|error"),
    "event": re.compile(r"[a-z][a-z0-9_.]{0,79}"),
    "text": re.compile(r"(?!.*\d{6})[\x20-\x7e…]{1,300}"),
}
_OWN: Final = ("kiosk", "devices", "screens")
_EVENT: Final = re.compile(r"[a-z][a-z0-9_.]{0,79}")
_HARMLESS: Final = re.compile(r"[A-Za-z_][A-Za-z_.:-]{0,40}( in [\w<>]{1,60}, line \d{1,6})?")
_FRAMES: Final = 6
LOG_NAME: Final = "kiosk.log"
KEPT_BYTES: Final = 2_000_000  # of one file; with the older ones this bounds what the log takes of the disk
KEPT_FILES: Final = 5


class Log:
    """Writes to ``stream``, or to whatever standard error is at the time."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._kept: TextIO | None = None

    @contextmanager
    def kept_in(self, folder: Path) -> Iterator[None]:
        """Keep the lines in ``folder`` as well, for a technician to take away; the oldest go in time."""
        with self._lock:
            self._folder = folder
        try:
            yield
        finally:
            with self._lock:
                self._folder = None
                if self._kept is not None:
                    self._kept.close()
                    self._kept = None

    @contextmanager
    def written_to(self, path: Path) -> Iterator[None]:
        """Append to a file instead, e.g. beside a rehearsal's pictures."""
        before = self._stream
        stream = path.open("a", encoding="utf-8")
        self._stream = stream
        try:
            yield
        finally:
            self._stream = before
            with suppress(OSError):  # what a full disk did not take is not written at the end either
                stream.close()

    def info(self, event: str, /, **fields: object) -> None:
        self.write("info", event, fields)

    def warning(self, event: str, /, **fields: object) -> None:
        self.write("warning", event, fields)

    def error(self, event: str, /, **fields: object) -> None:
        self.write("error", event, fields)

    def crash(self, event: str, error: BaseException) -> None:
        """A bug: which class, raised where, the innermost place first."""
        self.write("error", event, exception_fields(error))

    def write(self, level: str, event: str, fields: Mapping[str, object], text: str = "") -> None:
        """``text`` is a constant of our own code."""
        line: dict[str, object] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": level,
            "event": event if _EVENT.fullmatch(event) else "log.undeclared",
        }
        for name, value in fields.items():
            if name in PATTERNS and PATTERNS[name].fullmatch(str(value)):
                line[name] = value if isinstance(value, int | float) else str(value)
        if text:
            line["text"] = text
        written = json.dumps(line, ensure_ascii=False)
        with self._lock:
            # Nobody may read the log any more (a closed pipe).  The terminal goes on; the chain records.
            with suppress(OSError, ValueError):
                print(written, file=self._stream or sys.__stderr__, flush=True)
            self._keep(written)

    def _keep(self, written: str) -> None:
        if self._folder is None:
            return
        try:
            if self._kept is None:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._kept = (self._folder / LOG_NAME).open("a", encoding="utf-8")
            print(written, file=self._kept, flush=True)
            if self._kept.tell() > KEPT_BYTES:
                self._kept.close()
                self._kept = None
                for number in range(KEPT_FILES - 1, 0, -1):
                    older = self._folder / (f"{LOG_NAME}.{number - 1}" if number > 1 else LOG_NAME)
                    if older.exists():
                        older.replace(self._folder / f"{LOG_NAME}.{number}")
        except (OSError, ValueError):
            self._kept = None  # a full disk must not stop the terminal; the next line tries again


def kept_files(folder: Path) -> list[Path]:
    """What :meth:`Log.kept_in` has kept, the oldest first."""
    names = [*(f"{LOG_NAME}.{number}" for number in range(KEPT_FILES - 1, 0, -1)), LOG_NAME]
    return [folder / name for name in names if (folder / name).is_file()]


def masked_line(text: str) -> str | None:
    """A line of a kept log as it may leave the terminal: only what is on the list, each value in its pattern.

    ``None`` for what is no line of ours: somebody may have written into the file.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict) or not _EVENT.fullmatch(str(given.get("event", ""))):
        return None
    shown: dict[str, object] = {}
    for name, pattern in _FRAME.items():
        if pattern.fullmatch(str(given.get(name, ""))):
            shown[name] = given[name]
    for name, value in given.items():
        if name in PATTERNS and PATTERNS[name].fullmatch(str(value)):
            shown[name] = value
    return json.dumps(shown, ensure_ascii=False)


log: Final = Log()


def take_over_logging(level: int = logging.INFO) -> None:
    """Give the records of the standard ``logging`` of this process the same treatment; once, at the start."""
    root = logging.getLogger()
    root.handlers = [LogHandler(log)]
    root.setLevel(level)


def take_over_exceptions() -> None:
    """What nobody has caught is told by class and place, too: Python would print the message, which may quote
    what a citizen typed."""

    def in_a_thread(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
            log.crash("thread.crashed", told.exc_value)

    def at_the_end(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
        log.crash("process.crashed", error)

    def unraisable(told: sys.UnraisableHookArgs) -> None:
        if told.exc_value is not None:
            log.crash("clean_up.crashed", told.exc_value)

    threading.excepthook = in_a_thread
    sys.excepthook = at_the_end
    sys.unraisablehook = unraisable


def exception_fields(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    place = " < ".join(f"{_module(frame.filename)}:{frame.lineno}" for frame in reversed(frames))
    return {"error": type(error).__name__, "place": place}


def _module(filename: str) -> str:
    """``kiosk/delivery/store.py`` of a path; a whole path may tell whose machine this is."""
    return "/".join(filename.split("/")[-3:])


class LogHandler(logging.Handler):
    """Records of the standard ``logging``: of what was filled in, only codes, classes and lines are shown."""

    def __init__(self, target: Log) -> None:
        super().__init__()
        self._log = target

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.WARNING and record.name.split(".")[0] not in _OWN:
            return  # a library's chatter tells a technician nothing
        fields: dict[str, object] = {"logger": record.name, "line": record.lineno}
        if record.exc_info and record.exc_info[1] is not None:
            fields |= exception_fields(record.exc_info[1])
        level = "error" if record.levelno >= logging.ERROR else "warning" if record.levelno >= 30 else "info"
        self._log.write(level, "log.record", fields, _text_of(record))


def _text_of(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] not in _OWN or not isinstance(record.msg, str):
        return ""
    given = record.args if isinstance(record.args, tuple) else ()
    shown = tuple(each if isinstance(each, str) and _HARMLESS.fullmatch(each) else "…" for each in given)
    try:
        return record.msg % shown if shown else record.msg
    except (TypeError, ValueError):
        return record.msg
