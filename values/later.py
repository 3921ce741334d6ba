"""A module that is loaded when one of its functions is called for the first time.

For tables that name functions of many modules, of which one call needs one::

    if TYPE_CHECKING:
        from kiosk.visit import filling
    else:
        filling = Later("kiosk.visit.filling")

Only functions can be named ahead; where it is loaded anyway, ``Later`` costs one more call.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


class Later:
    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*args: Any, **named: Any) -> Any:
            return getattr(import_module(self._module), name)(*args, **named)

        call.__qualname__ = call.__name__ = name
        return call
