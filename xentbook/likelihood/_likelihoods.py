"""How probable the data are under a model, as a logarithm."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_integer, as_labels, as_probabilities, as_probability, require_broadcast
from xentbook.links import log_sigmoid, log_softmax

__all__ = ["bernoulli_log_likelihood", "categorical_log_likelihood", "empirical_distribution"]


def bernoulli_log_likelihood(
    y_true: ArrayLike, *, probs: ArrayLike | None = None, logits: ArrayLike | None = None
) -> NDArray[np.float64] | float:
    r"""Return the log-likelihood of coin tosses under the probabilities of heads that a model gives.

    .. math:: \ell = \sum_{i=1}^{n} y_i \log p_i + (1 - y_i) \log(1 - p_i)

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes, 0 or 1, or soft: a number in [0, 1].
    probs : array_like, shape (..., n), (..., 1) or ()
        P(y = 1) for each toss, or one for all. Leading axes hold rival models: pass ``grid[:, None]`` for a curve.
    logits : array_like, the same shapes
        The log-odds of `probs`, in nats; given instead of it. ±inf is a model that is certain.

    Returns
    -------
    ndarray, shape (...), or float
        Nats, at most 0; -inf where a model rules out what happened.

    Raises
    ------
    TypeError
        If not exactly one of `probs` and `logits` is given.
    ValueError
        If an input is empty, contains NaN or leaves [0, 1], or if the shapes do not fit.

    See Also
    --------
    bernoulli_mle : the probability at which this is largest.
    categorical_log_likelihood : for more than two outcomes.

    Examples
    --------
    >>> tosses = [1, 1, 0, 1]
    >>> print(bernoulli_log_likelihood(tosses, probs=0.5).round(4))  # 4 log 1/2
    -2.7726
    >>> print(bernoulli_log_likelihood(tosses, probs=[[0.25], [0.75], [1.0]]).round(4))
    [-4.4466 -2.2493    -inf]
    """
    y = as_probability(y_true, "y_true", ndim=1).astype(np.float64)
    with np.errstate(all="ignore"):
        name, given = _the_given(probs, logits)
        log_heads, log_tails = _log_heads_and_tails(name, given)
        _require_samples(require_broadcast(log_heads, y, names=(name, "y_true")), y.size, name)
        heads = np.where(y > 0, y * log_heads, 0.0)  # 0 log 0 = 0 by continuity
        tails = np.where(y < 1, (1.0 - y) * log_tails, 0.0)
        return (heads + tails).sum(axis=-1)[()]


def categorical_log_likelihood(
    y_true: ArrayLike, *, probs: ArrayLike | None = None, logits: ArrayLike | None = None
) -> NDArray[np.float64] | float:
    r"""Return the log-likelihood of class labels under the distributions that a model gives.

    .. math:: \ell = \sum_{i=1}^{n} \log p_{i, y_i}

    Parameters
    ----------
    y_true : array_like of int, shape (n,)
        Labels 0 … K−1.
    probs : array_like, shape (K,), (..., n, K) or (..., 1, K)
        A distribution for all samples, or one for each. Leading axes hold rival models.
    logits : array_like, the same shapes
        Logits in nats, given instead of `probs`; they need not be normalised.

    Returns
    -------
    ndarray, shape (...), or float
        Nats, at most 0; -inf where a model rules out what happened.

    Raises
    ------
    TypeError
        If not exactly one of `probs` and `logits` is given, or the labels are not integers.
    ValueError
        If an input is empty or contains NaN, probabilities do not sum to 1, a label is not one of the classes, or the
        shapes do not fit.

    See Also
    --------
    categorical_mle : the distribution at which this is largest.
    empirical_distribution : its cross-entropy with `probs`, times -n, is this number.

    Examples
    --------
    >>> print(categorical_log_likelihood([0, 2, 2, 1], probs=[0.25, 0.25, 0.5]).round(4))
    -4.1589
    >>> print(categorical_log_likelihood([0, 1], logits=[[100.0, 0.0], [0.0, 100.0]]))  # -2 e^-100
    -7.440151952041672e-44
    """
    name, given = _the_given(probs, logits)
    log_probs = _log_probs(name, given)
    labels = as_labels(y_true, "y_true", n_classes=log_probs.shape[-1])
    table = log_probs[np.newaxis] if log_probs.ndim == 1 else log_probs
    shape = (*table.shape[:-2], labels.size, table.shape[-1])
    _require_samples(table.shape[:-1], labels.size, name, also_one=True)
    index = np.broadcast_to(labels[:, np.newaxis], (*shape[:-1], 1))
    return np.take_along_axis(np.broadcast_to(table, shape), index, axis=-1)[..., 0].sum(axis=-1)[()]


def empirical_distribution(labels: ArrayLike, *, n_classes: int | None = None) -> NDArray[np.float64]:
    r"""Return the share of each class among the labels.

    .. math:: \hat p_k = \frac{1}{n} \sum_{i=1}^{n} [y_i = k]

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Labels 0 … K−1.
    n_classes : int, optional
        K; by default the largest label plus 1.

    Returns
    -------
    ndarray, shape (K,)
        Probabilities; they sum to 1.

    Raises
    ------
    TypeError
        If the labels are not integers.
    ValueError
        If there is no label, or one is negative or not below `n_classes`.

    See Also
    --------
    categorical_mle : the same numbers as an estimate, with standard errors.

    Examples
    --------
    >>> print(empirical_distribution([0, 2, 2, 1]))
    [0.25 0.25 0.5 ]
    """
    k = None if n_classes is None else as_integer(n_classes, "n_classes", minimum=1)
    codes = as_labels(labels, "labels", n_classes=k)
    return np.bincount(codes, minlength=k or 0) / codes.size


def _log_heads_and_tails(name: str, given: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return log p and log(1 - p)."""
    if name == "logits":
        z = as_array(given, "logits").astype(np.float64)
        return np.asarray(log_sigmoid(z)), np.asarray(log_sigmoid(-z))
    p = as_probability(given, "probs", fix="pass logits=… instead").astype(np.float64)
    return np.log(p), np.log1p(-p)


def _log_probs(name: str, given: ArrayLike) -> NDArray[np.float64]:
    """Return the logarithms of the probabilities, classes last."""
    if name == "logits":
        return log_softmax(as_array(given, "logits", min_ndim=1).astype(np.float64))
    with np.errstate(divide="ignore"):
        return np.log(as_probabilities(given, "probs", fix="pass logits=… instead").astype(np.float64))


def _the_given(probs: ArrayLike | None, logits: ArrayLike | None) -> tuple[str, ArrayLike]:
    """Return name and value of the one that is given."""
    if probs is not None and logits is None:
        return "probs", probs
    if logits is not None and probs is None:
        return "logits", logits
    raise TypeError(f"exactly one of `probs` and `logits` must be given; got {'neither' if probs is None else 'both'}")


def _require_samples(shape: tuple[int, ...], n: int, name: str, *, also_one: bool = False) -> None:
    """Raise unless the last axis of `shape` has one entry for each of the n samples."""
    if shape[-1] != n and not (also_one and shape[-1] == 1):
        raise ValueError(f"`{name}` must fit the {n} samples of `y_true`; got {shape[-1]}")
