"""Surprisal under a fitted density: one Gaussian, or several."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_generator, as_integer, as_number, quiet, require_where
from xentbook.anomaly._frame import Frame, as_samples, as_shares, frame_of, require_fitted
from xentbook.links import logsumexp, softmax

__all__ = ["GaussianDensity", "GaussianMixture"]

Array = NDArray[np.float64]


class GaussianDensity:
    r"""A Gaussian of the mean and the covariance of the samples: its surprisal is half a squared Mahalanobis distance.

    To that a constant is added, by which the density integrates to 1:

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

    @quiet
    def fit(self, X: ArrayLike, *, sample_weight: ArrayLike | None = None) -> GaussianDensity:
        """Learn mean and covariance.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Usual samples.
        sample_weight : array_like, shape (n,), optional
            Weights of the samples, of any scale: a weight of 2 is a sample seen twice.

        Returns
        -------
        GaussianDensity
            This density.

        Raises
        ------
        ValueError
            If the samples are empty or not finite, or their covariance is singular: fewer samples than columns and one,
            a constant column, or columns that depend on each other. A `ridge` above 0 mends it. Or if a weight is
            negative, or all are 0.
        """
        samples = as_samples(X)
        shares = as_shares(sample_weight, len(samples))
        frame, inner = frame_of(samples, shares)
        covariance = _covariance(inner, shares, self.ridge)
        self._factor = _cholesky(covariance)
        self._frame, self.mean_ = frame, frame.outside(np.zeros(len(covariance)))
        self.covariance_ = frame.squares_outside(covariance)
        return self

    @quiet
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
        inner = self._frame.inside(as_samples(X, self.mean_.size))
        return _surprisal(inner, np.zeros(self.mean_.size), self._factor) + self._frame.log_volume


class GaussianMixture:
    r"""A weighted sum of Gaussians, fitted by expectation and maximisation: each round, samples are less surprising.

    .. math:: p(x) = \sum_j \pi_j\, \mathcal N(x \mid \mu_j, \Sigma_j)

    Parameters
    ----------
    n_components : int
        Number of Gaussians.
    ridge : float
        Added to the variance of each column in each Gaussian, as a share of the mean variance of the samples; above 0,
        as otherwise a Gaussian around a single sample makes the likelihood infinite.
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

    @quiet
    def fit(self, X: ArrayLike, *, sample_weight: ArrayLike | None = None) -> GaussianMixture:
        """Learn weights, means and covariances.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Usual samples.
        sample_weight : array_like, shape (n,), optional
            Weights of the samples, of any scale: a weight of 2 is a sample seen twice (but for the draw of the starts).

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
        shares = as_shares(sample_weight, len(samples))
        if len(samples) < self.n_components:
            raise ValueError(f"`X` must have {self.n_components} samples at least; got {len(samples)}")
        frame, inner = frame_of(samples, shares)
        floor = self.ridge * float(np.mean(shares @ inner**2))
        if floor == 0:
            raise ValueError("`X` must not be one sample over and over; got no variance")
        rng = as_generator(self.seed)
        runs = [self._run(inner, shares, floor, rng) for _ in range(self.n_starts)]
        self._keep(frame, *min(runs, key=lambda run: run[1][-1]))
        return self

    def _keep(self, frame: Frame, parameters: tuple[Array, Array, Array], path: Array, converged: bool) -> None:
        """Remember the parameters of a run, inside the frame and in the units of the samples."""
        weights, means, covariances = parameters
        self._factors = [_cholesky(matrix) for matrix in covariances]
        self._frame, self._inner_means = frame, means
        self.weights_, self.means_ = weights, frame.outside(means)
        self.covariances_, self.path_ = frame.squares_outside(covariances), path + frame.log_volume
        self.converged_ = converged

    @quiet
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
        joint = self._joint(X)
        return np.asarray(self._frame.log_volume - logsumexp(joint))

    @quiet
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
        joint = self._joint(X)
        known = np.isfinite(joint).any(axis=1)
        require_where(known, np.max(np.abs(as_samples(X)), axis=1), "X", "lie nearer to the samples of `fit`")
        return np.asarray(softmax(joint))

    def _joint(self, X: ArrayLike) -> Array:
        """Return the log-densities of samples and components together, in the units of the frame."""
        require_fitted(self, "means_")
        inner = self._frame.inside(as_samples(X, self.means_.shape[1]))
        return _log_joint(inner, self.weights_, self._inner_means, self._factors)

    def _run(
        self, samples: Array, shares: Array, floor: float, rng: np.random.Generator
    ) -> tuple[tuple[Array, Array, Array], Array, bool]:
        """Return parameters, path and whether it converged, from one start."""
        counts = (shares * len(samples))[:, np.newaxis]
        starts = _spread_out(samples, shares, self.n_components, rng)
        members = np.eye(self.n_components)[_nearest(samples, starts)]
        path: list[float] = []
        for _ in range(self.max_iter):
            parameters = _maximise(samples, members * counts, floor)
            joint = _log_joint(samples, *parameters[:2], [_cholesky(matrix) for matrix in parameters[2]])
            path.append(float(-shares @ logsumexp(joint)))
            if len(path) > 1 and abs(path[-2] - path[-1]) <= self.tol:
                return parameters, np.array(path), True
            members = softmax(joint)
        return parameters, np.array(path), False


def _covariance(centred: Array, shares: Array, ridge: float) -> Array:
    matrix = (centred * shares[:, np.newaxis]).T @ centred
    return matrix + ridge * np.trace(matrix) / len(matrix) * np.eye(len(matrix))


def _cholesky(covariance: Array) -> Array:
    scale = np.sqrt(np.diagonal(covariance))
    try:
        factor = np.linalg.cholesky(covariance / np.outer(scale, scale)) if scale.all() else np.zeros((1, 1))
    except np.linalg.LinAlgError:
        factor = np.zeros((1, 1))
    if np.diagonal(factor).min() < 1e-7:  # of a correlation matrix: its square is rounding
        raise ValueError("`X` must not have a singular covariance; drop columns that depend on others, or pass ridge=…")
    return factor * scale[:, np.newaxis]


def _surprisal(samples: Array, mean: Array, factor: Array) -> Array:
    """Return the surprisal under one Gaussian; so far away that the square of the distance overflows it is inf."""
    far = np.abs(samples).max(axis=1) > 1e150
    near = np.where(far[:, np.newaxis], 0.0, samples)
    white = np.linalg.solve(factor, (near - mean).T)
    constant = np.log(np.diagonal(factor)).sum() + 0.5 * mean.size * math.log(2 * math.pi)
    return np.where(far, np.inf, 0.5 * np.sum(white**2, axis=0) + constant)


def _log_joint(samples: Array, weights: Array, means: Array, factors: list[Array]) -> Array:
    columns = [math.log(w) - _surprisal(samples, m, f) for w, m, f in zip(weights, means, factors, strict=True)]
    return np.stack(columns, axis=1)


def _maximise(samples: Array, members: Array, floor: float) -> tuple[Array, Array, Array]:
    """Return weights, means and covariances of the samples, of which `members` (n, J) counts in each component."""
    total = members.sum(axis=0) + 10 * np.finfo(float).eps  # a component may lose all its samples
    means = members.T @ samples / total[:, np.newaxis]
    variance = floor * np.eye(samples.shape[1])
    covariances = [
        _covariance(samples - m, s / t, 0.0) + variance for m, s, t in zip(means, members.T, total, strict=True)
    ]
    return total / total.sum(), means, np.array(covariances)


def _spread_out(samples: Array, shares: Array, n: int, rng: np.random.Generator) -> Array:
    """Return samples to start from, each drawn with a chance that grows with its distance from those before."""
    alike = (shares == shares[0]).all()
    chosen = [samples[rng.integers(len(samples)) if alike else rng.choice(len(samples), p=shares)]]
    for _ in range(n - 1):
        distance = np.min([np.sum((samples - c) ** 2, axis=1) for c in chosen], axis=0)
        distance = distance if alike else distance * shares
        total = distance.sum()
        chance = distance / total if total > 0 else shares
        chosen.append(samples[rng.choice(len(samples), p=chance)])
    return np.array(chosen)


def _nearest(samples: Array, centres: Array) -> NDArray[np.intp]:
    return np.argmin([np.sum((samples - c) ** 2, axis=1) for c in centres], axis=0)
