"""What the book asserts and the tests that are marked with it: `@pytest.mark.identity("eq-bayes")`, `claim(17)`.

A mark is on a test function, with what it proves written out: one on a class, on a module or in a variable is a
problem.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import NamedTuple

from guards import those_that_are_so

__all__ = ["Marked", "marked_tests", "problems"]


class Marked(NamedTuple):
    """A marked test: the constants in its marks, and its syntax tree."""

    place: str
    labels: list
    test: ast.FunctionDef


def marked_tests(sources, mark):
    """Return the tests in `sources`, a dictionary of place to Python, that are marked with `mark`."""
    found = [(place, *one) for place, source in sources.items() for one in _marked(source, mark)[0]]
    return [Marked(f"{place}::{test.name}", labels, test) for place, labels, test in found]


def problems(sources, mark, known, what):
    """Return what does not match between the tests with a `mark` and `known`, pairs of label and place of a `what`."""
    tests = marked_tests(sources, mark)
    labels, proved = {repr(label) for label, _ in known}, {repr(label) for test in tests for label in test.labels}
    wrong = [f"{place}: the {what} {label!r} has no test" for label, place in known if repr(label) not in proved]
    for place, given, test in tests:
        wrong += [] if given else [f"{place}: a mark without the {what} it is about"]
        wrong += [f"{place}: the mark {label!r} has no {what}" for label in given if repr(label) not in labels]
        wrong += [f"{place}: {weakness}" for weakness in _weaknesses(test)]
    stray = [place for place, source in sources.items() if _marked(source, mark)[1]]
    return wrong + [f"{place}: a mark {mark} that is not on a test" for place in stray]


@cache  # the tests of the book are read again for each broken copy of its prose
def _marked(source, mark):
    """Return labels and syntax tree of the tests that are marked, and how many marks are elsewhere."""
    nodes = list(ast.walk(ast.parse(source)))
    tests = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test")]
    on_tests = [(test, [one for one in test.decorator_list if _is_mark(one, mark)]) for test in tests]
    everywhere = [node for node in nodes if isinstance(node, ast.Attribute) and _is_mark(node, mark)]
    marked = [(_labels(marks), test) for test, marks in on_tests if marks]
    return marked, len(everywhere) - sum(len(marks) for _, marks in on_tests)


def _labels(marks):
    given = [value for one in marks if isinstance(one, ast.Call) for value in one.args]
    return [value.value for value in given if isinstance(value, ast.Constant)]


def _is_mark(node, mark):
    return ast.unparse(node.func if isinstance(node, ast.Call) else node).endswith(f"mark.{mark}")


def _weaknesses(test):
    """Return why a marked test proves nothing: it cannot fail, or may be left out."""
    left_out = any(re.search(r"\bmark\.(?:skip|skipif|xfail)\b", ast.unparse(one)) for one in test.decorator_list)
    wrong = {
        "a marked test without an assertion": not any(_asserts(node) for node in ast.walk(test)),
        "a marked test that may be skipped or may fail": left_out,
    }
    return those_that_are_so(wrong)


def _asserts(node):
    """Return whether a node can fail a test: an assert of what is not constant, assert_...(), pytest.raises()."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
    return name.startswith("assert") or name == "raises"
