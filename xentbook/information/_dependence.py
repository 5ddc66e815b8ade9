"""What one variable tells about another: the entropy that is left, and the entropy that is gone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_categories, as_choice, as_probabilities, log_of_base, require_same_shape
from xentbook.information._sums import divergence, expectation, multiply_exactly, plain, quiet, sum_exactly

__all__ = ["conditional_entropy", "mutual_information", "information_gain"]


@quiet
def conditional_entropy(joint: ArrayLike, *, given: str = "rows", base: float = 2) -> float:
    r"""Return the surprise that is left, on average, in one variable once the other is known.

    .. math:: H(Y \mid X) = -\sum_{x, y} p(x, y) \log \frac{p(x, y)}{p(x)} = H(X, Y) - H(X)

    Parameters
    ----------
    joint : array_like, shape (n, m)
        P(X = x, Y = y) in row x and column y; all cells sum to 1.
    given : {"rows", "columns"}
        What is known: "rows" gives H(Y | X), "columns" gives H(X | Y).
    base : float
        Base of the logarithm, positive and not 1: 2 for bits, ``np.e`` for nats.

    Returns
    -------
    float
        In the unit of `base`, from 0 (the known variable settles the other) to the entropy of the other alone.

    Raises
    ------
    ValueError
        If `joint` is empty, is not a table, contains NaN, leaves [0, 1] or does not sum to 1, if `given` is neither
        word, or if `base` is not positive or is 1.

    See Also
    --------
    mutual_information : the surprise that is gone.

    Notes
    -----
    The second form is the chain rule ([1]_, theorem 2.2.1). The first is what is computed: its terms are all positive.

    References
    ----------
    .. [1] T. M. Cover and J. A. Thomas, Elements of Information Theory, 2nd ed., Wiley, 2006.
       doi:10.1002/047174882X

    Examples
    --------
    >>> joint = [[0.5, 0.0], [0.25, 0.25]]
    >>> print(conditional_entropy(joint))  # the first row settles the column, the second leaves a coin toss
    0.5
    >>> print(conditional_entropy(joint, given="columns").round(4))
    0.6887
    """
    table = _table(joint)
    table = table.T if as_choice(given, "given", ("rows", "columns")) == "columns" else table
    known, error = sum_exactly(table)
    others = np.maximum((known[:, np.newaxis] - table) + error[:, np.newaxis], 0.0)
    ratio = others / table
    log_ratio = np.where(np.isinf(ratio), np.log(known)[:, np.newaxis] - np.log(table), np.log1p(ratio))
    return plain(expectation(table, log_ratio).sum() / log_of_base(base))


@quiet
def mutual_information(joint: ArrayLike, *, base: float = 2) -> float:
    r"""Return how much one variable tells about the other, on average.

    .. math:: I(X; Y) = \sum_{x, y} p(x, y) \log \frac{p(x, y)}{p(x)\, p(y)} = H(Y) - H(Y \mid X)

    Parameters
    ----------
    joint : array_like, shape (n, m)
        P(X = x, Y = y) in row x and column y; all cells sum to 1.
    base : float
        Base of the logarithm, positive and not 1: 2 for bits, ``np.e`` for nats.

    Returns
    -------
    float
        In the unit of `base`, from 0 (independent) to the smaller of the two entropies.

    Raises
    ------
    ValueError
        If `joint` is empty, is not a table, contains NaN, leaves [0, 1] or does not sum to 1, or if `base` is not
        positive or is 1.

    See Also
    --------
    information_gain : the same from two columns of data.
    kl_divergence : I is the divergence of the joint distribution from the product of its margins.

    Notes
    -----
    Symmetric in X and Y ([1]_, section 2.3). Computed as `kl_divergence` is, so that a dependence far below
    rounding error is still measured.

    References
    ----------
    .. [1] T. M. Cover and J. A. Thomas, Elements of Information Theory, 2nd ed., Wiley, 2006.
       doi:10.1002/047174882X

    Examples
    --------
    >>> print(mutual_information([[0.5, 0.0], [0.0, 0.5]]))
    1.0
    >>> print(mutual_information([[0.125, 0.375], [0.125, 0.375]]))
    0.0
    """
    return plain(_dependence(_table(joint)) / log_of_base(base))


@quiet
def information_gain(labels: ArrayLike, groups: ArrayLike, *, base: float = 2) -> float:
    r"""Return how much entropy a split into groups takes from the labels.

    .. math:: \mathrm{IG} = H(Y) - \sum_g \frac{n_g}{n} H(Y \mid G = g) = I(Y; G)

    Parameters
    ----------
    labels : array_like, shape (n,)
        The label of each sample: numbers, text or booleans.
    groups : array_like, shape (n,)
        The group that the split puts each sample in, e.g. ``x < threshold``.
    base : float
        Base of the logarithm, positive and not 1: 2 for bits, ``np.e`` for nats.

    Returns
    -------
    float
        In the unit of `base`, from 0 (each group has the same mixture) to the entropy of the labels.

    Raises
    ------
    ValueError
        If the inputs are empty, contain NaN, are not one-dimensional or differ in length, or if `base` is not
        positive or is 1.
    TypeError
        If an input mixes values that cannot be sorted.

    See Also
    --------
    mutual_information : the same from a joint distribution.

    Notes
    -----
    There is no `sample_weight`: the counts are whole numbers, in which independence is exact. With weights, pass the
    table of their sums, divided by the total, to `mutual_information`. The criterion by which ID3 chooses its
    questions; it favours those with many answers, a bias that [1]_ discusses.

    References
    ----------
    .. [1] J. R. Quinlan, "Induction of decision trees", Machine Learning 1, 1986, 81-106. doi:10.1007/BF00116251

    Examples
    --------
    >>> print(information_gain(["yes", "yes", "no", "no"], [True, True, False, False]))
    1.0
    >>> print(information_gain(["yes", "no", "yes", "no"], [True, True, False, False]))
    0.0
    """
    _, label = as_categories(labels, "labels")
    parts, group = as_categories(groups, "groups")
    require_same_shape(label, group, ("labels", "groups"))
    cells, counts = np.unique(_wide(label) * parts.size + group, return_counts=True)  # the table could be huge
    row, column = (cells // parts.size).astype(np.intp), (cells % parts.size).astype(np.intp)
    product = _wide(np.bincount(label))[row] * _wide(np.bincount(group))[column]
    excess = (_wide(counts) * label.size - product).astype(np.float64)  # exact, in integers
    empty = label.size**2 - int(product.sum())  # what the cells that do not occur add, each q phi(-1) = q
    nats = np.float64(divergence(excess, product.astype(np.float64), np.log(product)) + empty) / label.size**2
    return plain(nats / log_of_base(base))


def _table(joint: ArrayLike) -> NDArray[np.float64]:
    """Return the joint distribution in float64."""
    return as_probabilities(joint, "joint", axis=None, ndim=2).astype(np.float64)


def _wide(counts: NDArray[np.intp]) -> NDArray[np.int64]:  # noqa: TID251 - a product of two counts, no index
    """Return counts as integers of 64 bits on every machine: products of two need them."""
    return counts.astype(np.int64)  # noqa: TID251 - as above


def _dependence(table: NDArray[np.float64]) -> np.float64:
    """Return the mutual information in nats of a table of any positive sum.

    What makes a table dependent is cell x total - row x column, a difference that must be computed in twice the
    precision: rounding the product alone would look like a dependence.
    """
    (rows, rows_low), (columns, columns_low) = sum_exactly(table), sum_exactly(table.T)
    total, total_low = sum_exactly(table.reshape(1, -1))
    rows, rows_low = rows[:, np.newaxis], rows_low[:, np.newaxis]
    whole, whole_low = multiply_exactly(table, total)
    product, product_low = multiply_exactly(rows, columns)
    low = (whole_low + table * total_low) - (product_low + rows * columns_low + rows_low * columns)
    log_product = np.log(rows) + np.log(columns)
    return divergence((whole - product) + low, product, log_product).sum() / (total * total).sum()
