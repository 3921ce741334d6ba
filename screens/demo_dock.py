"""What the demonstration's dock can do: the hands of a person in the virtual hall."""

from __future__ import annotations

from typing import Final

from kiosk.matters.catalogue import Catalogue
from kiosk.virtual_hall import VirtualHall
from screens.dock_action import DockAction
from screens.rehearsal import present_in
from screens.rehearsal.script import Person

RARE_NAME: Final = "陈\U00020bb7林"


def actions(hall: VirtualHall, catalogue: Catalogue) -> tuple[DockAction, ...]:
    """Every card is the invented one of the catalogue's first matter."""
    matter = next(iter(catalogue))

    def present(person: Person) -> None:
        hall.lift()
        if (fault := present_in(hall, matter, person)) is not None:
            raise RuntimeError(fault.code)

    return (
        DockAction("card", "放上身份证 · Lay ID card", lambda: present(Person())),
        DockAction("rare", "放上生僻字身份证 · Rare name", lambda: present(Person(name=RARE_NAME))),
        DockAction("lift", "拿起身份证 · Lift it", hall.lift),
        DockAction("social", "插入社保卡 · Insert card", lambda: present(Person(source="social_security"))),
        DockAction("pull", "拔出社保卡 · Pull it", hall.pull_social_card),
        DockAction("scan", "扫电子码 · Scan a code", lambda: present(Person(source="scanner"))),
        DockAction("no-slip", "取走凭条纸 · Slip paper out", lambda: hall.set_paper("receipts", False)),
        DockAction("no-a4", "取走A4纸 · A4 paper out", lambda: hall.set_paper("documents", False)),
        DockAction("refill", "装满纸 · Refill", lambda: _refill(hall)),
        DockAction("down", "断开平台 · Platform away", lambda: hall.command_platform(down=True)),
        DockAction("up", "恢复平台 · Platform back", hall.command_platform),
    )


def _refill(hall: VirtualHall) -> None:
    for printer in ("receipts", "documents"):
        hall.set_paper(printer, True)
