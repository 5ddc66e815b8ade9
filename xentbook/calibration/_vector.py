"""Two numbers for each class: vector scaling."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xentbook._checks import quiet
from xentbook._weights import power_of_two
from xentbook.calibration._calibrator import Calibrator
from xentbook.calibration._platt import LogisticCurve, half_log_odds, logistic_curve
from xentbook.links import sigmoid, softmax
from xentbook.losses import sparse_categorical_cross_entropy
from xentbook.optimize import newton

__all__ = ["VectorScaling"]

Array = NDArray[np.float64]


class VectorScaling(Calibrator):
    r"""Give each class's logit a scale and an offset of its own, by maximum likelihood.

    .. math:: q = \operatorname{softmax}(a \odot z + b), \qquad \sum_k b_k = 0

    Attributes
    ----------
    coef_ : ndarray, shape (K,)
        a; for logits of shape (n,) that of (1,).
    intercept_ : ndarray, shape (K,)
        b, as far as it can be told: adding a number to all offsets changes nothing.
    classes_ : ndarray, shape (K,)
        The labels in the order of the columns.
    n_features_in_ : int
        The number of columns of the logits, 1 for logits of shape (n,).

    Raises
    ------
    SeparableDataError
        By `fit`, of logits of shape (n,): if a threshold divides the classes.
    ValueError
        By `fit`, if a class never occurs or has a constant logit, or if the loss falls without end, as where the logit
        of one class divides it from the rest.

    See Also
    --------
    TemperatureScaling : one scale, no offset.
    PlattScaling : what it is for two classes and logits of shape (n,), with the labels as targets.

    Notes
    -----
    A shift or scale of the logits of one class changes no probability. An integer weight counts as so many samples.

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017,
       1321-1330: the calibrator of [1]_. arXiv:1706.04599

    Examples
    --------
    >>> z = [[2, 0, 0], [0, 2, 0], [0, 0, 2]] * 4
    >>> y = [0, 1, 2] * 3 + [1, 2, 0]
    >>> print(f"{VectorScaling().fit(z, y).predict_proba([[2, 0, 0]])[0, 0]:.4f}")
    0.7500
    """

    coef_: Array
    intercept_: Array

    def _learn(self, z: Array, codes: NDArray[np.intp], weight: Array, *, binary: bool) -> None:
        if binary:
            curve = logistic_curve(half_log_odds(z)[1], codes == 1, weight, smooth=False)
            self._map: LogisticCurve | _VectorMap = curve
            self.coef_, self.intercept_ = np.array([curve.coef]), np.array([curve.intercept])
            return
        _require_variety(z, codes)
        fitted = _vector_map(z, codes, weight)
        self._map, self.coef_, self.intercept_ = fitted, fitted.coef, fitted.intercept

    def _probabilities(self, z: Array) -> Array:
        if isinstance(self._map, LogisticCurve):
            score = self._map.logit(half_log_odds(z)[1])
            return np.stack([sigmoid(-score), sigmoid(score)], axis=1)
        return softmax(self._map.logits(z))


class _VectorMap(NamedTuple):
    """scales · (z / 2 - centre) / unit + offsets, class by class: digits are lost neither far from 0 nor near."""

    centre: Array
    unit: Array
    scales: Array
    offsets: Array

    @property
    @quiet
    def coef(self) -> Array:
        """The scales of the logits as they are given."""
        return self.scales / self.unit / 2

    @property
    @quiet
    def intercept(self) -> Array:
        """The offsets of the logits as they are given, of mean 0."""
        offsets = self.offsets - self.scales * (self.centre / self.unit)
        return offsets - offsets.mean()

    def standard(self, z: Array) -> Array:
        """Return the logits with centre and unit taken off."""
        return (z / 2 - self.centre) / self.unit

    def logits(self, z: Array) -> Array:
        """Return the calibrated logits."""
        found = self.scales * self.standard(z) + self.offsets
        if not np.isfinite(found).all():
            raise ValueError(f"`logits` must be of the scale of `fit`; got {np.abs(z).max():.3g}")
        return found


def _require_variety(z: Array, codes: NDArray[np.intp]) -> None:
    seen, varied = np.bincount(codes, minlength=z.shape[1]) > 0, z.max(axis=0) > z.min(axis=0)
    if not seen.all():
        raise ValueError(f"`y` must have every class; got none of class {int(np.argmin(seen))}")
    if not varied.all():
        raise ValueError(f"`logits` must not be constant; got a constant column {int(np.argmin(varied))}")
    for k in range(z.shape[1]):
        own, rest = z[codes == k, k], z[codes != k, k]
        if own.min() >= rest.max() or own.max() <= rest.min():
            raise ValueError(
                f"no scales and offsets are best: the logit of class {k} divides it from the rest, "
                "and the loss falls without end"
            )


@quiet
def _vector_map(z: Array, codes: NDArray[np.intp], weight: Array) -> _VectorMap:
    """Return scales and offsets of the least mean loss, by Newton's method; the last offset is 0."""
    centre = z.min(axis=0) / 4 + z.max(axis=0) / 4
    unit = np.array([power_of_two(np.abs(column)) for column in (z / 2 - centre).T])
    start = _VectorMap(centre, unit, np.zeros_like(unit), np.zeros_like(unit))
    loss = _VectorLoss(start.standard(z), codes, weight)
    found = newton(loss.value, loss.gradient, loss.hessian, np.zeros(2 * unit.size - 1), max_iter=200, tol=1e-10)
    if not loss.turns_up(found.x):
        raise ValueError("no scales and offsets are best: the loss falls without end as they grow")
    scales, offsets = loss.split(found.x)
    fitted = start._replace(scales=scales, offsets=offsets)
    if not np.isfinite([fitted.coef, fitted.intercept]).all():
        raise ValueError(f"`logits` must differ by more; got a column within {2 * unit.min():.3g} of its middle")
    return fitted


class _VectorLoss:
    """The mean loss of scales and all offsets but the last, which is 0, with its derivatives."""

    def __init__(self, x: Array, labels: NDArray[np.intp], weight: Array) -> None:
        self.x, self.labels, self.truth, self.weight = x, labels, np.eye(x.shape[1])[labels], weight
        self.share = (weight / weight.sum())[:, np.newaxis]

    def split(self, theta: Array) -> tuple[Array, Array]:
        k = self.x.shape[1]
        return theta[:k], np.append(theta[k:], 0.0)

    def logits(self, theta: Array) -> Array:
        scales, offsets = self.split(theta)
        return scales * self.x + offsets

    def value(self, theta: Array) -> float:
        logits = self.logits(theta)
        return float(sparse_categorical_cross_entropy(self.labels, logits=logits, sample_weight=self.weight))

    def gradient(self, theta: Array) -> Array:
        gap = (softmax(self.logits(theta)) - self.truth) * self.share
        return np.append((gap * self.x).sum(axis=0), gap.sum(axis=0)[:-1])

    def turns_up(self, theta: Array) -> bool:
        """Return whether slope and curvature at `theta` prove a minimum, as in `models`.

        Along a unit step two logits part by at most 2. Directions that are flat at 0 change no loss, and are left out.
        """
        values, vectors = np.linalg.eigh(self.hessian(np.zeros_like(theta)))
        basis = vectors[:, values > 1e-12 * values[-1]]
        hessian, slope = basis.T @ self.hessian(theta) @ basis, basis.T @ self.gradient(theta)
        curvature = np.linalg.eigvalsh(hessian)[0]
        if curvature <= 1e-12 * np.trace(hessian):
            return False  # lost in rounding, as where the loss falls without end
        rounding = 1e-14 / math.sqrt(curvature)  # of the slope
        decrement = math.sqrt(slope @ np.linalg.solve(hessian, slope)) + rounding
        return bool(2 * decrement < 0.5 * math.sqrt(curvature))

    def hessian(self, theta: Array) -> Array:
        q, one = softmax(self.logits(theta)), np.ones_like(self.x)
        rows = [[_curvature(q, a * self.share, b) for b in (self.x, one)] for a in (self.x, one)]
        return np.block(rows)[:-1, :-1]


def _curvature(q: Array, a: Array, b: Array) -> Array:
    """Return the sum over samples of diag(a) (diag(q) − q qᵀ) diag(b)."""
    return np.diag((q * a * b).sum(axis=0)) - (q * a).T @ (q * b)
