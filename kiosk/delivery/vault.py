"""Seals personal data, field by field, so that no file, backup or write-ahead log holds it in clear.

Every application has a data key of its own, wrapped by the device key.  Whoever destroys the wrapped key
has erased the application.  A sealed field is bound to its table, column and record: moved to another
place it does not open.  The first two bytes of a sealed value name its layout and its algorithm, so that
values of several algorithms can stand side by side.

Fault codes: ``vault.key_missing``, ``vault.key_length``, ``vault.key_permissions``,
``vault.key_unreadable``, ``vault.key_not_created``, ``vault.wrong_key`` (a value does not open: another
device key, or somebody changed it), ``vault.unknown_algorithm``.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from devices.contract import Fault
from kiosk.durable import KEY_BYTES, make_key

HOLDER_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_LAYOUT: Final = 1
_AES_256_GCM: Final = 1
_HEADER: Final = bytes((_LAYOUT, _AES_256_GCM))
_CREDENTIALS_DIRECTORY: Final = "CREDENTIALS_DIRECTORY"  # set by systemd for LoadCredential=


class _Cipher:
    """AES-256-GCM with a random nonce.  Layout: 1, algorithm, 12 bytes nonce, ciphertext, 16 bytes tag."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return _HEADER + nonce + self._aead.encrypt(nonce, plain, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes | Fault:
        if sealed[:2] != _HEADER:
            return Fault("vault.unknown_algorithm", sealed[:2].hex(), permanent=True)
        nonce, body = sealed[2 : 2 + _NONCE_BYTES], sealed[2 + _NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, body, bound_to.encode())
        except (InvalidTag, ValueError):
            return Fault("vault.wrong_key", bound_to.split("|", 1)[0], permanent=True)


class DataKey:
    """The key of one record's fields, out of its wrapping."""

    def __init__(self, key: bytes, table: str, record: str) -> None:
        self._cipher = _Cipher(key)
        self._table = table
        self._record = record

    def seal(self, column: str, plain: bytes) -> bytes:
        return self._cipher.seal(plain, f"{self._table}|{column}|{self._record}")

    def open(self, column: str, sealed: bytes) -> bytes | Fault:
        return self._cipher.open(sealed, f"{self._table}|{column}|{self._record}")


class Vault:
    """Holds the device key."""

    def __init__(self, device_key: bytes) -> None:
        self._wrapping = _Cipher(_derived(device_key, "wrap data keys"))
        self._holder_key = _derived(device_key, "recognise holders")
        self._card_key = _derived(device_key, "recognise technicians' cards")

    def new_data_key(self, table: str, record: str) -> tuple[DataKey, bytes]:
        """A fresh key for one record, and the same key wrapped, to be stored beside the record."""
        key = os.urandom(KEY_BYTES)
        return DataKey(key, table, record), self._wrapping.seal(key, f"{table}|data_key|{record}")

    def data_key(self, table: str, record: str, wrapped: bytes) -> DataKey | Fault:
        key = self._wrapping.open(wrapped, f"{table}|data_key|{record}")
        return key if isinstance(key, Fault) else DataKey(key, table, record)

    def mark_of(self, holder: str) -> bytes:
        """The same 16 bytes for the same person on this device; nobody without the key can test a guess."""
        digest = hmac.digest(self._holder_key, holder.encode("utf-8", "surrogatepass"), "sha256")
        return digest[:HOLDER_BYTES]

    def card_key(self) -> bytes:
        """The key under which the numbers of technicians' cards are hashed; it opens nothing."""
        return self._card_key

    def proof(self) -> bytes:
        """A sealed constant, by which a store recognises its key."""
        return self._wrapping.seal(b"kiosk", "store|proof|")

    def recognises(self, proof: bytes) -> bool:
        return self._wrapping.open(proof, "store|proof|") == b"kiosk"


def open_vault(key_file: Path, create: bool, private: bool = True) -> Vault | Fault:
    """The vault of this device.  ``create``: make the key when there is none yet (a store without data).

    ``private``: refuse a key that others may read.  One that is carried to another terminal comes on a stick,
    which knows no rights.
    """
    try:
        key = _read_key(key_file, private)
    except FileNotFoundError:
        if not create:
            return Fault("vault.key_missing", key_file.name, permanent=True)
        fault = _create_key(key_file)
        if fault is not None:
            return fault
        return open_vault(key_file, create=False)
    except OSError as error:
        return Fault("vault.key_unreadable", f"errno {error.errno}", permanent=True)
    return key if isinstance(key, Fault) else Vault(key)


def _read_key(key_file: Path, private: bool) -> bytes | Fault:
    # Not blocking: a pipe at this place must not hold up the start.
    with os.fdopen(os.open(key_file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return Fault("vault.key_unreadable", "no regular file", permanent=True)
        # systemd gives the service access to a credential through an ACL, which shows as group rights.
        from_systemd = key_file.parent == Path(os.environ.get(_CREDENTIALS_DIRECTORY) or "/dev/null")
        if private and status.st_mode & (0o037 if from_systemd else 0o077):
            return Fault("vault.key_permissions", oct(status.st_mode & 0o777), permanent=True)
        key = file.read(KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        return Fault("vault.key_length", f"{status.st_size} bytes", permanent=True)
    return key


def _create_key(key_file: Path) -> Fault | None:
    try:
        key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_key(key_file)
    except OSError as error:
        return Fault("vault.key_not_created", f"errno {error.errno}")
    return None


def _derived(key: bytes, purpose: str) -> bytes:
    """HKDF-SHA256 of one block: each purpose has a key of its own."""
    extracted = hmac.digest(b"kiosk vault 1", key, "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", hashlib.sha256)
