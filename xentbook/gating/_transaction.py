"""Undo, exactly: remember every container that a state is made of, and put each one's contents back."""

from __future__ import annotations

import datetime
import numbers
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

import numpy as np

__all__ = ["Transaction"]

Undo = Callable[[], None]
Part = tuple[object, str]  # and its path, for messages

# They hold nothing that changes.
_VALUES = (
    type(None),
    numbers.Number,
    str,
    bytes,
    range,
    type,
    datetime.date,
    datetime.timedelta,
    FunctionType,
    np.generic,
)


class Transaction:
    """Run steps on a state that is put back exactly as it was where they fail or are taken back.

    The state may hold dicts, lists, sets, arrays, NumPy's random generators, tuples of these, numbers, text, dates and
    functions, and objects of classes written in Python that keep all they have in their ``__dict__``. A rollback puts
    the contents back into the *same* containers, so that whoever else holds one of them sees it restored; cycles and
    shared parts stay as they were.

    Parameters
    ----------
    state : object
        What the steps change.

    Raises
    ------
    TypeError
        If the state holds anything else, such as an open file, an iterator, or a masked array.

    See Also
    --------
    guarded_step : a step, its confidence and a gate in one.

    Notes
    -----
    It undoes changes to the state and to nothing else: what was printed, sent or written to a disk stays. Memory and
    time are those of one shallow copy of each container.

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
    waiting: list[Part] = [(state, "state")]
    while waiting:
        thing, path = waiting.pop()
        if id(thing) not in seen and not isinstance(thing, _VALUES):
            seen[id(thing)] = thing
            action, parts = _contents(thing, path)
            undo.append(action)
            waiting += parts
    return undo


def _contents(thing: Any, path: str) -> tuple[Undo, Iterable[Part]]:
    """Return what puts the contents of one container back, and the parts to look into."""
    look = _CONTAINERS.get(type(thing))
    if look is not None:
        return look(thing, path)
    if _keeps_all_in_its_dict(thing):
        return _of_dict(vars(thing), path)
    raise TypeError(f"`state` must be made of containers and values; got {type(thing).__name__} at {path}")


def _keeps_all_in_its_dict(thing: object) -> bool:
    """Return whether an object is of a class written in Python, without slots: nothing of it is out of sight."""
    slots = any(vars(base).get("__slots__") for base in type(thing).__mro__)
    return type(thing).__new__ is object.__new__ and hasattr(thing, "__dict__") and not slots


def _of_list(thing: list, path: str) -> tuple[Undo, Iterable[Part]]:
    kept = list(thing)
    return lambda: thing.__setitem__(slice(None), kept), _numbered(kept, path)


def _of_set(thing: set, path: str) -> tuple[Undo, Iterable[Part]]:
    kept = frozenset(thing)
    return lambda: _refill(thing, kept), [(x, f"a member of {path}") for x in kept]


def _of_tuple(thing: Iterable[object], path: str) -> tuple[Undo, Iterable[Part]]:
    return lambda: None, _numbered(thing, path)


def _of_generator(thing: np.random.Generator, path: str) -> tuple[Undo, Iterable[Part]]:
    stream, position = thing.bit_generator, thing.bit_generator.state
    return lambda: setattr(stream, "state", position), []


def _of_dict(thing: dict, path: str) -> tuple[Undo, Iterable[Part]]:
    kept = dict(thing)
    keys = [(key, f"a key of {path}") for key in kept]
    return lambda: _refill(thing, kept), keys + [(value, f"{path}[{key!r}]") for key, value in kept.items()]


def _refill(thing: Any, kept: object) -> None:
    thing.clear()
    thing.update(kept)


def _of_array(thing: np.ndarray, path: str) -> tuple[Undo, Iterable[Part]]:
    if not thing.flags.writeable:  # cannot change but through what it is a view of
        return lambda: None, [] if thing.base is None else [(thing.base, f"{path}.base")]
    kept = thing.copy()

    def undo() -> None:
        if thing.shape != kept.shape or thing.dtype != kept.dtype:
            raise RuntimeError(f"the array at {path} was resized in place, which cannot be undone")
        np.copyto(thing, kept)

    return undo, [(x, f"an entry of {path}") for x in kept.ravel().tolist()] if kept.dtype.hasobject else []


def _numbered(parts: Iterable[object], path: str) -> list[Part]:
    return [(x, f"{path}[{i}]") for i, x in enumerate(parts)]


_CONTAINERS: dict[type, Callable[[Any, str], tuple[Undo, Iterable[Part]]]] = {
    dict: _of_dict,
    list: _of_list,
    set: _of_set,
    tuple: _of_tuple,
    frozenset: _of_tuple,
    np.ndarray: _of_array,
    np.random.Generator: _of_generator,
}
