"""A signature is a promise: names, their order and their defaults change only where the table of this file does.

`python tests/test_signatures.py` writes the table anew; the commit then says why a promise changed.
"""

from __future__ import annotations

import functools
import inspect
from pathlib import Path

import pytest

import xentbook as xb

TABLE = Path(__file__).with_name("signatures.txt")


@functools.cache
def promises():
    """Return each public callable, and each public method of a public class, with its parameters and their defaults."""
    found = {}
    for name in sorted(xb.__all__):
        thing = getattr(xb, name)
        if not callable(thing):
            continue
        found[name] = thing
        if inspect.isclass(thing):
            methods = inspect.getmembers(thing, inspect.isfunction)
            found |= {f"{name}.{method}": function for method, function in methods if not method.startswith("_")}
    return {name: f"{name}{_parameters(thing)}" for name, thing in found.items()}


def _parameters(thing):
    try:
        signature = inspect.signature(thing)
    except ValueError:  # a class that has no constructor of its own
        return ""
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
    return str(inspect.Signature(bare))


WRITTEN = {line.partition("(")[0]: line for line in TABLE.read_text(encoding="utf-8").splitlines()}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_signature_is_the_one_that_was_promised(name):
    assert promises().get(name) == WRITTEN[name]


def test_each_public_name_has_its_promise():
    new = [name for name in promises() if name not in WRITTEN]
    assert new == [], "`python tests/test_signatures.py` writes them down"


if __name__ == "__main__":
    TABLE.write_text("".join(f"{line}\n" for line in promises().values()), encoding="utf-8")
