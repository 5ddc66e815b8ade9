"""Undo, exactly: remember every container that a state is made of, and put each one's contents back."""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import numbers
import pathlib
import random
import types
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable

import numpy as np

__all__ = ["Transaction"]

Undo = Callable[[], None]

_HEAP_TYPE = 1 << 9  # the flag of classes that are made at run time, as by a `class` statement

_LEAVES = (
    type(None), numbers.Number, str, bytes, range, slice, type, type(Ellipsis), np.generic, np.dtype, enum.Enum,
    decimal.Decimal, fractions.Fraction, datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo, uuid.UUID,
    pathlib.PurePath, types.ModuleType, types.FunctionType, types.BuiltinFunctionType,
)  # fmt: skip


class Transaction:
    """Run steps on a state that is put back exactly as it was where they fail or are taken back.

    Every container that can be reached from the state is remembered with its contents: dicts, lists, sets, deques,
    bytearrays, arrays, random generators, and the attributes of objects. A rollback puts the contents back into the *same*
    containers, so that whoever else holds one of them sees it restored, and cycles and shared parts stay as they were.

    Parameters
    ----------
    state : object
        What the steps change, made of the containers named above, tuples, numbers, text and other immutable things.

    Raises
    ------
    TypeError
        If the state holds something whose contents cannot be remembered, such as an open file or an iterator.

    See Also
    --------
    guarded_step : a step, its confidence and a gate in one.

    Notes
    -----
    It undoes changes to the state and to nothing else: what was printed, sent or written to a disk stays. Memory and time
    are those of one shallow copy of each container.

    Examples
    --------
    >>> account = {"balance": 100, "entries": [40, 60]}
    >>> with Transaction(account) as transaction:
    ...     account["entries"].append(-500)
    ...     account["balance"] -= 500
    ...     if account["balance"] < 0:
    ...         transaction.rollback()
    >>> account
    {'balance': 100, 'entries': [40, 60]}
    """

    def __init__(self, state: object) -> None:
        self.state = state
        self.rolled_back = False
        self._undo: list[Undo] | None = None

    def __enter__(self) -> Transaction:
        if self._undo is not None:
            raise RuntimeError("the transaction is running already")
        self.rolled_back, self._undo = False, _remember(self.state)
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is not None:  # half-way: an exception of any kind, the reader's Ctrl+C included
            self.rollback()
        self._undo = None

    def rollback(self) -> None:
        """Put the state back now; what the block does to it afterwards is put back again only by another call.

        Raises
        ------
        RuntimeError
            If no block is running.
        """
        if self._undo is None:
            raise RuntimeError("there is nothing to roll back: the transaction is not running")
        for undo in self._undo:
            undo()
        self.rolled_back = True


def _remember(state: object) -> list[Undo]:
    """Return one action for each container in `state`, that puts its contents back."""
    undo: list[Undo] = []
    seen: dict[int, object] = {}  # holds the objects too: no id is used twice
    waiting = [(state, "state")]
    while waiting:
        thing, path = waiting.pop()
        if id(thing) in seen or isinstance(thing, _LEAVES):
            continue
        seen[id(thing)] = thing
        actions, parts = _contents(thing, path)
        undo += actions
        waiting += parts
    return undo


def _contents(thing: object, path: str) -> tuple[list[Undo], list[tuple[object, str]]]:
    """Return what puts the contents of one container back, and the parts to look into, each with its path."""
    for kind, look in _CONTAINERS.items():
        if isinstance(thing, kind):
            actions, parts = look(thing, path)
            break
    else:
        actions, parts = [], []
        if _core(type(thing)) is not object or not _is_open(thing):  # it keeps something where Python cannot look
            raise TypeError(f"`state` must be made of containers and values; got {type(thing).__name__} at {path}")
    more_actions, more_parts = _attributes(thing, path)
    return actions + more_actions, parts + more_parts


def _of_dict(thing: dict, path: str):
    kept, kind = dict(thing), OrderedDict if isinstance(thing, OrderedDict) else dict

    def undo() -> None:
        kind.clear(thing)
        for key, value in kept.items():
            kind.__setitem__(thing, key, value)

    keys = [(key, f"a key of {path}") for key in kept]
    return [undo], keys + [(value, f"{path}[{key!r}]") for key, value in kept.items()]


def _of_list(thing: list, path: str):
    kept = list(thing)
    return [lambda: list.__setitem__(thing, slice(None), kept)], [(x, f"{path}[{i}]") for i, x in enumerate(kept)]


def _of_set(thing: set, path: str):
    kept = set(thing)

    def undo() -> None:
        set.clear(thing)
        set.update(thing, kept)

    return [undo], [(x, f"a member of {path}") for x in kept]


def _of_deque(thing: deque, path: str):
    kept = list(thing)

    def undo() -> None:
        deque.clear(thing)
        deque.extend(thing, kept)

    return [undo], [(x, f"{path}[{i}]") for i, x in enumerate(kept)]


def _of_bytearray(thing: bytearray, path: str):
    kept = bytes(thing)
    return [lambda: bytearray.__setitem__(thing, slice(None), kept)], []


def _of_tuple(thing: tuple, path: str):
    return [], [(x, f"{path}[{i}]") for i, x in enumerate(thing)]


def _of_array(thing: np.ndarray, path: str):
    if isinstance(thing, np.ma.MaskedArray):
        raise TypeError(f"`state` must not hold masked arrays; got one at {path}: put data and mask in it")
    if not thing.flags.writeable:  # cannot change but through what it is a view of
        return [], [(thing.base, f"{path}.base")] if isinstance(thing.base, np.ndarray) else []
    kept = thing.copy()

    def undo() -> None:
        if thing.shape != kept.shape or thing.dtype != kept.dtype:
            raise RuntimeError(f"the array at {path} was resized in place, which cannot be undone")
        np.copyto(thing, kept)

    inside = kept.ravel().tolist() if kept.dtype.hasobject else []
    return [undo], [(x, f"an entry of {path}") for x in inside]


def _of_generator(thing: np.random.Generator, path: str):
    bits = thing.bit_generator
    kept = bits.state
    return [lambda: setattr(bits, "state", kept)], []


def _of_random(thing: random.Random, path: str):
    kept = thing.getstate()
    return [lambda: thing.setstate(kept)], []


def _of_method(thing: types.MethodType, path: str):
    return [], [(thing.__self__, f"{path}.__self__")]


_CONTAINERS = {
    dict: _of_dict,
    list: _of_list,
    set: _of_set,
    deque: _of_deque,
    bytearray: _of_bytearray,
    (tuple, frozenset): _of_tuple,
    np.ndarray: _of_array,
    np.random.Generator: _of_generator,
    random.Random: _of_random,
    types.MethodType: _of_method,
}


def _core(kind: type) -> type:
    """Return the innermost class of `kind` that was not written in Python: `object` for one that keeps nothing hidden."""
    for base in kind.__mro__:
        make = base.__dict__.get("__new__")
        if not base.__flags__ & _HEAP_TYPE or getattr(make, "__self__", None) is base:
            return base
    return object


def _is_open(thing: object) -> bool:
    """Return whether an object has attributes or slots to look into, or was declared to have none."""
    return hasattr(thing, "__dict__") or any("__slots__" in vars(base) for base in type(thing).__mro__)


def _attributes(thing: object, path: str) -> tuple[list[Undo], list[tuple[object, str]]]:
    """Return what puts the attributes of an object back: its `__dict__` and its slots."""
    actions: list[Undo] = []
    held: dict[str, object] = {}
    own = getattr(thing, "__dict__", None)
    if isinstance(own, dict):
        held |= own
        kept = dict(own)

        def undo() -> None:
            own.clear()
            own.update(kept)

        actions.append(undo)
    filled = {name: getattr(thing, name) for name in _slots(thing) if hasattr(thing, name)}
    actions += [lambda: _refill(thing, filled)] if _slots(thing) else []
    return actions, [(value, f"{path}.{name}") for name, value in (held | filled).items()]


def _slots(thing: object) -> list[str]:
    found = []
    for base in type(thing).__mro__:
        names = base.__dict__.get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            hidden = name.startswith("__") and not name.endswith("__")
            found.append(f"_{base.__name__.lstrip('_')}{name}" if hidden else name)
    return [name for name in found if name not in ("__dict__", "__weakref__")]


def _refill(thing: object, filled: dict[str, object]) -> None:
    for name in _slots(thing):
        if name in filled:
            object.__setattr__(thing, name, filled[name])
        elif hasattr(thing, name):
            object.__delattr__(thing, name)
