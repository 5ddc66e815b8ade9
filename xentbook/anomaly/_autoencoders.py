"""What cannot be rebuilt from few numbers is strange: projections, and a network with a narrow waist."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_generator, as_integer, as_number, quiet
from xentbook.anomaly._frame import as_samples, as_shares, frame_of, require_fitted
from xentbook.models.mlp import split_layers
from xentbook.optimize import Descent, lbfgs

__all__ = ["LinearAutoencoder", "Autoencoder"]

Array = NDArray[np.float64]


class LinearAutoencoder:
    r"""Rebuild samples from their principal components: the best that a linear autoencoder can do.

    .. math:: \hat x = \mu + V V^\top (x - \mu), \qquad s(x) = \lVert x - \hat x \rVert^2

    Parameters
    ----------
    n_components : int
        Numbers that a sample is rebuilt from.

    Attributes
    ----------
    mean_ : ndarray, shape (d,)
        μ.
    components_ : ndarray, shape (n_components, d)
        The columns of V as rows: orthonormal, the direction of the largest variance first.
    variances_ : ndarray, shape (n_components,)
        The variances along them, divided by n.

    See Also
    --------
    Autoencoder : with bends.
    GaussianDensity : what stands out along the components has a large surprisal, but a small score here.

    References
    ----------
    .. [1] P. Baldi and K. Hornik, "Neural networks and principal component analysis: learning from examples without
       local minima", Neural Networks 2(1), 1989, 53-58: [1]_ shows that no linear network does better.
       doi:10.1016/0893-6080(89)90014-2

    Examples
    --------
    >>> detector = LinearAutoencoder(1).fit([[0, 0], [1, 1], [2, 2], [3, 3]])
    >>> print(detector.score([[9, 9], [1, 3]]).round(4))
    [0. 2.]
    """

    def __init__(self, n_components: int) -> None:
        self.n_components = as_integer(n_components, "n_components", minimum=1)

    @quiet
    def fit(self, X: ArrayLike, *, sample_weight: ArrayLike | None = None) -> LinearAutoencoder:
        """Learn mean and components.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Usual samples.
        sample_weight : array_like, shape (n,), optional
            Weights of the samples, of any scale: a weight of 2 is a sample seen twice.

        Returns
        -------
        LinearAutoencoder
            This detector.

        Raises
        ------
        ValueError
            If the samples are empty or not finite, or there are fewer samples or columns than components.
        """
        samples = as_samples(X)
        if self.n_components > min(samples.shape):
            raise ValueError(
                f"`X` must have {self.n_components} samples and columns at least; got shape {samples.shape}"
            )
        shares = as_shares(sample_weight, len(samples))
        self._frame, inner = frame_of(samples, shares)
        _, lengths, directions = np.linalg.svd(np.sqrt(shares)[:, np.newaxis] * inner, full_matrices=False)
        self.mean_ = self._frame.outside(np.zeros(samples.shape[1]))
        self.components_ = directions[: self.n_components]
        self.variances_ = self._frame.squares_outside(lengths[: self.n_components] ** 2)
        return self

    @quiet
    def reconstruct(self, X: ArrayLike) -> Array:
        """Return what the samples are rebuilt as.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n, d)
            Reconstructions, in the units of the samples.

        Raises
        ------
        ValueError
            If the detector is not fitted, or the samples are empty, not finite or of another number of columns.
        """
        require_fitted(self, "mean_")
        inner = self._frame.inside(as_samples(X, self.mean_.size))
        return self._frame.outside(inner @ self.components_.T @ self.components_)

    @quiet
    def score(self, X: ArrayLike) -> Array:
        """Return the squared distance of each sample from its reconstruction.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n,)
            In squared units of the columns.

        Raises
        ------
        ValueError
            If the detector is not fitted, or the samples are empty, not finite or of another number of columns.
        """
        require_fitted(self, "mean_")
        inner = self._frame.inside(as_samples(X, self.mean_.size))
        return _squares(self._frame.gap_outside(inner - inner @ self.components_.T @ self.components_))


class Autoencoder:
    r"""Rebuild samples by a network with a narrow waist, trained on squared error.

    .. math:: x \to \tanh \to \text{waist} \to \tanh \to \hat x, \qquad s(x) = \lVert x - \hat x \rVert^2

    Parameters
    ----------
    n_components : int
        Width of the waist, which is linear.
    n_hidden : int
        Width of the tanh layers before and after it.
    l2 : float
        Weight decay: l2/2 times the sum of squared weights, constants left out, is added to the mean score.
    max_iter : int
        Most iterations of L-BFGS.
    tol : float
        Norm of the gradient at which it ends.
    seed : int, numpy.random.Generator or None
        Source of randomness of the first weights.

    Attributes
    ----------
    layers_ : list of (ndarray, ndarray)
        Weights, (out, in), and constants, (out,), of the four layers; samples are standardised before the first, with
        the mean and one common scale, and brought back after the last.
    descent_ : Descent
        The path of the optimiser.
    converged_ : bool
        Whether it ended by `tol`.

    See Also
    --------
    LinearAutoencoder : without bends.

    References
    ----------
    .. [1] M. A. Kramer, "Nonlinear principal component analysis using autoassociative neural networks", AIChE Journal
       37(2), 1991, 233-243; the five layers of [1]_, the outer two being x itself. doi:10.1002/aic.690370209

    Examples
    --------
    >>> t = np.linspace(0, 3, 40)
    >>> arc = np.stack([np.cos(t), np.sin(t)], axis=1)
    >>> bent, straight = Autoencoder(1, n_hidden=8).fit(arc), LinearAutoencoder(1).fit(arc)
    >>> bool(bent.score(arc).mean() < straight.score(arc).mean() / 20)
    True
    """

    def __init__(
        self,
        n_components: int,
        *,
        n_hidden: int = 32,
        l2: float = 0.0,
        max_iter: int = 500,
        tol: float = 1e-5,
        seed: int | np.random.Generator | None = 0,
    ) -> None:
        self.n_components = as_integer(n_components, "n_components", minimum=1)
        self.n_hidden = as_integer(n_hidden, "n_hidden", minimum=1)
        self.l2 = as_number(l2, "l2", minimum=0)
        self.max_iter = as_integer(max_iter, "max_iter", minimum=1)
        self.tol = as_number(tol, "tol", minimum=0)
        self.seed = seed
        as_generator(seed)

    @quiet
    def fit(self, X: ArrayLike, *, sample_weight: ArrayLike | None = None) -> Autoencoder:
        """Learn the weights.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Usual samples.
        sample_weight : array_like, shape (n,), optional
            Weights of the samples, of any scale: a weight of 2 is a sample seen twice.

        Returns
        -------
        Autoencoder
            This detector.

        Raises
        ------
        ValueError
            If the samples are empty, not finite or all alike.
        """
        samples = as_samples(X)
        shares = as_shares(sample_weight, len(samples))
        self._frame, inner = frame_of(samples, shares)
        self._spread = float(np.sqrt(np.mean(shares @ inner**2)))
        if self._spread == 0:
            raise ValueError("`X` must not be one sample over and over; got no variance")
        self.mean_ = self._frame.outside(np.zeros(samples.shape[1]))
        self.scale_ = self._spread * self._frame.spread * self._frame.size
        self._sizes = (samples.shape[1], self.n_hidden, self.n_components, self.n_hidden, samples.shape[1])
        self.descent_ = self._minimise(inner / self._spread, shares)
        self.layers_, self.converged_ = split_layers(self.descent_.x, self._sizes), self.descent_.converged
        return self

    @quiet
    def reconstruct(self, X: ArrayLike) -> Array:
        """Return what the samples are rebuilt as.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n, d)
            Reconstructions, in the units of the samples.

        Raises
        ------
        ValueError
            If the detector is not fitted, or the samples are empty, not finite or of another number of columns.
        """
        require_fitted(self, "layers_")
        inner = self._frame.inside(as_samples(X, self.mean_.size))
        return self._frame.outside(self._spread * _forward(self.layers_, inner / self._spread)[-1])

    @quiet
    def score(self, X: ArrayLike) -> Array:
        """Return the squared distance of each sample from its reconstruction.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n,)
            In squared units of the columns.

        Raises
        ------
        ValueError
            If the detector is not fitted, or the samples are empty, not finite or of another number of columns.
        """
        require_fitted(self, "layers_")
        inner = self._frame.inside(as_samples(X, self.mean_.size))
        gap = inner - self._spread * _forward(self.layers_, inner / self._spread)[-1]
        return _squares(self._frame.gap_outside(gap))

    def _minimise(self, samples: Array, shares: Array) -> Descent:
        last: list = [None, None]  # value and gradient are asked for one after the other, at the same place

        def both(theta: Array) -> tuple[float, Array]:
            if last[0] is None or not np.array_equal(last[0], theta):
                last[:] = theta.copy(), self._loss_and_gradient(theta, samples, shares)
            return last[1]

        def value(theta: Array) -> float:
            return both(theta)[0]

        def gradient(theta: Array) -> Array:
            return both(theta)[1]

        return lbfgs(value, gradient, self._start(), max_iter=self.max_iter, tol=self.tol)

    def _start(self) -> Array:
        rng = as_generator(self.seed)
        parts: list[Array] = []
        for fan_in, fan_out in zip(self._sizes[:-1], self._sizes[1:], strict=True):
            bound = np.sqrt(6.0 / (fan_in + fan_out))
            parts += [rng.uniform(-bound, bound, size=fan_out * fan_in), np.zeros(fan_out)]
        return np.concatenate(parts)

    def _loss_and_gradient(self, theta: Array, samples: Array, shares: Array) -> tuple[float, Array]:
        """Return the mean score and the penalty, and their gradient, by backpropagation."""
        layers = split_layers(theta, self._sizes)
        values = _forward(layers, samples)
        gap = values[-1] - samples
        parts: list[Array] = []
        delta = 2.0 * gap * shares[:, np.newaxis]
        for depth in range(3, -1, -1):
            weights = layers[depth][0]
            parts = [(delta.T @ values[depth] + self.l2 * weights).ravel(), delta.sum(axis=0), *parts]
            delta = delta @ weights
            if depth in _BENT:
                delta = delta * (1.0 - values[depth] ** 2)
        penalty = self.l2 / 2 * sum(float(np.sum(w * w)) for w, _ in layers)
        return float(shares @ np.sum(gap**2, axis=1)) + penalty, np.concatenate(parts)


_BENT = (1, 3)  # the values that come out of tanh; the waist, 2, and the end, 4, are linear


def _squares(gap: Array) -> Array:
    """Return the sum of squares of each row, inf where it overflows."""
    squares = np.sum(gap**2, axis=1)
    return np.where(np.isnan(squares), np.inf, squares)


def _forward(layers: list[tuple[Array, Array]], samples: Array) -> list[Array]:
    """Return the samples and what each layer makes of them."""
    values = [samples]
    for depth, (weights, constants) in enumerate(layers, start=1):
        z = values[-1] @ weights.T + constants
        values.append(np.tanh(z) if depth in _BENT else z)
    return values
