"""What is filled in and handed in: questions, answers, materials, and a form kept for another day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from values import dataclass

if TYPE_CHECKING:
    from kiosk.delivery.saved import SavedForm
    from kiosk.matters.models import Question


class MaterialStatus(StrEnum):
    PROVIDED = "provided"  # read from the card
    SHARED = "shared"  # the platform has it
    DECLARED = "declared"
    OWED = "owed"  # accepted as to be handed in later
    MISSING = "missing"


@dataclass(frozen=True)
class MaterialView:
    code: str
    status: MaterialStatus
    may_be_owed: bool = False
    until: str = ""  # YYYY-MM-DD, for what may be owed


@dataclass(frozen=True)
class FormStep:
    """One page of the form: a question of the matter, or the declaration of one material."""

    key: str
    declaration: bool = False


@dataclass(frozen=True, repr=False)
class Form:
    steps: tuple[FormStep, ...] = ()
    index: int = 0
    questions: tuple[Question, ...] = ()  # those that apply, with computed ones, in the form's order
    between: tuple[Question, ...] = ()  # "is there another one?": asked, and not shown afterwards
    answers: Mapping[str, str] = field(default_factory=dict)  # normalised, by question key
    left_open: frozenset[str] = frozenset()  # optional questions that were put and not answered
    declared: frozenset[str] = frozenset()  # material codes
    declined: frozenset[str] = frozenset()
    error: str | None = None  # code of kiosk.matters.forms, for the step shown
    error_words: tuple[str, str] | None = None  # zh, en
    editing: bool = False  # came from the check page and goes straight back
    before: Mapping[str, str] | None = None  # the answers before a change from the check page
    raw: str = ""  # what was typed and found wrong, so that nothing is lost


class KeepingState(StrEnum):
    NOT_KEPT = "not_kept"
    KEEPING = "keeping"
    KEPT = "kept"  # on disk, sealed, synced
    FAILED = "failed"


@dataclass(frozen=True, repr=False)
class Keeping:
    """Whether what was filled in is kept for another day; ``until`` is ``YYYY-MM-DD``."""

    state: KeepingState = KeepingState.NOT_KEPT
    until: str = ""
    form: SavedForm | None = None
