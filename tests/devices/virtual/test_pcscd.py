from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile

import pytest

from devices.virtual import pcscd
from devices.virtual.pcscd import answers, running_pcscd


def test_it_runs_inside_the_block_and_an_inner_user_does_not_end_it() -> None:
    with running_pcscd() as outer:
        assert outer is None
        with running_pcscd() as inner:
            assert inner is None
        assert answers()


def test_errors_of_the_block_come_out() -> None:
    with pytest.raises(OSError, match="mine"), running_pcscd():
        raise OSError("mine")


def test_without_the_program_it_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcscd, "answers", lambda: False)
    monkeypatch.setattr("shutil.which", lambda *args, **kwargs: None)
    with running_pcscd() as fault:
        assert fault is not None
        assert (fault.code, fault.permanent) == ("pcscd.not_installed", True)


def test_somebody_who_is_not_root_gets_one_of_their_own() -> None:
    """In namespaces with no pcscd and with free ports, as an account that may not write to /run."""
    look = (
        "from devices.virtual.pcscd import running_pcscd\n"
        "from smartcard.System import readers\n"
        "with running_pcscd() as outer, running_pcscd() as inner:\n"
        "    print(outer, inner, len(readers()))\n"
    )
    command = ["unshare", "--map-user=1000", "--keep-caps", "--net", "--mount", "sh", "-c"]
    command += ['ip link set lo up && exec "$@"', "sh", sys.executable, "-c", look]
    folder = tempfile.mkdtemp(prefix="kiosk-", dir="/tmp")  # a socket's path is short
    environment = {**os.environ, "TMPDIR": folder, "PCSCLITE_CSOCK_NAME": f"{folder}/nobody"}
    try:
        told = subprocess.run(
            command, check=False, capture_output=True, text=True, env=environment, timeout=120
        )
    finally:
        shutil.rmtree(folder)
    assert told.stdout.split() == ["None", "None", "2"], told
