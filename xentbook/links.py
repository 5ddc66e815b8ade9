r"""A model computes any real number, a probability lies in [0, 1]: links lead from one to the other and back.

The whole difficulty is to lose nothing on the way. A confident model says :math:`1 - 10^{-30}`, which floating
point stores as 1; but its logarithm, :math:`-10^{-30}`, is an ordinary number, and it is what a loss needs. So
logarithms are computed from the logits and never from the rounded probability.

Conventions
-----------
- ``z`` holds logits: natural logarithms of odds, or of unnormalised probabilities. Classes lie on `axis`, the last.
- Results have a relative error of at most 2e-13 in float64, however small they are, down to the smallest normal
  number. `logsumexp`, whose terms may cancel, has that error relative to max(1, \|max z\|).
- Logits may be ±inf where the limit exists; where it does not, and for NaN, the error is a ``ValueError``.
- float32 in, float32 out, rounded once from float64. Everything else gives float64. Inputs are never changed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_probability, normalize_axis, quiet, require_where

__all__ = ["sigmoid", "logit", "log_sigmoid", "softmax", "log_softmax", "logsumexp"]


@quiet
def sigmoid(z: ArrayLike) -> NDArray | float:
    r"""Return the probability whose log-odds are `z`.

    .. math:: \sigma(z) = \frac{1}{1 + e^{-z}}

    Parameters
    ----------
    z : array_like
        Logits in nats, any shape; ±inf gives 1 and 0.

    Returns
    -------
    ndarray or float
        Probabilities, the shape of `z`. For 1 - σ(z) without loss of digits call ``sigmoid(-z)``.

    Raises
    ------
    ValueError
        If `z` is empty or contains NaN.

    See Also
    --------
    logit : the inverse.
    log_sigmoid : its logarithm, precise where the sigmoid rounds to 1.

    Examples
    --------
    >>> print(sigmoid(0.0))
    0.5
    >>> print(sigmoid([-1000.0, 1000.0]))
    [0. 1.]
    """
    logits = as_array(z, "z")
    wide = logits.astype(np.float64)
    small = np.exp(-np.abs(wide))  # in (0, 1]: never overflows
    return _narrow(np.where(wide >= 0, 1.0, small) / (1.0 + small), logits)


@quiet
def logit(p: ArrayLike) -> NDArray | float:
    r"""Return the log-odds of the probability `p`.

    .. math:: \operatorname{logit}(p) = \ln \frac{p}{1 - p}

    Parameters
    ----------
    p : array_like
        Probabilities, any shape.

    Returns
    -------
    ndarray or float
        Logits in nats, the shape of `p`; -inf at 0, inf at 1.

    Raises
    ------
    ValueError
        If `p` is empty, contains NaN or leaves [0, 1].

    See Also
    --------
    sigmoid : the inverse.

    Examples
    --------
    >>> print(logit([0.0, 0.5, 1.0]))
    [-inf   0.  inf]
    >>> print(f"{logit(0.9):.4f}")
    2.1972
    """
    probs = as_probability(p, "p")
    wide = probs.astype(np.float64)
    # From 1/4 on, 2p - 1 is exact (Sterbenz), so that the small values around 1/2 keep all their digits.
    near_half = 2.0 * np.arctanh(2.0 * wide - 1.0)
    return _narrow(np.where(wide < 0.25, np.log(wide) - np.log1p(-wide), near_half), probs)


@quiet
def log_sigmoid(z: ArrayLike) -> NDArray | float:
    r"""Return the logarithm of the probability whose log-odds are `z`.

    .. math:: \ln \sigma(z) = -\ln(1 + e^{-z}) = \min(z, 0) - \ln(1 + e^{-|z|})

    Parameters
    ----------
    z : array_like
        Logits in nats, any shape; ±inf gives 0 and -inf.

    Returns
    -------
    ndarray or float
        Log-probabilities in nats, at most 0, the shape of `z`.

    Raises
    ------
    ValueError
        If `z` is empty or contains NaN.

    See Also
    --------
    log_softmax : the same for more than two classes.

    Notes
    -----
    Both terms of the second form have one sign, so nothing cancels. [1]_ compares the ways to compute
    :math:`\ln(1 + e^x)`.

    References
    ----------
    .. [1] M. Mächler, "Accurately computing log(1 - exp(-\|a\|)), assessed by the Rmpfr package", 2012.
       https://cran.r-project.org/web/packages/Rmpfr/vignettes/log1mexp-note.pdf

    Examples
    --------
    >>> print(log_sigmoid([-1000.0, 1000.0]))
    [-1000.     0.]
    >>> print(f"{log_sigmoid(60.0):.3e}")  # the sigmoid itself is 1 in floating point
    -8.757e-27
    """
    logits = as_array(z, "z")
    wide = logits.astype(np.float64)
    return _narrow(np.minimum(wide, 0.0) - np.log1p(np.exp(-np.abs(wide))), logits)


@quiet
def softmax(z: ArrayLike, *, axis: int = -1) -> NDArray:
    r"""Return the probabilities of K classes from their logits.

    .. math:: p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits in nats. A class at -inf has probability 0; one class alone at +inf has probability 1.
    axis : int
        The axis of the classes.

    Returns
    -------
    ndarray, shape (..., K)
        Probabilities that sum to 1 along `axis` up to rounding.

    Raises
    ------
    ValueError
        If `z` is empty, a scalar, or contains NaN; if several classes are at +inf, or all of several at -inf: then
        the probabilities depend on how the limit is taken.

    See Also
    --------
    log_softmax : the logarithms, precise where a probability rounds to 1 or 0.

    Notes
    -----
    The largest logit is subtracted first, which changes nothing in the fraction and keeps every exponential
    in [0, 1]. [1]_ analyses the rounding errors.

    References
    ----------
    .. [1] P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax functions",
       IMA Journal of Numerical Analysis 41(4), 2021, 2311-2330. doi:10.1093/imanum/draa038

    Examples
    --------
    >>> print(softmax([0.0, 0.0, float("-inf"), 0.0, 0.0]))
    [0.25 0.25 0.   0.25 0.25]
    >>> print(softmax([1000.0, 0.0]))
    [1. 0.]
    """
    logits, wide = _classes_last(z, axis)
    shifted = _shift(wide, axis)
    weights = np.exp(shifted, out=shifted)
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.asarray(_narrow(np.moveaxis(weights, -1, axis), logits))


@quiet
def log_softmax(z: ArrayLike, *, axis: int = -1) -> NDArray:
    r"""Return the log-probabilities of K classes from their logits.

    .. math:: \ln p_k = z_k - \ln \sum_j e^{z_j} = (z_k - z_m) - \ln\Big(1 + \sum_{j \ne m} e^{z_j - z_m}\Big),
       \qquad z_m = \max_j z_j

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits in nats, ±inf as in `softmax`.
    axis : int
        The axis of the classes.

    Returns
    -------
    ndarray, shape (..., K)
        Log-probabilities in nats, at most 0. That of a nearly certain class is not 0 but the small number it is.

    Raises
    ------
    ValueError
        As for `softmax`.

    See Also
    --------
    log_sigmoid : the same for two classes, one logit.
    logsumexp : the normalising constant.

    Notes
    -----
    In the last form the sum leaves out the largest term itself, so that ``log1p`` sees the small remainder
    unrounded [1]_; and both parts are negative, so that nothing cancels.

    References
    ----------
    .. [1] P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax functions",
       IMA Journal of Numerical Analysis 41(4), 2021, 2311-2330. doi:10.1093/imanum/draa038

    Examples
    --------
    >>> log_probs = log_softmax([60.0, 0.0])
    >>> print(f"{log_probs[0]:.3e} {log_probs[1]:.1f}")
    -8.757e-27 -60.0
    """
    logits, wide = _classes_last(z, axis)
    shifted = _shift(wide, axis)
    log_probs = shifted - np.log1p(_sum_of_others(shifted))
    return np.asarray(_narrow(np.moveaxis(log_probs, -1, axis), logits))


@quiet
def logsumexp(z: ArrayLike, *, axis: int = -1) -> NDArray | float:
    r"""Return the logarithm of a sum of exponentials: the largest logit, softened.

    .. math:: \operatorname{logsumexp}(z) = \ln \sum_j e^{z_j}
       = z_m + \ln\Big(1 + \sum_{j \ne m} e^{z_j - z_m}\Big), \qquad z_m = \max_j z_j

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits in nats. The limits exist for every ±inf: all at -inf give -inf, any at +inf give +inf.
    axis : int
        The axis to sum over.

    Returns
    -------
    ndarray, shape (...), or float
        In nats, between max z and max z + ln K.

    Raises
    ------
    ValueError
        If `z` is empty, a scalar, or contains NaN.

    See Also
    --------
    log_softmax : the logits with this subtracted.

    Examples
    --------
    >>> print(logsumexp([1000.0, float("-inf")]))
    1000.0
    >>> print(f"{logsumexp([0.0, 0.0]):.4f}")  # ln 2
    0.6931
    """
    logits, wide = _classes_last(z, axis)
    top = wide.max(axis=-1, keepdims=True)
    shifted = np.where(np.isinf(top), -np.inf, wide - top)  # an infinite maximum is the result by itself
    return _narrow((top + np.log1p(_sum_of_others(shifted)))[..., 0], logits)


def _classes_last(z: ArrayLike, axis: int) -> tuple[NDArray, NDArray[np.float64]]:
    """Return the checked logits, and a float64 copy of them with the classes last.

    The copy is contiguous, because NumPy sums in pairs, with small rounding error, only along contiguous memory.
    """
    logits = as_array(z, "z", min_ndim=1)
    last = np.moveaxis(logits, normalize_axis(axis, logits.ndim), -1)
    return logits, np.array(last, dtype=np.float64, order="C")


def _shift(wide: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Return the logits less their maximum, and the limit where the maximum is infinite; may overwrite `wide`."""
    top = wide.max(axis=-1, keepdims=True)
    if np.isfinite(top).all():
        return np.subtract(wide, top, out=wide)  # a copy already, and by far the commonest case
    at_top = wide == top
    tied = np.isinf(top[..., 0]) & (at_top.sum(axis=-1) > 1)
    require_where(~tied, top[..., 0], "z", f"not have its maximum tied at infinity along axis {axis}")
    # One class alone at the top takes everything, so that the single class of K = 1 has probability 1 even at -inf.
    return np.where(np.isinf(top), np.where(at_top, 0.0, -np.inf), wide - top)


def _sum_of_others(shifted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of exp(shifted) over the last axis, kept, without its largest term."""
    weights = np.exp(shifted)
    np.put_along_axis(weights, shifted.argmax(axis=-1)[..., np.newaxis], 0.0, axis=-1)
    return weights.sum(axis=-1, keepdims=True)


def _narrow(result: NDArray[np.float64], like: NDArray) -> NDArray | float:
    """Return the result in the precision of the input, a scalar if it has no dimension."""
    return np.asarray(result).astype(like.dtype, copy=False)[()]
