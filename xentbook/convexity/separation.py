r"""Where a hyperplane divides the classes, the likelihood has no maximum: a linear program finds it.

Conventions
-----------
- A cone is given by rows m: its directions b are those with m·b ≥ 0 for every row and m·b > 0 for one.
- The linear program runs in SciPy, loaded on first use. Its answer is exact only to its own tolerance of 1e-10, so that
  no direction is believed until its margins, computed anew, exceed their rounding. A gap between the classes narrower
  than some 1e-8 of the width of the data may be taken for an overlap, never a wider overlap for a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_integer, as_labels
from xentbook._optional import scipy_part

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Separation", "separating_direction", "centres", "cone_direction", "margin_rows"]

_EPS = np.finfo(np.float64).eps
# One solver gives up, in some versions, where another does not; 1e-10 is the smallest tolerance that HiGHS admits.
_ATTEMPTS = [
    (method, {"primal_feasibility_tolerance": size, "dual_feasibility_tolerance": size, "presolve": presolve})
    for size in (1e-10, 1e-9)
    for presolve in (True, False)
    for method in ("highs", "highs-ipm", "highs-ds")
]


class Separation(NamedTuple):
    """How data are separated, "complete" or "quasi-complete", in which direction of the weights, and which samples."""

    kind: str
    direction: NDArray[np.float64]
    separated: NDArray[np.bool_]


def separating_direction(X: ArrayLike, y: ArrayLike, *, n_classes: int | None = None) -> Separation | None:
    r"""Return a direction of the weights along which the likelihood rises for ever, or None if there is none.

    .. math:: (b_{y_i} - b_k) \cdot x_i \ge 0 \quad\text{for all } i \text{ and } k \ne y_i,
        \qquad > 0 \text{ for at least one}

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples; a column of ones is the intercept.
    y : array_like of int, shape (n,)
        Labels 0 … K−1.
    n_classes : int, optional
        K; by default the largest label plus 1, and at least 2.

    Returns
    -------
    Separation or None
        Its direction has length 1 and shape (d,) for two classes (towards class 1), (K, d) for more. "complete": every
        sample lies strictly on its side. "quasi-complete": some lie on the border, in every such direction. None: the
        classes overlap, and the maximum-likelihood estimate is finite.

    Raises
    ------
    TypeError
        If the labels are not integers.
    ValueError
        If an input is empty or not finite, the lengths differ, or a label is not one of the classes.

    See Also
    --------
    xentbook.LogisticRegression : raises SeparableDataError where this finds a direction.

    Notes
    -----
    There is no `sample_weight`: whether and how far samples are separated does not hang on how often they count.

    That the estimate exists exactly where the data overlap is a theorem of [1]_. The program maximises the sum of
    min(margin, 1): a direction that separates one sample and one that separates another add up to one that separates
    both, so that its optimum separates every sample that can be. It is a form of the one in [2]_.

    References
    ----------
    .. [1] A. Albert and J. A. Anderson, "On the existence of maximum likelihood estimates in logistic regression
       models", Biometrika 71, 1984, 1-10. doi:10.1093/biomet/71.1.1
    .. [2] K. Konis, Linear Programming Algorithms for Detecting Separated Data in Binary Logistic Regression Models,
       PhD thesis, University of Oxford, 2007.

    Examples
    --------
    >>> X = [[1.0, 1.0], [1.0, 2.0], [1.0, 3.0], [1.0, 4.0]]
    >>> found = separating_direction(X, [0, 0, 1, 1])
    >>> found.kind, bool(found.direction[1] > 0)
    ('complete', True)
    >>> separating_direction(X, [0, 1, 0, 1]) is None
    True
    """
    samples = as_finite(X, "X", ndim=2).astype(np.float64)
    known = None if n_classes is None else as_integer(n_classes, "n_classes", minimum=2)
    labels = as_labels(y, "y", n_classes=known)
    if labels.size != len(samples):
        raise ValueError(f"`X` and `y` must have the same number of samples; got {len(samples)} and {labels.size}")
    k = known or max(2, int(labels.max()) + 1)
    origin, anchor = _origin(samples)
    found = cone_direction(margin_rows(samples - origin, labels, k))
    if found is None:
        return None
    direction, positive = _moved_back(found[0], origin, anchor), found[1]
    separated = np.asarray(positive.reshape(labels.size, -1).all(axis=1))
    kind = "complete" if separated.all() else "quasi-complete"
    return Separation(kind, direction if k == 2 else direction.reshape(k, -1), separated)


def centres(samples: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each column under `shares`, which sum to 1, no digit of it lost far from 0.

    A column that is constant has that very constant as its mean.
    """
    return samples[0] + shares @ (samples - samples[0])


def _origin(samples: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what to subtract from each column beside one that is constant, and that constant in its place, else 0s.

    A direction then has other weights on the constant column, and the same margins: where 0 lies must not matter.
    """
    n, d = samples.shape
    constant = np.flatnonzero((samples == samples[0]).all(axis=0) & (samples[0] != 0))
    origin, anchor = np.zeros(d), np.zeros(d)
    if constant.size:
        place = constant[0]
        origin = centres(samples, np.full(n, 1.0 / n))
        anchor[place], origin[place] = origin[place], 0.0
    return origin, anchor


def _moved_back(
    direction: NDArray[np.float64], origin: NDArray[np.float64], anchor: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the direction for samples from which nothing was subtracted, of length 1."""
    if not anchor.any():
        return direction
    place = int(np.argmax(anchor != 0))
    table = direction.reshape(-1, origin.size).copy()
    table[:, place] -= table @ origin / anchor[place]
    table /= np.max(np.abs(table))
    return (table / np.linalg.norm(table)).ravel()


def margin_rows(samples: NDArray[np.float64], labels: NDArray[np.intp], n_classes: int) -> csr_array:
    """Return the sparse matrix that takes weights to margins: K−1 rows a sample, a column for each weight.

    With two classes the weights are those of class 1 against class 0, with more they are a (K, d) table in a row.
    """
    sparse = scipy_part("sparse")
    if n_classes == 2:
        return sparse.csr_array(np.where(labels == 1, 1.0, -1.0)[:, np.newaxis] * samples)
    (n, d), rivals = samples.shape, n_classes - 1
    rival = (labels[:, np.newaxis] + np.arange(1, n_classes)) % n_classes
    values = np.repeat(np.concatenate([samples, -samples], axis=1), rivals, axis=0)
    own = np.repeat(labels * d, rivals)[:, np.newaxis] + np.arange(d)
    columns = np.concatenate([own, rival.reshape(-1, 1) * d + np.arange(d)], axis=1)
    starts = np.arange(0, values.size + 1, 2 * d)
    return sparse.csr_array((values.ravel(), columns.ravel(), starts), shape=(n * rivals, n_classes * d))


def cone_direction(rows: csr_array) -> tuple[NDArray[np.float64], NDArray[np.bool_]] | None:
    """Return a direction of length 1 in the cone, and where its margins are positive, or None if the cone is empty.

    As many margins are positive as can be. `rows` is a sparse matrix; an answer has been verified in float64.
    """
    scale = abs(rows).max(axis=0).toarray().ravel()
    scale = np.where(scale > 0, scale, 1.0)  # the units of the columns must not matter
    raised = np.where(scale < 2.0**-1000, 2.0**600, 1.0)  # the inverse of what lies below 1e-308 would overflow
    diagonal = scipy_part("sparse").diags_array
    unit = (rows @ diagonal(raised) @ diagonal(1.0 / (scale * raised))).tocsr()
    weights, gains = _widest(unit)
    positive = gains > 0.5  # a margin that can be positive can be 1, by scaling up
    if not positive.any():
        return None
    weights = weights if positive.all() else _flatten(weights, unit[~positive])
    margins, rounding = unit @ weights, 4 * (rows.shape[1] + 2) * _EPS * (abs(unit) @ np.abs(weights))
    if not np.all(margins[positive] > rounding[positive]):
        return None  # within the tolerance of the program only: the classes overlap by a hair
    with np.errstate(under="ignore"):
        direction = weights * (scale.min() / scale)  # its length is set below
    direction /= np.max(np.abs(direction))  # in tiny units its square would overflow
    return direction / np.linalg.norm(direction), positive


def _widest(rows: csr_array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weights b of largest sum of gains t, where 0 ≤ t ≤ 1 and t ≤ m·b for every row, and the gains."""
    sparse, linprog = scipy_part("sparse"), scipy_part("optimize").linprog
    n, d = rows.shape
    table = sparse.hstack([-rows, sparse.eye_array(n)], format="csr")
    cost = np.concatenate([np.zeros(d), -np.ones(n)])
    bounds = [(None, None)] * d + [(0.0, 1.0)] * n
    for method, options in _ATTEMPTS:
        result = linprog(cost, A_ub=table, b_ub=np.zeros(n), bounds=bounds, method=method, options=options)
        if result.status == 0:
            return result.x[:d], result.x[d:]
    raise RuntimeError(f"the linear program must be solved, as it always can be; got {result.message}")


def _flatten(weights: NDArray[np.float64], rows: csr_array) -> NDArray[np.float64]:
    """Return the projection of `weights` onto the directions whose margins are all 0 in `rows`."""
    triangle = np.linalg.qr(rows.toarray(), mode="r")  # the same null space, in a matrix as small as can be
    _, sizes, basis = np.linalg.svd(triangle)
    rank = int(np.sum(sizes > max(rows.shape) * _EPS * sizes[0])) if sizes.size else 0
    null = basis[rank:]
    return null.T @ (null @ weights)
