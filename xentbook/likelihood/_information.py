"""How much the data tell about the parameters: the curvature of the log-likelihood."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_choice, as_finite, as_integer, as_probabilities, as_probability, quiet, require_where
from xentbook.likelihood._derivatives import hessian_of, jacobian_of

__all__ = [
    "bernoulli_information",
    "categorical_information",
    "expected_information",
    "observed_information",
    "standard_errors",
    "robust_standard_errors",
]

_PARAMETERS = ("probability", "logit")


def bernoulli_information(
    p: ArrayLike, *, n_samples: int = 1, parameter: str = "probability"
) -> NDArray[np.float64] | float:
    r"""Return the Fisher information of coin tosses about the probability of heads, or about its logit.

    .. math:: I(p) = \frac{n}{p (1 - p)}, \qquad I(z) = n\,p (1 - p) \quad\text{for } p = \sigma(z)

    Parameters
    ----------
    p : array_like
        Probabilities of heads, any shape.
    n_samples : int
        Number of tosses.
    parameter : {"probability", "logit"}
        What the information is about.

    Returns
    -------
    ndarray or float
        The shape of `p`; about a probability of 0 or 1 it is inf, about its logit 0.

    Raises
    ------
    ValueError
        If `p` is empty, contains NaN or leaves [0, 1], or an option is unknown.

    See Also
    --------
    categorical_information : for more than two outcomes.
    expected_information : of any model with finitely many outcomes.

    Notes
    -----
    No unbiased estimate has a smaller variance than 1 / I, the Cramér–Rao bound ([1]_, section 32.3); the share of
    heads attains it.

    References
    ----------
    .. [1] H. Cramér, Mathematical Methods of Statistics, Princeton University Press, 1946.

    Examples
    --------
    >>> print(bernoulli_information([0.5, 0.75], n_samples=12))
    [48. 64.]
    >>> print(bernoulli_information(0.5, n_samples=12, parameter="logit"))
    3.0
    """
    probs = as_probability(p, "p").astype(np.float64)
    n = as_integer(n_samples, "n_samples", minimum=1)
    variance = probs * (1.0 - probs)
    if as_choice(parameter, "parameter", _PARAMETERS) == "logit":
        return (n * variance)[()]
    with np.errstate(divide="ignore", over="ignore"):
        return (n / variance)[()]


def categorical_information(p: ArrayLike, *, n_samples: int = 1, parameter: str = "probability") -> NDArray[np.float64]:
    r"""Return the Fisher information of draws from K classes about their probabilities, or about their logits.

    .. math:: I(p)_{jk} = n \left( \frac{[j = k]}{p_k} + \frac{1}{p_K} \right), \qquad
        I(z) = n \left( \operatorname{diag}(p) - p p^{\mathsf T} \right)

    Parameters
    ----------
    p : array_like, shape (K,)
        Probabilities that sum to 1.
    n_samples : int
        Number of draws.
    parameter : {"probability", "logit"}
        About the first K−1 probabilities, the last being what is left to 1; or about all K logits.

    Returns
    -------
    ndarray, shape (K−1, K−1) or (K, K)
        The information about the logits has rank K−1: nothing is learned about a constant added to all of them.

    Raises
    ------
    ValueError
        If `p` is empty, contains NaN, leaves [0, 1] or does not sum to 1, has a 0 where the information is about
        probabilities, or an option is unknown.

    See Also
    --------
    categorical_mle : the estimate whose covariance is the inverse of this.

    Examples
    --------
    >>> print(categorical_information([0.25, 0.25, 0.5], n_samples=4))
    [[24.  8.]
     [ 8. 24.]]
    >>> print(categorical_information([0.25, 0.25, 0.5], n_samples=16, parameter="logit"))
    [[ 3. -1. -2.]
     [-1.  3. -2.]
     [-2. -2.  4.]]
    """
    probs = as_probabilities(p, "p", ndim=1).astype(np.float64)
    n = as_integer(n_samples, "n_samples", minimum=1)
    if as_choice(parameter, "parameter", _PARAMETERS) == "logit":
        return n * (np.diag(probs) - np.outer(probs, probs))
    require_where(probs > 0, probs, "p", "be positive", fix="the information about a probability of 0 is infinite")
    return n * (np.diag(1.0 / probs[:-1]) + 1.0 / probs[-1])


def expected_information(
    log_probs: Callable[[NDArray[np.float64]], ArrayLike], theta: ArrayLike
) -> NDArray[np.float64]:
    r"""Return the Fisher information of a model with finitely many outcomes: the covariance of its score.

    .. math:: I(\theta) = \sum_i \sum_k p_{ik}\, s_{ik} s_{ik}^{\mathsf T}, \qquad
        s_{ik} = \nabla_\theta \log p_{ik}(\theta)

    Parameters
    ----------
    log_probs : callable
        From a parameter, shape (d,), to log-probabilities in nats, shape (K,), or (n, K) for n independent
        observations; each row is a distribution.
    theta : array_like, shape (d,) or ()
        The parameter.

    Returns
    -------
    ndarray, shape (d, d)
        Information of all rows together. Derivatives are fourth-order central differences: about ten digits.

    Raises
    ------
    ValueError
        If `theta` is empty or not finite, or what `log_probs` gives is not the logarithm of distributions.

    See Also
    --------
    observed_information : of data rather than of the model.
    bernoulli_information, categorical_information : closed forms.

    Notes
    -----
    Where derivatives may be taken under the sum, the score has mean 0, and its covariance is also the expectation of
    minus the Hessian of the log-likelihood ([1]_, section 2.5). Under a wrong model the two differ.

    References
    ----------
    .. [1] E. L. Lehmann and G. Casella, Theory of Point Estimation, 2nd ed., Springer, 1998. doi:10.1007/b98854

    Examples
    --------
    >>> coin = lambda theta: np.log([1 - theta[0], theta[0]])
    >>> print(expected_information(coin, 0.25).round(6))  # 1 / (p (1 - p))
    [[5.333333]]
    """
    at = _as_parameter(theta)
    _require_callable(log_probs, "log_probs")
    values = np.asarray(log_probs(at), dtype=np.float64)
    with np.errstate(all="ignore"):
        probs = as_probabilities(np.exp(values), "log_probs", fix="it must give logarithms of probabilities, in nats")
    scores = jacobian_of(log_probs, at)
    require_where(np.isfinite(scores) | (probs == 0)[..., np.newaxis], scores, "log_probs", "be smooth near `theta`")
    scores = np.where(probs[..., np.newaxis] > 0, scores, 0.0).reshape(-1, at.size)
    return (scores * probs.reshape(-1, 1)).T @ scores


def observed_information(
    log_likelihood: Callable[[NDArray[np.float64]], float], theta: ArrayLike
) -> NDArray[np.float64]:
    r"""Return minus the Hessian of a log-likelihood: how sharply the data punish a move away from `theta`.

    .. math:: J(\theta)_{jk} = -\frac{\partial^2 \ell(\theta)}{\partial \theta_j\, \partial \theta_k}

    Parameters
    ----------
    log_likelihood : callable
        From a parameter, shape (d,), to the log-likelihood in nats, a smooth function.
    theta : array_like, shape (d,) or ()
        The parameter, as a rule the maximum-likelihood estimate.

    Returns
    -------
    ndarray, shape (d, d)
        Symmetric. By fourth-order central differences: about eight digits, fewer where ℓ is large and hardly curved.

    Raises
    ------
    ValueError
        If `theta` is empty or not finite, or `log_likelihood` is not finite near it.

    See Also
    --------
    expected_information : its expectation under the model.
    standard_errors : what it is used for.

    Notes
    -----
    For which of the two to use after the data are seen, Efron and Hinkley [1]_ argue for this one. In logistic and
    softmax regression they are the same.

    References
    ----------
    .. [1] B. Efron and D. V. Hinkley, "Assessing the accuracy of the maximum likelihood estimator: observed versus
       expected Fisher information", Biometrika 65, 1978, 457-483. doi:10.1093/biomet/65.3.457

    Examples
    --------
    >>> log_likelihood = lambda theta: 3 * np.log(theta[0]) + np.log(1 - theta[0])  # 3 heads of 4
    >>> print(observed_information(log_likelihood, 0.75).round(5))
    [[21.33333]]
    """
    at = _as_parameter(theta)
    _require_callable(log_likelihood, "log_likelihood")
    information = -hessian_of(log_likelihood, at)
    require_where(np.isfinite(information), information, "log_likelihood", "be finite near `theta`")
    return (information + information.T) / 2


@quiet
def standard_errors(information: ArrayLike) -> NDArray[np.float64]:
    r"""Return the standard errors of maximum-likelihood estimates with that information.

    .. math:: \mathrm{se}_j = \sqrt{(I^{-1})_{jj}}

    Parameters
    ----------
    information : array_like, shape (d, d)
        Observed or expected information of all observations, symmetric and positive definite.

    Returns
    -------
    ndarray, shape (d,)
        In the units of the parameters.

    Raises
    ------
    ValueError
        If `information` is not square, not symmetric or not positive definite: then some direction is not determined
        by the data.

    See Also
    --------
    robust_standard_errors : if the model may be wrong.
    wald_interval : the interval that belongs to them.

    Examples
    --------
    >>> print(standard_errors([[4.0, 0.0], [0.0, 100.0]]))
    [0.5 0.1]
    """
    unit_inverse, scale = _inverse(information)
    return np.sqrt(np.diagonal(unit_inverse)) / scale


@quiet
def robust_standard_errors(information: ArrayLike, scores: ArrayLike) -> NDArray[np.float64]:
    r"""Return standard errors that hold for the projection onto a wrong model: those of the sandwich.

    .. math:: \mathrm{se}_j = \sqrt{\Big( J^{-1} \big( \textstyle\sum_i s_i s_i^{\mathsf T} \big) J^{-1} \Big)_{jj}}

    Parameters
    ----------
    information : array_like, shape (d, d)
        Observed information J of all observations, symmetric and positive definite.
    scores : array_like, shape (n, d)
        The gradient of each observation's log-likelihood, at the estimate.

    Returns
    -------
    ndarray, shape (d,)
        In the units of the parameters.

    Raises
    ------
    ValueError
        If `information` is not symmetric and positive definite, or the shapes do not fit.

    See Also
    --------
    standard_errors : if the model holds; for n large the two then agree.

    Notes
    -----
    Under a wrong model the estimate tends to the parameter of smallest KL divergence from the truth, with this spread
    around it [1]_.

    References
    ----------
    .. [1] H. White, "Maximum likelihood estimation of misspecified models", Econometrica 50, 1982, 1-25.
       doi:10.2307/1912526

    Examples
    --------
    >>> print(robust_standard_errors([[4.0]], [[1.0], [-1.0], [1.0], [-1.0]]))
    [0.5]
    """
    (unit_inverse, scale), each = _inverse(information), as_finite(scores, "scores", ndim=2).astype(np.float64)
    if each.shape[1] != scale.size:
        raise ValueError(f"`scores` must have {scale.size} columns, as `information` has; got {each.shape[1]}")
    return np.linalg.norm((each / scale) @ unit_inverse, axis=0) / scale


def _as_parameter(theta: ArrayLike) -> NDArray[np.float64]:
    """Return the parameter in float64, of shape (d,)."""
    at = as_finite(theta, "theta").astype(np.float64)
    if at.ndim > 1:
        raise ValueError(f"`theta` must have the shape (d,) or (); got {at.shape}")
    require_where(np.abs(at) < 1e300, at, "theta", "lie within ±1e300, as differences around it are taken")
    return np.atleast_1d(at)


def _require_callable(f: object, name: str) -> None:
    if not callable(f):
        raise TypeError(f"`{name}` must be a function of the parameter; got {type(f).__name__}")


def _inverse(information: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the inverse of a symmetric positive definite matrix scaled to a diagonal of 1, and the scale.

    The inverse of the matrix itself is that divided by the scale of the row and of the column: units are not rank.
    """
    matrix = as_finite(information, "information", ndim=2).astype(np.float64)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"`information` must be square; got shape {matrix.shape}")
    diagonal = np.diagonal(matrix)
    require_where(diagonal > 0, diagonal, "information", "have a positive diagonal")
    scale = np.sqrt(diagonal)
    unit = matrix / scale[:, np.newaxis] / scale
    require_where(np.abs(unit - unit.T) <= 1e-6, matrix, "information", "be symmetric")
    values, vectors = np.linalg.eigh((unit + unit.T) / 2)
    if values[0] <= len(unit) * np.finfo(np.float64).eps * values[-1]:
        raise ValueError(f"`information` must be positive definite; got eigenvalue {values[0]:.3g} after scaling")
    return (vectors / values) @ vectors.T, scale
