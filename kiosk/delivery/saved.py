"""Forms that somebody could not finish, kept sealed on this terminal until a day, for the same person only.

A form lies under a keyed mark of the identity number: without the device key nobody can tell whose it is
or test a guess, and no other number finds it.  Its content is sealed under a data key of its own, bound to
that mark.  It is destroyed when its application is on disk, when it is not wanted any more, and when its day
is over, as far as the clock can be trusted (``steady_clock``).

Fault codes: those of the store and the vault; ``saved.too_many``, ``saved.nobody`` (no number to keep it by).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import date, timedelta
from typing import Any, Final

import apsw

from devices.contract import Fault
from kiosk.delivery.steady_clock import is_steady
from kiosk.delivery.store import Store
from kiosk.delivery.vault import Vault
from values import dataclass

KEPT_DAYS: Final = 30
MOST_FORMS: Final = 2_000
_TABLE: Final = "saved_forms"


@dataclass(frozen=True, repr=False)
class SavedForm:
    """``until`` is the last day on which it is there, ``YYYY-MM-DD``; ``missing`` are codes of materials."""

    task_code: str
    task_version: str
    until: str
    answers: Mapping[str, str] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()


def last_day(today: date) -> date:
    return today + timedelta(days=KEPT_DAYS)


class SavedForms:
    """Any thread may use it."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def keep(self, number: str, form: SavedForm, today: date) -> Fault | None:
        """Instead of an earlier one of the same person and matter.  ``None`` means synced."""
        if not number.strip():
            return Fault("saved.nobody", permanent=True)
        mark = self._mark(number)
        record = _record(mark, form.task_code)
        content = {
            "version": form.task_version,
            "answers": dict(form.answers),
            "declared": sorted(form.declared),
            "missing": list(form.missing),
        }
        plain = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")

        def work(connection: apsw.Connection) -> Fault | None:
            self._purge(connection, today)
            count: Any = connection.execute("SELECT count(*) FROM saved_forms").get
            if count >= MOST_FORMS:
                return Fault("saved.too_many", str(count))
            key, wrapped = self._vault.new_data_key(_TABLE, record)
            connection.execute(
                "INSERT OR REPLACE INTO saved_forms VALUES (?, ?, ?, ?, ?)",
                (mark, form.task_code, form.until, wrapped, key.seal("body", plain)),
            )
            return None

        return self._store.write(work)

    def of(self, number: str, today: date) -> tuple[SavedForm, ...] | Fault:
        """What this person has kept and may still use, the newest last day first."""
        if not number.strip():
            return ()
        mark = self._mark(number)
        rows = self._store.read(
            "SELECT task_code, until, data_key, body FROM saved_forms WHERE holder = ? AND until >= ?"
            " ORDER BY until DESC, task_code",
            (mark, today.isoformat()),
        )
        if isinstance(rows, Fault):
            return rows
        opened = (self._open(mark, *row) for row in rows)
        return tuple(form for form in opened if form is not None)

    def destroy(self, number: str, task_code: str) -> Fault | None:
        """Used, or not wanted any more: gone from the file and from its log."""
        if not number.strip():
            return None
        mark = self._mark(number)
        return self._erase("DELETE FROM saved_forms WHERE holder = ? AND task_code = ?", (mark, task_code))

    def purge(self, today: date) -> Fault | None:
        """What is past its day."""
        return self._erase("DELETE FROM saved_forms WHERE until < ?", (today.isoformat(),), by_the_clock=True)

    def _erase(self, sql: str, values: tuple[Any, ...], by_the_clock: bool = False) -> Fault | None:
        def work(connection: apsw.Connection) -> int:
            if by_the_clock and not is_steady(connection):
                return 0
            connection.execute(sql, values)
            return connection.changes()

        erased = self._store.write(work)
        if isinstance(erased, Fault):
            return erased
        return self._store.forget_log() if erased else None

    @staticmethod
    def _purge(connection: apsw.Connection, today: date) -> None:
        if is_steady(connection):
            connection.execute("DELETE FROM saved_forms WHERE until < ?", (today.isoformat(),))

    def _mark(self, number: str) -> bytes:
        return self._vault.mark_of(f"saved {number.strip().upper()}")

    def _open(self, mark: bytes, task_code: str, until: str, wrapped: bytes, body: bytes) -> SavedForm | None:
        """What does not open or read is as good as not there: the form is filled in anew."""
        key = self._vault.data_key(_TABLE, _record(mark, task_code), wrapped)
        plain = key if isinstance(key, Fault) else key.open("body", body)
        if isinstance(plain, Fault):
            return None
        try:
            content = json.loads(plain.decode("utf-8", "surrogatepass"))
            return SavedForm(
                task_code,
                str(content["version"]),
                until,
                {str(key): str(answer) for key, answer in content["answers"].items()},
                frozenset(map(str, content["declared"])),
                tuple(map(str, content["missing"])),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def _record(mark: bytes, task_code: str) -> str:
    return f"{mark.hex()} {task_code}"
