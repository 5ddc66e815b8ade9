"""What a decision costs, and where a threshold therefore belongs."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import (
    as_choice,
    as_finite,
    as_label_order,
    as_labels,
    as_number,
    as_probabilities,
    as_probability,
    require_same_shape,
)
from xentbook._weights import as_relative_weight, weighted_mean
from xentbook.decisions._curves import counts_at_thresholds

__all__ = [
    "bayes_threshold",
    "conditional_cost",
    "bayes_decision",
    "expected_cost",
    "threshold_costs",
    "best_threshold",
]

Array = NDArray[np.float64]


def bayes_threshold(cost_false_positive: float, cost_false_negative: float) -> float:
    r"""Return the probability from which on "positive" is the cheaper answer.

    .. math:: t^* = \frac{c_\mathrm{FP}}{c_\mathrm{FP} + c_\mathrm{FN}}

    Parameters
    ----------
    cost_false_positive, cost_false_negative : float
        What each error costs beyond the right answer; not negative, not both 0.

    Returns
    -------
    float
        In [0, 1]. At the threshold both answers cost the same on average, if the probability is calibrated.

    Raises
    ------
    TypeError
        If a cost is no number.
    ValueError
        If a cost is negative or not finite, or both are 0.

    See Also
    --------
    best_threshold : the threshold that was cheapest on data.
    bayes_decision : more classes, more actions.

    References
    ----------
    .. [1] C. Elkan, "The foundations of cost-sensitive learning", IJCAI 2001, 973-978: equation 2 of [1]_.

    Examples
    --------
    >>> bayes_threshold(1, 9)
    0.1
    """
    false_positive = as_number(cost_false_positive, "cost_false_positive", minimum=0)
    false_negative = as_number(cost_false_negative, "cost_false_negative", minimum=0)
    largest = max(false_positive, false_negative)
    if largest == 0:
        raise ValueError("the costs must not both be 0; got 0.0 and 0.0")
    unit = math.ldexp(0.5, math.frexp(largest)[1])  # a power of 2: the sum cannot overflow, and nothing rounds by it
    return false_positive / unit / (false_positive / unit + false_negative / unit)


def conditional_cost(probs: ArrayLike, costs: ArrayLike) -> Array:
    r"""Return what each action costs on average, given the probabilities of the classes.

    .. math:: R_a(p) = \sum_k p_k\, C_{ka}

    Parameters
    ----------
    probs : array_like, shape (..., K)
        Probabilities of the classes.
    costs : array_like, shape (K, A)
        The cost of each action for each class; negative ones are gains.

    Returns
    -------
    ndarray, shape (..., A)
        Expected costs, in the unit of `costs`.

    Raises
    ------
    ValueError
        If the probabilities do not sum to 1, a cost is not finite, or the numbers of classes differ.

    See Also
    --------
    bayes_decision : the cheapest action.

    Examples
    --------
    >>> print(conditional_cost([0.9, 0.1], [[0, 1, 0.2], [10, 0, 0.2]]))
    [1.  0.9 0.2]
    """
    p, table = as_probabilities(probs, "probs"), _as_costs(costs)
    if p.shape[-1] != len(table):
        raise ValueError(f"`costs` must have a row for each of {p.shape[-1]} classes; got {len(table)}")
    return p.astype(np.float64) @ table


def bayes_decision(probs: ArrayLike, costs: ArrayLike) -> NDArray[np.intp]:
    r"""Return the action that costs least on average, the first of those that tie.

    .. math:: a^*(p) = \operatorname{arg\,min}_a \sum_k p_k\, C_{ka}

    Parameters
    ----------
    probs : array_like, shape (..., K)
        Probabilities of the classes.
    costs : array_like, shape (K, A)
        The cost of each action for each class: a third column for two classes may be "ask somebody".

    Returns
    -------
    ndarray of int, shape (...)
        Actions 0 … A−1.

    Raises
    ------
    ValueError
        If the probabilities do not sum to 1, a cost is not finite, or the numbers of classes differ.

    See Also
    --------
    conditional_cost : what it minimises.
    bayes_threshold : two classes and two actions.

    References
    ----------
    .. [1] C. K. Chow, "On optimum recognition error and reject tradeoff", IEEE Transactions on Information Theory
       16(1), 1970, 41-46: with a column for rejection this is the rule of [1]_. doi:10.1109/TIT.1970.1054406

    Examples
    --------
    >>> print(bayes_decision([[0.99, 0.01], [0.9, 0.1], [0.1, 0.9]], [[0, 1, 0.2], [10, 0, 0.2]]))
    [0 2 1]
    """
    return np.argmin(conditional_cost(probs, costs), axis=-1)


def expected_cost(
    y_true: ArrayLike,
    actions: ArrayLike,
    costs: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    r"""Return what the actions taken cost on average.

    .. math:: \frac{\sum_i w_i\, C_{y_i a_i}}{\sum_i w_i}

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 … K−1.
    actions : array_like of int, shape (n,)
        Actions 0 … A−1; predicted labels where the actions are those.
    costs : array_like, shape (K, A)
        The cost of each action for each class.
    labels : array_like, shape (K,), optional
        The labels in the order of the rows of `costs`, where they are not 0 … K−1: numbers or text.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    float
        Mean cost, in the unit of `costs`.

    Raises
    ------
    TypeError
        If labels or actions are not integers.
    ValueError
        If one is out of range, the lengths differ, a cost is not finite, or all weights are 0.

    See Also
    --------
    bayes_decision : actions that make it small.

    Examples
    --------
    >>> expected_cost([0, 0, 1, 1], [0, 1, 1, 0], [[0, 1], [10, 0]])
    2.75
    """
    table = _as_costs(costs)
    order = as_label_order(labels, n_classes=len(table))
    actual = as_labels(y_true, "y_true", n_classes=len(table), labels=order, fix="pass labels=…")
    action = as_labels(actions, "actions", n_classes=table.shape[1])
    require_same_shape(actual, action, ("y_true", "actions"))
    return weighted_mean(table[actual, action], as_relative_weight(sample_weight, actual.shape))


def threshold_costs(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    cost_false_positive: float = 1.0,
    cost_false_negative: float = 1.0,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> tuple[Array, Array]:
    r"""Return every threshold that makes a difference, and the mean cost of its errors.

    .. math:: \frac{c_\mathrm{FP}\,\mathrm{FP}(t) + c_\mathrm{FN}\,\mathrm{FN}(t)}{n}

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 and 1.
    y_prob : array_like, shape (n,)
        Probabilities of class 1.
    cost_false_positive, cost_false_negative : float
        What each error costs; not negative.
    labels : array_like, shape (2,), optional
        The negative and the positive label, where they are not 0 and 1: numbers or text.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    thresholds : ndarray, shape (m + 1,)
        inf, which predicts no positive, and the m distinct probabilities from the highest down.
    costs : ndarray, shape (m + 1,)
        Mean costs, in the unit of the costs given.

    Raises
    ------
    TypeError
        If labels are not integers or a cost is no number.
    ValueError
        If the input is empty or out of range, the lengths differ, a cost is negative, or all weights are 0.

    See Also
    --------
    best_threshold : the cheapest.

    Examples
    --------
    >>> thresholds, costs = threshold_costs([0, 1, 0, 1], [0.1, 0.3, 0.4, 0.8], cost_false_negative=3)
    >>> print(thresholds, costs)
    [inf 0.8 0.4 0.3 0.1] [1.5  0.75 1.   0.25 0.5 ]
    """
    per_false = as_number(cost_false_positive, "cost_false_positive", minimum=0)
    per_missed = as_number(cost_false_negative, "cost_false_negative", minimum=0)
    false, true, thresholds = counts_at_thresholds(
        y_true, as_probability(y_prob, "y_prob", ndim=1), sample_weight, labels
    )
    total = per_false * false + per_missed * (true[-1] - true)
    return thresholds, total / (false[-1] + true[-1])


def best_threshold(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    goal: str = "cost",
    cost_false_positive: float = 1.0,
    cost_false_negative: float = 1.0,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    r"""Return the threshold that would have served best on these data.

    .. math:: \operatorname{arg\,min}_t\ c_\mathrm{FP}\,\mathrm{FP}(t) + c_\mathrm{FN}\,\mathrm{FN}(t)
        \quad\text{or}\quad \operatorname{arg\,max}_t\ F_1(t)

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 and 1; at least one 1 where the goal is F1.
    y_prob : array_like, shape (n,)
        Probabilities of class 1.
    goal : {"cost", "f1"}
        What to make best. With the default costs the first is to make the fewest errors.
    cost_false_positive, cost_false_negative : float
        What each error costs; not negative. Not used for F1.
    labels : array_like, shape (2,), optional
        The negative and the positive label, where they are not 0 and 1: numbers or text.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    float
        One of the probabilities given, or inf where it is best to predict no positive. A sample is positive at or above
        it. Among equals it is the highest.

    Raises
    ------
    TypeError
        If labels are not integers or a cost is no number.
    ValueError
        If the input is empty or out of range, the lengths differ, a cost is negative, or all weights are 0.

    See Also
    --------
    bayes_threshold : the threshold that theory gives for calibrated probabilities; it fits to no sample.
    threshold_costs : the whole curve.

    Notes
    -----
    It is chosen after the fact: on new data it does worse than here, the more so the fewer the data.

    Examples
    --------
    >>> best_threshold([0, 1, 0, 1], [0.1, 0.3, 0.4, 0.8], cost_false_negative=3)
    0.3
    >>> best_threshold([0, 1, 0, 1], [0.1, 0.3, 0.4, 0.8], goal="f1")
    0.3
    """
    if as_choice(goal, "goal", ("cost", "f1")) == "cost":
        thresholds, costs = threshold_costs(
            y_true,
            y_prob,
            cost_false_positive=cost_false_positive,
            cost_false_negative=cost_false_negative,
            labels=labels,
            sample_weight=sample_weight,
        )
        return float(thresholds[np.argmin(costs)])
    false, true, thresholds = counts_at_thresholds(
        y_true, as_probability(y_prob, "y_prob", ndim=1), sample_weight, labels
    )
    if true[-1] == 0:
        raise ValueError("`y_true` must have a positive for an F1; got none")
    return float(thresholds[np.argmax(2 * true / (true + false + true[-1]))])


def _as_costs(costs: ArrayLike) -> Array:
    return as_finite(costs, "costs", ndim=2).astype(np.float64)
