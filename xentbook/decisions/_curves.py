"""What a moving threshold does to the errors: the ROC curve, the precision–recall curve and the areas beneath."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_labels, require_same_shape
from xentbook._weights import as_sample_weight

__all__ = [
    "RocCurve",
    "roc_curve",
    "roc_auc",
    "PrecisionRecallCurve",
    "precision_recall_curve",
    "average_precision",
    "counts_at_thresholds",
]

Array = NDArray[np.float64]


class RocCurve(NamedTuple):
    """A point for each threshold, from the highest down; the first threshold, inf, predicts no positive."""

    false_positive_rate: Array
    true_positive_rate: Array
    thresholds: Array


class PrecisionRecallCurve(NamedTuple):
    """A point for each threshold that predicts a positive, from the highest down."""

    precision: Array
    recall: Array
    thresholds: Array


def roc_curve(y_true: ArrayLike, y_score: ArrayLike, *, sample_weight: ArrayLike | None = None) -> RocCurve:
    r"""Return false and true positive rates for every threshold that makes a difference.

    .. math:: \mathrm{FPR}(t) = \frac{\#\{i : s_i \ge t,\ y_i = 0\}}{\#\{i : y_i = 0\}}, \qquad
        \mathrm{TPR}(t) = \frac{\#\{i : s_i \ge t,\ y_i = 1\}}{\#\{i : y_i = 1\}}

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 and 1, both present.
    y_score : array_like, shape (n,)
        Scores that are larger where 1 is more likely: probabilities, logits or any other; ±inf is allowed.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    RocCurve
        ``(false_positive_rate, true_positive_rate, thresholds)``, one entry for inf and one for each distinct score.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If one class is missing, as a rate then has no value, or the input is empty, contains NaN or differs in length.

    See Also
    --------
    roc_auc : the area under it.
    precision_recall_curve : the other view, which sees how rare the positives are.

    References
    ----------
    .. [1] T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27(8), 2006, 861-874; the curve is
       that of [1]_. doi:10.1016/j.patrec.2005.10.010

    Examples
    --------
    >>> curve = roc_curve([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    >>> print(curve.false_positive_rate, curve.true_positive_rate, curve.thresholds)
    [0.  0.  0.5 1. ] [0.  0.5 1.  1. ] [inf 0.8 0.4 0.1]
    """
    false, true, thresholds = counts_at_thresholds(y_true, y_score, sample_weight)
    _require_both(false[-1], true[-1])
    return RocCurve(false / false[-1], true / true[-1], thresholds)


def roc_auc(y_true: ArrayLike, y_score: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    r"""Return the chance that a positive scores above a negative, a tie counting one half: the area under the ROC curve.

    .. math:: P(s_{+} > s_{-}) + \tfrac12 P(s_{+} = s_{-})

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 and 1, both present.
    y_score : array_like, shape (n,)
        Scores that are larger where 1 is more likely; ±inf is allowed.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    float
        In [0, 1]; one half for scores that say nothing.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If one class is missing, or the input is empty, contains NaN or differs in length.

    See Also
    --------
    roc_curve : the curve.

    Notes
    -----
    It sees the order of the scores alone: any increasing function of them has the same area [1]_, calibrated or not.

    References
    ----------
    .. [1] J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC)
       curve", Radiology 143(1), 1982, 29-36. doi:10.1148/radiology.143.1.7063747

    Examples
    --------
    >>> roc_auc([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    0.875
    """
    false, true, _ = counts_at_thresholds(y_true, y_score, sample_weight)
    _require_both(false[-1], true[-1])
    return float(np.sum(np.diff(false) * (true[1:] + true[:-1])) / (2 * false[-1] * true[-1]))


def precision_recall_curve(
    y_true: ArrayLike, y_score: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> PrecisionRecallCurve:
    r"""Return precision and recall for every threshold that makes a difference.

    .. math:: \text{precision}(t) = P(y = 1 \mid s \ge t), \qquad \text{recall}(t) = P(s \ge t \mid y = 1)

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 and 1, at least one 1.
    y_score : array_like, shape (n,)
        Scores that are larger where 1 is more likely; ±inf is allowed.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    PrecisionRecallCurve
        ``(precision, recall, thresholds)``, one entry for each distinct score, the highest first. No point is made up
        for the threshold above all scores, where precision has no value.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If there is no positive, or the input is empty, contains NaN or differs in length.

    See Also
    --------
    average_precision : the area under its steps.
    roc_curve : the other view.

    References
    ----------
    .. [1] J. Davis and M. Goadrich, "The relationship between Precision-Recall and ROC curves", ICML 2006, 233-240. What
       [1]_ shows: points of one curve must not be joined by straight lines. doi:10.1145/1143844.1143874

    Examples
    --------
    >>> curve = precision_recall_curve([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    >>> print(curve.precision.round(4), curve.recall, curve.thresholds)
    [1.     0.6667 0.5   ] [0.5 1.  1. ] [0.8 0.4 0.1]
    """
    false, true, thresholds = counts_at_thresholds(y_true, y_score, sample_weight)
    if true[-1] == 0:
        raise ValueError("`y_true` must have a positive for a recall; got none")
    some = false + true > 0  # weights of 0 may leave more thresholds than the first without a positive
    return PrecisionRecallCurve(true[some] / (false + true)[some], true[some] / true[-1], thresholds[some])


def average_precision(y_true: ArrayLike, y_score: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    r"""Return the precision averaged over the positives found, one threshold after the other.

    .. math:: \sum_k (\text{recall}_k - \text{recall}_{k-1})\,\text{precision}_k

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 and 1, at least one 1.
    y_score : array_like, shape (n,)
        Scores that are larger where 1 is more likely; ±inf is allowed.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    float
        In (0, 1]; scores that say nothing have about the share of positives.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If there is no positive, or the input is empty, contains NaN or differs in length.

    See Also
    --------
    precision_recall_curve : the curve.

    Examples
    --------
    >>> print(f"{average_precision([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8]):.4f}")
    0.8333
    """
    curve = precision_recall_curve(y_true, y_score, sample_weight=sample_weight)
    return float(np.sum(np.diff(curve.recall, prepend=0.0) * curve.precision))


def counts_at_thresholds(
    y_true: ArrayLike, y_score: ArrayLike, sample_weight: ArrayLike | None
) -> tuple[Array, Array, Array]:
    """Return false and true positives, and thresholds: inf, then each distinct score from the highest down."""
    score = as_array(y_score, "y_score", ndim=1).astype(np.float64)
    labels = as_labels(y_true, "y_true", n_classes=2)
    require_same_shape(labels, score, ("y_true", "y_score"))
    weight = as_sample_weight(sample_weight, labels.shape)
    weight = np.ones(labels.size) if weight is None else weight
    order = np.argsort(-score, kind="stable")
    ranked, hits = score[order], labels[order] * weight[order]
    last = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), labels.size - 1)  # the last of each distinct score
    true, false = np.cumsum(hits)[last], np.cumsum(weight[order] - hits)[last]
    return np.append(0.0, false), np.append(0.0, true), np.append(np.inf, ranked[last])


def _require_both(negatives: float, positives: float) -> None:
    if not (negatives and positives):
        raise ValueError(f"`y_true` must have both classes; got {positives:g} positives and {negatives:g} negatives")
