"""An office in one folder: where people who try bundles out, or work on one machine, find everything.

    config/      the matters and the rest, to be edited
    repository/  what terminals fetch
    keys/        the keys of people, each sealed with a pass phrase
    online/      the keys of the server
    proposal/    what is to be signed next

Real offices keep ``keys`` on sticks or tokens in different drawers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.bundles.fault import BundleFault
from kiosk.bundles.files import make_whole_folder, write_whole
from kiosk.bundles.keys import ONLINE, KeyFile, Secret, create_key, open_signer, read_key
from kiosk.bundles.proposal import propose_bundle, sign_proposal, write_proposal
from kiosk.bundles.publishing import Published, first_proposal, publish
from kiosk.bundles.repository import assign, open_online
from kiosk.bundles.roles import People, utc_now
from kiosk.bundles.source import build_checked, read_source
from kiosk.bundles.state import read_state

DEMONSTRATION_FILE: Final = "pass-phrase.txt"


@dataclass(frozen=True)
class Office:
    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def online(self) -> Path:
        return self.folder / "online"

    @property
    def proposal(self) -> Path:
        return self.folder / "proposal"

    @property
    def root(self) -> Path:
        """The pinned root that is brought to terminals by hand."""
        return self.repository / "metadata" / "1.root.json"


def found_office(
    office: Office,
    roots: Sequence[str],
    editors: Sequence[str],
    approvers: Sequence[str],
    threshold: int,
    secret: Secret,
    now: datetime | None = None,
) -> Published | BundleFault:
    """Make every key and an empty repository.  ``secret`` is asked for each person's pass phrase once."""
    if (office.repository / "metadata").exists():
        return BundleFault("rights.exists", str(office.repository), permanent=True)
    named = (*roots, *editors, *approvers)
    if twice := next((name for name in named if named.count(name) > 1), None):
        return BundleFault("rights.two_offices", twice, permanent=True)
    now = now or utc_now()
    phrases: dict[str, str] = {}
    made: dict[str, KeyFile] = {}
    for kind, names in (("root", roots), ("editor", editors), ("approver", approvers)):
        for name in names:
            path = office.keys / f"{name}.pub.json"
            if path.exists():  # begun before: a key that was made is never made again
                key = read_key(path)
            else:
                phrases[name] = secret(name)
                key = create_key(office.keys, name, kind, phrases[name])  # type: ignore[arg-type]
            if isinstance(key, BundleFault):
                return key
            made[name] = key
    for name in ONLINE:
        path = office.online / f"{name}.pub.json"
        key = read_key(path) if path.exists() else create_key(office.online, name, name, None)
        if isinstance(key, BundleFault):
            return key
        made[name] = key
    people = People(
        root=tuple(made[name] for name in roots),
        editors=tuple(made[name] for name in editors),
        approvers=tuple(made[name] for name in approvers),
        director=made["director"],
        snapshot=made["snapshot"],
        timestamp=made["timestamp"],
        root_threshold=threshold,
    )
    folder = office.folder / "beginning"
    if fault := write_proposal(folder, first_proposal(people, now)):
        return fault
    for name in roots[:threshold]:
        signed = sign_as(folder, made[name], lambda who: phrases.get(who) or secret(who))
        if isinstance(signed, BundleFault):
            return signed
    online = open_online(office.online)
    if isinstance(online, BundleFault):
        return online
    return publish(office.repository, [folder], online, now)


def sign_as(folder: Path, key: KeyFile, secret: Secret) -> tuple[str, ...] | BundleFault:
    """Open the key and sign the proposal in ``folder``."""
    signer = open_signer(key, secret)
    return signer if isinstance(signer, BundleFault) else sign_proposal(folder, key, signer)


def demonstration_office(office: Office, config: Path, group: str, pass_phrase: str) -> BundleFault | None:
    """An office to try bundles in: ``config`` copied to be edited, published and given to ``group`` as it is.

    Its pass phrase lies beside it, so it protects nothing.  One that is there already is left as it is.
    """
    if office.root.exists():
        return None
    source = read_source(config)
    if isinstance(source, BundleFault):
        return source
    if fault := make_whole_folder(office.config, source.files):
        return fault
    if fault := write_whole(office.folder / DEMONSTRATION_FILE, f"{pass_phrase}\n".encode(), 0o600):
        return fault
    begun = found_office(office, ["root"], ["editor"], ["approver"], 1, lambda _: pass_phrase)
    if isinstance(begun, BundleFault):
        return begun
    # The product's own files are linted where they are made; linting them here would only take time.
    bundle = build_checked(source, 1)
    state = read_state(office.repository)
    if isinstance(bundle, BundleFault):
        return bundle
    if isinstance(state, BundleFault):
        return state
    proposal = propose_bundle(state, bundle, None, 1, utc_now())
    if isinstance(proposal, BundleFault):
        return proposal
    if fault := write_proposal(office.proposal, proposal):
        return fault
    for name in ("editor", "approver"):
        key = read_key(office.keys / f"{name}.pub.json")
        signed = key if isinstance(key, BundleFault) else sign_as(office.proposal, key, lambda _: pass_phrase)
        if isinstance(signed, BundleFault):
            return signed
    online = open_online(office.online)
    if isinstance(online, BundleFault):
        return online
    done = publish(office.repository, [office.proposal], online)
    if isinstance(done, BundleFault):
        return done
    given = assign(office.repository, online, group, bundle.name)
    return given if isinstance(given, BundleFault) else None
