"""The distance between forecast and frequency as one number: four ways to bin it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_choice, as_numpy
from xentbook._forecasts import as_labelled_forecasts
from xentbook._weights import as_relative_weight
from xentbook.calibration._reliability import ReliabilityCurve, as_confidence, as_given, bins_of, curve_of

__all__ = [
    "expected_calibration_error",
    "maximum_calibration_error",
    "classwise_calibration_error",
    "debiased_calibration_error",
]

Array = NDArray[np.float64]

NORMS = ("l1", "l2", "max")


def expected_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 15,
    strategy: str = "uniform",
    norm: str = "l1",
    sample_weight: ArrayLike | None = None,
    labels: ArrayLike | None = None,
) -> float:
    r"""Return the distance between forecast and frequency, averaged over the bins.

    .. math:: \mathrm{ECE}_1 = \sum_b \frac{n_b}{n}\,|\bar p_b - \bar y_b|, \qquad
        \mathrm{ECE}_2 = \sqrt{\sum_b \frac{n_b}{n}\,(\bar p_b - \bar y_b)^2}, \qquad
        \mathrm{ECE}_\infty = \max_b |\bar p_b - \bar y_b|

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes in [0, 1] beside a 1-D `y_prob`, labels 0 … K−1 beside a 2-D one.
    y_prob : array_like, shape (n,) or (n, K)
        P(class 1); or the probabilities of each class, of which the largest counts.
    n_bins : int
        Number of bins.
    strategy : {"uniform", "quantile"}
        Bins of equal width, or of about equal numbers of forecasts.
    norm : {"l1", "l2", "max"}
        How the distances of the bins become one.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; an integer weight counts as so many samples.
    labels : array_like, optional
        The values of the labels, of any kind, in the order of the columns; beside a 1-D `y_prob` (negative, positive).

    Returns
    -------
    float
        In [0, 1]. It depends on the bins, and is above 0 for a calibrated forecaster too, the more so the more bins and
        the fewer samples.

    Raises
    ------
    TypeError
        If labels are not integers (pass `labels` then) or `n_bins` is no integer.
    ValueError
        If a probability leaves [0, 1], rows do not sum to 1, a label is not among those given, lengths differ, the
        input is empty, `n_bins` is below 1, an option is unknown, or all weights are 0.

    See Also
    --------
    debiased_calibration_error : the square less what chance adds.
    smooth_calibration_error : without bins.

    Notes
    -----
    In the binary case it holds P(class 1) against class 1. It is not the top-label error of two columns: that one folds
    0.1 onto 0.9, and their errors may cancel in a bin.

    torchmetrics bins by [low, high), with a bin of its own for 1, so that 0.95 (of 20 bins) and 1 lie elsewhere; it
    divides [0, 1] and adds up in the precision of its input, and in float32 finds errors above 0.001 where there are
    none.

    References
    ----------
    .. [1] M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
       binning", AAAI 2015, 2901-2907; the first and last norm are those of [1]_. doi:10.1609/aaai.v29i1.9602

    Examples
    --------
    >>> print(f"{expected_calibration_error([0, 1, 1, 1], [0.2, 0.3, 0.8, 1.0], n_bins=2):.4f}")
    0.1750
    """
    as_choice(norm, "norm", NORMS)
    outcome, p = as_confidence(y_true, y_prob, labels)
    return _error(curve_of(outcome, p, n_bins, strategy, as_relative_weight(sample_weight, p.shape)), norm)


def maximum_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 15,
    strategy: str = "uniform",
    sample_weight: ArrayLike | None = None,
    labels: ArrayLike | None = None,
) -> float:
    r"""Return the largest distance between forecast and frequency in any bin.

    .. math:: \mathrm{MCE} = \max_{b: n_b > 0} |\bar p_b - \bar y_b|

    Parameters
    ----------
    y_true : array_like, shape (n,)
        As of `expected_calibration_error`.
    y_prob : array_like, shape (n,) or (n, K)
        As of `expected_calibration_error`.
    n_bins : int
        Number of bins.
    strategy : {"uniform", "quantile"}
        Bins of equal width, or of about equal numbers of forecasts.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; an integer weight counts as so many samples.
    labels : array_like, optional
        The values of the labels, of any kind, in the order of the columns; beside a 1-D `y_prob` (negative, positive).

    Returns
    -------
    float
        In [0, 1]. It is often that of the bin with the fewest samples, and then says little.

    Raises
    ------
    TypeError
        If labels are not integers (pass `labels` then) or `n_bins` is no integer.
    ValueError
        As of `expected_calibration_error`.

    See Also
    --------
    expected_calibration_error : the mean instead, or this one with ``norm="max"``.

    Examples
    --------
    >>> print(f"{maximum_calibration_error([0, 1, 1, 1], [0.2, 0.3, 0.8, 1.0], n_bins=2):.4f}")
    0.2500
    """
    outcome, p = as_confidence(y_true, y_prob, labels)
    return _error(curve_of(outcome, p, n_bins, strategy, as_relative_weight(sample_weight, p.shape)), "max")


def classwise_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 15,
    strategy: str = "uniform",
    norm: str = "l1",
    sample_weight: ArrayLike | None = None,
    labels: ArrayLike | None = None,
) -> float:
    r"""Return the calibration error of each class's own probability, averaged over the classes.

    .. math:: \frac1K \sum_k \mathrm{ECE}\left([y = k],\ p_{\cdot k}\right)

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 … K−1.
    y_prob : array_like, shape (n, K)
        Probabilities of each class.
    n_bins : int
        Number of bins for each class.
    strategy : {"uniform", "quantile"}
        Bins of equal width, or of about equal numbers of forecasts.
    norm : {"l1", "l2", "max"}
        How the distances of the bins become one, class by class.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; an integer weight counts as so many samples.
    labels : array_like, optional
        The values of the labels, of any kind, in the order of the columns; beside a 1-D `y_prob` (negative, positive).

    Returns
    -------
    float
        In [0, 1]. With many classes most probabilities are near 0 and make it small, whatever the rest does.

    Raises
    ------
    TypeError
        If labels are not integers (pass `labels` then) or `n_bins` is no integer.
    ValueError
        As of `expected_calibration_error`, and if `y_prob` is not 2-D.

    See Also
    --------
    expected_calibration_error : of the top probability alone.

    References
    ----------
    .. [1] M. Kull, M. Perello-Nieto, M. Kängsepp, T. Silva Filho, H. Song and P. Flach, "Beyond temperature scaling:
       obtaining well-calibrated multi-class probabilities with Dirichlet calibration", NeurIPS 2019: the error of [1]_.

    Examples
    --------
    >>> p = [[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]]
    >>> print(f"{classwise_calibration_error([0, 1], p, n_bins=5):.4f}")
    0.1667
    """
    as_choice(norm, "norm", NORMS)
    given = as_numpy(y_prob, "y_prob")
    codes, p = as_labelled_forecasts(y_true, given, labels=labels)
    weight = as_relative_weight(sample_weight, codes.shape)
    columns = np.ascontiguousarray(as_given(p, given).T)
    curves = [curve_of(codes == k, column, n_bins, strategy, weight) for k, column in enumerate(columns)]
    return float(np.mean([_error(curve, norm) for curve in curves]))


def debiased_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 15,
    strategy: str = "uniform",
    squared: bool = False,
    sample_weight: ArrayLike | None = None,
    labels: ArrayLike | None = None,
) -> float:
    r"""Return the root mean square distance between forecast and frequency, less what chance adds to it.

    .. math:: \widehat{\mathrm{ECE}_2^2} = \sum_b \frac{n_b}{n}
        \left[(\bar p_b - \bar y_b)^2 - \frac{\bar y_b (1 - \bar y_b)}{n_b - 1}\right]

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes 0 and 1 beside a 1-D `y_prob`, labels 0 … K−1 beside a 2-D one.
    y_prob : array_like, shape (n,) or (n, K)
        As of `expected_calibration_error`.
    n_bins : int
        Number of bins.
    strategy : {"uniform", "quantile"}
        Bins of equal width, or of about equal numbers of forecasts.
    squared : bool
        Return the square, and below 0 at times: unbiased if the outcomes of a bin have one probability, else lower on
        average by its variance within the bin, over n_b - 1. Otherwise its root, with 0 for what is below 0.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights. A weight of 2 is one sample that counts twice, and adds more chance than two samples
        would: the number of samples :math:`n_b` in the last denominator is then Kish's effective size
        :math:`(\sum w_i)^2 / \sum w_i^2`.
    labels : array_like, optional
        The values of the labels, of any kind, in the order of the columns; beside a 1-D `y_prob` (negative, positive).

    Returns
    -------
    float
        At most 1. A bin of one sample says nothing of its variance and is left out.

    Raises
    ------
    TypeError
        If labels are not integers (pass `labels` then) or `n_bins` is no integer.
    ValueError
        As of `expected_calibration_error`; if outcomes are soft; or if every bin has one sample.

    See Also
    --------
    expected_calibration_error : with what chance adds, ``norm="l2"``.

    Notes
    -----
    If the outcomes of a bin have one probability π, then :math:`\mathrm{Var}\,\bar y_b = \pi(1-\pi)/m` with the
    effective size m of its weights, and :math:`E[\bar y_b(1-\bar y_b)] = \pi(1-\pi)(1 - 1/m)`: the quotient that is
    taken off is unbiased for the variance, with weights as without.

    References
    ----------
    .. [1] A. Kumar, P. Liang and T. Ma, "Verified uncertainty calibration", NeurIPS 2019: definition 5.1 of [1]_.
       arXiv:1909.10155

    Examples
    --------
    >>> p, y = [0.25] * 4 + [0.75] * 4, [0, 0, 0, 1, 1, 1, 1, 0]
    >>> print(f"{debiased_calibration_error(y, p, n_bins=2, squared=True):.4f}")
    -0.0625
    """
    outcome, p = as_confidence(y_true, y_prob, labels)
    if outcome.dtype.kind == "f" and not np.isin(outcome, (0, 1)).all():
        raise ValueError("`y_true` must be 0 or 1 for the debiased error; got soft outcomes")
    weight = as_relative_weight(sample_weight, p.shape)
    curve = curve_of(outcome, p, n_bins, strategy, weight)
    chance = _chance(curve, outcome, p, weight)
    known = np.isfinite(chance)
    if not known.any():
        samples = p.size if weight is None else np.count_nonzero(weight)
        raise ValueError(f"a bin must have two samples at least; got {samples} samples in {samples} bins")
    terms = (curve.confidence - curve.frequency)[known] ** 2 - chance[known]
    value = float(np.average(terms, weights=curve.count[known]))
    return value if squared else math.sqrt(max(value, 0.0))


def _chance(curve: ReliabilityCurve, outcome: NDArray, p: NDArray, weight: Array | None) -> Array:
    """Return of each bin an unbiased estimate of the variance of its frequency, ȳ (1 - ȳ) / (m - 1); NaN if m is 1."""
    with np.errstate(all="ignore"):
        if weight is None:
            return curve.frequency * (1 - curve.frequency) / np.where(curve.count > 1, curve.count - 1, np.nan)
        bins, size = bins_of(p, curve.edges), curve.count.size
        hits, misses = (
            np.bincount(bins, weight * part, minlength=size) for part in (outcome, 1 - outcome.astype(float))
        )
        squares, pairs = np.bincount(bins, weight**2, minlength=size), _pairs(weight, bins, size)
        return hits / curve.count * (misses / curve.count) * squares / np.where(pairs > 0, pairs, np.nan)


def _pairs(weight: Array, bins: NDArray[np.intp], size: int) -> Array:
    """Return of each bin Σ w_i w_j over i ≠ j: (Σ w)² - Σ w², but that loses a small second weight."""
    order = np.lexsort((weight, bins))
    heaviest = order[np.flatnonzero(np.diff(bins[order], append=size))]
    others = weight.copy()
    others[heaviest] = 0.0
    total, rest = np.bincount(bins, weight, minlength=size), np.bincount(bins, others, minlength=size)
    top = np.zeros(size)
    top[bins[heaviest]] = weight[heaviest]
    return top * rest + np.bincount(bins, others * (total[bins] - others), minlength=size)


def _error(curve: ReliabilityCurve, norm: str) -> float:
    filled = curve.count > 0
    gaps = np.abs(curve.confidence - curve.frequency)[filled]
    if norm == "max":
        return float(gaps.max())
    if norm == "l2":
        return math.sqrt(np.average(gaps**2, weights=curve.count[filled]))
    return float(np.average(gaps, weights=curve.count[filled]))
