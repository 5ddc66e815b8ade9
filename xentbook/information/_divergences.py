"""What a wrong belief costs over the truth: divergences, computed so that nothing cancels."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_positive, log_of_base, require_broadcast
from xentbook.information._sums import divergence, pair, phi, plain, quiet

__all__ = ["kl_divergence", "js_divergence", "gaussian_kl"]


@quiet
def kl_divergence(p: ArrayLike, q: ArrayLike, *, base: float = 2, axis: int = -1) -> NDArray[np.float64] | float:
    r"""Return what believing `q` costs over knowing `p`: the Kullback-Leibler divergence of `p` from `q`.

    .. math:: D(p \,\|\, q) = \sum_k p_k \log \frac{p_k}{q_k} = H(p, q) - H(p)

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
        Divergences in the unit of `base`, at least 0, and 0 where p is q; inf where q rules out what p lets happen.

    Raises
    ------
    ValueError
        As for `cross_entropy`.

    See Also
    --------
    js_divergence : a symmetric and bounded relative.
    gaussian_kl : the same for two normal densities.

    Notes
    -----
    Neither H(p, q) - H(p) nor the sum above can be used as it stands: for p near q, both subtract numbers
    that agree in most digits. With :math:`t_k = (p_k - q_k) / q_k` the divergence is, in nats,

    .. math:: D(p \,\|\, q) = \sum_k q_k \, \varphi(t_k), \qquad \varphi(t) = (1 + t) \ln(1 + t) - t \ge 0,

    a sum of terms that are all positive, each computed to full precision. It also shows Gibbs' inequality,
    :math:`D \ge 0`, at a glance. The divergence is due to [1]_.

    References
    ----------
    .. [1] S. Kullback and R. A. Leibler, "On information and sufficiency", Annals of Mathematical Statistics 22(1),
       1951, 79-86. doi:10.1214/aoms/1177729694

    Examples
    --------
    >>> print(kl_divergence([0.5, 0.5], [0.25, 0.75]).round(4), kl_divergence([0.25, 0.75], [0.5, 0.5]).round(4))
    0.2075 0.1887
    >>> print(kl_divergence([0.5, 0.5], [1.0, 0.0]), kl_divergence([1.0, 0.0], [0.5, 0.5]))
    inf 1.0
    """
    truth, belief = pair(p, q, axis)
    nats = divergence(_excess(truth, belief), belief, np.log(belief)) / belief.sum(axis=-1)
    return plain(nats / log_of_base(base))


@quiet
def js_divergence(p: ArrayLike, q: ArrayLike, *, base: float = 2, axis: int = -1) -> NDArray[np.float64] | float:
    r"""Return the Jensen-Shannon divergence: how far `p` and `q` are, on average, from their midpoint.

    .. math:: J(p, q) = \tfrac12 D(p \,\|\, m) + \tfrac12 D(q \,\|\, m), \qquad m = \tfrac12 (p + q)

    Parameters
    ----------
    p, q : array_like, shape (..., K)
        Probabilities that sum to 1 along `axis`.
    base : float
        Base of the logarithm, positive and not 1: 2 for bits, ``np.e`` for nats.
    axis : int
        The axis of the outcomes, in `p` and in `q`.

    Returns
    -------
    ndarray, shape (...), or float
        Divergences in the unit of `base`, from 0 (p is q) to log 2, that is 1 bit (nothing in common).

    Raises
    ------
    ValueError
        As for `cross_entropy`.

    See Also
    --------
    kl_divergence : neither symmetric nor bounded.
    mutual_information : J is that of an outcome and of the coin that chose between p and q.

    Notes
    -----
    Symmetric, always finite [1]_. Its square root is a metric [2]_.

    References
    ----------
    .. [1] J. Lin, "Divergence measures based on the Shannon entropy", IEEE Transactions on Information Theory 37(1),
       1991, 145-151. doi:10.1109/18.61115
    .. [2] D. M. Endres and J. E. Schindelin, "A new metric for probability distributions", IEEE Transactions on
       Information Theory 49(7), 2003, 1858-1860. doi:10.1109/TIT.2003.813506

    Examples
    --------
    >>> print(js_divergence([1.0, 0.0], [0.0, 1.0]))
    1.0
    >>> print(js_divergence([0.5, 0.5], [0.25, 0.75]).round(4))
    0.0488
    """
    first, second = pair(p, q, axis)
    excess = _excess(first, second)
    both = 2.0 * second + excess  # twice the midpoint
    t = np.where(both > 0, excess / both, 0.0)  # p = m (1 + t) and q = m (1 - t)
    nats = (both * (phi(t) + phi(-t))).sum(axis=-1) / second.sum(axis=-1) / 4.0
    return plain(np.minimum(nats, np.log(2.0)) / log_of_base(base))  # rounding may pass the bound


@quiet
def gaussian_kl(
    mean_p: ArrayLike, std_p: ArrayLike, mean_q: ArrayLike, std_q: ArrayLike, *, base: float = 2
) -> NDArray[np.float64] | float:
    r"""Return the Kullback-Leibler divergence of one normal density from another, in closed form.

    .. math:: D\big(\mathcal N(\mu_p, \sigma_p^2) \,\|\, \mathcal N(\mu_q, \sigma_q^2)\big)
       = \ln\frac{\sigma_q}{\sigma_p} + \frac{\sigma_p^2 + (\mu_p - \mu_q)^2}{2 \sigma_q^2} - \frac12
       \quad\text{nats}

    Parameters
    ----------
    mean_p, std_p : array_like
        Mean and standard deviation of the true density; any shapes that broadcast.
    mean_q, std_q : array_like
        Mean and standard deviation of the believed density.
    base : float
        Base of the logarithm, positive and not 1: 2 for bits, ``np.e`` for nats.

    Returns
    -------
    ndarray or float
        Divergences in the unit of `base`, one for each entry; 0 only where the two densities are one.
        For independent coordinates, as in a variational autoencoder, sum over the coordinates.

    Raises
    ------
    ValueError
        If an input is empty, contains NaN or inf, if a standard deviation is not positive, if the shapes do not
        broadcast, or if `base` is not positive or is 1.

    See Also
    --------
    kl_divergence : the same for probabilities of K outcomes.

    Notes
    -----
    With equal standard deviations it is :math:`(\mu_p - \mu_q)^2 / 2\sigma^2`, which is symmetric. The regulariser of
    a variational autoencoder [1]_ is the case :math:`\mu_q = 0, \sigma_q = 1` with ``base=np.e``.

    References
    ----------
    .. [1] D. P. Kingma and M. Welling, "Auto-encoding variational Bayes", 2nd International Conference on Learning
       Representations, 2014, appendix B. https://arxiv.org/abs/1312.6114

    Examples
    --------
    >>> print(gaussian_kl(0.0, 1.0, 1.0, 1.0, base=np.e), gaussian_kl(1.0, 1.0, 0.0, 1.0, base=np.e))
    0.5 0.5
    >>> print(gaussian_kl([0.0, 1.0], [1.0, 2.0], 0.0, 1.0, base=np.e).round(4))
    [0.     1.3069]
    """
    means = as_finite(mean_p, "mean_p").astype(np.float64), as_finite(mean_q, "mean_q").astype(np.float64)
    stds = as_positive(std_p, "std_p").astype(np.float64), as_positive(std_q, "std_q").astype(np.float64)
    require_broadcast(*means, *stds, names=("mean_p", "mean_q", "std_p", "std_q"))
    gap = means[0] - means[1]
    shift = np.where(
        np.isinf(gap), means[0] / stds[1] - means[1] / stds[1], gap / stds[1]
    )  # the gap alone may overflow
    return plain((_spread(*stds) + shift * (shift / 2.0)) / log_of_base(base))


def _excess(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p - q, with p first scaled to the sum of q: it adds up to 0 even where p and q do not add up to 1."""
    difference = p - q
    return difference - p * (difference.sum(axis=-1, keepdims=True) / p.sum(axis=-1, keepdims=True))


def _spread(std_p: NDArray[np.float64], std_q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the divergence in nats of two normal densities that have one mean."""
    ratio = std_p / std_q
    log_ratio = np.where((ratio > 1e-300) & (ratio < 1e300), np.log(ratio), np.log(std_p) - np.log(std_q))
    half = ratio * (ratio / 2.0)
    u = (std_q - std_p) / std_p
    t = u * (2.0 + u)  # variance of q / variance of p - 1, precise where the two are close
    return np.where(np.abs(t) < 0.5, half * phi(t), (half - 0.5) - log_ratio)
