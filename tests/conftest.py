"""How the tests share one machine when two workers run them at once (``-n 2 --dist loadfile``).

A file stays on one worker.  Whole visits stay together because every hall's terminal sees the first slot of
pcscd's virtual reader: a card that one test puts in would be read by the visit of another.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

from screens.garbage import CEILING_OBJECTS

# No test asserts on absolute time: a busy machine would fail it.
settings.register_profile("kiosk", deadline=None)
settings.load_profile("kiosk")

HERE: Final = Path(__file__).parent
LONGEST: Final = HERE / "kiosk" / "test_rehearsals.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first: what begins last would keep one worker waiting for the other."""
    items.sort(key=lambda item: item.path != LONGEST)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: it is not looked through for garbage again and again, see
    ``screens.garbage``."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(CEILING_OBJECTS, 10, 10)
