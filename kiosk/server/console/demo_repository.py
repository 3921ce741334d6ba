"""A repository for a demonstration, with the keys of invented people beside it: nobody's secret is in it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from kiosk.bundles.fault import BundleFault
from kiosk.bundles.keys import ONLINE, KeyFile, create_key, open_signer
from kiosk.bundles.proposal import propose_bundle, sign_proposal, write_proposal
from kiosk.bundles.publishing import first_proposal, publish
from kiosk.bundles.repository import open_online
from kiosk.bundles.roles import People, utc_now
from kiosk.bundles.source import build_checked
from kiosk.bundles.state import read_state
from kiosk.server.console.sources import source_of, texts_in
from kiosk.server.settings import PlatformSettings

PEOPLE: Final = {"root": "演示根密钥", "editor": "演示编辑", "approver": "演示审批"}
_PHRASE: Final = "pass-phrase.txt"


def make(settings: PlatformSettings) -> BundleFault | None:
    """Begin the repository with a bundle of the present matters; one that is there is left as it is."""
    folder = settings.repository
    assert folder is not None
    online_folder = settings.online_keys or folder.parent / "keys"
    if (folder / "metadata").is_dir():
        return None
    own = _keys(folder)
    phrase = secrets.token_hex(16)
    keys: dict[str, KeyFile] = {}
    for office, name in PEOPLE.items():
        made = create_key(own, name, office, phrase)  # type: ignore[arg-type]
        if isinstance(made, BundleFault):
            return made
        keys[office] = made
    for office in ONLINE:
        made = create_key(online_folder, office, office, None)
        if isinstance(made, BundleFault):
            return made
        keys[office] = made
    (own / _PHRASE).write_text(phrase, encoding="utf-8")
    (own / _PHRASE).chmod(0o600)
    return _begin(settings, folder, online_folder, keys, phrase)


def key_of(folder: Path, office: str) -> tuple[Path, str] | None:
    """The key of the invented editor or approver, and its pass phrase; ``None`` elsewhere."""
    own = _keys(folder)
    if office not in ("editor", "approver") or not (own / _PHRASE).is_file():
        return None
    return own / PEOPLE[office], (own / _PHRASE).read_text(encoding="utf-8")


def _begin(
    settings: PlatformSettings, folder: Path, online_folder: Path, keys: dict[str, KeyFile], phrase: str
) -> BundleFault | None:
    people = People(
        root=(keys["root"],),
        editors=(keys["editor"],),
        approvers=(keys["approver"],),
        director=keys["director"],
        snapshot=keys["snapshot"],
        timestamp=keys["timestamp"],
    )
    online = open_online(online_folder)
    if isinstance(online, BundleFault):
        return online
    start = _keys(folder) / "start"
    if fault := write_proposal(start, first_proposal(people, utc_now())):
        return fault
    if fault := _signed(start, [keys["root"]], phrase):
        return fault
    done = publish(folder, [start], online)
    state = done if isinstance(done, BundleFault) else read_state(folder)
    source = source_of(settings, texts_in(settings.matters_folder))
    bundle = source if isinstance(source, BundleFault) else build_checked(source, 1)
    for each in (state, bundle):
        if isinstance(each, BundleFault):
            return each
    first = propose_bundle(state, bundle, None, 1, utc_now())  # type: ignore[arg-type]
    if isinstance(first, BundleFault):
        return first
    place = _keys(folder) / "first"
    if fault := write_proposal(place, first):
        return fault
    if fault := _signed(place, [keys["editor"], keys["approver"]], phrase):
        return fault
    done = publish(folder, [place], online)
    return done if isinstance(done, BundleFault) else None


def _signed(folder: Path, keys: list[KeyFile], phrase: str) -> BundleFault | None:
    for key in keys:
        signer = open_signer(key, lambda _: phrase)
        done = signer if isinstance(signer, BundleFault) else sign_proposal(folder, key, signer)
        if isinstance(done, BundleFault):
            return done
    return None


def _keys(folder: Path) -> Path:
    return folder.parent / "demo-keys"
