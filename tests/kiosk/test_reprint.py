"""A slip that did not come out is printed at the next visit, on a whole terminal, for the same card only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from devices.virtual.identity_card import IdentityCard
from kiosk.matters.load import load_folder
from kiosk.settings import DEFAULT_MATTERS_FOLDER, Settings, load_settings
from kiosk.terminal import Terminal, open_terminal
from kiosk.virtual_hall import VirtualHall
from tests.torture.ends import words_of
from tests.torture.visitor import one_visit

MATTER = load_folder(DEFAULT_MATTERS_FOLDER).get("灵活就业登记")


def visit(terminal: Terminal) -> list[dict[str, Any]]:
    """What was told in one visit."""
    assert MATTER is not None
    told: list[dict[str, Any]] = []
    one_visit(terminal, MATTER, told.append)
    return told


def test_a_slip_that_did_not_come_out_is_given_to_its_owner(tmp_path: Path) -> None:
    assert MATTER is not None
    own = MATTER.rehearsal.card
    mine = IdentityCard(own.name, own.number, "resident", own.sex, own.ethnicity, own.birth)
    other = IdentityCard("李示范", "410402198805123022", "resident", "2", "01", "19880512")
    with VirtualHall(tmp_path / "hall") as hall:
        settings = load_settings(hall.terminal_file)
        assert isinstance(settings, Settings)
        terminal = open_terminal(settings)
        assert isinstance(terminal, Terminal), terminal
        try:
            hall.set_paper("receipts", False)
            hall.present(mine)
            first = visit(terminal)[-1]
            assert (first["state"], first["printed"]) == ("accepted", [])
            hall.set_paper("receipts", True)
            hall.lift()
            hall.present(other)
            assert visit(terminal)[0]["serial"] != first["serial"]  # somebody else applies, and is not asked
            hall.lift()
            hall.present(mine)
            again = visit(terminal)[-1]
            assert (again["serial"], again["project_no"]) == (first["serial"], first["project_no"])
            assert again["printed"] == ["slip"]
            slips = sorted((hall.folder / "receipts").glob("*.pdf"))
            assert len(slips) == 2
            assert first["serial"] in words_of(slips[-1])
        finally:
            terminal.close()
