"""Penalised mean cross-entropy over linear logits: value, gradient, Hessian, and what tells whether it has a minimum.

Conventions
-----------
- `shares` are the weights of the samples divided by their sum, all positive: what has no weight is not there.
- `penalty` holds a number for each column, 0 for that of the intercept: half of it times θ² is added to the mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xentbook._optional import scipy_part
from xentbook.convexity.separation import margin_rows
from xentbook.links import log_sigmoid, log_softmax, sigmoid, softmax

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["BinaryObjective", "SoftmaxObjective"]

Array = NDArray[np.float64]
_EPS = np.finfo(np.float64).eps


class _Objective:
    """Remembers what is asked again at the same point: the proof of a minimum, the path and its record share points."""

    penalty: Array

    def value(self, theta: Array) -> float:
        """Return the penalised mean."""
        return self._once("value", theta, lambda: -self.log_likelihood(theta) + float(self.penalty @ theta**2) / 2)

    def gradient(self, theta: Array, rows: NDArray[np.intp] | None = None) -> Array:
        """Return the gradient, or an estimate of it from some rows."""
        if rows is not None:
            return self._slope(theta, rows)
        return self._once("gradient", theta, lambda: self._slope(theta, None))

    def hessian(self, theta: Array) -> Array:
        """Return the Hessian, the penalty on its diagonal; see `_curvature`."""
        return self._once("hessian", theta, lambda: self._curvature(theta))

    def log_likelihood(self, theta: Array) -> float:
        """Return the mean over samples, without the penalty; NaN where logits overflow."""
        raise NotImplementedError

    def _slope(self, theta: Array, rows: NDArray[np.intp] | None) -> Array:
        raise NotImplementedError

    def _curvature(self, theta: Array) -> Array:
        raise NotImplementedError

    def _once(self, kind: str, theta: Array, compute: Callable[[], Any]) -> Any:
        known = self.__dict__.setdefault("_known", {})
        key = kind, theta.tobytes()
        if key not in known:
            if len(known) >= 3 * 128:  # a long path does not come back
                known.clear()
            known[key] = compute()
        return known[key]


class BinaryObjective(_Objective):
    """Of θ, shape (q,), for targets in [0, 1]."""

    curvature = 0.25  # the largest that a sample of length 1 can cause
    k = 2

    def __init__(self, X: Array, y: Array, shares: Array, penalty: Array) -> None:
        self.X, self.y, self.shares, self.penalty = X, y, shares, penalty

    @property
    def size(self) -> int:
        """The number of parameters."""
        return self.X.shape[1]

    def log_likelihood(self, theta: Array) -> float:
        """Return the mean over samples, without the penalty; NaN where logits overflow."""
        z = self.X @ theta
        if not np.isfinite(z).all():
            return np.nan
        return float(self.shares @ (self.y * log_sigmoid(z) + (1 - self.y) * log_sigmoid(-z)))

    def _slope(self, theta: Array, rows: NDArray[np.intp] | None) -> Array:
        X, y, shares = _rows(self.X, self.y, self.shares, rows)
        z = X @ theta
        if not np.isfinite(z).all():
            return np.full_like(theta, np.nan)
        residual = (1 - y) * sigmoid(z) - y * sigmoid(-z)  # p - y without cancellation
        return X.T @ (shares * residual) + self.penalty * theta

    def _curvature(self, theta: Array) -> Array:
        """Return XᵀSX with the penalty on its diagonal."""
        z = self.X @ theta
        return (self.X.T * (self.shares * sigmoid(z) * sigmoid(-z))) @ self.X + np.diag(self.penalty)

    def spread(self, theta: Array) -> Array:
        """Return F, shape (1, q, p), such that F Fᵀ is the inverse of the information of the mean of the samples."""
        return _root_of_inverse(self.hessian(theta))[np.newaxis]

    def reach(self, inverse: Array) -> float:
        """Return by how much at most a logit moves along a direction u with uᵀHu = 1, given the inverse of H."""
        return float(np.sqrt(np.max(np.sum((self.X @ inverse) * self.X, axis=1))))

    def separates(self, theta: Array) -> bool:
        """Return whether every sample lies on its side of the border, beyond rounding."""
        rounding = 4 * (self.size + 2) * _EPS * (np.abs(self.X) @ np.abs(theta))
        z = self.X @ theta
        return bool((((self.y == 1) & (z > rounding)) | ((self.y == 0) & (z < -rounding))).all())

    def margin_rows(self) -> csr_array:
        """Return the rows of the cone of separating directions; a soft target counts for both classes."""
        heads, tails = self.X[self.y > 0], self.X[self.y < 1]
        sides = np.repeat([1, 0], [len(heads), len(tails)])
        return margin_rows(np.concatenate([heads, tails]), sides, 2)

    def class_totals(self) -> Array:
        """Return the share of each class."""
        return np.array([self.shares @ (1 - self.y), self.shares @ self.y])


class SoftmaxObjective(_Objective):
    """Of Θ, shape (K, q), flattened row by row, for labels 0 … K−1."""

    curvature = 0.5

    def __init__(self, X: Array, y: NDArray[np.intp], shares: Array, penalty: Array, *, n_classes: int) -> None:
        self.X, self.y, self.shares, self.k = X, y, shares, n_classes
        self.penalty = np.tile(penalty, n_classes)

    @property
    def size(self) -> int:
        """The number of parameters."""
        return self.k * self.X.shape[1]

    def log_likelihood(self, theta: Array) -> float:
        """Return the mean over samples, without the penalty; NaN where logits overflow."""
        z = self.X @ theta.reshape(self.k, -1).T
        if not np.isfinite(z).all():
            return np.nan
        return float(self.shares @ log_softmax(z)[np.arange(len(z)), self.y])

    def _slope(self, theta: Array, rows: NDArray[np.intp] | None) -> Array:
        X, y, shares = _rows(self.X, self.y, self.shares, rows)
        z = X @ theta.reshape(self.k, -1).T
        if not np.isfinite(z).all():
            return np.full_like(theta, np.nan)
        residual, own = softmax(z), np.arange(len(z))
        residual[own, y] = 0.0
        residual[own, y] = -residual.sum(axis=1)  # p - 1 without cancellation
        return ((shares[:, np.newaxis] * residual).T @ X).ravel() + self.penalty * theta

    def _curvature(self, theta: Array) -> Array:
        """Return the Hessian with the penalty on its diagonal, and curvature added where there is none.

        A shift of all classes alike changes no probability. A gradient has no part along such directions, so that the
        added curvature changes no step from a point whose rows sum to 0: such a path stays among those points.
        """
        p, q = softmax(self.X @ theta.reshape(self.k, -1).T), self.X.shape[1]
        result = np.zeros((self.k, q, self.k, q))
        for a in range(self.k):
            for b in range(a):  # 1 - p is what the other classes have: no cancellation
                block = (self.X.T * (self.shares * p[:, a] * p[:, b])) @ self.X
                result[a, :, a] += block
                result[b, :, b] += block
                result[a, :, b] = result[b, :, a] = -block
        return result.reshape(self.size, self.size) + np.diag(self.penalty) + self._shift_curvature()

    def spread(self, theta: Array) -> Array:
        """Return F, shape (K, q, p), such that F Fᵀ is the inverse of the information for weights that sum to 0."""
        root = _root_of_inverse(self.hessian(theta)).reshape(self.k, self.X.shape[1], -1)
        return root - root.mean(axis=0)

    def reach(self, inverse: Array) -> float:
        """Return a bound on how far apart two logits move along a direction u with uᵀHu = 1, given the inverse of H."""
        q = self.X.shape[1]
        centre = np.kron(np.eye(self.k) - 1.0 / self.k, np.eye(q))
        blocks = (centre @ inverse @ centre).reshape(self.k, q, self.k, q)
        return 2 * max(
            float(np.sqrt(np.max(np.sum((self.X @ blocks[k, :, k]) * self.X, axis=1)))) for k in range(self.k)
        )

    def separates(self, theta: Array) -> bool:
        """Return whether every sample has its own class on top, beyond rounding."""
        table = theta.reshape(self.k, -1)
        z, own = self.X @ table.T, np.arange(len(self.X))
        rounding = 8 * (self.X.shape[1] + 2) * _EPS * (np.abs(self.X) @ np.abs(table).max(axis=0))
        top = z[own, self.y].copy()
        z[own, self.y] = -np.inf
        return bool((top - z.max(axis=1) > rounding).all())

    def margin_rows(self) -> csr_array:
        """Return the rows of the cone of separating directions; two classes too have a table of weights."""
        rows = margin_rows(self.X, self.y, self.k)
        return rows if self.k > 2 else scipy_part("sparse").hstack([-rows, rows], format="csr")

    def class_totals(self) -> Array:
        """Return the share of each class."""
        return np.bincount(self.y, weights=self.shares, minlength=self.k).astype(np.float64)

    def _shift_curvature(self) -> Array:
        size = np.diag(self.shares @ self.X**2)
        return np.kron(np.full((self.k, self.k), 1.0 / self.k), size)


def _rows(X: Array, y: NDArray, shares: Array, rows: NDArray[np.intp] | None) -> tuple[Array, NDArray, Array]:
    """Return some of the samples, weighted so that on average over rows they stand for all."""
    if rows is None:
        return X, y, shares
    return X[rows], y[rows], shares[rows] * (len(X) / len(rows))


def _root_of_inverse(matrix: Array) -> Array:
    """Return F such that F Fᵀ is the inverse of a positive definite matrix, scaled first; NaN where rounding ate it."""
    scale = np.sqrt(np.diagonal(matrix))
    even = matrix / scale[:, np.newaxis] / scale
    if not np.isfinite(even).all():  # a column without any curvature, though a penalty below 1e-308 may be on it
        return np.full_like(matrix, np.nan)
    values, vectors = np.linalg.eigh(even)
    values = np.where(values > scale.size * _EPS * values[-1], values, np.nan)
    return vectors / np.sqrt(values) / scale[:, np.newaxis]
