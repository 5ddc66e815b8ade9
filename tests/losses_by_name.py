"""What the contract of every loss is checked with: its formula in mpmath, its targets, and inputs that it refuses.

A new loss needs an entry here. The formula is that of one sample, as a textbook has it; its derivative is taken by
mpmath.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mpmath
import numpy as np

__all__ = ["BY_NAME", "Entry", "OPTIONS"]

# For each option that any loss has: a value for targets of n samples and K classes. 0.1 and 3.0 are not powers of two.
OPTIONS: dict[str, Callable[[int, int], object]] = {
    "sample_weight": lambda n, k: np.linspace(0.3, 2.1, n),
    "class_weight": lambda n, k: np.linspace(0.7, 3.0, k),
    "pos_weight": lambda n, k: 3.0,
    "label_smoothing": lambda n, k: 0.1,
    "ignore_index": lambda n, k: -100,
}


@dataclass(frozen=True)
class Entry:
    """How one loss is checked."""

    exact: Callable[..., mpmath.mpf]  # of one sample: (y, z, options), z a list of numbers, one alone for one column
    targets: str  # "labels", "distributions" or "probabilities"
    columns: tuple[int, ...]  # numbers of classes; 1 means one column, predictions of the shape of the targets
    errors: tuple[
        tuple[object, object, dict, type[Exception], str], ...
    ]  # targets, predictions, options, what is raised
    parameters: tuple[dict, ...] = ({},)
    # Entry k of a gradient that is a difference has the relative accuracy of the larger of its two terms.
    size: Callable[..., mpmath.mpf] | None = None


def surprise(z, y):
    """Return -ln p of the label y: of a softmax, or of a sigmoid where there is one number."""
    if len(z) == 1:
        return mpmath.log(1 + mpmath.exp(-z[0] if y == 1 else z[0]))
    return mpmath.log(mpmath.fsum(mpmath.exp(v) for v in z)) - z[y]


def probabilities(z):
    total = mpmath.fsum(mpmath.exp(v) for v in z)
    return [mpmath.exp(v) / total for v in z]


def weight(y, options):
    return mpmath.mpf(float(options["class_weight"][y])) if "class_weight" in options else 1


def smooth(y, k, options):
    amount = mpmath.mpf(options.get("label_smoothing", 0))
    return (1 - amount) * y + amount / k


# -- formulas -----------------------------------------------------------------------------------------------


def binary(y, z, options):
    target, factor = smooth(mpmath.mpf(float(y)), 2, options), options.get("pos_weight", 1)
    return factor * target * surprise(z, 1) + (1 - target) * surprise(z, 0)


def binary_size(y, z, k, options):
    target, factor, p = (
        smooth(mpmath.mpf(float(y)), 2, options),
        options.get("pos_weight", 1),
        1 / (1 + mpmath.exp(-z[0])),
    )
    return max((1 - target) * p, factor * target * (1 - p))


def terms(y, k, options):
    """Return the targets of k classes times the weights of these: of a label, or of a distribution."""
    one_hot = [mpmath.mpf(int(j == y)) for j in range(k)] if np.ndim(y) == 0 else [mpmath.mpf(float(v)) for v in y]
    return [smooth(target, k, options) * weight(j, options) for j, target in enumerate(one_hot)]


def categorical(y, z, options):
    return mpmath.fsum(c * surprise(z, k) for k, c in enumerate(terms(y, len(z), options)))


def categorical_size(y, z, k, options):
    c, p = terms(y, len(z), options), probabilities(z)
    return max(p[k] * (mpmath.fsum(c) - c[k]), c[k] * (1 - p[k]))


def squared(y, z, options):
    if len(z) == 1:
        return weight(y, options) * (1 - mpmath.exp(-surprise(z, y))) ** 2
    return weight(y, options) * mpmath.fsum((p - (k == y)) ** 2 for k, p in enumerate(probabilities(z)))


def squared_size(y, z, k, options):
    if len(z) == 1 or k == y:
        return 0
    p = probabilities(z)
    return weight(y, options) * 2 * p[k] * (p[y] * (p[k] + 1 - p[y]) + p[k] * (1 - p[k] - p[y]))


def absolute(y, z, options):
    return weight(y, options) * (1 if len(z) == 1 else 2) * (1 - mpmath.exp(-surprise(z, y)))


def focal(y, z, options):
    s = surprise(z, y)
    return weight(y, options) * (1 - mpmath.exp(-s)) ** mpmath.mpf(options.get("gamma", 2)) * s


def generalized(y, z, options):
    s, q = surprise(z, y), mpmath.mpf(options.get("q", 0.7))
    return weight(y, options) * ((1 - mpmath.exp(-q * s)) / q if q else s)


def hinge(y, z, options):
    return weight(y, options) * max(0, 1 - (2 * int(y) - 1) * z[0])


def categorical_hinge(y, z, options):
    return weight(y, options) * max(0, 1 + max(v for k, v in enumerate(z) if k != y) - z[y])


# -- refused by the loss, its gradient and both together ------------------------------------------------------

NAN = float("nan")
WEIGHT = (
    {"sample_weight": [1.0, 1.0, 1.0]},
    ValueError,
    r"^`sample_weight` must have one weight for each sample, shape \(2,\); got shape \(3,\)$",
)
OUT_OF_RANGE = ([0, 3], np.zeros((2, 3)), {}, ValueError, r"^`y_true` must lie in 0 … 2; got 3 at index \(1,\)$")
FROM_ONE = ([1, 3], np.zeros((2, 3)), {}, ValueError, "labels start at 0: subtract 1$")
MASKED = (np.ma.array([0, 1], mask=[0, 1]), np.zeros((2, 3)), {}, ValueError, "^`y_true` must not have masked entries")
UNKNOWN = (
    [0, 1],
    [[0.0, 1.0], [NAN, 0.0]],
    {},
    ValueError,
    r"^`(logits|scores)` must not contain NaN; got nan at index \(1, 0\)$",
)
MOVED = (
    np.zeros((2, 4), int),
    np.zeros((2, 3, 4)),
    {},
    ValueError,
    r"move the classes to the last axis: pass `numpy.moveaxis\((logits|scores), 1, -1\)`$",
)
OF_ONE_LABEL = (OUT_OF_RANGE, FROM_ONE, MASKED, UNKNOWN, ([0, 1], np.zeros((2, 3)), *WEIGHT))

BY_NAME = {
    "binary_cross_entropy": Entry(
        binary,
        "probabilities",
        (1,),
        (
            ([0.0, 1.5], [0.0, 0.0], {}, ValueError, r"^`y_true` must lie in \[0, 1\]; got 1.5 at index \(1,\)$"),
            ([0, 1], [[0.0], [0.0]], {}, ValueError, "^`y_true` and `logits` must have the same shape"),
            ([0, 1], [0.0, 0.0], {"pos_weight": -1}, ValueError, "^`pos_weight` must not be negative"),
            ([0, 1], [0.0, 0.0], *WEIGHT),
        ),
        size=binary_size,
    ),
    "categorical_cross_entropy": Entry(
        categorical,
        "distributions",
        (2, 3),
        (
            (
                [[0.5, 0.4]],
                [[0.0, 0.0]],
                {},
                ValueError,
                r"^`y_true` must sum to 1 along axis -1; got 0.9 at index \(0,\)",
            ),
            (np.eye(2), np.zeros((2, 3)), {}, ValueError, "^`y_true` and `logits` must have the same shape"),
            (np.eye(2), np.full((2, 2), np.inf), {}, ValueError, "^`logits` must not tie at infinity"),
            (np.eye(2), np.zeros((2, 2)), *WEIGHT),
        ),
        size=categorical_size,
    ),
    "sparse_categorical_cross_entropy": Entry(
        categorical,
        "labels",
        (2, 3),
        (*OF_ONE_LABEL, MOVED, (np.eye(3), np.zeros((3, 3)), {}, ValueError, "to `categorical_cross_entropy`$")),
        size=lambda y, z, k, options: categorical_size(y, z, k, options) if "label_smoothing" in options else 0,
    ),
    "squared_error": Entry(squared, "labels", (1, 2, 3), OF_ONE_LABEL, size=squared_size),
    "absolute_error": Entry(absolute, "labels", (1, 2, 3), OF_ONE_LABEL),
    "hinge": Entry(
        hinge,
        "labels",
        (1,),
        (
            ([-1, 1], [0.0, 0.0], {}, ValueError, "^`y_true` must lie in 0 … 1; got -1"),
            ([0, 1], [0.0, np.inf], {}, ValueError, r"^`scores` must be finite; got inf at index \(1,\)$"),
            ([0, 1], [[0.0], [1.0]], {}, ValueError, "^`y_true` and `scores` must have the same shape"),
            ([0, 1], [0.0, 0.0], *WEIGHT),
        ),
    ),
    "categorical_hinge": Entry(
        categorical_hinge,
        "labels",
        (2, 3),
        (
            *OF_ONE_LABEL,
            MOVED,
            ([0], [[0.0]], {}, ValueError, "^`scores` must have at least 2 classes; got 1$"),
            (0, 1.0, {}, ValueError, r"^`scores` must have at least one dimension; got shape \(\)$"),
        ),
    ),
    "focal_loss": Entry(
        focal,
        "labels",
        (1, 2, 3),
        (*OF_ONE_LABEL, ([0], [0.0], {"gamma": -1}, ValueError, "^`gamma` must be at least 0; got -1.0$")),
        parameters=({}, {"gamma": 0.0}, {"gamma": 0.5}),
    ),
    "generalized_cross_entropy": Entry(
        generalized,
        "labels",
        (1, 2, 3),
        (*OF_ONE_LABEL, ([0], [0.0], {"q": 1.5}, ValueError, "^`q` must be at most 1; got 1.5$")),
        parameters=({}, {"q": 0.0}, {"q": 1.0}),
    ),
}
