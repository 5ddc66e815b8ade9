"""Calibrators with few numbers to learn: one temperature, Platt's two, and two for each class."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_labels, require_same_shape
from xentbook.links import logsumexp, sigmoid, softmax
from xentbook.losses import sparse_categorical_cross_entropy
from xentbook.models import LogisticRegression
from xentbook.optimize import newton

__all__ = [
    "TemperatureScaling",
    "PlattScaling",
    "VectorScaling",
    "as_logits",
    "as_training",
    "joined",
    "require_fitted",
    "scores_of_classes",
]

Array = NDArray[np.float64]


class TemperatureScaling:
    r"""Divide all logits by one number, the temperature that makes held-out labels least surprising.

    .. math:: q = \operatorname{softmax}(z / T), \qquad \sum_i \Big(\sum_k q_{ik} z_{ik} - z_{i y_i}\Big) = 0

    Attributes
    ----------
    temperature_ : float
        T, above 0: the root of the derivative above, to the last digits. Above 1 the logits were overconfident.

    See Also
    --------
    VectorScaling : a scale and an offset for each class.

    Notes
    -----
    It changes no prediction, as it keeps the order of the classes, and so no accuracy. The loss is convex in 1 / T, and the
    derivative increases in it: the root is the only one.

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017, 1321-1330:
       the calibrator of [1]_. arXiv:1706.04599

    Examples
    --------
    >>> calibrator = TemperatureScaling().fit([[4.0, 0.0], [4.0, 0.0], [4.0, 0.0], [4.0, 0.0]], [0, 0, 0, 1])
    >>> print(f"{calibrator.temperature_:.4f}")  # 4 / ln 3
    3.6410
    >>> print(calibrator.predict_proba([[4.0, 0.0]]).round(4))
    [[0.75 0.25]]
    """

    def fit(self, logits: ArrayLike, y: ArrayLike) -> TemperatureScaling:
        """Learn the temperature.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Held-out logits, finite.
        y : array_like of int, shape (n,)
            Their labels.

        Returns
        -------
        TemperatureScaling
            This calibrator.

        Raises
        ------
        TypeError
            If labels are not integers.
        ValueError
            If there is no such temperature: every label has the largest logit (the best T is 0), the labels go against the
            logits on average (the best T is inf), or each row's logits are all the same (any T is as good as any other). Or if
            an input is empty, not finite, out of range or of another length.
        """
        z, labels = as_training(logits, y)
        lead = z - np.take_along_axis(z, labels[:, np.newaxis], axis=1)  # over the logit of the label
        if not lead.any():
            raise ValueError(
                "`logits` must differ within a row; got constant rows, for which any temperature is as good"
            )
        if lead.max() <= 0:
            raise ValueError(
                "no temperature is best: every label has the largest logit, and the loss falls to its limit as T falls to 0"
            )
        if lead.mean(axis=1).sum() >= 0:
            raise ValueError(
                "no temperature is best: the labels go against the logits, and the loss falls as T grows without end"
            )
        self.temperature_ = 1.0 / _root(lead)
        return self

    def predict_proba(self, logits: ArrayLike) -> Array:
        """Return the probabilities at the temperature.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Logits, finite.

        Returns
        -------
        ndarray, shape (n, 2) or (n, K)
            Probabilities.

        Raises
        ------
        ValueError
            If the calibrator is not fitted, or the logits are empty or not finite.
        """
        require_fitted(self, "temperature_")
        return softmax(as_logits(logits) / self.temperature_)


class PlattScaling:
    r"""Fit a logistic curve to the score.

    .. math:: q = \sigma(a z + b)

    Parameters
    ----------
    smooth_targets : bool
        Fit to Platt's targets, (n₁ + 1) / (n₁ + 2) for the n₁ samples of class 1 and 1 / (n₀ + 2) for the rest, which keep a and b
        finite; else to the labels themselves, by maximum likelihood.

    Attributes
    ----------
    coef_ : ndarray, shape (1,) or (K,)
        a.
    intercept_ : ndarray, shape (1,) or (K,)
        b.

    See Also
    --------
    IsotonicCalibration : any rising curve.

    Notes
    -----
    Of K > 2 classes each is fitted against the rest, on its own log-odds by softmax, and the K results are divided by their
    sum.

    References
    ----------
    .. [1] J. C. Platt, "Probabilities for SV machines", Advances in Large-Margin Classifiers, MIT Press, 2000, 61-74: the curve
       and the targets of [1]_.

    Examples
    --------
    >>> calibrator = PlattScaling(smooth_targets=False).fit([-2, -1, 1, 2, -1, 1], [0, 0, 1, 1, 1, 0])
    >>> print(f"{calibrator.coef_[0]:.4f} {calibrator.intercept_[0] + 0:.4f}")
    0.7563 0.0000
    """

    def __init__(self, *, smooth_targets: bool = True) -> None:
        self.smooth_targets = bool(smooth_targets)

    def fit(self, logits: ArrayLike, y: ArrayLike) -> PlattScaling:
        """Learn the curve, or one for each class.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Held-out logits, finite.
        y : array_like of int, shape (n,)
            Their labels.

        Returns
        -------
        PlattScaling
            This calibrator.

        Raises
        ------
        SeparableDataError
            If a threshold divides the classes, or one never occurs, and the targets are not smooth: no finite curve is best.
        TypeError
            If labels are not integers.
        ValueError
            If the score is constant, or an input is empty, not finite, out of range or of another length.
        """
        z, labels = as_training(logits, y)
        curves = [self._curve(score, labels == k) for k, score in scores_of_classes(z)]
        self.coef_, self.intercept_ = (np.array(numbers) for numbers in zip(*curves, strict=True))
        return self

    def predict_proba(self, logits: ArrayLike) -> Array:
        """Return the probabilities by the curve.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Logits, finite.

        Returns
        -------
        ndarray, shape (n, 2) or (n, K)
            Probabilities.

        Raises
        ------
        ValueError
            If the calibrator is not fitted, or the logits are empty, not finite or of another number of classes.
        """
        require_fitted(self, "coef_")
        z = as_logits(logits, n_classes=max(2, self.coef_.size))
        scores = [
            a * score + b for a, b, (_, score) in zip(self.coef_, self.intercept_, scores_of_classes(z), strict=True)
        ]
        return joined([sigmoid(score) for score in scores], [sigmoid(-score) for score in scores])

    def _curve(self, score: Array, positive: NDArray[np.bool_]) -> tuple[float, float]:
        if np.ptp(score) == 0:
            raise ValueError(f"`logits` must not be constant; got {score[0]:g} throughout")
        targets = positive.astype(float)
        if self.smooth_targets:
            n1 = positive.sum()
            targets = np.where(positive, (n1 + 1) / (n1 + 2), 1 / (positive.size - n1 + 2))
        model = LogisticRegression().fit(score[:, np.newaxis], targets)
        return float(model.coef_[0]), model.intercept_


class VectorScaling:
    r"""Give each class's logit a scale and an offset of its own, by maximum likelihood.

    .. math:: q = \operatorname{softmax}(a \odot z + b), \qquad \sum_k b_k = 0

    Attributes
    ----------
    coef_ : ndarray, shape (K,)
        a; for logits of shape (n,) that of (1,).
    intercept_ : ndarray, shape (K,)
        b, as far as it can be told: adding a number to all offsets changes nothing.

    See Also
    --------
    TemperatureScaling : one scale, no offset.
    PlattScaling : what it is for two classes and logits of shape (n,), with the labels as targets.

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017, 1321-1330:
       the calibrator of [1]_. arXiv:1706.04599

    Examples
    --------
    >>> z = [[2, 0, 0], [0, 2, 0], [0, 0, 2]] * 4
    >>> y = [0, 1, 2] * 3 + [1, 2, 0]
    >>> print(f"{VectorScaling().fit(z, y).predict_proba([[2, 0, 0]])[0, 0]:.4f}")
    0.7500
    """

    def fit(self, logits: ArrayLike, y: ArrayLike) -> VectorScaling:
        """Learn the scales and offsets.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Held-out logits, finite.
        y : array_like of int, shape (n,)
            Their labels; each class must occur.

        Returns
        -------
        VectorScaling
            This calibrator.

        Raises
        ------
        SeparableDataError
            Of logits of shape (n,): if a threshold divides the classes.
        TypeError
            If labels are not integers.
        ValueError
            If a class never occurs or has a constant logit, if the loss falls without end, as where the logit of one class
            divides it from the rest, or an input is empty, not finite, out of range or of another length.
        """
        z, labels = as_training(logits, y)
        if np.ndim(logits) == 1:
            platt = PlattScaling(smooth_targets=False).fit(logits, y)
            self.coef_, self.intercept_ = platt.coef_, platt.intercept_
            return self
        _require_variety(z, labels)
        self.coef_, offsets = np.split(_vector_estimate(z, labels), 2)
        self.intercept_ = offsets - offsets.mean()
        return self

    def predict_proba(self, logits: ArrayLike) -> Array:
        """Return the probabilities by scales and offsets.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Logits, finite.

        Returns
        -------
        ndarray, shape (n, 2) or (n, K)
            Probabilities.

        Raises
        ------
        ValueError
            If the calibrator is not fitted, or the logits are empty, not finite or of another number of classes.
        """
        require_fitted(self, "coef_")
        if self.coef_.size == 1:
            score = self.coef_ * as_logits(logits, n_classes=2)[:, 1] + self.intercept_
            return np.stack([sigmoid(-score), sigmoid(score)], axis=1)
        return softmax(self.coef_ * as_logits(logits, n_classes=self.coef_.size) + self.intercept_)


def as_logits(logits: ArrayLike, *, n_classes: int | None = None) -> Array:
    """Return logits of shape (n, K) in float64; those of shape (n,) are log-odds of class 1 beside a 0."""
    z = as_finite(logits, "logits", min_ndim=1).astype(np.float64)
    if z.ndim > 2 or z.shape[-1] == 1 and z.ndim == 2:
        raise ValueError(f"`logits` must have the shape (n,) or (n, K) with K of 2 at least; got {z.shape}")
    z = np.stack([np.zeros_like(z), z], axis=1) if z.ndim == 1 else z
    if n_classes is not None and z.shape[1] != n_classes:
        raise ValueError(f"`logits` must be of {n_classes} classes, as in `fit`; got {z.shape[1]}")
    return z


def as_training(logits: ArrayLike, y: ArrayLike) -> tuple[Array, NDArray[np.int64]]:
    """Return logits of shape (n, K) and their labels."""
    z = as_logits(logits)
    labels = as_labels(y, "y", n_classes=z.shape[1])
    require_same_shape(labels, z[:, 0], ("y", "logits without classes"))
    return z, labels


def require_fitted(calibrator: object, attribute: str) -> None:
    """Raise unless the calibrator has learned something."""
    if not hasattr(calibrator, attribute):
        raise ValueError(f"the calibrator must be fitted first; call {type(calibrator).__name__}.fit(logits, y)")


def scores_of_classes(z: Array) -> list[tuple[int, Array]]:
    """Return the log-odds of each class against the rest; of two classes, of class 1 alone."""
    if z.shape[1] == 2:
        return [(1, z[:, 1] - z[:, 0])]
    return [(k, z[:, k] - logsumexp(np.delete(z, k, axis=1))) for k in range(z.shape[1])]


def joined(ahead: list[Array], behind: list[Array]) -> Array:
    """Return rows of probabilities from those of each class, and of its opposite, divided by their sum if K > 2."""
    if len(ahead) == 1:
        return np.stack([behind[0], ahead[0]], axis=1)
    table = np.stack(ahead, axis=1)
    total = table.sum(axis=1, keepdims=True)
    return np.where(total > 0, table, 1.0) / np.where(total > 0, total, table.shape[1])  # nothing said: all alike


def _root(lead: Array) -> float:
    """Return β = 1 / T where the derivative Σ E_β[lead] vanishes; it increases in β, from below 0 to above."""

    def slope(beta: float) -> float:
        return float(np.sum(softmax(beta * lead) * lead))

    unit = np.abs(lead).max()
    low = high = 1.0 / unit
    while slope(low) >= 0:
        low /= 2.0
    while slope(high) < 0:
        high *= 2.0
    while low < (middle := math.sqrt(low) * math.sqrt(high)) < high:
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return high


def _require_variety(z: Array, labels: NDArray[np.int64]) -> None:
    seen, spread = np.bincount(labels, minlength=z.shape[1]), np.ptp(z, axis=0)
    if not seen.all():
        raise ValueError(f"`y` must have every class; got none of class {int(np.argmin(seen > 0))}")
    if not spread.all():
        raise ValueError(f"`logits` must not be constant; got a constant column {int(np.argmin(spread > 0))}")
    for k in range(z.shape[1]):
        own, rest = z[labels == k, k], z[labels != k, k]
        if own.min() >= rest.max() or own.max() <= rest.min():
            raise ValueError(
                f"no scales and offsets are best: the logit of class {k} divides it from the rest, and the loss falls without end"
            )


def _vector_estimate(z: Array, labels: NDArray[np.int64]) -> Array:
    """Return scales and offsets of the least mean loss, by Newton's method; the last offset is 0."""
    scale = np.abs(z).max(axis=0)
    loss = _VectorLoss(z / scale, labels)
    start = np.append(np.full(scale.size, scale.mean()), np.zeros(scale.size - 1))
    found = newton(loss.value, loss.gradient, loss.hessian, start, max_iter=200, tol=1e-10)
    if not loss.turns_up(found.x):
        raise ValueError("no scales and offsets are best: the loss falls without end as they grow")
    scales, offsets = loss.split(found.x)
    return np.append(scales / scale, offsets)


class _VectorLoss:
    """The mean loss of scales and all offsets but the last, which is 0, with its derivatives."""

    def __init__(self, x: Array, labels: NDArray[np.int64]) -> None:
        self.x, self.labels, self.truth = x, labels, np.eye(x.shape[1])[labels]

    def split(self, theta: Array) -> tuple[Array, Array]:
        k = self.x.shape[1]
        return theta[:k], np.append(theta[k:], 0.0)

    def logits(self, theta: Array) -> Array:
        scales, offsets = self.split(theta)
        return scales * self.x + offsets

    def value(self, theta: Array) -> float:
        return sparse_categorical_cross_entropy(self.labels, logits=self.logits(theta))

    def gradient(self, theta: Array) -> Array:
        gap = (softmax(self.logits(theta)) - self.truth) / len(self.x)
        return np.append((gap * self.x).sum(axis=0), gap.sum(axis=0)[:-1])

    def turns_up(self, theta: Array) -> bool:
        """Return whether slope and curvature at `theta` prove a minimum, as in `models`: along a unit step two logits part by at most 2.

        Directions that are flat at 0 change no sample's loss at all, and are left out.
        """
        values, vectors = np.linalg.eigh(self.hessian(np.zeros_like(theta)))
        basis = vectors[:, values > 1e-12 * values[-1]]
        hessian, slope = basis.T @ self.hessian(theta) @ basis, basis.T @ self.gradient(theta)
        curvature = np.linalg.eigvalsh(hessian)[0]
        if curvature <= 1e-12 * np.trace(hessian):
            return False  # lost in rounding, as where the loss falls without end
        decrement = math.sqrt(slope @ np.linalg.solve(hessian, slope)) + 1e-14 / math.sqrt(
            curvature
        )  # and rounding of the slope
        return bool(2 * decrement < 0.5 * math.sqrt(curvature))

    def hessian(self, theta: Array) -> Array:
        q, one = softmax(self.logits(theta)), np.ones_like(self.x)
        rows = [[_curvature(q, a, b) for b in (self.x, one)] for a in (self.x, one)]
        return np.block(rows)[:-1, :-1] / len(self.x)


def _curvature(q: Array, a: Array, b: Array) -> Array:
    """Return the sum over samples of diag(a) (diag(q) − q qᵀ) diag(b)."""
    return np.diag((q * a * b).sum(axis=0)) - (q * a).T @ (q * b)
