"""What is gained by staying silent: the risk of what is answered, against how much is answered."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, require_same_shape, require_where
from xentbook._weights import as_relative_weight, power_of_two

__all__ = ["RiskCoverageCurve", "risk_coverage_curve", "area_under_risk_coverage"]

Array = NDArray[np.float64]


class RiskCoverageCurve(NamedTuple):
    """A point for each distinct confidence, the surest first: what is answered at or above it, and how wrong it is."""

    coverage: Array
    risk: Array
    thresholds: Array


def risk_coverage_curve(
    errors: ArrayLike, confidence: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> RiskCoverageCurve:
    r"""Return the share that is answered and the mean error of it, for every threshold that makes a difference.

    .. math:: \mathrm{coverage}(t) = \frac{\#\{i : c_i \ge t\}}{n}, \qquad
        \mathrm{risk}(t) = \frac{\sum_{i : c_i \ge t} e_i}{\#\{i : c_i \ge t\}}

    Parameters
    ----------
    errors : array_like, shape (n,)
        Losses, not negative: 1 for wrong and 0 for right, or any other.
    confidence : array_like, shape (n,)
        Any finite numbers, more for surer.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights: how often each sample counts.

    Returns
    -------
    RiskCoverageCurve
        ``(coverage, risk, thresholds)``, coverage rising to 1. Samples of one confidence are answered together.

    Raises
    ------
    ValueError
        If the input is empty, not finite or of unequal length, or an error is negative.

    See Also
    --------
    area_under_risk_coverage : the curve as one number.
    confidence : scores to try.

    References
    ----------
    .. [1] R. El-Yaniv and Y. Wiener, "On the foundations of noise-free selective classification", Journal of Machine
       Learning Research 11, 2010, 1605-1641: the trade-off of [1]_.

    Examples
    --------
    >>> curve = risk_coverage_curve([0, 1, 0, 1], [0.9, 0.6, 0.8, 0.6])
    >>> print(curve.coverage, curve.risk, curve.thresholds)
    [0.25 0.5  1.  ] [0.  0.  0.5] [0.9 0.8 0.6]
    """
    loss, rank, weight = _ranked(errors, confidence, sample_weight)
    last = _last_of_each(rank)
    covered = np.cumsum(weight)[last]
    some = np.diff(covered, prepend=0.0) > 0  # a threshold that adds nothing but weights of 0 makes no difference
    unit = power_of_two(loss)
    risk = np.cumsum(weight * (loss / unit))[last][some] / covered[some] * unit
    return RiskCoverageCurve(covered[some] / covered[-1], risk, rank[last][some])


def area_under_risk_coverage(
    errors: ArrayLike, confidence: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    r"""Return the risk averaged over all coverages 1/n, 2/n, …, 1.

    .. math:: \frac1n \sum_{m=1}^n \frac1m \sum_{i \le m} e_{(i)}, \qquad
        \sum_i \frac{w_{(i)}}{W_n}\, \frac{\sum_{j \le i} w_{(j)} e_{(j)}}{W_i}, \quad W_i = \sum_{j \le i} w_{(j)}

    Parameters
    ----------
    errors : array_like, shape (n,)
        Losses, not negative.
    confidence : array_like, shape (n,)
        Any finite numbers, more for surer.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights. The risk after each sample counts in proportion to that sample's weight.

    Returns
    -------
    float
        In the unit of the errors; less is better. Among samples of one confidence it is the mean over their orders, so
        that a confidence that says nothing has the mean error.

    Raises
    ------
    ValueError
        If the input is empty, not finite or of unequal length, or an error is negative.

    See Also
    --------
    risk_coverage_curve : the curve.

    References
    ----------
    .. [1] Y. Geifman, G. Uziel and R. El-Yaniv, "Bias-reduced uncertainty estimation for deep neural classifiers", ICLR
       2019: the AURC of [1]_. arXiv:1805.08206

    Examples
    --------
    >>> print(f"{area_under_risk_coverage([0, 1, 0, 1], [0.9, 0.6, 0.8, 0.6]):.4f}")
    0.2083
    """
    loss, rank, weight = _ranked(errors, confidence, sample_weight)
    last = _last_of_each(rank)
    unit = power_of_two(loss)
    ends, sums = np.append(0.0, np.cumsum(weight)[last]), np.append(0.0, np.cumsum(weight * (loss / unit))[last])
    answered = np.cumsum(weight)
    expected = np.interp(answered, ends, sums)  # within a tie the expected sum rises evenly
    some = weight > 0
    return float(np.sum(weight[some] * expected[some] / answered[some]) / answered[-1] * unit)


def _ranked(errors: ArrayLike, confidence: ArrayLike, sample_weight: ArrayLike | None) -> tuple[Array, Array, Array]:
    """Return losses, confidences and weights, from the highest confidence down."""
    loss = as_finite(errors, "errors", ndim=1).astype(np.float64)
    rank = as_finite(confidence, "confidence", ndim=1).astype(np.float64)
    require_same_shape(loss, rank, ("errors", "confidence"))
    require_where(loss >= 0, loss, "errors", "not be negative")
    weight = as_relative_weight(sample_weight, loss.shape)
    order = np.argsort(-rank, kind="stable")
    return loss[order], rank[order], np.ones(loss.size) if weight is None else weight[order]


def _last_of_each(rank: Array) -> NDArray[np.intp]:
    """Return where each distinct confidence stands for the last time."""
    return np.append(np.flatnonzero(rank[1:] != rank[:-1]), rank.size - 1)
