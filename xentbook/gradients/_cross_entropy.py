"""Prediction minus label: the derivatives of the three forms of cross-entropy in the logits."""

from __future__ import annotations

from numpy.typing import ArrayLike, NDArray

from xentbook import _specs
from xentbook._weights import Reduction

__all__ = [
    "binary_cross_entropy_gradient",
    "binary_cross_entropy_value_and_gradient",
    "categorical_cross_entropy_gradient",
    "categorical_cross_entropy_value_and_gradient",
    "sparse_categorical_cross_entropy_gradient",
    "sparse_categorical_cross_entropy_value_and_gradient",
]


def binary_cross_entropy_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> NDArray | float:
    r"""Return the derivative of binary cross-entropy in each logit.

    .. math:: \frac{\partial \ell}{\partial z} = \sigma(z) - y = (1 - y)\, \sigma(z) - y\, \sigma(-z)

    Parameters
    ----------
    y_true : array_like
        Targets in [0, 1], any shape: 0 or 1, or soft.
    logits : array_like, the shape of `y_true`
        Log-odds in nats.
    sample_weight : array_like, the shape of `y_true`, optional
        Non-negative weights; the mean divides by the sum of all weights.
    pos_weight : array_like, optional
        Non-negative factor of the first term of the loss; the mean does not divide by it.
    label_smoothing : float
        In [0, 1], as in the loss.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    ndarray or float
        The shape of `logits`.

    Raises
    ------
    ValueError
        If an input is empty or contains NaN, if a target leaves [0, 1], if shapes differ, or if the weights of
        a mean sum to 0.

    See Also
    --------
    binary_cross_entropy : the loss.
    binary_cross_entropy_value_and_gradient : both.

    Notes
    -----
    The last form is what is computed: for y = 1 it is -σ(-z), with all its digits where σ(z) rounds to 1. PyTorch's
    autograd returns 0 there; that of Optax's loss keeps the digits too.

    Examples
    --------
    >>> print(binary_cross_entropy_gradient([1, 0, 1], [0.0, 0.0, 60.0], reduction="none"))
    [-5.00000000e-01  5.00000000e-01 -8.75651076e-27]
    """
    return _specs.of_binary_targets(
        y_true,
        logits=logits,
        sample_weight=sample_weight,
        pos_weight=pos_weight,
        label_smoothing=label_smoothing,
        reduction=reduction,
        gradient=True,
    )[1]


def binary_cross_entropy_value_and_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> tuple[NDArray | float, NDArray | float]:
    r"""Return binary cross-entropy and its derivative in each logit.

    .. math:: \ell = y \ln(1 + e^{-z}) + (1 - y) \ln(1 + e^{z}), \qquad \frac{\partial \ell}{\partial z} = \sigma(z) - y

    Parameters
    ----------
    y_true : array_like
        Targets in [0, 1], any shape: 0 or 1, or soft.
    logits : array_like, the shape of `y_true`
        Log-odds in nats.
    sample_weight : array_like, the shape of `y_true`, optional
        Non-negative weights; the mean divides by the sum of all weights.
    pos_weight : array_like, optional
        Non-negative factor of the first term of the loss; the mean does not divide by it.
    label_smoothing : float
        In [0, 1], as in the loss.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    value : float or ndarray, the shape of `y_true`
        In nats.
    gradient : ndarray or float, the shape of `logits`
        The value's derivative: it is reduced with the same weights.

    Raises
    ------
    ValueError
        As for `binary_cross_entropy` and `binary_cross_entropy_gradient`.

    See Also
    --------
    binary_cross_entropy : the value alone.
    binary_cross_entropy_gradient : the derivative alone.

    Examples
    --------
    >>> value, gradient = binary_cross_entropy_value_and_gradient([1, 0], [0.0, 0.0])
    >>> print(f"{value:.4f}", gradient)
    0.6931 [-0.25  0.25]
    """
    return _specs.of_binary_targets(
        y_true,
        logits=logits,
        sample_weight=sample_weight,
        pos_weight=pos_weight,
        label_smoothing=label_smoothing,
        reduction=reduction,
        gradient=True,
    )


def categorical_cross_entropy_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> NDArray:
    r"""Return the derivative of categorical cross-entropy in each logit.

    .. math:: \frac{\partial \ell}{\partial z_k} = p_k - y_k = p_k \sum_{j \ne k} y_j - y_k \sum_{j \ne k} p_j

    Parameters
    ----------
    y_true : array_like, shape (..., K)
        Target distributions that sum to 1: one-hot or soft.
    logits : array_like, shape (..., K)
        Logits in nats.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, shape (...), optional
        Non-negative weights; the mean divides by the sum of all weights.
    label_smoothing : float
        In [0, 1], as in the loss.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    ndarray, shape (..., K)
        Each row sums to 0 up to rounding.

    Raises
    ------
    ValueError
        If an input is empty or contains NaN, if rows of `y_true` do not sum to 1, if shapes differ, if logits
        tie at infinity, or if the weights of a mean sum to 0.

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

    See Also
    --------
    categorical_cross_entropy : the loss.
    categorical_cross_entropy_value_and_gradient : both.
    sparse_categorical_cross_entropy_gradient : the same from labels, faster.

    Examples
    --------
    >>> import numpy as np
    >>> probs = np.array([0.1, 0.8, 0.1])  # the right class was given 0.1
    >>> print(categorical_cross_entropy_gradient([1, 0, 0], np.log(probs)).round(4))
    [-0.9  0.8  0.1]
    """
    return _specs.of_targets(
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        label_smoothing=label_smoothing,
        reduction=reduction,
        gradient=True,
    )[1]


def categorical_cross_entropy_value_and_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> tuple[NDArray | float, NDArray]:
    r"""Return categorical cross-entropy and its derivative in each logit.

    .. math:: \ell = \sum_k y_k \Big(\ln \sum_j e^{z_j} - z_k\Big), \qquad
       \frac{\partial \ell}{\partial z_k} = p_k - y_k

    Parameters
    ----------
    y_true : array_like, shape (..., K)
        Target distributions that sum to 1: one-hot or soft.
    logits : array_like, shape (..., K)
        Logits in nats.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, shape (...), optional
        Non-negative weights; the mean divides by the sum of all weights.
    label_smoothing : float
        In [0, 1], as in the loss.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    value : float or ndarray, shape (...)
        In nats.
    gradient : ndarray, the shape of `logits`
        The value's derivative: it is reduced with the same weights.

    Raises
    ------
    ValueError
        As for `categorical_cross_entropy` and `categorical_cross_entropy_gradient`.

    See Also
    --------
    categorical_cross_entropy : the value alone.
    categorical_cross_entropy_gradient : the derivative alone.

    Examples
    --------
    >>> value, gradient = categorical_cross_entropy_value_and_gradient([[0.5, 0.5]], [[0.0, 0.0]])
    >>> print(f"{value:.4f}", gradient)
    0.6931 [[0. 0.]]
    """
    return _specs.of_targets(
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        label_smoothing=label_smoothing,
        reduction=reduction,
        gradient=True,
    )


def sparse_categorical_cross_entropy_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> NDArray:
    r"""Return the derivative in each logit of the cross-entropy of labels.

    .. math:: \frac{\partial \ell}{\partial z_k} = p_k - [k = y], \qquad p_y - 1 = -\sum_{j \ne y} p_j

    Parameters
    ----------
    y_true : array_like of int, shape (...)
        Labels 0 … K - 1.
    logits : array_like, shape (..., K)
        Logits in nats.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, shape (...), optional
        Non-negative weights; the mean divides by the sum of all weights.
    label_smoothing : float
        In [0, 1], as in the loss.
    ignore_index : int, optional
        Samples with this label have the gradient 0 and do not count in the mean; their logits may hold anything.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    ndarray, shape (..., K)
        Each row sums to 0 up to rounding; no entry has lost its digits, however small.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty or contains NaN, if a label is out of range, if shapes differ, if logits tie at
        infinity, or if the weights of a mean sum to 0.

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

    See Also
    --------
    sparse_categorical_cross_entropy_value_and_gradient : with the loss, for the same work.

    Notes
    -----
    The automatic differentiation of PyTorch and JAX gives the same, up to rounding: at the true class they subtract 1
    from a probability, which leaves 0 where that class leads by 40.

    Examples
    --------
    >>> print(sparse_categorical_cross_entropy_gradient([0], [[60.0, 0.0]]))
    [[-8.75651076e-27  8.75651076e-27]]
    """
    return _specs.of_labels(
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )[1]


def sparse_categorical_cross_entropy_value_and_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    out: NDArray | None = None,
) -> tuple[NDArray | float, NDArray]:
    r"""Return the cross-entropy of labels and its derivative in each logit, computed together.

    .. math:: \ell = \ln \sum_j e^{z_j} - z_y, \qquad \frac{\partial \ell}{\partial z_k} = p_k - [k = y]

    Parameters
    ----------
    y_true : array_like of int, shape (...)
        Labels 0 … K - 1.
    logits : array_like, shape (..., K)
        Logits in nats.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, shape (...), optional
        Non-negative weights; the mean divides by the sum of all weights.
    label_smoothing : float
        In [0, 1], as in the loss.
    ignore_index : int, optional
        Samples with this label have the gradient 0 and do not count in the mean; their logits may hold anything.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.
    out : ndarray, shape (..., K), optional
        Takes the gradient: C-contiguous, of the precision of the logits, apart from them in memory. With it the extra
        memory is that of blocks that fit in the cache. An error leaves it as it was or filled with NaN, never
        half-written.

    Returns
    -------
    value : float or ndarray, shape (...)
        In nats.
    gradient : ndarray, shape (..., K)
        `out` itself, if given.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers, or `out` is not an array.
    ValueError
        If an input is empty or contains NaN, if a label is out of range, if shapes differ, if `out` does not fit, if
        logits tie at infinity, or if the weights of a mean sum to 0.

    See Also
    --------
    sparse_categorical_cross_entropy : the value alone.

    Examples
    --------
    >>> import numpy as np
    >>> value, gradient = sparse_categorical_cross_entropy_value_and_gradient([0], np.log([[0.1, 0.8, 0.1]]))
    >>> print(f"{value:.4f}", gradient.round(4))
    2.3026 [[-0.9  0.8  0.1]]
    """
    return _specs.of_labels(
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        reduction=reduction,
        out=out,
        gradient=True,
    )
