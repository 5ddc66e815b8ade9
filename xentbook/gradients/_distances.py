"""Derivatives of the distances of probabilities: a confident wrong answer is hardly pushed."""

from __future__ import annotations

from numpy.typing import ArrayLike, NDArray

from xentbook import _specs
from xentbook._weights import Reduction

__all__ = [
    "squared_error_gradient",
    "squared_error_value_and_gradient",
    "absolute_error_gradient",
    "absolute_error_value_and_gradient",
]


def squared_error_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> NDArray:
    r"""Return the derivative in each logit of the squared error of the probabilities.

    .. math:: \frac{\partial \ell}{\partial z} = 2 (p - y)\, p (1 - p), \qquad
       \frac{\partial \ell}{\partial z_k} = 2 p_k \Big(d_k - \sum_j p_j d_j\Big), \quad d = p - y

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    logits : array_like, shape (n,) or (n, K)
        Log-odds of class 1, or logits of the K classes, in nats.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label have the gradient 0 and do not count in the mean; their logits may hold anything.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    ndarray, the shape of `logits`
        For K classes an entry of another class than the true one may cancel where it changes its sign.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty or contains NaN, if shapes differ, if a label is out of range, if logits tie at
        infinity, or if the weights of a mean sum to 0.

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

    See Also
    --------
    squared_error : the loss.
    squared_error_value_and_gradient : both.

    Examples
    --------
    >>> print(squared_error_gradient([1, 1], [0.0, -20.0], reduction="none"))  # confident and wrong: no push left
    [-2.50000000e-01 -4.12230722e-09]
    """
    return _specs.of_surprise(
        _specs.SquaredError(),
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )[1]


def squared_error_value_and_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> tuple[NDArray | float, NDArray]:
    r"""Return the squared error of probabilities and its derivative in each logit.

    .. math:: \ell = \sum_k (p_k - [k = y])^2, \qquad
       \frac{\partial \ell}{\partial z_k} = 2 p_k \Big(d_k - \sum_j p_j d_j\Big), \quad d = p - y

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    logits : array_like, shape (n,) or (n, K)
        Log-odds of class 1, or logits of the K classes, in nats.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label have the gradient 0 and do not count in the mean; their logits may hold anything.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    value : float or ndarray, shape (n,)
        Of one column in [0, 1], of K classes in [0, 2].
    gradient : ndarray, the shape of `logits`
        The value's derivative: it is reduced with the same weights.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        As for `squared_error` and `squared_error_gradient`.

    See Also
    --------
    squared_error : the value alone.
    squared_error_gradient : the derivative alone.

    Examples
    --------
    >>> value, gradient = squared_error_value_and_gradient([1], [0.0])
    >>> print(value, gradient)
    0.25 [-0.25]
    """
    return _specs.of_surprise(
        _specs.SquaredError(),
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )


def absolute_error_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> NDArray:
    r"""Return the derivative in each logit of the absolute error of the probabilities.

    .. math:: \frac{\partial \ell}{\partial z} = p_y\, (p - y), \qquad
       \frac{\partial \ell}{\partial z_k} = 2 p_y\, (p_k - [k = y])

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    logits : array_like, shape (n,) or (n, K)
        Log-odds of class 1, or logits of the K classes, in nats.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label have the gradient 0 and do not count in the mean; their logits may hold anything.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    ndarray, the shape of `logits`
        Small wherever the true class has little probability: what is learnt late, or wrongly labelled.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty or contains NaN, if shapes differ, if a label is out of range, if logits tie at
        infinity, or if the weights of a mean sum to 0.

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

    See Also
    --------
    absolute_error : the loss.
    absolute_error_value_and_gradient : both.

    Examples
    --------
    >>> import numpy as np
    >>> print(absolute_error_gradient([0], np.log([[0.1, 0.8, 0.1]])).round(4))
    [[-0.18  0.16  0.02]]
    """
    return _specs.of_surprise(
        _specs.AbsoluteError(),
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )[1]


def absolute_error_value_and_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> tuple[NDArray | float, NDArray]:
    r"""Return the absolute error of probabilities and its derivative in each logit.

    .. math:: \ell = 2 (1 - p_y), \qquad \frac{\partial \ell}{\partial z_k} = 2 p_y\, (p_k - [k = y])

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    logits : array_like, shape (n,) or (n, K)
        Log-odds of class 1, or logits of the K classes, in nats.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label have the gradient 0 and do not count in the mean; their logits may hold anything.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    value : float or ndarray, shape (n,)
        Of one column in [0, 1], of K classes in [0, 2].
    gradient : ndarray, the shape of `logits`
        The value's derivative: it is reduced with the same weights.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        As for `absolute_error` and `absolute_error_gradient`.

    See Also
    --------
    absolute_error : the value alone.
    absolute_error_gradient : the derivative alone.

    Examples
    --------
    >>> value, gradient = absolute_error_value_and_gradient([1], [0.0])
    >>> print(value, gradient)
    0.5 [-0.25]
    """
    return _specs.of_surprise(
        _specs.AbsoluteError(),
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )
