"""``terminal.toml``: what this one terminal is, where its platform, store and devices are.

:func:`load_settings` gives frozen settings, or everything that is wrong with the file at once: each
problem names the file, the line, the key and what would be right.  Whatever a file leaves out has a
default that works; without ``[platform]`` applications wait in the outbox.  Relative paths are relative
to the file.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from devices import registry
from kiosk.settings_bundles import BundlesSettings
from kiosk.settings_sections import (
    DEFAULT_MATTERS_FOLDER,
    AuditSettings,
    DisplaySettings,
    KeypadSettings,
    MachineSettings,
    MaintenanceSettings,
    MattersSettings,
    NearbySettings,
    PlatformSettings,
    Section,
    SoundSettings,
    StorageSettings,
    TechnicianSettings,
    TerminalSettings,
)
from kiosk.toml_lines import TomlLines
from values import dataclass

__all__ = [
    "DEFAULT_MATTERS_FOLDER",
    "BundlesSettings",
    "DisplaySettings",
    "KeypadSettings",
    "MachineSettings",
    "MaintenanceSettings",
    "NearbySettings",
    "PlatformSettings",
    "Settings",
    "SettingsProblem",
    "SoundSettings",
    "StorageSettings",
    "TechnicianSettings",
    "TerminalSettings",
    "load_settings",
]

MAX_FILE_BYTES: Final = 1_000_000
_CREDENTIALS: Final = re.compile(r"//[^/?#]*@")  # never shown: a user and a password
_STATE_DIRECTORY: Final = "STATE_DIRECTORY"  # set by systemd for StateDirectory=
_CREDENTIALS_DIRECTORY: Final = "CREDENTIALS_DIRECTORY"  # and for LoadCredential=


@dataclass(frozen=True)
class SettingsProblem:
    """One thing that is wrong.  ``key`` is dotted, e.g. ``platform.url`` or ``devices[0].port``."""

    file: Path
    line: int | None
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else f"{self.file}"
        return (
            f"{place}: {self.key}: {self.problem}; {self.remedy}"
            if self.key
            else (f"{place}: {self.problem}; {self.remedy}")
        )


@dataclass(frozen=True)
class Settings:
    """``devices`` are as written, checked by their drivers' models; paths in them are absolute."""

    file: Path
    terminal: TerminalSettings
    platform: PlatformSettings | None
    storage: StorageSettings
    display: DisplaySettings
    matters: MattersSettings
    bundles: BundlesSettings | None
    machine: MachineSettings
    maintenance: MaintenanceSettings
    audit: AuditSettings
    sound: SoundSettings
    keypad: KeypadSettings
    devices: tuple[Mapping[str, object], ...]
    technicians: tuple[TechnicianSettings, ...]
    nearby: tuple[NearbySettings, ...]

    @property
    def lookup_url(self) -> str:
        """Base of the look-up address in QR codes; empty without a platform, else it ends with ``/``."""
        if self.platform is None:
            return ""
        return f"{self.platform.lookup_url or f'{self.platform.url}/p'}/"

    @property
    def phone(self) -> str:
        return self.platform.phone if self.platform else "12345"

    @property
    def recording_days(self) -> int:
        return self.platform.recording_days if self.platform else 30


_SECTIONS: Final[dict[str, type[Section]]] = {
    "terminal": TerminalSettings,
    "platform": PlatformSettings,
    "storage": StorageSettings,
    "display": DisplaySettings,
    "matters": MattersSettings,
    "bundles": BundlesSettings,
    "machine": MachineSettings,
    "maintenance": MaintenanceSettings,
    "audit": AuditSettings,
    "sound": SoundSettings,
    "keypad": KeypadSettings,
}
_MAY_BE_ABSENT: Final = ("platform", "bundles")
_LISTS: Final[dict[str, type[Section]]] = {"technicians": TechnicianSettings, "nearby": NearbySettings}
_KNOWN: Final = (*_SECTIONS, "devices", *_LISTS)


def load_settings(path: Path) -> Settings | list[SettingsProblem]:
    """Read and check a terminal file.  The list holds every problem found, in the order of the file."""
    path = Path(path)
    text = _read(path)
    if isinstance(text, SettingsProblem):
        return [text]
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return [_not_toml(path, text, error)]
    return _Loader(path.absolute(), raw, TomlLines(text)).load()


class _Loader:
    def __init__(self, path: Path, raw: dict[str, Any], lines: TomlLines) -> None:
        self._path = path
        self._raw = raw
        self._lines = lines
        self._problems: list[SettingsProblem] = []

    def load(self) -> Settings | list[SettingsProblem]:
        for key in self._raw:
            if key not in _KNOWN:
                self._unknown_top(key)
        sections: dict[str, Any] = {name: self._section(name) for name in _SECTIONS}
        lists: dict[str, Any] = {name: self._list(name) for name in _LISTS}
        devices = self._devices()
        if self._problems:
            return sorted(self._problems, key=lambda problem: problem.line or 0)
        return Settings(file=self._path, devices=devices, **sections, **lists)

    def _unknown_top(self, key: str) -> None:
        section = next((name for name, model in _SECTIONS.items() if key in model.model_fields), None)
        if section and not isinstance(self._raw[key], dict):
            remedy = f"put it under [{section}]"
        else:
            remedy = _nearest(key, _KNOWN, "use one of the sections ")
        self._add((key,), "is no section of this file", remedy)

    def _section(self, name: str) -> Section | None:
        given = self._raw.get(name)
        if given is None and name in _MAY_BE_ABSENT:
            return None
        if given is not None and not isinstance(given, dict):
            self._add((name,), "is no section", f"write a line [{name}] and its keys below")
            return None
        model = _SECTIONS[name]
        values = self._with_paths(model, given or {})
        if name == "storage":
            values = self._default_storage() | values
        try:
            return model.model_validate(_with_tuples(values))
        except ValidationError as error:
            for detail in error.errors():
                self._explain((name,), detail, model)
            return None

    def _list(self, name: str) -> tuple[Section, ...]:
        given = self._raw.get(name, [])
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            self._add((name,), "is no list", f"begin each entry with a line [[{name}]]")
            return ()
        model = _LISTS[name]
        entries = []
        for index, values in enumerate(given):
            try:
                entries.append(model.model_validate(_with_tuples(values)))
            except ValidationError as error:
                for detail in error.errors():
                    self._explain((name, index), detail, model)
        return tuple(entries)

    def _with_paths(self, model: type[Section], given: dict[str, Any]) -> dict[str, Any]:
        paths = {key for key, field in model.model_fields.items() if "Path" in str(field.annotation)}
        return {
            key: self._absolute(value) if key in paths and isinstance(value, str) and value else value
            for key, value in given.items()
        }

    def _absolute(self, given: str) -> Path:
        return self._path.parent / Path(given).expanduser()

    def _default_storage(self) -> dict[str, Any]:
        """systemd's credential and state folder, else a folder ``state`` beside the file; one a file."""
        service_folder = os.environ.get(_STATE_DIRECTORY, "").split(":")[0]
        folder = Path(service_folder) if service_folder else self._path.parent / "state"
        credentials = os.environ.get(_CREDENTIALS_DIRECTORY, "")
        sealed = Path(credentials or "/nonexistent") / "device.key"
        try:
            there = sealed.is_file()
        except OSError:  # it may not be looked at: said when it is opened, and no other key is made instead
            there = True
        key_file = sealed if there else folder / "device.key"
        return {"path": folder / f"{self._path.stem}.sqlite", "key_file": key_file}

    def _devices(self) -> tuple[Mapping[str, object], ...]:
        given = self._raw.get("devices", [])
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            self._add(("devices",), "is no list of devices", "begin each device with a line [[devices]]")
            return ()
        names: set[object] = set()
        entries = []
        for index, raw in enumerate(given):
            entry = {key: self._device_value(key, value) for key, value in raw.items()}
            for problem in registry.check(entry):
                self._add(("devices", index, problem.key), problem.problem, problem.remedy)
            name = entry.get("name")
            if isinstance(name, str) and name in names:
                self._add(
                    ("devices", index, "name"), f"{name!r} is used twice", "give each device its own name"
                )
            names.add(name if isinstance(name, str) else None)
            entries.append(entry)
        return tuple(entries)

    def _device_value(self, key: str, value: object) -> object:
        """Folders, and ports that begin with a dot, are relative to the file; a bare port may be a name."""
        if isinstance(value, str) and (
            (key in ("folder", "alsa_config") and value)
            or (key == "port" and value.startswith(("./", "../")))
        ):
            return str(self._absolute(value))
        return value

    def _explain(self, where: tuple[str | int, ...], error: ErrorDetails, model: type[Section]) -> None:
        path = (*where, *error["loc"])
        kind, context = error["type"], error.get("ctx", {})
        if kind == "extra_forbidden":
            known = _nearest(str(error["loc"][-1]), model.model_fields, "use one of ")
            self._add(path, "is no key of this section", known)
        elif kind == "missing":
            self._add(path, "is missing", "add it")
        elif kind == "literal_error":
            self._add(path, f"{error['input']!r} is not allowed", f"use {context.get('expected')}")
        elif kind == "is_instance_of":
            self._add(path, f"{error['input']!r} is not allowed", 'give a path in quotes: "folder/file"')
        elif kind == "together":
            self._add(path, "is not complete", error["msg"])
        else:
            shown = _CREDENTIALS.sub("//…@", str(error["input"]))[:80]
            words = model.model_fields[str(error["loc"][0])].description if error["loc"] else None
            by_pattern = kind == "string_pattern_mismatch" and words
            remedy = f"give {words}" if by_pattern else error["msg"][:1].lower() + error["msg"][1:]
            self._add(path, f"{shown!r} is not allowed", remedy)

    def _add(self, path: tuple[str | int, ...], problem: str, remedy: str) -> None:
        key = ""
        for part in path:
            key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else str(part)
        self._problems.append(SettingsProblem(self._path, self._lines.line(*path), key, problem, remedy))


def _with_tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    """TOML has lists only; frozen settings have tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _read(path: Path) -> str | SettingsProblem:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return SettingsProblem(path, None, "", "is far too large", "give a terminal.toml")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return SettingsProblem(
            path, None, "", "there is no such file", "start from config/terminal.example.toml"
        )
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return SettingsProblem(path, line, "", "is not written in UTF-8", "save the file as UTF-8")
    except OSError as error:
        return SettingsProblem(path, None, "", f"cannot be read ({error.strerror})", "give a readable file")


def _not_toml(path: Path, text: str, error: Exception) -> SettingsProblem:
    match = re.search(r"at line (\d+)", str(error))
    line = int(match.group(1)) if match else text.count("\n") + 1
    reason = str(error).split(" (at ")[0] if isinstance(error, tomllib.TOMLDecodeError) else "nested too deep"
    reason = reason[:1].lower() + reason[1:]
    return SettingsProblem(
        path, line, "", f"this is not TOML: {reason}", 'mend the line; texts stand in quotes: key = "value"'
    )


def _nearest(given: str, known: Iterable[str], introduction: str) -> str:
    import difflib

    names = list(known)
    near = difflib.get_close_matches(given.lower(), names, n=1)
    meant = f"perhaps {near[0]!r} was meant; " if near else ""
    return f"{meant}{introduction}{', '.join(names)}"
