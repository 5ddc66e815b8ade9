"""Surprisal under a fitted density: one Gaussian, or several."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_generator, as_integer, as_number
from xentbook.links import logsumexp, softmax

__all__ = ["GaussianDensity", "GaussianMixture", "as_samples", "require_fitted"]

Array = NDArray[np.float64]


class GaussianDensity:
    r"""A Gaussian of the mean and the covariance of the samples: its surprisal is half a squared Mahalanobis distance, and more.

    .. math:: -\ln p(x) = \tfrac12 (x - \mu)^\top \Sigma^{-1} (x - \mu) + \tfrac12 \ln \det(2 \pi \Sigma)

    Parameters
    ----------
    ridge : float
        Added to the variance of each column, as a share of the mean variance: with 0 the covariance is that of maximum
        likelihood.

    Attributes
    ----------
    mean_ : ndarray, shape (d,)
        μ.
    covariance_ : ndarray, shape (d, d)
        Σ, divided by n.

    See Also
    --------
    GaussianMixture : where the usual comes in several kinds.

    Examples
    --------
    >>> density = GaussianDensity().fit([[-1.0], [1.0], [-1.0], [1.0]])
    >>> print(density.score([[0.0], [3.0]]).round(4))
    [0.9189 5.4189]
    """

    def __init__(self, *, ridge: float = 0.0) -> None:
        self.ridge = as_number(ridge, "ridge", minimum=0)

    def fit(self, X: ArrayLike) -> GaussianDensity:
        """Learn mean and covariance.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Usual samples.

        Returns
        -------
        GaussianDensity
            This density.

        Raises
        ------
        ValueError
            If the samples are empty or not finite, or their covariance is singular: fewer samples than columns and one, a
            constant column, or columns that depend on each other. A `ridge` above 0 mends it.
        """
        samples = as_samples(X)
        self.mean_ = samples.mean(axis=0)
        self.covariance_ = _covariance(samples - self.mean_, np.full(len(samples), 1.0 / len(samples)), self.ridge)
        self._factor = _cholesky(self.covariance_)
        return self

    def score(self, X: ArrayLike) -> Array:
        """Return the surprisal of each sample, in nats.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n,)
            −ln p(x).

        Raises
        ------
        ValueError
            If the density is not fitted, or the samples are empty, not finite or of another number of columns.
        """
        require_fitted(self, "mean_")
        return _surprisal(as_samples(X, self.mean_.size), self.mean_, self._factor)


class GaussianMixture:
    r"""A weighted sum of Gaussians, fitted by expectation and maximisation: every round, the samples are less surprising.

    .. math:: p(x) = \sum_j \pi_j\, \mathcal N(x \mid \mu_j, \Sigma_j)

    Parameters
    ----------
    n_components : int
        Number of Gaussians.
    ridge : float
        Added to the variance of each column in each Gaussian, as a share of the mean variance of the samples; above 0, as
        otherwise a Gaussian around a single sample makes the likelihood infinite.
    n_starts : int
        Starts, of which the best end is kept.
    max_iter : int
        Most rounds of each start.
    tol : float
        The fall of the mean surprisal in a round, in nats, at which it ends.
    seed : int, numpy.random.Generator or None
        Source of randomness of the starts.

    Attributes
    ----------
    weights_ : ndarray, shape (J,)
        π.
    means_ : ndarray, shape (J, d)
        μ.
    covariances_ : ndarray, shape (J, d, d)
        Σ.
    path_ : ndarray
        Mean surprisal of the samples after each round of the best start, in nats; it never rises but for the ridge.
    converged_ : bool
        Whether the best start ended by `tol`.

    See Also
    --------
    GaussianDensity : one of them.

    References
    ----------
    .. [1] A. P. Dempster, N. M. Laird and D. B. Rubin, "Maximum likelihood from incomplete data via the EM algorithm",
       Journal of the Royal Statistical Society B 39(1), 1977, 1-38; the rounds are those of [1]_.
       doi:10.1111/j.2517-6161.1977.tb01600.x

    Examples
    --------
    >>> X = [[-5.1], [-5.0], [-4.9], [4.9], [5.0], [5.1]]
    >>> mixture = GaussianMixture(2).fit(X)
    >>> print(np.sort(mixture.means_[:, 0]).round(4))
    [-5.  5.]
    >>> bool(mixture.score([[0.0]])[0] > 100)
    True
    """

    def __init__(
        self,
        n_components: int,
        *,
        ridge: float = 1e-6,
        n_starts: int = 5,
        max_iter: int = 200,
        tol: float = 1e-6,
        seed: int | np.random.Generator | None = 0,
    ) -> None:
        self.n_components = as_integer(n_components, "n_components", minimum=1)
        self.ridge = as_number(ridge, "ridge", minimum=0)
        if self.ridge == 0:
            raise ValueError("`ridge` must be above 0; got 0.0")
        self.n_starts = as_integer(n_starts, "n_starts", minimum=1)
        self.max_iter = as_integer(max_iter, "max_iter", minimum=1)
        self.tol = as_number(tol, "tol", minimum=0)
        self.seed = seed
        as_generator(seed)

    def fit(self, X: ArrayLike) -> GaussianMixture:
        """Learn weights, means and covariances.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Usual samples.

        Returns
        -------
        GaussianMixture
            This density.

        Raises
        ------
        ValueError
            If the samples are empty, not finite, all alike, or fewer than the components.
        """
        samples = as_samples(X)
        if len(samples) < self.n_components:
            raise ValueError(f"`X` must have {self.n_components} samples at least; got {len(samples)}")
        floor = self.ridge * float(np.var(samples, axis=0).mean())
        if floor == 0:
            raise ValueError("`X` must not be one sample over and over; got no variance")
        rng = as_generator(self.seed)
        runs = [self._run(samples, floor, rng) for _ in range(self.n_starts)]
        parameters, self.path_, self.converged_ = min(runs, key=lambda run: run[1][-1])
        self.weights_, self.means_, self.covariances_ = parameters
        self._factors = [_cholesky(matrix) for matrix in self.covariances_]
        return self

    def score(self, X: ArrayLike) -> Array:
        """Return the surprisal of each sample, in nats.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n,)
            −ln p(x).

        Raises
        ------
        ValueError
            If the density is not fitted, or the samples are empty, not finite or of another number of columns.
        """
        return -logsumexp(self._joint(X))

    def responsibilities(self, X: ArrayLike) -> Array:
        """Return the probability of each component, given the sample.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n, J)
            Probabilities.

        Raises
        ------
        ValueError
            If the density is not fitted, or the samples are empty, not finite or of another number of columns.
        """
        return softmax(self._joint(X))

    def _joint(self, X: ArrayLike) -> Array:
        require_fitted(self, "means_")
        samples = as_samples(X, self.means_.shape[1])
        return _log_joint(samples, self.weights_, self.means_, self._factors)

    def _run(self, samples: Array, floor: float, rng: np.random.Generator) -> tuple[tuple, Array, bool]:
        """Return parameters, path and whether it converged, from one start."""
        shares = np.eye(self.n_components)[_nearest(samples, _spread_out(samples, self.n_components, rng))]
        path: list[float] = []
        for _ in range(self.max_iter):
            parameters = _maximise(samples, shares, floor)
            joint = _log_joint(samples, *parameters[:2], [_cholesky(matrix) for matrix in parameters[2]])
            path.append(float(-np.mean(logsumexp(joint))))
            if len(path) > 1 and abs(path[-2] - path[-1]) <= self.tol:
                return parameters, np.array(path), True
            shares = softmax(joint)
        return parameters, np.array(path), False


def as_samples(X: ArrayLike, d: int | None = None) -> Array:
    """Return finite samples, (n, d), in float64."""
    samples = as_finite(X, "X", ndim=2).astype(np.float64)
    if d is not None and samples.shape[1] != d:
        raise ValueError(f"`X` must have {d} columns, as in `fit`; got {samples.shape[1]}")
    return samples


def require_fitted(detector: object, attribute: str) -> None:
    """Raise unless the detector has learned something."""
    if not hasattr(detector, attribute):
        raise ValueError(f"the detector must be fitted first; call {type(detector).__name__}.fit(X)")


def _covariance(centred: Array, weights: Array, ridge: float) -> Array:
    matrix = (centred * weights[:, np.newaxis]).T @ centred
    return matrix + ridge * np.trace(matrix) / len(matrix) * np.eye(len(matrix))


def _cholesky(covariance: Array) -> Array:
    scale = np.sqrt(np.diagonal(covariance))
    try:
        factor = np.linalg.cholesky(covariance / np.outer(scale, scale)) if scale.all() else np.zeros((1, 1))
    except np.linalg.LinAlgError:
        factor = np.zeros((1, 1))
    if np.diagonal(factor).min() < 1e-7:  # of a correlation matrix: its square is rounding
        raise ValueError("the covariance must not be singular; drop columns that depend on others, or pass ridge=…")
    return factor * scale[:, np.newaxis]


def _surprisal(samples: Array, mean: Array, factor: Array) -> Array:
    white = np.linalg.solve(factor, (samples - mean).T)
    return 0.5 * np.sum(white**2, axis=0) + np.log(np.diagonal(factor)).sum() + 0.5 * mean.size * math.log(2 * math.pi)


def _log_joint(samples: Array, weights: Array, means: Array, factors: list[Array]) -> Array:
    columns = [math.log(w) - _surprisal(samples, m, f) for w, m, f in zip(weights, means, factors, strict=True)]
    return np.stack(columns, axis=1)


def _maximise(samples: Array, shares: Array, floor: float) -> tuple[Array, Array, Array]:
    """Return weights, means and covariances of the samples shared out among the components."""
    total = shares.sum(axis=0) + 10 * np.finfo(float).eps  # a component may lose all its samples
    means = shares.T @ samples / total[:, np.newaxis]
    variance = floor * np.eye(samples.shape[1])
    covariances = [
        _covariance(samples - m, s / t, 0.0) + variance for m, s, t in zip(means, shares.T, total, strict=True)
    ]
    return total / total.sum(), means, np.array(covariances)


def _spread_out(samples: Array, n: int, rng: np.random.Generator) -> Array:
    """Return samples to start from, each drawn with a chance that grows with its distance from those before."""
    chosen = [samples[rng.integers(len(samples))]]
    for _ in range(n - 1):
        distance = np.min([np.sum((samples - c) ** 2, axis=1) for c in chosen], axis=0)
        total = distance.sum()
        chance = distance / total if total > 0 else np.full(len(samples), 1.0 / len(samples))
        chosen.append(samples[rng.choice(len(samples), p=chance)])
    return np.array(chosen)


def _nearest(samples: Array, centres: Array) -> NDArray[np.int64]:
    return np.argmin([np.sum((samples - c) ** 2, axis=1) for c in centres], axis=0)
