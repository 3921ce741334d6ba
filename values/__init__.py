"""Frozen dataclasses whose functions are made when one of them is called.

``dataclasses`` writes and compiles six functions for each class, a third of a millisecond.  A terminal
declares more than three hundred kinds of values and makes sixty of them for its first page: the functions of
the others can wait for whoever needs them.  For a type checker this is ``dataclasses.dataclass`` itself, and
so it is for ``replace``, ``fields``, ``match`` and whatever else asks a class for its fields.

A room of its own because all the others declare values, and the devices know none of them.
"""

from __future__ import annotations

import dataclasses
from inspect import get_annotations
from threading import RLock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    _TO_MAKE = ("__match_args__", "__init__", "__dataclass_fields__")  # the last one tells that all are there
    _TO_COMPARE = ("__eq__", "__hash__", "__dataclass_params__")
    _TO_TELL = "__repr__"
    _NOTES = ("__match_args__", "__dataclass_fields__", "__dataclass_params__")
    _NOT_COPIED = ("__dict__", "__weakref__", "__setattr__", "__delattr__")
    _completing = RLock()  # a base is completed on the way to its heir

    def dataclass(*, frozen, repr=True):
        """As ``dataclasses.dataclass(frozen=True)``."""
        if not frozen:
            raise TypeError("what can be changed is declared with dataclasses.dataclass")
        return lambda cls: _declared(cls, repr)

    def _declared(cls, repr):
        own = cls.__dict__

        def is_awaited(name):
            return name not in own or (name == "__hash__" and own[name] is None and "__eq__" in own)

        to_make = tuple(filter(is_awaited, _TO_MAKE))
        to_compare = tuple(filter(is_awaited, (*_TO_COMPARE, _TO_TELL) if repr else _TO_COMPARE))
        awaited = (*to_make, *to_compare)
        fields = {name: value for name, value in own.items() if isinstance(value, dataclasses.Field)}
        for names, compared in ((to_make, False), (to_compare, True)):

            def complete(names=names, compared=compared):
                with _completing:
                    if getattr(cls.__dict__[names[-1]], "awaited", False):
                        _complete(cls, names, awaited, fields, compared, repr)

            for name in names:
                setattr(
                    cls, name, _Told(complete, name) if name in _NOTES else _awaiting(cls, complete, name)
                )
        cls.__setattr__, cls.__delattr__ = _no_setting, _no_deleting
        return cls

    def _awaiting(cls, complete, name):
        def first(self, /, *args, **named):
            complete()
            return getattr(cls, name)(self, *args, **named)

        first.awaited = True
        return first

    def _complete(cls, names, awaited, fields, compared, repr):
        """Made aside and then taken over: another thread finds each function as it was or as it will be."""
        body = {name: value for name, value in cls.__dict__.items() if name not in (*_NOT_COPIED, *awaited)}
        body |= fields
        body["__annotations__"] = get_annotations(cls)
        body["__qualname__"] = cls.__qualname__
        body["__doc__"] = cls.__doc__ or cls.__name__  # or a signature would be written out for it
        aside = type(cls.__name__, cls.__bases__, body)
        made = dataclasses.dataclass(frozen=True, eq=compared, repr=compared and repr)(aside).__dict__
        for name in fields if not compared else ():
            if name in made:
                setattr(cls, name, made[name])
            else:
                delattr(cls, name)  # it had a factory
        for name in names:
            setattr(cls, name, made[name])

    class _Told:
        """What ``dataclasses`` notes in a class, which is asked of the class and of its values."""

        awaited = True

        def __init__(self, complete, name):
            self._complete = complete
            self._name = name

        def __get__(self, _value, owner):
            self._complete()
            return getattr(owner, self._name)

    def _no_setting(self, name, value):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def _no_deleting(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
