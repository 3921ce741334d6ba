"""The papers of a visit, on their way to the hand, and what one of them says."""

from __future__ import annotations

from enum import StrEnum

from values import dataclass


class PaperKind(StrEnum):
    SLIP = "slip"
    DOCUMENT = "document"
    GUIDE = "guide"
    NOTICE = "notice"


class PaperState(StrEnum):
    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"  # the printer cannot tell whether it came out


@dataclass(frozen=True)
class Paper:
    kind: PaperKind
    title: str = ""  # of a document, as the platform named it
    document_id: str = ""
    state: PaperState = PaperState.WAITING
    fault: str | None = None
    tries: int = 0  # how often it went to the printer
    fetched: bool = False  # a document of the platform that is here


class PaperTextState(StrEnum):
    READING = "reading"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, repr=False)
class PaperText:
    """What a paper of this visit says, for who has it read out."""

    state: PaperTextState = PaperTextState.READING
    title: str = ""
    lines: tuple[str, ...] = ()
