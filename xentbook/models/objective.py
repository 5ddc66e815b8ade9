"""Penalised mean cross-entropy over linear logits: value, gradient, Hessian, and what tells whether it has a minimum."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_number, require_where
from xentbook.convexity.separation import margin_rows
from xentbook.links import log_sigmoid, log_softmax, sigmoid, softmax

__all__ = ["BinaryObjective", "SoftmaxObjective", "with_intercept", "as_weights"]

Array = NDArray[np.float64]
_EPS = np.finfo(np.float64).eps


class BinaryObjective:
    """Of θ, shape (q,), for targets in [0, 1]; the first column of `X` is the intercept's if there is one."""

    curvature = 0.25  # the largest that a sample of length 1 can cause

    def __init__(self, X: Array, y: Array, weights: Array, *, l2: float, n_free: int) -> None:
        self.X, self.y, self.total, self.n_free, self.l2 = X, y, weights.sum(), n_free, l2
        self.weights = weights / self.total
        self.penalty = np.repeat(l2 / self.total, X.shape[1])
        self.penalty[:n_free] = 0.0  # the intercept is free

    @property
    def size(self) -> int:
        """The number of parameters."""
        return self.X.shape[1]

    def log_likelihood(self, theta: Array) -> float:
        """Return the sum over samples, without the penalty; NaN where logits overflow."""
        z = self.X @ theta
        if not np.isfinite(z).all():
            return np.nan
        return float(self.total * (self.weights @ (self.y * log_sigmoid(z) + (1 - self.y) * log_sigmoid(-z))))

    def value(self, theta: Array) -> float:
        """Return the penalised mean."""
        return -self.log_likelihood(theta) / self.total + float(self.penalty @ theta**2) / 2

    def gradient(self, theta: Array, rows: NDArray[np.int64] | None = None) -> Array:
        """Return the gradient, or an estimate of it from some rows."""
        X, y, weights = _rows(self.X, self.y, self.weights, rows)
        z = X @ theta
        if not np.isfinite(z).all():
            return np.full_like(theta, np.nan)
        residual = (1 - y) * sigmoid(z) - y * sigmoid(-z)  # p - y without cancellation
        return X.T @ (weights * residual) + self.penalty * theta

    def hessian(self, theta: Array) -> Array:
        """Return XᵀSX with the penalty on its diagonal."""
        z = self.X @ theta
        return (self.X.T * (self.weights * sigmoid(z) * sigmoid(-z))) @ self.X + np.diag(self.penalty)

    def covariance(self, theta: Array) -> Array:
        """Return the inverse of the information of all samples."""
        return _inverse(self.total * self.hessian(theta))

    def logits(self, theta: Array) -> Array:
        """Return one logit for each sample of positive weight."""
        return self.X[self.weights > 0] @ theta

    def reach(self, inverse: Array) -> float:
        """Return by how much at most a logit moves along a direction u with uᵀHu = 1, given the inverse of H."""
        used = self.X[self.weights > 0]
        return float(np.sqrt(np.max(np.sum((used @ inverse) * used, axis=1))))

    def separates(self, theta: Array) -> bool:
        """Return whether every sample lies on its side of the border, beyond rounding."""
        rounding = 4 * (self.size + 2) * _EPS * (np.abs(self.X) @ np.abs(theta))
        z = self.X @ theta
        sides = ((self.y == 1) & (z > rounding)) | ((self.y == 0) & (z < -rounding))
        return bool(sides[self.weights > 0].all())

    def margin_rows(self):
        """Return the rows of the cone of separating directions; a soft target counts for both classes."""
        used = self.weights > 0
        heads, tails = self.X[used & (self.y > 0)], self.X[used & (self.y < 1)]
        sides = np.repeat([1, 0], [len(heads), len(tails)])
        return margin_rows(np.concatenate([heads, tails]), sides, 2)

    def class_totals(self) -> Array:
        """Return the total weight of each class."""
        return np.array([self.weights @ (1 - self.y), self.weights @ self.y]) * self.total


class SoftmaxObjective:
    """Of Θ, shape (K, q), flattened row by row, for labels 0 … K−1."""

    curvature = 0.5

    def __init__(
        self, X: Array, y: NDArray[np.int64], weights: Array, *, l2: float, n_free: int, n_classes: int
    ) -> None:
        self.X, self.y, self.total, self.n_free, self.l2 = X, y, weights.sum(), n_free, l2
        self.k, self.weights = n_classes, weights / weights.sum()
        penalty = np.repeat(l2 / self.total, X.shape[1])
        penalty[:n_free] = 0.0  # the intercepts are free
        self.penalty = np.tile(penalty, n_classes)

    @property
    def size(self) -> int:
        """The number of parameters."""
        return self.k * self.X.shape[1]

    def log_likelihood(self, theta: Array) -> float:
        """Return the sum over samples, without the penalty; NaN where logits overflow."""
        z = self.X @ theta.reshape(self.k, -1).T
        if not np.isfinite(z).all():
            return np.nan
        return float(self.total * (self.weights @ log_softmax(z)[np.arange(len(z)), self.y]))

    def value(self, theta: Array) -> float:
        """Return the penalised mean."""
        return -self.log_likelihood(theta) / self.total + float(self.penalty @ theta**2) / 2

    def gradient(self, theta: Array, rows: NDArray[np.int64] | None = None) -> Array:
        """Return the gradient, or an estimate of it from some rows."""
        X, y, weights = _rows(self.X, self.y, self.weights, rows)
        z = X @ theta.reshape(self.k, -1).T
        if not np.isfinite(z).all():
            return np.full_like(theta, np.nan)
        residual, own = softmax(z), np.arange(len(z))
        residual[own, y] = 0.0
        residual[own, y] = -residual.sum(axis=1)  # p - 1 without cancellation
        return ((weights[:, np.newaxis] * residual).T @ X).ravel() + self.penalty * theta

    def hessian(self, theta: Array) -> Array:
        """Return the Hessian with the penalty on its diagonal, and curvature added where there is none.

        A shift of all classes alike changes no probability. A gradient has no part along such directions, so that the
        added curvature changes no step from a point whose rows sum to 0: such a path stays among those points.
        """
        p, q = softmax(self.X @ theta.reshape(self.k, -1).T), self.X.shape[1]
        result = np.zeros((self.k, q, self.k, q))
        for a in range(self.k):
            for b in range(self.k):
                spread = self.weights * p[:, a] * ((a == b) - p[:, b])
                result[a, :, b] = (self.X.T * spread) @ self.X
        return result.reshape(self.size, self.size) + np.diag(self.penalty) + self._shift_curvature()

    def covariance(self, theta: Array) -> Array:
        """Return the inverse of the information of all samples, for weights that sum to 0 over the classes."""
        q = self.X.shape[1]
        centre = np.kron(np.eye(self.k) - 1.0 / self.k, np.eye(q))
        return centre @ _inverse(self.total * self.hessian(theta)) @ centre

    def logits(self, theta: Array) -> Array:
        """Return the logits of each sample of positive weight."""
        return self.X[self.weights > 0] @ theta.reshape(self.k, -1).T

    def reach(self, inverse: Array) -> float:
        """Return a bound on how far apart two logits move along a direction u with uᵀHu = 1, given the inverse of H."""
        used, q = self.X[self.weights > 0], self.X.shape[1]
        centre = np.kron(np.eye(self.k) - 1.0 / self.k, np.eye(q))
        blocks = (centre @ inverse @ centre).reshape(self.k, q, self.k, q)
        return 2 * max(float(np.sqrt(np.max(np.sum((used @ blocks[k, :, k]) * used, axis=1)))) for k in range(self.k))

    def separates(self, theta: Array) -> bool:
        """Return whether every sample has its own class on top, beyond rounding."""
        table = theta.reshape(self.k, -1)
        z, own = self.X @ table.T, np.arange(len(self.X))
        rounding = 8 * (self.X.shape[1] + 2) * _EPS * (np.abs(self.X) @ np.abs(table).max(axis=0))
        top = z[own, self.y].copy()
        z[own, self.y] = -np.inf
        return bool((top - z.max(axis=1) > rounding)[self.weights > 0].all())

    def margin_rows(self):
        """Return the rows of the cone of separating directions; two classes too have a table of weights."""
        used = self.weights > 0
        if self.k > 2:
            return margin_rows(self.X[used], self.y[used], self.k)
        from scipy import sparse

        rows = margin_rows(self.X[used], self.y[used], 2)
        return sparse.hstack([-rows, rows], format="csr")

    def class_totals(self) -> Array:
        """Return the total weight of each class."""
        return np.bincount(self.y, weights=self.weights, minlength=self.k) * self.total

    def _shift_curvature(self) -> Array:
        size = np.diag(self.weights @ self.X**2)
        return np.kron(np.full((self.k, self.k), 1.0 / self.k), size)


def with_intercept(X: ArrayLike, fit_intercept: bool) -> Array:
    """Return the checked samples in float64, behind a column of ones if there is an intercept."""
    samples = as_finite(X, "X", ndim=2).astype(np.float64)
    return np.concatenate([np.ones((len(samples), 1)), samples], axis=1) if fit_intercept else samples


def as_weights(sample_weight: ArrayLike | None, n: int) -> Array:
    """Return one weight for each sample."""
    if sample_weight is None:
        return np.ones(n)
    weights = as_finite(sample_weight, "sample_weight", ndim=1).astype(np.float64)
    if weights.size != n:
        raise ValueError(f"`sample_weight` must have {n} entries, one for each sample; got {weights.size}")
    require_where(weights >= 0, weights, "sample_weight", "not be negative")
    if not weights.any():
        raise ValueError("`sample_weight` must have a positive entry; got 0 everywhere")
    as_number(weights.sum(), "sum(sample_weight)")
    return weights


def _rows(X: Array, y: NDArray, weights: Array, rows: NDArray[np.int64] | None) -> tuple[Array, NDArray, Array]:
    """Return some of the samples, weighted so that on average over rows they stand for all."""
    if rows is None:
        return X, y, weights
    return X[rows], y[rows], weights[rows] * (len(X) / len(rows))


def _inverse(matrix: Array) -> Array:
    """Return the inverse of a positive definite matrix, scaled first."""
    scale = np.sqrt(np.diagonal(matrix))
    return np.linalg.inv(matrix / scale[:, np.newaxis] / scale) / scale[:, np.newaxis] / scale
