"""What was read from a workbook as a matter, or what is wrong with it as a whole, by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from kiosk.matters.excel.layout import GUIDE, MATERIALS
from kiosk.matters.excel.taken import Mistake, Path_, Taken
from kiosk.matters.form_model import GROUP_TAG, QUESTION_TAG
from kiosk.matters.lint.wording import ELEMENTS, told
from kiosk.matters.models import Matter
from kiosk.matters.wellformed import flaws

MAX_MISTAKES: Final = 100


class Imported(NamedTuple):
    matter: Matter
    plain: dict[str, Any]  # as a file has it
    left_out: tuple[str, ...]  # sheets that are not of the template


def checked_matter(taken: Taken) -> Imported | list[Mistake]:
    plain = taken.plain
    plain.setdefault("bring", [])
    try:
        matter = Matter.model_validate(plain)
    except ValidationError as error:
        return [
            _mistake(taken, dict(one))
            for one in error.errors(include_url=False, include_input=False)[:MAX_MISTAKES]
        ]
    found = [
        Mistake(
            taken.place(flaw.path, MATERIALS.name),
            flaw.code,
            told(flaw.code, str(flaw.path[-1]), flaw.message),
            flaw.message,
        )
        for flaw in flaws(matter)
    ]
    return found or Imported(matter, _ordered(plain), tuple(taken.left_out))


def _mistake(taken: Taken, error: Mapping[str, Any]) -> Mistake:
    path: Path_ = tuple(part for part in error["loc"] if part not in (QUESTION_TAG, GROUP_TAG))
    name = str(path[-1]) if path else ""
    code = {"missing": "matter.missing", "extra_forbidden": "matter.unknown_key"}.get(
        error["type"], "matter.value"
    )
    if error["type"] in ("string_pattern_mismatch",):
        code = "matter.malformed"
    elif error["type"] in ("string_too_short", "too_short"):
        code = "matter.empty"
    element = ELEMENTS.get(name) if path[:1] == ("guide",) and len(path) == 2 else None
    shown = element[1] if element else name
    said = "missing here: fill it in" if code == "matter.missing" else str(error["msg"])
    message = f"“{name}”: {said}"
    return Mistake(taken.place(path, GUIDE.name), code, told(code, shown, message), message)


def _ordered(plain: dict[str, Any]) -> dict[str, Any]:
    """In the order of the model, the guide's elements in that of Article 7."""
    return _in_order(plain, list(Matter.model_fields)) | {
        "guide": _in_order(plain["guide"], list(ELEMENTS)),
        **({"form": plain["form"]} if "form" in plain else {}),
        "rehearsal": plain["rehearsal"],
    }


def _in_order(values: dict[str, Any], order: Sequence[str]) -> dict[str, Any]:
    known = [key for key in order if key in values]
    return {key: values[key] for key in [*known, *(key for key in values if key not in known)]}
