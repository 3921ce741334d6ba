"""``kiosk technician``: who may open the technician's pages, written into the terminal file.

An entry is added at the end of the file; what else stands there, comments included, stays as it is.  The file
is replaced as a whole, and only by one that the terminal can read.
"""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

from devices.contract import Fault
from kiosk.delivery.vault import open_vault
from kiosk.durable import sync_folder
from kiosk.settings import Settings, SettingsProblem, load_settings
from kiosk.technician.credentials import card_fault, hash_card, hash_pin, pin_fault, who_has_card, who_has_pin
from values import dataclass

_TOML_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@dataclass(frozen=True)
class Refused:
    """Nothing was written; ``reason`` says why and what to do."""

    reason: str


def add(settings: Settings, name: str, pin: str, card: str) -> Refused | None:
    """Write an entry for ``name`` with a PIN, the number of a card, or both."""
    name = name.strip()
    if any(each.name == name for each in settings.technicians):
        return Refused(f"{name} is in the file already; take that entry out first")
    if not pin and not card:
        return Refused("give a PIN, or --card for the number of a card")
    lines = ["", "[[technicians]]", f"name = {_quoted(name)}"]
    if pin:
        if fault := pin_fault(pin):
            return Refused(f"this PIN will not do: {fault.cause} ({fault.code})")
        if who_has_pin(pin, settings.technicians) is not None:
            return Refused("somebody else has this PIN; choose another one")
        lines.append(f"pin = {_quoted(hash_pin(pin))}")
    if card:
        hashed = _card(settings, card)
        if isinstance(hashed, Refused):
            return hashed
        lines.append(f"card = {_quoted(hashed)}")
    return _append(settings.file, "\n".join(lines) + "\n")


def _card(settings: Settings, number: str) -> str | Refused:
    if fault := card_fault(number):
        return Refused(f"{fault.cause} ({fault.code})")
    vault = open_vault(settings.storage.key_file, create=False)
    if isinstance(vault, Fault):
        # Made here it might belong to another user than the terminal's.
        return Refused(
            f"the device key cannot be read ({vault.code}); start the terminal once, and run this as its user"
        )
    if who_has_card(number, settings.technicians, vault.card_key()) is not None:
        return Refused("this card is in the file already")
    return hash_card(number, vault.card_key())


def _append(path: Path, addition: str) -> Refused | None:
    target = path.resolve()  # a link stays a link
    temporary = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        before = target.read_text(encoding="utf-8-sig")
        status = target.stat()
        text = before + ("" if before.endswith("\n") or not before else "\n") + addition
        temporary.write_text(text, encoding="utf-8")
        if problem := _unreadable(target, temporary):
            return Refused(f"the file would not be right any more: {problem}")
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
        if os.geteuid() == 0:
            os.chown(temporary, status.st_uid, status.st_gid)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    except (OSError, UnicodeError) as error:
        return Refused(
            f"{path} cannot be written: {type(error).__name__} {getattr(error, 'errno', '') or ''}"
        )
    finally:
        temporary.unlink(missing_ok=True)
    return None


def _unreadable(target: Path, candidate: Path) -> str | None:
    """Why the new file could not be read; a list that is written inline, for example."""
    try:
        tomllib.loads(candidate.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        return str(error)
    loaded = load_settings(candidate)
    if isinstance(loaded, Settings):
        return None
    problem: SettingsProblem = loaded[0]
    return f"{target}: {problem.key}: {problem.problem}; {problem.remedy}"


def _quoted(text: str) -> str:
    return '"' + "".join(_TOML_ESCAPES.get(each, each) for each in text) + '"'
