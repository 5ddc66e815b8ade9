"""Calibrators that draw no curve of a fixed form: the best rising one, and a share for each bin."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_choice, as_integer
from xentbook._forecasts import bin_of
from xentbook.calibration._reliability import STRATEGIES, curve_of
from xentbook.calibration._scaling import as_logits, as_training, joined, require_fitted, scores_of_classes
from xentbook.links import sigmoid

__all__ = ["IsotonicCalibration", "HistogramBinning"]

Array = NDArray[np.float64]


class IsotonicCalibration:
    r"""Fit the rising function of the score that is closest to the labels, in squares and in log loss alike.

    .. math:: \min_{g_1 \le \dots \le g_n} \sum_i (g_i - y_i)^2

    Attributes
    ----------
    thresholds_ : list of ndarray
        Scores at which the function is known, rising; one array for class 1 of two, or for each of K > 2 classes.
    values_ : list of ndarray
        Its values there, never falling. Between them it is a straight line, beyond them constant.

    See Also
    --------
    PlattScaling : one curve, two numbers.
    HistogramBinning : shares that need not rise.

    Notes
    -----
    It may say 0 or 1, and then costs inf where that is wrong. A constant score gets the share of its class. Of K > 2 classes
    each is fitted against the rest, on its own log-odds by softmax, and the K results are divided by their sum; a row of
    which all are 0 gets 1 / K.

    References
    ----------
    .. [1] B. Zadrozny and C. Elkan, "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002,
       694-699: the calibrator of [1]_. doi:10.1145/775047.775151

    Examples
    --------
    >>> calibrator = IsotonicCalibration().fit([-2, -1, 0, 1, 2], [0, 1, 0, 1, 1])
    >>> print(calibrator.predict_proba([-2, -1, 0, 1, 3])[:, 1])
    [0.  0.5 0.5 1.  1. ]
    """

    def fit(self, logits: ArrayLike, y: ArrayLike) -> IsotonicCalibration:
        """Learn the function, or one for each class.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Held-out logits, finite.
        y : array_like of int, shape (n,)
            Their labels.

        Returns
        -------
        IsotonicCalibration
            This calibrator.

        Raises
        ------
        TypeError
            If labels are not integers.
        ValueError
            If an input is empty, not finite, out of range or of another length.
        """
        z, labels = as_training(logits, y)
        fits = [_isotonic(score, labels == k) for k, score in scores_of_classes(z)]
        self.thresholds_, self.values_ = (list(parts) for parts in zip(*fits, strict=True))
        return self

    def predict_proba(self, logits: ArrayLike) -> Array:
        """Return the probabilities by the function.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Logits, finite.

        Returns
        -------
        ndarray, shape (n, 2) or (n, K)
            Probabilities.

        Raises
        ------
        ValueError
            If the calibrator is not fitted, or the logits are empty, not finite or of another number of classes.
        """
        require_fitted(self, "values_")
        z = as_logits(logits, n_classes=max(2, len(self.values_)))
        fits = zip(scores_of_classes(z), self.thresholds_, self.values_, strict=True)
        ahead = [np.interp(score, x, g) for (_, score), x, g in fits]
        return joined(ahead, [1.0 - p for p in ahead])


class HistogramBinning:
    r"""Say for each forecast how often forecasts of its bin came true.

    .. math:: q_i = \bar y_{b(i)}

    Parameters
    ----------
    n_bins : int
        Number of bins (low, high] of the probability.
    strategy : {"quantile", "uniform"}
        Bins of about equal numbers of forecasts, or of equal width.

    Attributes
    ----------
    edges_ : list of ndarray, shape (n_bins + 1,)
        Edges of the bins; one array for class 1 of two, or for each of K > 2 classes.
    values_ : list of ndarray, shape (n_bins,)
        The share of each bin. An empty bin keeps the middle of its edges.

    See Also
    --------
    IsotonicCalibration : shares that rise with the forecast.

    Notes
    -----
    A bin of few samples says 0 or 1 by chance. Of K > 2 classes each is fitted against the rest, and the K results are divided by
    their sum; a row of which all are 0 gets 1 / K.

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

    def __init__(self, *, n_bins: int = 15, strategy: str = "quantile") -> None:
        self.n_bins = as_integer(n_bins, "n_bins", minimum=1)
        self.strategy = as_choice(strategy, "strategy", STRATEGIES)

    def fit(self, logits: ArrayLike, y: ArrayLike) -> HistogramBinning:
        """Learn the share of each bin.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Held-out logits, finite.
        y : array_like of int, shape (n,)
            Their labels.

        Returns
        -------
        HistogramBinning
            This calibrator.

        Raises
        ------
        TypeError
            If labels are not integers.
        ValueError
            If an input is empty, not finite, out of range or of another length.
        """
        z, labels = as_training(logits, y)
        scores = scores_of_classes(z)
        curves = [curve_of(labels == k, sigmoid(score), self.n_bins, self.strategy, None) for k, score in scores]
        self.edges_ = [curve.edges for curve in curves]
        middles = [(edges[1:] + edges[:-1]) / 2 for edges in self.edges_]
        self.values_ = [np.where(c.count > 0, c.frequency, middle) for c, middle in zip(curves, middles, strict=True)]
        return self

    def predict_proba(self, logits: ArrayLike) -> Array:
        """Return the share of each forecast's bin.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Logits, finite.

        Returns
        -------
        ndarray, shape (n, 2) or (n, K)
            Probabilities.

        Raises
        ------
        ValueError
            If the calibrator is not fitted, or the logits are empty, not finite or of another number of classes.
        """
        require_fitted(self, "values_")
        z = as_logits(logits, n_classes=max(2, len(self.values_)))
        fits = zip(scores_of_classes(z), self.edges_, self.values_, strict=True)
        ahead = [values[bin_of(sigmoid(score), edges)] for (_, score), edges, values in fits]
        return joined(ahead, [1.0 - p for p in ahead])


def _isotonic(score: Array, positive: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return the distinct scores and the best rising values there, by pooling neighbours that fall."""
    x, place = np.unique(score, return_inverse=True)
    count, hits = np.bincount(place).astype(float), np.bincount(place, positive)
    blocks: list[list[float]] = []  # of each block: samples, hits, distinct scores
    for n, total in zip(count.tolist(), hits.tolist(), strict=True):
        block = [n, total, 1]
        while blocks and blocks[-1][1] * block[0] >= block[1] * blocks[-1][0]:  # its mean is not below
            block = [a + b for a, b in zip(blocks.pop(), block, strict=True)]
        blocks.append(block)
    samples, sums, spans = np.array(blocks).T
    values = np.repeat(sums / samples, spans.astype(int))
    inner = (values[1:-1] == values[:-2]) & (values[1:-1] == values[2:])  # in the middle of a plateau
    kept = np.concatenate([[True], ~inner, [True]])[: x.size]
    return x[kept], values[kept]
