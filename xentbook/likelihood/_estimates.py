"""The parameters that make the data least surprising, where a formula gives them."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import (
    as_array,
    as_finite,
    as_labels,
    as_number,
    as_probability,
    quiet,
    require_broadcast,
    require_where,
)
from xentbook.likelihood._likelihoods import bernoulli_log_likelihood, empirical_distribution

__all__ = ["Estimate", "bernoulli_mle", "categorical_mle", "wald_interval"]


class Estimate(NamedTuple):
    """An estimate with its standard error, the log-likelihood in nats at it, and the number of observations."""

    value: NDArray[np.float64] | float
    standard_error: NDArray[np.float64] | float
    log_likelihood: float
    n_samples: int


def bernoulli_mle(y_true: ArrayLike) -> Estimate:
    r"""Return the probability of heads under which the tosses are most probable.

    .. math:: \hat p = \frac{1}{n} \sum_i y_i, \qquad \mathrm{se} = \sqrt{\hat p\,(1 - \hat p) / n}

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes, 0 or 1, or soft: a number in [0, 1].

    Returns
    -------
    Estimate
        Of P(y = 1). Where all tosses fell alike the standard error is 0: the curvature at the edge tells nothing about
        the uncertainty there.

    Raises
    ------
    ValueError
        If `y_true` is empty, contains NaN or leaves [0, 1].

    See Also
    --------
    bernoulli_information : the square of 1 / se is the Fisher information at the estimate.
    wald_interval : the interval that belongs to it.

    Examples
    --------
    >>> estimate = bernoulli_mle([1, 1, 0, 1])
    >>> print(f"{estimate.value} ± {estimate.standard_error:.4f}, {estimate.log_likelihood:.4f} nats")
    0.75 ± 0.2165, -2.2493 nats
    """
    y = as_probability(y_true, "y_true", ndim=1).astype(np.float64)
    p = float(y.mean())
    error = float(np.sqrt(p * (1.0 - p) / y.size))
    return Estimate(p, error, float(bernoulli_log_likelihood(y, probs=p)), y.size)


def categorical_mle(labels: ArrayLike, *, n_classes: int | None = None) -> Estimate:
    r"""Return the distribution under which the labels are most probable: their shares.

    .. math:: \hat p_k = \frac{n_k}{n}, \qquad \mathrm{se}_k = \sqrt{\hat p_k\,(1 - \hat p_k) / n}, \qquad
        \ell = -n H(\hat p)

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Labels 0 … K−1.
    n_classes : int, optional
        K; by default the largest label plus 1.

    Returns
    -------
    Estimate
        Of the K probabilities. A class that never occurred has probability 0: the estimate rules it out.

    Raises
    ------
    TypeError
        If the labels are not integers.
    ValueError
        If there is no label, or one is negative or not below `n_classes`.

    See Also
    --------
    empirical_distribution : the probabilities alone.
    categorical_information : their Fisher information.

    Examples
    --------
    >>> estimate = categorical_mle([0, 2, 2, 1])
    >>> print(estimate.value, estimate.standard_error.round(4), round(estimate.log_likelihood, 4))
    [0.25 0.25 0.5 ] [0.2165 0.2165 0.25  ] -4.1589
    """
    p = empirical_distribution(labels, n_classes=n_classes)
    n = as_labels(labels, "labels").size
    seen = p[p > 0]  # 0 log 0 = 0 by continuity
    return Estimate(p, np.sqrt(p * (1.0 - p) / n), float(n * np.sum(seen * np.log(seen))), n)


@quiet
def wald_interval(
    estimate: ArrayLike, standard_error: ArrayLike, *, level: float = 0.95
) -> tuple[NDArray[np.float64] | float, NDArray[np.float64] | float]:
    r"""Return the interval that reaches z standard errors to either side of an estimate.

    .. math:: \hat\theta \pm z\,\mathrm{se}, \qquad z = \Phi^{-1}\left(\tfrac{1 + \text{level}}{2}\right)

    Parameters
    ----------
    estimate : array_like
        Estimates, any shape.
    standard_error : array_like
        Their standard errors, not negative; inf gives the whole line.
    level : float
        The share of such intervals that contain the truth, above 0 and below 1, for n large.

    Returns
    -------
    low, high : ndarray or float
        The ends, in the unit of `estimate`. Nothing keeps them inside [0, 1].

    Raises
    ------
    ValueError
        If an input is empty or contains NaN, a standard error is negative, or `level` is not between 0 and 1.

    See Also
    --------
    standard_errors : from the information of any model.

    Notes
    -----
    For a proportion near 0 or 1 the share falls far below `level` even for large n; [1]_ shows how far.

    References
    ----------
    .. [1] L. D. Brown, T. T. Cai and A. DasGupta, "Interval estimation for a binomial proportion", Statistical Science
       16, 2001, 101-133. doi:10.1214/ss/1009213286

    Examples
    --------
    >>> low, high = wald_interval(0.75, 0.2165)
    >>> print(f"{low:.4f} to {high:.4f}")
    0.3257 to 1.1743
    """
    share = as_number(level, "level")
    if not 0 < share < 1:
        raise ValueError(f"`level` must lie between 0 and 1; got {share}")
    centre, error = as_finite(estimate, "estimate"), as_array(standard_error, "standard_error")
    require_where(error >= 0, error, "standard_error", "not be negative")
    require_broadcast(centre, error, names=("estimate", "standard_error"))
    reach = NormalDist().inv_cdf((1 + share) / 2) * error.astype(np.float64)
    return (centre - reach)[()], (centre + reach)[()]
