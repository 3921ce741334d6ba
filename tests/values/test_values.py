"""Values that are completed when they are used are what ``dataclasses`` would have made at once."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
import threading
from dataclasses import FrozenInstanceError, field
from typing import ClassVar, Final

import pytest

from values import dataclass
from values.later import Later

THREADS: Final = 8


@dataclass(frozen=True)
class Base:
    """With every kind of default."""

    kind: ClassVar[str] = "base"
    one: int
    two: int = 2
    many: list[int] = field(default_factory=list, compare=False)
    three: int = field(default=3, repr=False)


@dataclass(frozen=True)
class Heir(Base):
    four: str = "four"

    def __post_init__(self) -> None:
        if self.one < 0:
            raise ValueError("below nothing")


@dataclass(frozen=True, repr=False)
class Quiet:
    name: str


def test_heirs_are_completed_with_their_bases_and_are_whole() -> None:
    heir = Heir(1, four="4")
    assert repr(heir) == "Heir(one=1, two=2, many=[], four='4')"
    assert heir == Heir(1, many=[7], four="4") != Heir(1) != Base(1)
    assert len({heir, Heir(1, four="4"), Heir(2)}) == 2
    assert dataclasses.replace(heir, one=5) == Heir(5, four="4")
    assert [each.name for each in dataclasses.fields(Heir)] == ["one", "two", "many", "three", "four"]
    assert dataclasses.asdict(Base(1)) == {"one": 1, "two": 2, "many": [], "three": 3}
    assert Base(1).many is not Base(1).many and not hasattr(Base, "many") and Base.three == 3
    with pytest.raises(ValueError, match="below nothing"):
        Heir(-1)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'one'"):
        Heir()  # type: ignore[call-arg]


def test_nothing_is_changed_and_nothing_private_is_told() -> None:
    quiet = Quiet("张三")
    assert "张三" not in repr(quiet)
    with pytest.raises(FrozenInstanceError):
        setattr(quiet, "name", "李四")  # noqa: B010 - a type checker would not let it pass
    with pytest.raises(FrozenInstanceError):
        delattr(quiet, "name")
    assert pickle.loads(pickle.dumps(quiet)) == copy.copy(quiet) == Quiet("张三")
    match quiet:
        case Quiet(name):
            assert name == "张三"


def test_what_was_never_made_answers_for_its_class() -> None:
    @dataclass(frozen=True)
    class Fresh:
        one: int = 1

    bare = object.__new__(Fresh)  # as unpickling does it
    bare.__dict__["one"] = 1
    assert {bare: "found"}[Fresh()] == "found"
    assert dataclasses.is_dataclass(Fresh)


def test_a_first_value_on_many_threads_is_one_kind_of_value() -> None:
    for _ in range(20):

        @dataclass(frozen=True)
        class Fresh:
            one: int
            two: list[int] = field(default_factory=list)

        gate = threading.Barrier(THREADS)
        made: list[object] = []

        def make(kind: type[Fresh] = Fresh, gate: threading.Barrier = gate, to: list[object] = made) -> None:
            gate.wait()
            to.append((kind(1), hash(kind) and kind(1) == kind(one=1)))

        threads = [threading.Thread(target=make) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert made == [(Fresh(1), True)] * THREADS


def test_a_module_comes_when_one_of_its_functions_is_called() -> None:
    asked = "import sys; from values.later import Later; found = Later('colorsys').rgb_to_hls; "
    told = "print('colorsys' in sys.modules, found(0, 0, 0), 'colorsys' in sys.modules, found.__name__)"
    ran = subprocess.run([sys.executable, "-c", asked + told], capture_output=True, text=True, check=True)
    assert ran.stdout == "False (0.0, 0.0, 0.0) True rgb_to_hls\n"
    assert not hasattr(Later("colorsys"), "__wrapped__")
