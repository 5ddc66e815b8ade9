"""Three proper scores: squares, logarithms, and the length of a vector."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import quiet
from xentbook._forecasts import as_forecasts
from xentbook._weights import as_relative_weight, product, weighted_mean

__all__ = ["brier_score", "log_loss", "spherical_score"]


@quiet
def brier_score(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    r"""Return the mean squared distance between probability and outcome.

    .. math:: \frac1n \sum_i (p_i - y_i)^2, \qquad \frac1n \sum_i \sum_k (p_{ik} - [k = y_i])^2

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes in [0, 1] beside a 1-D `y_prob`, labels 0 … K−1 beside a 2-D one.
    y_prob : array_like, shape (n,) or (n, K)
        Probabilities of class 1, or of each class.
    labels : array_like, shape (K,), optional
        The labels in the order of the columns, where they are not 0 … K−1: numbers or text. Beside a 1-D `y_prob` the
        negative and the positive label.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    float
        In [0, 1] for a 1-D `y_prob`, in [0, 2] for a 2-D one: two columns give twice what one gives. Less is better.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If a probability leaves [0, 1], rows do not sum to 1, the lengths differ, the input is empty, or all weights are
        0.

    See Also
    --------
    brier_decomposition : the parts it is made of.
    squared_error : the same price as a loss, from probabilities or logits.

    References
    ----------
    .. [1] G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78(1),
       1950, 1-3; the form of [1]_ is the one for a 2-D `y_prob`. doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2

    Examples
    --------
    >>> print(f"{brier_score([1, 0, 1], [0.9, 0.2, 0.4]):.4f}")
    0.1367
    >>> print(f"{brier_score([0, 2], [[0.9, 0.05, 0.05], [0.1, 0.8, 0.1]]):.4f}")
    0.7375
    """
    outcome, p = as_forecasts(y_true, y_prob, labels=labels)
    weight = as_relative_weight(sample_weight, outcome.shape)
    if p.ndim == 1:
        return weighted_mean((p - outcome) ** 2, weight)
    gap = p.astype(np.float64)
    gap[np.arange(len(p)), outcome] -= 1.0
    return weighted_mean(np.einsum("ik,ik->i", gap, gap), weight)


@quiet
def log_loss(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    r"""Return the mean surprisal of what came, the cross-entropy of outcomes and forecasts.

    .. math:: -\frac1n \sum_i \left[y_i \ln p_i + (1 - y_i) \ln(1 - p_i)\right], \qquad -\frac1n \sum_i \ln p_{i y_i}

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes in [0, 1] beside a 1-D `y_prob`, labels 0 … K−1 beside a 2-D one.
    y_prob : array_like, shape (n,) or (n, K)
        Probabilities of class 1, or of each class.
    labels : array_like, shape (K,), optional
        The labels in the order of the columns, where they are not 0 … K−1: numbers or text. Beside a 1-D `y_prob` the
        negative and the positive label.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    float
        In nats, from 0 to inf; inf where something came that had a probability of 0. Nothing is clipped.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If a probability leaves [0, 1], rows do not sum to 1, the lengths differ, the input is empty, or all weights are
        0.

    See Also
    --------
    log_loss_decomposition : the parts it is made of.
    binary_cross_entropy, sparse_categorical_cross_entropy : the same, from logits too.

    References
    ----------
    .. [1] I. J. Good, "Rational decisions", Journal of the Royal Statistical Society B 14(1), 1952, 107-114: proposed
       in [1]_ as a forecaster's fee. doi:10.1111/j.2517-6161.1952.tb00104.x

    Examples
    --------
    >>> print(f"{log_loss([1, 0, 1], [0.9, 0.2, 0.4]):.4f}")
    0.4149
    >>> log_loss([1], [0.0])
    inf
    """
    outcome, p = as_forecasts(y_true, y_prob, labels=labels)
    weight = as_relative_weight(sample_weight, outcome.shape)
    if p.ndim == 2:
        return weighted_mean(-np.log(_own(p, outcome)), weight)
    wide = p.astype(np.float64)
    return weighted_mean(product(outcome, -np.log(wide)) + product(1.0 - outcome, -np.log1p(-wide)), weight)


def spherical_score(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    r"""Return the mean probability of what came, each forecast first scaled to length one.

    .. math:: \frac1n \sum_i \frac{p_{i y_i}}{\sqrt{\sum_k p_{ik}^2}}

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes in [0, 1] beside a 1-D `y_prob`, labels 0 … K−1 beside a 2-D one.
    y_prob : array_like, shape (n,) or (n, K)
        Probabilities of class 1, or of each class.
    labels : array_like, shape (K,), optional
        The labels in the order of the columns, where they are not 0 … K−1: numbers or text. Beside a 1-D `y_prob` the
        negative and the positive label.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    float
        In [0, 1]. *More* is better, as everywhere in its literature; `1 - spherical_score` is a loss.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If a probability leaves [0, 1], rows do not sum to 1, the lengths differ, the input is empty, or all weights are
        0.

    See Also
    --------
    is_proper : a test that it passes.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation", Journal of the
       American Statistical Association 102(477), 2007, 359-378: section 4.2 of [1]_. doi:10.1198/016214506000001437

    Examples
    --------
    >>> print(f"{spherical_score([1, 0, 1], [0.9, 0.2, 0.4]):.4f}")
    0.8396
    """
    outcome, p = as_forecasts(y_true, y_prob, labels=labels)
    weight = as_relative_weight(sample_weight, outcome.shape)
    if p.ndim == 1:
        ahead, other = p.astype(np.float64), 1.0 - p.astype(np.float64)
        return weighted_mean((outcome * ahead + (1 - outcome) * other) / np.hypot(ahead, other), weight)
    return weighted_mean(_own(p, outcome) / np.linalg.norm(p.astype(np.float64), axis=1), weight)


def _own(p: NDArray, labels: NDArray[np.intp]) -> NDArray[np.float64]:
    return np.take_along_axis(p, labels[:, np.newaxis], axis=1)[:, 0].astype(np.float64)
