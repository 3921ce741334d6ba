"""From YAML files to checked models, with file, line and column for everything that is wrong.

A bad file never takes the others down: :func:`load_folder` gives a catalogue of the good ones that also
holds the problems of the bad ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from kiosk.matters import models
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.document import MAX_PROBLEMS, ONE_MATTER, Limits, Node, place, read_document
from kiosk.matters.folder import matter_files
from kiosk.matters.form_model import GROUP_TAG, QUESTION_TAG
from kiosk.matters.models import Matter
from kiosk.matters.problem import Problem
from kiosk.matters.wellformed import flaws

__all__ = [
    "Problem",
    "checked_matter",
    "checked_model",
    "duplicate",
    "load_folder",
    "load_matter",
    "load_model",
    "matter_files",
]

M = TypeVar("M", bound=BaseModel)


_SHAPES: Final = {  # fields whose pattern is better said in words
    "task_code": "31 characters, digits and capitals: 18 of the body's credit code, 1 level, 12 base code",
    "catalog_code": "12 characters, digits and capitals: the base code of the province's base catalogue",
    "task_version": "numbers with dots, such as 1 or 2.1",
    "file": "the name of a .png or .jpg file in the folder pictures",
    "of": "result, or the code of a material",
    "birth": "eight digits, year, month and day: 19580214",
    "key": "a small letter, then small letters, digits or _",
    "value": "small letters, digits or _",
    "code": "capitals, digits or _",
}

_KEYS_OF: Final = {  # of what people write as one text
    "legal_limit": "{ amount: 15, unit: workday }, or { amount: 0, unit: immediate }",
    "promised_limit": "{ amount: 5, unit: workday }, or { amount: 0, unit: immediate }",
    "fee": "amount_fen: 0 and standard: 免费",
    "guide": "the 26 elements, item_name to supervision",
    "rehearsal": "card and answers",
    "owing": "days and how",
    "exchange": "the fields of the exchange",
    "compute": "sum, months, days or age",
    "when": "a rule, such as { question: work, is: [own] }",
    "check": "a rule, such as { age_at_least: 60 }",
    "rule": "a rule, such as { left: begin, relation: before, right: end }",
}


def load_matter(path: Path) -> Matter | list[Problem]:
    """The matter in the file at ``path``, or everything that is wrong with it."""
    root = read_document(path)
    return root if isinstance(root, list) else checked_matter(root, path.name)


def checked_matter(root: Node, file: str) -> Matter | list[Problem]:
    """The matter of a tree that has been read, or everything that is wrong with it."""
    matter = checked_model(root, file, Matter)
    if isinstance(matter, list):
        return matter
    found = [place(root, file, flaw.path, flaw.code, flaw.message) for flaw in flaws(matter)]
    return found or matter


def load_model(path: Path, model: type[M], limits: Limits = ONE_MATTER) -> M | list[Problem]:
    """Any other model of this room from one YAML file, by the same rules."""
    root = read_document(path, limits)
    return root if isinstance(root, list) else checked_model(root, path.name, model)


def load_folder(folder: Path) -> Catalogue:
    """Every ``*.yaml`` directly in ``folder``, in the order of the file names."""
    matters: list[Matter] = []
    problems: list[Problem] = []
    file_of: dict[str, str] = {}
    for path in matter_files(folder, problems):
        loaded = load_matter(path)
        if isinstance(loaded, list):
            problems.extend(loaded)
        elif loaded.task_code in file_of:
            problems.append(duplicate(path.name, file_of[loaded.task_code]))
        else:
            file_of[loaded.task_code] = path.name
            matters.append(loaded)
    return Catalogue(matters, problems)


def duplicate(file: str, first: str) -> Problem:
    message = f"this task_code is already that of {first}: each matter needs its own"
    return Problem(file, 1, 1, "matter.duplicate_code", message)


def checked_model(root: Node, file: str, model: type[M]) -> M | list[Problem]:
    """The model of a tree that has been read, or everything that is wrong with it."""
    if not isinstance(root.value, dict):
        message = "the file must be a mapping: lines of 'key: value'"
        return [Problem(file, root.mark.line, root.mark.column, "yaml.not_a_mapping", message)]
    try:
        return model.model_validate(root.plain())
    except ValidationError as error:
        found = [
            _problem(root, file, dict(one))
            for one in error.errors(include_url=False, include_input=False)[:MAX_PROBLEMS]
        ]
        return sorted(found, key=lambda problem: (problem.line, problem.column))


def _problem(root: Node, file: str, error: dict[str, Any]) -> Problem:
    """One of pydantic's findings in words that tell how to mend it."""
    # The two kinds of entries of a form are told apart by tags that stand in no file.
    path: tuple[str | int, ...] = tuple(
        part for part in error["loc"] if part not in (QUESTION_TAG, GROUP_TAG)
    )
    name = str(path[-1]) if path else ""
    context: dict[str, Any] = error.get("ctx", {})
    _, node = root.find(path)
    match error["type"]:
        case "missing":
            return place(root, file, path, "matter.missing", f"“{name}” is missing here: add it")
        case "extra_forbidden":
            mark = root.find_key(path)
            dotted = ".".join(map(str, path))
            return Problem(file, mark.line, mark.column, "matter.unknown_key", _unknown(name), dotted)
        case "string_type":
            return place(root, file, path, "matter.text_wanted", _text_wanted(name, node))
        case "string_too_short" | "too_short":
            message = f"“{name}” is empty: write what belongs here"
            return place(root, file, path, "matter.empty", message)
        case "string_pattern_mismatch":
            shape = _SHAPES.get(name, f"text of the form {context.get('pattern', '')}")
            return place(root, file, path, "matter.malformed", f"“{name}” must be {shape}")
        case "enum" | "literal_error":
            message = f"“{name}” must be one of: {context.get('expected', '')}"
            return place(root, file, path, "matter.choice", message)
        case "model_type" | "dict_type":
            message = f"“{name}” needs keys of its own: {_KEYS_OF.get(name, 'zh and en')}"
            return place(root, file, path, "matter.mapping_wanted", message)
        case "tuple_type" | "list_type":
            message = f"“{name}” must be a list: lines that begin with '- '"
            return place(root, file, path, "matter.list_wanted", message)
        case "bool_type" | "bool_parsing":
            return place(root, file, path, "matter.truth_wanted", f"“{name}” must be true or false")
        case _:
            message = f"“{name}” is not right: {error['msg']}"
            return place(root, file, path, "matter.value", message)


def _text_wanted(name: str, node: Node | None) -> str:
    if node is None or isinstance(node.value, dict | list):
        return f"“{name}” must be one text, not a list or keys of its own"
    if node.value is None:
        return f"“{name}” is empty: write what belongs here"
    return f"“{name}” must be text: put it between quotes, or leading zeros and letters get lost"


def _unknown(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, _known_keys(), n=1)
    hint = f" (did you mean “{near[0]}”?)" if near else ""
    return f"there is no key “{name[:60]}” here{hint}: correct or remove it"


def _known_keys() -> list[str]:
    return sorted({key for model in vars(models).values() for key in getattr(model, "model_fields", ())})
