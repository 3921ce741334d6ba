from __future__ import annotations

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
