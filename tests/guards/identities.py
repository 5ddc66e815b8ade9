"""Every numbered equation of the book has a label in the form eq-name, and none is numbered by LaTeX itself."""

from __future__ import annotations

import re

from guards import markdown

__all__ = ["equation_labels", "label_problems", "unlabelled_equations"]

NUMBERED = re.compile(r"\\label\{|\\tag\{|\\begin\{(?:equation|align|gather|multline|eqnarray|alignat|flalign)\}")


def equation_labels(texts):
    """Return the labels of the equations in `texts`, a dictionary of place to Markdown, as pairs of label and place."""
    return [(label, place) for place, text in texts.items() for label, _ in markdown.equations(text) if label]


def label_problems(labels):
    """Return the pairs of label and place in which the label has another form."""
    odd = [(label, place) for label, place in labels if not re.fullmatch(r"eq-[a-z0-9]+(?:-[a-z0-9]+)*", label)]
    return [f"{place}: the label {label!r} does not have the form eq-name" for label, place in odd]


def unlabelled_equations(text):
    """Return the equations of `text` that are numbered by LaTeX itself, and so escape the labels."""
    found = NUMBERED.finditer(markdown.prose(text))
    return [f"{one[0]!r} numbers an equation outside the book's labels" for one in found]
