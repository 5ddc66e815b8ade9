"""What a moving threshold does to the errors: the ROC curve, the precision–recall curve and the areas beneath."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_choice, as_label_order, as_labels, require_same_shape
from xentbook._weights import as_relative_weight, power_of_two, weighted_mean

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


def roc_curve(
    y_true: ArrayLike, y_score: ArrayLike, *, labels: ArrayLike | None = None, sample_weight: ArrayLike | None = None
) -> RocCurve:
    r"""Return false and true positive rates for every threshold that makes a difference.

    .. math:: \mathrm{FPR}(t) = \frac{\#\{i : s_i \ge t,\ y_i = 0\}}{\#\{i : y_i = 0\}}, \qquad
        \mathrm{TPR}(t) = \frac{\#\{i : s_i \ge t,\ y_i = 1\}}{\#\{i : y_i = 1\}}

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 and 1, both present.
    y_score : array_like, shape (n,)
        Scores that are larger where 1 is more likely: probabilities, logits or any other; ±inf is allowed.
    labels : array_like, shape (2,), optional
        The negative and the positive label, where they are not 0 and 1: numbers or text.
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
    false, true, thresholds = counts_at_thresholds(y_true, y_score, sample_weight, labels)
    _require_both(false[-1], true[-1])
    return RocCurve(false / false[-1], true / true[-1], thresholds)


def roc_auc(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    multi_class: str | None = None,
    average: str = "macro",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> NDArray[np.float64] | float:
    r"""Return the chance that a positive scores above a negative, a tie counting half: the area under the ROC curve.

    .. math:: P(s_{+} > s_{-}) + \tfrac12 P(s_{+} = s_{-}), \qquad
        \text{ovr: } \sum_k v_k A(k, \text{rest}), \quad
        \text{ovo: } \sum_{j<k} v_{jk}\, \tfrac12 \big(A(j, k) + A(k, j)\big)

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels, every class present: 0 and 1, or 0 … K−1 beside scores of shape (n, K).
    y_score : array_like, shape (n,) or (n, K)
        Scores that are larger where 1 is more likely, or one score for each class; ±inf is allowed. Of two columns
        without `multi_class` the second counts.
    multi_class : {"ovr", "ovo"}, optional
        How an area is made of K classes: each class's own score for it against the rest; or for each pair of classes
        among the samples of the two, A(j, k) by the score of j and A(k, j) by that of k.
    average : {"macro", "weighted", "none"}
        Of several classes: all classes (or pairs) alike, or in proportion to how often the class (or one of the pair)
        occurs; "none" returns the areas of "ovr".
    labels : array_like, shape (2,) or (K,), optional
        The labels in the order of the columns, the positive one last of two, where they are not 0 … K−1: numbers or
        text.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    float, or ndarray of shape (K,)
        In [0, 1]; one half for scores that say nothing.

    Raises
    ------
    TypeError
        If labels are not integers and no `labels` are given.
    ValueError
        If a class is missing, as its area has no value, or the input is empty, contains NaN, differs in length, or has
        several columns and no `multi_class`.

    See Also
    --------
    roc_curve : the curve.

    Notes
    -----
    It sees the order of the scores alone: any increasing function of them has the same area [1]_, calibrated or not.
    "ovo" with "macro" is the M of [2]_, which does not change when a class becomes more frequent; "ovr" does.
    scikit-learn has the same, wants rows that sum to 1, and takes no weights with "ovo".

    References
    ----------
    .. [1] J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver operating characteristic
       (ROC) curve", Radiology 143(1), 1982, 29-36. doi:10.1148/radiology.143.1.7063747
    .. [2] D. J. Hand and R. J. Till, "A simple generalisation of the area under the ROC curve for multiple class
       classification problems", Machine Learning 45, 2001, 171-186. doi:10.1023/A:1010920819831

    Examples
    --------
    >>> roc_auc([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    0.875
    >>> scores = [[0.5, 0.3, 0.2], [0.3, 0.4, 0.3], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7]]
    >>> print(f"{roc_auc([0, 1, 1, 2], scores, multi_class='ovo'):.4f}")
    0.8750
    """
    as_choice(average, "average", ("macro", "weighted", "none"))
    if multi_class is not None:
        as_choice(multi_class, "multi_class", ("ovr", "ovo"))
    score = as_array(y_score, "y_score", min_ndim=1)
    if score.ndim > 1 and multi_class is None:
        score = _second_column(score)
    if score.ndim == 1:
        return _binary_area(*counts_at_thresholds(y_true, score, sample_weight, labels)[:2])
    values, shares = _areas(y_true, score, multi_class, average, labels, sample_weight)
    if average == "none":
        return values
    return weighted_mean(values, shares if average == "weighted" else None)


def precision_recall_curve(
    y_true: ArrayLike, y_score: ArrayLike, *, labels: ArrayLike | None = None, sample_weight: ArrayLike | None = None
) -> PrecisionRecallCurve:
    r"""Return precision and recall for every threshold that makes a difference.

    .. math:: \text{precision}(t) = P(y = 1 \mid s \ge t), \qquad \text{recall}(t) = P(s \ge t \mid y = 1)

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 and 1, at least one 1.
    y_score : array_like, shape (n,)
        Scores that are larger where 1 is more likely; ±inf is allowed.
    labels : array_like, shape (2,), optional
        The negative and the positive label, where they are not 0 and 1: numbers or text.
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
    .. [1] J. Davis and M. Goadrich, "The relationship between Precision-Recall and ROC curves", ICML 2006, 233-240.
       What [1]_ shows: points of one curve must not be joined by straight lines. doi:10.1145/1143844.1143874

    Examples
    --------
    >>> curve = precision_recall_curve([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    >>> print(curve.precision.round(4), curve.recall, curve.thresholds)
    [1.     0.6667 0.5   ] [0.5 1.  1. ] [0.8 0.4 0.1]
    """
    false, true, thresholds = counts_at_thresholds(y_true, y_score, sample_weight, labels)
    if true[-1] == 0:
        raise ValueError("`y_true` must have a positive for a recall; got none")
    some = false + true > 0  # weights of 0 may leave more thresholds than the first without a positive
    return PrecisionRecallCurve(true[some] / (false + true)[some], true[some] / true[-1], thresholds[some])


def average_precision(
    y_true: ArrayLike, y_score: ArrayLike, *, labels: ArrayLike | None = None, sample_weight: ArrayLike | None = None
) -> float:
    r"""Return the precision averaged over the positives found, one threshold after the other.

    .. math:: \sum_k (\text{recall}_k - \text{recall}_{k-1})\,\text{precision}_k

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 and 1, at least one 1.
    y_score : array_like, shape (n,)
        Scores that are larger where 1 is more likely; ±inf is allowed.
    labels : array_like, shape (2,), optional
        The negative and the positive label, where they are not 0 and 1: numbers or text.
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
    curve = precision_recall_curve(y_true, y_score, labels=labels, sample_weight=sample_weight)
    return float(np.sum(np.diff(curve.recall, prepend=0.0) * curve.precision))


def counts_at_thresholds(
    y_true: ArrayLike, y_score: ArrayLike, sample_weight: ArrayLike | None, labels: ArrayLike | None = None
) -> tuple[Array, Array, Array]:
    """Return false and true positives, in units of a power of two where weights are given, and thresholds.

    The thresholds are inf, then each distinct score from the highest down.
    """
    score = as_array(y_score, "y_score", ndim=1).astype(np.float64)
    order = as_label_order(labels, n_classes=2)
    actual = as_labels(y_true, "y_true", n_classes=2, labels=order, fix="pass labels=(NEGATIVE, POSITIVE)")
    require_same_shape(actual, score, ("y_true", "y_score"))
    return _counted(actual, score, _relative(sample_weight, actual.shape))


def _relative(sample_weight: ArrayLike | None, shape: tuple[int, ...]) -> Array:
    """Return the relative weights, 1 for all where they are equal: then nothing rounds."""
    weight = as_relative_weight(sample_weight, shape)
    return np.ones(shape) if weight is None or weight.min() == weight.max() else weight


def _counted(positive: NDArray, score: Array, weight: Array) -> tuple[Array, Array, Array]:
    order = np.argsort(-score, kind="stable")
    ranked, hits = score[order], positive[order] * weight[order]
    last = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), score.size - 1)  # the last of each distinct score
    true, false = np.cumsum(hits)[last], np.cumsum(weight[order] * (1 - positive[order]))[last]
    return np.append(0.0, false), np.append(0.0, true), np.append(np.inf, ranked[last])


def _binary_area(false: Array, true: Array) -> float:
    _require_both(false[-1], true[-1])
    scale = power_of_two(false), power_of_two(true)
    false, true = false / scale[0], true / scale[1]
    return float(np.sum(np.diff(false) * (true[1:] + true[:-1])) / (2 * false[-1] * true[-1]))


def _areas(
    y_true: ArrayLike,
    score: NDArray,
    multi_class: str | None,
    average: str,
    labels: ArrayLike | None,
    sample_weight: ArrayLike | None,
) -> tuple[Array, Array]:
    """Return the area of each class against the rest, or of each pair of classes, and its share of the weight."""
    if multi_class == "ovo" and average == "none":
        raise ValueError("`average` must be 'macro' or 'weighted' for multi_class='ovo'; got 'none'")
    actual, weight = _as_classes(y_true, score, labels, sample_weight)
    totals = np.bincount(actual, weight, minlength=score.shape[1]).astype(np.float64)
    if not totals.all():
        raise ValueError(f"`y_true` must have every class; got none of {_named(int(np.argmin(totals > 0)), labels)}")
    return (_against_rest if multi_class == "ovr" else _of_pairs)(actual, score.astype(np.float64), weight, totals)


def _against_rest(actual: NDArray[np.intp], score: Array, weight: Array, totals: Array) -> tuple[Array, Array]:
    """Return the area of each class against the rest, and its share of the weight."""
    areas = [_binary_area(*_counted((actual == k) * 1, score[:, k], weight)[:2]) for k in range(totals.size)]
    return np.array(areas), totals


def _of_pairs(actual: NDArray[np.intp], score: Array, weight: Array, totals: Array) -> tuple[Array, Array]:
    """Return the area of each pair of classes, by either score, and the share of the weight that the two have."""
    areas, shares = [], []
    for j, k in itertools.combinations(range(totals.size), 2):
        rows = (actual == j) | (actual == k)
        pair = [_binary_area(*_counted((actual[rows] == c) * 1, score[rows, c], weight[rows])[:2]) for c in (j, k)]
        areas.append(sum(pair) / 2)
        shares.append(totals[j] + totals[k])
    return np.array(areas), np.array(shares)


def _as_classes(
    y_true: ArrayLike, score: NDArray, labels: ArrayLike | None, sample_weight: ArrayLike | None
) -> tuple[NDArray[np.intp], Array]:
    order = as_label_order(labels, n_classes=score.shape[1])
    actual = as_labels(y_true, "y_true", n_classes=score.shape[1], labels=order, fix="pass labels=…")
    if len(actual) != len(score):
        raise ValueError(
            f"`y_true` and `y_score` must have the same number of samples; got {len(actual)} and {len(score)}"
        )
    return actual, _relative(sample_weight, actual.shape)


def _second_column(score: NDArray) -> NDArray:
    if score.ndim != 2 or score.shape[1] > 2:
        raise ValueError(
            f"`y_score` must have one dimension, or two columns; got shape {score.shape}; "
            "pass multi_class='ovr' or multi_class='ovo'"
        )
    if score.shape[1] == 1:
        raise ValueError(f"`y_score` must have a column for each class; got shape {score.shape}; pass `y_score[:, 0]`")
    return score[:, 1]


def _named(k: int, labels: ArrayLike | None) -> str:
    order = as_label_order(labels)
    return f"class {k}" if order is None else f"class {k}, {order.tolist()[k]!r}"


def _require_both(negatives: float, positives: float) -> None:
    if not (negatives and positives):
        raise ValueError(f"`y_true` must have both classes; got {positives:g} positives and {negatives:g} negatives")
