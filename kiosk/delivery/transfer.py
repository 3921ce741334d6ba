"""What waits on one terminal, as a file for support or another terminal: nothing is lost with a scrapped one.

An export holds every application whose content is still there: queued, set aside, or answered with papers
owed.  It stays sealed under the device key of the terminal that wrote it, so that writing it needs no key
and discloses nothing; it can be written beside a living terminal, and from a store that is damaged.  Whoever
takes it up needs that key: each record is opened, checked, and sealed anew under the key of its new terminal.
Key and bytes of an application stay what they are, so that a platform that has it already recognises it,
also when the old terminal lives on.

A masked export is for people who look for a fault: it shows form, sizes and codes, and no answer.

Fault codes: ``transfer.not_an_export``, ``transfer.newer``, ``transfer.damaged``, ``transfer.wrong_key`` (the
key given is not that of the terminal which wrote the export), ``transfer.no_room`` (the file cannot be
written), ``transfer.there_already``, those of store and vault.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, field
from pathlib import Path
from typing import Any, Final

import apsw

from devices.contract import Fault
from kiosk.delivery.application import holder_of, parse_json
from kiosk.delivery.carving import rows_left
from kiosk.delivery.outbox import VAULT_PROOF, Outbox
from kiosk.delivery.platform_faults import Reach
from kiosk.delivery.rescue import mark_of_rescued
from kiosk.delivery.states import STATES, WAITING, State
from kiosk.delivery.store import Store, open_reading, utc_now
from kiosk.delivery.store_file import moved_aside
from kiosk.delivery.vault import Vault
from kiosk.durable import sync_folder
from kiosk.matters.numbers import mask_name, mask_number
from values import dataclass

FORMAT: Final = "kiosk-outbox-export"
VERSION: Final = 1
MAX_EXPORT_BYTES: Final = 1_000_000_000
MOST_ATTEMPTS: Final = 1_000_000_000
_TABLE: Final = "applications"
_CLEAR: Final = ("key", "serial", "task_code", "state", "project_no", "created", "attempts", "last_fault")
_SEALED: Final = ("data_key", "body", "answer")
_NUMBERS: Final = ("number", "code")


@dataclass(frozen=True, repr=False)
class Record:
    """One application as it lies in a store; ``owed`` since when its papers are, or ``None``."""

    key: str
    serial: str
    task_code: str
    state: str
    project_no: str | None
    created: str
    attempts: int
    last_fault: str | None
    data_key: bytes
    body: bytes
    answer: bytes | None = None
    owed: str | None = None


@dataclass(frozen=True, repr=False)
class Export:
    """``proof`` recognises the device key; empty when the store was too damaged to tell."""

    terminal: str
    written: str
    proof: bytes
    records: tuple[Record, ...]


@dataclass(frozen=True)
class TakenUp:
    """What became of the records of an export.  ``unreadable`` are keys of those that are not whole."""

    taken: int = 0
    there_before: int = 0
    unreadable: tuple[str, ...] = field(default=())


# --- from a store -------------------------------------------------------------------------------------


def export_of(path: Path, terminal: str) -> Export | Fault:
    """Everything that still has content in the store at ``path``, and in damaged ones beside it."""
    store = open_reading(path)
    if isinstance(store, Fault):
        if store.code == "store.absent" and not moved_aside(path):
            return Export(terminal, utc_now(), b"", ())  # a terminal that has never served anybody
        if store.code not in ("store.damaged", "store.absent"):
            return store
        proof, found, rescued = b"", _waiting_in(path), set[str]()
    else:
        read = _read(store)
        store.close()
        if isinstance(read, Fault):
            return read
        proof, found, rescued = read
    for damaged in moved_aside(path):
        if mark_of_rescued(damaged) not in rescued:
            found = {**_waiting_in(damaged), **found}
    ordered = sorted(found.values(), key=lambda record: record.created)
    return Export(terminal, utc_now(), proof, tuple(ordered))


def _read(store: Store) -> tuple[bytes, dict[str, Record], set[str]] | Fault:
    counters = store.read("SELECT name, value FROM counters")
    if isinstance(counters, Fault):
        return counters
    columns = ", ".join(f"applications.{name}" for name in (*_CLEAR, *_SEALED))
    rows = store.read(
        f"SELECT {columns}, papers_owed.since FROM applications LEFT JOIN papers_owed USING (key)"
        " WHERE data_key IS NOT NULL AND body IS NOT NULL ORDER BY seq"
    )
    if isinstance(rows, Fault):
        return rows
    values: dict[str, bytes] = dict(counters)
    return values.get(VAULT_PROOF, b""), {row[0]: Record(*row) for row in rows}, set(values)


def _waiting_in(damaged: Path) -> dict[str, Record]:
    found = {}
    for key, left in rows_left(damaged).items():
        if left.state in WAITING:
            clear = (key, left.serial, left.task_code, left.state, None, left.created)
            found[key] = Record(*clear, left.attempts, left.last_fault, left.data_key, left.body)
    return found


# --- the file -----------------------------------------------------------------------------------------


def file_name(export: Export, masked: bool) -> str:
    """For a folder that several terminals' exports are put into."""
    stamp = "".join(sign for sign in export.written[:19] if sign.isalnum())
    kind = "outbox-masked" if masked else "outbox"
    return f"{kind}-{re.sub(r'[^A-Za-z0-9_.-]', '_', export.terminal)}-{stamp}.json"


def write_file(content: str, path: Path) -> Fault | None:
    """Whole and synced under its name, or not there; never over something that is there."""
    if path.exists():
        return Fault("transfer.there_already", path.name, permanent=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        return Fault("transfer.no_room", f"{path}: {os.strerror(error.errno or 0)}")
    return None


def to_text(export: Export) -> str:
    records = [_written(record) for record in export.records]
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "terminal": export.terminal,
            "written": export.written,
            "proof": _base64(export.proof),
            "sha256": _digest(records),
            "applications": records,
        },
        ensure_ascii=False,
        indent=1,
    )


def read_file(path: Path) -> Export | Fault:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_EXPORT_BYTES + 1)
    except OSError as error:
        return Fault("transfer.not_an_export", f"{path}: {os.strerror(error.errno or 0)}", permanent=True)
    given = parse_json(content)
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        cut = isinstance(given, Fault) and FORMAT.encode() in content[:200]
        code = "transfer.damaged" if cut else "transfer.not_an_export"
        return Fault(code, "it breaks off" if cut else path.name, permanent=True)
    version = given.get("version")
    if version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        cause = f"version {version!r}, this software knows {VERSION}"
        return Fault("transfer.newer" if newer else "transfer.not_an_export", cause, permanent=True)
    try:
        records = given["applications"]
        if given["sha256"] != _digest(records):
            return Fault("transfer.damaged", "the digest does not fit", permanent=True)
        taken = tuple(_of_written(each) for each in records)
        return Export(str(given["terminal"]), str(given["written"]), _bytes(given["proof"]), taken)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        return Fault("transfer.damaged", type(error).__name__, permanent=True)


def _written(record: Record) -> dict[str, Any]:
    return {
        name: _base64(value) if isinstance(value, bytes) else value for name, value in asdict(record).items()
    }


def _of_written(given: Mapping[str, Any]) -> Record:
    state, answer = State(given["state"]), given["answer"]
    if state in (State.QUEUED, State.SET_ASIDE) and given["project_no"] is not None:
        raise ValueError("a number without an answer")
    return Record(
        key=_text(given["key"]),
        serial=_text(given["serial"]),
        task_code=_text(given["task_code"]),
        state=state.value,
        project_no=None if given["project_no"] is None else _text(given["project_no"]),
        created=_text(given["created"]),
        attempts=min(max(0, int(given["attempts"])), MOST_ATTEMPTS),
        last_fault=None if given["last_fault"] is None else _text(given["last_fault"]),
        data_key=_bytes(given["data_key"]),
        body=_bytes(given["body"]),
        answer=None if answer is None else _bytes(answer),
        owed=None if given["owed"] is None else _text(given["owed"]),
    )


# --- on another terminal ------------------------------------------------------------------------------


def take_up(outbox: Outbox, export: Export, theirs: Vault) -> TakenUp | Fault:
    """Put the records of ``export`` into ``outbox``: all that are whole, in one transaction.

    What is there already stays as it is.  ``theirs`` is the vault of the terminal that wrote it.
    """
    if export.proof and not theirs.recognises(export.proof):
        return Fault("transfer.wrong_key", f"it was written by {export.terminal}", permanent=True)
    opened = {record.key: _opened(record, theirs) for record in export.records}
    whole = [record for record in export.records if opened[record.key] is not None]
    if export.records and not whole and not export.proof:
        return Fault("transfer.wrong_key", "no application opens with it", permanent=True)

    def work(connection: apsw.Connection) -> int:
        taken = 0
        for record in whole:
            body, answer = opened[record.key] or (b"", None)
            key, wrapped = outbox.vault.new_data_key(_TABLE, record.key)
            connection.execute(
                "INSERT OR IGNORE INTO applications (key, serial, task_code, state, project_no, created,"
                " updated, attempts, last_fault, visit_over, holder, data_key, body, answer, reach)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
                (
                    *(record.key, record.serial, record.task_code, record.state, record.project_no),
                    *(record.created, utc_now(), record.attempts, record.last_fault),
                    *(outbox.vault.mark_of(holder_of(body)), wrapped, key.seal("body", body)),
                    *(key.seal("answer", answer) if answer is not None else None, Reach.PERHAPS.value),
                ),
            )
            new = connection.changes()
            taken += new
            if new and record.state not in WAITING:
                since = record.owed or utc_now()
                connection.execute("INSERT OR IGNORE INTO papers_owed VALUES (?, ?)", (record.key, since))
        return taken

    taken = outbox.store.write(work)
    if isinstance(taken, Fault):
        return taken
    lost = tuple(record.key for record in export.records if opened[record.key] is None)
    outbox.when_kept()
    return TakenUp(taken, len(whole) - taken, lost)


def _opened(record: Record, vault: Vault) -> tuple[bytes, bytes | None] | None:
    """Body and answer in clear, every byte as it was sealed; ``None`` when they are not."""
    key = vault.data_key(_TABLE, record.key, record.data_key)
    if isinstance(key, Fault):
        return None
    body = key.open("body", record.body)
    answer = None if record.answer is None else key.open("answer", record.answer)
    if isinstance(body, Fault) or isinstance(answer, Fault):
        return None
    if answer is None and record.state not in WAITING:
        return None
    return body, answer


# --- for people ---------------------------------------------------------------------------------------


def masked(export: Export, vault: Vault | None) -> dict[str, Any]:
    """For support: what waits and how it is made, without what was said.  ``vault`` opens what can be."""
    return {
        "format": f"{FORMAT}-masked",
        "terminal": export.terminal,
        "written": export.written,
        "applications": [_masked(record, vault) for record in export.records],
    }


def _masked(record: Record, vault: Vault | None) -> dict[str, Any]:
    shown: dict[str, Any] = {name: getattr(record, name) for name in _CLEAR}
    shown |= {"meaning": STATES[State(record.state)].en, "papers_owed": record.owed is not None}
    opened = _opened(record, vault) if vault is not None else None
    given = parse_json(opened[0]) if opened else None
    if not isinstance(given, dict):
        return shown | {"content": "sealed" if vault is None else "not whole"}
    applicant = given.get("applicant", {})
    return shown | {
        "content": {
            "bytes": len(opened[0]) if opened else 0,
            "task_version": given.get("task_version"),
            "applied_at": given.get("applied_at", given.get("handed_in_at")),
            "applicant": {name: _masked_field(name, value) for name, value in applicant.items()},
            "answers": {name: _size(value) for name, value in given.get("answers", {}).items()},
            "materials": [_masked_material(each) for each in given.get("materials", [])],
        }
    }


def _masked_material(given: Mapping[str, Any]) -> dict[str, Any]:
    """The code of an electronic licence has its owner's number in it."""
    said = given.get("evidence")
    shown = {"code": given.get("code"), "status": given.get("status")}
    return shown if said is None else shown | {"evidence": _size(said)}


def _masked_field(name: str, value: object) -> str:
    if not isinstance(value, str):
        return type(value).__name__
    if name == "name":
        return mask_name(value)
    if name in _NUMBERS:
        return mask_number(value)
    return value if name in ("kind", "source") else _size(value)


def _size(value: object) -> str:
    return f"{len(value)} characters" if isinstance(value, str) else type(value).__name__


def _digest(records: Iterable[Any]) -> str:
    canonical = json.dumps(list(records), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(given: object) -> bytes:
    return base64.b64decode(_text(given), validate=True)


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError
    given.encode()  # half a character has no place in a store: a ValueError
    return given
