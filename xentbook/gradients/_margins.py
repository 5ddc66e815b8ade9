"""Derivatives of the margin losses: one push for every violation of the margin, large or small."""

from __future__ import annotations

from numpy.typing import ArrayLike, NDArray

from xentbook import _specs
from xentbook._weights import Reduction

__all__ = [
    "hinge_gradient",
    "hinge_value_and_gradient",
    "categorical_hinge_gradient",
    "categorical_hinge_value_and_gradient",
]


def hinge_gradient(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> NDArray | float:
    r"""Return the derivative of the hinge loss in each score, 0 at the kink.

    .. math:: \frac{\partial \ell}{\partial z} = -s\, [s z < 1], \qquad s = 2y - 1

    Parameters
    ----------
    y_true : array_like of int
        Labels 0 or 1, any shape.
    scores : array_like, the shape of `y_true`
        Decision values, finite.
    class_weight : array_like, shape (2,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, the shape of `y_true`, optional
        Non-negative weights; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label have the gradient 0 and do not count in the mean; their scores may hold anything.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    ndarray or float, the shape of `scores`
        The same push for every violation of the margin, large or small.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty, not finite or of another shape, if a label is neither 0 nor 1, or if the weights
        of a mean sum to 0.

    See Also
    --------
    hinge : the loss.
    hinge_value_and_gradient : both.

    Examples
    --------
    >>> print(hinge_gradient([1, 1, 0], [2.0, 0.25, 3.0], reduction="none"))
    [ 0. -1.  1.]
    """
    return _specs.of_scores(
        _specs.Hinge(),
        y_true,
        scores,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )[1]


def hinge_value_and_gradient(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> tuple[NDArray | float, NDArray | float]:
    r"""Return the hinge loss and its derivative in each score.

    .. math:: \ell = \max(0,\ 1 - s z), \qquad \frac{\partial \ell}{\partial z} = -s\, [s z < 1], \qquad s = 2y - 1

    Parameters
    ----------
    y_true : array_like of int
        Labels 0 or 1, any shape.
    scores : array_like, the shape of `y_true`
        Decision values, finite.
    class_weight : array_like, shape (2,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, the shape of `y_true`, optional
        Non-negative weights; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label have the gradient 0 and do not count in the mean; their scores may hold anything.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    value : float or ndarray, the shape of `y_true`
        In the unit of the scores.
    gradient : ndarray or float, the shape of `scores`
        The value's derivative: it is reduced with the same weights.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        As for `hinge` and `hinge_gradient`.

    See Also
    --------
    hinge : the value alone.
    hinge_gradient : the derivative alone.

    Examples
    --------
    >>> value, gradient = hinge_value_and_gradient([1, 0], [0.5, 1.0])
    >>> print(value, gradient)
    1.25 [-0.5  0.5]
    """
    return _specs.of_scores(
        _specs.Hinge(),
        y_true,
        scores,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )


def categorical_hinge_gradient(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> NDArray:
    r"""Return the derivative of the categorical hinge loss in each score, 0 at the kink.

    .. math:: \frac{\partial \ell}{\partial z_k} = \big([k = r] - [k = y]\big)\, [z_y < z_r + 1], \qquad
       r = \arg\max_{j \ne y} z_j

    Parameters
    ----------
    y_true : array_like of int, shape (...)
        Labels 0 … K - 1.
    scores : array_like, shape (..., K)
        Decision values, finite, of at least two classes.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, shape (...), optional
        Non-negative weights; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label have the gradient 0 and do not count in the mean; their scores may hold anything.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    ndarray, shape (..., K)
        A push for the true class and its best rival (the first of several), none for the others.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty, not finite or of another shape, if there is one class only, if a label is out of
        range, or if the weights of a mean sum to 0.

    See Also
    --------
    categorical_hinge : the loss.
    categorical_hinge_value_and_gradient : both.

    Examples
    --------
    >>> print(categorical_hinge_gradient([0, 0], [[3.0, 1.0, 0.5], [0.0, 1.0, 0.5]], reduction="none"))
    [[ 0.  0.  0.]
     [-1.  1.  0.]]
    """
    return _specs.of_scores(
        _specs.CategoricalHinge(),
        y_true,
        scores,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )[1]


def categorical_hinge_value_and_gradient(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> tuple[NDArray | float, NDArray]:
    r"""Return the categorical hinge loss and its derivative in each score.

    .. math:: \ell = \max(0,\ 1 + z_r - z_y), \qquad
       \frac{\partial \ell}{\partial z_k} = \big([k = r] - [k = y]\big)\, [\ell > 0], \qquad
       r = \arg\max_{j \ne y} z_j

    Parameters
    ----------
    y_true : array_like of int, shape (...)
        Labels 0 … K - 1.
    scores : array_like, shape (..., K)
        Decision values, finite, of at least two classes.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, as in the loss.
    sample_weight : array_like, shape (...), optional
        Non-negative weights; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label have the gradient 0 and do not count in the mean; their scores may hold anything.
    reduction : {"mean", "sum", "none"}
        That of the loss. "mean" divides by what the loss is divided by; "sum" and "none" give each sample's own
        gradient, times its weight.

    Returns
    -------
    value : float or ndarray, shape (...)
        In the unit of the scores.
    gradient : ndarray, the shape of `scores`
        The value's derivative: it is reduced with the same weights.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        As for `categorical_hinge` and `categorical_hinge_gradient`.

    See Also
    --------
    categorical_hinge : the value alone.
    categorical_hinge_gradient : the derivative alone.

    Examples
    --------
    >>> value, gradient = categorical_hinge_value_and_gradient([0], [[0.0, 1.0, 0.5]])
    >>> print(value, gradient)
    2.0 [[-1.  1.  0.]]
    """
    return _specs.of_scores(
        _specs.CategoricalHinge(),
        y_true,
        scores,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
        gradient=True,
    )
