"""The shipped configuration, and small questions for single rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kiosk.matters.load import load_folder
from kiosk.matters.models import Bilingual, FieldKind, Option, Question

CONFIG = Path(__file__).parents[3] / "config"
MATTERS = load_folder(CONFIG / "matters")
TODAY = date(2026, 11, 24)

YES_OPTIONS = (
    Option(value="first", label=Bilingual(zh="甲", en="One")),
    Option(value="second", label=Bilingual(zh="乙", en="Two")),
)


def question(kind: FieldKind, **rules: Any) -> Question:
    if kind is FieldKind.CHOICE:
        rules.setdefault("options", YES_OPTIONS)
    words = Bilingual(zh="甲", en="A")
    return Question.model_validate({"key": "a", "kind": kind, "question": words, "label": words} | rules)
