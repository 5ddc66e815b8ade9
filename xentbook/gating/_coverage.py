"""What is gained by staying silent: the risk of what is answered, against how much is answered."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, require_same_shape, require_where

__all__ = ["RiskCoverageCurve", "risk_coverage_curve", "area_under_risk_coverage"]

Array = NDArray[np.float64]


class RiskCoverageCurve(NamedTuple):
    """A point for each distinct confidence, from the surest down: what is answered at or above it, and how wrong it is."""

    coverage: Array
    risk: Array
    thresholds: Array


def risk_coverage_curve(errors: ArrayLike, confidence: ArrayLike) -> RiskCoverageCurve:
    r"""Return the share that is answered and the mean error of it, for every threshold that makes a difference.

    .. math:: \mathrm{coverage}(t) = \frac{\#\{i : c_i \ge t\}}{n}, \qquad
        \mathrm{risk}(t) = \frac{\sum_{i : c_i \ge t} e_i}{\#\{i : c_i \ge t\}}

    Parameters
    ----------
    errors : array_like, shape (n,)
        Losses, not negative: 1 for wrong and 0 for right, or any other.
    confidence : array_like, shape (n,)
        Any finite numbers, more for surer.

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
    ranked, sums, last = _ranked(errors, confidence)
    count = last + 1.0
    return RiskCoverageCurve(count / ranked.size, sums / count, ranked[last])


def area_under_risk_coverage(errors: ArrayLike, confidence: ArrayLike) -> float:
    r"""Return the risk averaged over all coverages 1/n, 2/n, …, 1.

    .. math:: \frac1n \sum_{m=1}^n \frac1m \sum_{i \le m} e_{(i)}

    Parameters
    ----------
    errors : array_like, shape (n,)
        Losses, not negative.
    confidence : array_like, shape (n,)
        Any finite numbers, more for surer.

    Returns
    -------
    float
        In the unit of the errors; less is better. Among samples of one confidence it is the mean over their orders, so that
        a confidence that says nothing has the mean error.

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
    ranked, sums, last = _ranked(errors, confidence)
    ends, totals = np.append(0, last + 1), np.append(0.0, sums)
    m = np.arange(1, ranked.size + 1)
    expected = np.interp(m, ends, totals)  # within a tie the expected sum rises evenly
    return float(np.mean(expected / m))


def _ranked(errors: ArrayLike, confidence: ArrayLike) -> tuple[Array, Array, NDArray[np.int64]]:
    """Return the confidences from the surest down, the sums of errors up to the last of each, and where those are."""
    loss = as_finite(errors, "errors", ndim=1).astype(np.float64)
    sure = as_finite(confidence, "confidence", ndim=1).astype(np.float64)
    require_same_shape(loss, sure, ("errors", "confidence"))
    require_where(loss >= 0, loss, "errors", "not be negative")
    order = np.argsort(-sure, kind="stable")
    ranked = sure[order]
    last = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), ranked.size - 1)
    return ranked, np.cumsum(loss[order])[last], last
