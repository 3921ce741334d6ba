from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.virtual.pcscd import running_pcscd
from tests.devices.identity.samv_bench import Bench
from tests.parts.pcsc import claimed_slot


@pytest.fixture(scope="session")
def pcscd() -> Iterator[None]:
    with running_pcscd() as fault:
        assert fault is None, fault
        yield


@pytest.fixture
def slot(pcscd: None) -> Iterator[int]:
    """The port of a virtual reader slot that no other test run uses meanwhile."""
    with claimed_slot() as port:
        yield port


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.recorder.stop()
    bench.module.stop()
