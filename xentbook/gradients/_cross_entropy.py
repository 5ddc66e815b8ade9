"""Prediction minus label, and its derivative: the first and second derivatives of cross-entropy in the logits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_choice, as_probabilities, as_probability, quiet, require_same_shape
from xentbook._forecasts import as_kept_labels
from xentbook._rows import as_logits, blocks, require_defined, resolve_infinities, rows_of_labels
from xentbook._weights import REDUCTIONS, reduce
from xentbook.links import sigmoid

__all__ = [
    "binary_cross_entropy_gradient",
    "categorical_cross_entropy_gradient",
    "sparse_categorical_cross_entropy_gradient",
    "sparse_categorical_cross_entropy_value_and_gradient",
    "softmax_hessian",
    "sums_of_others",
]


@quiet
def binary_cross_entropy_gradient(y_true: ArrayLike, logits: ArrayLike, *, reduction: str = "mean") -> NDArray | float:
    r"""Return the derivative of binary cross-entropy in each logit.

    .. math:: \frac{\partial \ell}{\partial z} = \sigma(z) - y = (1 - y)\, \sigma(z) - y\, \sigma(-z)

    Parameters
    ----------
    y_true : array_like
        Targets in [0, 1], any shape: 0 or 1, or soft.
    logits : array_like, the shape of `y_true`
        Log-odds in nats.
    reduction : {"mean", "sum", "none"}
        That of the loss; "mean" divides by the number of samples.

    Returns
    -------
    ndarray or float
        The shape of `logits`.

    Raises
    ------
    ValueError
        If an input is empty or contains NaN, if a target leaves [0, 1], or if shapes differ.

    See Also
    --------
    binary_cross_entropy : the loss.

    Notes
    -----
    The last form is what is computed: for y = 1 it is -σ(-z), with all its digits where σ(z) rounds to 1. PyTorch's
    autograd returns 0 there; that of Optax's loss keeps the digits too.

    Examples
    --------
    >>> print(binary_cross_entropy_gradient([1, 0, 1], [0.0, 0.0, 60.0], reduction="none"))
    [-5.00000000e-01  5.00000000e-01 -8.75651076e-27]
    """
    y, z = as_probability(y_true, "y_true").astype(np.float64), as_array(logits, "logits")
    require_same_shape(y, z, ("y_true", "logits"))
    wide = z.astype(np.float64)
    gradient = (1.0 - y) * sigmoid(wide) - y * sigmoid(-wide)
    return (gradient * _scale(reduction, z.size) + 0.0).astype(z.dtype)[()]


@quiet
def categorical_cross_entropy_gradient(y_true: ArrayLike, logits: ArrayLike, *, reduction: str = "mean") -> NDArray:
    r"""Return the derivative of categorical cross-entropy in each logit.

    .. math:: \frac{\partial \ell}{\partial z_k} = p_k - y_k = p_k \sum_{j \ne k} y_j - y_k \sum_{j \ne k} p_j

    Parameters
    ----------
    y_true : array_like, shape (..., K)
        Target distributions that sum to 1: one-hot or soft.
    logits : array_like, shape (..., K)
        Logits in nats.
    reduction : {"mean", "sum", "none"}
        That of the loss; "mean" divides by the number of samples.

    Returns
    -------
    ndarray, shape (..., K)
        Each row sums to 0 up to rounding.

    Raises
    ------
    ValueError
        If an input is empty or contains NaN, if rows of `y_true` do not sum to 1, if shapes differ, or if logits tie at
        infinity.

    See Also
    --------
    categorical_cross_entropy : the loss.
    sparse_categorical_cross_entropy_gradient : the same from labels, faster.

    Examples
    --------
    >>> probs = np.array([0.1, 0.8, 0.1])  # the right class was given 0.1
    >>> print(categorical_cross_entropy_gradient([1, 0, 0], np.log(probs)).round(4))
    [-0.9  0.8  0.1]
    """
    y = as_probabilities(y_true, "y_true").astype(np.float64, copy=False)
    z = as_logits(logits)
    require_same_shape(y, z, ("y_true", "logits"))
    scale = _scale(reduction, z.size // z.shape[-1])
    gradient = np.empty(z.shape, z.dtype)
    rows = [array.reshape(-1, z.shape[-1]) for array in (y, z, gradient)]

    def work(part: slice) -> None:
        p, rest = _probabilities(rows[1][part])
        rows[2][part] = (p * sums_of_others(rows[0][part]) - rows[0][part] * rest) * scale + 0.0

    blocks(work, *rows[1].shape)
    require_defined(gradient.sum(axis=-1), z)
    return gradient


@quiet
def sparse_categorical_cross_entropy_gradient(
    y_true: ArrayLike, logits: ArrayLike, *, reduction: str = "mean"
) -> NDArray:
    r"""Return the derivative in each logit of the cross-entropy of labels.

    .. math:: \frac{\partial \ell}{\partial z_k} = p_k - [k = y], \qquad p_y - 1 = -\sum_{j \ne y} p_j

    Parameters
    ----------
    y_true : array_like of int, shape (...)
        Labels 0 … K - 1.
    logits : array_like, shape (..., K)
        Logits in nats.
    reduction : {"mean", "sum", "none"}
        That of the loss; "mean" divides by the number of samples.

    Returns
    -------
    ndarray, shape (..., K)
        Each row sums to 0 up to rounding; no entry has lost its digits, however small.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty or contains NaN, if a label is out of range, if shapes differ, or if logits tie at infinity.

    See Also
    --------
    sparse_categorical_cross_entropy_value_and_gradient : with the loss, for the same price.

    Notes
    -----
    The automatic differentiation of PyTorch and JAX gives the same, up to rounding: at the true class they subtract 1 from a
    probability, which leaves 0 where that class leads by 40.

    Examples
    --------
    >>> print(sparse_categorical_cross_entropy_gradient([0], [[60.0, 0.0]]))
    [[-8.75651076e-27  8.75651076e-27]]
    """
    return sparse_categorical_cross_entropy_value_and_gradient(y_true, logits, reduction=reduction)[1]


@quiet
def sparse_categorical_cross_entropy_value_and_gradient(
    y_true: ArrayLike, logits: ArrayLike, *, reduction: str = "mean", out: NDArray | None = None
) -> tuple[NDArray | float, NDArray]:
    r"""Return the cross-entropy of labels and its derivative in each logit, computed together.

    .. math:: \ell = \ln \sum_j e^{z_j} - z_y, \qquad \frac{\partial \ell}{\partial z_k} = p_k - [k = y]

    Parameters
    ----------
    y_true : array_like of int, shape (...)
        Labels 0 … K - 1.
    logits : array_like, shape (..., K)
        Logits in nats.
    reduction : {"mean", "sum", "none"}
        Of the loss; with "mean" the gradient is divided by the number of samples too.
    out : ndarray, shape (..., K), optional
        Takes the gradient: C-contiguous, of the precision of the logits, apart from them in memory. With it the extra
        memory is that of blocks that fit in the cache. An error leaves it as it was or filled with NaN, never half-written.

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
        If an input is empty or contains NaN, if a label is out of range, if shapes differ, if `out` does not fit, or if
        logits tie at infinity.

    See Also
    --------
    sparse_categorical_cross_entropy : the value alone, with weights and the other options.

    Examples
    --------
    >>> value, gradient = sparse_categorical_cross_entropy_value_and_gradient([0], np.log([[0.1, 0.8, 0.1]]))
    >>> print(f"{value:.4f}", gradient.round(4))
    2.3026 [[-0.9  0.8  0.1]]
    """
    z = as_logits(logits)
    labels, _ = as_kept_labels(y_true, z.shape, None)
    scale = _scale(reduction, labels.size)
    gradient = np.empty(z.shape, z.dtype) if out is None else _as_out(out, z)
    rows = z.reshape(-1, z.shape[-1])
    losses = rows_of_labels(labels.reshape(-1), rows, out=gradient.reshape(rows.shape), scale=scale)
    losses = losses.reshape(labels.shape)
    require_defined(losses, z, gradient)
    return reduce(losses, reduction, z.dtype), gradient


@quiet
def softmax_hessian(logits: ArrayLike) -> NDArray:
    r"""Return the second derivatives of cross-entropy in the logits, which are the first of softmax.

    .. math:: H_{jk} = \frac{\partial^2 \ell}{\partial z_j\, \partial z_k} = \frac{\partial p_j}{\partial z_k}
       = p_j\, [j = k] - p_j p_k

    Parameters
    ----------
    logits : array_like, shape (..., K)
        Logits in nats.

    Returns
    -------
    ndarray, shape (..., K, K)
        Symmetric and positive semi-definite; each row sums to 0, since adding a constant to all logits changes nothing.

    Raises
    ------
    ValueError
        If `logits` is empty, a scalar, contains NaN or ties at infinity.

    See Also
    --------
    categorical_cross_entropy_gradient : the first derivatives.

    Notes
    -----
    The target does not appear: the Hessian of one sample is the same whatever its label. The diagonal is computed as p_k
    times the sum of the others, so that it does not cancel to 0 where p_k rounds to 1.

    Examples
    --------
    >>> print(softmax_hessian([0.0, 0.0]))
    [[ 0.25 -0.25]
     [-0.25  0.25]]
    """
    z = as_array(logits, "logits", min_ndim=1)
    p, rest = _probabilities(z)
    require_defined(p.sum(axis=-1), z)
    hessian = -p[..., :, np.newaxis] * p[..., np.newaxis, :]
    diagonal = np.arange(z.shape[-1])
    hessian[..., diagonal, diagonal] = p * rest
    return (hessian + 0.0).astype(z.dtype, copy=False)


def _probabilities(z: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return softmax over the last axis, and for each class the sum of the other probabilities; NaN without a limit."""
    wide = z.astype(np.float64)
    weights = np.exp(np.subtract(wide, resolve_infinities(wide), out=wide))
    total = weights.sum(axis=-1, keepdims=True)
    return weights / total, sums_of_others(weights) / total


def sums_of_others(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each entry the sum of the others: taken out of the sum for the largest, subtracted where that is harmless."""
    first = x.argmax(axis=-1)[..., np.newaxis]
    without = x.copy()
    np.put_along_axis(without, first, 0.0, axis=-1)
    others = x.sum(axis=-1, keepdims=True) - x
    np.put_along_axis(others, first, without.sum(axis=-1, keepdims=True), axis=-1)
    return others


def _scale(reduction: str, samples: int) -> float:
    return 1.0 / samples if as_choice(reduction, "reduction", REDUCTIONS) == "mean" else 1.0


def _as_out(out: NDArray, z: NDArray) -> NDArray:
    """Return `out` if the gradient can be written into it."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"`out` must be a NumPy array; got {type(out).__name__}")
    if out.shape != z.shape or out.dtype != z.dtype:
        raise ValueError(f"`out` must have shape {z.shape} and dtype {z.dtype}; got {out.shape} and {out.dtype}")
    if not (out.flags.c_contiguous and out.flags.writeable):
        raise ValueError("`out` must be C-contiguous and writeable; got an array that is not")
    if np.may_share_memory(out, z):
        raise ValueError("`out` must not share memory with `logits`; got an overlap")
    return out
