"""Changes of who may sign: a key is granted, replaced or revoked, as a proposal for the holders of root keys.

What the change makes invalid is signed anew in the same proposal, so that no terminal ever meets a list that
nobody vouches for: without an editor's key the list of approved bundles, without a root key who may edit.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from securesystemslib.signer import Key
from tuf.api.metadata import Metadata, Root, Targets

from kiosk.bundles.fault import BundleFault
from kiosk.bundles.keys import NAME_FIELD, OFFICE_FIELD, KeyFile, Office, label
from kiosk.bundles.proposal import Head, Proposal
from kiosk.bundles.roles import DIRECTOR, MATTERS, both_offices, delegations, expiry
from kiosk.bundles.state import State

ROLES_OF: Final[dict[str, tuple[str, ...]]] = {
    "root": ("root", "targets"),
    "snapshot": ("snapshot",),
    "timestamp": ("timestamp",),
    "editor": (MATTERS,),
    "approver": (MATTERS,),
    "director": (DIRECTOR,),
}
WORDS: Final = {
    "root": "根密钥",
    "editor": "编辑",
    "approver": "审核",
    "director": "下发密钥",
    "snapshot": "快照密钥",
    "timestamp": "时间戳密钥",
}


def keys_of(state: State) -> tuple[tuple[str, Key], ...]:
    """Every key that counts, with its office."""
    found: dict[str, tuple[str, Key]] = {}
    root, targets = state.get("root"), state.get("targets")
    for source in ((root.keys if root else {}), (delegations(targets)[0] if targets else {})):
        for keyid, key in source.items():
            found[keyid] = (str(key.unrecognized_fields.get(OFFICE_FIELD, "")), key)
    return tuple(sorted(found.values(), key=lambda each: (each[0], label(each[1]))))


def find_key(state: State, name: str) -> tuple[Office, Key] | BundleFault:
    """The key that people call ``name``, or whose number begins so."""
    found = [
        (office, key)
        for office, key in keys_of(state)
        if name in (key.unrecognized_fields.get(NAME_FIELD), key.keyid)
        or (len(name) >= 8 and key.keyid.startswith(name))
    ]
    if len(found) != 1:
        return BundleFault("rights.no_key", f"{name}: {len(found)} keys are called so", permanent=True)
    office: Any = found[0][0]
    return office, found[0][1]


def propose_rights(
    state: State, now: datetime, add: KeyFile | None = None, remove: Key | None = None
) -> Proposal | BundleFault:
    """``add`` alone grants, ``remove`` alone revokes, both replace."""
    root, targets = state.signed.get("root"), state.signed.get("targets")
    if root is None or targets is None:
        return BundleFault("bundle.repository", "there is no root", permanent=True)
    office = add.office if add is not None else _office(remove)
    if remove is not None and _office(remove) != office:
        return BundleFault("rights.office", f"{_office(remove)} and {office}", permanent=True)
    new_root, new_targets = _copy(root), _copy(targets)
    for role in ROLES_OF[office]:
        holder: Root | Targets = new_targets if role in (MATTERS, DIRECTOR) else new_root
        if add is not None:
            if fault := _no_other_person(holder, role, add, remove):
                return fault
            holder.add_key(add.key, role)
        if remove is not None:
            holder.revoke_key(remove.keyid, role)
        if fault := _too_few(holder, role):
            return fault
    changed: dict[str, Metadata[Any]] = {}
    if office in ("root", "snapshot", "timestamp"):
        changed["root"] = Metadata(_next(new_root, "root", now))
    if office not in ("snapshot", "timestamp"):
        changed["targets"] = Metadata(_next(new_targets, "targets", now))
    matters = state.signed.get(MATTERS)
    if matters is not None and not _still_signed(new_targets, matters):
        changed[MATTERS] = Metadata(_next(_copy(matters), MATTERS, now))
    return Proposal(_head(office, add, remove, changed, now), changed)


def _head(
    office: str, add: KeyFile | None, remove: Key | None, changed: Iterable[str], now: datetime
) -> Head:
    lines = []
    if add is not None:
        lines.append(f"增加{WORDS[office]}：{add.name}（{add.key.keyid[:12]}）")
    if remove is not None:
        lines.append(f"撤销{WORDS[office]}：{label(remove)}（{remove.keyid[:12]}）")
    if MATTERS in changed:
        lines.append("已批准的配置包清单内容不变，需要编辑和审核重新签名")
    title = "更换密钥" if add is not None and remove is not None else "增加密钥" if add else "撤销密钥"
    return Head(kind="keys", made_at=now.isoformat(), title=title, lines=tuple(lines))


def _office(key: Key | None) -> str:
    return str(key.unrecognized_fields.get(OFFICE_FIELD, "")) if key is not None else ""


def _copy(metadata: Metadata[Any]) -> Any:
    return copy.deepcopy(metadata.signed)


def _next(signed: Any, role: str, now: datetime) -> Any:
    signed.version += 1
    signed.expires = expiry(role, now)
    return signed


def _no_other_person(
    holder: Root | Targets, role: str, add: KeyFile, remove: Key | None
) -> BundleFault | None:
    """Everybody counts once in a role, under whatever number; and nobody both edits and approves."""
    for keyid in holder.get_delegated_role(role).keyids:
        key = holder.get_key(keyid)
        if key.keyid == add.key.keyid or key.keyval == add.key.keyval:
            return BundleFault("rights.already", f"{add.name}: {label(key)}", permanent=True)
        gone = remove is not None and keyid == remove.keyid
        if key.unrecognized_fields.get(NAME_FIELD) == add.name and _office(key) != add.office and not gone:
            return BundleFault("rights.two_offices", f"{add.name}: {label(key)}", permanent=True)
    return None


def _too_few(holder: Root | Targets, role: str) -> BundleFault | None:
    found = holder.get_delegated_role(role)
    keys = [holder.get_key(keyid) for keyid in found.keyids]
    if len(keys) < found.threshold or (role == MATTERS and not both_offices(keys)):
        return BundleFault("rights.too_few", f"{role}: {len(keys)} keys would be left", permanent=True)
    return None


def _still_signed(targets: Targets, matters: Metadata[Any]) -> bool:
    result = targets.get_verification_result(MATTERS, matters.signed_bytes, matters.signatures)
    return bool(result) and both_offices(result.signed.values())
