"""Margin losses: a right answer costs nothing once it is right by enough; a wrong one costs how wrong it is."""

from __future__ import annotations

from numpy.typing import ArrayLike, NDArray

from xentbook import _specs
from xentbook._weights import Reduction

__all__ = ["hinge", "categorical_hinge"]


def hinge(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> NDArray | float:
    r"""Return how far a score falls short of a margin of 1 on the side of its label.

    .. math:: \ell(y, z) = \max(0,\ 1 - s z), \qquad s = 2y - 1

    Parameters
    ----------
    y_true : array_like of int
        Labels 0 or 1, any shape.
    scores : array_like, the shape of `y_true`
        Decision values, finite: above 0 for class 1.
    class_weight : array_like, shape (2,), optional
        Non-negative weights of the classes.
    sample_weight : array_like, the shape of `y_true`, optional
        Non-negative weights; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label cost 0 and do not count in the mean; their predictions may hold anything.
    reduction : {"mean", "sum", "none"}
        What becomes of the samples.

    Returns
    -------
    float or ndarray
        In the unit of the scores. It grows without bound on the wrong side, in a straight line.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty, not finite or of another shape, if a label is neither 0 nor 1, or if the
        weights of a mean sum to 0.

    See Also
    --------
    categorical_hinge : more than two classes.
    binary_cross_entropy : its smooth relative, never 0.

    Notes
    -----
    The loss of the support vector machine [1]_. Labels -1 and 1 become 0 and 1 by ``(y + 1) // 2``. Keras and
    scikit-learn take either; Optax wants -1 and 1, and charges 1 for a label 0, whatever its score. PyTorch's
    ``HingeEmbeddingLoss`` is another loss, of distances.

    References
    ----------
    .. [1] C. Cortes and V. Vapnik, "Support-vector networks", Machine Learning 20, 1995, 273-297.
       doi:10.1007/BF00994018

    Examples
    --------
    >>> print(hinge([1, 1, 0], [2.0, 0.25, 3.0], reduction="none"))
    [0.   0.75 4.  ]
    """
    return _specs.of_scores(
        _specs.Hinge(),
        y_true,
        scores,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
    )[0]


def categorical_hinge(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> NDArray | float:
    r"""Return how far the true class falls short of leading the best other class by 1.

    .. math:: \ell(y, z) = \max\Big(0,\ 1 + \max_{j \ne y} z_j - z_y\Big)

    Parameters
    ----------
    y_true : array_like of int, shape (...)
        Labels 0 … K - 1.
    scores : array_like, shape (..., K)
        Decision values, finite, of at least two classes.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes.
    sample_weight : array_like, shape (...), optional
        Non-negative weights; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label cost 0 and do not count in the mean; their predictions may hold anything.
    reduction : {"mean", "sum", "none"}
        What becomes of the samples.

    Returns
    -------
    float or ndarray, shape (...)
        In the unit of the scores.

    Raises
    ------
    TypeError
        If `y_true` does not hold integers.
    ValueError
        If an input is empty, not finite or of another shape, if there is one class only, if a label is out of
        range, or if the weights of a mean sum to 0.

    See Also
    --------
    hinge : two classes, one score.
    sparse_categorical_cross_entropy : its smooth relative.

    Notes
    -----
    The loss of [1]_, as in scikit-learn and Optax. Keras counts a score of 0 among the others, since it multiplies the
    scores by 1 - y; it then charges for a true class below 1 though all the others are far below it. PyTorch's
    ``MultiMarginLoss`` adds up what is missing to every other class, and divides by K.

    References
    ----------
    .. [1] K. Crammer and Y. Singer, "On the algorithmic implementation of multiclass kernel-based vector machines",
       Journal of Machine Learning Research 2, 2001, 265-292. https://www.jmlr.org/papers/v2/crammer01a.html

    Examples
    --------
    >>> print(categorical_hinge([0, 0], [[3.0, 1.0, 0.5], [0.0, 1.0, 0.5]], reduction="none"))
    [0. 2.]
    """
    return _specs.of_scores(
        _specs.CategoricalHinge(),
        y_true,
        scores,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
    )[0]
