"""The book's guards: each takes a text, a notebook or a folder and returns a list of problems, empty when all is well.

The tests beside this package apply every guard to the book, and to a copy that is broken on purpose. `running` is the
one module of another kind: the part of pytest that runs the notebooks, and the order of the tests.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def those_that_are_so(problems):
    """Return those of `problems`, a dictionary of what is said to whether it is so, that are so."""
    return [problem for problem, is_so in problems.items() if is_so]


def changed(text, old, new):
    """Return `text` with the first `old` in it changed to `new`, for a test that a guard sees it."""
    if old not in text:
        raise ValueError(f"`old` must be in the text; got {old!r}")
    return text.replace(old, new, 1)
