"""A fair small sample of ``make torture``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from tests.torture.target import Target
from tests.torture.targets import TARGETS
from tests.torture.visits import judge, make

SEED = "sample"
RECORDS = 600
LEAST_INPUTS = 4


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_damaged_input_ends_in_a_value(target: Target, tmp_path: Path) -> None:
    with ExitStack() as stack:
        take = target.open(tmp_path, stack)
        for number in range(max(LEAST_INPUTS, RECORDS // target.cost)):
            values = take(Random(f"{SEED}/{target.name}/{number}"))
            strange = [value for value in values if not isinstance(value, target.values)]
            assert not strange, f"python -m tests.torture {target.name} --seed {SEED} --only {number}"


def test_a_visit_outlives_a_fault_on_each_of_its_pages(tmp_path: Path) -> None:
    """Cable pulled, half replies, platform away, paper out: one visit, nothing lost, nothing untrue."""
    script = """
        on guide            hang-up scanner
        on identify         hang-up
        on identify +0.4    split 5
        after 0             noise 00AAAAAA9669
        after 0.2           plug-in
        on form             platform down
        on check            platform up
        on submitting       paper receipts out
        on done +0.2        plug-in scanner
    """
    visit = make(script, tmp_path)
    assert list(judge(visit)) == []
    assert visit.summary["state"] == "accepted"
    assert visit.summary["faults"][0].startswith("serial.port_")
    assert "printer.paper_out" in visit.summary["faults"]
    assert len(visit.summary["documents"]) == 1
