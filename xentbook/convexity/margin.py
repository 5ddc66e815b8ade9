r"""Of all directions that separate two classes one leaves the widest gap: training on cross-entropy ends up in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._optional import scipy_part
from xentbook.convexity.separation import separating_direction

__all__ = ["MaximumMargin", "maximum_margin"]


class MaximumMargin(NamedTuple):
    """The direction of length 1 with the largest margin, that margin, and the samples that it rests on."""

    direction: NDArray[np.float64]
    margin: float
    support: NDArray[np.bool_]


def maximum_margin(X: ArrayLike, y: ArrayLike) -> MaximumMargin | None:
    r"""Return the direction of the weights whose smallest margin is largest, or None unless separation is complete.

    .. math:: \gamma = \max_{\|b\| = 1} \min_i s_i\, x_i \cdot b = \frac{1}{\|\hat w\|}, \qquad
        \hat w = \arg\min \|w\| \text{ subject to } s_i\, x_i \cdot w \ge 1, \qquad s_i = 2 y_i - 1

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples, used as they are: a column of ones is the intercept, and counts in the length of the weights.
    y : array_like of int, shape (n,)
        Labels 0 and 1.

    Returns
    -------
    MaximumMargin or None
        The direction, shape (d,), towards class 1; the margin γ in the units of X; and which samples are support
        vectors, those that hold the direction in place.

    Raises
    ------
    TypeError
        If the labels are not integers.
    ValueError
        If an input is empty or not finite, the lengths differ, or a label is neither 0 nor 1.

    See Also
    --------
    separating_direction : any separating direction, also where some samples lie on the border.

    Notes
    -----
    There is no `sample_weight`: whether and how far samples are separated does not hang on how often they count.

    Gradient descent on the logistic loss tends to this direction, with a gap that shrinks like 1 / log t ([1]_, theorem
    3). The problem is one of least distance, solved as nonnegative least squares ([2]_, chapter 23) by SciPy, loaded
    on first use.

    References
    ----------
    .. [1] D. Soudry, E. Hoffer, M. S. Nacson, S. Gunasekar and N. Srebro, "The implicit bias of gradient descent on
       separable data", Journal of Machine Learning Research 19(70), 2018, 1-57.
    .. [2] C. L. Lawson and R. J. Hanson, Solving Least Squares Problems, SIAM, 1995. doi:10.1137/1.9781611971217

    Examples
    --------
    >>> found = maximum_margin([[1.0, 0.0], [1.0, 2.0], [1.0, 4.0]], [0, 1, 1])
    >>> print(found.direction.round(4), round(found.margin, 4), found.support)
    [-0.7071  0.7071] 0.7071 [ True  True False]
    """
    found = separating_direction(X, y, n_classes=2)
    if found is None or found.kind != "complete":
        return None
    sides = np.where(np.asarray(y) == 1, 1.0, -1.0)
    rows = sides[:, np.newaxis] * np.asarray(X, dtype=np.float64)
    rows = rows / np.min(rows @ found.direction)  # now the shortest weights have a length of 1 at most
    support = _support(rows)
    weights = np.linalg.lstsq(rows[support], np.ones(int(support.sum())), rcond=None)[0]
    direction = weights / np.linalg.norm(weights)
    return MaximumMargin(direction, float(np.min(sides * (np.asarray(X, dtype=np.float64) @ direction))), support)


def _support(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which constraints m·w ≥ 1 hold the shortest w in place."""
    table = np.vstack([rows.T, np.ones(len(rows))])
    target = np.append(np.zeros(rows.shape[1]), 1.0)
    multipliers, _ = scipy_part("optimize").nnls(table, target, maxiter=100 * max(table.shape))
    return multipliers > 0
