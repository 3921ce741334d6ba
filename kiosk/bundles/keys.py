"""Keys: made, kept in files or on a PKCS#11 token, and loaded to sign.

A key is two files of one name: ``NAME.pub.json`` may be shown to anybody; ``NAME.key.pem`` is sealed with a
pass phrase (PKCS #8), or is not there because the key lies on a token and the public file holds its address.
Keys that a server uses by itself lie without a pass phrase, readable by their owner only.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.exceptions import UnsupportedLibraryError
from securesystemslib.signer import CryptoSigner, HSMSigner, Signer, SSlibKey

from kiosk.bundles.fault import BundleFault
from kiosk.bundles.files import disk_fault

Office = Literal["root", "editor", "approver", "director", "snapshot", "timestamp"]
"""Whose key it is.  ``root`` keys also sign who may edit and approve; the last three lie on the server."""

OFFICES: Final[tuple[Office, ...]] = get_args(Office)
ONLINE: Final[tuple[Office, ...]] = ("director", "snapshot", "timestamp")
NAME_FIELD: Final = "x-kiosk-name"
OFFICE_FIELD: Final = "x-kiosk-office"
PUBLIC, PRIVATE = ".pub.json", ".key.pem"
SHORTEST_PASS_PHRASE: Final = 8
_MOST_KEY_BYTES: Final = 100_000
_NAME: Final = re.compile(r"[\w.-]{1,40}")

Secret = Callable[[str], str]
"""Asks a person for a pass phrase or PIN; the argument is the key's name."""


@dataclass(frozen=True)
class KeyFile:
    """The public part; ``uri`` says where a token's key lies."""

    path: Path
    key: SSlibKey
    name: str
    office: Office
    uri: str = ""


def create_key(folder: Path, name: str, office: Office, pass_phrase: str | None) -> KeyFile | BundleFault:
    """Make an Ed25519 key.  ``pass_phrase`` is ``None`` only for keys of a server."""
    if fault := _unfit(folder, name, office):
        return fault
    if pass_phrase is None and office not in ONLINE:
        return BundleFault("signing.pass_phrase", f"{name}: a key of a person needs one", permanent=True)
    if pass_phrase is not None and len(pass_phrase) < SHORTEST_PASS_PHRASE:
        return BundleFault(
            "signing.pass_phrase", f"{name}: at least {SHORTEST_PASS_PHRASE} characters", permanent=True
        )
    private = Ed25519PrivateKey.generate()
    sealing: KeySerializationEncryption = (
        BestAvailableEncryption(pass_phrase.encode()) if pass_phrase is not None else NoEncryption()
    )
    key = CryptoSigner(private).public_key
    assert isinstance(key, SSlibKey)
    made = KeyFile(folder / f"{name}{PUBLIC}", _named(key, name, office), name, office)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealing)
    return _write_new(folder / f"{name}{PRIVATE}", pem, 0o600) or _write_public(made) or made


def import_token_key(
    folder: Path, name: str, office: Office, token: str, number: int, secret: Secret
) -> KeyFile | BundleFault:
    """Write down the public part of an ECDSA key that lies on a PKCS#11 token (``PYKCS11LIB``)."""
    if fault := _unfit(folder, name, office):
        return fault
    try:
        uri, key = HSMSigner.import_(number, token, secrets_handler=lambda _: secret(name))
    except (ValueError, UnsupportedLibraryError) as error:
        return BundleFault("signing.token", f"{name}: {error}"[:200], permanent=True)
    except Exception as error:  # noqa: BLE001 - a token's library raises what it likes
        return BundleFault("signing.token", f"{name}: {type(error).__name__}")
    made = KeyFile(folder / f"{name}{PUBLIC}", _named(key, name, office), name, office, uri)
    return _write_public(made) or made


def read_key(path: Path) -> KeyFile | BundleFault:
    """The public part in ``NAME.pub.json``; ``NAME.key.pem`` and plain ``NAME`` mean the same key."""
    public = path
    if not path.name.endswith(PUBLIC):
        public = path.with_name(path.name.removesuffix(PRIVATE) + PUBLIC)
    try:
        with public.open("rb") as file:
            written: dict[str, Any] = json.loads(file.read(_MOST_KEY_BYTES))
        uri = str(written.pop("uri", ""))
        key = SSlibKey.from_dict(str(written.pop("keyid")), written)
        assert isinstance(key, SSlibKey)
        name, office = key.unrecognized_fields[NAME_FIELD], key.unrecognized_fields[OFFICE_FIELD]
    except OSError as error:
        return BundleFault("signing.absent", f"{public}: {error.strerror}", permanent=True)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return BundleFault("signing.malformed", str(public), permanent=True)
    if office not in OFFICES or not isinstance(name, str):
        return BundleFault("signing.malformed", str(public), permanent=True)
    return KeyFile(public, key, name, office, uri)


def open_signer(key: KeyFile, secret: Secret) -> Signer | BundleFault:
    """What signs with ``key``; asks for the pass phrase or PIN where there is one."""
    if key.uri:
        return _token_signer(key, secret)
    path = key.path.with_name(key.path.name.removesuffix(PUBLIC) + PRIVATE)
    try:
        pem = path.read_bytes()
    except OSError as error:
        return BundleFault("signing.absent", f"{path}: {error.strerror}", permanent=True)
    sealed = b"ENCRYPTED" in pem
    try:
        private = load_pem_private_key(pem, secret(key.name).encode() if sealed else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        code = "signing.pass_phrase" if sealed else "signing.malformed"
        return BundleFault(code, f"{path.name}: it does not open", permanent=True)
    if not isinstance(private, Ed25519PrivateKey):
        return BundleFault("signing.malformed", f"{path.name}: no Ed25519 key", permanent=True)
    signer = CryptoSigner(private, key.key)
    if CryptoSigner(private).public_key.keyval != key.key.keyval:
        return BundleFault("signing.malformed", f"{path.name}: belongs to another public key", permanent=True)
    return signer


def list_keys(folder: Path) -> tuple[KeyFile, ...]:
    """Every readable public part in ``folder``."""
    found = [read_key(path) for path in sorted(folder.glob(f"*{PUBLIC}"))]
    return tuple(each for each in found if isinstance(each, KeyFile))


def label(key: Any) -> str:
    """How people call a key of the metadata: name and office, else the beginning of its number."""
    fields = key.unrecognized_fields
    name, office = fields.get(NAME_FIELD), fields.get(OFFICE_FIELD)
    return f"{name} ({office})" if name and office else str(key.keyid)[:12]


def _token_signer(key: KeyFile, secret: Secret) -> Signer | BundleFault:
    try:
        return HSMSigner.from_priv_key_uri(key.uri, key.key, lambda _: secret(key.name))
    except (ValueError, UnsupportedLibraryError) as error:
        return BundleFault("signing.token", f"{key.name}: {error}"[:200], permanent=True)


def _named(key: SSlibKey, name: str, office: Office) -> SSlibKey:
    key.unrecognized_fields[NAME_FIELD] = name
    key.unrecognized_fields[OFFICE_FIELD] = office
    return key


def _unfit(folder: Path, name: str, office: str) -> BundleFault | None:
    if not _NAME.fullmatch(name) or name.startswith((".", "-")):
        return BundleFault("signing.name", name[:40], permanent=True)
    if office not in OFFICES:
        return BundleFault("signing.office", f"{office[:40]}: one of {', '.join(OFFICES)}", permanent=True)
    if any((folder / f"{name}{suffix}").exists() for suffix in (PUBLIC, PRIVATE)):
        return BundleFault("signing.exists", f"{folder / name}", permanent=True)
    return None


def _write_public(key: KeyFile) -> BundleFault | None:
    written = {"keyid": key.key.keyid, **key.key.to_dict()}
    if key.uri:
        written["uri"] = key.uri
    text = json.dumps(written, ensure_ascii=False, indent=2) + "\n"
    return _write_new(key.path, text.encode(), 0o644)


def _write_new(path: Path, data: bytes, mode: int) -> BundleFault | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            os.fsync(file.fileno())
    except FileExistsError:
        return BundleFault("signing.exists", str(path), permanent=True)
    except OSError as error:
        return disk_fault(error, path.name)
    return None
