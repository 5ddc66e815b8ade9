"""Two numbers for a score: Platt's logistic curve."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xentbook._checks import quiet
from xentbook._weights import power_of_two
from xentbook.calibration._calibrator import Calibrator, joined, log_odds
from xentbook.links import sigmoid
from xentbook.models import LogisticRegression

__all__ = ["LogisticCurve", "PlattScaling", "half_log_odds", "logistic_curve"]

Array = NDArray[np.float64]


class PlattScaling(Calibrator):
    r"""Fit a logistic curve to the score.

    .. math:: q = \sigma(a z + b)

    Parameters
    ----------
    smooth_targets : bool
        Fit to Platt's targets, (n₁ + 1) / (n₁ + 2) for the n₁ samples of class 1 and 1 / (n₀ + 2) for the rest, which
        keep a and b finite; else to the labels themselves, by maximum likelihood.

    Attributes
    ----------
    coef_ : ndarray, shape (1,) or (K,)
        a.
    intercept_ : ndarray, shape (1,) or (K,)
        b.
    classes_ : ndarray, shape (K,)
        The labels in the order of the columns.
    n_features_in_ : int
        The number of columns of the logits, 1 for logits of shape (n,).

    Raises
    ------
    SeparableDataError
        By `fit`, if a threshold divides the classes, or one never occurs, and the targets are not smooth: no finite
        curve is best.
    ValueError
        By `fit`, if the score is constant, or differs by so little that a is beyond 1.8e308.

    See Also
    --------
    IsotonicCalibration : any rising curve.

    Notes
    -----
    Of K > 2 classes each is fitted against the rest, on its own log-odds by softmax, and the K results are divided by
    their sum. A shift or scale of the score changes no probability.

    With weights n₁ and n₀ are Kish's effective sizes, :math:`(\sum w_i)^2 / \sum w_i^2` over each class: that of n
    equal weights is n, whatever their scale. So an integer weight counts as so many samples only where the targets are
    not smooth.

    References
    ----------
    .. [1] J. C. Platt, "Probabilities for SV machines", Advances in Large-Margin Classifiers, MIT Press, 2000, 61-74:
       the curve and the targets of [1]_.

    Examples
    --------
    >>> calibrator = PlattScaling(smooth_targets=False).fit([-2, -1, 1, 2, -1, 1], [0, 0, 1, 1, 1, 0])
    >>> print(f"{calibrator.coef_[0]:.4f} {calibrator.intercept_[0] + 0:.4f}")
    0.7563 0.0000
    """

    coef_: Array
    intercept_: Array

    def __init__(self, *, smooth_targets: bool = True) -> None:
        self.smooth_targets = smooth_targets

    def _learn(self, z: Array, codes: NDArray[np.intp], weight: Array, *, binary: bool) -> None:
        curves = [
            logistic_curve(score, codes == k, weight, smooth=bool(self.smooth_targets))
            for k, score in half_log_odds(z).items()
        ]
        self._curves = curves
        self.coef_ = np.array([curve.coef for curve in curves])
        self.intercept_ = np.array([curve.intercept for curve in curves])

    def _probabilities(self, z: Array) -> Array:
        scores = [curve.logit(score) for curve, score in zip(self._curves, half_log_odds(z).values(), strict=True)]
        return joined(
            [np.asarray(sigmoid(score)) for score in scores], [np.asarray(sigmoid(-score)) for score in scores]
        )


class LogisticCurve(NamedTuple):
    """slope · (half - centre) / unit + height, of half the score: digits are lost neither far from 0 nor near."""

    centre: float
    unit: float
    slope: float
    height: float

    @property
    @quiet
    def coef(self) -> float:
        """The slope over the whole score."""
        return self.slope / self.unit / 2

    @property
    @quiet
    def intercept(self) -> float:
        """The value at 0."""
        return self.height - self.slope * (self.centre / self.unit)

    def logit(self, half: Array) -> Array:
        """Return the value at a score, given its half."""
        largest = np.finfo(np.float64).max
        with np.errstate(all="ignore"):  # a slope of 0 times inf would be NaN
            return self.slope * np.clip((half - self.centre) / self.unit, -largest, largest) + self.height


def half_log_odds(z: Array) -> dict[int, Array]:
    """Return half of what `log_odds` does, finite: the difference of two logits may lie beyond 1.8e308."""

    def halved(score: Array, k: int) -> Array:
        rest = np.delete(z, k, axis=1).max(axis=1)
        return np.where(np.isfinite(score), score / 2, z[:, k] / 2 - rest / 2)

    return {k: halved(score, k) for k, score in log_odds(z).items()}


@quiet
def logistic_curve(half: Array, positive: NDArray[np.bool_], weight: Array, *, smooth: bool) -> LogisticCurve:
    """Return the curve of greatest likelihood for outcomes, or for Platt's targets, by halves of the score."""
    if half.min() == half.max():
        raise ValueError(f"`logits` must not be constant; got {2 * half[0]:g} throughout")
    targets = positive.astype(float)
    if smooth:
        for_1, for_0 = _effective_size(weight[positive]), _effective_size(weight[~positive])
        targets = np.where(positive, (for_1 + 1) / (for_1 + 2), 1 / (for_0 + 2))
    centre = half.min() / 2 + half.max() / 2
    unit = power_of_two(np.abs(half - centre))
    model = LogisticRegression().fit(((half - centre) / unit)[:, np.newaxis], targets, sample_weight=weight)
    curve = LogisticCurve(float(centre), unit, float(model.coef_[0]), float(model.intercept_))
    if not np.isfinite([curve.coef, curve.intercept]).all():
        raise ValueError(f"`logits` must differ by more; got scores within {np.ptp(half):.3g} of each other")
    return curve


def _effective_size(weight: Array) -> float:
    """Return Kish's effective number of samples: that of equal weights is their number."""
    if weight.size == 0:
        return 0.0
    relative = weight / power_of_two(weight)
    return float(relative.sum() ** 2 / (relative @ relative))
