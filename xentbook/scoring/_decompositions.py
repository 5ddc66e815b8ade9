"""Where a score comes from: how far the forecasts are off, how well they sort, and what was uncertain to begin with."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_categories, require_where
from xentbook._forecasts import as_binary_forecasts, bin_of, edges_of
from xentbook._weights import as_relative_weight
from xentbook.information import entropy, kl_divergence

__all__ = ["BrierDecomposition", "brier_decomposition", "LogLossDecomposition", "log_loss_decomposition"]

Array = NDArray[np.float64]


class BrierDecomposition(NamedTuple):
    """The Brier score of the binned forecasts is ``reliability - resolution + uncertainty``."""

    reliability: float
    resolution: float
    uncertainty: float


class LogLossDecomposition(NamedTuple):
    """The log loss of the binned forecasts, in nats, is ``calibration + refinement + irreducible``."""

    calibration: float
    refinement: float
    irreducible: float


def brier_decomposition(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int | None = None,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> BrierDecomposition:
    r"""Return how far the forecasts are off, how well they sort the cases, and how uncertain the outcome was.

    .. math:: \underbrace{\sum_b \frac{n_b}{n} (\bar p_b - \bar y_b)^2}_{\text{reliability}}
        - \underbrace{\sum_b \frac{n_b}{n} (\bar y_b - \bar y)^2}_{\text{resolution}}
        + \underbrace{\bar y (1 - \bar y)}_{\text{uncertainty}}

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes, 0 or 1.
    y_prob : array_like, shape (n,)
        Probabilities of class 1.
    n_bins : int, optional
        Number of bins (low, high] of equal width. By default every distinct forecast is a bin of its own.
    labels : array_like, shape (2,), optional
        The negative and the positive label, where they are not 0 and 1: numbers or text.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    BrierDecomposition
        ``(reliability, resolution, uncertainty)``, none of them negative. Reliability less resolution plus uncertainty
        is the Brier score of the forecasts replaced by the mean of their bin; that is the score itself where the
        forecasts of a bin are all the same, and always without `n_bins`.

    Raises
    ------
    ValueError
        If a probability leaves [0, 1], an outcome is not 0 or 1, the lengths differ, the input is empty, `n_bins` is
        below 1, or all weights are 0.

    See Also
    --------
    brier_score : what is taken apart.
    log_loss_decomposition : the same for logarithms.

    References
    ----------
    .. [1] A. H. Murphy, "A new vector partition of the probability score", Journal of Applied Meteorology 12(4), 1973,
       595-600; the three parts are those of [1]_. doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2

    Examples
    --------
    >>> parts = brier_decomposition([0, 1, 1, 1], [0.25, 0.25, 0.75, 0.75])
    >>> print(parts.reliability, parts.resolution, parts.uncertainty)
    0.0625 0.0625 0.1875
    """
    outcome, p, weight = _as_outcomes(y_true, y_prob, sample_weight, labels)
    share, forecast, frequency = _by_bin(outcome, p, weight, _bins(p, n_bins))
    base = float(share @ frequency)
    return BrierDecomposition(
        float(share @ (forecast - frequency) ** 2), float(share @ (frequency - base) ** 2), base * (1.0 - base)
    )


def log_loss_decomposition(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int | None = None,
    groups: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> LogLossDecomposition:
    r"""Return what wrong probabilities cost, what coarse bins cost, and what no forecast could have saved.

    .. math:: \underbrace{\sum_b \frac{n_b}{n} \mathrm{KL}(\bar y_b \,\|\, \bar p_b)}_{\text{calibration}}
        + \underbrace{\sum_g \frac{n_g}{n} \mathrm{KL}(\bar y_g \,\|\, \bar y_{b(g)})}_{\text{refinement}}
        + \underbrace{\sum_g \frac{n_g}{n} H(\bar y_g)}_{\text{irreducible}}

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes, 0 or 1.
    y_prob : array_like, shape (n,)
        Probabilities of class 1.
    n_bins : int, optional
        Number of bins b, (low, high], of equal width. By default every distinct forecast is a bin of its own.
    groups : array_like, shape (n,), optional
        Numbers or text: the finest groups g that can be told apart, such as the distinct inputs; within a bin they are
        kept apart by it. By default the distinct forecasts.
    labels : array_like, shape (2,), optional
        The negative and the positive label, where they are not 0 and 1: numbers or text.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights.

    Returns
    -------
    LogLossDecomposition
        ``(calibration, refinement, irreducible)`` in nats, none negative. They add up to the log loss of the forecasts
        replaced by the mean of their bin. The calibration is inf where a bin's forecast is 0 or 1 and wrong.

    Raises
    ------
    TypeError
        If `groups` hold neither numbers nor text.
    ValueError
        If a probability leaves [0, 1], an outcome is not 0 or 1, the lengths differ, the input is empty, `n_bins` is
        below 1, or all weights are 0.

    See Also
    --------
    log_loss : what is taken apart.
    brier_decomposition : the same for squares.

    Notes
    -----
    Refinement is Kull and Flach's grouping loss [1]_. Groups of one sample each leave nothing irreducible: with few
    samples in a group the split between the last two parts says little; their sum is not affected.

    References
    ----------
    .. [1] M. Kull and P. Flach, "Novel decompositions of proper scoring rules for classification: score adjustment as
       precursor to calibration", ECML PKDD 2015, 68-85. doi:10.1007/978-3-319-23528-8_5

    Examples
    --------
    >>> parts = log_loss_decomposition([0, 1, 1, 1], [0.25, 0.25, 0.75, 0.75], groups=[1, 1, 2, 2])
    >>> print(f"{parts.calibration:.4f} {parts.refinement:.4f} {parts.irreducible:.4f}")
    0.2158 0.0000 0.3466
    """
    outcome, p, weight = _as_outcomes(y_true, y_prob, sample_weight, labels)
    bins = _bins(p, n_bins)
    share, forecast, frequency = _by_bin(outcome, p, weight, bins)
    finest = _finest(bins, p, groups)
    share_of_group, _, frequency_of_group = _by_bin(outcome, p, weight, finest)
    bin_of_group = np.empty(share_of_group.size, np.intp)
    bin_of_group[finest] = bins
    return LogLossDecomposition(
        _mean(share, _divergence(frequency, forecast)),
        _mean(share_of_group, _divergence(frequency_of_group, frequency[bin_of_group])),
        _mean(share_of_group, np.asarray(entropy(_both(frequency_of_group), base=math.e))),
    )


def _as_outcomes(
    y_true: ArrayLike, y_prob: ArrayLike, sample_weight: ArrayLike | None, labels: ArrayLike | None
) -> tuple[Array, NDArray, Array]:
    """Return outcomes 0 and 1, their probabilities, and weights that sum to 1."""
    outcome, p = as_binary_forecasts(y_true, y_prob, labels=labels)
    require_where((outcome == 0) | (outcome == 1), outcome, "y_true", "be 0 or 1")
    weight = as_relative_weight(sample_weight, outcome.shape)
    weight = np.ones(outcome.size) if weight is None else weight
    return outcome, p, weight / weight.sum()


def _bins(p: NDArray, n_bins: int | None) -> NDArray[np.intp]:
    """Return the number of each forecast's bin, counted 0, 1, … without a gap."""
    place = p if n_bins is None else bin_of(p, edges_of(n_bins, p.dtype))
    return np.unique(place, return_inverse=True)[1]


def _finest(bins: NDArray[np.intp], p: NDArray, groups: ArrayLike | None) -> NDArray[np.intp]:
    """Return the number of each sample's group within its bin, without a gap."""
    groups, codes = as_categories(p if groups is None else groups, "groups")
    if codes.shape != p.shape:
        raise ValueError(f"`y_prob` and `groups` must have the same shape; got {p.shape} and {codes.shape}")
    return np.unique(bins * len(groups) + codes, return_inverse=True)[1]


def _by_bin(outcome: Array, p: NDArray, weight: Array, bins: NDArray[np.intp]) -> tuple[Array, Array, Array]:
    """Return of each bin its share of the weight, its mean forecast and its mean outcome."""
    share = np.bincount(bins, weight).astype(np.float64)
    forecast, frequency = np.bincount(bins, weight * p), np.bincount(bins, weight * outcome)
    filled = np.where(share > 0, share, 1.0)  # a bin without weight counts for nothing
    # No mean exceeds 1: each term is at most that of the share, and rounding keeps the order of sums.
    return share, forecast / filled, frequency / filled


def _mean(share: Array, values: Array) -> float:
    return float(share[share > 0] @ values[share > 0])  # what has no weight may be inf


def _both(p: Array) -> Array:
    return np.stack([p, 1.0 - p], axis=-1)


def _divergence(p: Array, q: Array) -> Array:
    return np.asarray(kl_divergence(_both(p), _both(q), base=math.e))
