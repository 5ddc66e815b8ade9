"""One number for all logits: the temperature."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from xentbook._weights import power_of_two
from xentbook.calibration._calibrator import Calibrator
from xentbook.links import softmax

__all__ = ["TemperatureScaling"]

Array = NDArray[np.float64]


class TemperatureScaling(Calibrator):
    r"""Divide all logits by one number, the temperature that makes held-out labels least surprising.

    .. math:: q = \operatorname{softmax}(z / T), \qquad \sum_i w_i \Big(\sum_k q_{ik} z_{ik} - z_{i y_i}\Big) = 0

    Attributes
    ----------
    temperature_ : float
        T, above 0: the root of the derivative above, to the last digits. Above 1 the logits were overconfident.
    classes_ : ndarray, shape (K,)
        The labels in the order of the columns.
    n_features_in_ : int
        The number of columns of the logits, 1 for logits of shape (n,).

    Raises
    ------
    ValueError
        By `fit`, if there is no such temperature: every label has the largest logit (the best T is 0), the labels go
        against the logits on average (the best T is inf), or each row's logits are all the same (any T is as good).

    See Also
    --------
    VectorScaling : a scale and an offset for each class.

    Notes
    -----
    It changes no prediction, as it keeps the order of the classes, and so no accuracy. The loss is convex in 1 / T, and
    the derivative increases in it: the root is the only one. A shift of a row of logits changes nothing; a scale of all
    of them is that of T. An integer weight counts as so many samples.

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017,
       1321-1330: the calibrator of [1]_. arXiv:1706.04599

    Examples
    --------
    >>> calibrator = TemperatureScaling().fit([[4.0, 0.0], [4.0, 0.0], [4.0, 0.0], [4.0, 0.0]], [0, 0, 0, 1])
    >>> print(f"{calibrator.temperature_:.4f}")  # 4 / ln 3
    3.6410
    >>> print(calibrator.predict_proba([[4.0, 0.0]]).round(4))
    [[0.75 0.25]]
    """

    temperature_: float

    def _learn(self, z: Array, codes: NDArray[np.intp], weight: Array, *, binary: bool) -> None:
        lead, factor = _lead(z, np.take_along_axis(z, codes[:, np.newaxis], axis=1))
        if not lead.any():
            raise ValueError(
                "`logits` must differ within a row; got constant rows, for which any temperature is as good"
            )
        if lead.max() <= 0:
            raise ValueError(
                "no temperature is best: every label has the largest logit, and the loss falls to its limit "
                "as T falls to 0"
            )
        unit = power_of_two(np.abs(lead))
        temperature = _root(lead / unit, weight) * unit * factor
        if not 0 < temperature < math.inf:
            raise ValueError(f"`logits` must have a scale that a temperature can have; got T = {temperature}")
        self.temperature_ = temperature

    def _probabilities(self, z: Array) -> Array:
        lead, factor = _lead(z, z.max(axis=1, keepdims=True))
        return softmax(lead / (self.temperature_ / factor))


def _lead(z: Array, start: Array) -> tuple[Array, float]:
    """Return the logits less those of `start`, (n, 1), divided by a factor: by 2 if a difference exceeds 1.8e308."""
    with np.errstate(all="ignore"):
        lead = z - start
    return (lead, 1.0) if np.isfinite(lead).all() else (z / 2 - start / 2, 2.0)


def _root(lead: Array, weight: Array) -> float:
    """Return T where the derivative Σ w E[lead] under softmax(lead / T) vanishes; for leads within ±1.

    In β = 1 / T it increases, from below 0 to above.
    """
    terms = weight[:, np.newaxis] * lead
    if terms.sum() >= -4 * np.finfo(np.float64).eps * np.abs(terms).sum():  # 0 but for rounding, or above
        raise ValueError(
            "no temperature is best: the labels go against the logits, and the loss falls as T grows without end"
        )

    def slope(beta: float) -> float:
        return float(np.sum(softmax(beta * lead) * terms))

    low = high = 1.0
    while slope(low) >= 0:
        low /= 2.0
    while slope(high) < 0:
        high *= 2.0
    while low < (middle := math.sqrt(low) * math.sqrt(high)) < high:
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 1.0 / high
