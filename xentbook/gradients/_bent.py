"""Derivatives of cross-entropy bent at either end: its push, times how much the loss cares."""

from __future__ import annotations

from numpy.typing import ArrayLike, NDArray

from xentbook import _specs
from xentbook._weights import Reduction

__all__ = [
    "focal_loss_gradient",
    "focal_loss_value_and_gradient",
    "generalized_cross_entropy_gradient",
    "generalized_cross_entropy_value_and_gradient",
]


def focal_loss_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: float = 2.0,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> NDArray:
    r"""Return the derivative in each logit of the focal loss.

    .. math:: \frac{\partial \ell}{\partial z_k} =
       \big((1 - p_y)^\gamma - \gamma\, p_y (1 - p_y)^{\gamma - 1} \ln p_y\big) (p_k - [k = y])

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    logits : array_like, shape (n,) or (n, K)
        Log-odds of class 1, or logits of the K classes, in nats.
    gamma : float
        At least 0; 0 is cross-entropy.
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
        The push of cross-entropy, times how much the loss cares.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty or contains NaN, if shapes differ, if a label is out of range, if `gamma` is
        negative, if logits tie at infinity, or if the weights of a mean sum to 0.

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

    See Also
    --------
    focal_loss : the loss.
    focal_loss_value_and_gradient : both.

    Examples
    --------
    >>> print(focal_loss_gradient([1, 1], [0.0, 2.0], reduction="none").round(4))
    [-0.2983 -0.0049]
    """
    return _specs.of_surprise(
        _specs.FocalLoss(gamma),
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )[1]


def focal_loss_value_and_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: float = 2.0,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> tuple[NDArray | float, NDArray]:
    r"""Return the focal loss and its derivative in each logit.

    .. math:: \ell = -(1 - p_y)^\gamma \ln p_y, \qquad \frac{\partial \ell}{\partial z_k} =
       \big((1 - p_y)^\gamma - \gamma\, p_y (1 - p_y)^{\gamma - 1} \ln p_y\big) (p_k - [k = y])

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    logits : array_like, shape (n,) or (n, K)
        Log-odds of class 1, or logits of the K classes, in nats.
    gamma : float
        At least 0; 0 is cross-entropy.
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
        In nats.
    gradient : ndarray, the shape of `logits`
        The value's derivative: it is reduced with the same weights.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        As for `focal_loss` and `focal_loss_gradient`.

    See Also
    --------
    focal_loss : the value alone.
    focal_loss_gradient : the derivative alone.

    Examples
    --------
    >>> value, gradient = focal_loss_value_and_gradient([1], [0.0])
    >>> print(f"{value:.4f}", gradient.round(4))
    0.1733 [-0.2983]
    """
    return _specs.of_surprise(
        _specs.FocalLoss(gamma),
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )


def generalized_cross_entropy_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    q: float = 0.7,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
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
        The push of cross-entropy, times how much the loss cares.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty or contains NaN, if shapes differ, if a label is out of range, if `q` leaves [0,
        1], if logits tie at infinity, or if the weights of a mean sum to 0.

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

    See Also
    --------
    generalized_cross_entropy : the loss.
    generalized_cross_entropy_value_and_gradient : both.

    Examples
    --------
    >>> import numpy as np
    >>> print(generalized_cross_entropy_gradient([0], np.log([[0.1, 0.8, 0.1]]), q=1).round(4))
    [[-0.09  0.08  0.01]]
    """
    return _specs.of_surprise(
        _specs.GeneralizedCrossEntropy(q),
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )[1]


def generalized_cross_entropy_value_and_gradient(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    q: float = 0.7,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> tuple[NDArray | float, NDArray]:
    r"""Return generalised cross-entropy and its derivative in each logit.

    .. math:: \ell = \frac{1 - p_y^{\,q}}{q}, \qquad \frac{\partial \ell}{\partial z_k} = p_y^{\,q}\, (p_k - [k = y])

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    logits : array_like, shape (n,) or (n, K)
        Log-odds of class 1, or logits of the K classes, in nats.
    q : float
        In [0, 1]; 0 is cross-entropy.
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
        At most 1/q; in nats for q = 0.
    gradient : ndarray, the shape of `logits`
        The value's derivative: it is reduced with the same weights.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        As for `generalized_cross_entropy` and `generalized_cross_entropy_gradient`.

    See Also
    --------
    generalized_cross_entropy : the value alone.
    generalized_cross_entropy_gradient : the derivative alone.

    Examples
    --------
    >>> value, gradient = generalized_cross_entropy_value_and_gradient([1], [0.0], q=1)
    >>> print(value, gradient)
    0.5 [-0.25]
    """
    return _specs.of_surprise(
        _specs.GeneralizedCrossEntropy(q),
        y_true,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )
