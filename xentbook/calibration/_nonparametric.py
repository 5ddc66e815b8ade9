"""Calibrators that draw no curve of a fixed form: the best rising one, and a share for each bin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xentbook._checks import as_choice, as_integer, quiet
from xentbook._forecasts import bin_of
from xentbook.calibration._calibrator import Calibrator, joined, log_odds
from xentbook.calibration._reliability import STRATEGIES, curve_of
from xentbook.links import sigmoid

__all__ = ["IsotonicCalibration", "HistogramBinning"]

Array = NDArray[np.float64]


class IsotonicCalibration(Calibrator):
    r"""Fit the rising function of the score that is closest to the labels, in squares and in log loss alike.

    .. math:: \min_{g_1 \le \dots \le g_n} \sum_i w_i (g_i - y_i)^2

    Attributes
    ----------
    thresholds_ : list of ndarray
        Scores at which the function is known, rising; one array for class 1 of two, or for each of K > 2 classes.
    values_ : list of ndarray
        Its values there, never falling. Between them it is a straight line, beyond them constant.
    classes_ : ndarray, shape (K,)
        The labels in the order of the columns.
    n_features_in_ : int
        The number of columns of the logits, 1 for logits of shape (n,).

    Raises
    ------
    ValueError
        By `fit`, if the score, a difference of logits, is beyond 1.8e308.

    See Also
    --------
    PlattScaling : one curve, two numbers.
    HistogramBinning : shares that need not rise.

    Notes
    -----
    It may say 0 or 1, and then costs inf where that is wrong. A constant score gets the share of its class. Of K > 2
    classes each is fitted against the rest, on its own log-odds by softmax, and the K results are divided by their sum;
    a row of which all are 0 gets 1 / K. An integer weight counts as so many samples.

    A straight line is taken at the share of the way from one threshold to the next, which is finite for any two
    numbers, as its slope is not.

    References
    ----------
    .. [1] B. Zadrozny and C. Elkan, "Transforming classifier scores into accurate multiclass probability estimates",
       KDD 2002, 694-699: the calibrator of [1]_. doi:10.1145/775047.775151

    Examples
    --------
    >>> calibrator = IsotonicCalibration().fit([-2, -1, 0, 1, 2], [0, 1, 0, 1, 1])
    >>> print(calibrator.predict_proba([-2, -1, 0, 1, 3])[:, 1])
    [0.  0.5 0.5 1.  1. ]
    """

    thresholds_: list[Array]
    values_: list[Array]

    def _learn(self, z: Array, codes: NDArray[np.intp], weight: Array, *, binary: bool) -> None:
        scores = log_odds(z)
        if not all(np.isfinite(score).all() for score in scores.values()):
            raise ValueError("`logits` must not lie farther apart than 1.8e308; divide them by 2, here and later")
        fits = [_isotonic(score, codes == k, weight) for k, score in scores.items()]
        self.thresholds_, self.values_ = [x for x, _ in fits], [values for _, values in fits]

    def _probabilities(self, z: Array) -> Array:
        fits = zip(log_odds(z).values(), self.thresholds_, self.values_, strict=True)
        ahead = [_between(score, x, values) for score, x, values in fits]
        return joined(ahead, [1.0 - p for p in ahead])


class HistogramBinning(Calibrator):
    r"""Give each forecast the share, how often forecasts of its bin came true.

    .. math:: q_i = \bar y_{b(i)}

    Parameters
    ----------
    n_bins : int
        Number of bins (low, high] of the probability.
    strategy : {"quantile", "uniform"}
        Bins of about equal numbers (or weight) of forecasts, or of equal width.

    Attributes
    ----------
    edges_ : list of ndarray, shape (n_bins + 1,)
        Edges of the bins; one array for class 1 of two, or for each of K > 2 classes.
    values_ : list of ndarray, shape (n_bins,)
        The share of each bin. An empty bin keeps the middle of its edges.
    classes_ : ndarray, shape (K,)
        The labels in the order of the columns.
    n_features_in_ : int
        The number of columns of the logits, 1 for logits of shape (n,).

    Raises
    ------
    TypeError, ValueError
        By `fit`, if `n_bins` is no integer of 1 at least, or `strategy` is unknown.

    See Also
    --------
    IsotonicCalibration : shares that rise with the forecast.

    Notes
    -----
    A bin of few samples says 0 or 1 by chance. Of K > 2 classes each is fitted against the rest, and the K results are
    divided by their sum; a row of which all are 0 gets 1 / K. An integer weight counts as so many samples.

    References
    ----------
    .. [1] B. Zadrozny and C. Elkan, "Obtaining calibrated probability estimates from decision trees and naive Bayesian
       classifiers", ICML 2001, 609-616: the calibrator of [1]_.

    Examples
    --------
    >>> calibrator = HistogramBinning(n_bins=2).fit([-2, -1, 1, 2], [0, 1, 1, 1])
    >>> print(calibrator.predict_proba([-5, 5])[:, 1])
    [0.5 1. ]
    """

    edges_: list[Array]
    values_: list[Array]

    def __init__(self, *, n_bins: int = 15, strategy: str = "quantile") -> None:
        self.n_bins = n_bins
        self.strategy = strategy

    def _learn(self, z: Array, codes: NDArray[np.intp], weight: Array, *, binary: bool) -> None:
        n_bins, strategy = (
            as_integer(self.n_bins, "n_bins", minimum=1),
            as_choice(self.strategy, "strategy", STRATEGIES),
        )
        forecasts = {k: np.asarray(sigmoid(score)) for k, score in log_odds(z).items()}
        curves = [curve_of(codes == k, p, n_bins, strategy, weight) for k, p in forecasts.items()]
        middles = [(curve.edges[1:] + curve.edges[:-1]) / 2 for curve in curves]
        self.edges_ = [curve.edges for curve in curves]
        self.values_ = [np.where(c.count > 0, c.frequency, middle) for c, middle in zip(curves, middles, strict=True)]

    def _probabilities(self, z: Array) -> Array:
        fits = zip(log_odds(z).values(), self.edges_, self.values_, strict=True)
        ahead = [values[bin_of(np.asarray(sigmoid(score)), edges)] for score, edges, values in fits]
        return joined(ahead, [1.0 - p for p in ahead])


def _isotonic(score: Array, positive: NDArray[np.bool_], weight: Array) -> tuple[Array, Array]:
    """Return the distinct scores and the best rising values there, by pooling neighbours that fall."""
    x, place = np.unique(score, return_inverse=True)
    weights, hits = np.bincount(place, weight), np.bincount(place, weight * positive)
    pools: list[tuple[float, float, float, int]] = []  # of each: mean, hits, weight, distinct scores
    for total, hit in zip(weights.tolist(), hits.tolist(), strict=True):
        mean, spans = hit / total, 1
        while pools and pools[-1][0] >= mean:
            _, other_hit, other, others = pools.pop()
            hit, total, spans = hit + other_hit, total + other, spans + others
            mean = hit / total
        pools.append((mean, hit, total, spans))
    values = np.repeat([pool[0] for pool in pools], [pool[3] for pool in pools])
    inner = (values[1:-1] == values[:-2]) & (values[1:-1] == values[2:])  # in the middle of a plateau
    kept = np.concatenate([[True], ~inner, [True]])[: x.size]
    return x[kept], values[kept]


@quiet
def _between(score: Array, x: Array, values: Array) -> Array:
    """Return the straight lines between the values at `x`, and beyond them those of the ends, for scores up to ±inf."""
    right = np.searchsorted(x, score)
    low, high = np.maximum(right - 1, 0), np.minimum(right, x.size - 1)
    span, way = x[high] - x[low], score - x[low]
    wide = ~np.isfinite(span)
    share = np.where(wide, (score / 2 - x[low] / 2) / (x[high] / 2 - x[low] / 2), way / span)
    line = np.minimum(values[low] + share * (values[high] - values[low]), values[high])  # but for rounding it is
    return np.where((low == high) | (score == x[high]), values[high], line)
