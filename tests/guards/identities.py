"""Every numbered equation of the book is proved by a test, and every test that says so names an equation of the book."""

from __future__ import annotations

import ast
import re

from guards import markdown

__all__ = [
    "equation_labels",
    "marked_labels",
    "problems",
    "unlabelled_equations",
    "weak_marks",
    "weaknesses",
]


def equation_labels(texts):
    """Return the labels of the equations in `texts`, a dictionary of place to Markdown, as pairs of label and place."""
    return [(label, place) for place, text in texts.items() for label, _ in markdown.equations(text) if label]


def marked_labels(sources):
    """Return the labels that the tests in `sources` are marked with, as pairs of label and place of the test."""
    return [(label, place) for place, _, labels, _ in _marked_tests(sources) for label in labels]


def problems(texts, sources):
    """Return what does not match between the equations in `texts` and the marks in `sources`."""
    labels, marks = equation_labels(texts), marked_labels(sources)
    known, proved = {label for label, _ in labels}, {label for label, _ in marks}
    return (
        [
            f"{place}: the label {label!r} does not have the form eq-name"
            for label, place in labels
            if not _is_good(label)
        ]
        + [f"{place}: the equation {label!r} has no test" for label, place in labels if label not in proved]
        + [f"{place}: the mark {label!r} has no equation" for label, place in marks if label not in known]
    )


def unlabelled_equations(text):
    """Return the equations of `text` that are numbered by LaTeX itself, and so escape the labels."""
    numbered = re.compile(r"\\label\{|\\tag\{|\\begin\{(?:equation|align|gather|multline|eqnarray|alignat|flalign)\}")
    found = numbered.finditer(markdown.prose(text))
    return [f"{one[0]!r} numbers an equation outside the book's labels" for one in found]


def weak_marks(sources):
    """Return the marked tests in `sources` that prove nothing: no label, no assertion, or not run."""
    found = []
    for place, decorators, labels, body in _marked_tests(sources):
        if not labels:
            found.append(f"{place}: an identity mark without a label")
        found += [f"{place}: {weakness}" for weakness in weaknesses(body, decorators)]
    return found


def weaknesses(test, decorators):
    """Return why a marked test proves nothing, whatever it is marked with: it cannot fail, or may be left out."""
    asserts = any(_asserts(node) for node in ast.walk(test))
    left_out = any(re.search(r"\bmark\.(?:skip|skipif|xfail)\b", ast.unparse(decorator)) for decorator in decorators)
    wrong = {
        "a marked test without an assertion": not asserts,
        "a marked test that may be skipped or may fail": left_out,
    }
    return [problem for problem, is_so in wrong.items() if is_so]


def _is_good(label):
    return re.fullmatch(r"eq-[a-z0-9]+(?:-[a-z0-9]+)*", label) is not None


def _marked_tests(sources):
    """Return place, decorators, labels and syntax tree of each test function that carries an identity mark."""
    found = []
    for place, source in sources.items():
        tree = ast.parse(source)
        found += _marked_in(tree.body, [], place, _module_marks(tree))
    return found


def _marked_in(body, decorators, place, module_marks):
    """Return the marked tests among the statements `body`, which inherit `decorators` and `module_marks`."""
    found = []
    for node in body:
        if isinstance(node, ast.ClassDef):
            found += _marked_in(node.body, decorators + node.decorator_list, f"{place}::{node.name}", module_marks)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            all_decorators = module_marks + decorators + node.decorator_list
            marks = [decorator for decorator in all_decorators if "mark.identity" in ast.unparse(decorator)]
            if marks:
                found.append((f"{place}::{node.name}", all_decorators, _labels(marks), node))
    return [test for test in found if test[0].rpartition("::")[2].startswith("test")]


def _module_marks(tree):
    """Return the expressions assigned to `pytestmark` at the top of a module."""
    values = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
    ]
    return [part for value in values for part in (value.elts if isinstance(value, ast.List | ast.Tuple) else [value])]


def _labels(marks):
    """Return the string arguments of the identity marks."""
    arguments = [argument for mark in marks if isinstance(mark, ast.Call) for argument in mark.args]
    return [
        argument.value
        for argument in arguments
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def _asserts(node):
    """Return whether a node can fail a test: an assert of something that is not constant, assert_...(), pytest.raises()."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func).rpartition(".")[2]
    return name.startswith("assert") or name == "raises"
