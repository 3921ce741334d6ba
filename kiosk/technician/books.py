"""What technicians found and set, in the terminal's store: diagnostic records, paper left, marks.

Nothing in here is about a citizen.  Any thread.  Reading needs no more than ``open_reading``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from devices.contract import Check, Fault, PrinterDriver
from kiosk.delivery.store import Row, Store, utc_now
from kiosk.technician.state import TestRecord

if TYPE_CHECKING:
    import apsw

    from devices.device_set import DeviceSet

KEPT_PER_DEVICE: Final = 100
OUT_OF_SERVICE: Final = "out_of_service"
CALIBRATION: Final = "calibration"
LOCKOUT: Final = "lockout"
_COLUMNS: Final = "device, kind, by, at, passed, checks"
_DETAIL_CHARACTERS: Final = 300


class Books:
    def __init__(self, store: Store) -> None:
        self._store = store

    # --- diagnostic records ---------------------------------------------------------------------------

    def record(
        self, device: str, kind: str, by: str, passed: bool | None, checks: Iterable[Check] = ()
    ) -> TestRecord | Fault:
        """Write down what a test has shown, synced.  The oldest of the device go when there are many."""
        made = TestRecord(device, kind, by, utc_now(), passed, tuple(checks))

        def work(connection: apsw.Connection) -> None:
            connection.execute(
                f"INSERT INTO diagnostics ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
                (device, kind, by, made.at, None if passed is None else int(passed), _checks_text(made)),
            )
            connection.execute(
                "DELETE FROM diagnostics WHERE device = ?1 AND seq <= (SELECT seq FROM diagnostics"
                " WHERE device = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
                (device, KEPT_PER_DEVICE),
            )

        fault = self._store.write(work)
        return fault if isinstance(fault, Fault) else made

    def newest(self, kinds: Iterable[str] = ("self_test",)) -> dict[str, TestRecord]:
        """The newest record of each device that is of one of ``kinds``.  Empty when nothing can be read."""
        wanted = list(kinds)
        rows = self._store.read(
            f"SELECT {_COLUMNS} FROM diagnostics WHERE seq IN (SELECT max(seq) FROM diagnostics"
            f" WHERE kind IN ({', '.join('?' * len(wanted))}) GROUP BY device)",
            wanted,
        )
        return {} if isinstance(rows, Fault) else {str(row[0]): _record_of(row) for row in rows}

    def records(self, limit: int = 1000) -> list[TestRecord]:
        """The last ones, the oldest first."""
        rows = self._store.read(f"SELECT {_COLUMNS} FROM diagnostics ORDER BY seq DESC LIMIT ?", (limit,))
        return [] if isinstance(rows, Fault) else [_record_of(row) for row in reversed(rows)]

    # --- paper ----------------------------------------------------------------------------------------

    def keep_supply(self, device: str, remaining: int) -> Fault | None:
        """How much paper a printer has left, so that it is known after a restart."""
        return self._write(
            "INSERT INTO supplies VALUES (?, ?, ?) ON CONFLICT (device) DO UPDATE"
            " SET remaining = excluded.remaining, updated = excluded.updated",
            (device, remaining, utc_now()),
        )

    def supplies(self) -> dict[str, int]:
        rows = self._store.read("SELECT device, remaining FROM supplies")
        return {} if isinstance(rows, Fault) else {str(device): int(left) for device, left in rows}

    def give_back(self, devices: DeviceSet) -> None:
        """Tell the printers how much paper they had left."""
        for name, left in self.supplies().items():
            printer = devices.get(name)
            if isinstance(printer, PrinterDriver):
                printer.fill(left)

    # --- marks ----------------------------------------------------------------------------------------

    def mark(self, name: str, value: Mapping[str, Any] | None) -> Fault | None:
        """Set a mark, or take it away."""
        if value is None:
            return self._write("DELETE FROM marks WHERE name = ?", (name,))
        return self._write(
            "INSERT INTO marks VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
            " SET value = excluded.value, updated = excluded.updated",
            (name, json.dumps(dict(value)), utc_now()),
        )

    def marked(self, name: str) -> dict[str, Any] | None:
        """What a mark says; ``None`` when it is not set or not readable."""
        rows = self._store.read("SELECT value FROM marks WHERE name = ?", (name,))
        if isinstance(rows, Fault) or not rows:
            return None
        try:
            value = json.loads(rows[0][0])
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    def _write(self, sql: str, values: tuple[Any, ...]) -> Fault | None:
        def work(connection: apsw.Connection) -> None:
            connection.execute(sql, values)

        return self._store.write(work)


def _checks_text(record: TestRecord) -> str:
    return json.dumps(
        [
            {
                "name": check.name,
                "passed": check.passed,
                "detail": check.detail[:_DETAIL_CHARACTERS],
                "fault": check.fault.code if check.fault else None,
                "cause": check.fault.cause[:_DETAIL_CHARACTERS] if check.fault else "",
            }
            for check in record.checks
        ],
        ensure_ascii=False,
    )


def _record_of(row: Row) -> TestRecord:
    device, kind, by, at, passed, checks = row
    try:
        given = json.loads(checks)
    except (ValueError, RecursionError):
        given = []
    return TestRecord(
        device,
        kind,
        by,
        at,
        None if passed is None else bool(passed),
        tuple(_check_of(each) for each in given if isinstance(each, dict)),
    )


def _check_of(given: Mapping[str, Any]) -> Check:
    code = given.get("fault")
    fault = Fault(str(code), str(given.get("cause", ""))) if code else None
    return Check(str(given.get("name", "")), given.get("passed") is True, str(given.get("detail", "")), fault)
