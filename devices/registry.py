"""Driver names to drivers: the ``[[devices]]`` of terminal.toml, checked, then built.

Checking imports the options only; a driver's module, and with it pyserial, pyscard or pycups, is
imported when one of its devices is built.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from devices.contract import Driver, Emit
from values import dataclass

_MAX_NAME_CHARS = 64


@dataclass(frozen=True)
class ConfigProblem:
    """What is wrong with one key of one device, and what would be right.  ``device``: its name or index."""

    device: str
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"device {self.device}: {self.key}: {self.problem}; {self.remedy}"


@dataclass(frozen=True)
class _Entry:
    """Where a driver and the model of its options are, as ``module:Class``."""

    options: str
    driver: str


DRIVERS: dict[str, _Entry] = {
    "samv": _Entry("devices.identity.samv:SamvOptions", "devices.identity.samv:SamvDriver"),
    "social_security": _Entry(
        "devices.identity.social_security:SocialSecurityOptions",
        "devices.identity.social_security:SocialSecurityDriver",
    ),
    "serial_scanner": _Entry(
        "devices.options:SerialScannerOptions", "devices.scanners.serial_scanner:SerialScannerDriver"
    ),
    "cups": _Entry("devices.options:CupsOptions", "devices.printers.cups_queue:CupsPrinter"),
    "escpos": _Entry("devices.options:EscposOptions", "devices.printers.escpos_printer:EscposPrinter"),
    "microphone": _Entry("devices.sound.microphone:MicrophoneOptions", "devices.sound.microphone:Microphone"),
    "file_printer": _Entry("devices.options:FilePrinterOptions", "devices.printers.file_printer:FilePrinter"),
}


def check(entry: Mapping[str, object]) -> list[ConfigProblem]:
    """Everything that is wrong with one device's configuration."""
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > _MAX_NAME_CHARS:
        problem = "is missing" if name is None else "is no usable name"
        return [ConfigProblem("?", "name", problem, f"give a text of 1 to {_MAX_NAME_CHARS} characters")]
    driver = entry.get("driver")
    if not isinstance(driver, str) or driver not in DRIVERS:
        problem = "is missing" if driver is None else f"{driver!r} is no driver"
        return [ConfigProblem(name, "driver", problem, _nearest(str(driver or ""), DRIVERS, "choose"))]
    model = _load(DRIVERS[driver].options)
    validated = _validate(entry, model)
    if isinstance(validated, BaseModel):
        return []
    return [_problem(name, error, model) for error in validated]


def check_all(entries: Iterable[Mapping[str, object]]) -> list[ConfigProblem]:
    """Everything that is wrong with all of them, names used twice included."""
    problems: list[ConfigProblem] = []
    names: set[object] = set()
    for entry in entries:
        problems += check(entry)
        name = entry.get("name")
        if isinstance(name, str) and name in names:
            problems.append(ConfigProblem(name, "name", "is used twice", "give each device its own name"))
        names.add(name if isinstance(name, str) else None)
    return problems


def build(entry: Mapping[str, object], emit: Emit) -> Driver | ConfigProblem:
    """The driver for one configured device; it is not opened yet."""
    if problems := check(entry):
        return problems[0]
    name, known = str(entry["name"]), DRIVERS[str(entry["driver"])]
    try:
        driver = _load(known.driver)(name, emit, _validate(entry, _load(known.options)))
    except ImportError as error:
        return ConfigProblem(
            name, "driver", f"needs {error.name}, which is not installed", f"install {error.name}"
        )
    assert isinstance(driver, Driver)
    return driver


def _load(address: str) -> Any:
    module, _, class_name = address.partition(":")
    return getattr(importlib.import_module(module), class_name)


def _validate(entry: Mapping[str, object], model: type[BaseModel]) -> BaseModel | list[ErrorDetails]:
    own_keys = {key: value for key, value in entry.items() if key not in ("name", "driver")}
    try:
        return model.model_validate(own_keys)
    except ValidationError as error:
        return error.errors()


def _problem(device: str, error: ErrorDetails, model: type[BaseModel]) -> ConfigProblem:
    key = ".".join(str(part) for part in error["loc"]) or _keys_in(error["msg"], model)
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return ConfigProblem(
            device, key, "is no key of this driver", _nearest(key, model.model_fields, "use")
        )
    if kind == "missing":
        return ConfigProblem(device, key, "is missing", "add it")
    given = f"{error['input']!r} is not allowed"
    if kind == "literal_error":
        return ConfigProblem(device, key, given, f"use {context.get('expected')}")
    if kind == "value_error":
        return ConfigProblem(device, key, "do not go together", str(context.get("error")))
    field = model.model_fields.get(str(error["loc"][0])) if error["loc"] else None
    if kind == "string_pattern_mismatch" and field is not None and field.description:
        return ConfigProblem(device, key, given, f"give {field.description}")
    return ConfigProblem(device, key, given, error["msg"][:1].lower() + error["msg"][1:])


def _keys_in(message: str, model: type[BaseModel]) -> str:
    """The keys that a complaint about several of them speaks of."""
    words = set(re.findall(r"\w+", message))
    return " / ".join(field for field in model.model_fields if field in words)


def _nearest(given: str, known: Iterable[str], verb: str) -> str:
    import difflib

    names = sorted(known)
    near = difflib.get_close_matches(given, names, n=1)
    meant = f"perhaps {near[0]!r} was meant; " if near else ""
    return f"{meant}{verb} one of {', '.join(names)}"
