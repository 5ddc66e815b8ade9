r"""Gradients of the other losses: the push of cross-entropy, times how much the loss cares.

A loss that is a function :math:`\varphi(\ell)` of the surprise ℓ = -ln p_y has the gradient :math:`\varphi'(\ell)(p - y)`. Squared
error through a sigmoid has the factor 2 p (1 - p): it vanishes for a confident wrong answer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_choice, as_finite, as_number, quiet
from xentbook._forecasts import as_kept_labels
from xentbook._rows import require_defined, rows_of_labels
from xentbook._weights import REDUCTIONS
from xentbook.gradients._cross_entropy import sums_of_others
from xentbook.links import sigmoid
from xentbook.losses._margins import as_signs, margins_of_labels
from xentbook.losses._others import surprise_and_rest

__all__ = [
    "squared_error_gradient",
    "absolute_error_gradient",
    "hinge_gradient",
    "categorical_hinge_gradient",
    "focal_loss_gradient",
    "generalized_cross_entropy_gradient",
]


@quiet
def squared_error_gradient(y_true: ArrayLike, logits: ArrayLike, *, reduction: str = "mean") -> NDArray:
    r"""Return the derivative in each logit of the squared error of the probabilities.

    .. math:: \frac{\partial \ell}{\partial z} = 2 (p - y)\, p (1 - p), \qquad
       \frac{\partial \ell}{\partial z_k} = 2 p_k \Big(d_k - \sum_j p_j d_j\Big), \quad d = p - y

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    logits : array_like, shape (n,) or (n, K)
        Log-odds of class 1, or logits of the K classes, in nats.
    reduction : {"mean", "sum", "none"}
        That of the loss; "mean" divides by the number of samples.

    Returns
    -------
    ndarray, the shape of `logits`
        For K classes an entry of another class than the true one may cancel where it changes its sign.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty or contains NaN, if shapes differ, if a label is out of range, or if logits tie at infinity.

    See Also
    --------
    squared_error : the loss.

    Examples
    --------
    >>> print(squared_error_gradient([1, 1], [0.0, -20.0], reduction="none"))  # confident and wrong: no push left
    [-2.50000000e-01 -4.12230722e-09]
    """
    z = as_array(logits, "logits", min_ndim=1)
    _, surprise, rest = surprise_and_rest(y_true, None, z)
    push = _push(y_true, z)
    if z.ndim == 1:
        return _scaled(2.0 * np.exp(-surprise) * rest * push, z, len(z), reduction)
    t = np.asarray(y_true).astype(np.int64)[:, np.newaxis]
    others = push.copy()
    np.put_along_axis(others, t, 0.0, axis=-1)
    own, rest = np.exp(-surprise)[:, np.newaxis], rest[:, np.newaxis]
    # p_k - sum of squares, with p_k written as p_k times the sum of all: what can cancel to 0 exactly does.
    spread = others * sums_of_others(others) - sums_of_others(others**2)
    gradient = 2.0 * others * (own * (others + rest) + spread)
    np.put_along_axis(gradient, t, -2.0 * own * (rest**2 + (others**2).sum(axis=-1, keepdims=True)), axis=-1)
    return _scaled(gradient, z, len(z), reduction)


@quiet
def absolute_error_gradient(y_true: ArrayLike, logits: ArrayLike, *, reduction: str = "mean") -> NDArray:
    r"""Return the derivative in each logit of the absolute error of the probabilities.

    .. math:: \frac{\partial \ell}{\partial z} = p_y\, (p - y), \qquad
       \frac{\partial \ell}{\partial z_k} = 2 p_y\, (p_k - [k = y])

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    logits : array_like, shape (n,) or (n, K)
        Log-odds of class 1, or logits of the K classes, in nats.
    reduction : {"mean", "sum", "none"}
        That of the loss; "mean" divides by the number of samples.

    Returns
    -------
    ndarray, the shape of `logits`
        Small wherever the true class has little probability: what is learnt late, or wrongly labelled.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty or contains NaN, if shapes differ, if a label is out of range, or if logits tie at infinity.

    See Also
    --------
    absolute_error : the loss.

    Examples
    --------
    >>> print(absolute_error_gradient([0], np.log([[0.1, 0.8, 0.1]])).round(4))
    [[-0.18  0.16  0.02]]
    """
    z = as_array(logits, "logits", min_ndim=1)
    _, surprise, _ = surprise_and_rest(y_true, None, z)
    return _scaled(_rows(z.ndim * np.exp(-surprise), z) * _push(y_true, z), z, len(z), reduction)


@quiet
def focal_loss_gradient(
    y_true: ArrayLike, logits: ArrayLike, *, gamma: float = 2.0, reduction: str = "mean"
) -> NDArray:
    r"""Return the derivative in each logit of the focal loss.

    .. math:: \frac{\partial \ell}{\partial z_k} = \big((1 - p_y)^\gamma - \gamma\, p_y (1 - p_y)^{\gamma - 1} \ln p_y\big)
       (p_k - [k = y])

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    logits : array_like, shape (n,) or (n, K)
        Log-odds of class 1, or logits of the K classes, in nats.
    gamma : float
        At least 0; 0 is cross-entropy.
    reduction : {"mean", "sum", "none"}
        That of the loss; "mean" divides by the number of samples.

    Returns
    -------
    ndarray, the shape of `logits`
        Without class weights.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty or contains NaN, if shapes differ, if a label is out of range, if `gamma` is negative, or if logits tie at infinity.

    See Also
    --------
    focal_loss : the loss.

    Examples
    --------
    >>> print(focal_loss_gradient([1, 1], [0.0, 2.0], reduction="none").round(4))
    [-0.2983 -0.0049]
    """
    power = as_number(gamma, "gamma", minimum=0)
    z = as_array(logits, "logits", min_ndim=1)
    _, surprise, rest = surprise_and_rest(y_true, None, z)
    ratio = np.where(rest > 0, surprise / rest, 1.0)  # -ln p / (1 - p) tends to 1
    finite = np.minimum(ratio, 1e300)  # p -ln p tends to 0 as p does
    factor = rest**power * (1.0 + power * np.exp(-surprise) * finite)
    return _scaled(_rows(factor, z) * _push(y_true, z), z, len(z), reduction)


@quiet
def generalized_cross_entropy_gradient(
    y_true: ArrayLike, logits: ArrayLike, *, q: float = 0.7, reduction: str = "mean"
) -> NDArray:
    r"""Return the derivative in each logit of generalised cross-entropy.

    .. math:: \frac{\partial \ell}{\partial z_k} = p_y^{\,q}\, (p_k - [k = y])

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    logits : array_like, shape (n,) or (n, K)
        Log-odds of class 1, or logits of the K classes, in nats.
    q : float
        In [0, 1]; 0 is cross-entropy.
    reduction : {"mean", "sum", "none"}
        That of the loss; "mean" divides by the number of samples.

    Returns
    -------
    ndarray, the shape of `logits`
        Without class weights.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty or contains NaN, if shapes differ, if a label is out of range, if `q` leaves [0, 1], or if logits tie at infinity.

    See Also
    --------
    generalized_cross_entropy : the loss.

    Examples
    --------
    >>> print(generalized_cross_entropy_gradient([0], np.log([[0.1, 0.8, 0.1]]), q=1).round(4))
    [[-0.09  0.08  0.01]]
    """
    power = as_number(q, "q", minimum=0, maximum=1)
    z = as_array(logits, "logits", min_ndim=1)
    _, surprise, _ = surprise_and_rest(y_true, None, z)
    factor = np.exp(-power * surprise) if power else np.ones_like(surprise)
    return _scaled(_rows(factor, z) * _push(y_true, z), z, len(z), reduction)


@quiet
def hinge_gradient(y_true: ArrayLike, scores: ArrayLike, *, reduction: str = "mean") -> NDArray | float:
    r"""Return the derivative of the hinge loss in each score, 0 at the kink.

    .. math:: \frac{\partial \ell}{\partial z} = -s\, [s z < 1], \qquad s = 2y - 1

    Parameters
    ----------
    y_true : array_like of int
        Labels 0 or 1, any shape.
    scores : array_like, the shape of `y_true`
        Decision values, finite.
    reduction : {"mean", "sum", "none"}
        That of the loss; "mean" divides by the number of samples.

    Returns
    -------
    ndarray or float, the shape of `scores`
        The same push for every violation of the margin, large or small.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty, not finite or of another shape, or if a label is neither 0 nor 1.

    See Also
    --------
    hinge : the loss.

    Examples
    --------
    >>> print(hinge_gradient([1, 1, 0], [2.0, 0.25, 3.0], reduction="none"))
    [ 0. -1.  1.]
    """
    z = as_finite(scores, "scores")
    signs = as_signs(y_true, z, "scores")
    return _scaled(np.where(signs * z < 1.0, -signs, 0.0), z, z.size, reduction)


@quiet
def categorical_hinge_gradient(y_true: ArrayLike, scores: ArrayLike, *, reduction: str = "mean") -> NDArray:
    r"""Return the derivative of the categorical hinge loss in each score, 0 at the kink.

    .. math:: \frac{\partial \ell}{\partial z_k} = \big([k = r] - [k = y]\big)\, [z_y < z_r + 1], \qquad
       r = \arg\max_{j \ne y} z_j

    Parameters
    ----------
    y_true : array_like of int, shape (...)
        Labels 0 … K - 1.
    scores : array_like, shape (..., K)
        Decision values, finite, of at least two classes.
    reduction : {"mean", "sum", "none"}
        That of the loss; "mean" divides by the number of samples.

    Returns
    -------
    ndarray, shape (..., K)
        A push for the true class and its best rival (the first of several), none for the others.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty, not finite or of another shape, if there is one class only, or if a label is out of range.

    See Also
    --------
    categorical_hinge : the loss.

    Examples
    --------
    >>> print(categorical_hinge_gradient([0, 0], [[3.0, 1.0, 0.5], [0.0, 1.0, 0.5]], reduction="none"))
    [[ 0.  0.  0.]
     [-1.  1.  0.]]
    """
    z = as_finite(scores, "scores", min_ndim=1)
    labels, _ = as_kept_labels(y_true, z.shape, None)
    margin, rival = margins_of_labels(labels, z)
    push = np.where(margin < 1.0, 1.0, 0.0)[..., np.newaxis]
    gradient = np.zeros(z.shape)
    np.put_along_axis(gradient, rival[..., np.newaxis], push, axis=-1)
    np.put_along_axis(gradient, labels[..., np.newaxis], -push, axis=-1)
    return _scaled(gradient, z, labels.size, reduction)


def _push(y_true: ArrayLike, z: NDArray) -> NDArray[np.float64]:
    """Return the gradient of cross-entropy, p - y, of checked input."""
    wide, labels = z.astype(np.float64), np.asarray(y_true)
    if z.ndim == 1:
        signs = 2.0 * labels - 1.0
        return -signs * sigmoid(-signs * wide)
    push = np.empty_like(wide, order="C")
    require_defined(rows_of_labels(labels.astype(np.int64), wide, out=push), z)
    return push


def _rows(factor: NDArray[np.float64], z: NDArray) -> NDArray[np.float64]:
    """Return one factor a sample in a shape that multiplies the logits."""
    return factor if z.ndim == 1 else factor[:, np.newaxis]


def _scaled(gradient: NDArray[np.float64], z: NDArray, samples: int, reduction: str) -> NDArray | float:
    """Return the gradient of the reduced loss in the precision of the logits."""
    mean = as_choice(reduction, "reduction", REDUCTIONS) == "mean"
    return (gradient / (samples if mean else 1) + 0.0).astype(z.dtype)[()]
