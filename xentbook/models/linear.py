"""What logistic and softmax regression share: one fit in the frame of the columns, told in the units given."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_number, require_where
from xentbook._estimator import Classifier, as_columns, as_samples, remember_columns, require_fitted
from xentbook.models.existence import require_minimum
from xentbook.models.frame import Frame, standardize
from xentbook.models.objective import BinaryObjective, SoftmaxObjective
from xentbook.models.training import Settings, Totals, as_totals, check_settings, minimize_linear, require_same_length
from xentbook.optimize import Descent

__all__ = ["Fit", "LinearClassifier"]

Array = NDArray[np.float64]


class Fit(NamedTuple):
    """What was learned, in the frame of the columns, and the weights as they were then told."""

    frame: Frame
    table: Array
    weights: Array
    intercept: Array | float

    def is_of(self, weights: Array, intercept: Array | float) -> bool:
        """Return whether these weights are still those that were learned."""
        return np.array_equal(self.weights, weights) and np.array_equal(self.intercept, intercept)

    def logits(self, samples: Array) -> Array:
        """Return the logits of samples, measured from the centre of the frame."""
        with np.errstate(all="ignore"):
            logits = (samples - self.frame.centre) @ np.atleast_2d(self.weights).T
            if self.frame.n_free:
                logits += self.table[:, 0]
            if not np.isfinite(logits).all():  # a difference or a weight is beyond float64
                logits = self.frame.standardize(samples) @ self.table.T
        require_where(~np.isnan(logits), logits, "X", "give logits within float64")
        return logits


class LinearClassifier(Classifier):
    """Linear logits; a model says which objective it minimises, and takes its weights from a table, one row a logit."""

    _fit: Fit
    l2: float
    fit_intercept: bool
    coef_: Array
    intercept_: Array | float

    def _objective(
        self, X: Array, y: NDArray, shares: Array, penalty: Array, n_classes: int
    ) -> BinaryObjective | SoftmaxObjective:
        raise NotImplementedError

    def _take(self, table: Array, errors: Array, n_free: int) -> None:
        raise NotImplementedError

    def _learn(self, X: ArrayLike, y: NDArray, classes: NDArray, sample_weight: ArrayLike | None) -> None:
        settings, l2 = check_settings(Settings.of(self)), as_number(self.l2, "l2", minimum=0)
        samples = as_samples(X)
        require_same_length(samples, y)
        totals = as_totals(sample_weight, len(samples))
        used = totals.shares > 0  # what has no weight is not there
        samples, y, shares = (part if used.all() else part[used] for part in (samples, y, totals.shares))
        penalty, free = totals.penalty(l2), int(bool(self.fit_intercept))
        design = standardize(samples, shares, penalty=penalty, fit_intercept=bool(free))
        on_columns = np.append(np.zeros(free), penalty.in_units(design.frame.unit))
        objective = self._objective(design.X, y, shares, on_columns, classes.size)
        require_minimum(objective, design, classes, l2=l2)
        self._keep(objective, minimize_linear(objective, settings), design.frame, totals)
        self.classes_ = classes
        remember_columns(self, X)

    def _keep(
        self, objective: BinaryObjective | SoftmaxObjective, descent: Descent, frame: Frame, totals: Totals
    ) -> None:
        """Set what was learned, in the units of the columns that were given."""
        q = objective.X.shape[1]
        table = _of_sum_zero(descent.x.reshape(-1, q))
        path = frame.original(descent.path.reshape(len(descent.path), -1, q)).reshape(len(descent.path), -1)
        self.covariance_, errors = _covariance(objective, descent, frame, totals)
        self._take(frame.original(table), errors, frame.n_free)
        self._fit = Fit(frame, table, self.coef_.copy(), np.copy(self.intercept_))
        self.descent_ = descent._replace(x=path[-1].copy(), path=path)
        self.converged_, self.n_iter_ = descent.converged, descent.n_iterations
        self.log_likelihood_ = totals.times(objective.log_likelihood(descent.x))

    def _logits(self, X: ArrayLike) -> Array:
        """Return the logits, (n, rows), computed in the frame of the fit, where no digit is lost."""
        require_fitted(self, "coef_")
        samples = as_columns(self, X)
        if not self._fit.is_of(self.coef_, self.intercept_):
            return samples @ np.atleast_2d(self.coef_).T + self.intercept_  # set by hand
        return self._fit.logits(samples)


def _of_sum_zero(table: Array) -> Array:
    return table - table.mean(axis=0) if len(table) > 1 else table


def _covariance(
    objective: BinaryObjective | SoftmaxObjective, descent: Descent, frame: Frame, totals: Totals
) -> tuple[Array, Array]:
    """Return the covariance of all weights and their standard errors, (rows, q); NaN unless the solver converged."""
    size, q = descent.x.size, objective.X.shape[1]
    if not descent.converged:
        return np.full((size, size), np.nan), np.full((size // q, q), np.nan)
    number, exponent = totals.root()
    with np.errstate(all="ignore"):  # in units of 1e-200 a square is beyond float64
        root = np.moveaxis(frame.original(np.moveaxis(objective.spread(descent.x), 1, -1)), -1, 1)
        root = np.ldexp(root / number, -exponent)
        widest = np.abs(root).max(axis=-1, keepdims=True)
        errors = widest[..., 0] * np.linalg.norm(root / np.where(widest > 0, widest, 1.0), axis=-1)
        flat = root.reshape(size, -1)
        return flat @ flat.T, errors
