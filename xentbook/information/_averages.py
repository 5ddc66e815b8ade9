"""Surprise, and its averages: under the truth, and under a belief."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_probability, log_of_base
from xentbook.information._sums import expectation, log, outcomes_last, pair, plain, quiet

__all__ = ["surprisal", "convert_units", "entropy", "cross_entropy"]


@quiet
def surprisal(p: ArrayLike, *, base: float = 2) -> NDArray[np.float64] | float:
    r"""Return how surprising an event of probability `p` is.

    .. math:: s(p) = -\log p

    Parameters
    ----------
    p : array_like
        Probabilities, any shape; they need not sum to 1.
    base : float
        Base of the logarithm, positive and not 1: 2 for bits, ``np.e`` for nats.

    Returns
    -------
    ndarray or float
        Surprisals, the shape of `p`, in the unit of `base`; inf where `p` is 0.

    Raises
    ------
    ValueError
        If `p` is empty, contains NaN or leaves [0, 1], or if `base` is not positive or is 1.

    See Also
    --------
    entropy : the average surprisal.
    convert_units : from one base to another.

    Notes
    -----
    The logarithm is the only decreasing choice under which independent surprises add up; Shannon [1]_ gives this reason
    for measuring information by logarithms. The name is usually traced to Tribus [2]_.

    References
    ----------
    .. [1] C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27, 1948, 379-423.
       doi:10.1002/j.1538-7305.1948.tb01338.x
    .. [2] M. Tribus, Thermostatics and Thermodynamics, Van Nostrand, 1961.

    Examples
    --------
    >>> print(surprisal([1.0, 0.5, 0.125, 0.0]))
    [ 0.  1.  3. inf]
    >>> print(f"{surprisal(0.001, base=np.e):.3f}")  # nats
    6.908
    """
    probs = as_probability(p, "p").astype(np.float64)
    return plain(-log(probs, base))


@quiet
def convert_units(value: ArrayLike, *, from_base: float, to_base: float) -> NDArray[np.float64] | float:
    r"""Return an amount of information in the unit of another base.

    .. math:: v_{b} = v_{a} \, \frac{\ln a}{\ln b}

    Parameters
    ----------
    value : array_like
        Information in the unit of `from_base`, any shape; ±inf stays.
    from_base, to_base : float
        Bases of the logarithm, positive and not 1: 2 for bits, ``np.e`` for nats, 256 for bytes.

    Returns
    -------
    ndarray or float
        The same information in the unit of `to_base`.

    Raises
    ------
    ValueError
        If `value` is empty or contains NaN, or if a base is not positive or is 1.

    See Also
    --------
    surprisal : what is measured in these units.

    Examples
    --------
    >>> print(f"{convert_units(1.0, from_base=np.e, to_base=2):.4f}")  # 1 nat = 1 / ln 2 bits
    1.4427
    >>> print(convert_units(64.0, from_base=2, to_base=256))  # bits to bytes
    8.0
    """
    amount = as_array(value, "value").astype(np.float64)
    return plain(amount * (log_of_base(from_base, "from_base") / log_of_base(to_base, "to_base")))


@quiet
def entropy(p: ArrayLike, *, base: float = 2, axis: int = -1) -> NDArray[np.float64] | float:
    r"""Return the average surprise of outcomes drawn from `p`.

    .. math:: H(p) = -\sum_k p_k \log p_k

    Parameters
    ----------
    p : array_like, shape (..., K)
        Probabilities that sum to 1 along `axis`.
    base : float
        Base of the logarithm, positive and not 1: 2 for bits, ``np.e`` for nats.
    axis : int
        The axis of the outcomes.

    Returns
    -------
    ndarray, shape (...), or float
        Entropies in the unit of `base`, from 0 (certainty) to log K (all outcomes alike).

    Raises
    ------
    ValueError
        If `p` is empty, contains NaN, leaves [0, 1] or does not sum to 1, or if `base` is not positive or is 1.

    See Also
    --------
    cross_entropy : the average surprise of someone who believes something else.

    Notes
    -----
    Shannon [1]_ (section 6) derives the formula from three demands on a measure of uncertainty.

    References
    ----------
    .. [1] C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27, 1948, 379-423.
       doi:10.1002/j.1538-7305.1948.tb01338.x

    Examples
    --------
    >>> print(entropy([0.5, 0.25, 0.125, 0.125]))
    1.75
    >>> print(entropy([[1.0, 0.0], [0.5, 0.5]]))
    [0. 1.]
    """
    probs = outcomes_last(p, "p", axis)
    return plain(expectation(probs, -log(probs, base)))


@quiet
def cross_entropy(p: ArrayLike, q: ArrayLike, *, base: float = 2, axis: int = -1) -> NDArray[np.float64] | float:
    r"""Return the average surprise of someone who believes `q` when outcomes come from `p`.

    .. math:: H(p, q) = -\sum_k p_k \log q_k = H(p) + D(p \,\|\, q)

    Parameters
    ----------
    p : array_like, shape (..., K)
        True probabilities that sum to 1 along `axis`.
    q : array_like, shape (..., K)
        Believed probabilities that sum to 1 along `axis`.
    base : float
        Base of the logarithm, positive and not 1: 2 for bits, ``np.e`` for nats.
    axis : int
        The axis of the outcomes, in `p` and in `q`.

    Returns
    -------
    ndarray, shape (...), or float
        Cross-entropies in the unit of `base`, at least H(p); inf where q rules out what p lets happen.

    Raises
    ------
    ValueError
        If `p` or `q` is empty, contains NaN, leaves [0, 1] or does not sum to 1, if they differ in K or do not
        broadcast, or if `base` is not positive or is 1.

    See Also
    --------
    entropy : its minimum over q, reached at q = p.
    kl_divergence : the excess over that minimum.

    Notes
    -----
    A code with lengths ⌈-log₂ q⌉, used for symbols that come from p, takes between H(p, q) and H(p, q) + 1 bits a
    symbol ([1]_, theorem 5.4.3).

    References
    ----------
    .. [1] T. M. Cover and J. A. Thomas, Elements of Information Theory, 2nd ed., Wiley, 2006.
       doi:10.1002/047174882X

    Examples
    --------
    >>> print(cross_entropy([0.5, 0.5], [0.25, 0.75]).round(4))
    1.2075
    >>> print(cross_entropy([1.0, 0.0], [[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]]))  # one truth, three beliefs
    [ 1.  0. inf]
    """
    truth, belief = pair(p, q, axis)
    return plain(expectation(truth, -log(belief, base)))
