"""Other losses of a prediction: distances of probabilities, and cross-entropy bent at either end."""

from __future__ import annotations

from numpy.typing import ArrayLike, NDArray

from xentbook import _specs
from xentbook._weights import Reduction

__all__ = ["squared_error", "absolute_error", "focal_loss", "generalized_cross_entropy"]


def squared_error(
    y_true: ArrayLike,
    y_pred: ArrayLike | None = None,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
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
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, two for one column; not beside `y_pred`.
    sample_weight : array_like, optional
        Non-negative weights, of the shape of `y_true`; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label cost 0 and do not count in the mean; their predictions may hold anything. Not beside
        `y_pred`.
    reduction : {"mean", "sum", "none"}
        What becomes of the samples.

    Returns
    -------
    float or ndarray
        Of probabilities: in [0, 1] for one, in [0, 2] for K classes. This is the Brier score, and proper.

    Raises
    ------
    TypeError
        If not exactly one of `y_pred`, `probs` and `logits` is given, or an option of classes beside `y_pred`.
    ValueError
        If an input is empty, contains NaN or leaves its range, if shapes differ, or if the weights of a mean sum to 0.

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

    See Also
    --------
    absolute_error : the distance itself.

    Notes
    -----
    Brier [1]_ proposed it for forecasts of several classes. The mean squared errors of PyTorch and Keras divide by the
    number of classes too: theirs is 1/K of this one.

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
    return _specs.of_distance(
        _specs.SquaredError(),
        y_true,
        y_pred,
        probs=probs,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
    )[0]


def absolute_error(
    y_true: ArrayLike,
    y_pred: ArrayLike | None = None,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
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
    class_weight : array_like, shape (K,), optional
        Non-negative weights of the classes, two for one column; not beside `y_pred`.
    sample_weight : array_like, optional
        Non-negative weights, of the shape of `y_true`; the mean divides by the sum of all weights.
    ignore_index : int, optional
        Samples with this label cost 0 and do not count in the mean; their predictions may hold anything. Not beside
        `y_pred`.
    reduction : {"mean", "sum", "none"}
        What becomes of the samples.

    Returns
    -------
    float or ndarray
        Of probabilities: in [0, 1] for one, in [0, 2] for K classes.

    Raises
    ------
    TypeError
        If not exactly one of `y_pred`, `probs` and `logits` is given, or an option of classes beside `y_pred`.
    ValueError
        If an input is empty, contains NaN or leaves its range, if shapes differ, or if the weights of a mean sum to 0.

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

    See Also
    --------
    squared_error : proper, which this is not.
    generalized_cross_entropy : between this and cross-entropy.

    Notes
    -----
    As a loss of classes it tolerates labels that are wrong at random [1]_: the sum of the losses of all K labels is
    constant. The mean absolute errors of PyTorch and Keras divide by the number of classes too: theirs is 1/K of this
    one.

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
    return _specs.of_distance(
        _specs.AbsoluteError(),
        y_true,
        y_pred,
        probs=probs,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
    )[0]


def focal_loss(
    y_true: ArrayLike,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    gamma: float = 2.0,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
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
    ignore_index : int, optional
        Samples with this label cost 0 and do not count in the mean; their predictions may hold anything.
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

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

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
    return _specs.of_surprise(
        _specs.FocalLoss(gamma),
        y_true,
        probs=probs,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
    )[0]


def generalized_cross_entropy(
    y_true: ArrayLike,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    q: float = 0.7,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> NDArray | float:
    r"""Return a loss between cross-entropy (q → 0) and the probability missed (q = 1), bounded by 1/q.

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
    ignore_index : int, optional
        Samples with this label cost 0 and do not count in the mean; their predictions may hold anything.
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

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

    See Also
    --------
    absolute_error : twice the loss at q = 1, for K classes.

    Notes
    -----
    A bounded loss can be paid for a wrong label, and q says how far to go [1]_. The default is the paper's. Keras has
    the same, from probabilities, without the two ends 0 and 1.

    References
    ----------
    .. [1] Z. Zhang and M. R. Sabuncu, "Generalized cross entropy loss for training deep neural networks with noisy
       labels", NeurIPS 2018, 8778-8788. arXiv:1805.07836

    Examples
    --------
    >>> print(generalized_cross_entropy([1, 1], probs=[0.9, 0.1], q=0.5, reduction="none").round(4))
    [0.1026 1.3675]
    """
    return _specs.of_surprise(
        _specs.GeneralizedCrossEntropy(q),
        y_true,
        probs=probs,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        ignore_index=ignore_index,
        reduction=reduction,
    )[0]
