"""Who was taken for whom: the counts, and the ratios made of them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_choice, as_integer, as_label_order, as_labels, as_number, require_same_shape
from xentbook._weights import as_relative_weight, as_sample_weight, weighted_mean

__all__ = ["confusion_matrix", "accuracy", "precision", "recall", "f1_score"]

_AVERAGES = ("binary", "none", "macro", "weighted", "micro")
_LARGEST_TABLE = 2**28  # entries, 2 GiB
_MOST_CLASSES = 2**26
_ORDER = "pass labels=…, the values in the order of the rows"


def confusion_matrix(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    n_classes: int | None = None,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> NDArray:
    r"""Return how often each class was taken for each: rows actual, columns predicted.

    .. math:: C_{jk} = \sum_i w_i\, [y_i = j]\,[\hat y_i = k]

    Parameters
    ----------
    y_true, y_pred : array_like of int, shape (n,)
        Actual and predicted labels, 0 … K−1.
    n_classes : int, optional
        K; by default the least that holds every label, and 2 at least.
    labels : array_like, shape (K,), optional
        The labels in the order of the classes, where they are not 0 … K−1: numbers or text.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    ndarray of int, shape (K, K)
        Counts; float64 sums where weights are given. Of two classes it reads ``[[TN, FP], [FN, TP]]``.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If the labels are empty, of unequal number, or not below `n_classes`, the table would be larger than 2 GiB, or a
        weight is negative.

    See Also
    --------
    precision, recall, f1_score : ratios of its entries.

    Examples
    --------
    >>> confusion_matrix([0, 0, 0, 1, 1], [0, 0, 1, 1, 1])
    array([[2, 1],
           [0, 2]])
    """
    actual, predicted, k = _as_label_pair(y_true, y_pred, n_classes, labels)
    if k * k > _LARGEST_TABLE:
        raise ValueError(f"`y_true` and `y_pred` must have at most 16384 classes for a table; got {k}; {_ORDER}")
    weight = as_sample_weight(sample_weight, actual.shape)
    cells = np.bincount(actual * k + predicted, weights=weight, minlength=k * k)
    return cells.astype(np.intp if weight is None else np.float64).reshape(k, k)


def accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    r"""Return the share of predictions that are right.

    .. math:: \frac{\sum_i w_i\,[y_i = \hat y_i]}{\sum_i w_i}

    Parameters
    ----------
    y_true, y_pred : array_like of int, shape (n,)
        Actual and predicted labels.
    labels : array_like, shape (K,), optional
        The labels in the order of the classes, where they are not 0 … K−1: numbers or text.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If the labels are empty or of unequal number, a weight is negative, or all weights are 0.

    See Also
    --------
    expected_cost : the same with a price for each kind of error.

    Examples
    --------
    >>> accuracy([0, 0, 0, 1, 1], [0, 0, 1, 1, 1])
    0.8
    """
    actual, predicted, _ = _as_label_pair(y_true, y_pred, None, labels)
    return weighted_mean(actual == predicted, as_relative_weight(sample_weight, actual.shape))


def precision(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    average: str = "binary",
    undefined: float | None = None,
    sample_weight: ArrayLike | None = None,
    n_classes: int | None = None,
    labels: ArrayLike | None = None,
) -> NDArray[np.float64] | float:
    r"""Return the share of positive predictions that are right.

    .. math:: \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FP}}

    Parameters
    ----------
    y_true, y_pred : array_like of int, shape (n,)
        Actual and predicted labels.
    average : {"binary", "none", "macro", "weighted", "micro"}
        The score of class 1 of two; or of each class against the rest, and of those nothing, the mean, the mean
        weighted by how often each class is actual, or the ratio of the summed counts.
    undefined : float, optional
        What a class counts as that is never predicted; may be NaN. By default that is an error.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.
    n_classes : int, optional
        K; by default the least that holds every label, and 2 at least.
    labels : array_like, shape (K,), optional
        The labels in the order of the classes, where they are not 0 … K−1: numbers or text.

    Returns
    -------
    float, or ndarray of shape (K,)
        In [0, 1], or `undefined`.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If a class is never predicted and `undefined` is not given, if there are more than two classes and `average` is
        "binary", or the input is empty, of unequal number or out of range.

    See Also
    --------
    recall : the share of the actual positives that are found.
    precision_recall_curve : both, for every threshold.

    Examples
    --------
    >>> print(f"{precision([0, 0, 0, 1, 1], [0, 0, 1, 1, 1]):.4f}")
    0.6667
    >>> precision([0, 1], [0, 0], undefined=1.0)
    1.0
    """
    counts = _counts(y_true, y_pred, n_classes, labels, sample_weight)
    return _ratio("precision", "never predicted", counts, counts.predicted, average, undefined)


def recall(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    average: str = "binary",
    undefined: float | None = None,
    sample_weight: ArrayLike | None = None,
    n_classes: int | None = None,
    labels: ArrayLike | None = None,
) -> NDArray[np.float64] | float:
    r"""Return the share of the actual positives that are predicted so, also called sensitivity.

    .. math:: \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FN}}

    Parameters
    ----------
    y_true, y_pred : array_like of int, shape (n,)
        Actual and predicted labels.
    average : {"binary", "none", "macro", "weighted", "micro"}
        As of `precision`.
    undefined : float, optional
        What a class counts as that never occurs; may be NaN. By default that is an error.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.
    n_classes : int, optional
        K; by default the least that holds every label, and 2 at least.
    labels : array_like, shape (K,), optional
        The labels in the order of the classes, where they are not 0 … K−1: numbers or text.

    Returns
    -------
    float, or ndarray of shape (K,)
        In [0, 1], or `undefined`.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If a class never occurs and `undefined` is not given, if there are more than two classes and `average` is
        "binary", or the input is empty, of unequal number or out of range.

    See Also
    --------
    precision : the share of positive predictions that are right.

    Examples
    --------
    >>> recall([0, 0, 0, 1, 1], [0, 0, 1, 1, 1])
    1.0
    """
    counts = _counts(y_true, y_pred, n_classes, labels, sample_weight)
    return _ratio("recall", "never actual", counts, counts.actual, average, undefined)


def f1_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    average: str = "binary",
    undefined: float | None = None,
    sample_weight: ArrayLike | None = None,
    n_classes: int | None = None,
    labels: ArrayLike | None = None,
) -> NDArray[np.float64] | float:
    r"""Return the harmonic mean of precision and recall.

    .. math:: F_1 = \frac{2}{1/\text{precision} + 1/\text{recall}}
        = \frac{2\,\mathrm{TP}}{2\,\mathrm{TP} + \mathrm{FP} + \mathrm{FN}}

    Parameters
    ----------
    y_true, y_pred : array_like of int, shape (n,)
        Actual and predicted labels.
    average : {"binary", "none", "macro", "weighted", "micro"}
        As of `precision`.
    undefined : float, optional
        What a class counts as that neither occurs nor is predicted; may be NaN. By default that is an error.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.
    n_classes : int, optional
        K; by default the least that holds every label, and 2 at least.
    labels : array_like, shape (K,), optional
        The labels in the order of the classes, where they are not 0 … K−1: numbers or text.

    Returns
    -------
    float, or ndarray of shape (K,)
        In [0, 1], or `undefined`. Where only one of precision and recall has a value the second form above still has
        one, 0.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If a class neither occurs nor is predicted and `undefined` is not given, if there are more than two classes and
        `average` is "binary", or the input is empty, of unequal number or out of range.

    See Also
    --------
    best_threshold : the threshold that makes it largest.

    References
    ----------
    .. [1] C. J. van Rijsbergen, "Information Retrieval", 2nd edition, Butterworths, 1979, chapter 7: [1]_ has it as
       one minus the effectiveness E.

    Examples
    --------
    >>> f1_score([0, 0, 0, 1, 1], [0, 0, 1, 1, 1])
    0.8
    """
    counts = _counts(y_true, y_pred, n_classes, labels, sample_weight)
    either = (counts.predicted + counts.actual) / 2
    return _ratio("F1", "neither actual nor predicted", counts, either, average, undefined)


class _Counts(NamedTuple):
    """Of each class how often it is right, actual and predicted, each (K,): what the ratios need of the table."""

    hits: NDArray
    actual: NDArray
    predicted: NDArray


def _counts(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    n_classes: int | None,
    labels: ArrayLike | None,
    sample_weight: ArrayLike | None,
) -> _Counts:
    """Return the counts, or sums of weights in units of a power of two; memory grows with n + K, not with K²."""
    actual, predicted, k = _as_label_pair(y_true, y_pred, n_classes, labels)
    weight = as_relative_weight(sample_weight, actual.shape)
    right = actual == predicted
    chosen = (np.ones_like(right), actual), (np.ones_like(right), predicted), (right, actual)
    sums = [np.bincount(x[keep], None if weight is None else weight[keep], minlength=k) for keep, x in chosen]
    return _Counts(hits=sums[2], actual=sums[0], predicted=sums[1])


def _ratio(
    name: str, reason: str, counts: _Counts, whole: NDArray, average: str, undefined: float | None
) -> NDArray[np.float64] | float:
    """Return hits / whole, per class or averaged; `reason` says when the whole is 0."""
    hits, classes = counts.hits, np.arange(whole.size)
    if as_choice(average, "average", _AVERAGES) == "micro":
        sums = hits.sum(keepdims=True), whole.sum(keepdims=True)
        return float(_divided(name, "present", *sums, undefined, classes)[0])
    if average == "binary":
        if classes.size != 2:
            count = "one class" if classes.size == 1 else f"{classes.size} classes"
            raise ValueError(f"`average` must be one of {_AVERAGES[1:]} for {count}; got 'binary'")
        classes = classes[1:]
    if average == "weighted":
        classes = np.flatnonzero(counts.actual)  # a class that never occurs has no weight, and then no say
    values = _divided(name, reason, hits[classes], whole[classes], undefined, classes)
    if average == "none":
        return values
    return weighted_mean(values, counts.actual[classes].astype(np.float64) if average == "weighted" else None)


def _divided(
    name: str, reason: str, part: NDArray, whole: NDArray, undefined: float | None, classes: NDArray[np.intp]
) -> NDArray[np.float64]:
    empty = whole == 0
    if undefined is None and empty.any():
        raise ValueError(
            f"{name} has no value where a class is {reason}; got class {classes[np.argmax(empty)]}: "
            "pass undefined=… to give one"
        )
    filler = np.nan if undefined is None or _is_nan(undefined) else as_number(undefined, "undefined")
    return np.where(empty, filler, part / np.where(empty, 1, whole))


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _as_label_pair(
    y_true: ArrayLike, y_pred: ArrayLike, n_classes: int | None, labels: ArrayLike | None
) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Return the checked labels as places among the classes, and the number of classes."""
    k = None if n_classes is None else as_integer(n_classes, "n_classes", minimum=1)
    order = as_label_order(labels, n_classes=k)
    actual = as_labels(y_true, "y_true", n_classes=k, labels=order, fix=_ORDER)
    predicted = as_labels(y_pred, "y_pred", n_classes=k, labels=order, fix=_ORDER)
    require_same_shape(actual, predicted, ("y_true", "y_pred"))
    if order is not None:
        return actual, predicted, max(2, order.size)
    k = k or max(2, int(actual.max()) + 1, int(predicted.max()) + 1)
    if k > _MOST_CLASSES:
        raise ValueError(f"`y_true` and `y_pred` must hold labels below {_MOST_CLASSES}; got {k - 1}; {_ORDER}")
    return actual, predicted, k
