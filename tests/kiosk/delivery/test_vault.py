from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import Fault
from kiosk.delivery.vault import Vault, open_vault
from kiosk.durable import KEY_BYTES

VAULT = Vault(b"k" * KEY_BYTES)


def code(result: object) -> str:
    assert isinstance(result, Fault), result
    return result.code


@given(st.binary(max_size=300))
def test_what_is_sealed_opens_and_does_not_show(plain: bytes) -> None:
    key, wrapped = VAULT.new_data_key("applications", "1")
    sealed = key.seal("body", plain)
    again = VAULT.data_key("applications", "1", wrapped)
    assert not isinstance(again, Fault)
    assert again.open("body", sealed) == plain
    assert len(plain) < 8 or plain not in sealed


def test_a_sealed_value_opens_only_where_it_was_put() -> None:
    key, wrapped = VAULT.new_data_key("applications", "1")
    sealed = key.seal("body", b"plain")
    assert code(key.open("answer", sealed)) == "vault.wrong_key"
    assert code(VAULT.data_key("applications", "2", wrapped)) == "vault.wrong_key"
    assert code(VAULT.data_key("papers", "1", wrapped)) == "vault.wrong_key"
    assert code(Vault(b"x" * KEY_BYTES).data_key("applications", "1", wrapped)) == "vault.wrong_key"


@given(st.data())
def test_every_changed_or_missing_byte_is_noticed(data: st.DataObject) -> None:
    key, _ = VAULT.new_data_key("applications", "1")
    sealed = key.seal("body", b"plain")
    at = data.draw(st.integers(0, len(sealed) - 1))
    changed = sealed[:at] + bytes((sealed[at] ^ data.draw(st.integers(1, 255)),)) + sealed[at + 1 :]
    assert isinstance(key.open("body", changed), Fault)
    assert isinstance(key.open("body", sealed[:at]), Fault)


def test_an_algorithm_of_later_software_is_named() -> None:
    key, _ = VAULT.new_data_key("applications", "1")
    assert code(key.open("body", b"\x01\x02" + bytes(40))) == "vault.unknown_algorithm"


def test_the_same_person_has_the_same_mark_and_only_on_this_device() -> None:
    assert VAULT.mark_of("number 1") == VAULT.mark_of("number 1") != VAULT.mark_of("number 2")
    assert VAULT.mark_of("number 1") != Vault(b"x" * KEY_BYTES).mark_of("number 1")
    VAULT.mark_of("\ud842")


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "device.key"
    assert code(open_vault(path, create=False)) == "vault.key_missing"
    assert isinstance(open_vault(path, create=True), Vault)
    key = path.read_bytes()
    assert len(key) == KEY_BYTES
    assert path.stat().st_mode & 0o777 == 0o600
    assert isinstance(open_vault(path, create=True), Vault)
    assert path.read_bytes() == key
    assert [each.name for each in path.parent.iterdir()] == ["device.key"]


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_key_of_another_length_is_refused_and_left_alone(tmp_path: Path, size: int) -> None:
    path = tmp_path / "device.key"
    path.touch(0o600)
    path.write_bytes(b"k" * size)
    assert code(open_vault(path, create=True)) == "vault.key_length"
    assert path.stat().st_size == size


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o660, 0o622])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "device.key"
    path.write_bytes(b"k" * KEY_BYTES)
    path.chmod(mode)
    assert code(open_vault(path, create=True)) == "vault.key_permissions"


def test_a_credential_of_systemd_may_have_group_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "device.key"
    path.write_bytes(b"k" * KEY_BYTES)
    path.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert isinstance(open_vault(path, create=False), Vault)
    path.chmod(0o444)
    assert code(open_vault(path, create=False)) == "vault.key_permissions"


def test_a_folder_or_a_pipe_is_no_key(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert code(open_vault(folder, create=True)) == "vault.key_unreadable"
    (tmp_path / "file").touch()
    assert code(open_vault(tmp_path / "file" / "device.key", create=True)) in (
        "vault.key_unreadable",
        "vault.key_not_created",
    )
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    assert code(open_vault(pipe, create=True)) == "vault.key_unreadable"
