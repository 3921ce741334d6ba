"""The whole terminal is ended at random instants of its visits: a sample; ``make torture`` does it often."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.torture.ends import Ends

ENDS = 4


def test_whatever_was_told_is_true_however_often_the_terminal_ends(tmp_path: Path) -> None:
    with Ends(tmp_path / "hall", "sample") as ends:
        made = 0
        while made < ENDS or not any(told["project_no"] for told in ends.told.last.values()):
            ends.end_one()
            made += 1
        assert ends.judge() == []
        # Its judge sees what it should see: an answer that was not given, and a case that is lost.
        serial = next(told["serial"] for told in ends.told.last.values() if told["project_no"])
        with closing(sqlite3.connect(ends.hall.folder / "platform.sqlite", isolation_level=None)) as platform:
            platform.execute("UPDATE applications SET state = 'refused' WHERE serial = ?", (serial,))
            assert any(serial in wrong for wrong in ends.judge())
            platform.execute("DELETE FROM applications WHERE serial = ?", (serial,))
            assert any("not at the platform" in wrong for wrong in ends.judge())
