r"""The Hessian of cross-entropy over linear logits, and bounds on its eigenvalues that survive rounding."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_integer, as_number, quiet, require_where
from xentbook._weights import power_of_two
from xentbook.links import sigmoid, softmax

__all__ = [
    "logistic_hessian",
    "softmax_regression_hessian",
    "softmax_null_directions",
    "hessian_error_bound",
    "CurvatureCertificate",
    "curvature_certificate",
    "smoothness_bound",
]

_LEAST = 2 * np.finfo(np.float64).smallest_subnormal  # what is lost where a product with the unit underflows
_EPS = np.finfo(np.float64).eps


@quiet
def logistic_hessian(X: ArrayLike, theta: ArrayLike) -> NDArray[np.float64]:
    r"""Return the Hessian of binary cross-entropy over the weights of a linear logit.

    .. math:: \nabla^2 L(\theta) = X^{\mathsf T} S X, \qquad S = \operatorname{diag}\big(p_i (1 - p_i)\big),
        \quad p_i = \sigma(x_i^{\mathsf T} \theta)

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples; a column of ones is the intercept.
    theta : array_like, shape (d,)
        Weights.

    Returns
    -------
    ndarray, shape (d, d)
        Symmetric, positive semi-definite, the same for all labels, and so the Fisher information, observed and
        expected.

    Raises
    ------
    ValueError
        If an input is empty or not finite, or the shapes do not fit.

    See Also
    --------
    curvature_certificate : proves from the numbers that no direction curves downwards.
    hessian_error_bound : how far rounding may have moved this matrix.

    Notes
    -----
    For any v, vᵀ XᵀSX v is the sum of pᵢ (1 − pᵢ) (xᵢ·v)², which is not negative: this is the whole proof of convexity
    ([1]_, section 4.4.1).

    References
    ----------
    .. [1] T. Hastie, R. Tibshirani and J. Friedman, The Elements of Statistical Learning, 2nd ed., Springer, 2009.
       doi:10.1007/978-0-387-84858-7

    Examples
    --------
    >>> print(logistic_hessian([[1.0, 0.0], [1.0, 2.0]], [0.0, 0.0]))  # p (1 - p) = 1/4
    [[0.5 0.5]
     [0.5 1. ]]
    """
    samples, weights = _samples_and_weights(X, theta, ndim=1)
    return _finite((samples.T * _spread(samples, weights)) @ samples, samples)


@quiet
def softmax_regression_hessian(X: ArrayLike, theta: ArrayLike) -> NDArray[np.float64]:
    r"""Return the Hessian of categorical cross-entropy over the weights of linear logits.

    .. math:: \nabla^2 L(\Theta) = \sum_{i=1}^{n}
        \left( \operatorname{diag}(p_i) - p_i p_i^{\mathsf T} \right) \otimes x_i x_i^{\mathsf T}

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples; a column of ones is the intercept.
    theta : array_like, shape (K, d)
        Weights, a row for each class.

    Returns
    -------
    ndarray, shape (K·d, K·d)
        Symmetric, positive semi-definite, of rank at most (K − 1)·d.

    Raises
    ------
    ValueError
        If an input is empty or not finite, or the shapes do not fit.

    See Also
    --------
    softmax_null_directions : the directions in which it is always flat.
    logistic_hessian : the binary model.

    Examples
    --------
    >>> print(softmax_regression_hessian([[2.0]], [[0.0], [0.0]]))
    [[ 1. -1.]
     [-1.  1.]]
    """
    samples, weights = _samples_and_weights(X, theta, ndim=2)
    k, d = weights.shape
    blocks = np.einsum("ikl,ia,ib->kalb", _spread(samples, weights), samples, samples, optimize=True)
    return _finite(blocks.reshape(k * d, k * d), samples)


def softmax_null_directions(n_classes: int, n_features: int) -> NDArray[np.float64]:
    r"""Return the directions along which softmax regression is flat: the same change to the weights of every class.

    .. math:: \operatorname{softmax}\big((\Theta + \mathbf 1 v^{\mathsf T}) x\big) = \operatorname{softmax}(\Theta x)

    Parameters
    ----------
    n_classes : int
        K.
    n_features : int
        d, the intercept's column of ones included.

    Returns
    -------
    ndarray, shape (d, K, d)
        Orthonormal directions; direction j moves column j of all classes alike.

    Raises
    ------
    ValueError
        If a number is below 1.

    See Also
    --------
    softmax_regression_hessian : gives 0 along them.

    Examples
    --------
    >>> print(softmax_null_directions(4, 1)[0])
    [[0.5]
     [0.5]
     [0.5]
     [0.5]]
    """
    k = as_integer(n_classes, "n_classes", minimum=1)
    d = as_integer(n_features, "n_features", minimum=1)
    return np.repeat(np.eye(d)[:, np.newaxis, :], k, axis=1) / np.sqrt(k)


@quiet
def hessian_error_bound(X: ArrayLike, theta: ArrayLike) -> float:
    r"""Return how far, in the spectral norm, rounding may have moved the Hessian that this module computes.

    .. math:: \|\tilde H - H\|_2 \le \gamma \, \big\| \textstyle\sum_i
        (\operatorname{diag}(p_i) + p_i p_i^{\mathsf T}) \otimes |x_i| |x_i|^{\mathsf T} \big\|_F

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples.
    theta : array_like, shape (d,) or (K, d)
        Weights of the binary model, or of softmax.

    Returns
    -------
    float
        For binary weights of `logistic_hessian`, for a table of `softmax_regression_hessian`.

    Raises
    ------
    ValueError
        If an input is empty or not finite, or the shapes do not fit.

    See Also
    --------
    curvature_certificate : takes it as ``error=``.

    Notes
    -----
    γ adds up the rounding of a sum of n products, (n + 8) ε [1]_; of the probabilities, which the links promise to
    2e-13; and of the logits: moving them by δ multiplies a probability by e^{2δ} at most.

    References
    ----------
    .. [1] N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM, 2002, chapter 3.
       doi:10.1137/1.9780898718027

    Examples
    --------
    >>> X = [[1.0, 0.0], [1.0, 2.0]]
    >>> 0 < hessian_error_bound(X, [0.0, 0.0]) < 1e-11
    True
    """
    ndim = as_finite(theta, "theta").ndim
    samples, weights = _samples_and_weights(X, theta, ndim=ndim if ndim in (1, 2) else 1)
    n, d = samples.shape
    size = np.abs(samples)
    moved = (d + 2) * _EPS * np.max(size @ np.abs(weights).T)
    gamma = (n + 8) * _EPS + 4 * (2e-13 + np.expm1(2 * moved))
    spread = np.abs(_spread(samples, weights, sign=1.0))
    blocks = np.einsum("i...,ia,ib->...ab", spread, size, size, optimize=True)
    # what each product may lose below 1e-308, multiplied by up to two more entries of X
    vanished = 4 * n * blocks.size * _LEAST * (1.0 + np.max(size)) ** 2
    bound = float(1.01 * gamma * np.sqrt(np.sum(blocks**2)) + vanished)
    return np.inf if np.isnan(bound) else bound  # nothing is known where a square is beyond float64


class CurvatureCertificate(NamedTuple):
    """What is proved about a Hessian: the verdict, its extreme eigenvalues, and how far each may be from the truth."""

    verdict: str
    smallest: float
    largest: float
    error: float


@quiet
def curvature_certificate(hessian: ArrayLike, *, error: float = 0.0) -> CurvatureCertificate:
    r"""Return the extreme eigenvalues of a Hessian with a bound on their error, and what follows for convexity.

    .. math:: |\lambda_i - \tilde\lambda_i| \le \|V^{\mathsf T} V - I\|\,|\tilde\lambda_i| + \|A - V \tilde\Lambda
        V^{\mathsf T}\| + \text{error}

    Parameters
    ----------
    hessian : array_like, shape (d, d)
        A symmetric matrix A.
    error : float
        How far, in the spectral norm, it may be from the one that is meant, e.g. `hessian_error_bound`.

    Returns
    -------
    CurvatureCertificate
        The verdict is "strictly convex" if the smallest eigenvalue is certainly positive, "not convex" if it is
        certainly negative, and "convex to rounding" if it cannot be told from 0, as along a flat direction.

    Raises
    ------
    ValueError
        If the matrix is empty, not finite, not square or not symmetric, or `error` is negative.

    See Also
    --------
    midpoint_test : for a function without a Hessian.

    Notes
    -----
    The bound holds for any V and Λ̃ that an eigenvalue routine may return: Ostrowski's theorem bounds the first step,
    from Λ̃ to VΛ̃Vᵀ, and Weyl's the second ([1]_, theorems 4.5.9 and 4.3.1). Both norms are computed, and bounded by
    the Frobenius norm plus all rounding in the computation itself, (d + 4) ε times the product of the absolute values.

    References
    ----------
    .. [1] R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed., Cambridge University Press, 2013.
       doi:10.1017/CBO9781139020411

    Examples
    --------
    >>> curvature_certificate([[2.0, 1.0], [1.0, 2.0]]).verdict
    'strictly convex'
    >>> curvature_certificate([[1.0, -1.0], [-1.0, 1.0]]).verdict
    'convex to rounding'
    >>> curvature_certificate([[1.0, 2.0], [2.0, 1.0]]).verdict
    'not convex'
    """
    matrix, given = _symmetric(hessian), as_number(error, "error", minimum=0)
    unit = 2.0 ** np.frexp(np.max(np.abs(matrix)))[1].clip(-1000, 1000)  # a power of 2: squares must not underflow
    matrix = matrix / unit
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    skew = np.linalg.norm(vectors.T @ vectors - np.eye(len(values))) + _rounding(vectors.T, vectors)
    scaled = vectors * values
    rest = (
        np.linalg.norm(matrix - scaled @ vectors.T) + _rounding(scaled, vectors.T) + 4 * _EPS * np.linalg.norm(matrix)
    )
    bound = float(1.01 * unit * (skew * np.max(np.abs(values)) + rest) + given + _LEAST)
    low, high = float(unit * values[0]), float(unit * values[-1])
    verdict = "strictly convex" if low > bound else "not convex" if low < -bound else "convex to rounding"
    return CurvatureCertificate(verdict, low, high, bound)


def smoothness_bound(X: ArrayLike, *, n_classes: int = 2) -> float:
    r"""Return the largest curvature that cross-entropy over linear logits can have anywhere.

    .. math:: \lambda_{\max}\big(\nabla^2 L(\theta)\big) \le \tfrac14 \lambda_{\max}(X^{\mathsf T} X)
        \quad\text{(binary)}, \qquad \tfrac12 \lambda_{\max}(X^{\mathsf T} X) \quad\text{(softmax)}

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples; a column of ones is the intercept.
    n_classes : int
        2 for the binary model with one row of weights, K > 2 for softmax with K.

    Returns
    -------
    float
        L, in nats per squared unit of the weights, for the sum over samples: gradient descent cannot diverge with a
        step below 2 / L.

    Raises
    ------
    ValueError
        If `X` is empty or not finite, or `n_classes` is below 2.

    See Also
    --------
    curvature_certificate : the curvature at one point.

    Notes
    -----
    The bounds are those of [1]_: p (1 − p) is at most 1/4, and diag(p) − ppᵀ at most half the identity.

    References
    ----------
    .. [1] D. Böhning, "Multinomial logistic regression algorithm", Annals of the Institute of Statistical Mathematics
       44, 1992, 197-200. doi:10.1007/BF00048682

    Examples
    --------
    >>> round(smoothness_bound([[2.0, 0.0], [0.0, 1.0]]), 12)
    1.0
    """
    samples = as_finite(X, "X", ndim=2).astype(np.float64)
    binary = as_integer(n_classes, "n_classes", minimum=2) == 2
    unit = power_of_two(np.abs(samples))  # squares must not overflow before the result does
    with np.errstate(over="ignore", under="ignore"):
        return float(np.square(np.linalg.norm(samples / unit, 2) * unit) * (0.25 if binary else 0.5))


def _samples_and_weights(
    X: ArrayLike, theta: ArrayLike, *, ndim: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    samples = as_finite(X, "X", ndim=2).astype(np.float64)
    weights = as_finite(theta, "theta", ndim=ndim).astype(np.float64)
    if weights.shape[-1] != samples.shape[1]:
        raise ValueError(f"`theta` must have {samples.shape[1]} weights, as `X` has columns; got {weights.shape[-1]}")
    return samples, weights


def _spread(samples: NDArray[np.float64], weights: NDArray[np.float64], *, sign: float = -1.0) -> NDArray[np.float64]:
    """Return p (1 - p) of each sample, or diag(p) - p pᵀ (with `sign` 1, the sum of the two)."""
    with np.errstate(all="ignore"):
        logits = samples @ weights.T
    require_where(np.isfinite(logits), logits, "theta", "give finite logits")
    if logits.ndim == 1:
        return np.asarray(sigmoid(logits) * sigmoid(-logits))
    probs = softmax(logits)
    return np.eye(probs.shape[1]) * probs[:, :, np.newaxis] + sign * probs[:, :, np.newaxis] * probs[:, np.newaxis, :]


def _finite(hessian: NDArray[np.float64], samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Hessian, or raise where squares of the samples are beyond float64."""
    if not np.isfinite(hessian).all():
        raise ValueError(f"`X` must have squares below 1.8e308; got {np.abs(samples).max():.4g}")
    return hessian


def _symmetric(hessian: ArrayLike) -> NDArray[np.float64]:
    matrix = as_finite(hessian, "hessian", ndim=2).astype(np.float64)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"`hessian` must be square; got shape {matrix.shape}")
    agree = np.abs(matrix - matrix.T) <= 1e-8 * np.max(np.abs(matrix))
    require_where(agree, matrix, "hessian", "be symmetric")
    return matrix


def _rounding(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return a bound on the rounding in the product a @ b and one further subtraction, in the Frobenius norm."""
    return (len(b) + 4) * _EPS * float(np.linalg.norm(np.abs(a) @ np.abs(b)))
