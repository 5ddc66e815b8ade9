"""Other prices for a prediction: distances of probabilities, and cross-entropy bent at either end."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import (
    as_array,
    as_finite,
    as_labels,
    as_number,
    as_probabilities,
    as_probability,
    exactly_one,
    quiet,
    require_same_shape,
)
from xentbook._forecasts import as_kept_labels
from xentbook._rows import require_defined, rows_of_labels
from xentbook._weights import as_class_weight, as_sample_weight, reduce
from xentbook.losses._cross_entropy import softplus_pair

__all__ = ["squared_error", "absolute_error", "focal_loss", "generalized_cross_entropy", "surprise_and_rest"]

_FIX = "pass logits=… instead"


@quiet
def squared_error(
    y_true: ArrayLike,
    y_pred: ArrayLike | None = None,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> NDArray | float:
    r"""Return the squared distance of a prediction from what came.

    .. math:: \ell(y, \hat y) = (\hat y - y)^2, \qquad \ell(y, p) = \sum_k (p_k - [k = y])^2

    Parameters
    ----------
    y_true : array_like
        Numbers of any shape beside `y_pred`. Beside `probs` or `logits`, labels of shape (n,).
    y_pred : array_like, the shape of `y_true`, optional
        Predicted numbers, finite.
    probs : array_like, shape (n,) or (n, K), optional
        Probabilities of class 1 (the loss is then (p - y)², one term), or of the K classes.
    logits : array_like, shape (n,) or (n, K), optional
        Log-odds of class 1, or logits of the K classes, in nats.
    sample_weight : array_like, optional
        Non-negative weights, of the shape of `y_true`; the mean divides by their sum.
    reduction : {"mean", "sum", "none"}
        What becomes of the samples.

    Returns
    -------
    float or ndarray
        Of probabilities: in [0, 1] for one, in [0, 2] for K classes. This is the Brier score, and proper.

    Raises
    ------
    TypeError
        If not exactly one of `y_pred`, `probs` and `logits` is given.
    ValueError
        If an input is empty, contains NaN or leaves its range, or if shapes differ.

    See Also
    --------
    absolute_error : the distance itself.

    Notes
    -----
    Brier [1]_ proposed it for forecasts of several classes. The mean squared errors of PyTorch and Keras divide by the number
    of classes too: theirs is 1/K of this one.

    References
    ----------
    .. [1] G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78(1),
       1950, 1-3. doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2

    Examples
    --------
    >>> print(squared_error([1.0, 2.0], [1.5, 2.0]))
    0.125
    >>> print(f"{squared_error([1], probs=[0.1]):.2f} {squared_error([0], probs=[[0.1, 0.8, 0.1]]):.2f}")
    0.81 1.46
    """
    if exactly_one(y_pred=y_pred, probs=probs, logits=logits) == "y_pred":
        error, given = _difference(y_true, y_pred)
        return _reduced(error**2, y_true, sample_weight, reduction, given)
    given, rest, others = _distances(y_true, probs, logits)
    return _reduced(rest**2 + others, y_true, sample_weight, reduction, given)


@quiet
def absolute_error(
    y_true: ArrayLike,
    y_pred: ArrayLike | None = None,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> NDArray | float:
    r"""Return the distance of a prediction from what came.

    .. math:: \ell(y, \hat y) = |\hat y - y|, \qquad \ell(y, p) = \sum_k |p_k - [k = y]| = 2 (1 - p_y)

    Parameters
    ----------
    y_true : array_like
        Numbers of any shape beside `y_pred`. Beside `probs` or `logits`, labels of shape (n,).
    y_pred : array_like, the shape of `y_true`, optional
        Predicted numbers, finite.
    probs : array_like, shape (n,) or (n, K), optional
        Probabilities of class 1 (the loss is then \|p - y\|, one term), or of the K classes.
    logits : array_like, shape (n,) or (n, K), optional
        Log-odds of class 1, or logits of the K classes, in nats.
    sample_weight : array_like, optional
        Non-negative weights, of the shape of `y_true`; the mean divides by their sum.
    reduction : {"mean", "sum", "none"}
        What becomes of the samples.

    Returns
    -------
    float or ndarray
        Of probabilities: in [0, 1] for one, in [0, 2] for K classes.

    Raises
    ------
    TypeError
        If not exactly one of `y_pred`, `probs` and `logits` is given.
    ValueError
        If an input is empty, contains NaN or leaves its range, or if shapes differ.

    See Also
    --------
    squared_error : proper, which this is not.
    generalized_cross_entropy : between this and cross-entropy.

    Notes
    -----
    As a loss of classes it tolerates labels that are wrong at random [1]_: the sum of the losses of all K labels is constant.
    The mean absolute errors of PyTorch and Keras divide by the number of classes too: theirs is 1/K of this one.

    References
    ----------
    .. [1] A. Ghosh, H. Kumar and P. S. Sastry, "Robust loss functions under label noise for deep neural networks",
       AAAI 2017, 1919-1925. doi:10.1609/aaai.v31i1.10894

    Examples
    --------
    >>> print(absolute_error([1.0, 2.0], [1.5, 2.0]))
    0.25
    >>> print(f"{absolute_error([1], probs=[0.1]):.2f} {absolute_error([0], probs=[[0.1, 0.8, 0.1]]):.2f}")
    0.90 1.80
    """
    if exactly_one(y_pred=y_pred, probs=probs, logits=logits) == "y_pred":
        error, given = _difference(y_true, y_pred)
        return _reduced(np.abs(error), y_true, sample_weight, reduction, given)
    given, _, rest = surprise_and_rest(y_true, probs, logits)
    return _reduced(
        given.ndim * rest, y_true, sample_weight, reduction, given
    )  # the others miss as much as the true one


@quiet
def focal_loss(
    y_true: ArrayLike,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    gamma: float = 2.0,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> NDArray | float:
    r"""Return the surprise at the true class, made smaller the more that class was expected.

    .. math:: \ell(y, p) = -(1 - p_y)^\gamma \ln p_y

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    probs : array_like, shape (n,) or (n, K), optional
        Probabilities of class 1, or of the K classes.
    logits : array_like, shape (n,) or (n, K), optional
        Log-odds of class 1, or logits of the K classes, in nats; give these or `probs`.
    gamma : float
        At least 0; 0 is cross-entropy.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes; the paper's α for two classes is ``(1 - α, α)``.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; the mean divides by the sum of all weights.
    reduction : {"mean", "sum", "none"}
        What becomes of the samples.

    Returns
    -------
    float or ndarray, shape (n,)
        In nats.

    Raises
    ------
    TypeError
        If both or neither of `probs` and `logits` are given, or if `y_true` does not hold integers.
    ValueError
        If an input is empty, contains NaN or leaves its range, if shapes differ, or if the weights of a mean sum to 0.

    See Also
    --------
    sparse_categorical_cross_entropy : gamma = 0.

    Notes
    -----
    Proposed for detectors, where easy background outnumbers everything else [1]_. It is not proper: the probability
    that minimises its expectation is not the true one.

    Optax has it for two classes, digit for digit. Keras multiplies that of K classes by ``alpha=0.25`` unless told
    otherwise, and that of two by no alpha unless told to; it clips the probabilities, and has no gradient beyond.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal loss for dense object detection", ICCV 2017,
       2999-3007. doi:10.1109/ICCV.2017.324

    Examples
    --------
    >>> print(focal_loss([1, 1], probs=[0.5, 0.1], reduction="none").round(4))
    [0.1733 1.8651]
    """
    power = as_number(gamma, "gamma", minimum=0)
    given, surprise, rest = surprise_and_rest(y_true, probs, logits)
    losses = rest**power * surprise
    return _reduced(losses, y_true, sample_weight, reduction, given, class_weight)


@quiet
def generalized_cross_entropy(
    y_true: ArrayLike,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    q: float = 0.7,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> NDArray | float:
    r"""Return a price between cross-entropy (q → 0) and the probability missed (q = 1), bounded by 1/q.

    .. math:: \ell(y, p) = \frac{1 - p_y^{\,q}}{q}

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels.
    probs : array_like, shape (n,) or (n, K), optional
        Probabilities of class 1, or of the K classes.
    logits : array_like, shape (n,) or (n, K), optional
        Log-odds of class 1, or logits of the K classes, in nats; give these or `probs`.
    q : float
        In [0, 1]; 0 is cross-entropy, its limit.
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; the mean divides by the sum of all weights.
    reduction : {"mean", "sum", "none"}
        What becomes of the samples.

    Returns
    -------
    float or ndarray, shape (n,)
        At most 1/q; in nats for q = 0.

    Raises
    ------
    TypeError
        If both or neither of `probs` and `logits` are given, or if `y_true` does not hold integers.
    ValueError
        If an input is empty, contains NaN or leaves its range, if shapes differ, or if the weights of a mean sum to 0.

    See Also
    --------
    absolute_error : twice the loss at q = 1, for K classes.

    Notes
    -----
    A bounded loss can be paid for a wrong label, and q says how far to go [1]_. The default is the paper's. Keras has the
    same, from probabilities, without the two ends 0 and 1.

    References
    ----------
    .. [1] Z. Zhang and M. R. Sabuncu, "Generalized cross entropy loss for training deep neural networks with noisy
       labels", NeurIPS 2018, 8778-8788. arXiv:1805.07836

    Examples
    --------
    >>> print(generalized_cross_entropy([1, 1], probs=[0.9, 0.1], q=0.5, reduction="none").round(4))
    [0.1026 1.3675]
    """
    power = as_number(q, "q", minimum=0, maximum=1)
    given, surprise, _ = surprise_and_rest(y_true, probs, logits)
    losses = -np.expm1(-power * surprise) / power if power else surprise
    return _reduced(losses, y_true, sample_weight, reduction, given, class_weight)


def surprise_and_rest(
    y_true: ArrayLike, probs: ArrayLike | None, logits: ArrayLike | None
) -> tuple[NDArray, NDArray[np.float64], NDArray[np.float64]]:
    """Return the prediction, and in float64 -ln p and 1 - p of each true class, both with all their digits.

    The prediction is (n,), of class 1, or (n, K); one-hot targets beside (n, K) would be read as n K binary ones by some
    libraries, and are refused.
    """
    if exactly_one(probs=probs, logits=logits) == "logits":
        return _from_logits(y_true, as_array(logits, "logits", min_ndim=1))
    given = as_array(probs, "probs", min_ndim=1)
    given = as_probabilities(probs, "probs", fix=_FIX) if given.ndim == 2 else as_probability(probs, "probs", fix=_FIX)
    labels, wide = _as_labels(y_true, given), given.astype(np.float64)
    if given.ndim == 2:
        own = np.take_along_axis(wide, labels[:, np.newaxis], axis=-1)[:, 0]
        return given, -np.log(own), 1.0 - own
    surprise = np.where(labels == 1, -np.log(wide), -np.log1p(-wide))
    return given, surprise, np.where(labels == 1, 1.0 - wide, wide)


def _from_logits(y_true: ArrayLike, given: NDArray) -> tuple[NDArray, NDArray[np.float64], NDArray[np.float64]]:
    labels, wide = _as_labels(y_true, given), given.astype(np.float64)
    if given.ndim == 2:
        surprise = rows_of_labels(labels, wide)
        require_defined(surprise, given)
    else:
        surprise = np.where(labels == 1, *softplus_pair(wide))
    return given, surprise, -np.expm1(-surprise)


def _as_labels(y_true: ArrayLike, given: NDArray) -> NDArray[np.int64]:
    """Return the labels of one-dimensional (two classes) or two-dimensional predictions."""
    if given.ndim > 2:
        raise ValueError(f"`probs` or `logits` must have the shape (n,) or (n, K); got {given.shape}")
    if given.ndim == 2:
        return as_kept_labels(y_true, given.shape, None)[0]
    labels = as_labels(y_true, "y_true", n_classes=2)
    require_same_shape(labels, given, ("y_true", "probs or logits"))
    return labels


def _distances(
    y_true: ArrayLike, probs: ArrayLike | None, logits: ArrayLike | None
) -> tuple[NDArray, NDArray[np.float64], NDArray[np.float64] | float]:
    """Return the prediction, 1 - p of the true class, and the sum of the squares of the other classes, or 0."""
    given, _, rest = surprise_and_rest(y_true, probs, logits)
    if given.ndim == 1:
        return given, rest, 0.0
    labels = _as_labels(y_true, given)
    others = np.array(given, dtype=np.float64, order="C")
    if logits is not None:
        rows_of_labels(labels, given.astype(np.float64), out=others)
    np.put_along_axis(others, labels[:, np.newaxis], 0.0, axis=-1)
    return given, rest, (others**2).sum(axis=-1)


def _difference(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[NDArray[np.float64], NDArray]:
    y, given = as_finite(y_true, "y_true"), as_finite(y_pred, "y_pred")
    require_same_shape(y, given, ("y_true", "y_pred"))
    return given.astype(np.float64) - y, given


def _reduced(
    losses: NDArray[np.float64],
    y_true: ArrayLike,
    sample_weight: ArrayLike | None,
    reduction: str,
    given: NDArray,
    class_weight: ArrayLike | None = None,
) -> NDArray | float:
    """Return the losses times the weights of their samples and of their labels, reduced."""
    weight = as_sample_weight(sample_weight, losses.shape)
    by_class = as_class_weight(class_weight, given.shape[1] if given.ndim == 2 else 2)
    if by_class is not None:
        weight = by_class[as_labels(y_true, "y_true")] * (1.0 if weight is None else weight)
    return reduce(losses, reduction, given.dtype, weight=weight)
