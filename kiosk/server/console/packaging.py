"""From an approved change to a signed package in the repository.

The keys of editor and approver are offline: the console offers what is to be signed, takes the signatures
that come back, and publishes as soon as both offices have signed.  Nothing here can sign for a person, except
for the invented people of a demonstration, whose keys lie beside the repository.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from securesystemslib.exceptions import UnverifiedSignatureError
from tuf.api.metadata import Metadata, Targets

from kiosk.bundles import repository
from kiosk.bundles.archive import Bundle
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.keys import OFFICE_FIELD, label, open_signer, read_key
from kiosk.bundles.proposal import Proposal, propose_bundle, read_proposal, sign_proposal, write_proposal
from kiosk.bundles.publishing import publish
from kiosk.bundles.roles import MATTERS, delegations, parse_metadata, utc_now
from kiosk.bundles.source import build_checked, check_source, errors_of
from kiosk.bundles.state import State, locked, read_state
from kiosk.server.console import demo_repository, parts, workspace
from kiosk.server.console.room import Room
from kiosk.server.console.sources import source_of

OFFICES: Final[Mapping[str, str]] = {"editor": "编辑", "approver": "审批"}
MOST_SIGNED_BYTES: Final = 1024 * 1024


@dataclass(frozen=True)
class Failed:
    """Why it did not work, and what to do."""

    words: str


@dataclass(frozen=True)
class Package:
    """``signers`` by name; ``missing``: offices that have not signed; ``published``: in the repository."""

    sequence: int
    name: str
    digest: str
    size: int
    signers: tuple[str, ...]
    missing: tuple[str, ...]
    changes: tuple[str, ...]
    published: bool
    signed_file: str  # what a signer's command writes, and is sent in here


def of_change(room: Room, number: int) -> Package | Failed | None:
    """The package of a change, as far as it is; ``None`` when it was not made yet."""
    with locked(_folder(room, number).parent) as fault:
        return _words(fault) if fault is not None else _of_change(room, number)


def _of_change(room: Room, number: int) -> Package | Failed | None:
    folder = _folder(room, number)
    if not folder.is_dir():
        return None
    proposal, state = read_proposal(folder), _state(room)
    if isinstance(proposal, BundleFault):
        return _words(proposal)
    if isinstance(state, Failed):
        return state
    return _package(room, proposal, state)


def prepare(room: Room, number: int) -> Package | Failed:
    """Build it from everything that is approved now, unsigned."""
    state = _state(room)
    if isinstance(state, Failed):
        return state
    where = _repository(room)
    listed = repository.approved(where)
    if isinstance(listed, BundleFault):
        return _words(listed)
    before = repository.load_bundle(where, listed[0].name) if listed else None
    if isinstance(before, BundleFault):
        return _words(before)
    shown = repository.assignments(where)
    lowest = repository.floor(where)
    if isinstance(shown, BundleFault):
        return _words(shown)
    if isinstance(lowest, BundleFault):
        return _words(lowest)
    bundle = build(room, listed[0].sequence + 1 if listed else 1, lowest, before)
    if isinstance(bundle, Failed):
        return bundle
    told = tuple(each.bundle for each in shown.values())
    proposal = propose_bundle(state, bundle, before, lowest, utc_now(), told)
    if isinstance(proposal, BundleFault):
        return _words(proposal)
    folder = _folder(room, number)
    with locked(folder.parent) as fault:
        known = None if fault is not None else _of_change(room, number)
        if isinstance(known, Package) and known.published:
            return known  # somebody was faster
        if fault is None:
            shutil.rmtree(folder, ignore_errors=True)
        failed = fault or write_proposal(folder, proposal)
    return _words(failed) if failed is not None else _package(room, proposal, state)


def build(room: Room, sequence: int, lowest: int, before: Bundle | None) -> Bundle | Failed:
    """A bundle of everything that is approved now."""
    source = source_of(room.platform.settings, {**workspace.current_now(room), **parts.current_now(room)})
    if isinstance(source, BundleFault):
        return _words(source)
    errors = errors_of(check_source(source))
    if errors:
        return Failed(f"还有 {len(errors)} 处错误：{Path(errors[0].file).name}，{errors[0].zh}")
    made = build_checked(source, sequence, min(max(lowest, 1), sequence), before)
    return _words(made) if isinstance(made, BundleFault) else made


def zipped(room: Room, number: int) -> bytes | None:
    """The folder that goes to the signers, in one file."""
    folder = _folder(room, number)
    if not folder.is_dir():
        return None
    data = io.BytesIO()
    with locked(folder.parent), zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(f"change-{number}/{path.name}"), path.read_bytes())
    return data.getvalue()


def take_signature(room: Room, number: int, data: bytes) -> Package | Failed:
    """The signed file that came back: every good signature in it is kept; published when both are there."""
    with locked(_folder(room, number).parent) as fault:  # two at once would lose one
        return _words(fault) if fault is not None else _take_signature(room, number, data)


def _take_signature(room: Room, number: int, data: bytes) -> Package | Failed:
    folder = _folder(room, number)
    proposal, state = read_proposal(folder), _state(room)
    if isinstance(proposal, BundleFault):
        return _words(proposal)
    if isinstance(state, Failed):
        return state
    if len(data) > MOST_SIGNED_BYTES:
        return Failed("文件过大：请上传签名后得到的 matters.json 文件。")
    given = parse_metadata(data, Targets)
    if isinstance(given, BundleFault):
        return Failed("这不是签名后的文件：请上传签名后文件夹中的 matters.json 文件。")
    ours = proposal.signed[MATTERS]
    if given.signed_bytes != ours.signed_bytes:
        return Failed("签的不是这个配置包：请重新下载待签名的文件，再签一次。")
    good = _good(state, given)
    new = {keyid: given.signatures[keyid] for keyid in good if keyid not in ours.signatures}
    if not new:
        return Failed("文件里没有新的有效签名：请用登记过的编辑或审批密钥签名。")
    ours.signatures.update(new)
    fault = write_proposal(folder, proposal)
    return _words(fault) if fault is not None else _publish(room, number)


def sign_for_demo(room: Room, number: int, office: str) -> Package | Failed:
    """With the key of an invented person."""
    found = demo_repository.key_of(_repository(room), office) if room.demo else None
    if found is None:
        return Failed("这不是演示环境：请下载待签名的文件，用自己的密钥签名。")
    path, phrase = found
    key, state = read_key(path), _state(room)
    if isinstance(key, BundleFault):
        return _words(key)
    if isinstance(state, Failed):
        return state
    signer = open_signer(key, lambda _: phrase)
    if isinstance(signer, BundleFault):
        return _words(signer)
    with locked(_folder(room, number).parent) as fault:
        signed = fault or sign_proposal(_folder(room, number), key, signer, state)
        return _words(signed) if isinstance(signed, BundleFault) else _publish(room, number)


def _publish(room: Room, number: int) -> Package | Failed:
    """Into the repository, once both offices have signed."""
    package = _of_change(room, number)
    if not isinstance(package, Package):
        return package or Failed("还没有制作配置包。")
    if package.missing or package.published:
        return package
    settings = room.platform.settings
    where = _repository(room)
    online = repository.open_online(settings.online_keys or where.parent / "keys")
    if isinstance(online, BundleFault):
        return _words(online)
    done = publish(where, [_folder(room, number)], online)
    if isinstance(done, BundleFault):
        return _words(done)
    again = _of_change(room, number)
    return again if again is not None else Failed("还没有制作配置包。")


def _package(room: Room, proposal: Proposal, state: State) -> Package:
    assert proposal.bundle is not None
    signed = proposal.signed[MATTERS]
    keys = _good(state, signed)
    offices = {office for office in OFFICES for key in keys.values() if _is(key, office)}
    listed = repository.approved(_repository(room))
    known = {each.name for each in listed} if not isinstance(listed, BundleFault) else set()
    return Package(
        proposal.bundle.manifest.sequence,
        proposal.bundle.name,
        proposal.bundle.digest,
        len(proposal.bundle.data),
        tuple(label(key) for key in keys.values()),
        tuple(office for office in OFFICES if office not in offices),
        tuple(each.zh for each in proposal.bundle.manifest.changes),
        proposal.bundle.name in known,
        f"{signed.signed.version}.{MATTERS}.json",
    )


def _good(state: State, signed: Metadata[Any]) -> dict[str, Any]:
    """The keys whose signatures count and hold."""
    targets = state.get("targets")
    if targets is None:
        return {}
    keys, roles = delegations(targets)
    found = {}
    for keyid in roles[MATTERS].keyids:
        if keyid in signed.signatures and keyid in keys:
            try:
                keys[keyid].verify_signature(signed.signatures[keyid], signed.signed_bytes)
            except UnverifiedSignatureError:
                continue
            found[keyid] = keys[keyid]
    return found


def _is(key: Any, office: str) -> bool:
    return bool(key.unrecognized_fields.get(OFFICE_FIELD) == office)


def _state(room: Room) -> State | Failed:
    if room.platform.settings.repository is None:
        return Failed("这台服务器还没有接入配置包仓库：启动时请用 --repository 指定。")
    state = read_state(room.platform.settings.repository)
    return _words(state) if isinstance(state, BundleFault) else state


def _repository(room: Room) -> Path:
    folder = room.platform.settings.repository
    assert folder is not None
    return folder


def _folder(room: Room, number: int) -> Path:
    return room.folder / "proposals" / str(number)


def _words(fault: BundleFault) -> Failed:
    """In Chinese, with what a technician needs of it."""
    known = {
        "bundle.sequence": "仓库里已有更新的配置包，请重新制作。",
        "bundle.stale": "仓库里已有更新的配置包，请重新制作。",
        "bundle.unsigned": "签名还不齐。",
        "bundle.repository": "配置包仓库读不出来。",
        "signing.absent": "服务器上缺少在线密钥，不能发布到仓库。",
        "proposal.absent": "还没有制作配置包。",
    }
    return Failed(f"{known.get(fault.code, '没有成功。')}（{fault}）")
