"""``python -m tests.torture``: damaged input for every parser.

Whatever goes in, a value comes out: no exception, no other kind of value, no end of memory.  An input is
made from the seed and its number alone, so that a failure tells how to repeat it.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final

from tests.torture.target import Take, Target
from tests.torture.targets import TARGETS

DEFAULT_COUNT: Final = 1_000_000  # frames or records
WARM_SHARE: Final = 0.3  # of the inputs: caches fill
MOST_GROWTH_MIB: Final = 4.0  # after that
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    names = [target.name for target in TARGETS]
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("names", metavar="parser", nargs="*", help=", ".join(names))
    parser.add_argument("--count", type=int, default=DEFAULT_COUNT, help="frames or records for each parser")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="one input, of one parser")
    given = parser.parse_args()
    if unknown := set(given.names) - set(names):
        parser.error(f"no parser is called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    wanted = [target for target in TARGETS if not given.names or target.name in given.names]
    if len(wanted) == 1:
        faulthandler.enable()
        return 0 if _torture(wanted[0], given.count, given.seed, given.only) else 1
    # Each in a process of its own: memory is its own, and a binding that ends the process ends only that.
    command = [sys.executable, "-m", "tests.torture", "--seed", given.seed, "--count", str(given.count)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {target.name: pool.submit(subprocess.run, [*command, target.name]) for target in wanted}
        ends = {name: run.result().returncode for name, run in runs.items()}
    for name, end in ends.items():
        if end < 0:
            print(f"{name}: the process ended by signal {-end}", file=sys.stderr)
    return 1 if any(ends.values()) else 0


def _torture(target: Target, count: int, seed: str, only: int | None) -> bool:
    """Says how it went; true when all is well."""
    inputs = range(only, only + 1) if only is not None else range(max(1, count // target.cost))
    kinds: Counter[str] = Counter()
    warm = None
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torture-") as folder, ExitStack() as stack:
        take = target.open(Path(folder), stack)
        for number in inputs:
            if number == int(len(inputs) * WARM_SHARE):
                warm = _resident_mib()
            if not _one(target, take, number, seed, kinds):
                return False
        grown = _resident_mib() - warm if warm is not None and only is None else 0.0
    seconds = time.monotonic() - began
    values = ", ".join(f"{kind} {times}" for kind, times in kinds.most_common())
    print(
        f"{target.name:<14}{len(inputs):>8} inputs {seconds:7.1f} s  {grown:+6.1f} MiB  {values}", flush=True
    )
    if grown > MOST_GROWTH_MIB:
        print(f"{target.name}: memory grew by {grown:.1f} MiB", file=sys.stderr)
        return False
    return True


def _one(target: Target, take: Take, number: int, seed: str, kinds: Counter[str]) -> bool:
    try:
        values = take(Random(f"{seed}/{target.name}/{number}"))
        strange = [type(value).__name__ for value in values if not isinstance(value, target.values)]
        if strange:
            raise TypeError(f"a value of another kind came out: {strange[0]}")
    except Exception:  # noqa: BLE001 - that is what is looked for
        traceback.print_exc()
        again = f"python -m tests.torture {target.name} --seed {seed} --only {number}"
        print(f"{target.name}: input {number} ended in an exception; again: {again}", file=sys.stderr)
        return False
    kinds.update(type(value).__name__ for value in values)
    return True


def _resident_mib() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * PAGE_BYTES / 2**20


if __name__ == "__main__":
    sys.exit(main())
