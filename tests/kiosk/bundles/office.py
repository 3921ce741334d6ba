"""An office for tests: keys of people, keys of a server, a repository, and a small folder of matters."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from kiosk.bundles import keys, repository, roles
from kiosk.bundles.archive import Bundle
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.keys import KeyFile
from kiosk.bundles.proposal import propose_bundle, sign_proposal, write_proposal
from kiosk.bundles.publishing import Published, first_proposal, publish
from kiosk.bundles.source import build
from kiosk.bundles.state import read_state

T = TypeVar("T")

CONFIG: Final = Path(__file__).resolve().parents[3] / "config"
SMALL: Final = ("02-no-property-certificate.yaml", "03-housing-fund-statement.yaml")
PASS_PHRASE: Final = "vier Wände, ein Dach"


def good(value: T | BundleFault) -> T:
    """The value; a fault fails the test with its words."""
    assert not isinstance(value, BundleFault), value
    return value


def small_folder(folder: Path, *matters: str) -> Path:
    """Two of the product's matters with everything that goes with them."""
    (folder / "matters").mkdir(parents=True)
    for name in matters or SMALL:
        shutil.copy(CONFIG / "matters" / name, folder / "matters")
    for name in ("base-catalogue.yaml", "rating-reasons.yaml", "calendar.yaml", "hall-hours.yaml"):
        shutil.copy(CONFIG / name, folder)
    shutil.copytree(CONFIG / "choices", folder / "choices")
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


class Office:
    """Two root holders (both sign), two editors, two approvers."""

    def __init__(self, folder: Path, now: datetime | None = None) -> None:
        self.folder = folder
        self.repository = folder / "repository"
        self.root = [self.person("根一", "root"), self.person("根二", "root")]
        self.editor, self.editor2 = self.person("编辑甲", "editor"), self.person("编辑乙", "editor")
        self.approver, self.approver2 = self.person("审核甲", "approver"), self.person("审核乙", "approver")
        online = [good(keys.create_key(folder / "online", office, office, None)) for office in keys.ONLINE]
        self.people = roles.People(
            root=tuple(self.root),
            editors=(self.editor, self.editor2),
            approvers=(self.approver, self.approver2),
            director=online[0],
            snapshot=online[1],
            timestamp=online[2],
            root_threshold=2,
        )
        self.online = good(repository.open_online(folder / "online"))
        self._count = 0
        start = self.folder / "start"
        assert write_proposal(start, first_proposal(self.people, now or roles.utc_now())) is None
        self.sign(start, *self.root)
        good(publish(self.repository, [start], self.online, now))
        self.root_bytes = (self.repository / "metadata/1.root.json").read_bytes()

    def person(self, name: str, office: keys.Office) -> KeyFile:
        return good(keys.create_key(self.folder / "keys", name, office, PASS_PHRASE))

    def sign(self, folder: Path, *people: KeyFile) -> None:
        for person in people:
            signer = good(keys.open_signer(person, lambda _: PASS_PHRASE))
            good(sign_proposal(folder, person, signer))

    def propose(self, bundle: Bundle, floor: int = 1, now: datetime | None = None, above: int = 0) -> Path:
        """A proposal that nobody has signed."""
        listed = good(repository.approved(self.repository))
        before = good(repository.load_bundle(self.repository, listed[0].name)) if listed else None
        state = good(read_state(self.repository))
        made = good(propose_bundle(state, bundle, before, floor, now or roles.utc_now(), (), above))
        self._count += 1
        folder = self.folder / f"proposal-{self._count}"
        assert write_proposal(folder, made) is None
        return folder

    def build(self, folder: Path, floor: int = 1) -> Bundle:
        """The next bundle of ``folder``."""
        listed = good(repository.approved(self.repository))
        before = good(repository.load_bundle(self.repository, listed[0].name)) if listed else None
        return good(build(folder, (listed[0].sequence if listed else 0) + 1, floor, before))

    def publish(self, bundle: Bundle, floor: int = 1, now: datetime | None = None) -> Published:
        """Sign by an editor and an approver, and publish."""
        folder = self.propose(bundle, floor, now)
        self.sign(folder, self.editor, self.approver)
        return good(publish(self.repository, [folder], self.online, now))

    def assign(self, group: str, bundle: str, now: datetime | None = None) -> None:
        good(repository.assign(self.repository, self.online, group, bundle, now))
