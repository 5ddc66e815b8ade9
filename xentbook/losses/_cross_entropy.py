"""Cross-entropy three ways: two classes, K classes with a target for each, K classes with one label."""

from __future__ import annotations

from numpy.typing import ArrayLike, NDArray

from xentbook import _specs
from xentbook._weights import Reduction

__all__ = ["binary_cross_entropy", "categorical_cross_entropy", "sparse_categorical_cross_entropy"]


def binary_cross_entropy(
    y_true: ArrayLike,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> NDArray | float:
    r"""Return the surprise at outcomes that happen or not, each predicted by one probability.

    .. math:: \ell(y, p) = -w_+\, y \ln p - (1 - y) \ln(1 - p), \qquad
       \ell(y, z) = w_+\, y \ln(1 + e^{-z}) + (1 - y) \ln(1 + e^{z})

    Parameters
    ----------
    y_true : array_like
        Targets in [0, 1], any shape: 0 or 1, or soft.
    probs : array_like, the shape of `y_true`
        Probabilities of 1.
    logits : array_like, the shape of `y_true`
        Their log-odds in nats; give these or `probs`.
    sample_weight : array_like, the shape of `y_true`, optional
        Non-negative weights; the mean divides by their sum.
    pos_weight : array_like, optional
        Non-negative factor :math:`w_+` of the first term, a number or of a shape that broadcasts to that of `y_true`.
        It is a factor of the loss, not a weight: the mean does not divide by it.
    label_smoothing : float
        ε in [0, 1]: the target becomes (1 - ε) y + ε/2.
    reduction : {"mean", "sum", "none"}
        What becomes of the samples.

    Returns
    -------
    float or ndarray
        In nats; inf where something happens that was given probability 0.

    Raises
    ------
    TypeError
        If both or neither of `probs` and `logits` are given.
    ValueError
        If an input is empty, contains NaN or leaves its range, if shapes differ, or if the weights of a mean sum to 0.

    See Also
    --------
    sparse_categorical_cross_entropy : more than two classes.
    focal_loss : puts less weight on what is easy.

    Notes
    -----
    Good [1]_ proposed the logarithmic score for forecasts of this kind.

    PyTorch's ``pos_weight`` is the same; its mean with ``weight`` divides by the number of samples, as does that of
    Keras with ``sample_weight``; ours and scikit-learn's divide by the sum of the weights. For a true outcome given
    probability 0 scikit-learn charges 36.04, PyTorch 100 and Keras 16.12; here it is inf. Before that point PyTorch's
    gradient through ``sigmoid`` has faded, and that of Keras is 0: train from logits. Of a confident right 0 from
    logits PyTorch returns 0, and Keras averages in single precision. Where one of the shapes is (n, 1) and the other
    (n,), Optax broadcasts to (n, n); here that is an error.

    References
    ----------
    .. [1] I. J. Good, "Rational decisions", Journal of the Royal Statistical Society B 14(1), 1952, 107-114.
       doi:10.1111/j.2517-6161.1952.tb00104.x

    Examples
    --------
    >>> print(f"{binary_cross_entropy([1, 0], probs=[0.9, 0.2]):.4f}")
    0.1643
    >>> print(binary_cross_entropy([1, 1, 0], logits=[60.0, -1000.0, 0.0], reduction="none"))
    [8.75651076e-27 1.00000000e+03 6.93147181e-01]
    >>> print(binary_cross_entropy([1], probs=[0.0]))
    inf
    """
    return _specs.of_binary_targets(
        y_true,
        probs=probs,
        logits=logits,
        sample_weight=sample_weight,
        pos_weight=pos_weight,
        label_smoothing=label_smoothing,
        reduction=reduction,
    )[0]


def categorical_cross_entropy(
    y_true: ArrayLike,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> NDArray | float:
    r"""Return the average surprise at outcomes that come from given distributions over K classes.

    .. math:: \ell(y, p) = -\sum_k y_k \ln p_k, \qquad
       \ell(y, z) = \sum_k y_k \Big(\ln \sum_j e^{z_j} - z_k\Big)

    Parameters
    ----------
    y_true : array_like, shape (..., K)
        Target distributions that sum to 1: one-hot or soft.
    probs : array_like, shape (..., K)
        Probabilities that sum to 1.
    logits : array_like, shape (..., K)
        Logits in nats; give these or `probs`.
    class_weight : array_like, shape (K,), optional
        Non-negative factors of the K terms. A sample's weight is :math:`\sum_k y_k w_k`, of the target before
        smoothing.
    sample_weight : array_like, shape (...), optional
        Non-negative weights; the mean divides by the sum of all weights.
    label_smoothing : float
        ε in [0, 1]: the target becomes (1 - ε) y + ε/K. A class at logit -inf then costs inf.
    reduction : {"mean", "sum", "none"}
        What becomes of the samples.

    Returns
    -------
    float or ndarray, shape (...)
        In nats; inf where a class that may happen was given probability 0.

    Raises
    ------
    TypeError
        If both or neither of `probs` and `logits` are given.
    ValueError
        If an input is empty, contains NaN or leaves its range, if shapes differ, if rows do not sum to 1, if logits tie
        at infinity so that there is no limit, or if the weights of a mean sum to 0.

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

    See Also
    --------
    sparse_categorical_cross_entropy : the same from labels, with less work.
    xentbook.cross_entropy : the same from two distributions, in bits.

    Notes
    -----
    Label smoothing is that of [1]_; PyTorch, Keras and Optax have the same.

    PyTorch divides a mean with class weights by their sum when the targets are labels, by the number of samples when
    they are distributions (one-hot rows too); here it is the sum in both cases. A target of 0 against a logit of -inf
    is NaN in PyTorch, Keras and Optax's ``softmax_cross_entropy``; here, and in Optax's ``safe_softmax_cross_entropy``,
    it costs nothing. Rows that do not sum to 1 are an error here, and are normalised by Keras. The truth comes first,
    as in Keras and scikit-learn; in PyTorch and Optax it comes second.

    References
    ----------
    .. [1] C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, "Rethinking the Inception architecture for
       computer vision", CVPR 2016, 2818-2826. doi:10.1109/CVPR.2016.308

    Examples
    --------
    >>> print(f"{categorical_cross_entropy([1, 0, 0], probs=[0.9, 0.05, 0.05]):.4f}")
    0.1054
    >>> print(f"{categorical_cross_entropy([1, 0, 0], probs=[0.1, 0.8, 0.1]):.4f}")
    2.3026
    >>> print(categorical_cross_entropy([[0.5, 0.5, 0.0]], logits=[[0.0, 0.0, float("-inf")]]).round(4))
    0.6931
    """
    return _specs.of_targets(
        y_true,
        probs=probs,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        label_smoothing=label_smoothing,
        reduction=reduction,
    )[0]


def sparse_categorical_cross_entropy(
    y_true: ArrayLike,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> NDArray | float:
    r"""Return the surprise at the true class among K: the categorical loss of a one-hot target, from its index alone.

    .. math:: \ell(y, p) = -\ln p_y, \qquad
       \ell(y, z) = \ln \sum_j e^{z_j} - z_y = \ln\Big(1 + \sum_{j \ne y} e^{z_j - z_y}\Big)

    Parameters
    ----------
    y_true : array_like of int, shape (...)
        Labels 0 … K - 1.
    probs : array_like, shape (..., K)
        Probabilities that sum to 1.
    logits : array_like, shape (..., K)
        Logits in nats; give these or `probs`.
    class_weight : array_like, shape (K,), optional
        Non-negative factors of the K terms. A sample's weight is that of its label.
    sample_weight : array_like, shape (...), optional
        Non-negative weights; the mean divides by the sum of all weights.
    label_smoothing : float
        ε in [0, 1]: the target becomes 1 - ε + ε/K for the label, ε/K for the others. A class at logit -inf then costs
        inf.
    ignore_index : int, optional
        Samples with this label cost 0 and do not count in the mean; their predictions may hold anything.
    reduction : {"mean", "sum", "none"}
        What becomes of the samples.

    Returns
    -------
    float or ndarray, shape (...)
        In nats; inf where the true class was given probability 0.

    Raises
    ------
    TypeError
        If both or neither of `probs` and `logits` are given, or if `y_true` does not hold integers.
    ValueError
        If an input is empty, contains NaN or leaves its range, if shapes differ, if rows do not sum to 1, if logits tie
        at infinity so that there is no limit, if every sample of a mean is ignored, or if its weights sum to 0.

    Warns
    -----
    UserWarning
        If softmax over one output is asked for, which makes every loss 0.

    See Also
    --------
    categorical_cross_entropy : soft targets.
    sparse_categorical_cross_entropy_value_and_gradient : together with its gradient.

    Notes
    -----
    From logits the last form is what is computed, with the true class left out of the sum: there is no cancellation,
    and a confident right answer costs the small number that it does. Logits are read in blocks that fit in the cache,
    so that no array of their size is made. [1]_ analyses the rounding errors of such formulas. PyTorch, Keras and Optax
    subtract two numbers of the size of the logits, and return 0 where the true class leads by 40.

    Class weights, smoothing and ignored labels are those of PyTorch in any combination. It ignores -100 unless told
    otherwise, wants the classes of a sequence on axis 1, and gives NaN for the mean of nothing where Keras gives 0 and
    we raise. Keras divides a mean with ``sample_weight`` by the number of samples that are not ignored, unless asked
    for ``reduction="mean_with_sample_weight"``. Optax returns the losses, and its caller's mean counts what was left
    out. A label K costs 0 in Keras on JAX and NaN in Optax, which takes -1 for the last class; PyTorch raises, and so
    do we. A true class given probability 0 costs 36.04 in scikit-learn and 16.12 in Keras, which clip.

    References
    ----------
    .. [1] P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax functions",
       IMA Journal of Numerical Analysis 41(4), 2021, 2311-2330. doi:10.1093/imanum/draa038

    Examples
    --------
    >>> print(f"{sparse_categorical_cross_entropy([0, 0], probs=[[0.9, 0.05, 0.05], [0.1, 0.8, 0.1]]):.4f}")
    1.2040
    >>> print(sparse_categorical_cross_entropy([0, 1], logits=[[60.0, 0.0], [60.0, 0.0]], reduction="none"))
    [8.75651076e-27 6.00000000e+01]
    """
    return _specs.of_labels(
        y_true,
        probs=probs,
        logits=logits,
        class_weight=class_weight,
        sample_weight=sample_weight,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        reduction=reduction,
    )[0]
